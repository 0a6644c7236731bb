package command

import (
	"context"
	"encoding/json"

	"o2c/models"
	"o2c/postgres"
)

// RaiseDispute accepts that a customer contests a part of an invoice, tells the order, and waits a little for the effect. The
// dispute's own id is used when it has one, else the claim's. Errors: "invoice-not-found", "nothing-to-dispute",
// "dispute-exceeds-open", "line-not-found", "id-taken", "engine-unavailable".
func (s *Service) RaiseDispute(ctx context.Context, claim *Claim, dispute models.Dispute, amount string) (postgres.DisputeView, error) {
	deadline := patience()
	if dispute.ID == "" {
		dispute.ID = claim.ID
	}
	fact, err := s.recorded(ctx, dispute.ID, postgres.DisputeFact)
	if err != nil {
		return postgres.DisputeView{}, err
	}
	if fact != nil && !sameDispute(*fact, dispute, amount) {
		return postgres.DisputeView{}, models.Conflict("id-taken", "the id %q is used already", dispute.ID).At("/id")
	}
	if fact == nil {
		invoice, err := postgres.ReadInvoice(ctx, s.DB, dispute.Invoice)
		if err != nil {
			return postgres.DisputeView{}, err
		}
		orderID := ""
		if invoice.OrderID != nil {
			orderID = *invoice.OrderID
		}
		if err = checkDispute(invoice, &dispute, amount); err != nil {
			return postgres.DisputeView{}, err
		}
		if fact, err = s.accept(ctx, dispute.ID, claim.Principal, postgres.DisputeFact, invoice.CustomerID, orderID, dispute); err != nil {
			return postgres.DisputeView{}, err
		}
	}
	if err = s.tellFact(ctx, deadline, *fact); err != nil {
		return postgres.DisputeView{}, err
	}
	if err = s.awaitSettled(ctx, deadline, fact.ID, postgres.DisputeFact); err != nil {
		return postgres.DisputeView{}, err
	}
	return postgres.ReadDispute(ctx, s.DB, fact.ID)
}

// sameDispute says whether a fact is what a repeated request told: with an id of the caller's own, it can be another one.
func sameDispute(fact postgres.Fact, dispute models.Dispute, amount string) bool {
	var told models.Dispute
	if json.Unmarshal(fact.Content, &told) != nil || (told.Amount == nil) != (amount == "") {
		return false
	}
	if told.Amount != nil {
		if again, err := models.ParsePositiveMoney(amount, told.Amount.Currency()); err != nil || !again.Equal(*told.Amount) {
			return false
		}
	}
	told.Amount = nil
	return told == dispute
}

// checkDispute refuses what the book already contradicts, and reads the amount in the invoice's currency.
func checkDispute(invoice postgres.InvoiceView, dispute *models.Dispute, amount string) error {
	undisputed := models.MustMoney(invoice.OpenAmount.Sub(invoice.DisputedAmount), invoice.Currency)
	if !undisputed.IsPositive() {
		return models.Conflict("nothing-to-dispute", "nothing undisputed is open on %s", invoice.Number)
	}
	var faults faults
	if amount != "" {
		money, err := models.ParsePositiveMoney(amount, invoice.Currency)
		switch {
		case err != nil:
			faults.at("/amount", err)
		case money.MoreThan(undisputed):
			faults.add(models.Invalid("dispute-exceeds-open", "only %s is open and not disputed", undisputed.Text()).At("/amount"))
		}
		dispute.Amount = &money
	}
	if dispute.Line > len(invoice.Lines) {
		faults.add(models.Invalid("line-not-found", "the invoice has no line %d", dispute.Line).At("/line"))
	}
	return faults.err()
}
