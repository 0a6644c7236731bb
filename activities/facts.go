package activities

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"o2c/models"
	"o2c/postgres"
)

// Facts settles facts that nothing else could settle.
type Facts struct{ Pool *pgxpool.Pool }

// RefuseInput names a fact and why it is refused.
type RefuseInput struct {
	FactID  string       `json:"fact_id"`
	OrderID string       `json:"order_id,omitempty"`
	Actor   string       `json:"actor"`
	Reason  models.Error `json:"reason"`
	At      time.Time    `json:"at"`
}

// Refuse settles a fact as refused, for whoever told it to read. One that is carried out or refused already stays as it is. A payment
// that can't be booked is money that has arrived all the same: somebody has to look after it.
func (f *Facts) Refuse(ctx context.Context, in RefuseInput) error {
	return postgres.InTx(ctx, f.Pool, func(tx pgx.Tx) error {
		fact, err := postgres.LockFact(ctx, tx, in.FactID)
		if err != nil || fact.SettledAt != nil {
			return err
		}
		if err = postgres.SettleFact(ctx, tx, in.FactID, &in.Reason); err != nil {
			return err
		}
		if fact.Kind == postgres.PaymentFact {
			task := postgres.Task{Key: "refused/" + in.FactID, Kind: "payment_refused", Role: "cashier", Detail: "Payment " + in.FactID + " is not booked: " + in.Reason.Detail}
			if fact.CustomerID != nil {
				task.CustomerID = *fact.CustomerID
			}
			if err = postgres.OpenTask(ctx, tx, task, in.At); err != nil {
				return err
			}
		}
		_, err = postgres.RecordEvent(ctx, tx, postgres.Event{
			Key: "refused/" + in.FactID, OrderID: in.OrderID, Kind: "fact-refused", At: in.At, Actor: in.Actor,
			Summary: "Refused: " + in.Reason.Detail, Detail: in.Reason,
		})
		return err
	})
}
