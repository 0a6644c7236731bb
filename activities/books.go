package activities

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"o2c/ledger"
	"o2c/models"
	"o2c/postgres"
)

// Books closes accounting periods.
type Books struct {
	Pool *pgxpool.Pool
}

// ClosePeriodInput names the period and who closes it. ID is the command.
type ClosePeriodInput struct {
	ID     string        `json:"id"`
	Period models.Period `json:"period"`
	Actor  string        `json:"actor"`
	At     time.Time     `json:"at"`
}

// ClosePeriod closes a period: late base amounts, valuation of open items in foreign currencies, and the close itself are one
// transaction, with its row of the audit trail, which notes the last seals. A command that has closed its period already is done.
func (b *Books) ClosePeriod(ctx context.Context, in ClosePeriodInput) error {
	// What the period holds so far is sealed before, so that the audit trail can note it.
	if _, err := ledger.Seal(ctx, b.Pool); err != nil {
		return err
	}
	if _, err := postgres.SealRecords(ctx, b.Pool); err != nil {
		return err
	}
	return postgres.InTx(ctx, b.Pool, func(tx pgx.Tx) error {
		today, err := businessDate(ctx, tx, in.At)
		if err != nil {
			return err
		}
		if done, err := postgres.PeriodClosedBy(ctx, tx, in.Period, in.ID); err != nil || done {
			return err
		}
		if err = ledger.Close(ctx, tx, in.Period, today, in.Actor); err != nil {
			return err
		}
		return postgres.AuditPeriodClose(ctx, tx, in.Period, in.ID, in.Actor)
	})
}
