package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"o2c/models"
)

// PeriodClosedBy says whether a command has closed a period.
func PeriodClosedBy(ctx context.Context, db DB, period models.Period, id string) (bool, error) {
	var closed bool
	err := db.QueryRow(ctx, `
		SELECT EXISTS (SELECT FROM audit_log WHERE object_kind = 'period' AND object_id = $1 AND action = 'close' AND detail->>'command' = $2)`,
		period, id).Scan(&closed)
	if err != nil {
		return false, fmt.Errorf("postgres.PeriodClosedBy: %w", err)
	}
	return closed, nil
}

// AuditPeriodClose records who closed a period, with the last seals of the ledger and of the records: whoever keeps them can tell later
// whether a chain up to there was written anew.
func AuditPeriodClose(ctx context.Context, tx pgx.Tx, period models.Period, id, actor string) error {
	detail := struct {
		Command  string `json:"command"`
		Position int64  `json:"seal_position"`
		Seal     string `json:"seal"`

		RecordPosition int64  `json:"record_seal_position"`
		RecordSeal     string `json:"record_seal"`
	}{Command: id}
	rows, err := tx.Query(ctx, `SELECT position, encode(hash, 'hex') FROM ledger_seals WHERE position = (SELECT max(position) FROM ledger_seals)`)
	if err == nil {
		_, err = pgx.ForEachRow(rows, []any{&detail.Position, &detail.Seal}, func() error { return nil })
	}
	if err == nil {
		rows, err = tx.Query(ctx, `SELECT position, encode(hash, 'hex') FROM record_seals WHERE position = (SELECT max(position) FROM record_seals)`)
	}
	if err == nil {
		_, err = pgx.ForEachRow(rows, []any{&detail.RecordPosition, &detail.RecordSeal}, func() error { return nil })
	}
	if err != nil {
		return fmt.Errorf("postgres.AuditPeriodClose: %w", err)
	}
	return Audit(ctx, tx, AuditEntry{Actor: actor, Action: "close", ObjectKind: "period", ObjectID: period.String(), Detail: detail})
}

// PeriodView is an accounting period. An open one has no ClosedAt.
type PeriodView struct {
	Period   string
	FirstDay models.Date
	LastDay  models.Date
	Entries  int
	ClosedAt *time.Time
	ClosedBy *string
}

// ReadPeriods lists the accounting periods, newest first: those that are closed, and the open ones up to the one of the last
// entry, or of today where that is later. Entries counts what was posted in each.
func ReadPeriods(ctx context.Context, db DB, today models.Date) ([]PeriodView, error) {
	rows, err := db.Query(ctx, `
		WITH posted AS (
		     SELECT date_trunc('month', posting_date)::date AS first_day, count(*) AS entries FROM ledger_entries GROUP BY 1
		), span AS (
		     SELECT least((SELECT min(first_day) FROM posted), (SELECT min(first_day) FROM accounting_periods), date_trunc('month', $1::date)::date) AS first,
		            greatest((SELECT max(first_day) FROM posted), (SELECT max(first_day) FROM accounting_periods), date_trunc('month', $1::date)::date) AS last
		)
		SELECT to_char(m, 'YYYY-MM') AS period, m::date AS first_day, (m + interval '1 month')::date - 1 AS last_day, coalesce(p.entries, 0) AS entries,
		       c.closed_at, c.closed_by
		  FROM span, generate_series(span.first::timestamp, span.last::timestamp, interval '1 month') m
		  LEFT JOIN posted p ON p.first_day = m::date
		  LEFT JOIN accounting_periods c ON c.period = to_char(m, 'YYYY-MM')
		 ORDER BY m DESC`, today)
	if err != nil {
		return nil, TranslateError(fmt.Errorf("postgres.ReadPeriods: %w", err))
	}
	periods, err := pgx.CollectRows(rows, pgx.RowToStructByName[PeriodView])
	return periods, TranslateError(err)
}
