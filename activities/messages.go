package activities

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"o2c/models"
	"o2c/postgres"
)

// Messages sends what steps have queued.
type Messages struct {
	Pool   *pgxpool.Pool
	Mailer Mailer
}

// SendInput names the queued messages to send.
type SendInput struct {
	Keys []string  `json:"keys"`
	At   time.Time `json:"at"`
}

// Send sends messages in the order in which they were queued, each recorded as sent as soon as it is. One that its recipient's server refuses for good becomes a
// task; any other failure is returned, and a retry goes on with those that are still queued.
func (m *Messages) Send(ctx context.Context, in SendInput) error {
	queued, err := postgres.QueuedMessages(ctx, m.Pool, in.Keys)
	if err != nil {
		return err
	}
	for _, message := range queued {
		sendErr := m.Mailer.Send(ctx, message.Key, message.Recipient, message.Subject, message.Body)
		if sendErr != nil && models.KindOf(sendErr) != models.KindInvalid {
			return sendErr
		}
		err = postgres.InTx(ctx, m.Pool, func(tx pgx.Tx) error {
			if sendErr == nil {
				return postgres.MessageSent(ctx, tx, message, in.At)
			}
			return refused(ctx, tx, message, sendErr, in.At)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func refused(ctx context.Context, tx pgx.Tx, message postgres.Message, reason error, at time.Time) error {
	if err := postgres.MessageRefused(ctx, tx, message, reason.Error()); err != nil {
		return err
	}
	return postgres.OpenTask(ctx, tx, postgres.Task{
		Key: "refused/" + message.Key, Kind: "message_refused", Role: reader(message.Kind), CustomerID: message.CustomerID, OrderID: message.OrderID,
		Invoice: message.Invoice, Detail: "The customer's mail server refuses " + message.Subject,
	}, at)
}

// reader is the role that looks after a message of a kind that could not be sent: an order is sold, an invoice collected.
func reader(kind string) string {
	switch kind {
	case "order_confirmation", "shipping_notice", "backorder", "proforma", "prepayment_reminder":
		return "sales"
	default:
		return "collector"
	}
}
