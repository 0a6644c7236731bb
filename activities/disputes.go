package activities

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"o2c/models"
	"o2c/postgres"
)

// OpenDispute opens an accepted dispute: the disputed part is neither dunned nor charged any more, the rest is. It is cut to
// what is undisputed at that moment, of its line where it has no amount, and refused when that is nothing ("nothing-to-dispute").
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
		dispute := postgres.Dispute{
			ID: in.FactID, Kind: raised.Kind, Reason: raised.Reason, Note: raised.Note, RaisedBy: raised.RaisedBy, Owner: raised.Owner,
		}
		if raised.Line > 0 {
			dispute.Line = &raised.Line
		}
		if raised.Kind != models.Inquiry {
			amount, refusal, err := s.disputable(ctx, item, raised)
			if err != nil {
				return err
			}
			if refusal != nil {
				return s.refuse(ctx, in.FactID, fact.Actor, refusal)
			}
			dispute.Kind, dispute.Amount = models.DisputeOfAmount, amount.Decimal()
		}
		opened, err := openDispute(ctx, s.tx, item, dispute, fact.Actor, in.FactID, s.at)
		if err != nil {
			return err
		}
		if !opened {
			return s.refuse(ctx, in.FactID, fact.Actor, models.Conflict("id-taken", "the id %q is used already", in.FactID))
		}
		if err = postgres.AddEvidence(ctx, s.tx, in.FactID, raised.Evidence, fact.Actor, s.at); err != nil {
			return err
		}
		if err = replan(ctx, s.tx, item, s.at); err != nil {
			return err
		}
		if err = postgres.SaveOpenItem(ctx, s.tx, item); err != nil {
			return err
		}
		return postgres.SettleFact(ctx, s.tx, in.FactID, nil)
	})
}

// disputable is the amount that a raised dispute covers, or why there is none.
func (s *collectingStep) disputable(ctx context.Context, item *postgres.OpenItem, raised models.Dispute) (models.Money, *models.Error, error) {
	asked := raised.Amount
	if asked == nil && raised.Line > 0 {
		share, err := postgres.OpenOfLine(ctx, s.tx, item.Invoice, raised.Line, item.Open())
		if err != nil {
			return models.Money{}, nil, err
		}
		asked = &share
	}
	amount, refusal := models.DisputeAmount(asked, item.Open(), item.Disputed())
	return amount, refusal, nil
}

// openDispute opens a dispute of an item, which the caller has locked, plans anew and saves: its part rests where its dunning stands,
// and its service time begins. False means that its id is taken.
func openDispute(ctx context.Context, tx pgx.Tx, item *postgres.OpenItem, dispute postgres.Dispute, by, key string, at time.Time) (bool, error) {
	dispute.Invoice, dispute.CustomerID, dispute.Currency = item.Invoice, item.CustomerID, item.Currency
	dispute.State, dispute.OpenedAt = models.DisputeOpen, at
	service, err := postgres.ServiceTimeFor(ctx, tx, dispute.Reason)
	if err != nil {
		return false, err
	}
	in, err := business(ctx, tx)
	if err != nil {
		return false, err
	}
	dispute.Serve(service.Start(at, dispute.Owner != "", in))
	before := item.Claims(item.Disputed(), models.Zero(item.Currency))
	for n, claim := range item.Claims(item.Disputed().Add(dispute.Money()), models.Zero(item.Currency)) {
		if place := item.Dunned[n].Place(at); place != nil && claim.Disputed.MoreThan(before[n].Disputed) {
			dispute.Places = append(dispute.Places, postgres.DisputedPlace{Instalment: claim.Instalment, Place: *place})
		}
	}
	if opened, err := postgres.InsertDispute(ctx, tx, dispute); err != nil || !opened {
		return false, err
	}
	item.DisputedAmount = item.DisputedAmount.Add(dispute.Amount)
	item.AwaitService(&dispute)
	event := postgres.Event{Key: key, Kind: "disputed", Summary: dispute.Money().Text() + " of " + item.Invoice + " disputed: " + dispute.Reason}
	if dispute.Kind == models.Inquiry {
		event.Kind, event.Summary = "inquired", "Inquiry about "+item.Invoice+": "+dispute.Reason
	}
	return true, tellOf(ctx, tx, item, event, by, at)
}

// tellOf adds what happened to an invoice to the timeline.
func tellOf(ctx context.Context, tx pgx.Tx, item *postgres.OpenItem, e postgres.Event, by string, at time.Time) error {
	e.OrderID, e.CustomerID, e.Invoice, e.Actor, e.At = item.OrderID, item.CustomerID, item.Invoice, by, at
	_, err := postgres.RecordEvent(ctx, tx, e)
	return err
}

// business is when the seller does business.
func business(ctx context.Context, db postgres.DB) (models.Business, error) {
	company, err := postgres.LoadCompany(ctx, db)
	if err != nil {
		return models.Business{}, err
	}
	calendar, err := postgres.LoadCalendar(ctx, db, company.Calendar)
	return models.Business{Calendar: calendar, Zone: company.Zone()}, err
}

// endDispute gives a dispute its end, without the money: it waits for nothing any more, and nobody is asked to do anything about it. The
// caller saves the item.
func endDispute(ctx context.Context, tx pgx.Tx, item *postgres.OpenItem, d *postgres.Dispute, state models.DisputeState, why, by string, at time.Time) error {
	waited := d.State == models.DisputeAwaitsApproval
	d.State, d.Resolution, d.ResolvedAt, d.ResolvedBy = state, why, &at, &by
	item.AwaitService(d)
	if err := postgres.SaveDispute(ctx, tx, d); err != nil {
		return err
	}
	keys := []string{serviceKey(d.ID, models.ServiceAssign), serviceKey(d.ID, models.ServiceRemind), serviceKey(d.ID, models.ServiceEscalate)}
	if err := postgres.CloseTasksOf(ctx, tx, keys, at); err != nil || !waited {
		return err
	}
	return postgres.LapseApprovals(ctx, tx, d.ID, "the dispute is "+string(state), at, models.DisputeApproval)
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
		if !dispute.State.Active() || dispute.Kind == models.Inquiry || !excess.IsPositive() {
			continue
		}
		part := models.Min(excess, dispute.Money())
		dispute.Amount = dispute.Amount.Sub(part.Decimal())
		item.DisputedAmount = item.DisputedAmount.Sub(part.Decimal())
		excess = excess.Sub(part)
		if dispute.Amount.IsZero() {
			err = endDispute(ctx, tx, item, dispute, models.DisputeWithdrawn, settled, by, at)
		} else {
			err = postgres.SaveDispute(ctx, tx, dispute)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
