package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/shopspring/decimal"

	"o2c/models"
)

// PutPriceList sets one version of a price list, the list's name and whom it is for; the list is made if it is new, a version
// that is there gets a new revision. The list must be valid (models.PriceList.Validate) and have that one version. Errors:
// "price-list-currency" for a list in another currency, "price-lists-once-per-scope" where another list has the scope,
// "customer-not-found" at /customer_id, "sku-not-found" at its entry.
func PutPriceList(ctx context.Context, pool *pgxpool.Pool, l models.PriceList, actor string) error {
	version := l.Versions[0]
	return InTx(ctx, pool, func(tx pgx.Tx) error {
		// Two that make the same list at once meet at both of its unique indexes, of which ON CONFLICT forgives one only.
		if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock(hashtextextended('price-list/' || $1, 0))`, l.ID); err != nil {
			return fmt.Errorf("postgres.PutPriceList %s: %w", l.ID, err)
		}
		if err := checkReferences(ctx, tx, l.CustomerID, version.Entries); err != nil {
			return err
		}
		tag, err := tx.Exec(ctx, `
			INSERT INTO price_lists (id, name, currency, customer_id, segment) VALUES ($1, $2, $3, nullif($4, ''), nullif($5, ''))
			ON CONFLICT (id) DO UPDATE SET name = excluded.name, customer_id = excluded.customer_id, segment = excluded.segment
			 WHERE price_lists.currency = excluded.currency`, l.ID, l.Name, l.Currency, l.CustomerID, l.Segment)
		if err != nil {
			return fmt.Errorf("postgres.PutPriceList %s: %w", l.ID, err)
		}
		if tag.RowsAffected() == 0 {
			return models.Conflict("price-list-currency", "price list %q is in another currency than %s", l.ID, l.Currency).At("/currency")
		}
		var revision int // the list is locked: nobody else takes the same one
		err = tx.QueryRow(ctx, `
			INSERT INTO price_list_versions (price_list, valid_from, revision, valid_until, set_by)
			SELECT $1, $2, coalesce(max(revision), 0) + 1, $3, $4 FROM price_list_versions WHERE price_list = $1 AND valid_from = $2
			RETURNING revision`, l.ID, version.ValidFrom, version.ValidUntil, actor).Scan(&revision)
		if err != nil {
			return fmt.Errorf("postgres.PutPriceList %s: %w", l.ID, err)
		}
		batch := &pgx.Batch{}
		for _, e := range version.Entries {
			base := decimal.NullDecimal{Decimal: e.BaseQuantity, Valid: !e.BaseQuantity.IsZero()}
			batch.Queue(`
				INSERT INTO price_list_entries (price_list, valid_from, revision, sku, min_quantity, unit_price, base_quantity)
				VALUES ($1, $2, $3, $4, $5, $6, $7)`,
				l.ID, version.ValidFrom, revision, e.SKU, e.MinQuantity, e.UnitPrice, base)
		}
		if err = tx.SendBatch(ctx, batch).Close(); err != nil {
			return fmt.Errorf("postgres.PutPriceList %s: %w", l.ID, err)
		}
		return Audit(ctx, tx, AuditEntry{Actor: actor, Action: "replace", ObjectKind: "price_list", ObjectID: l.ID, Detail: l})
	})
}

// checkReferences finds what a price list names and what is not there, all of it.
func checkReferences(ctx context.Context, db DB, customerID string, entries []models.PriceEntry) error {
	var faults []error
	if customerID != "" {
		var known bool
		if err := db.QueryRow(ctx, `SELECT EXISTS (SELECT FROM customers WHERE id = $1)`, customerID).Scan(&known); err != nil {
			return fmt.Errorf("postgres.checkReferences: %w", err)
		}
		if !known {
			faults = append(faults, models.Invalid("customer-not-found", "there is no customer %q", customerID).At("/customer_id"))
		}
	}
	skus := make([]string, len(entries))
	for i, entry := range entries {
		skus[i] = entry.SKU
	}
	rows, err := db.Query(ctx, `SELECT sku FROM products WHERE sku = ANY($1)`, skus)
	if err != nil {
		return fmt.Errorf("postgres.checkReferences: %w", err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return fmt.Errorf("postgres.checkReferences: %w", err)
	}
	slices.Sort(found)
	for i, sku := range skus {
		if _, known := slices.BinarySearch(found, sku); !known {
			faults = append(faults, models.Invalid("sku-not-found", "there is no product %q", sku).At("/entries/"+strconv.Itoa(i)+"/sku"))
		}
	}
	return errors.Join(faults...)
}

// ListPrices are the prices of some products that apply to a customer on a day: those of the customer's own list, then of its
// segment's, then of the general one, and of each the highest break first.
func ListPrices(ctx context.Context, db DB, c models.Customer, day models.Date, skus []string) (map[string][]models.ListPrice, error) {
	rows, err := db.Query(ctx, `
		SELECT l.id, l.name, v.valid_from, e.sku, e.min_quantity, e.unit_price, coalesce(e.base_quantity, 0)
		  FROM price_lists l
		  CROSS JOIN LATERAL (
		       SELECT valid_from, revision, valid_until FROM price_list_versions
		        WHERE price_list = l.id AND valid_from <= $4 ORDER BY valid_from DESC, revision DESC LIMIT 1) v
		  JOIN price_list_entries e ON e.price_list = l.id AND e.valid_from = v.valid_from AND e.revision = v.revision AND e.sku = ANY($5)
		 WHERE l.currency = $1 AND (coalesce(l.customer_id, ''), coalesce(l.segment, '')) IN (($2, ''), ('', $3), ('', ''))
		   AND (v.valid_until IS NULL OR v.valid_until >= $4)
		 ORDER BY l.customer_id IS NULL, l.segment IS NULL, e.min_quantity DESC`,
		c.Currency, c.ID, c.Segment, day, skus)
	if err != nil {
		return nil, TranslateError(fmt.Errorf("postgres.ListPrices: %w", err))
	}
	prices := map[string][]models.ListPrice{}
	var sku string
	var price models.ListPrice
	_, err = pgx.ForEachRow(rows, []any{&price.List, &price.ListName, &price.ValidFrom, &sku, &price.MinQuantity, &price.UnitPrice, &price.BaseQuantity}, func() error {
		prices[sku] = append(prices[sku], price)
		return nil
	})
	return prices, TranslateError(err)
}

// PriceListView is a price list as it is shown.
type PriceListView struct {
	models.PriceList

	CreatedAt time.Time
}

// ReadPriceList reads a price list with all its versions and their entries; "price-list-not-found".
func ReadPriceList(ctx context.Context, db DB, id string) (PriceListView, error) {
	found, err := readPriceLists(ctx, db, &id, Page{Limit: 1})
	if err != nil {
		return PriceListView{}, err
	}
	if len(found) == 0 {
		return PriceListView{}, models.NotFound("price-list", id)
	}
	list := found[0]
	rows, err := db.Query(ctx, `
		SELECT e.valid_from, e.sku, e.min_quantity, e.unit_price, coalesce(e.base_quantity, 0)
		  FROM price_list_entries e
		 WHERE e.price_list = $1
		   AND e.revision = (SELECT max(revision) FROM price_list_versions WHERE price_list = $1 AND valid_from = e.valid_from)
		 ORDER BY e.valid_from DESC, e.sku, e.min_quantity`, id)
	if err != nil {
		return PriceListView{}, TranslateError(fmt.Errorf("postgres.ReadPriceList: %w", err))
	}
	var from models.Date
	var entry models.PriceEntry
	_, err = pgx.ForEachRow(rows, []any{&from, &entry.SKU, &entry.MinQuantity, &entry.UnitPrice, &entry.BaseQuantity}, func() error {
		for i := range list.Versions {
			if list.Versions[i].ValidFrom == from {
				list.Versions[i].Entries = append(list.Versions[i].Entries, entry)
			}
		}
		return nil
	})
	return list, TranslateError(err)
}

// ListPriceLists reads a page of price lists with their versions and without entries, newest first.
func ListPriceLists(ctx context.Context, db DB, page Page) ([]PriceListView, *string, error) {
	found, err := readPriceLists(ctx, db, nil, page)
	if err != nil {
		return nil, nil, err
	}
	found, next := cut(page, found, func(l PriceListView) position { return latest(l.CreatedAt, l.ID) })
	return found, next, nil
}

func readPriceLists(ctx context.Context, db DB, id *string, page Page) ([]PriceListView, error) {
	at, key, err := page.after()
	if err != nil {
		return nil, err
	}
	rows, err := db.Query(ctx, `
		SELECT l.id, l.name, l.currency, coalesce(l.customer_id, ''), coalesce(l.segment, ''), l.created_at,
		       coalesce((SELECT jsonb_agg(jsonb_strip_nulls(jsonb_build_object('valid_from', valid_from, 'valid_until', valid_until)) ORDER BY valid_from DESC)
		                   FROM (SELECT DISTINCT ON (valid_from) valid_from, valid_until FROM price_list_versions
		                          WHERE price_list = l.id ORDER BY valid_from, revision DESC) newest), '[]')
		  FROM price_lists l
		 WHERE ($1::text IS NULL OR l.id = $1) AND ($2::timestamptz IS NULL OR (l.created_at, l.id) < ($2, $3))
		 ORDER BY l.created_at DESC, l.id DESC
		 LIMIT $4`, pgx.QueryExecModeCacheDescribe, id, at, key, page.Limit+1)
	if err != nil {
		return nil, TranslateError(fmt.Errorf("postgres.readPriceLists: %w", err))
	}
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (l PriceListView, err error) {
		return l, row.Scan(&l.ID, &l.Name, &l.Currency, &l.CustomerID, &l.Segment, &l.CreatedAt, &l.Versions)
	})
	return found, TranslateError(err)
}
