package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"o2c/models"
)

// AmendOrder gives a locked order other quantities, their prices and totals, and keeps the version that this makes (and the first one, if
// this is the first amendment). The order's own quantities and version are changed with it; what is cancelled of its lines is
// the caller's to save.
func AmendOrder(ctx context.Context, tx pgx.Tx, o *Order, amended models.Order, decisionID, actor string, at time.Time) error {
	const keep = `
		INSERT INTO order_versions (order_id, version, decision_id, currency, net_total, tax_total, total, actor, at)
		SELECT id, version, $2, currency, net_total, tax_total, total, coalesce($3, entered_by), coalesce($4, entered_at) FROM orders WHERE id = $1`
	const keepLines = `
		INSERT INTO order_version_lines (order_id, version, line, currency, quantity, cancelled, unit_price, price_source, net_amount, gross_amount)
		SELECT l.order_id, o.version, l.line, o.currency, l.quantity, l.cancelled, l.unit_price, l.price_source, l.net_amount, l.gross_amount
		  FROM order_lines l JOIN orders o ON o.id = l.order_id WHERE o.id = $1`
	batch := &pgx.Batch{}
	if o.Version == 1 {
		batch.Queue(keep, o.ID, nil, nil, nil)
		batch.Queue(keepLines, o.ID)
	}
	o.Version++
	o.Total, o.ChargeGross = amended.Total.Decimal(), amended.ChargeGross.Decimal()
	batch.Queue(`UPDATE orders SET version = $2, net_total = $3, tax_total = $4, total = $5, charge_gross = $6 WHERE id = $1`,
		o.ID, o.Version, amended.NetTotal, amended.TaxTotal, amended.Total, amended.ChargeGross)
	for i := range o.Lines {
		line, now := &o.Lines[i], amended.Lines[i]
		line.Quantity, line.GrossAmount = now.Quantity, now.Gross.Decimal()
		line.UnitPrice, line.BaseQuantity, line.PriceSource, line.PriceReason = now.UnitPrice, now.BaseQuantity, now.PriceSource, now.PriceReason
		batch.Queue(`
			UPDATE order_lines
			   SET quantity = $3, net_amount = $4, gross_amount = $5, reserved = $6, cancelled = $7, unit_price = $8, base_quantity = $9, price_source = $10,
			       price_reason = $11
			 WHERE order_id = $1 AND line = $2`,
			o.ID, line.Line, line.Quantity, now.Net, now.Gross, line.Reserved, line.Cancelled, line.UnitPrice, line.BaseQuantity, line.PriceSource, line.PriceReason)
	}
	for i, charge := range amended.Charges {
		batch.Queue(`UPDATE order_charges SET gross_amount = $3 WHERE order_id = $1 AND charge = $2`, o.ID, i+1, charge.Gross)
	}
	batch.Queue(keep, o.ID, decisionID, actor, at)
	batch.Queue(keepLines, o.ID)
	if err := tx.SendBatch(ctx, batch).Close(); err != nil {
		return fmt.Errorf("postgres.AmendOrder %s: %w", o.ID, err)
	}
	return nil
}

// OrderVersion is what an order ordered in one of its versions. Ordered is less what was dropped.
type OrderVersion struct {
	Version  int
	At       time.Time
	Actor    string
	Currency models.Currency
	NetTotal decimal.Decimal
	TaxTotal decimal.Decimal
	Total    decimal.Decimal
	Lines    []OrderVersionLine
}

// OrderVersionLine is a line of a version, as its JSON in the query below.
type OrderVersionLine struct {
	Line        int             `json:"line"`
	Quantity    decimal.Decimal `json:"quantity"`
	Cancelled   decimal.Decimal `json:"cancelled"`
	UnitPrice   decimal.Decimal `json:"unit_price"`
	PriceSource string          `json:"price_source"`
	NetAmount   decimal.Decimal `json:"net_amount"`
}

// ReadOrderVersions reads the versions of an order, the first one first; "order-not-found".
func ReadOrderVersions(ctx context.Context, db DB, orderID string) ([]OrderVersion, error) {
	rows, err := db.Query(ctx, `
		SELECT v.version, v.at, v.actor, v.currency, v.net_total, v.tax_total, v.total,
		       (SELECT jsonb_agg(jsonb_build_object('line', line, 'quantity', quantity::text, 'cancelled', cancelled::text,
		               'unit_price', unit_price::text, 'price_source', price_source, 'net_amount', net_amount::text) ORDER BY line)
		          FROM order_version_lines l WHERE (l.order_id, l.version) = (v.order_id, v.version)) AS lines
		  FROM order_versions v WHERE v.order_id = $1
		UNION ALL
		SELECT o.version, o.entered_at, o.entered_by, o.currency, o.net_total, o.tax_total, o.total,
		       (SELECT jsonb_agg(jsonb_build_object('line', line, 'quantity', quantity::text, 'cancelled', '0',
		               'unit_price', unit_price::text, 'price_source', price_source, 'net_amount', net_amount::text) ORDER BY line)
		          FROM order_lines l WHERE l.order_id = o.id)
		  FROM orders o WHERE o.id = $1 AND o.version = 1
		 ORDER BY 1`, orderID)
	if err != nil {
		return nil, TranslateError(fmt.Errorf("postgres.ReadOrderVersions %s: %w", orderID, err))
	}
	versions, err := pgx.CollectRows(rows, pgx.RowToStructByName[OrderVersion])
	if err != nil || len(versions) > 0 {
		return versions, TranslateError(err)
	}
	// Accepted and not entered yet, or not there at all.
	order, err := ClaimedOrder(ctx, db, orderID)
	if err != nil {
		return nil, TranslateError(err)
	}
	accepted, err := ReadOrder(ctx, db, orderID)
	if err != nil {
		return nil, err
	}
	only := OrderVersion{
		Version: 1, At: accepted.EnteredAt, Actor: order.EnteredBy, Currency: order.Currency, NetTotal: accepted.NetTotal,
		TaxTotal: accepted.TaxTotal, Total: accepted.Total,
	}
	for _, l := range accepted.Lines {
		only.Lines = append(only.Lines, OrderVersionLine{Line: l.Line, Quantity: l.Quantity, UnitPrice: l.UnitPrice, PriceSource: l.PriceSource, NetAmount: l.NetAmount})
	}
	return []OrderVersion{only}, nil
}
