package postgres

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"o2c/models"
)

// Dunned is where the dunning of an instalment of an invoice stands, or that of the whole where it has none.
type Dunned struct {
	Instalment int                   `json:"instalment"` // from 1; 0: the invoice has none
	Due        models.Date           `json:"due"`
	Amount     decimal.Decimal       `json:"amount"`
	Next       *models.PlannedNotice `json:"next,omitempty"`   // nil: none is planned
	Rested     *models.Place         `json:"rested,omitempty"` // where it stood when nothing could be demanded any more
}

// Plan sets the notice that is planned next; nil plans none.
func (d *Dunned) Plan(next *models.PlannedNotice) {
	if d.Next = next; next != nil {
		d.Rested = nil
	}
}

// Rest plans no notice, and remembers where the dunning stood at an instant, so that it can go on from there.
func (d *Dunned) Rest(at time.Time) {
	if d.Next != nil {
		d.Rested = models.PlaceOf(d.Next, at)
	}
	d.Next = nil
}

// Place is where the dunning stands at an instant, or where it rested; nil when it is at its end.
func (d *Dunned) Place(at time.Time) *models.Place {
	if d.Next != nil {
		return models.PlaceOf(d.Next, at)
	}
	return d.Rested
}

// DunnedOf is where the dunning of an instalment stands; nil without such a one.
func (i *OpenItem) DunnedOf(instalment int) *Dunned {
	for n := range i.Dunned {
		if i.Dunned[n].Instalment == instalment {
			return &i.Dunned[n]
		}
	}
	return nil
}

// PlanOf is the dunning plan of an instalment.
func (i *OpenItem) PlanOf(instalment int) []models.PlannedNotice {
	var plan []models.PlannedNotice
	for _, notice := range i.DunningPlan {
		if notice.Instalment == instalment {
			plan = append(plan, notice)
		}
	}
	return plan
}

// Claims are the instalments in their order, with what is open, disputed and promised of each.
func (i *OpenItem) Claims(disputed, promised models.Money) []models.Claim {
	return models.Claims(i.Schedule(), i.Settled(), disputed, promised)
}

// Schedule is what is due when of the item.
func (i *OpenItem) Schedule() []models.Instalment {
	schedule := make([]models.Instalment, len(i.Dunned))
	for n, d := range i.Dunned {
		schedule[n] = models.Instalment{DueDate: d.Due, Amount: models.MustMoney(d.Amount, i.Currency)}
	}
	return schedule
}

// Next is the notice that is planned next of all instalments, or nil.
func (i *OpenItem) Next() *models.PlannedNotice {
	var next *models.PlannedNotice
	for n := range i.Dunned {
		if planned := i.Dunned[n].Next; planned != nil && (next == nil || planned.At.Before(next.At)) {
			next = planned
		}
	}
	return next
}

// Rest plans no notice of any instalment.
func (i *OpenItem) Rest(at time.Time) {
	for n := range i.Dunned {
		i.Dunned[n].Rest(at)
	}
}

// Await adds what else comes due of the item; Reached takes it away again.
func (i *OpenItem) Await(kind models.DueKind, id string, at time.Time) {
	i.Waits = append(i.Waits, models.DueStep{Kind: kind, At: at, Item: models.ItemKey{Invoice: i.Invoice}, ID: id})
}

// AwaitPlan has the item wait for an instalment of its plan, from 1, and for no other; 0: for none.
func (i *OpenItem) AwaitPlan(id string, n int, at time.Time) {
	i.Reached(models.DuePlan)
	if n > 0 {
		i.Waits = append(i.Waits, models.DueStep{Kind: models.DuePlan, At: at, Item: models.ItemKey{Invoice: i.Invoice, Instalment: n}, ID: id})
	}
}

// Reached takes what came due, or comes due no more, away: of a kind of which there is one at a time.
func (i *OpenItem) Reached(kind models.DueKind) {
	i.Waits = slices.DeleteFunc(slices.Clone(i.Waits), func(step models.DueStep) bool { return step.Kind == kind })
}

// AwaitService has the item wait for the next step of a dispute's service time, and for no other of it: for none once it is resolved.
func (i *OpenItem) AwaitService(d *Dispute) {
	i.Waits = slices.DeleteFunc(slices.Clone(i.Waits), func(step models.DueStep) bool { return step.Kind == models.DueOfDispute && step.ID == d.ID })
	if next := d.Service.Next(); next != nil && d.State.Active() {
		i.Waits = append(i.Waits, models.DueStep{
			Kind: models.DueOfDispute, At: next.At, Item: models.ItemKey{Invoice: i.Invoice}, ID: d.ID, Service: next.Step,
		})
	}
}

// Awaits is true while something of a kind comes due: a promise is open, a hold is active.
func (i *OpenItem) Awaits(kind models.DueKind) bool {
	return slices.ContainsFunc(i.Waits, func(step models.DueStep) bool { return step.Kind == kind })
}

func (i *OpenItem) judgeAt() *time.Time {
	if next, _ := models.NextAction(i.Waits, time.Time{}); next != nil {
		return &next.At
	}
	return nil
}

// columns are what Next is in the table.
func (i *OpenItem) columns() (instalment int, level *int, at *time.Time) {
	if next := i.Next(); next != nil {
		return next.Instalment, &next.Level, &next.At
	}
	return 0, nil, nil
}

// SentNotice is a notice that was sent.
type SentNotice struct {
	Instalment int
	Level      int
	At         time.Time
}

// SentNotices reads the notices that were sent for an invoice.
func SentNotices(ctx context.Context, db DB, invoice string) ([]SentNotice, error) {
	rows, err := db.Query(ctx, `SELECT instalment, level, at FROM dunning_notices WHERE invoice = $1 AND state <> 'skipped' ORDER BY at, id`, invoice)
	if err != nil {
		return nil, fmt.Errorf("postgres.SentNotices: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[SentNotice])
}

// LastNotice is the highest level that was sent for an instalment (models.NothingSent if none) and the instant of its last notice
// after its due date (zero if none).
func LastNotice(sent []SentNotice, instalment int, due models.Date, zone *time.Location) (level int, afterDue time.Time) {
	level, overdue := models.NothingSent, due.AddDays(1).At(0, zone)
	for _, notice := range sent {
		if notice.Instalment != instalment {
			continue
		}
		level = max(level, notice.Level)
		if !notice.At.Before(overdue) && notice.At.After(afterDue) {
			afterDue = notice.At
		}
	}
	return level, afterDue
}
