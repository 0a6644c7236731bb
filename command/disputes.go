package command

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"

	"o2c/models"
	"o2c/postgres"
	"o2c/workflows"
)

// RaiseDispute accepts that a customer contests a part of an invoice, or asks about it, tells the order, and waits a little for the effect.
// The dispute's own id is used when it has one, else the claim's. Errors: "invoice-not-found", "nothing-to-dispute",
// "dispute-exceeds-open", "line-not-found", "invalid-amount", "invalid-evidence", "id-taken", "engine-unavailable".
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
		if err = s.checkDispute(ctx, invoice, &dispute, amount); err != nil {
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
	return reflect.DeepEqual(told, dispute)
}

// checkDispute refuses what the book already contradicts, and reads the amount in the invoice's currency.
func (s *Service) checkDispute(ctx context.Context, invoice postgres.InvoiceView, dispute *models.Dispute, amount string) error {
	var faults faults
	for _, fault := range models.CheckEvidence(dispute.Evidence) {
		faults.add(fault)
	}
	if dispute.Line > len(invoice.Lines) {
		faults.add(models.Invalid("line-not-found", "the invoice has no line %d", dispute.Line).At("/line"))
	}
	if dispute.Kind == models.Inquiry {
		if amount != "" {
			faults.add(models.Invalid("invalid-amount", "an inquiry has no amount").At("/amount"))
		}
		return faults.err()
	}
	open := models.MustMoney(invoice.OpenAmount, invoice.Currency)
	disputed := models.MustMoney(invoice.DisputedAmount, invoice.Currency)
	if _, refusal := models.DisputeAmount(nil, open, disputed); refusal != nil {
		return refusal
	}
	if amount != "" {
		money, err := models.ParsePositiveMoney(amount, invoice.Currency)
		switch undisputed := open.Sub(disputed); {
		case err != nil:
			faults.at("/amount", err)
		case money.MoreThan(undisputed):
			faults.add(models.Invalid("dispute-exceeds-open", "only %s is open and not disputed", undisputed.Text()).At("/amount"))
		}
		dispute.Amount = &money
	}
	if err := faults.err(); err != nil || dispute.Amount != nil || dispute.Line == 0 {
		return err
	}
	share, err := postgres.OpenOfLine(ctx, s.DB, invoice.Number, dispute.Line, open)
	if err != nil {
		return postgres.TranslateError(err)
	}
	if _, refusal := models.DisputeAmount(&share, open, disputed); refusal != nil {
		return refusal.At("/line")
	}
	return nil
}

// ResolveDispute ends a dispute. amount, in the invoice's currency, may be empty. What is accepted above the authority of whoever resolves
// it then waits for a second person. Errors: "dispute-not-found", those of models.ResolveDispute, those of the order,
// "worker-unavailable", "engine-unavailable".
func (s *Service) ResolveDispute(ctx context.Context, resolution models.DisputeResolution, amount string) (Finished, error) {
	dispute, done, err := s.disputeToDecide(ctx, resolution.DisputeID, resolution.ID)
	if err != nil || done {
		return Finished(done), err
	}
	var faults faults
	if amount != "" {
		money, err := models.ParsePositiveMoney(amount, dispute.Currency)
		if err != nil {
			faults.at("/amount", err)
		}
		resolution.Amount = &money
	}
	for _, fault := range resolution.Validate() {
		faults.add(fault)
	}
	if err = faults.err(); err != nil {
		return false, err
	}
	return s.decideAlways(ctx, collectorOf(dispute.OrderID, dispute.Invoice, dispute.CustomerID), resolution.ID, workflows.ResolveDispute, resolution)
}

// ActOnDispute does something about a dispute without resolving it. Errors: "dispute-not-found", those of models.DisputeAction and
// models.DisputeState.Act, "worker-unavailable", "engine-unavailable".
func (s *Service) ActOnDispute(ctx context.Context, action models.DisputeAction) (Finished, error) {
	dispute, done, err := s.disputeToDecide(ctx, action.DisputeID, action.ID)
	if err != nil || done {
		return Finished(done), err
	}
	var faults faults
	for _, fault := range action.Validate() {
		faults.add(fault)
	}
	if err = faults.err(); err != nil {
		return false, err
	}
	if _, err = models.DisputeState(dispute.State).Act(action); err != nil {
		return false, err
	}
	action.Invoice = dispute.Invoice
	return s.decideAlways(ctx, collectorOf(dispute.OrderID, dispute.Invoice, dispute.CustomerID), action.ID, workflows.ActOnDispute, action)
}

// disputeToDecide reads a dispute that is open for a decision; done means that this decision was carried out before.
func (s *Service) disputeToDecide(ctx context.Context, disputeID, decisionID string) (dispute postgres.DisputeView, done bool, err error) {
	if dispute, err = postgres.ReadDispute(ctx, s.DB, disputeID); err != nil {
		return dispute, false, err
	}
	if dispute.State == postgres.Processing {
		return dispute, false, models.Unavailable("dispute-processing", "the dispute is accepted and not yet opened; try again")
	}
	if done, err = postgres.Happened(ctx, s.DB, decisionID); err != nil || done {
		return dispute, done, postgres.TranslateError(err)
	}
	if !models.DisputeState(dispute.State).Active() {
		return dispute, false, models.Conflict("dispute-not-open", "the dispute is %s", dispute.State)
	}
	return dispute, false, nil
}

// decideAcceptance has the acceptance of a dispute carried out, or turned down, by a second person.
func (s *Service) decideAcceptance(ctx context.Context, asked postgres.Approval, ruling models.ApprovalRuling) (Finished, error) {
	var resolution models.DisputeResolution
	if err := json.Unmarshal(asked.Content, &resolution); err != nil {
		return false, fmt.Errorf("command.decideAcceptance %s: %w", asked.ID, err)
	}
	dispute, err := postgres.ReadDispute(ctx, s.DB, asked.Subject)
	if err != nil {
		return false, err
	}
	resolution.Approval = &ruling
	return s.decideAlways(ctx, collectorOf(dispute.OrderID, dispute.Invoice, dispute.CustomerID), ruling.ID, workflows.ResolveDispute, resolution)
}
