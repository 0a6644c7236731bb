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

// Verify checks every invariant in one snapshot, without a lock, and names at most so many offenders of each. It may run
// beside everything else.
func Verify(ctx context.Context, pool *pgxpool.Pool, atMost int) (findings []Finding, err error) {
	err = InSnapshot(ctx, pool, func(tx pgx.Tx) error {
		// A large book may take longer than a session's statement may.
		if _, err := tx.Exec(ctx, `SET LOCAL statement_timeout = 0`); err != nil {
			return fmt.Errorf("postgres.Verify: %w", err)
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

var invariants = []Invariant{
	{Name: "ledger-entries-balanced", Meaning: "every entry has at least two lines, in its own currency, whose debits equal its credits", query: `
		SELECT e.key, format('debit %s, credit %s on %s lines', coalesce(sum(l.debit), 0), coalesce(sum(l.credit), 0), count(l.entry_id))
		  FROM ledger_entries e LEFT JOIN ledger_lines l ON l.entry_id = e.id
		 GROUP BY e.id
		HAVING count(l.entry_id) < 2 OR sum(l.debit) <> sum(l.credit) OR bool_or(l.currency <> e.currency)`},

	{Name: "ledger-balanced", Meaning: "in each currency, all debits equal all credits", query: `
		SELECT currency, format('debit %s, credit %s', sum(debit), sum(credit)) FROM ledger_lines
		 GROUP BY currency HAVING sum(debit) <> sum(credit)`},

	{Name: "documents-posted", Meaning: "every invoice, credit note, payment and application of a payment is in the ledger with its amount", query: `
		WITH expected (key, account, debit) AS (
		     SELECT 'invoice/' || number, 'receivables', total FROM invoices
		     UNION ALL SELECT 'credit-note/' || number, 'receivables', -applied_to_invoice FROM credit_notes
		     UNION ALL SELECT 'payment/' || id, 'unapplied_cash', -amount FROM payments
		     UNION ALL SELECT 'payment/' || payment_id || '/application/' || n, 'receivables', -amount FROM payment_applications
		)
		SELECT x.key, CASE WHEN e.id IS NULL THEN 'has no entry' ELSE format('%s: %s in the ledger, %s by the document', x.account, p.debit, x.debit) END
		  FROM expected x
		  LEFT JOIN ledger_entries e ON e.key = x.key
		  LEFT JOIN LATERAL (SELECT coalesce(sum(l.debit - l.credit), 0) AS debit FROM ledger_lines l
		                      WHERE l.entry_id = e.id AND l.account = x.account) p ON true
		 WHERE x.debit <> 0 AND (e.id IS NULL OR p.debit <> x.debit)`},

	{Name: "receivables-control", Meaning: "per customer and currency, the receivables account equals the open items", query: `
		WITH sums AS (
		     SELECT customer_id, currency, sum(debit - credit) AS control, 0 AS items FROM ledger_lines WHERE account = 'receivables' GROUP BY 1, 2
		     UNION ALL SELECT customer_id, currency, 0, sum(open_amount) FROM open_items GROUP BY 1, 2
		)
		SELECT coalesce(customer_id, '(nobody)'), format('control account %s %s, open items %s', sum(control), currency, sum(items)) FROM sums
		 GROUP BY customer_id, currency HAVING sum(control) <> sum(items)`},

	{Name: "unapplied-cash-control", Meaning: "per customer and currency, the unapplied cash account equals what is unapplied of the payments", query: `
		WITH sums AS (
		     SELECT customer_id, currency, sum(credit - debit) AS control, 0 AS unapplied FROM ledger_lines WHERE account = 'unapplied_cash' GROUP BY 1, 2
		     UNION ALL SELECT customer_id, currency, 0, sum(unapplied) FROM payments GROUP BY 1, 2
		)
		SELECT coalesce(customer_id, '(nobody)'), format('control account %s %s, payments %s', sum(control), currency, sum(unapplied)) FROM sums
		 GROUP BY customer_id, currency HAVING sum(control) <> sum(unapplied)`},

	{Name: "customer-credit-control", Meaning: "per customer and currency, the customer credit account equals the credit notes' part that is not used yet", query: `
		WITH sums AS (
		     SELECT customer_id, currency, sum(credit - debit) AS control, 0 AS unused FROM ledger_lines WHERE account = 'customer_credit' GROUP BY 1, 2
		     UNION ALL SELECT customer_id, currency, 0, sum(customer_credit) FROM credit_notes GROUP BY 1, 2
		     UNION ALL SELECT customer_id, currency, 0, -sum(credit_applied) FROM open_items GROUP BY 1, 2
		)
		SELECT coalesce(customer_id, '(nobody)'), format('control account %s %s, credit notes %s', sum(control), currency, sum(unused)) FROM sums
		 GROUP BY customer_id, currency HAVING sum(control) <> sum(unused)`},

	{Name: "numbers-gapless", Meaning: "the numbers of each series and year run from 1 to its counter, each on the document that it names", query: `
		WITH documents AS (
		     SELECT number, series, year, sequence FROM invoices UNION ALL SELECT number, series, year, sequence FROM credit_notes
		), counters AS (
		     SELECT coalesce(s.series, d.series) AS series, coalesce(s.year, d.year) AS year, coalesce(s.last, 0) AS last,
		            coalesce(d.documents, 0) AS documents, coalesce(d.lowest, 1) AS lowest, coalesce(d.highest, 0) AS highest
		       FROM number_series s
		       FULL JOIN (SELECT series, year, count(DISTINCT sequence) AS documents, min(sequence) AS lowest, max(sequence) AS highest
		                    FROM documents GROUP BY 1, 2) d ON d.series = s.series AND d.year = s.year
		)
		SELECT series || '-' || year, format('the counter stands at %s; %s documents, from %s to %s', last, documents, lowest, highest)
		  FROM counters WHERE lowest <> 1 OR highest <> last OR documents <> last
		UNION ALL
		SELECT number, format('is number %s of %s %s', sequence, series, year)
		  FROM documents WHERE number <> series || '-' || year || '-' || lpad(sequence::text, greatest(6, length(sequence::text)), '0')`},

	// The value of the first n units of a line is round(gross × n ÷ quantity), half away from zero, so that parts sum to the
	// whole (definitions, "Partial shipments"; models.LineProgress). It is computed with div, whose quotient is exact.
	{Name: "exposure-buckets", Meaning: "what a customer owes and has been promised, bucket by bucket, equals its orders, open items, payments and credit notes", query: `
		WITH lines AS (
		     SELECT o.customer_id, l.gross_amount AS gross, l.quantity, l.shipped, l.invoiced, l.shipped + l.cancelled AS gone,
		            power(10::numeric, minor_units(o.currency)) AS units
		       FROM orders o JOIN order_lines l ON l.order_id = o.id
		      WHERE o.approved
		), buckets AS (
		     SELECT customer_id, 'open_orders' AS bucket,
		            sum(gross - div(2 * gross * units * gone + quantity, 2 * quantity) / units) AS amount FROM lines GROUP BY 1
		     UNION ALL
		     SELECT customer_id, 'delivered_not_invoiced',
		            sum((div(2 * gross * units * shipped + quantity, 2 * quantity) - div(2 * gross * units * invoiced + quantity, 2 * quantity)) / units)
		       FROM lines GROUP BY 1
		     UNION ALL SELECT customer_id, 'open_invoices', sum(open_amount) FROM open_items GROUP BY 1
		     UNION ALL SELECT customer_id, 'unapplied_cash', sum(unapplied) FROM payments WHERE customer_id IS NOT NULL GROUP BY 1
		     UNION ALL SELECT customer_id, 'customer_credit', sum(customer_credit) FROM credit_notes GROUP BY 1
		     UNION ALL SELECT customer_id, 'customer_credit', -sum(credit_applied) FROM open_items GROUP BY 1
		), kept AS (
		     SELECT a.customer_id, b.bucket, b.amount
		       FROM credit_accounts a CROSS JOIN LATERAL (VALUES ('open_orders', open_orders), ('delivered_not_invoiced', delivered_not_invoiced),
		            ('open_invoices', open_invoices), ('unapplied_cash', unapplied_cash), ('customer_credit', customer_credit),
		            ('deposits', deposits)) AS b (bucket, amount)
		), recomputed AS (SELECT customer_id, bucket, sum(amount) AS amount FROM buckets GROUP BY 1, 2)
		SELECT customer_id, format('%s is %s, recomputed %s', bucket, coalesce(k.amount::text, 'missing'), round(coalesce(r.amount, 0), minor_units(c.currency)))
		  FROM kept k FULL JOIN recomputed r USING (customer_id, bucket) JOIN customers c ON c.id = customer_id
		 WHERE k.amount IS DISTINCT FROM coalesce(r.amount, 0)
		UNION ALL
		SELECT id, 'has no credit account' FROM customers WHERE NOT EXISTS (SELECT FROM credit_accounts WHERE customer_id = customers.id)`},

	{Name: "payments-split", Meaning: "a payment is what was applied, unapplied, refunded and reversed of it, and what was applied is the sum of its applications", query: `
		SELECT p.id, format('amount %s, applied %s, unapplied %s, refunded %s, reversed %s; applications %s', p.amount, p.applied, p.unapplied, p.refunded, p.reversed,
		            coalesce(a.amount, 0))
		  FROM payments p LEFT JOIN (SELECT payment_id, sum(amount) AS amount FROM payment_applications GROUP BY 1) a ON a.payment_id = p.id
		 WHERE p.amount <> p.applied + p.unapplied + p.refunded + p.reversed OR p.applied <> coalesce(a.amount, 0)`},

	{Name: "items-paid", Meaning: "what is paid of an invoice is the sum of the payments applied to it", query: `
		SELECT i.invoice, format('paid %s, applications %s', i.paid, coalesce(a.amount, 0))
		  FROM open_items i LEFT JOIN (SELECT invoice, sum(amount) AS amount FROM payment_applications GROUP BY 1) a ON a.invoice = i.invoice
		 WHERE i.paid <> coalesce(a.amount, 0)`},

	{Name: "items-credited", Meaning: "what is credited of an invoice is the sum of what its credit notes lowered it by", query: `
		SELECT i.invoice, format('credited %s, credit notes %s', i.credited, coalesce(n.amount, 0))
		  FROM open_items i LEFT JOIN (SELECT invoice, sum(applied_to_invoice) AS amount FROM credit_notes GROUP BY 1) n ON n.invoice = i.invoice
		 WHERE i.credited <> coalesce(n.amount, 0)`},

	{Name: "items-match-invoices", Meaning: "every invoice has one open item with its customer, order, currency, due date and total", query: `
		SELECT v.number, CASE WHEN i.invoice IS NULL THEN 'has no open item' ELSE 'differs from its open item' END
		  FROM invoices v LEFT JOIN open_items i ON i.invoice = v.number
		 WHERE (v.customer_id, v.order_id, v.currency, v.due_date, v.total) IS DISTINCT FROM (i.customer_id, i.order_id, i.currency, i.due_date, i.total)`},

	{Name: "orders-add-up", Meaning: "an order's totals are the sums of its lines", query: `
		SELECT o.id, format('net %s, total %s; lines: net %s, gross %s', o.net_total, o.total, l.net, l.gross)
		  FROM orders o
		  LEFT JOIN (SELECT order_id, sum(net_amount) AS net, sum(gross_amount) AS gross FROM order_lines GROUP BY 1) l ON l.order_id = o.id
		 WHERE o.total IS DISTINCT FROM l.gross OR o.net_total IS DISTINCT FROM l.net - round(l.net * o.discount_percent * 0.01, minor_units(o.currency))`},

	{Name: "invoices-add-up", Meaning: "an invoice's totals are the sums of its lines and of its tax groups, each taxed once", query: `
		SELECT v.number, format('lines %s, allowance %s, net %s, tax %s; sums: lines %s, allowance %s, net %s, tax %s%s', v.line_total, v.allowance_total,
		            v.net_total, v.tax_total, l.net, t.allowance, t.taxable, t.tax, CASE WHEN t.wrong > 0 THEN ', a group is taxed wrongly' END)
		  FROM invoices v
		  LEFT JOIN (SELECT invoice, sum(net_amount) AS net FROM invoice_lines GROUP BY 1) l ON l.invoice = v.number
		  LEFT JOIN (SELECT t.invoice, sum(t.allowance) AS allowance, sum(t.taxable) AS taxable, sum(t.tax) AS tax,
		                    count(*) FILTER (WHERE t.tax <> round(t.taxable * t.rate * 0.01, minor_units(v.currency))) AS wrong
		               FROM invoice_taxes t JOIN invoices v ON v.number = t.invoice GROUP BY 1) t ON t.invoice = v.number
		 WHERE (v.line_total, v.allowance_total, v.net_total, v.tax_total) IS DISTINCT FROM (l.net, t.allowance, t.taxable, t.tax) OR t.wrong > 0`},

	{Name: "credit-notes-add-up", Meaning: "a credit note's totals are the sums of its tax groups, and all credit notes of an invoice are at most the invoice, group by group", query: `
		SELECT n.number, format('net %s, tax %s; groups: net %s, tax %s', n.net_total, n.tax_total, t.taxable, t.tax)
		  FROM credit_notes n
		  LEFT JOIN (SELECT credit_note, sum(taxable) AS taxable, sum(tax) AS tax FROM credit_note_taxes GROUP BY 1) t ON t.credit_note = n.number
		 WHERE (n.net_total, n.tax_total) IS DISTINCT FROM (t.taxable, t.tax)
		UNION ALL
		SELECT c.invoice, format('%s %s %%: credited %s and %s tax of %s and %s', c.category, c.rate, c.taxable, c.tax, coalesce(t.taxable, 0), coalesce(t.tax, 0))
		  FROM (SELECT n.invoice, t.category, t.rate, sum(t.taxable) AS taxable, sum(t.tax) AS tax
		          FROM credit_notes n JOIN credit_note_taxes t ON t.credit_note = n.number GROUP BY 1, 2, 3) c
		  LEFT JOIN invoice_taxes t ON (t.invoice, t.category, t.rate) = (c.invoice, c.category, c.rate)
		 WHERE c.taxable > coalesce(t.taxable, 0) OR c.tax > coalesce(t.tax, 0)`},

	{Name: "disputed-amounts", Meaning: "what is disputed of an invoice is the sum of its disputes that are not resolved", query: `
		SELECT i.invoice, format('disputed %s, disputes %s', i.disputed_amount, coalesce(d.amount, 0))
		  FROM open_items i
		  LEFT JOIN (SELECT invoice, sum(amount) AS amount FROM disputes
		              WHERE state IN ('open', 'awaiting_customer', 'awaiting_approval') GROUP BY 1) d ON d.invoice = i.invoice
		 WHERE i.disputed_amount <> coalesce(d.amount, 0)`},

	{Name: "dunning-rests", Meaning: "no notice is planned for an invoice of which nothing undisputed is open", query: `
		SELECT invoice, format('level %s is planned at %s; open %s, disputed %s', next_level, next_dunning_at, open_amount, disputed_amount)
		  FROM open_items WHERE next_level IS NOT NULL AND open_amount <= disputed_amount`},

	{Name: "shipped-quantities", Meaning: "what is shipped of an order line is the sum of its shipments", query: `
		SELECT l.order_id, format('line %s: shipped %s, shipments %s', l.line, l.shipped, coalesce(s.quantity, 0))
		  FROM order_lines l LEFT JOIN (SELECT order_id, line, sum(quantity) AS quantity FROM shipment_lines GROUP BY 1, 2) s USING (order_id, line)
		 WHERE l.shipped <> coalesce(s.quantity, 0)`},

	{Name: "invoiced-quantities", Meaning: "what is invoiced of an order line is the sum of its invoices", query: `
		SELECT l.order_id, format('line %s: invoiced %s, invoices %s', l.line, l.invoiced, coalesce(v.quantity, 0))
		  FROM order_lines l
		  LEFT JOIN (SELECT order_id, order_line, sum(quantity) AS quantity FROM invoice_lines GROUP BY 1, 2) v
		         ON v.order_id = l.order_id AND v.order_line = l.line
		 WHERE l.invoiced <> coalesce(v.quantity, 0)`},

	{Name: "stock-reserved", Meaning: "what is reserved in a warehouse is what its orders' lines have reserved, and is on hand", query: `
		SELECT coalesce(s.warehouse_id, l.warehouse_id) || '/' || coalesce(s.sku, l.sku),
		       format('reserved %s of %s on hand, order lines %s', coalesce(s.reserved, 0), coalesce(s.on_hand, 0), coalesce(l.reserved, 0))
		  FROM stock s
		  FULL JOIN (SELECT o.warehouse_id, l.sku, sum(l.reserved) AS reserved
		               FROM order_lines l JOIN orders o ON o.id = l.order_id WHERE l.stocked AND l.reserved > 0 GROUP BY 1, 2) l
		         ON l.warehouse_id = s.warehouse_id AND l.sku = s.sku
		 WHERE coalesce(s.reserved, 0) <> coalesce(l.reserved, 0) OR s.reserved > s.on_hand`},

	{Name: "stock-on-hand", Meaning: "what is on hand in a warehouse is what was received less what was shipped", query: `
		WITH moved AS (
		     SELECT warehouse_id, sku, quantity::numeric FROM stock_receipts
		     UNION ALL
		     SELECT s.warehouse_id, l.sku, -p.quantity FROM shipments s
		       JOIN shipment_lines p ON p.shipment_id = s.id JOIN order_lines l ON l.order_id = p.order_id AND l.line = p.line
		      WHERE l.stocked
		), sums AS (SELECT warehouse_id, sku, sum(quantity) AS quantity FROM moved GROUP BY 1, 2)
		SELECT coalesce(s.warehouse_id, m.warehouse_id) || '/' || coalesce(s.sku, m.sku),
		       format('on hand %s, received less shipped %s', coalesce(s.on_hand, 0), coalesce(m.quantity, 0))
		  FROM stock s FULL JOIN sums m ON m.warehouse_id = s.warehouse_id AND m.sku = s.sku
		 WHERE coalesce(s.on_hand, 0) <> coalesce(m.quantity, 0)`},

	{Name: "closed-orders-settled", Meaning: "of a closed order everything is shipped and invoiced, or cancelled, and nothing is open; of a rejected one nothing was shipped", query: `
		SELECT o.id, format('closed as %s: %s line(s) neither shipped nor cancelled, %s line(s) not invoiced, %s open', o.outcome, l.open, l.uninvoiced, coalesce(i.open, 0))
		  FROM orders o
		  LEFT JOIN (SELECT order_id, count(*) FILTER (WHERE quantity <> shipped + cancelled) AS open, count(*) FILTER (WHERE shipped <> invoiced) AS uninvoiced,
		                    count(*) FILTER (WHERE shipped > 0 OR reserved > 0) AS touched FROM order_lines GROUP BY 1) l ON l.order_id = o.id
		  LEFT JOIN (SELECT order_id, sum(open_amount) AS open FROM open_items GROUP BY 1) i ON i.order_id = o.id
		 WHERE o.stage = 'closed'
		   AND (CASE o.outcome WHEN 'rejected' THEN l.touched > 0 WHEN 'cancelled' THEN l.open > 0 OR l.touched > 0 ELSE l.open > 0 OR l.touched = 0 END
		        OR l.uninvoiced > 0 OR i.open <> 0)`},

	{Name: "orders-entered", Meaning: "every order that was answered as accepted is entered within two minutes", query: `
		SELECT resource_id, format('accepted at %s, answered with %s, and never entered', claimed_at, response_status)
		  FROM claims
		 WHERE resource_id LIKE 'ord\_%' AND content IS NOT NULL AND response_status BETWEEN 200 AND 299 AND claimed_at < now() - interval '2 minutes'
		   AND NOT EXISTS (SELECT FROM orders WHERE id = claims.resource_id)`},

	{Name: "facts-carried-out", Meaning: "every accepted fact is carried out or refused within two minutes", query: `
		SELECT id, format('%s accepted at %s, neither carried out nor refused', kind, accepted_at)
		  FROM facts WHERE settled_at IS NULL AND accepted_at < now() - interval '2 minutes'`},

	// A message is queued at its customer's clock, which can run ahead on the development stack; the event of the same step
	// says when that was.
	{Name: "messages-sent", Meaning: "every message is sent or refused within ten minutes", Warning: true, query: `
		SELECT m.key, format('queued at %s', q.since)
		  FROM messages m
		  CROSS JOIN LATERAL (SELECT coalesce(min(e.recorded_at), m.queued_at) AS since FROM events e WHERE e.order_id = m.order_id AND e.at = m.queued_at) q
		 WHERE m.state = 'queued' AND q.since < now() - interval '10 minutes'`},
}

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
