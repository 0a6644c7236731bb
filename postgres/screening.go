package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/shopspring/decimal"

	"o2c/models"
)

// screening is the lock that an order holds in common while it is looked at, and a new version of a list for itself when it is complete: an
// order is then either looked at by the new version, or found by whoever looks at the open orders after it.
const screening = `hashtextextended('screening', 0)`

// PutScreeningList replaces a list by its next version, or adds it, and has the fact accepted in the same transaction that says so. An entry
// that is as it was stays the same row. The list must be valid (models.ScreeningList.Validate); factID names the fact.
func PutScreeningList(ctx context.Context, pool *pgxpool.Pool, l models.ScreeningList, factID, actor string) (view ScreeningListView, fact Fact, err error) {
	err = InTx(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock(hashtextextended('screening-list/' || $1, 0))`, l.Name); err != nil {
			return fmt.Errorf("postgres.PutScreeningList %s: %w", l.Name, err)
		}
		err := tx.QueryRow(ctx, `
			INSERT INTO screening_lists (name, version, similarity, entries, set_by) VALUES ($1, 1, $2, $3, $4)
			ON CONFLICT (name) DO UPDATE SET version = screening_lists.version + 1, similarity = $2, entries = $3, set_by = $4, set_at = now()
			RETURNING version`, l.Name, l.Similarity, len(l.Entries), actor).Scan(&l.Version)
		if err != nil {
			return fmt.Errorf("postgres.PutScreeningList %s: %w", l.Name, err)
		}
		if err = putEntries(ctx, tx, l); err != nil {
			return err
		}
		content, err := json.Marshal(models.ScreeningChange{List: l.Name, Version: l.Version})
		if err != nil {
			return fmt.Errorf("postgres.PutScreeningList %s: %w", l.Name, err)
		}
		if fact, err = AcceptFact(ctx, tx, Fact{ID: factID, Kind: ScreeningFact, Content: content, Actor: actor}); err != nil {
			return err
		}
		if view, err = readScreeningList(ctx, tx, l.Name); err != nil {
			return err
		}
		err = Audit(ctx, tx, AuditEntry{Actor: actor, Action: "change", ObjectKind: "screening_list", ObjectID: l.Name, Detail: map[string]any{
			"version": l.Version, "similarity": l.Similarity, "entries": len(l.Entries), "fact": factID}})
		if err != nil {
			return err
		}
		if _, err = tx.Exec(ctx, `SELECT pg_advisory_xact_lock(`+screening+`)`); err != nil {
			return fmt.Errorf("postgres.PutScreeningList %s: %w", l.Name, err)
		}
		return nil
	})
	return view, fact, err
}

// putEntries ends what is not on the list any more or has changed, and adds what is new.
func putEntries(ctx context.Context, tx pgx.Tx, l models.ScreeningList) error {
	entries := l.Entries
	if entries == nil {
		entries = []models.ScreeningEntry{}
	}
	_, err := tx.Exec(ctx, `
		WITH given AS (
		     SELECT g.reference, g.name, coalesce(g.aliases, '{}') AS aliases, g.country, g.source, g.valid_from, g.valid_until
		       FROM jsonb_to_recordset($3) AS g (reference text, name text, aliases text[], country text, source text, valid_from date, valid_until date)
		), ended AS (
		     UPDATE screening_entries e SET until = $2 - 1
		      WHERE e.list = $1 AND e.until IS NULL
		        AND NOT EXISTS (SELECT FROM given g
		                         WHERE (g.reference, g.name, g.aliases, g.country, g.source) = (e.reference, e.name, e.aliases, e.country, e.source)
		                           AND (g.valid_from, g.valid_until) IS NOT DISTINCT FROM (e.valid_from, e.valid_until))
		     RETURNING e.reference
		)
		SELECT count(*) FROM ended`, l.Name, l.Version, entries)
	if err != nil {
		return fmt.Errorf("postgres.putEntries of %s: %w", l.Name, err)
	}
	_, err = tx.Exec(ctx, `
		WITH added AS (
		     INSERT INTO screening_entries (list, reference, name, aliases, country, source, valid_from, valid_until, since)
		     SELECT $1, g.reference, g.name, coalesce(g.aliases, '{}'), g.country, g.source, g.valid_from, g.valid_until, $2
		       FROM jsonb_to_recordset($3) AS g (reference text, name text, aliases text[], country text, source text, valid_from date, valid_until date)
		      WHERE NOT EXISTS (SELECT FROM screening_entries e WHERE e.list = $1 AND e.reference = g.reference AND e.until IS NULL)
		     RETURNING id, name, aliases
		)
		INSERT INTO screening_names (entry_id, position, name)
		SELECT id, 0, name FROM added
		UNION ALL
		SELECT id, n, alias FROM added, unnest(aliases) WITH ORDINALITY AS a (alias, n)`, l.Name, l.Version, entries)
	if err != nil {
		return fmt.Errorf("postgres.putEntries of %s: %w", l.Name, err)
	}
	return nil
}

// listed are the parties of orders that look like an entry of a list on day $2, but for those whom a person has found to be somebody else, and
// those whom a person is to look at already. OFFSET has the names looked up for each party, however many parties are asked for at once: a list
// is long.
const listed = `
	  FROM order_parties p
	  JOIN orders o ON o.id = p.order_id
	 CROSS JOIN LATERAL (SELECT entry_id, position, compared FROM screening_names WHERE compared % p.compared
	                     UNION SELECT entry_id, position, compared FROM screening_names WHERE compared = p.compared) n
	  JOIN screening_entries e ON e.id = n.entry_id AND e.until IS NULL
	  JOIN screening_lists l ON l.name = e.list
	 WHERE (n.compared = p.compared OR round(similarity(n.compared, p.compared)::numeric, 4) >= l.similarity)
	   AND coalesce(e.valid_from <= $2, true) AND coalesce(e.valid_until >= $2, true)
	   AND NOT EXISTS (SELECT FROM screening_clearances c
	                    WHERE (c.customer_id, c.compared, c.list, c.reference, c.matched) = (o.customer_id, p.compared, e.list, e.reference, n.compared))
	   AND NOT EXISTS (SELECT FROM screening_hits h
	                    WHERE h.order_id = o.id AND h.entry_id = e.id AND h.compared = p.compared AND h.matched = n.compared
	                      AND h.finding > coalesce((SELECT max(findings) FROM review_decisions d WHERE d.order_id = o.id), 0)) `

// ScreenOrder looks for the parties of an order on all lists, on a day, and returns the hit that is most alike of each party and entry. Until the
// transaction ends no list changes.
func ScreenOrder(ctx context.Context, tx pgx.Tx, orderID string, day models.Date) ([]models.ScreeningHit, error) {
	if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock_shared(`+screening+`)`); err != nil {
		return nil, fmt.Errorf("postgres.ScreenOrder %s: %w", orderID, err)
	}
	rows, err := tx.Query(ctx, `
		SELECT DISTINCT ON (p.compared, e.id) p.role, p.name AS party, p.compared, e.id AS entry_id, e.list, e.reference, e.name, e.country, n.compared AS matched,
		       round(similarity(n.compared, p.compared)::numeric, 4) AS similarity, '' AS cause`+listed+`AND p.order_id = $1
		 ORDER BY p.compared, e.id, n.compared = p.compared DESC, similarity DESC, n.position, p.role DESC`, orderID, day)
	if err != nil {
		return nil, fmt.Errorf("postgres.ScreenOrder %s: %w", orderID, err)
	}
	hits, err := pgx.CollectRows(rows, pgx.RowToStructByName[models.ScreeningHit])
	if err != nil {
		return nil, fmt.Errorf("postgres.ScreenOrder %s: %w", orderID, err)
	}
	for i := range hits {
		if hits[i].Compared == hits[i].Matched {
			hits[i].Similarity = decimal.NewFromInt(1) // names in a script of which no trigrams are known
		}
	}
	return hits, nil
}

