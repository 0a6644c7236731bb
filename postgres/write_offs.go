package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"o2c/models"
)

// WriteOff is what was given up of an open item: recorded once, and never changed. ID is the command's that asked for it. Authority is what
// whoever asked could have decided alone.
type WriteOff struct {
	ID            string
	Item          string
	CustomerID    string
	Amount        models.Money
	FromAllowance models.Money
	Authority     models.Money
	Reason        string
	RequestedBy   string
	On            models.Date
	At            time.Time
}

// InsertWriteOff records a write-off. Its open item, which the caller has locked and saves, falls by it.
func InsertWriteOff(ctx context.Context, tx pgx.Tx, w WriteOff) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO write_offs (id, item, customer_id, currency, amount, from_allowance, authority, reason, requested_by, written_off_on, written_off_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		w.ID, w.Item, w.CustomerID, w.Amount.Currency(), w.Amount, w.FromAllowance, w.Authority, w.Reason, w.RequestedBy, w.On, w.At)
	if err != nil {
		return fmt.Errorf("postgres.InsertWriteOff %s: %w", w.ID, err)
	}
	return nil
}

// WriteOffKnown says whether a write-off, or the request for its approval, is recorded.
func WriteOffKnown(ctx context.Context, db DB, id string) (bool, error) {
	var known bool
	err := db.QueryRow(ctx, `SELECT EXISTS (SELECT FROM write_offs WHERE id = $1) OR EXISTS (SELECT FROM approvals WHERE id = $1)`, id).Scan(&known)
	if err != nil {
		return false, TranslateError(fmt.Errorf("postgres.WriteOffKnown %s: %w", id, err))
	}
	return known, nil
}

// WriteOffWaits says whether a write-off of an item waits for a second person.
func WriteOffWaits(ctx context.Context, db DB, item string) (bool, error) {
	var waits bool
	err := db.QueryRow(ctx, `SELECT EXISTS (SELECT FROM approvals WHERE subject = $1 AND kind = 'write_off' AND decided_at IS NULL)`, item).Scan(&waits)
	if err != nil {
		return false, fmt.Errorf("postgres.WriteOffWaits %s: %w", item, err)
	}
	return waits, nil
}

// WriteOffAwaitingApproval is the state of a write-off that a second person has to decide on; it becomes written_off, rejected or lapsed.
const WriteOffAwaitingApproval = "awaiting_approval"

// WriteOffView is a write-off as it is shown, from the request for its approval on. What is not so yet is nil.
type WriteOffView struct {
	ID            string
	State         string
	Invoice       string
	OrderID       *string
	CustomerID    string
	Currency      models.Currency
	Amount        decimal.Decimal // while it waits: what was asked for
	FromAllowance *decimal.Decimal
	Reason        string
	RequestedBy   string
	RequestedAt   time.Time
	DecidedBy     *string
	DecidedAt     *time.Time
	DecisionNote  *string
	WrittenOffOn  *models.Date
	WrittenOffAt  *time.Time
}

// A write-off that nobody else had to decide on has no approval, and one that waits or was turned down is only that.
const writeOffColumns = `
	SELECT k.id, CASE WHEN w.id IS NOT NULL THEN 'written_off' WHEN a.decision IS NULL THEN 'awaiting_approval' WHEN a.decision = 'lapse' THEN 'lapsed' ELSE 'rejected' END AS state,
	       i.number AS invoice, i.order_id, i.customer_id, i.currency, coalesce(w.amount, a.amount) AS amount, w.from_allowance, coalesce(w.reason, a.reason) AS reason,
	       coalesce(w.requested_by, a.requested_by) AS requested_by, coalesce(a.requested_at, w.written_off_at) AS requested_at,
	       a.decided_by, a.decided_at, a.decision_reason AS decision_note, w.written_off_on, w.written_off_at
	  FROM known k
	  LEFT JOIN write_offs w ON w.id = k.id
	  LEFT JOIN approvals a ON a.id = k.id
	  JOIN open_items i ON i.number = coalesce(w.item, a.subject) `

// ReadWriteOff reads a write-off; "write-off-not-found".
func ReadWriteOff(ctx context.Context, db DB, id string) (WriteOffView, error) {
	rows, err := db.Query(ctx, `
		WITH known AS (SELECT id FROM write_offs WHERE id = $1 UNION SELECT id FROM approvals WHERE id = $1 AND kind = 'write_off') `+writeOffColumns, id)
	if err != nil {
		return WriteOffView{}, TranslateError(fmt.Errorf("postgres.ReadWriteOff: %w", err))
	}
	found, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[WriteOffView])
	if errors.Is(err, pgx.ErrNoRows) {
		return found, models.NotFound("write-off", id)
	}
	return found, TranslateError(err)
}

// ReadWriteOffsOf reads the write-offs of an invoice, oldest first; "invoice-not-found".
func ReadWriteOffsOf(ctx context.Context, db DB, invoice string) ([]WriteOffView, error) {
	if _, err := ReadOpenItem(ctx, db, invoice); err != nil {
		return nil, err
	}
	rows, err := db.Query(ctx, `
		WITH known AS (SELECT id FROM write_offs WHERE item = $1 UNION SELECT id FROM approvals WHERE subject = $1 AND kind = 'write_off') `+writeOffColumns+`
		 ORDER BY requested_at, id`, invoice)
	if err != nil {
		return nil, TranslateError(fmt.Errorf("postgres.ReadWriteOffsOf: %w", err))
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[WriteOffView])
	return found, TranslateError(err)
}
