package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"o2c/models"
)

// DebitNote charges a customer for something that is not an invoice: once, and it is never changed. Invoice is the one that it came
// from, "" where there is none. Cause is the fact that charged it, which charges each kind once.
type DebitNote struct {
	Number     string
	Year       int
	Sequence   int64
	Kind       models.ItemKind
	CustomerID string
	Invoice    string
	Amount     models.Money
	ChargedOn  models.Date
	Reference  string // ISO 11649 creditor reference
	Reason     string
	Cause      string
	By         string
	At         time.Time
	NoticeID   *int64                   // the dunning notice that charged it
	Segments   []models.InterestSegment // of interest: what it was made of
}

// InsertDebitNote records a debit note with its open item, which is due at once. A second one of its kind for one cause is refused
// (debit_notes_once).
func InsertDebitNote(ctx context.Context, tx pgx.Tx, n DebitNote) error {
	err := InsertOpenItem(ctx, tx, &OpenItem{
		Number: n.Number, Kind: n.Kind, Invoice: n.Invoice, CustomerID: n.CustomerID, Currency: n.Amount.Currency(), DueDate: n.ChargedOn,
		Total: n.Amount.Decimal(), DunningPlan: []models.PlannedNotice{},
	})
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO debit_notes (number, series, year, sequence, kind, customer_id, invoice, currency, amount, charged_on, payment_reference, reason, cause,
		                         charged_by, charged_at, notice_id, segments)
		VALUES ($1, $2, $3, $4, $5, $6, nullif($7, ''), $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`,
		n.Number, models.DebitNoteSeries, n.Year, n.Sequence, n.Kind, n.CustomerID, n.Invoice, n.Amount.Currency(), n.Amount, n.ChargedOn, n.Reference, n.Reason,
		n.Cause, n.By, n.At, n.NoticeID, append([]models.InterestSegment{}, n.Segments...))
	if err != nil {
		return fmt.Errorf("postgres.InsertDebitNote %s: %w", n.Number, err)
	}
	return nil
}

// Reduction is what is taken back of a debit note.
type Reduction struct {
	DebitNote string
	Cause     string
	Amount    models.Money
	Reason    string
	By        string
	At        time.Time
}

// InsertReduction records what is taken back of a debit note. Its open item, which the caller has locked and saves, falls by it.
func InsertReduction(ctx context.Context, tx pgx.Tx, r Reduction) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO debit_note_reductions (debit_note, cause, currency, amount, reason, reduced_by, reduced_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		r.DebitNote, r.Cause, r.Amount.Currency(), r.Amount, r.Reason, r.By, r.At)
	if err != nil {
		return fmt.Errorf("postgres.InsertReduction of %s: %w", r.DebitNote, err)
	}
	return nil
}
