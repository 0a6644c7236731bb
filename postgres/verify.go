package postgres

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"o2c/models"
)

// Invariant is something that always holds in the book, whatever process was killed when.
type Invariant struct {
	Name    string
	Meaning string
	Warning bool   // what is found is worth a look, and not wrong by itself
	query   string // every offender: its name, and what is wrong with it
}

// Offender is something for which an invariant does not hold.
type Offender struct {
	Name   string
	Detail string
}

// Finding is what the check of an invariant found: how many offenders, and the first of them by name.
type Finding struct {
	Invariant

	Count     int
	Offenders []Offender
}

// Verify checks every invariant in one snapshot and names at most so many offenders of each. It may run beside everything else: it
// writes nothing, and takes no lock but that of a reader, for which only a change of the schema waits. As long as it runs, dead rows
// that are younger than its snapshot can't be removed.
func Verify(ctx context.Context, pool *pgxpool.Pool, atMost int) (findings []Finding, err error) {
	err = InSnapshot(ctx, pool, func(tx pgx.Tx) error {
		// A large book may take longer than a session's statement may, and its sums are to be added up in memory.
		for _, setting := range []string{`SET LOCAL statement_timeout = 0`, `SET LOCAL work_mem = '64MB'`} {
			if _, err := tx.Exec(ctx, setting); err != nil {
				return fmt.Errorf("postgres.Verify: %w", err)
			}
		}
		findings, err = CheckInvariants(ctx, tx, atMost)
		return err
	})
	return findings, err
}

// CheckInvariants checks every invariant as db sees the book.
func CheckInvariants(ctx context.Context, db DB, atMost int) ([]Finding, error) {
	findings := make([]Finding, 0, len(invariants))
	for _, invariant := range invariants {
		finding := Finding{Invariant: invariant}
		rows, err := db.Query(ctx, `
			SELECT name, detail, count(*) OVER () FROM (`+invariant.query+`) AS offenders (name, detail)
			 ORDER BY name COLLATE "C", detail LIMIT $1`, atMost)
		if err != nil {
			return nil, fmt.Errorf("postgres.CheckInvariants %s: %w", invariant.Name, err)
		}
		var offender Offender
		_, err = pgx.ForEachRow(rows, []any{&offender.Name, &offender.Detail, &finding.Count}, func() error {
			finding.Offenders = append(finding.Offenders, offender)
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("postgres.CheckInvariants %s: %w", invariant.Name, err)
		}
		findings = append(findings, finding)
	}
	return findings, nil
}

// Invariants lists all that Verify checks.
func Invariants() []Invariant { return slices.Clone(invariants) }

var invariants = slices.Concat(ledgerInvariants, bookInvariants, documentInvariants, itemInvariants, creditInvariants, orderInvariants, pricingInvariants, processInvariants)

// OpenStages reads the stage of every order that is not closed.
func OpenStages(ctx context.Context, db DB) (map[string]models.Stage, error) {
	return readStages(ctx, db, `SELECT id, stage FROM orders WHERE stage <> 'closed'`)
}

// StagesOf reads the stages of orders; one that the book does not know is left out.
func StagesOf(ctx context.Context, db DB, orderIDs []string) (map[string]models.Stage, error) {
	return readStages(ctx, db, `SELECT id, stage FROM orders WHERE id = ANY($1)`, orderIDs)
}

func readStages(ctx context.Context, db DB, query string, args ...any) (map[string]models.Stage, error) {
	rows, err := db.Query(ctx, query, args...)
	if err != nil {
		return nil, TranslateError(fmt.Errorf("postgres.readStages: %w", err))
	}
	stages := map[string]models.Stage{}
	var id string
	var stage models.Stage
	_, err = pgx.ForEachRow(rows, []any{&id, &stage}, func() error {
		stages[id] = stage
		return nil
	})
	return stages, TranslateError(err)
}
