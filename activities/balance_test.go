package activities_test

import (
	"fmt"
	"strings"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"o2c/models"
	"o2c/postgres"
)

// What must hold in the book at every moment, said once more in SQL: each query finds what is out of balance.
var balances = map[string]string{
	"the ledger's entries balance": `
		SELECT entry_id::text FROM ledger_lines GROUP BY entry_id HAVING sum(debit) <> sum(credit)`,
	"receivables in the ledger are the open items, per customer": `
		SELECT coalesce(l.customer_id, i.customer_id), l.balance, i.open
		  FROM (SELECT customer_id, sum(debit - credit) AS balance FROM ledger_lines WHERE account = 'receivables' GROUP BY customer_id) l
		  FULL JOIN (SELECT customer_id, sum(open_amount) AS open FROM open_items GROUP BY customer_id) i USING (customer_id)
		 WHERE coalesce(l.balance, 0) <> coalesce(i.open, 0)`,
	"unapplied cash in the ledger is the payments' rest": `
		SELECT * FROM (SELECT coalesce(customer_id, 'nobody') AS of, sum(credit - debit) AS balance FROM ledger_lines WHERE account = 'unapplied_cash' GROUP BY 1) l
		  FULL JOIN (SELECT coalesce(customer_id, 'nobody') AS of, sum(unapplied) AS rest FROM payments GROUP BY 1) p USING (of)
		 WHERE coalesce(l.balance, 0) <> coalesce(p.rest, 0)`,
	"revenue and tax in the ledger are the invoices less the credit notes": `
		SELECT * FROM (SELECT
		  (SELECT coalesce(sum(credit - debit), 0) FROM ledger_lines WHERE account = 'revenue') AS revenue,
		  (SELECT coalesce(sum(credit - debit), 0) FROM ledger_lines WHERE account = 'tax_payable'
		       AND entry_id NOT IN (SELECT id FROM ledger_entries WHERE event = 'credit_note_taken_back' OR event LIKE 'deposit_%')) AS tax,
		  (SELECT coalesce(sum(net_total), 0) FROM invoices) - (SELECT coalesce(sum(net_total), 0) FROM credit_notes) AS net,
		  (SELECT coalesce(sum(tax_total), 0) FROM invoices) - (SELECT coalesce(sum(tax_total), 0) FROM credit_notes)
		    - (SELECT coalesce(sum(discount_tax), 0) FROM payment_applications) AS taxes) sums
		 WHERE revenue <> net OR tax <> taxes`,
	"deposits in the ledger, with their tax, are what is left of the orders' deposits": `
		SELECT * FROM (SELECT coalesce(sum(l.credit - l.debit), 0) AS kept FROM ledger_lines l JOIN ledger_entries e ON e.id = l.entry_id
		                WHERE e.event LIKE 'deposit_%' AND l.account IN ('customer_deposits', 'tax_payable')) l,
		       (SELECT coalesce(sum(deposits - deposits_applied), 0) AS rest FROM orders) o WHERE kept <> rest`,
	"a payment's applied part is its applications": `
		SELECT p.id FROM payments p LEFT JOIN payment_applications a ON a.payment_id = p.id GROUP BY p.id
		HAVING p.applied <> coalesce(sum(a.amount), 0) OR p.taken_to_income <> coalesce(sum(a.taken_to_income), 0)`,
	"a payment's refunded and reversed parts are its refunds and reversals": `
		SELECT p.id FROM payments p
		 WHERE p.refunded <> (SELECT coalesce(sum(amount), 0) FROM payment_refunds WHERE payment_id = p.id)
		                   - (SELECT coalesce(sum(claimed), 0) FROM payment_reversals WHERE payment_id = p.id)
		    OR p.reversed <> (SELECT coalesce(sum(amount), 0) FROM payment_reversals WHERE payment_id = p.id)`,
	"discounts and differences in the ledger are the applications'": `
		SELECT * FROM (SELECT
		  (SELECT coalesce(sum(debit - credit), 0) FROM ledger_lines WHERE account = 'discounts_allowed'
		       AND entry_id NOT IN (SELECT id FROM ledger_entries WHERE event = 'credit_note_taken_back')) AS discounts,
		  (SELECT coalesce(sum(debit - credit), 0) FROM ledger_lines WHERE account = 'payment_differences'
		       AND entry_id NOT IN (SELECT id FROM ledger_entries WHERE event = 'credit_note_taken_back')) AS differences,
		  (SELECT coalesce(sum(discount - discount_tax), 0) FROM payment_applications) AS taken,
		  (SELECT coalesce(sum(payment_difference - taken_to_income), 0) FROM payment_applications) AS closed) sums
		 WHERE discounts <> taken OR differences <> closed`,
	"an item's discount and difference are its applications'": `
		SELECT i.number FROM open_items i LEFT JOIN payment_applications a ON a.invoice = i.number GROUP BY i.number
		HAVING i.discount <> coalesce(sum(a.discount), 0) - (SELECT coalesce(sum(discount_reversed), 0) FROM credit_notes WHERE invoice = i.number)
		    OR i.payment_difference <> coalesce(sum(a.payment_difference), 0) - (SELECT coalesce(sum(payment_difference_reversed), 0) FROM credit_notes WHERE invoice = i.number)`,
	"an item's paid part is its applications": `
		SELECT i.number FROM open_items i LEFT JOIN payment_applications a ON a.invoice = i.number GROUP BY i.number HAVING i.paid <> coalesce(sum(a.amount), 0)`,
	"an item's credited part is its credit notes, or what was taken back of its debit note": `
		SELECT i.number FROM open_items i LEFT JOIN credit_notes n ON n.invoice = i.number GROUP BY i.number
		HAVING i.credited <> coalesce(sum(n.applied_to_invoice), 0) + (SELECT coalesce(sum(amount), 0) FROM debit_note_reductions WHERE debit_note = i.number)`,
	"a debit note has its open item": `
		SELECT n.number FROM debit_notes n LEFT JOIN open_items i ON (i.number, i.kind, i.total, i.customer_id) = (n.number, n.kind, n.amount, n.customer_id) WHERE i.number IS NULL`,
	"an item's disputed part is its open disputes": `
		SELECT i.number FROM open_items i LEFT JOIN disputes d ON d.invoice = i.number AND d.state IN ('open', 'awaiting_customer', 'awaiting_approval')
		 GROUP BY i.number HAVING i.disputed_amount <> coalesce(sum(d.amount), 0)`,
	"an invoice's lines, charges and taxes are its totals": `
		SELECT v.number FROM invoices v
		 WHERE v.line_total <> (SELECT sum(net_amount) FROM invoice_lines WHERE invoice = v.number)
		    OR v.charge_total <> (SELECT coalesce(sum(amount), 0) FROM invoice_charges WHERE invoice = v.number)
		    OR v.net_total <> (SELECT sum(taxable) FROM invoice_taxes WHERE invoice = v.number)
		    OR v.tax_total <> (SELECT sum(tax) FROM invoice_taxes WHERE invoice = v.number)`,
	"a credit note's taxes are its totals": `
		SELECT n.number FROM credit_notes n
		 WHERE n.net_total <> (SELECT sum(taxable) FROM credit_note_taxes WHERE credit_note = n.number)
		    OR n.tax_total <> (SELECT sum(tax) FROM credit_note_taxes WHERE credit_note = n.number)`,
	"customer credit in the ledger is what is left of the credits": `
		SELECT * FROM (SELECT customer_id, sum(credit - debit) AS balance FROM ledger_lines WHERE account = 'customer_credit' GROUP BY 1) l
		  FULL JOIN (SELECT customer_id, sum(remaining) AS rest FROM customer_credits GROUP BY 1) c USING (customer_id)
		 WHERE coalesce(l.balance, 0) <> coalesce(c.rest, 0)`,
	"an item's applied credit is its applications": `
		SELECT i.number FROM open_items i LEFT JOIN credit_applications a ON a.invoice = i.number GROUP BY i.number HAVING i.credit_applied <> coalesce(sum(a.amount), 0)`,
	"an invoice's credit notes are at most the invoice": `
		SELECT v.number FROM invoices v JOIN credit_notes n ON n.invoice = v.number GROUP BY v.number HAVING sum(n.total) > v.total`,
	"reserved stock is what the orders have reserved": `
		SELECT s.warehouse_id, s.sku, s.reserved FROM stock s
		 WHERE s.reserved <> (SELECT coalesce(sum(r.quantity), 0) FROM reservations r WHERE r.sku = s.sku AND r.warehouse_id = s.warehouse_id)`,
	"what an order line has reserved is what the warehouses hold for it": `
		SELECT l.order_id, l.line FROM order_lines l
		 WHERE l.stocked AND l.reserved <> (SELECT coalesce(sum(r.quantity), 0) FROM reservations r WHERE r.order_id = l.order_id AND r.line = l.line)`,
	"a customer's account names the top of its group": `
		SELECT a.customer_id FROM credit_accounts a WHERE coalesce(a.group_id, a.customer_id) <> (
		  WITH RECURSIVE up AS (SELECT id, parent_id FROM customers WHERE id = a.customer_id
		    UNION ALL SELECT c.id, c.parent_id FROM customers c JOIN up ON c.id = up.parent_id)
		  SELECT id FROM up WHERE parent_id IS NULL)`,
	"stock on hand is what came less what left": `
		SELECT s.warehouse_id, s.sku, s.on_hand FROM stock s
		 WHERE s.on_hand <> (SELECT coalesce(sum(quantity), 0) FROM stock_receipts r WHERE r.sku = s.sku AND r.warehouse_id = s.warehouse_id)
		                  - (SELECT coalesce(sum(p.quantity), 0) FROM shipment_lines p JOIN order_lines l USING (order_id, line) JOIN shipments h ON h.id = p.shipment_id
		                      WHERE l.sku = s.sku AND l.stocked AND h.warehouse_id = s.warehouse_id)
		                  + (SELECT coalesce(sum(b.restocked), 0) FROM return_lines b JOIN order_lines l USING (order_id, line) JOIN returns r ON r.id = b.return_id
		                      WHERE l.sku = s.sku AND r.warehouse_id = s.warehouse_id)`,
	"a line's shipped and invoiced parts are its shipments and invoices": `
		SELECT l.order_id, l.line FROM order_lines l
		 WHERE l.shipped <> (SELECT coalesce(sum(quantity), 0) FROM shipment_lines p JOIN shipments h ON h.id = p.shipment_id AND h.return_id IS NULL
		                    WHERE (p.order_id, p.line) = (l.order_id, l.line))
		    OR l.invoiced <> (SELECT coalesce(sum(quantity), 0) FROM invoice_lines p WHERE (p.order_id, p.order_line) = (l.order_id, l.line) AND p.milestone IS NULL)`,
	"an invoiced order's charges are billed, and no other's are": `
		SELECT o.id FROM orders o
		 WHERE o.invoicing <> 'milestones' AND CASE WHEN EXISTS (SELECT FROM invoice_lines WHERE order_id = o.id) THEN o.charge_total ELSE 0 END
		       <> (SELECT coalesce(sum(amount), 0) FROM invoice_charges WHERE order_id = o.id)`,
	"numbers have no gap": `
		SELECT series, year FROM numbered_documents
		 GROUP BY series, year HAVING count(*) <> max(sequence) OR min(sequence) <> 1`,
	"a notice is planned only of what can be demanded": `
		SELECT number FROM open_items WHERE next_level IS NOT NULL AND open_amount <= disputed_amount`,
}

