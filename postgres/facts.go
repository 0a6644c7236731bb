package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"o2c/models"
)

// The kinds of fact, and the type of models that is their content.
const (
	ShipmentFact     = "shipment"      // models.ShipmentConfirmation
	DeliveryFact     = "delivery"      // models.DeliveryConfirmation
	ReturnFact       = "return"        // models.ReturnRequest
	DisputeFact      = "dispute"       // models.Dispute
	PaymentFact      = "payment"       // models.Payment
	StockReceiptFact = "stock_receipt" // models.StockReceipt
	CreditLimitFact  = "credit_limit"  // models.CreditLimitChange

	CarrierEventFact      = "carrier_event"      // models.CarrierEvent
	ReturnReceiptFact     = "return_receipt"     // models.ReturnReceipt
	CreditApplicationFact = "credit_application" //nolint:gosec // models.CreditUse; no credentials
	CreditRefundFact      = "credit_refund"      // models.CreditUse
	CollateralFact        = "collateral"         // models.CollateralChange
	StandingFact          = "credit_standing"    // models.CreditStandingChange
	PromiseFact           = "promise"            // models.Promise
	PaymentChangeFact     = "payment_change"     // models.PaymentChange
	TaskClosureFact       = "task_closure"       // models.TaskClosure
	ScreeningFact         = "screening"          // models.ScreeningChange
)

// Fact is what was told to the process and accepted. It is on its way until it is refused, or visible in its own table.
type Fact struct {
	ID            string
	Kind          string
	CustomerID    *string
	OrderID       *string
	Content       json.RawMessage
	Actor         string
	AcceptedAt    time.Time
	SettledAt     *time.Time
	RefusedCode   *string
	RefusedDetail *string
}

// Refusal is why the fact was refused, or nil.
func (f Fact) Refusal() *models.Error {
	if f.RefusedCode == nil {
		return nil
	}
	return models.Conflict(*f.RefusedCode, "%s", *f.RefusedDetail)
}

// AcceptFact records a fact once. The fact that is recorded under the id comes back; "id-taken" when that is another kind of
// fact, or belongs to another order or customer.
func AcceptFact(ctx context.Context, db DB, f Fact) (Fact, error) {
	_, err := db.Exec(ctx, `
		INSERT INTO facts (id, kind, customer_id, order_id, content, actor) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (id) DO NOTHING`, f.ID, f.Kind, f.CustomerID, f.OrderID, f.Content, f.Actor)
	if err != nil {
		return Fact{}, TranslateError(fmt.Errorf("postgres.AcceptFact: %w", err))
	}
	recorded, err := ReadFact(ctx, db, f.ID, f.Kind)
	if models.KindOf(err) == models.KindNotFound || err == nil && !(equal(recorded.OrderID, f.OrderID) && equal(recorded.CustomerID, f.CustomerID)) {
		return Fact{}, models.Conflict("id-taken", "the id %q is used already", f.ID)
	}
	return recorded, err
}

const factColumns = `
	SELECT id, kind, customer_id, order_id, content, actor, accepted_at, settled_at, refused_code, refused_detail
	  FROM facts `

// ReadFact reads an accepted fact of a kind; "<kind>-not-found".
func ReadFact(ctx context.Context, db DB, id, kind string) (Fact, error) {
	rows, err := db.Query(ctx, factColumns+`WHERE id = $1 AND kind = $2`, id, kind)
	if err != nil {
		return Fact{}, TranslateError(fmt.Errorf("postgres.ReadFact: %w", err))
	}
	fact, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Fact])
	if errors.Is(err, pgx.ErrNoRows) {
		return Fact{}, models.NotFound(kind, id)
	}
	if err != nil {
		return Fact{}, TranslateError(fmt.Errorf("postgres.ReadFact: %w", err))
	}
	return fact, nil
}

// FactsToRetell takes facts that were told longer ago than age, doubled with each telling, and that are neither carried out nor
// refused: those that wait longest first, at most so many. They count as told.
func FactsToRetell(ctx context.Context, db DB, age time.Duration, atMost int) ([]Fact, error) {
	rows, err := db.Query(ctx, `
		UPDATE facts SET told_at = now(), tellings = tellings + 1
		 WHERE id IN (SELECT id FROM facts
		               WHERE settled_at IS NULL AND told_at <= now() - $1::interval * power(2, least(tellings, 12) - 1)
		               ORDER BY told_at LIMIT $2 FOR UPDATE SKIP LOCKED)
		RETURNING id, kind, customer_id, order_id, content, actor, accepted_at, settled_at, refused_code, refused_detail`, age, atMost)
	if err != nil {
		return nil, TranslateError(fmt.Errorf("postgres.FactsToRetell: %w", err))
	}
	facts, err := pgx.CollectRows(rows, pgx.RowToStructByName[Fact])
	return facts, TranslateError(err)
}

func equal(a, b *string) bool {
	return a == b || a != nil && b != nil && *a == *b
}
