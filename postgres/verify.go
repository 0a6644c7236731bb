package postgres

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

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
	Took      time.Duration
}

// CheckInvariants checks every invariant as db sees the book, one after the other. Verify is faster.
func CheckInvariants(ctx context.Context, db DB, atMost int) ([]Finding, error) {
	findings := make([]Finding, 0, len(invariants))
	for _, invariant := range invariants {
		finding, err := checkInvariant(ctx, db, invariant, atMost)
		if err != nil {
			return nil, err
		}
		findings = append(findings, finding)
	}
	return findings, nil
}

// checkInvariant counts the offenders of an invariant and names the first of them. The planner can't know that there are none: it expects many, and
// would, for the first few alone, read every table again for every row. So it must not see the limit, and collects the offenders first.
func checkInvariant(ctx context.Context, db DB, invariant Invariant, atMost int) (Finding, error) {
	began := time.Now()
	finding := Finding{Invariant: invariant}
	rows, err := db.Query(ctx, `
		WITH offenders (name, detail) AS MATERIALIZED (`+invariant.query+`)
		SELECT name, detail, count(*) OVER () FROM offenders ORDER BY name COLLATE "C", detail LIMIT $1`, atMost)
	if err != nil {
		return finding, fmt.Errorf("postgres.Verify: %s: %w", invariant.Name, err)
	}
	var offender Offender
	_, err = pgx.ForEachRow(rows, []any{&offender.Name, &offender.Detail, &finding.Count}, func() error {
		finding.Offenders = append(finding.Offenders, offender)
		return nil
	})
	if err != nil {
		return finding, fmt.Errorf("postgres.Verify: %s: %w", invariant.Name, err)
	}
	finding.Took = time.Since(began)
	return finding, nil
}

// Invariants lists all that Verify checks.
func Invariants() []Invariant { return slices.Clone(invariants) }

var invariants = slices.Concat(
	ledgerInvariants, bookInvariants, documentInvariants, itemInvariants, creditInvariants, orderInvariants,
	pricingInvariants, noticeInvariants, entryInvariants, decisionInvariants, sealInvariants, processInvariants, receivableInvariants,
	milestoneInvariants, reviewInvariants,
	writeOffInvariants, planInvariants, feeInvariants, shippingInvariants, disputeInvariants, depositInvariants,
)

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