// imbalances finds everything that does not hold, in words.
func (w *world) imbalances() []string {
	w.t.Helper()
	rows, err := w.pool.Query(w.t.Context(), allBalances)
	w.must(err)
	found, err := pgx.CollectRows(rows, pgx.RowTo[string])
	w.must(err)
	return found
}

// allBalances asks all of them at once.
var allBalances = func() string {
	var queries []string
	for rule, sql := range balances {
		queries = append(queries, fmt.Sprintf(`SELECT $$it does not hold that %s: $$ || q::text FROM (%s) q`, rule, sql))
	}
	return strings.Join(queries, " UNION ALL ")
}()

// balanced checks all that must hold, and the exposure of every customer against the rules of models.
func (w *world) balanced() {
	w.t.Helper()
	for _, words := range w.imbalances() {
		w.t.Error(words)
	}
	rows, err := w.pool.Query(w.t.Context(), `SELECT customer_id FROM credit_accounts ORDER BY 1`)
	w.must(err)
	customers, err := pgx.CollectRows(rows, pgx.RowTo[string])
	w.must(err)
	for _, id := range customers {
		if diff := w.exposureDiff(id); diff != "" {
			w.t.Errorf("exposure of %s (-recomputed +stored):\n%s", id, diff)
		}
	}
}

