package activities

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"o2c/models"
	"o2c/postgres"
)

// resolve resolves the notices of an item that what has settled it covers, and lifts what they had done: the hold of the customer's account
// ends by itself, for it is a notice that is not resolved; tasks that nobody has carried out are closed, and what was handed over to an agency is
// called back. What is open again brings a notice back with its hold and its hand-over; a letter or a call is not repeated.
func resolve(ctx context.Context, tx pgx.Tx, item *postgres.OpenItem, at time.Time) error {
	changed, err := postgres.ResolveNotices(ctx, tx, item)
	if err != nil {
		return err
	}
	for _, change := range changed {
		n := notice{Notice: postgres.Notice{ID: change.ID, Invoice: item.Invoice, Instalment: change.Instalment, Level: change.Level}}
		key := fmt.Sprintf("%s/%d", n.key(), item.Version)
		event := postgres.Event{
			Key: "resolved/" + key, OrderID: item.OrderID, CustomerID: item.CustomerID, Invoice: item.Invoice, Kind: "notice-resolved", At: at, Actor: system,
			Summary: n.words() + " is resolved",
		}
		outcome := "resolved"
		if !change.Resolved {
			event.Kind, event.Summary, outcome = "notice-open-again", n.words()+" is open again", "open again"
		}
		if change.Action == models.ActionAccountHold {
			event.Summary += map[bool]string{true: ": the customer's account is held for it no more", false: ": the customer's account is held"}[change.Resolved]
		}
		if _, err = postgres.RecordEvent(ctx, tx, event); err != nil {
			return err
		}
		done, err := postgres.EndTasksOf(ctx, tx, change.ID, "agency", outcome, at)
		if err != nil {
			return err
		}
		if change.Action != models.ActionAgency {
			continue
		}
		task := postgres.Task{
			Key: "again/" + key, Kind: "agency", Role: "collector", CustomerID: item.CustomerID, OrderID: item.OrderID, Invoice: item.Invoice, NoticeID: &change.ID,
			Detail: handOver(models.MustMoney(change.Amount, item.Currency), item.Invoice),
		}
		if change.Resolved {
			if done == 0 {
				continue // the agency never had it
			}
			task.Key, task.Kind, task.Detail = "recall/"+key, "agency_recall", "Call "+item.Invoice+" back from the collection agency: it is settled"
		}
		if err = postgres.OpenTask(ctx, tx, task, at); err != nil {
			return err
		}
	}
	return nil
}

func handOver(amount models.Money, invoice string) string {
	return "Hand " + amount.Text() + " of " + invoice + " over to the collection agency"
}
