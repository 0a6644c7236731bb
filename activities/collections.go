package activities

import (
	"context"
	"fmt"
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

// DunInput names the notice that is due: a level of an invoice. OrderID is empty where the invoice belongs to no single order.
type DunInput struct {
	OrderID string    `json:"order_id,omitempty"`
	Invoice string    `json:"invoice"`
	Level   int       `json:"level"`
	At      time.Time `json:"at"`
}

// Dun issues the notice of an invoice and level for what is open and undisputed at that instant, read under the item's lock;
// if that is nothing, the level is recorded as skipped. A level that is not the planned one any more was dealt with before.
func (c *Collections) Dun(ctx context.Context, in DunInput) (models.OrderProgress, error) {
	return onInvoice(ctx, c.Pool, in.OrderID, in.Invoice, in.At, func(s *collectingStep) error {
		item, err := postgres.LockOpenItem(ctx, s.tx, in.Invoice)
		if err != nil {
			return err
		}
		next := item.Next()
		if next == nil || next.Level != in.Level || next.At.After(in.At) {
			return nil
		}
		customer, err := postgres.LoadCustomer(ctx, s.tx, item.CustomerID)
		if err != nil {
			return err
		}
		parts, err := postgres.PausedParts(ctx, s.tx, item.Invoice)
		if err != nil {
			return err
		}
		amount := models.Dunnable(item.Open(), item.Disputed(), parts, in.At)
		if err = s.notify(ctx, item, customer, *next, amount); err != nil {
			return err
		}
		if err = s.planNext(ctx, item, customer, next.Level); err != nil {
			return err
		}
		return postgres.SaveOpenItem(ctx, s.tx, item)
	})
}

// notify records a notice with its message or task, or that it was skipped.
func (s *collectingStep) notify(ctx context.Context, item *postgres.OpenItem, customer models.Customer, planned models.PlannedNotice, amount models.Money) error {
	notice := postgres.Notice{
		Invoice: item.Invoice, Level: planned.Level, At: s.at, Amount: amount, Channel: planned.Channel, Action: planned.Action, State: "queued",
	}
	switch {
	case !amount.IsPositive():
		notice.Amount, notice.State, notice.Reason = models.Zero(item.Currency), "skipped", "nothing undisputed is open"
	case planned.Action != models.ActionNotice:
		notice.State = "sent" // the task below is all there is to do
	}
	id, err := postgres.InsertNotice(ctx, s.tx, notice)
	if err != nil || id == 0 {
		return err
	}
	key := fmt.Sprintf("dunning/%s/%d", item.Invoice, planned.Level)
	switch {
	case notice.State == "skipped":
		_, err = s.event(ctx, postgres.Event{Invoice: item.Invoice, Kind: "dunning-skipped", Actor: system,
			Summary: fmt.Sprintf("Dunning level %d of %s skipped: %s", planned.Level, item.Invoice, notice.Reason)})
		return err
	case planned.Action == models.ActionAgency:
		err = postgres.OpenTask(ctx, s.tx, postgres.Task{
			Key: key, Kind: "agency", Role: "collector", CustomerID: item.CustomerID, OrderID: s.orderID, Invoice: item.Invoice,
			Detail: "Hand " + amount.Text() + " of " + item.Invoice + " over to the collection agency",
		}, s.at)
	default:
		err = s.queueNotice(ctx, key, id, item, customer, planned, amount)
	}
	if err != nil {
		return err
	}
	_, err = s.event(ctx, postgres.Event{
		Key: key, Invoice: item.Invoice, Kind: "dunned", Actor: system,
		Summary: fmt.Sprintf("Dunning level %d of %s: %s demanded", planned.Level, item.Invoice, amount.Text()),
	})
	return err
}

func (s *collectingStep) queueNotice(ctx context.Context, key string, noticeID int64, item *postgres.OpenItem, customer models.Customer, planned models.PlannedNotice, amount models.Money) error {
	company, err := postgres.LoadCompany(ctx, s.tx)
	if err != nil {
		return err
	}
	text := document.DunningMail(planned.Level, receivableText(company, customer, s.poNumber, item.Invoice, item.PaymentReference, item.DueDate, amount))
	return s.queue(ctx, postgres.Message{
		Key: key, Invoice: item.Invoice, Kind: "dunning", Channel: planned.Channel, Recipient: customer.Email,
		Subject: text.Subject, Body: text.Body, NoticeID: &noticeID,
	})
}

// planNext plans the notice after a level.
func (s *collectingStep) planNext(ctx context.Context, item *postgres.OpenItem, customer models.Customer, level int) error {
	policy, err := postgres.LoadPolicy(ctx, s.tx, item.DunningPolicy, item.DunningVersion)
	if err != nil {
		return err
	}
	_, afterDue, err := postgres.LastNotice(ctx, s.tx, item.Invoice, item.DueDate, customer.Zone())
	if err != nil {
		return err
	}
	item.Plan(policy.NextNotice(item.DunningPlan, level, afterDue, customer.Zone()))
	return nil
}
