package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"o2c/models"
)

// NoticeChange is a notice that was resolved, or that is not any more.
type NoticeChange struct {
	ID         int64
	Instalment int
	Level      int
	Action     string
	Amount     decimal.Decimal
	Resolved   bool
}

// ResolveNotices resolves the notices of an item that are covered: no more is open of their instalment than they left. One of which
// something is open again is what it was before.
func ResolveNotices(ctx context.Context, tx pgx.Tx, item *OpenItem) ([]NoticeChange, error) {
	none := models.Zero(item.Currency)
	instalments, open := make([]int, len(item.Dunned)), make([]decimal.Decimal, len(item.Dunned))
	for n, claim := range item.Claims(none, none) {
		instalments[n], open[n] = claim.Instalment, claim.Open.Decimal()
	}
	rows, err := tx.Query(ctx, `
		UPDATE dunning_notices n
		   SET state = CASE WHEN c.open <= n.left_open THEN 'resolved' ELSE n.resolved_from END, resolved_from = CASE WHEN c.open <= n.left_open THEN n.state END
		  FROM unnest($2::integer[], $3::numeric[]) AS c (instalment, open)
		 WHERE n.invoice = $1 AND n.instalment = c.instalment AND n.state <> 'skipped' AND (n.state = 'resolved') <> (c.open <= n.left_open)
		RETURNING n.id, n.instalment, n.level, n.action, n.amount, n.state = 'resolved' AS resolved`, item.Invoice, instalments, open)
	if err != nil {
		return nil, fmt.Errorf("postgres.ResolveNotices of %s: %w", item.Invoice, err)
	}
	changed, err := pgx.CollectRows(rows, pgx.RowToStructByName[NoticeChange])
	if err != nil {
		return nil, fmt.Errorf("postgres.ResolveNotices of %s: %w", item.Invoice, err)
	}
	return changed, nil
}

// NoticesLeaveLess takes an amount that was accepted of a dispute off what the notices of an instalment left: it was theirs to leave, and
// is no payment of what they demand.
func NoticesLeaveLess(ctx context.Context, tx pgx.Tx, invoice string, instalment int, accepted models.Money, disputed time.Time) error {
	_, err := tx.Exec(ctx, `
		UPDATE dunning_notices SET left_open = greatest(left_open - $3, 0) WHERE invoice = $1 AND instalment = $2 AND state <> 'skipped' AND at >= $4`,
		invoice, instalment, accepted, disputed)
	if err != nil {
		return fmt.Errorf("postgres.NoticesLeaveLess of %s: %w", invoice, err)
	}
	return nil
}

// EndTasksOf closes the tasks of a notice that nobody has closed, and returns how many of a kind had been closed before.
func EndTasksOf(ctx context.Context, tx pgx.Tx, noticeID int64, kind, outcome string, at time.Time) (done int, err error) {
	err = tx.QueryRow(ctx, `
		WITH ended AS (UPDATE tasks SET closed_at = $4, closed_by = 'o2c', outcome = $3 WHERE notice_id = $1 AND closed_at IS NULL)
		SELECT count(*) FROM tasks WHERE notice_id = $1 AND kind = $2 AND closed_by <> 'o2c'`, noticeID, kind, outcome, at).Scan(&done)
	if err != nil {
		return 0, fmt.Errorf("postgres.EndTasksOf %d: %w", noticeID, err)
	}
	return done, nil
}
