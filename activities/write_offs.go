package activities

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"o2c/ledger"
	"o2c/models"
	"o2c/postgres"
)

// WriteOffs gives up what is owed.
type WriteOffs struct {
	Pool   *pgxpool.Pool
	Orders Orders
}

// WriteOffInput is a person's decision to give up an amount of an invoice, of an order or of no single one.
type WriteOffInput struct {
	OrderID string                 `json:"order_id,omitempty"`
	Request models.WriteOffRequest `json:"request"`
	At      time.Time              `json:"at"`
}

// WriteOff gives up an amount of what is open of an invoice and not disputed. Above the authority of whoever asks it waits for a second
// person, whose decision comes as the request's Approval. Errors: "invoice-not-found", those of models.WriteOffAmount,
// "write-off-waits"; of an approval "approval-not-found", "approval-decided", "own-approval".
func (w *WriteOffs) WriteOff(ctx context.Context, in WriteOffInput) (models.OrderProgress, error) {
	request := in.Request
	if err := request.Validate(); err != nil {
		return models.OrderProgress{}, err
	}
	cause := request.ID
	if request.Approval != nil {
		cause = request.Approval.ID
	}
	return onInvoiceFreeingCredit(ctx, w.Pool, w.Orders, in.OrderID, request.Invoice, cause, in.At, func(s *collectingStep) error {
		item, err := postgres.LockOpenItem(ctx, s.tx, request.Invoice)
		if err != nil {
			return err
		}
		if item.OrderID != s.orderID {
			return models.NotFound("invoice", request.Invoice)
		}
		if request.Approval != nil {
			return s.writeOffTogether(ctx, item, request)
		}
		if known, err := postgres.WriteOffKnown(ctx, s.tx, request.ID); err != nil || known {
			return err
		}
		amount, err := models.WriteOffAmount(request.Amount, item.Open(), item.Disputed())
		if err != nil {
			return err
		}
		authority, err := postgres.AuthorityOf(ctx, s.tx, models.WriteOffApproval, request.Roles, item.Currency)
		if err != nil {
			return err
		}
		if amount.MoreThan(authority) {
			return s.requestWriteOff(ctx, item, request, amount)
		}
		return s.writeOff(ctx, item, request, amount, authority)
	})
}

// requestWriteOff has a write-off wait for a second person: one at a time of an invoice.
func (s *collectingStep) requestWriteOff(ctx context.Context, item *postgres.OpenItem, request models.WriteOffRequest, amount models.Money) error {
	if waits, err := postgres.WriteOffWaits(ctx, s.tx, item.Number); err != nil {
		return err
	} else if waits {
		return models.Conflict("write-off-waits", "another write-off of %s waits for a second person", item.Number)
	}
	content, err := json.Marshal(request)
	if err != nil {
		return fmt.Errorf("activities.requestWriteOff: %w", err)
	}
	err = postgres.RequestApproval(ctx, s.tx, postgres.Approval{
		ID: request.ID, Kind: models.WriteOffApproval, Subject: item.Number, CustomerID: item.CustomerID, Currency: item.Currency,
		Amount: amount.Decimal(), Reason: request.Reason, Content: content, RequestedBy: request.Actor, RequestedAt: s.at,
	})
	if err != nil {
		return err
	}
	_, err = s.event(ctx, postgres.Event{
		Key: request.ID, Invoice: item.Invoice, Kind: "approval-requested", Actor: request.Actor,
		Summary: "Write-off of " + amount.Text() + " of " + item.Number + " waits for a second person: " + request.Reason,
	})
	return err
}

