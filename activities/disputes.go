package activities

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"o2c/models"
	"o2c/postgres"
)

// OpenDispute opens an accepted dispute: the disputed part is neither dunned nor charged any more, the rest is. It is cut to
// what is undisputed at that moment, and refused when that is nothing ("nothing-to-dispute").
func (c *Collections) OpenDispute(ctx context.Context, in FactStep) (models.OrderProgress, error) {
	return onInvoice(ctx, c.Pool, in.OrderID, in.Invoice, in.At, func(s *collectingStep) error {
		fact, err := postgres.TakeFact[models.Dispute](ctx, s.tx, in.FactID)
		if err != nil || fact.Settled {
			s.refused = fact.Refused
			return err
		}
		raised := fact.Content
		item, err := postgres.LockOpenItem(ctx, s.tx, raised.Invoice)
		if err != nil {
			return err
		}
		amount, refusal := models.DisputeAmount(raised.Amount, item.Open(), item.Disputed())
		if refusal != nil {
			return s.refuse(ctx, in.FactID, fact.Actor, refusal)
		}
		dispute := postgres.Dispute{
			ID: in.FactID, Invoice: raised.Invoice, CustomerID: item.CustomerID, Currency: item.Currency, Amount: amount.Decimal(),
			Reason: raised.Reason, Note: raised.Note, RaisedBy: raised.RaisedBy, OpenedAt: s.at,
			DueAt: s.at.AddDate(0, 0, models.DisputeServiceDays),
		}
		if raised.Line > 0 {
			dispute.Line = &raised.Line
		}
		before := item.Claims(item.Disputed(), models.Zero(item.Currency))
		item.DisputedAmount = item.DisputedAmount.Add(amount.Decimal())
		for n, claim := range item.Claims(item.Disputed(), models.Zero(item.Currency)) {
			if place := item.Dunned[n].Place(s.at); place != nil && claim.Disputed.MoreThan(before[n].Disputed) {
				dispute.Places = append(dispute.Places, postgres.DisputedPlace{Instalment: claim.Instalment, Place: *place})
			}
		}
		if _, err = postgres.InsertDispute(ctx, s.tx, dispute); err != nil {
			return err
		}
		if err = replan(ctx, s.tx, item, s.at); err != nil {
			return err
		}
		if err = postgres.SaveOpenItem(ctx, s.tx, item); err != nil {
			return err
		}
		_, err = s.event(ctx, postgres.Event{
			Key: in.FactID, Invoice: item.Invoice, Kind: "disputed", Actor: fact.Actor,
			Summary: amount.Text() + " of " + item.Invoice + " disputed: " + raised.Reason,
		})
		if err != nil {
			return err
		}
		return postgres.SettleFact(ctx, s.tx, in.FactID, nil)
	})
}

// ResolveInput is a person's resolution of a dispute of an order's invoice, or of an invoice that belongs to no single order.
type ResolveInput struct {
	OrderID    string                   `json:"order_id,omitempty"`
	Invoice    string                   `json:"invoice,omitempty"`
	Resolution models.DisputeResolution `json:"resolution"`
	At         time.Time                `json:"at"`
}