// toScreen are the stages of an order of which something is not shipped.
const toScreen = `('review', 'credit_hold', 'awaiting_prepayment', 'fulfilling')`

// OrdersToScreen reads which of the next open orders after an id have a party that is on a list, and the last order that it looked at; "" when
// there is no other one.
func OrdersToScreen(ctx context.Context, db DB, after, list string, day models.Date, atMost int) (found []string, last string, err error) {
	rows, err := db.Query(ctx, `
		SELECT id FROM orders WHERE id > $1 AND stage IN `+toScreen+` ORDER BY id LIMIT $2`, after, atMost)
	if err != nil {
		return nil, "", fmt.Errorf("postgres.OrdersToScreen after %s: %w", after, err)
	}
	open, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(open) == 0 {
		return nil, "", err
	}
	rows, err = db.Query(ctx, `SELECT DISTINCT p.order_id `+listed+`AND p.order_id = ANY($1) AND e.list = $3 ORDER BY 1`, open, day, list)
	if err != nil {
		return nil, "", fmt.Errorf("postgres.OrdersToScreen after %s: %w", after, err)
	}
	found, err = pgx.CollectRows(rows, pgx.RowTo[string])
	if len(open) == atMost {
		last = open[atMost-1]
	}
	return found, last, err
}

// OrdersListedBy reads the orders of which a cause found a party on a list.
func OrdersListedBy(ctx context.Context, db DB, cause string) ([]string, error) {
	rows, err := db.Query(ctx, `SELECT DISTINCT order_id FROM screening_hits WHERE cause = $1 ORDER BY 1`, cause)
	if err != nil {
		return nil, TranslateError(fmt.Errorf("postgres.OrdersListedBy %s: %w", cause, err))
	}
	orders, err := pgx.CollectRows(rows, pgx.RowTo[string])
	return orders, TranslateError(err)
}

