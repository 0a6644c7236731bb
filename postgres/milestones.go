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

// Milestone is the n-th milestone of an order, and the invoice that has billed it, "" for none.
type Milestone struct {
	N int
	models.Milestone

	Invoice string
	Total   decimal.Decimal // of the invoice
}

// insertMilestones keeps the milestones of an order: they sum to 100 % (order_milestones_whole), and an order has them or is invoiced
// otherwise.
func insertMilestones(batch *pgx.Batch, o models.Order) {
	for i, m := range o.Milestones {
		batch.Queue(`INSERT INTO order_milestones (order_id, n, name, percent) VALUES ($1, $2, $3, $4)`, o.ID, i+1, m.Name, m.Percent)
	}
}

// MilestonesOf reads the milestones of an order, the first one first.
func MilestonesOf(ctx context.Context, db DB, orderID string) ([]Milestone, error) {
	rows, err := db.Query(ctx, `
		SELECT m.n, m.name, m.percent, coalesce(v.number, ''), coalesce(v.total, 0)
		  FROM order_milestones m LEFT JOIN invoices v ON v.order_id = m.order_id AND v.milestone = m.n
		 WHERE m.order_id = $1 ORDER BY m.n`, orderID)
	if err != nil {
		return nil, fmt.Errorf("postgres.MilestonesOf %s: %w", orderID, err)
	}
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (m Milestone, err error) {
		return m, row.Scan(&m.N, &m.Name, &m.Percent, &m.Invoice, &m.Total)
	})
	if err != nil {
		return nil, fmt.Errorf("postgres.MilestonesOf %s: %w", orderID, err)
	}
	return found, nil
}

// Billed is how far the order is billed by its milestones.
func (o *Order) Billed() models.MilestonesBilled {
	billed := models.MilestonesBilled{Milestones: len(o.Milestones), Amount: models.Zero(o.Currency)}
	for _, m := range o.Milestones {
		if m.Invoice != "" {
			billed.Billed++
			billed.Amount = billed.Amount.Add(models.MustMoney(m.Total, o.Currency))
		}
	}
	return billed
}

// BilledByMilestones reads what the milestones of an order have billed of it: by line, by charge and by tax group.
func BilledByMilestones(ctx context.Context, db DB, o *Order) (models.BilledSoFar, error) {
	billed := models.BilledSoFar{Lines: map[int]models.Money{}, Charges: map[int]models.Money{}}
	for _, m := range o.Milestones {
		if m.Invoice != "" {
			billed.Percent = billed.Percent.Add(m.Percent)
		}
	}
	if billed.Percent.IsZero() {
		return billed, nil
	}
	rows, err := db.Query(ctx, `
		WITH billed AS (SELECT number FROM invoices WHERE order_id = $1 AND milestone IS NOT NULL)
		SELECT 'line', order_line, '', 0, sum(net_amount), 0 FROM invoice_lines WHERE invoice IN (SELECT number FROM billed) GROUP BY order_line
		UNION ALL
		SELECT 'charge', charge, '', 0, sum(amount), 0 FROM invoice_charges WHERE invoice IN (SELECT number FROM billed) GROUP BY charge
		UNION ALL
		SELECT 'tax', 0, category, rate, sum(taxable), sum(tax) FROM invoice_taxes WHERE invoice IN (SELECT number FROM billed) GROUP BY category, rate`, o.ID)
	if err != nil {
		return billed, fmt.Errorf("postgres.BilledByMilestones %s: %w", o.ID, err)
	}
	var kind, category string
	var n int
	var rate, amount, tax decimal.Decimal
	_, err = pgx.ForEachRow(rows, []any{&kind, &n, &category, &rate, &amount, &tax}, func() error {
		money := models.MustMoney(amount, o.Currency)
		switch kind {
		case "line":
			billed.Lines[n] = money
		case "charge":
			billed.Charges[n] = money
		default:
			billed.Groups = append(billed.Groups, models.CreditGroup{
				Tax: models.TaxClass{Category: category, Rate: rate}, Taxable: money, Amount: models.MustMoney(tax, o.Currency),
			})
		}
		return nil
	})
	if err != nil {
		return billed, fmt.Errorf("postgres.BilledByMilestones %s: %w", o.ID, err)
	}
	return billed, nil
}

// MilestonesCredited is true when all invoices of an order's milestones are credited to the last cent.
func MilestonesCredited(ctx context.Context, db DB, orderID string) (credited bool, err error) {
	err = db.QueryRow(ctx, `
		SELECT NOT EXISTS (
		       SELECT FROM invoices v
		        WHERE v.order_id = $1 AND v.milestone IS NOT NULL
		          AND v.total > (SELECT coalesce(sum(n.total), 0) FROM credit_notes n WHERE n.invoice = v.number))`, orderID).Scan(&credited)
	if err != nil {
		return false, fmt.Errorf("postgres.MilestonesCredited %s: %w", orderID, err)
	}
	return credited, nil
}

// MilestoneView is a milestone as it is shown.
type MilestoneView struct {
	N        int
	Name     string
	Percent  decimal.Decimal
	Invoice  *string
	BilledAt *time.Time
}

const milestoneViewColumns = `
	SELECT m.n, m.name, m.percent, v.number AS invoice, v.issued_at AS billed_at
	  FROM order_milestones m LEFT JOIN invoices v ON v.order_id = m.order_id AND v.milestone = m.n `

func readMilestones(ctx context.Context, db DB, orderID string) ([]MilestoneView, error) {
	rows, err := db.Query(ctx, milestoneViewColumns+`WHERE m.order_id = $1 ORDER BY m.n`, orderID)
	if err != nil {
		return nil, TranslateError(fmt.Errorf("postgres.readMilestones %s: %w", orderID, err))
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[MilestoneView])
	return found, TranslateError(err)
}

// ReadMilestone reads a milestone of an order that is entered; "milestone-not-found".
func ReadMilestone(ctx context.Context, db DB, orderID string, n int) (MilestoneView, error) {
	rows, err := db.Query(ctx, milestoneViewColumns+`WHERE m.order_id = $1 AND m.n = $2`, orderID, n)
	if err != nil {
		return MilestoneView{}, TranslateError(fmt.Errorf("postgres.ReadMilestone %s/%d: %w", orderID, n, err))
	}
	found, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[MilestoneView])
	if errors.Is(err, pgx.ErrNoRows) {
		return found, models.NotFound("milestone", fmt.Sprintf("%s/%d", orderID, n))
	}
	return found, TranslateError(err)
}