// exposureDiff compares the stored exposure of a customer with its documents.
func (w *world) exposureDiff(customer string) string {
	w.t.Helper()
	stored, err := postgres.ReadExposure(w.t.Context(), w.pool, customer)
	w.must(err)
	return cmp.Diff(w.recomputed(customer), stored)
}

// recomputed is a customer's exposure, from its documents.
func (w *world) recomputed(customer string) models.Exposure {
	w.t.Helper()
	ctx := w.t.Context()
	e := models.Exposure{OpenOrders: eur("0"), DeliveredNotInvoiced: eur("0"), CustomerCredit: eur("0"), Deposits: eur("0")}
	rows, err := w.pool.Query(ctx, `SELECT id FROM orders WHERE customer_id = $1`, customer)
	w.must(err)
	orders, err := pgx.CollectRows(rows, pgx.RowTo[string])
	w.must(err)
	for _, id := range orders {
		order, err := postgres.LoadOrder(ctx, w.pool, id)
		w.must(err)
		if order.Deposits.IsPositive() { // its own deposits come off
			open, delivered := order.Billed().Commitment(models.Commitment(order.LineProgress(), models.MustMoney(order.ChargeGross, "EUR")))
			if !order.Approved {
				open = eur("0")
			}
			own := models.Commit(open, delivered, order.DepositsLeft())
			e.OpenOrders, e.DeliveredNotInvoiced = e.OpenOrders.Add(own.Open), e.DeliveredNotInvoiced.Add(own.Delivered)
			e.Deposits = e.Deposits.Add(own.Deposits)
			continue
		}
		if order.Invoicing == models.Milestones {
			open, delivered := order.Billed().Commitment(models.Commitment(order.LineProgress(), models.MustMoney(order.ChargeGross, "EUR")))
			if order.Approved {
				e.OpenOrders = e.OpenOrders.Add(open)
			}
			e.DeliveredNotInvoiced = e.DeliveredNotInvoiced.Add(delivered)
			continue
		}
		for _, line := range order.LineProgress() {
			if order.Approved {
				e.OpenOrders = e.OpenOrders.Add(line.OpenOrderValue())
			}
			e.DeliveredNotInvoiced = e.DeliveredNotInvoiced.Add(line.DeliveredValue())
		}
	}
	// Charges that no invoice has billed: with what is shipped, else with what is still to ship.
	var chargesOpen, chargesDelivered decimal.Decimal
	err = w.pool.QueryRow(ctx, `
		SELECT coalesce(sum(charge_gross) FILTER (WHERE NOT shipped AND open), 0), coalesce(sum(charge_gross) FILTER (WHERE shipped), 0)
		  FROM (SELECT o.charge_gross, EXISTS (SELECT FROM shipments WHERE order_id = o.id) AS shipped,
		               EXISTS (SELECT FROM order_lines WHERE order_id = o.id AND quantity > shipped + cancelled) AS open
		          FROM orders o
		         WHERE o.customer_id = $1 AND o.approved AND o.deposits = 0 AND o.invoicing <> 'milestones' AND NOT EXISTS (SELECT FROM invoice_lines WHERE order_id = o.id)) unbilled`, customer).
		Scan(&chargesOpen, &chargesDelivered)
	w.must(err)
	e.OpenOrders = e.OpenOrders.Add(models.MustMoney(chargesOpen, "EUR"))
	e.DeliveredNotInvoiced = e.DeliveredNotInvoiced.Add(models.MustMoney(chargesDelivered, "EUR"))
	var open, cash, credit decimal.Decimal
	err = w.pool.QueryRow(ctx, `
		SELECT (SELECT coalesce(sum(open_amount), 0) FROM open_items WHERE customer_id = $1),
		       (SELECT coalesce(sum(unapplied), 0) FROM payments WHERE customer_id = $1),
		       (SELECT coalesce(sum(remaining), 0) FROM customer_credits WHERE customer_id = $1)`, customer).Scan(&open, &cash, &credit)
	w.must(err)
	e.CustomerCredit = models.MustMoney(credit, "EUR")
	e.OpenInvoices, e.UnappliedCash = models.MustMoney(open, "EUR"), models.MustMoney(cash, "EUR")
	return e
}