// OpenFindings reads the newest finding of an order, and whether a party is on a list among those that nobody has decided on.
func OpenFindings(ctx context.Context, tx pgx.Tx, orderID string) (last int, listed bool, err error) {
	err = tx.QueryRow(ctx, `
		SELECT coalesce(max(finding), 0),
		       coalesce(bool_or(code = 'blocked-party' AND finding > coalesce((SELECT max(findings) FROM review_decisions WHERE order_id = $1), 0)), false)
		  FROM order_findings WHERE order_id = $1`, orderID).Scan(&last, &listed)
	if err != nil {
		return 0, false, fmt.Errorf("postgres.OpenFindings %s: %w", orderID, err)
	}
	return last, listed, nil
}

// InsertClearances keeps that the parties of an order are not those of the lists that a release was decided on.
func InsertClearances(ctx context.Context, tx pgx.Tx, orderID, customerID string, ruling models.ReviewRuling, at time.Time) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO screening_clearances (customer_id, compared, list, reference, matched, order_id, finding, decision_id, cleared_by, reason, cleared_at)
		SELECT $2, h.compared, e.list, e.reference, n.compared, $1, min(h.finding), $3, $4, $5, $6
		  FROM screening_hits h
		  JOIN screening_entries e ON e.id = h.entry_id
		  JOIN screening_names n ON n.entry_id = e.id
		 WHERE h.order_id = $1
		   AND h.finding > coalesce((SELECT max(findings) FROM review_decisions WHERE order_id = $1 AND id <> $3), 0)
		 GROUP BY h.compared, e.list, e.reference, n.compared
		ON CONFLICT (customer_id, compared, list, reference, matched) DO NOTHING`, orderID, customerID, ruling.ID, ruling.Actor, ruling.Reason, at)
	if err != nil {
		return fmt.Errorf("postgres.InsertClearances %s: %w", orderID, err)
	}
	return nil
}

// ScreeningListView is a list without its entries.
type ScreeningListView struct {
	Name       string
	Version    int
	Similarity decimal.Decimal
	Entries    int
	SetBy      string
	SetAt      time.Time
}

const screeningLists = `
	SELECT l.name, l.version, l.similarity, l.entries, l.set_by, l.set_at FROM screening_lists l `

func readScreeningList(ctx context.Context, db DB, name string) (ScreeningListView, error) {
	rows, err := db.Query(ctx, screeningLists+`WHERE l.name = $1`, name)
	if err != nil {
		return ScreeningListView{}, fmt.Errorf("postgres.readScreeningList %s: %w", name, err)
	}
	return pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[ScreeningListView])
}

// ListScreeningLists reads a page of lists by name.
func ListScreeningLists(ctx context.Context, db DB, page Page) ([]ScreeningListView, *string, error) {
	_, key, err := page.after()
	if err != nil {
		return nil, nil, err
	}
	rows, err := db.Query(ctx, screeningLists+`WHERE $1::text IS NULL OR l.name > $1 ORDER BY l.name LIMIT $2`, key, page.Limit+1)
	if err != nil {
		return nil, nil, TranslateError(fmt.Errorf("postgres.ListScreeningLists: %w", err))
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[ScreeningListView])
	if err != nil {
		return nil, nil, TranslateError(fmt.Errorf("postgres.ListScreeningLists: %w", err))
	}
	found, next := cut(page, found, func(l ScreeningListView) position { return position{Key: l.Name} })
	return found, next, nil
}

// ListScreeningEntries reads a page of what is on a list now, by reference; "screening-list-not-found".
func ListScreeningEntries(ctx context.Context, db DB, list string, page Page) ([]models.ScreeningEntry, *string, error) {
	_, key, err := page.after()
	if err != nil {
		return nil, nil, err
	}
	if _, err = readScreeningList(ctx, db, list); errors.Is(err, pgx.ErrNoRows) {
		return nil, nil, models.NotFound("screening-list", list)
	}
	if err != nil {
		return nil, nil, TranslateError(err)
	}
	rows, err := db.Query(ctx, `
		SELECT reference, name, aliases, country, source, valid_from, valid_until
		  FROM screening_entries
		 WHERE list = $1 AND until IS NULL AND ($2::text IS NULL OR reference > $2) ORDER BY reference LIMIT $3`, list, key, page.Limit+1)
	if err != nil {
		return nil, nil, TranslateError(fmt.Errorf("postgres.ListScreeningEntries: %w", err))
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[models.ScreeningEntry])
	if err != nil {
		return nil, nil, TranslateError(fmt.Errorf("postgres.ListScreeningEntries: %w", err))
	}
	found, next := cut(page, found, func(e models.ScreeningEntry) position { return position{Key: e.Reference} })
	return found, next, nil
}
