package postgres

import (
	"cmp"
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
	Kind         string
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
	Owner        string
	RootCause    string
	Department   string
	Service      models.ServiceClock
	DueAt        time.Time // when it is escalated, or was last to be
	PaymentID    *string   // of which it was kept back
	Application  *int      // by this one
	OpenedAt     time.Time
	ResolvedAt   *time.Time
	ResolvedBy   *string
	Resolution   string
	ResolutionID *string
	Places       []DisputedPlace // where the dunning of what it lies on stood when it was paused
}

// Money is the disputed amount.
func (d *Dispute) Money() models.Money { return models.MustMoney(d.Amount, d.Currency) }

// Serve gives the dispute a clock of its service time.
func (d *Dispute) Serve(clock models.ServiceClock) {
	d.Service = clock
	if due := clock.DueAt(); due != nil {
		d.DueAt = *due
	}
}

// InsertDispute opens a dispute, of an amount unless its kind says otherwise; false means that its id is taken.
func InsertDispute(ctx context.Context, tx pgx.Tx, d Dispute) (bool, error) {
	tag, err := tx.Exec(ctx, `
		INSERT INTO disputes (id, kind, invoice, customer_id, currency, line, amount, reason, note, raised_by, owner, service, due_at, payment_id, application, opened_at, places)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
		ON CONFLICT (id) DO NOTHING`,
		d.ID, cmp.Or(d.Kind, models.DisputeOfAmount), d.Invoice, d.CustomerID, d.Currency, d.Line, d.Amount, d.Reason, d.Note, d.RaisedBy, d.Owner, d.Service, d.DueAt, d.PaymentID, d.Application,
		d.OpenedAt, append([]DisputedPlace{}, d.Places...))
	if err != nil {
		return false, fmt.Errorf("postgres.InsertDispute: %w", err)
	}
	return tag.RowsAffected() == 1, nil
}

const disputeColumns = `
	SELECT id, kind, invoice, customer_id, currency, line, amount, accepted, reason, note, raised_by, state, owner, root_cause, department, service, due_at,
	       payment_id, application, opened_at, resolved_at, resolved_by, resolution, resolution_id, places
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

// DisputeOfDeduction reads the dispute that an application of a payment opened; nil without one.
func DisputeOfDeduction(ctx context.Context, db DB, paymentID string, application int) (*Dispute, error) {
	rows, err := db.Query(ctx, disputeColumns+`WHERE payment_id = $1 AND application = $2`, paymentID, application)
	if err != nil {
		return nil, fmt.Errorf("postgres.DisputeOfDeduction: %w", err)
	}
	dispute, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Dispute])
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("postgres.DisputeOfDeduction %s: %w", paymentID, err)
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
		   SET amount = $2, accepted = $3, state = $4, resolved_at = $5, resolved_by = $6, resolution = $7, resolution_id = $8, owner = $9, root_cause = $10,
		       department = $11, service = $12, due_at = $13
		 WHERE id = $1`,
		d.ID, d.Amount, d.Accepted, d.State, d.ResolvedAt, d.ResolvedBy, d.Resolution, d.ResolutionID, d.Owner, d.RootCause, d.Department, d.Service, d.DueAt)
	if err != nil {
		return fmt.Errorf("postgres.SaveDispute %s: %w", d.ID, err)
	}
	return nil
}

// OpenOfLine is what is open of a line of an invoice and not disputed as that line's: its share of what is open, less its disputes.
func OpenOfLine(ctx context.Context, db DB, invoice string, line int, open models.Money) (models.Money, error) {
	creditable, err := Creditable(ctx, db, invoice, open.Currency())
	if err != nil {
		return open, err
	}
	var disputed decimal.Decimal
	err = db.QueryRow(ctx, `
		SELECT coalesce(sum(amount), 0) FROM disputes
		 WHERE invoice = $1 AND line = $2 AND state IN ('open', 'awaiting_customer', 'awaiting_approval')`, invoice, line).Scan(&disputed)
	if err != nil {
		return open, fmt.Errorf("postgres.OpenOfLine %s: %w", invoice, err)
	}
	shares, _ := models.LineShares(open, creditable)
	left := models.MustMoney(disputed, open.Currency()).Neg()
	if share, has := shares[line]; has {
		left = left.Add(share)
	}
	if left.IsNegative() {
		left = models.Zero(open.Currency())
	}
	return left, nil
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

// Blame says why the dispute came about, and who is to cure that; what is not said stays as it was.
func (d *Dispute) Blame(cause, department string) {
	d.RootCause, d.Department = cmp.Or(cause, d.RootCause), cmp.Or(department, d.Department)
}
