package activities

import (
	"context"
	"errors"
	"maps"
	"slices"

	"github.com/shopspring/decimal"

	"o2c/models"
	"o2c/postgres"
)

// returnNote is the credit note that a return asks for on an invoice.
type returnNote struct {
	item  *postgres.OpenItem
	drawn models.Drawn
}

// planBills says of which shipments the goods come back, and what is credited of which invoice. Where they are replaced their bills
// stand.
func (t *takingBack) planBills(ctx context.Context) (*models.Error, error) {
	if t.order.Invoicing == models.Milestones && t.receipt.Disposition != models.DisposeReplace && len(t.receipt.Lines) > 0 {
		return models.Conflict("billed-by-milestones", "the order is not billed by what is shipped: replace the goods, or credit an invoice"), nil
	}
	deliveries, err := postgres.DeliveriesOf(ctx, t.tx, t.order.ID)
	if err != nil {
		return nil, err
	}
	t.effects = map[int][]postgres.ReturnedDelivery{}
	credited := map[string][]models.LineQuantity{}
	for _, back := range t.Lines {
		for _, part := range models.TakeBack(back.Received, deliveries[back.Line]) {
			effect := postgres.ReturnedDelivery{ShipmentID: part.ShipmentID, Quantity: part.Quantity, Effect: "replaced"}
			switch {
			case t.receipt.Disposition == models.DisposeReplace:
			case part.Invoice == "":
				effect.Effect = "unbilled"
			default:
				effect.Effect, effect.Invoice, effect.InvoiceLine = "credited", part.Invoice, part.InvoiceLine
				if part.Credit.IsPositive() {
					credited[part.Invoice] = append(credited[part.Invoice], models.LineQuantity{Line: part.InvoiceLine, Quantity: part.Credit.String()})
				}
			}
			t.effects[back.Line] = append(t.effects[back.Line], effect)
		}
	}
	for _, invoice := range slices.Sorted(maps.Keys(credited)) {
		if refusal, err := t.planNote(ctx, invoice, credited[invoice]); err != nil || refusal != nil {
			return refusal, err
		}
	}
	return nil, nil
}

func (t *takingBack) planNote(ctx context.Context, invoice string, lines []models.LineQuantity) (*models.Error, error) {
	item, err := postgres.LockOpenItem(ctx, t.tx, invoice)
	if err != nil {
		return nil, err
	}
	creditable, err := postgres.Creditable(ctx, t.tx, invoice, item.Currency)
	if err != nil {
		return nil, err
	}
	drawn, faults := models.CreditReturned(lines, creditable)
	if len(faults) > 0 {
		return faults[0], nil
	}
	if len(drawn.Groups) == 0 { // all of it was credited before
		return nil, nil
	}
	given, err := postgres.CreditGiven(ctx, t.tx, invoice, item.Currency)
	if err != nil {
		return nil, err
	}
	if _, err = models.SplitCredit(drawn.Total(item.Currency), item.SettledBy(given)); err != nil {
		return models.Conflict("credit-exceeds-settled", "%v", err), nil
	}
	t.notes = append(t.notes, returnNote{item: item, drawn: drawn})
	return nil, nil
}

// creditReturn credits what came back of an invoice, and, where that is what was agreed on, pays out what it gives the customer.
func (t *takingBack) creditReturn(ctx context.Context, note returnNote) error {
	decision := t.factID + "/" + note.item.Invoice
	disputeID, err := t.settleDispute(ctx, note, decision)
	if err != nil {
		return err
	}
	err = t.credit(ctx, note.item, postgres.CreditNote{DecisionID: decision, Reason: "returned", Drawn: note.drawn, DisputeID: disputeID, IssuedBy: t.actor})
	if err != nil {
		return err
	}
	if err = replan(ctx, t.tx, note.item, t.at); err != nil {
		return err
	}
	if err = postgres.SaveOpenItem(ctx, t.tx, note.item); err != nil {
		return err
	}
	if err = lapseRequests(ctx, t.tx, note.item, t.at); err != nil || *t.Disposition != models.DisposeRefund {
		return err
	}
	number, err := postgres.CreditNoteOf(ctx, t.tx, decision)
	if err != nil {
		return err
	}
	credit, err := postgres.LockCustomerCredit(ctx, t.tx, number)
	if none, ok := errors.AsType[*models.Error](err); ok && none.Code == "no-customer-credit" { // the note lowers what is open
		return nil
	}
	if err != nil {
		return err
	}
	date, err := businessDate(ctx, t.tx, t.at)
	if err != nil {
		return err
	}
	return payOut(ctx, t.tx, &t.exposure, credit, postgres.CreditUse{
		ID: decision + "/refund", CreditNote: number, Amount: credit.Remaining(), By: t.actor, At: t.at,
	}, date)
}

// settleDispute moves the newest open dispute that is about what came back: one over just that is accepted by its credit note, whose
// dispute it then is, of any other the returned part is not disputed any more.
func (t *takingBack) settleDispute(ctx context.Context, note returnNote, decision string) (disputeID string, err error) {
	disputes, err := postgres.DisputesOf(ctx, t.tx, note.item.Invoice)
	if err != nil {
		return "", err
	}
	i := slices.IndexFunc(disputes, func(d postgres.Dispute) bool {
		line := d.Line == nil || slices.ContainsFunc(note.drawn.Lines, func(l models.CreditedLine) bool { return l.Line == *d.Line })
		return d.State.Active() && d.Kind == models.DisputeOfAmount && line && slices.Contains([]string{"returned", "damaged", "quality"}, d.Reason)
	})
	if i < 0 {
		return "", nil
	}
	dispute, total := &disputes[i], note.drawn.Total(note.item.Currency)
	settled := models.Min(dispute.Money(), total)
	note.item.DisputedAmount = note.item.DisputedAmount.Sub(settled.Decimal())
	switch {
	case dispute.Money().Equal(total):
		dispute.Accepted, dispute.ResolutionID = dispute.Amount, &decision
		return dispute.ID, endDispute(ctx, t.tx, note.item, dispute, models.DisputeAccepted, "returned", t.actor, t.at)
	case settled.Equal(dispute.Money()):
		dispute.Amount = decimal.Zero
		return "", endDispute(ctx, t.tx, note.item, dispute, models.DisputeWithdrawn, "credited", t.actor, t.at)
	default:
		dispute.Amount = dispute.Amount.Sub(settled.Decimal())
		return "", postgres.SaveDispute(ctx, t.tx, dispute)
	}
}
