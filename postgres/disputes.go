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

// Dispute is a contested part of an invoice, as the process works on it.
type Dispute struct {
	ID           string
	Invoice      string
	CustomerID   string
	Currency     models.Currency
	Line         *int
	Amount       decimal.Decimal
	Accepted     decimal.Decimal
	Reason       string
	Note         string
	RaisedBy     string
	State        models.DisputeState
	DueAt        time.Time
	OpenedAt     time.Time
	ResolvedAt   *time.Time
	ResolvedBy   *string
	Resolution   string
	ResolutionID *string
	Places       []DisputedPlace // where the dunning of what it lies on stood when it was paused
}

// Money is the disputed amount.
func (d *Dispute) Money() models.Money { return models.MustMoney(d.Amount, d.Currency) }

// InsertDispute opens a dispute; false means that it was opened before.
func InsertDispute(ctx context.Context, tx pgx.Tx, d Dispute) (bool, error) {
	tag, err := tx.Exec(ctx, `
		INSERT INTO disputes (id, invoice, customer_id, currency, line, amount, reason, note, raised_by, due_at, opened_at, places)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
		ON CONFLICT (id) DO NOTHING`,
		d.ID, d.Invoice, d.CustomerID, d.Currency, d.Line, d.Amount, d.Reason, d.Note, d.RaisedBy, d.DueAt, d.OpenedAt, append([]DisputedPlace{}, d.Places...))
	if err != nil {
		return false, fmt.Errorf("postgres.InsertDispute: %w", err)
	}
	return tag.RowsAffected() == 1, nil
}

const disputeColumns = `
	SELECT id, invoice, customer_id, currency, line, amount, accepted, reason, note, raised_by, state, due_at, opened_at, resolved_at,
	       resolved_by, resolution, resolution_id, places
	  FROM disputes `

// LoadDispute reads a dispute; "dispute-not-found". Its invoice's item is the lock that guards it.
func LoadDispute(ctx context.Context, db DB, id string) (*Dispute, error) {
	rows, err := db.Query(ctx, disputeColumns+`WHERE id = $1`, id)
	if err != nil {
		return nil, fmt.Errorf("postgres.LoadDispute: %w", err)
	}
	dispute, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Dispute])
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, models.NotFound("dispute", id)
	}
	if err != nil {
		return nil, fmt.Errorf("postgres.LoadDispute %s: %w", id, err)
	}
	return &dispute, nil
}

// DisputesOf reads the disputes of an invoice, the newest first.
func DisputesOf(ctx context.Context, db DB, invoice string) ([]Dispute, error) {
	rows, err := db.Query(ctx, disputeColumns+`WHERE invoice = $1 ORDER BY opened_at DESC, id DESC`, invoice)
	if err != nil {
		return nil, fmt.Errorf("postgres.DisputesOf: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[Dispute])
}

// SaveDispute writes what a step changed of a dispute.
func SaveDispute(ctx context.Context, tx pgx.Tx, d *Dispute) error {
	_, err := tx.Exec(ctx, `
		UPDATE disputes
		   SET amount = $2, accepted = $3, state = $4, resolved_at = $5, resolved_by = $6, resolution = $7, resolution_id = $8
		 WHERE id = $1`,
		d.ID, d.Amount, d.Accepted, d.State, d.ResolvedAt, d.ResolvedBy, d.Resolution, d.ResolutionID)
	if err != nil {
		return fmt.Errorf("postgres.SaveDispute %s: %w", d.ID, err)
	}
	return nil
}

// DisputedPlace is where the dunning of an instalment stood when a dispute paused it.
type DisputedPlace struct {
	Instalment int `json:"instalment"`
	models.Place
}

// PausedParts are the parts of an invoice's instalments whose disputes were rejected or withdrawn and that join their notices again,
// each at an instant of its own: it has the time that was left. A part lies where its dispute lay, on the last instalments.
func PausedParts(ctx context.Context, db DB, item *OpenItem) (map[int][]models.PausedPart, error) {
	disputes, err := DisputesOf(ctx, db, item.Invoice)
	if err != nil {
		return nil, err
	}
	parts := map[int][]models.PausedPart{}
	none := models.Zero(item.Currency)
	claims := item.Claims(none, none)
	for _, d := range disputes {
		if d.State.Active() || d.ResolvedAt == nil {
			continue
		}
		rest := models.MustMoney(d.Amount.Sub(d.Accepted), d.Currency)
		for n := len(d.Places) - 1; n >= 0 && rest.IsPositive(); n-- {
			place, amount := d.Places[n], rest
			if n > 0 {
				amount = models.Min(rest, openOf(claims, place.Instalment, none))
			}
			parts[place.Instalment] = append(parts[place.Instalment], place.Resume(amount, d.ResolvedAt.UTC()))
			rest = rest.Sub(amount)
		}
	}
	return parts, nil
}

func openOf(claims []models.Claim, instalment int, none models.Money) models.Money {
	for _, claim := range claims {
		if claim.Instalment == instalment {
			return claim.Open
		}
	}
	return none
}
