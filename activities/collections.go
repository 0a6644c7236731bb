package activities

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"o2c/document"
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
// planned one any more was dealt with before.
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
		amount, skipped := d.policy.Demand(standing, in.At)
		if err = s.notify(ctx, &d, state, amount, skipped); err != nil {
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

// JudgeInput names what comes due of an invoice and is no notice: a promise that is judged, a hold that ends.
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
		if in.Kind == models.DueHold {
			err = s.expireHold(ctx, item)
		} else {
			err = s.judgePromise(ctx, item)
		}
		if err != nil {
			return err
		}
		return postgres.SaveOpenItem(ctx, s.tx, item)
	})
}

// notify records the notice that is due of an instalment with its message or task, or that it was skipped.
func (s *collectingStep) notify(ctx context.Context, d *dunning, state *postgres.Dunned, amount models.Money, skipped models.SkipReason) error {
	item, planned := d.item, *state.Next
	notice := postgres.Notice{
		Invoice: item.Invoice, Instalment: planned.Instalment, Level: planned.Level, At: s.at, Amount: amount, Channel: planned.Channel,
		Action: planned.Action, State: "queued",
	}
	switch {
	case skipped != models.NotSkipped:
		notice.State, notice.Reason = "skipped", string(skipped)
	case planned.Action != models.ActionNotice:
		notice.State = "sent" // the task below is all there is to do
	}
	id, err := postgres.InsertNotice(ctx, s.tx, notice)
	if err != nil || id == 0 {
		return err
	}
	key, words := noticeKey(item.Invoice, planned), noticeWords(item.Invoice, planned)
	if notice.State == "skipped" {
		_, err = s.event(ctx, postgres.Event{Invoice: item.Invoice, Kind: "dunning-skipped", Actor: system, Summary: words + " skipped: " + notice.Reason})
		return err
	}
	d.sent = append(d.sent, postgres.SentNotice{Instalment: planned.Instalment, Level: planned.Level, At: s.at})
	if planned.Action == models.ActionAgency {
		err = postgres.OpenTask(ctx, s.tx, postgres.Task{
			Key: key, Kind: "agency", Role: "collector", CustomerID: item.CustomerID, OrderID: s.orderID, Invoice: item.Invoice,
			Detail: "Hand " + amount.Text() + " of " + item.Invoice + " over to the collection agency",
		}, s.at)
	} else {
		err = s.queueNotice(ctx, key, id, d, state, amount)
	}
	if err != nil {
		return err
	}
	_, err = s.event(ctx, postgres.Event{Key: key, Invoice: item.Invoice, Kind: "dunned", Actor: system, Summary: words + ": " + amount.Text() + " demanded"})
	return err
}

// noticeKey is the natural key of a notice.
func noticeKey(invoice string, planned models.PlannedNotice) string {
	if planned.Instalment > 0 {
		return fmt.Sprintf("dunning/%s/instalment/%d/%d", invoice, planned.Instalment, planned.Level)
	}
	return fmt.Sprintf("dunning/%s/%d", invoice, planned.Level)
}

func noticeWords(invoice string, planned models.PlannedNotice) string {
	return fmt.Sprintf("Dunning level %d of %s", planned.Level, models.ItemKey{Invoice: invoice, Instalment: planned.Instalment})
}

func (s *collectingStep) queueNotice(ctx context.Context, key string, noticeID int64, d *dunning, state *postgres.Dunned, amount models.Money) error {
	company, err := postgres.LoadCompany(ctx, s.tx)
	if err != nil {
		return err
	}
	item, planned := d.item, state.Next
	text := document.DunningMail(planned.Level, receivableText(company, d.customer, s.poNumber, item.Invoice, item.PaymentReference, state.Due, amount))
	return s.queue(ctx, postgres.Message{
		Key: key, Invoice: item.Invoice, Kind: "dunning", Channel: planned.Channel, Recipient: d.customer.Email,
		Subject: text.Subject, Body: text.Body, NoticeID: &noticeID,
	})
}
