package activities

import (
	"context"
	"fmt"
	"strings"

	"o2c/models"
	"o2c/postgres"
)

// disputeDeduction opens the dispute of what a payer kept back of an invoice with a reason, as far as it is open and undisputed: an earned
// discount and a difference within the tolerance have settled it.
func (s *cashStep) disputeDeduction(ctx context.Context, item *postgres.OpenItem, a postgres.Application) error {
	undisputed := item.Open().Sub(item.Disputed())
	if item.Kind != models.InvoiceItem || !a.Deduction.IsPositive() || !undisputed.IsPositive() {
		return nil
	}
	id := fmt.Sprintf("dsp_%s_%d", strings.TrimPrefix(s.payment.ID, "pay_"), a.N)
	// Where somebody has given a dispute of their own this id the deduction just stays open.
	_, err := openDispute(ctx, s.tx, item, postgres.Dispute{
		ID: id, Kind: models.DisputeOfAmount, Amount: models.Min(a.Money(a.Deduction), undisputed).Decimal(), Reason: a.DeductionReason,
		Note: "Kept back of payment " + s.payment.ID, RaisedBy: s.payment.CustomerID, PaymentID: &s.payment.ID, Application: &a.N,
	}, s.actor, "deducted/"+id, s.at)
	return err
}

// withdrawDeduction ends the dispute of what an application had kept back that is undone: all of it is open again.
func (s *cashStep) withdrawDeduction(ctx context.Context, item *postgres.OpenItem, a postgres.Application, reason string) error {
	if !a.Deduction.IsPositive() {
		return nil
	}
	dispute, err := postgres.DisputeOfDeduction(ctx, s.tx, a.PaymentID, a.N)
	if err != nil || dispute == nil || !dispute.State.Active() {
		return err
	}
	item.DisputedAmount = item.DisputedAmount.Sub(dispute.Amount)
	return endDispute(ctx, s.tx, item, dispute, models.DisputeWithdrawn, reason, s.actor, s.at)
}