// ResolveDispute ends a dispute, money and state in one transaction: what is accepted becomes a credit note; what is not is
// dunned again, with the time that was left when it was paused. Errors: "dispute-not-open", "invalid-outcome",
// "invalid-amount".
func (c *Collections) ResolveDispute(ctx context.Context, in ResolveInput) (models.OrderProgress, error) {
	return onInvoiceFreeingCredit(ctx, c.Pool, c.Orders, in.OrderID, in.Invoice, in.Resolution.ID, in.At, func(s *collectingStep) error {
		unlocked, err := postgres.LoadDispute(ctx, s.tx, in.Resolution.DisputeID)
		if err != nil {
			return err
		}
		item, err := postgres.LockOpenItem(ctx, s.tx, unlocked.Invoice)
		if err != nil {
			return err
		}
		dispute, err := postgres.LoadDispute(ctx, s.tx, in.Resolution.DisputeID)
		if err != nil {
			return err
		}
		if dispute.ResolutionID != nil && *dispute.ResolutionID == in.Resolution.ID {
			return nil
		}
		accepted, err := models.ResolveDispute(dispute.State, dispute.Money(), in.Resolution.Outcome, in.Resolution.Amount)
		if err != nil {
			return err
		}
		if err = s.leaveLess(ctx, item, dispute, accepted); err != nil {
			return err
		}
		item.DisputedAmount = item.DisputedAmount.Sub(dispute.Amount)
		if accepted.IsPositive() {
			if err = s.accept(ctx, item, dispute, accepted, in.Resolution); err != nil {
				return err
			}
		}
		s.close(dispute, in.Resolution, accepted)
		if err = postgres.SaveDispute(ctx, s.tx, dispute); err != nil {
			return err
		}
		if err = replan(ctx, s.tx, item, s.at); err != nil {
			return err
		}
		if err = postgres.SaveOpenItem(ctx, s.tx, item); err != nil {
			return err
		}
		if err = lapseWriteOffs(ctx, s.tx, item, s.at); err != nil {
			return err
		}
		_, err = s.event(ctx, postgres.Event{
			Key: in.Resolution.ID, Invoice: item.Invoice, Kind: "dispute-resolved", Actor: in.Resolution.Actor,
			Summary: "Dispute over " + dispute.Money().Text() + " of " + item.Invoice + ": " + string(in.Resolution.Outcome),
		})
		return err
	})
}

// leaveLess takes what was accepted of a dispute off what notices left of the instalments that it lies on.
func (s *collectingStep) leaveLess(ctx context.Context, item *postgres.OpenItem, dispute *postgres.Dispute, accepted models.Money) error {
	claims := item.Claims(item.Disputed(), models.Zero(item.Currency))
	for n := len(claims) - 1; n >= 0 && accepted.IsPositive(); n-- {
		part := models.Min(accepted, claims[n].Disputed)
		if err := postgres.NoticesLeaveLess(ctx, s.tx, item.Invoice, claims[n].Instalment, part, dispute.OpenedAt); err != nil {
			return err
		}
		accepted = accepted.Sub(part)
	}
	return nil
}

// accept issues the credit note for the accepted part of a dispute.
func (s *collectingStep) accept(ctx context.Context, item *postgres.OpenItem, dispute *postgres.Dispute, amount models.Money, r models.DisputeResolution) error {
	drawn, err := s.draw(ctx, item, models.CreditRequest{Invoice: item.Invoice, Amount: &amount})
	if err != nil {
		return err
	}
	return s.credit(ctx, item, postgres.CreditNote{DecisionID: r.ID, Reason: dispute.Reason, Drawn: drawn, DisputeID: dispute.ID, IssuedBy: r.Actor})
}

// close ends the dispute; a part that was not accepted joins the notices again after the time that it has left.
func (s *collectingStep) close(d *postgres.Dispute, r models.DisputeResolution, accepted models.Money) {
	d.State, d.Accepted, d.Resolution = r.Outcome, accepted.Decimal(), r.Note
	d.ResolvedAt, d.ResolvedBy, d.ResolutionID = &s.at, &r.Actor, &r.ID
}

// shrinkDisputes takes what was settled of the disputed amount from the newest disputes; one of which nothing is left is
// withdrawn, as paid or credited.
func shrinkDisputes(ctx context.Context, tx pgx.Tx, item *postgres.OpenItem, at time.Time, by, settled string) error {
	excess := item.Disputed().Sub(item.Open())
	disputes, err := postgres.DisputesOf(ctx, tx, item.Invoice)
	if err != nil {
		return err
	}
	for i := range disputes {
		dispute := &disputes[i]
		if !dispute.State.Active() || !excess.IsPositive() {
			continue
		}
		part := models.Min(excess, dispute.Money())
		dispute.Amount = dispute.Amount.Sub(part.Decimal())
		item.DisputedAmount = item.DisputedAmount.Sub(part.Decimal())
		excess = excess.Sub(part)
		if dispute.Amount.IsZero() {
			dispute.State, dispute.Resolution = models.DisputeWithdrawn, settled
			dispute.ResolvedAt, dispute.ResolvedBy = &at, &by
		}
		if err = postgres.SaveDispute(ctx, tx, dispute); err != nil {
			return err
		}
	}
	return nil
}