// exposure is a customer's stored exposure as "O D I U".
func (w *world) exposure(customer string) string {
	w.t.Helper()
	e, err := postgres.ReadExposure(w.t.Context(), w.pool, customer)
	w.must(err)
	return e.OpenOrders.String() + " " + e.DeliveredNotInvoiced.String() + " " + e.OpenInvoices.String() + " " + e.UnappliedCash.String()
}

// wantExposure checks the buckets O, D, I and unapplied cash.
func (w *world) wantExposure(customer, want string) {
	w.t.Helper()
	if got := w.exposure(customer); got != want {
		w.t.Errorf("exposure of %s is %s, want %s", customer, got, want)
	}
}

// count is the number that a query answers.
func (w *world) count(sql string, args ...any) int {
	w.t.Helper()
	var n int
	w.must(w.pool.QueryRow(w.t.Context(), sql, args...).Scan(&n))
	return n
}

// rows is everything that a step may double; comparing it before and after shows whether it did.
func (w *world) rows() map[string]int {
	w.t.Helper()
	rows, err := w.pool.Query(w.t.Context(), countAll)
	w.must(err)
	counts := map[string]int{}
	var table string
	var n int
	_, err = pgx.ForEachRow(rows, []any{&table, &n}, func() error {
		counts[table] = n
		return nil
	})
	w.must(err)
	return counts
}