// writeOffTogether carries out what a second person has decided on a write-off. What was asked for without an amount is cut to what is
// left; it never becomes more than what was approved.
func (s *collectingStep) writeOffTogether(ctx context.Context, item *postgres.OpenItem, request models.WriteOffRequest) error {
	approval := *request.Approval
	asked, decided, err := takeRequest(ctx, s.tx, approval)
	if err != nil || decided {
		return err
	}
	kind, words := "approval-rejected", "Write-off not approved: "
	if approval.Decision == models.Approved {
		kind, words = "approved", "Write-off approved: "
		amount, err := models.WriteOffAmount(request.Amount, item.Open(), item.Disputed())
		if err != nil {
			return err
		}
		authority, err := postgres.AuthorityOf(ctx, s.tx, models.WriteOffApproval, request.Roles, item.Currency)
		if err != nil {
			return err
		}
		if err = s.writeOff(ctx, item, request, models.Min(amount, models.MustMoney(asked.Amount, asked.Currency)), authority); err != nil {
			return err
		}
	}
	if err = postgres.DecideApproval(ctx, s.tx, approval, s.at); err != nil {
		return err
	}
	_, err = s.event(ctx, postgres.Event{Key: approval.ID, Invoice: item.Invoice, Kind: kind, Actor: approval.Actor, Summary: words + approval.Reason})
	return err
}

// writeOff gives up a part of an item: document, open item, ledger, exposure and event. The loss allowance bears it as far as it lasts.
func (s *collectingStep) writeOff(ctx context.Context, item *postgres.OpenItem, request models.WriteOffRequest, amount, authority models.Money) error {
	today, err := businessDate(ctx, s.tx, s.at)
	if err != nil {
		return err
	}
	item.WrittenOff = item.WrittenOff.Add(amount.Decimal())
	s.exposure.OpenInvoices = s.exposure.OpenInvoices.Sub(amount)
	if err = replan(ctx, s.tx, item, s.at); err != nil {
		return err
	}
	if err = postgres.SaveOpenItem(ctx, s.tx, item); err != nil {
		return err
	}
	if request.Approval == nil { // else it is decided now
		err = lapseRequests(ctx, s.tx, item, s.at)
	} else if item.Open().IsZero() {
		err = postgres.LapseApprovals(ctx, s.tx, item.Number, "nothing is open any more", s.at, models.PlanApproval)
	}
	if err != nil {
		return err
	}
	_, err = s.event(ctx, postgres.Event{
		Key: "written-off/" + request.ID, Invoice: item.Invoice, Kind: "written-off", Actor: request.Actor,
		Summary: amount.Text() + " of " + item.Number + " written off: " + request.Reason, Detail: writeOffDetail{ID: request.ID, Amount: amount},
	})
	if err != nil {
		return err
	}
	fromAllowance, err := ledger.AllowanceFor(ctx, s.tx, amount)
	if err != nil {
		return err
	}
	err = postgres.InsertWriteOff(ctx, s.tx, postgres.WriteOff{
		ID: request.ID, Item: item.Number, CustomerID: item.CustomerID, Amount: amount, FromAllowance: fromAllowance, Authority: authority,
		Reason: request.Reason, RequestedBy: request.Actor, On: today, At: s.at,
	})
	if err != nil {
		return err
	}
	return ledger.Post(ctx, s.tx, ledger.Entry{
		Key: "write-off/" + request.ID, Event: "written_off", BusinessDate: today, CustomerID: item.CustomerID, OrderID: item.OrderID,
		Document: item.Number, Description: "Write-off of " + item.Number + ": " + request.Reason, Actor: request.Actor,
		Lines: ledger.WrittenOff(amount, fromAllowance),
	})
}

// writeOffDetail is what the timeline says of a write-off.
type writeOffDetail struct {
	ID     string       `json:"id"`
	Amount models.Money `json:"amount"`
}

// lapseRequests ends the write-off and the instalment plan that wait for a second person, where nothing is open any more that could be given up
// or paid.
func lapseRequests(ctx context.Context, tx pgx.Tx, item *postgres.OpenItem, at time.Time) error {
	if item.Open().IsPositive() {
		return nil
	}
	return postgres.LapseApprovals(ctx, tx, item.Number, "nothing is open any more", at, models.WriteOffApproval, models.PlanApproval)
}
