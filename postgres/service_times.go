package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"o2c/models"
)

// PutServiceTime adds a version of the service time of a reason, and returns it. It must be valid (models.ServiceTime.Validate).
func PutServiceTime(ctx context.Context, pool *pgxpool.Pool, s models.ServiceTime, actor string) (models.ServiceTime, error) {
	err := InTx(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock(hashtextextended('service-times', 0))`); err != nil {
			return fmt.Errorf("postgres.PutServiceTime: %w", err)
		}
		err := tx.QueryRow(ctx, `
			INSERT INTO service_times (reason, version, assign_hours, remind_hours, escalate_hours, opens, closes, set_by)
			SELECT $1, coalesce(max(version), 0) + 1, $2, $3, $4, $5, $6, $7 FROM service_times WHERE reason = $1
			RETURNING version`,
			s.Reason, s.Assign, s.Remind, s.Escalate, s.Hours.From/time.Hour, s.Hours.To/time.Hour, actor).Scan(&s.Version)
		if err != nil {
			return fmt.Errorf("postgres.PutServiceTime: %w", err)
		}
		return Audit(ctx, tx, AuditEntry{Actor: actor, Action: "change", ObjectKind: "service_time", ObjectID: s.Reason, Detail: s})
	})
	return s, err
}

const serviceTimeColumns = `SELECT DISTINCT ON (reason) reason, version, assign_hours, remind_hours, escalate_hours, opens, closes FROM service_times `

func scanServiceTime(row pgx.CollectableRow) (s models.ServiceTime, err error) {
	var opens, closes int
	err = row.Scan(&s.Reason, &s.Version, &s.Assign, &s.Remind, &s.Escalate, &opens, &closes)
	s.Hours = models.Opening{From: time.Duration(opens) * time.Hour, To: time.Duration(closes) * time.Hour}
	return s, err
}

// ServiceTimeFor reads how long a dispute of a reason may take: by the reason's own service time, or by everyone's.
func ServiceTimeFor(ctx context.Context, db DB, reason string) (models.ServiceTime, error) {
	rows, err := db.Query(ctx, serviceTimeColumns+`WHERE reason IN ($1, '') ORDER BY reason DESC, version DESC LIMIT 1`, reason)
	if err != nil {
		return models.ServiceTime{}, fmt.Errorf("postgres.ServiceTimeFor: %w", err)
	}
	found, err := pgx.CollectExactlyOneRow(rows, scanServiceTime)
	if err != nil {
		return found, fmt.Errorf("postgres.ServiceTimeFor %s: %w", reason, err)
	}
	return found, nil
}

// ListServiceTimes reads the service times, each in its newest version, by reason; everyone's comes first.
func ListServiceTimes(ctx context.Context, db DB) ([]models.ServiceTime, error) {
	rows, err := db.Query(ctx, serviceTimeColumns+`ORDER BY reason, version DESC`)
	if err != nil {
		return nil, TranslateError(fmt.Errorf("postgres.ListServiceTimes: %w", err))
	}
	found, err := pgx.CollectRows(rows, scanServiceTime)
	return found, TranslateError(err)
}
