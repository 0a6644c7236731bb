package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"o2c/models"
)

// PrincipalOf reads what makes the principal of an invoice that bears interest: what has settled it, each by its value date, and what of
// it was, or is, disputed. Days are the seller's. An application that was undone never was: its counter has the same value date. Of a
// dispute only what was accepted, or is not decided, bears no interest.
func PrincipalOf(ctx context.Context, db DB, item *OpenItem, zone *time.Location) (lowered []models.Lowering, pauses []models.InterestPause, err error) {
	rows, err := db.Query(ctx, `
		SELECT p.value_date, a.amount + a.discount + a.payment_difference
		  FROM payment_applications a JOIN payments p ON p.id = a.payment_id WHERE a.invoice = $1
		UNION ALL SELECT (applied_at AT TIME ZONE $2)::date, amount FROM credit_applications WHERE invoice = $1
		UNION ALL SELECT issue_date, applied_to_invoice - written_off_reversed - payment_difference_reversed - discount_reversed FROM credit_notes WHERE invoice = $1
		UNION ALL SELECT written_off_on, amount FROM write_offs WHERE item = $1`, item.Number, zone.String())
	if err != nil {
		return nil, nil, fmt.Errorf("postgres.PrincipalOf %s: %w", item.Number, err)
	}
	var day models.Date
	var amount decimal.Decimal
	_, err = pgx.ForEachRow(rows, []any{&day, &amount}, func() error {
		lowered = append(lowered, models.Lowering{ValueDate: day, Amount: models.MustMoney(amount, item.Currency)})
		return nil
	})
	if err != nil {
		return nil, nil, fmt.Errorf("postgres.PrincipalOf %s: %w", item.Number, err)
	}
	disputes, err := DisputesOf(ctx, db, item.Number)
	if err != nil {
		return nil, nil, err
	}
	for _, d := range disputes {
		pause := models.InterestPause{First: models.DateIn(d.OpenedAt, zone), Amount: d.Money()}
		if !d.State.Active() {
			pause.Amount = models.MustMoney(d.Accepted, d.Currency)
			if d.ResolvedAt != nil {
				pause.Last = models.DateIn(*d.ResolvedAt, zone)
			}
		}
		if pause.Amount.IsPositive() {
			pauses = append(pauses, pause)
		}
	}
	return lowered, pauses, nil
}

// ChargedBefore is what earlier notices charged beside an instalment's principal.
type ChargedBefore struct {
	Interest    decimal.Decimal // of the instalment, less what was waived of it as too much
	Compensated bool            // of the invoice
}

// ChargedBeforeOf reads what earlier notices charged.
func ChargedBeforeOf(ctx context.Context, db DB, invoice string, instalment int) (c ChargedBefore, err error) {
	err = db.QueryRow(ctx, `
		SELECT coalesce(sum(d.amount) FILTER (WHERE d.kind = 'interest' AND n.instalment = $2), 0), coalesce(bool_or(d.kind = 'compensation'), false)
		  FROM debit_notes d JOIN dunning_notices n ON n.id = d.notice_id
		 WHERE d.invoice = $1`, invoice, instalment).Scan(&c.Interest, &c.Compensated)
	if err != nil {
		return c, fmt.Errorf("postgres.ChargedBeforeOf %s: %w", invoice, err)
	}
	return c, nil
}

// OpenCharges reads the fees, interest and compensation that a customer has not paid, oldest first.
func OpenCharges(ctx context.Context, db DB, customerID string) ([]models.OpenCharge, error) {
	rows, err := db.Query(ctx, `
		SELECT i.number, i.kind, i.currency, i.open_amount
		  FROM open_items i
		 WHERE i.customer_id = $1 AND i.status IN ('open', 'partly_paid') AND i.kind IN ('fee', 'interest', 'compensation')
		 ORDER BY i.due_date, i.number`, customerID)
	if err != nil {
		return nil, fmt.Errorf("postgres.OpenCharges of %s: %w", customerID, err)
	}
	var found []models.OpenCharge
	var charge models.OpenCharge
	var currency models.Currency
	var open decimal.Decimal
	_, err = pgx.ForEachRow(rows, []any{&charge.Number, &charge.Kind, &currency, &open}, func() error {
		charge.Open = models.MustMoney(open, currency)
		found = append(found, charge)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("postgres.OpenCharges of %s: %w", customerID, err)
	}
	return found, nil
}
