package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"o2c/models"
)

// Recovery is what of a payment was for a written-off item, whose number stands in Invoice. One that undoes another has its amount below
// zero.
type Recovery struct {
	PaymentID string
	N         int
	Invoice   string
	Currency  models.Currency
	Amount    decimal.Decimal
	Undoes    *int
	Reversal  *int // of the reversal that undid it
	Cause     string
	By        string
	At        time.Time
}

// Money is its amount in its currency.
func (r *Recovery) Money() models.Money { return models.MustMoney(r.Amount, r.Currency) }

// InsertRecovery records a recovery of a locked payment, or one that undoes another, and answers its number within the payment.
func InsertRecovery(ctx context.Context, tx pgx.Tx, r Recovery) (n int, err error) {
	err = tx.QueryRow(ctx, `
		INSERT INTO payment_recoveries (payment_id, n, invoice, currency, amount, undoes, reversal, cause, recovered_by, recovered_at)
		SELECT $1, count(*) + 1, $2, $3, $4, $5, $6, $7, $8, $9 FROM payment_recoveries WHERE payment_id = $1
		RETURNING n`,
		r.PaymentID, r.Invoice, r.Currency, r.Amount, r.Undoes, r.Reversal, r.Cause, r.By, r.At).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("postgres.InsertRecovery: %w", err)
	}
	return n, nil
}

const recoveryColumns = `
	SELECT r.payment_id, r.n, r.invoice, r.currency, r.amount, r.undoes, r.reversal, r.cause, r.recovered_by AS by, r.recovered_at AS at
	  FROM payment_recoveries r `

// StandingRecoveries reads the recoveries of a payment that stand: neither undone nor undoing, the newest first.
func StandingRecoveries(ctx context.Context, db DB, paymentID string) ([]Recovery, error) {
	rows, err := db.Query(ctx, recoveryColumns+`
		 WHERE r.payment_id = $1 AND r.undoes IS NULL AND NOT EXISTS (SELECT FROM payment_recoveries u WHERE u.payment_id = r.payment_id AND u.undoes = r.n)
		 ORDER BY r.n DESC`, paymentID)
	if err != nil {
		return nil, fmt.Errorf("postgres.StandingRecoveries: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[Recovery])
}

// RecoveriesUndoneBy reads the recoveries of a payment that a reversal undid, in the order in which they were made.
func RecoveriesUndoneBy(ctx context.Context, db DB, paymentID string, reversal int) ([]Recovery, error) {
	rows, err := db.Query(ctx, recoveryColumns+`
		  JOIN payment_recoveries u ON u.payment_id = r.payment_id AND u.undoes = r.n
		 WHERE r.payment_id = $1 AND u.reversal = $2 ORDER BY r.n`, paymentID, reversal)
	if err != nil {
		return nil, fmt.Errorf("postgres.RecoveriesUndoneBy: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[Recovery])
}

// LockRecoverable locks those written-off items of a customer that a payment names and of which something has not come yet, in the order
// of their numbers.
func LockRecoverable(ctx context.Context, tx pgx.Tx, customerID string, numbers, references []string) ([]OpenItem, error) {
	rows, err := tx.Query(ctx, openItemColumns+`
		WHERE i.customer_id = $1 AND i.written_off > i.recovered
		  AND (i.number = ANY($2) OR v.payment_reference = ANY($3) OR d.payment_reference = ANY($3)) ORDER BY i.number FOR UPDATE OF i`,
		customerID, numbers, references)
	if err != nil {
		return nil, fmt.Errorf("postgres.LockRecoverable: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[OpenItem])
}
