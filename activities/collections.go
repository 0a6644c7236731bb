package activities

import (
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"o2c/models"
	"o2c/postgres"
)

// Collections duns what is overdue and keeps disputes.
type Collections struct {
	Pool   *pgxpool.Pool
	Orders Orders
}

// DunInput names the notice that is due: a level of an instalment of an invoice, or of the invoice itself where it has none. OrderID is
// empty where the invoice belongs to no single order.
type DunInput struct {
	OrderID    string    `json:"order_id,omitempty"`
	Invoice    string    `json:"invoice"`
	Instalment int       `json:"instalment,omitempty"`
	Level      int       `json:"level"`
	At         time.Time `json:"at"`
}

// Dun issues the notice of an instalment and level for what is open and undisputed at that instant, read under the item's lock;
// if that is nothing, or less than the policy's minimum, the level is recorded as skipped with its reason. A level that is not the
// planned one any more was dealt with before. What the notice charges is charged in the same transaction.
func (c *Collections) Dun(ctx context.Context, in DunInput) (models.OrderProgress, error) {
	return onInvoice(ctx, c.Pool, in.OrderID, in.Invoice, in.At, func(s *collectingStep) error {
		item, err := postgres.LockOpenItem(ctx, s.tx, in.Invoice)
		if err != nil {
			return err
		}
		state := item.DunnedOf(in.Instalment)
		if state == nil || state.Next == nil || state.Next.Level != in.Level || state.Next.At.After(in.At) {
			return nil
		}
		d, err := dunningOf(ctx, s.tx, item)
		if err != nil {
			return err
		}
		standing, err := s.standing(ctx, item, in.Instalment)
		if err != nil {
			return err
		}
		if err = s.notify(ctx, &d, state, standing); err != nil {
			return err
		}
		d.after(state, in.Level)
		return postgres.SaveOpenItem(ctx, s.tx, item)
	})
}

// standing is how an instalment stands at the moment of a notice.
func (s *collectingStep) standing(ctx context.Context, item *postgres.OpenItem, instalment int) (models.Standing, error) {
	none := models.Zero(item.Currency)
	standing := models.Standing{Open: none, Disputed: none, Promised: none}
	covered, err := promised(ctx, s.tx, item)
	if err != nil {
		return standing, err
	}
	byPlan, err := planned(ctx, s.tx, item)
	if err != nil {
		return standing, err
	}
	covered = covered.Add(byPlan)
	parts, err := postgres.PausedParts(ctx, s.tx, item)
	for _, claim := range item.Claims(item.Disputed(), covered) {
		if claim.Instalment == instalment {
			standing = models.Standing{
				Open: claim.Open, Disputed: claim.Disputed, Parts: parts[instalment], Promised: claim.Promised, Held: item.Awaits(models.DueHold),
			}
		}
	}
	return standing, err
}

// JudgeInput names what comes due of an invoice and is no notice: a promise or an instalment of a plan that is judged, a hold that ends, a step of a dispute's
// service time.
type JudgeInput struct {
	OrderID string         `json:"order_id,omitempty"`
	Invoice string         `json:"invoice"`
	Kind    models.DueKind `json:"kind"`
	ID      string         `json:"id"`
	At      time.Time      `json:"at"`
}

// Judge carries out what came due. What the invoice does not wait for any more was dealt with before.
func (c *Collections) Judge(ctx context.Context, in JudgeInput) (models.OrderProgress, error) {
	return onInvoice(ctx, c.Pool, in.OrderID, in.Invoice, in.At, func(s *collectingStep) error {
		item, err := postgres.LockOpenItem(ctx, s.tx, in.Invoice)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(item.Waits, func(step models.DueStep) bool { return step.Kind == in.Kind && step.ID == in.ID && step.Due(in.At) }) {
			return nil
		}
		switch in.Kind {
		case models.DueHold:
			err = s.expireHold(ctx, item)
		case models.DuePlan:
			err = s.judgePlan(ctx, item)
		case models.DueOfDispute:
			err = s.serve(ctx, item, in.ID)
		default:
			err = s.judgePromise(ctx, item)
		}
		if err != nil {
			return err
		}
		return postgres.SaveOpenItem(ctx, s.tx, item)
	})
}