var countAll = func() string {
	queries := []string{
		`SELECT 'stock', coalesce(sum(on_hand * 1000 + reserved), 0)::int FROM stock`,
		`SELECT 'credit left', coalesce(sum(remaining * 100), 0)::int FROM customer_credits`,
	}
	for _, table := range []string{"orders", "credit_decisions", "shipments", "invoices", "invoice_lines", "open_items", "disputes", "credit_notes", "credit_note_lines", "credit_note_taxes",
		"customer_credits", "credit_applications", "credit_refunds", "invoice_instalments", "credit_limits",
		"dunning_notices", "payments", "payment_applications", "payment_reversals", "payment_refunds", "proformas", "prepayment_invoices", "deposit_uses", "debit_notes", "debit_note_reductions", "ledger_entries", "events", "messages", "tasks", "stock_receipts",
		"reservations", "approvals", "write_offs", "payment_recoveries", "returns", "return_deliveries", "billings", "collaterals", "order_versions", "order_version_lines",
		"order_overrides", "order_price_steps"} {
		queries = append(queries, fmt.Sprintf(`SELECT '%[1]s', count(*)::int FROM %[1]s`, table))
	}
	return strings.Join(queries, " UNION ALL ")
}()

// unchanged runs a step again, which must find its work done.
func (w *world) unchanged(again func()) {
	w.t.Helper()
	before := w.rows()
	again()
	if diff := cmp.Diff(before, w.rows()); diff != "" {
		w.t.Errorf("the second time changed the book (-before +after):\n%s", diff)
	}
}
