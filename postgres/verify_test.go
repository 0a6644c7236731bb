package postgres_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/shopspring/decimal"

	"o2c/activities"
	"o2c/internal/testkit"
	"o2c/models"
	"o2c/postgres"
)

func TestVerifyFindsNothingInAnEmptyBook(t *testing.T) {
	t.Parallel()
	wantNoOffenders(t, testkit.Database(t))
}

// Each case breaks one thing behind the back of constraints and triggers: exactly the invariant that is about it must name
// it.
func TestVerifyNamesWhatIsBroken(t *testing.T) {
	t.Parallel()
	b := playBook(t)
	wantNoOffenders(t, b.pool)

	cases := map[string]struct {
		sql       string
		offenders []string
		also      []string // the invariants that the same breach breaks
	}{
		"shares-add-up": {
			sql: `UPDATE invoice_shares SET amount = amount + 1 WHERE order_id = 'ord_month_1';
				INSERT INTO invoice_shares VALUES ('` + b.paid + `', 'ord_paid', 'GBP', 1)`,
			offenders: []string{b.paid, b.paid, b.shared},
		},
		"notices-charged": {sql: `UPDATE dunning_notices SET fee = fee + 1 WHERE fee > 0`, offenders: []string{b.late}},
		"interest-accrued": {
			sql:       `UPDATE debit_notes SET segments = jsonb_set(segments, '{0,days}', '9') WHERE kind = 'interest'`,
			offenders: []string{b.interest},
		},
		"notices-resolved": {sql: `UPDATE dunning_notices SET state = 'resolved', resolved_from = 'sent' WHERE fee > 0`, offenders: []string{b.late}},
		"milestones-whole": {sql: `UPDATE orders SET invoicing = 'milestones' WHERE id = 'ord_cancelled'`, offenders: []string{"ord_cancelled"}},
		"milestones-billed": {
			sql:       `INSERT INTO order_milestones (order_id, n, name, percent) VALUES ('ord_paid', 1, 'Signed', 100)`,
			offenders: []string{"ord_paid"},
			also:      []string{"milestones-whole"},
		},
		"billings-wait": {sql: `UPDATE orders SET invoicing = 'consolidated' WHERE id = 'ord_partial'`, offenders: []string{"ord_partial"}},
		"billed-alike":  {sql: `UPDATE billings SET billed_at = NULL`, offenders: []string{b.shared}},
		"ledger-entries-balanced": {
			// Two entries whose differences cancel out.
			sql: `UPDATE ledger_lines SET (debit, base_debit) = (SELECT debit + change, debit + change FROM (SELECT CASE entry_id WHEN (SELECT id FROM ledger_entries WHERE key = 'payment/pay_1') THEN 1 ELSE -1 END) c (change))
			       WHERE account = 'bank_clearing' AND entry_id IN (SELECT id FROM ledger_entries WHERE key IN ('payment/pay_1', 'payment/pay_2'))`,
			offenders: []string{"payment/pay_1", "payment/pay_2"},
		},
		"ledger-balanced": {
			sql:       `INSERT INTO ledger_lines (entry_id, line, account, currency, debit, base_currency, base_debit, base_credit, posting_date) VALUES (-1, 1, 'bank', 'GBP', 1, 'GBP', 1, 0, '2026-01-01')`,
			offenders: []string{"GBP"},
		},
		"documents-posted": {
			// One has no entry, the other's tax is called revenue.
			sql: `UPDATE ledger_entries SET key = 'another' WHERE key = 'invoice/` + b.paid + `';
				UPDATE ledger_lines SET account = 'revenue' WHERE account = 'tax_payable' AND entry_id = (SELECT id FROM ledger_entries WHERE key = 'invoice/` + b.disputed + `')`,
			offenders: []string{"invoice/" + b.paid, "invoice/" + b.paid, "invoice/" + b.paid, "invoice/" + b.disputed, "invoice/" + b.disputed},
			also:      []string{"entries-documented"},
		},
		"receivables-control": {
			sql: `UPDATE ledger_lines SET customer_id = 'small'
			       WHERE account = 'receivables' AND entry_id = (SELECT id FROM ledger_entries WHERE key = 'invoice/` + b.paid + `')`,
			offenders: []string{"big", "small"},
			also:      []string{"receivables-items", "control-accounts-every-day"},
		},
		"unapplied-cash-control": {
			sql: `UPDATE ledger_lines SET customer_id = 'small'
			       WHERE account = 'unapplied_cash' AND entry_id = (SELECT id FROM ledger_entries WHERE key = 'payment/pay_nobody')`,
			offenders: []string{"(nobody)", "small"},
			also:      []string{"control-accounts-every-day"},
		},
		"customer-credit-control": {
			sql: `UPDATE ledger_lines SET account = 'customer_credit'
			       WHERE account = 'bank_clearing' AND entry_id = (SELECT id FROM ledger_entries WHERE key = 'payment/pay_nobody')`,
			offenders: []string{"(nobody)"},
			also:      []string{"ledger-flows"},
		},
		"ledger-flows": {
			sql:       `UPDATE ledger_lines SET account = 'fee_income' WHERE account = 'bank_clearing' AND entry_id = (SELECT id FROM ledger_entries WHERE key = 'payment/pay_3')`,
			offenders: []string{"payment/pay_3"},
		},
		"ledger-reversals": {
			sql:       `UPDATE ledger_entries SET reverses = (SELECT id FROM ledger_entries WHERE key = 'payment/pay_3'), reason = 'x' WHERE key = 'payment/pay_2/application/1'`,
			offenders: []string{"payment/pay_2/application/1", "payment/pay_2/application/1"},
		},
		"ledger-closed-periods": {
			sql: `INSERT INTO accounting_periods (first_day, closed_by, closed_at)
			      SELECT date_trunc('month', max(posting_date))::date, 'x', max(recorded_at) - interval '1 microsecond' FROM ledger_entries`,
			offenders: []string{b.last},
		},
		"ledger-late": {
			sql:       `UPDATE ledger_entries SET business_date = business_date - 40 WHERE key = 'payment/pay_1'`,
			offenders: []string{"payment/pay_1"},
			also:      []string{"entries-documented"},
		},
		"ledger-base-currency": {
			sql:       `UPDATE ledger_lines SET base_currency = 'EUR' WHERE entry_id = (SELECT id FROM ledger_entries WHERE key = 'payment/pay_1')`,
			offenders: []string{"payment/pay_1", "payment/pay_1"},
		},
		"ledger-items-relieved": {
			// A gain that nothing explains, of a payment that is applied in full.
			sql: `INSERT INTO ledger_entries (id, key, event, business_date, posting_date, currency, customer_id, description, actor, xid) OVERRIDING SYSTEM VALUE
			      SELECT 9999, 'fx', 'fx', business_date, posting_date, 'EUR', 'big', 'x', 'x', xid FROM ledger_entries WHERE key = 'payment/pay_2';
			      INSERT INTO ledger_lines (entry_id, line, account, customer_id, document, currency, base_currency, base_debit, base_credit, posting_date)
			      SELECT 9999, n, account, 'big', item, 'EUR', 'GBP', (n = 1)::int, (n = 2)::int, posting_date
			        FROM ledger_entries, (VALUES (1, 'unapplied_cash', 'pay_2'), (2, 'fx_gain', '')) l (n, account, item) WHERE id = 9999`,
			offenders: []string{"pay_2"},
			also:      []string{"entries-documented"},
		},
		"fx-clearing-empty": {
			sql: `INSERT INTO ledger_entries (id, key, event, business_date, posting_date, currency, customer_id, description, actor, xid) OVERRIDING SYSTEM VALUE
			      SELECT 9990 + n, 'half/' || n, 'fx', business_date, posting_date, CASE n WHEN 1 THEN 'EUR' ELSE 'GBP' END, 'big', 'x', 'x', xid
			        FROM ledger_entries, generate_series(1, 2) n WHERE key = 'payment/pay_2';
			      INSERT INTO ledger_lines (entry_id, line, account, document, currency, base_currency, base_debit, base_credit, posting_date)
			      SELECT id, n, account, item, e.currency, 'GBP', (n = 1)::int, (n = 2)::int, posting_date
			        FROM ledger_entries e, (VALUES (1, 'fx_clearing', 'conversion'), (2, 'fx_gain', '')) l (n, account, item) WHERE key LIKE 'half/%'`,
			offenders: []string{"conversion"},
			also:      []string{"entries-documented"},
		},
		"receivables-items": {
			sql: `UPDATE ledger_lines SET document = CASE document WHEN '` + b.paid + `' THEN '` + b.disputed + `' ELSE '` + b.paid + `' END
			       WHERE account = 'receivables' AND entry_id IN (SELECT id FROM ledger_entries WHERE key IN ('invoice/` + b.paid + `', 'invoice/` + b.disputed + `'))`,
			offenders: []string{b.paid, b.disputed},
		},
		"unapplied-cash-items": {
			sql:       `UPDATE ledger_lines SET document = 'pay_3' WHERE account = 'unapplied_cash' AND entry_id = (SELECT id FROM ledger_entries WHERE key = 'payment/pay_1')`,
			offenders: []string{"pay_1", "pay_3"},
		},
		"control-accounts-every-day": {
			// A receivable that came and went, of nothing that was ever invoiced.
			sql: `INSERT INTO ledger_entries (id, key, event, business_date, posting_date, currency, customer_id, description, actor, xid) OVERRIDING SYSTEM VALUE
			      SELECT 9998 + n, 'stray/' || n, 'x', business_date + n, posting_date + n, 'GBP', 'big', 'x', 'x', xid FROM ledger_entries, generate_series(0, 1) n WHERE key = 'payment/pay_2';
			      INSERT INTO ledger_lines (entry_id, line, account, customer_id, document, currency, debit, credit, base_currency, base_debit, base_credit, posting_date)
			      SELECT id, n, account, 'big', 'INV-0', 'GBP', debit, credit, 'GBP', debit, credit, posting_date
			        FROM ledger_entries JOIN (VALUES ('stray/0', 1, 'receivables', 5, 0), ('stray/0', 2, 'fee_income', 0, 5), ('stray/1', 1, 'bad_debt_expense', 5, 0),
			             ('stray/1', 2, 'receivables', 0, 5)) l (key, n, account, debit, credit) USING (key)`,
			offenders: []string{"big"},
			also:      []string{"entries-documented"},
		},
		"ledger-seals": {
			sql:       `INSERT INTO ledger_seals (position, entry_id, hash, horizon) SELECT 1, id, sha256('x'), '0' FROM ledger_entries WHERE key = 'payment/pay_1'`,
			offenders: []string{"payment/pay_1"},
		},
		"ledger-sealed": {
			sql:       `UPDATE ledger_entries SET recorded_at = now() - interval '2 hours' WHERE key = 'payment/pay_1'`,
			offenders: []string{"payment/pay_1"},
		},
		"ledger-valued": {
			sql:       `UPDATE ledger_entries SET unvalued = true WHERE key = 'payment/pay_1'`,
			offenders: []string{"payment/pay_1"},
		},
		"postings-audited": {
			sql:       `UPDATE ledger_entries SET xid = '3' WHERE key = 'payment/pay_1'`,
			offenders: []string{"payment/pay_1"},
		},
		"entries-documented": {
			// Of another day, and of another event; what came and went for a document that never was.
			sql: `UPDATE ledger_entries SET business_date = business_date + 1, posting_date = posting_date + 1 WHERE key = 'invoice/` + b.paid + `';
				UPDATE ledger_lines SET posting_date = posting_date + 1 WHERE entry_id = (SELECT id FROM ledger_entries WHERE key = 'invoice/` + b.paid + `');
				UPDATE ledger_entries SET event = 'payment_refunded' WHERE key = 'payment/pay_1';
				INSERT INTO ledger_entries (id, key, event, business_date, posting_date, currency, customer_id, document, description, actor, xid) OVERRIDING SYSTEM VALUE
				SELECT 9999, 'fee/1', 'fee_charged', business_date, posting_date, 'GBP', 'big', 'fee_1', 'x', 'x', xid FROM ledger_entries WHERE key = 'payment/pay_2';
				INSERT INTO ledger_lines (entry_id, line, account, customer_id, document, currency, debit, credit, base_currency, base_debit, base_credit, posting_date)
				SELECT 9999, n, account, 'big', '', 'GBP', n % 2, (n + 1) % 2, 'GBP', n % 2, (n + 1) % 2, posting_date
				  FROM ledger_entries, (VALUES (1, 'bank_charges'), (2, 'bank')) l (n, account) WHERE id = 9999`,
			offenders: []string{"fee/1", "invoice/" + b.paid, "payment/pay_1"},
		},
		"numbers-gapless": {
			sql:       `UPDATE number_series SET last = last + 1 WHERE series = 'CN'`,
			offenders: []string{"CN-" + b.year},
		},
		"exposure-buckets": {
			sql:       `UPDATE credit_accounts SET open_orders = open_orders + 1, deposits = 2 WHERE customer_id = 'big'`,
			offenders: []string{"big", "big"},
		},
		"payments-split": {
			sql:       `UPDATE payments SET applied = applied - 1, refunded = 1 WHERE id = 'pay_1'`,
			offenders: []string{"pay_1"},
		},
		"applications-mirrored": {
			sql:       `UPDATE payment_applications SET deduction = -1, deduction_reason = 'x' WHERE payment_id = 'pay_back' AND undoes = 1`,
			offenders: []string{"pay_back"},
		},
		"items-paid": {
			sql:       `UPDATE open_items SET paid = paid - 1, withheld = 1 WHERE number = '` + b.disputed + `'`,
			offenders: []string{b.disputed},
		},
		"items-credited": {
			sql:       `UPDATE open_items SET credited = credited - 1, withheld = 1 WHERE number = '` + b.disputed + `'`,
			offenders: []string{b.disputed},
		},
		"items-match-invoices": {
			sql:       `UPDATE open_items SET due_date = due_date + 1 WHERE number = '` + b.disputed + `'`,
			offenders: []string{b.disputed},
		},
		"refunds-recovered": {
			sql:       `UPDATE debit_notes SET cause = 'x' WHERE kind = 'refund_recovery'`,
			offenders: []string{"DN-" + b.year + "-000001", "pay_claim"},
			also:      []string{"documents-posted", "entries-documented"},
		},
		"items-match-debit-notes": {
			sql:       `INSERT INTO open_items (number, kind, customer_id, currency, due_date, total, withheld, dunning_plan) VALUES ('DN-9', 'fee', 'big', 'GBP', '2026-12-02', 1, 1, '[]')`,
			offenders: []string{"DN-9"},
		},
		"orders-add-up": {
			sql:       `UPDATE order_lines SET net_amount = net_amount + 1 WHERE order_id = 'ord_paid' AND line = 1`,
			offenders: []string{"ord_paid"},
		},
		"order-versions": {
			sql:       `UPDATE orders SET version = 2 WHERE id = 'ord_paid'`,
			offenders: []string{"ord_paid"},
			also:      []string{"orders-decided"},
		},
		"invoices-add-up": {
			// A line of one has another amount, a line of the other is of a tax group that the invoice does not have.
			sql: `UPDATE invoice_lines SET net_amount = net_amount + 1 WHERE invoice = '` + b.paid + `' AND line = 1;
				UPDATE invoice_lines SET tax_category = 'Z', tax_rate = 0 WHERE invoice = '` + b.disputed + `' AND line = 1`,
			offenders: []string{b.paid, b.paid, b.disputed, b.disputed},
		},
		"credit-notes-add-up": {
			sql:       `UPDATE credit_note_taxes SET rate = rate + 1 WHERE credit_note = (SELECT number FROM credit_notes WHERE invoice = '` + b.disputed + `')`, // groups that the invoice does not have
			offenders: []string{b.disputed, b.disputed},
		},
		"customer-credits": {
			sql:       `UPDATE customer_credits SET applied = applied + 1, refunded = refunded - 1`,
			offenders: []string{b.note},
		},
		"items-written-off": {
			sql:       `UPDATE open_items SET written_off = written_off - 1, withheld = 1 WHERE number = '` + b.givenUp + `'`,
			offenders: []string{b.givenUp},
		},
		"items-recovered": {
			sql:       `UPDATE open_items SET recovered = recovered - 1 WHERE number = '` + b.givenUp + `'`,
			offenders: []string{b.givenUp},
		},
		"write-offs-approved": {
			sql: `UPDATE write_offs SET authority = 9.99 WHERE id = 'wof_1';
			      UPDATE approvals SET subject = 'x' WHERE id = 'wof_2'`,
			offenders: []string{"wof_1", "wof_1", "wof_2"},
		},
		"write-offs-wait": {
			sql: `INSERT INTO approvals (id, kind, subject, currency, amount, reason, content, requested_by, requested_at)
			      SELECT 'of ' || number, 'write_off', number, currency, 1, '', '{}', 'credit', now() FROM open_items WHERE number IN ('` + b.paid + `', '` + b.late + `')`,
			offenders: []string{"of " + b.paid},
		},
		"plans-add-up": {sql: withdrawnPlan(b.disputed, 10, `UNION ALL SELECT 2, '2026-12-31', 4.99`), offenders: []string{"pln_1"}},
		"plans-active": {sql: withdrawnPlan(b.disputed, 10, `UNION ALL SELECT 2, '2027-02-01', 5`) + `; UPDATE instalment_plans SET (state, settled, ended_at) = ('active', NULL, NULL)`, offenders: []string{b.disputed}},
		"plans-approved": {
			sql: withdrawnPlan(b.disputed, 20000, `UNION ALL SELECT 2, '2027-02-01', 19995`) + `;
			      INSERT INTO approvals (id, kind, subject, currency, amount, reason, content, requested_by, requested_at, decision, decision_id, decision_reason, decided_by, decided_at)
			      VALUES ('pln_2', 'plan', 'x', 'EUR', 1, '', '{}', 'x', now(), 'approve', 'dec_x', '', 'y', now())`,
			offenders: []string{"pln_1", "pln_2"},
		},
		"items-credit-applied": {
			sql:       `UPDATE open_items SET credit_applied = credit_applied - 1, withheld = 1 WHERE number = '` + b.disputed + `'`,
			offenders: []string{b.disputed},
		},
		"instalments-add-up": {
			sql:       `UPDATE invoice_instalments SET amount = amount + 1 WHERE invoice = '` + b.instalments + `' AND n = 1`,
			offenders: []string{b.instalments},
		},
		"billed-once": {
			sql:       `UPDATE invoice_lines SET shipment_id = 'shp_1' WHERE shipment_id = 'shp_0'`, // seven of a delivery of four
			offenders: []string{"shp_1"},
		},
		"disputed-amounts": {
			sql:       `UPDATE disputes SET state = 'withdrawn', resolved_at = now() WHERE id = 'dsp_open'`,
			offenders: []string{b.disputed},
			also:      []string{"disputes-served"},
		},
		"awaited": {
			sql:       `UPDATE open_items SET waits = '[{"kind": "promise", "id": "prm_0", "at": "2027-01-01T00:00:00Z", "item": {"invoice": "x"}}]' WHERE number = '` + b.disputed + `'`,
			offenders: []string{b.disputed},
			also:      []string{"disputes-served"},
		},
		"dunning-next": {
			sql:       `UPDATE open_items SET next_dunning_at = next_dunning_at + interval '1 day' WHERE number = '` + b.disputed + `'`,
			offenders: []string{b.disputed},
		},
		"dunning-rests": {
			sql: `UPDATE open_items SET next_level = 1, next_dunning_at = '2027-01-01T00:00:00Z',
				dunned = '[{"instalment": 0, "due": "2026-12-22", "amount": "1", "next": {"level": 1, "at": "2027-01-01T00:00:00Z"}}]' WHERE number = '` + b.paid + `'`,
			offenders: []string{b.paid},
		},
		"shipped-quantities": {
			// Of a service, which is in no stock.
			sql:       `UPDATE shipment_lines SET quantity = quantity + 1 WHERE order_id = 'ord_paid' AND line = 2`,
			offenders: []string{"ord_paid"},
		},
		"invoiced-quantities": {
			sql:       `UPDATE invoice_lines SET quantity = quantity - 1 WHERE invoice = '` + b.paid + `' AND line = 1`,
			offenders: []string{"ord_paid"},
		},
		"stock-reserved": {
			sql:       `UPDATE stock SET reserved = reserved - 1 WHERE sku = 'LAMP' AND warehouse_id = 'main'`,
			offenders: []string{"main/LAMP"},
		},
		"lines-reserved": {
			sql:       `UPDATE order_lines SET reserved = reserved - 1 WHERE order_id = 'ord_partial'`,
			offenders: []string{"ord_partial"},
		},
		"credit-groups": {
			sql:       `UPDATE credit_accounts SET group_id = 'small' WHERE customer_id = 'big'`,
			offenders: []string{"big"},
		},
		"releases": {
			sql:       `UPDATE orders SET release_id = 'dec_1' WHERE id = 'ord_disputed'`, // a rejection of another order
			offenders: []string{"ord_disputed"},
			also:      []string{"orders-decided"},
		},
		"approvals-wait": {
			sql: `INSERT INTO approvals (id, kind, subject, currency, amount, reason, content, requested_by, requested_at)
			      SELECT 'of ' || id, 'credit_release', id, currency, total, '', '{}', 'credit', now() FROM orders WHERE id IN ('ord_paid', 'ord_held')`,
			offenders: []string{"of ord_paid"},
		},
		"stock-on-hand": {
			sql:       `UPDATE stock SET on_hand = on_hand + 1 WHERE sku = 'LAMP' AND warehouse_id = 'main'`,
			offenders: []string{"main/LAMP"},
		},
		"charges-billed": {
			sql:       `UPDATE invoice_charges SET order_id = 'ord_ghost' WHERE order_id = 'ord_partial'`,
			offenders: []string{"ord_partial"},
		},
		"prices-explained": {
			sql: `DELETE FROM order_overrides WHERE order_id = 'ord_paid';
			      UPDATE order_lines SET price_source = 'price_list:ghost@2020-01-01#1' WHERE order_id = 'ord_disputed'`,
			offenders: []string{"ord_disputed", "ord_paid"},
		},
		"overrides-recorded": {
			sql: `UPDATE events SET key = NULL WHERE key = 'overridden/ord_paid';
			      INSERT INTO order_overrides VALUES ('ord_open', 1, 'order_discount', '/discount_percent', '20', '10')`,
			offenders: []string{"ord_open", "ord_paid"},
			also:      []string{"record-seals"},
		},
		"prices-agreed": {
			sql: `INSERT INTO order_price_steps SELECT order_id, sku, 0, 1, 1, 'product', '' FROM order_lines
			       WHERE order_id IN ('ord_disputed', 'ord_held') AND sku = 'LAMP'`,
			offenders: []string{"ord_disputed", "ord_held"},
		},
		"taxes-explained": {
			sql:       `UPDATE order_lines SET tax_source = 'rule:eu-export@1992-01-01' WHERE order_id = 'ord_disputed'`,
			offenders: []string{"ord_disputed"},
		},
		"shipment-states": {
			sql: `UPDATE shipments SET state = 'lost' WHERE id = 'shp_paid-1';
				INSERT INTO shipment_events (shipment_id, event_id, kind, at, told_by) SELECT id, 'x', 'refused', now(), 'x' FROM shipments WHERE order_id = 'ord_partial'`,
			offenders: []string{"shp_0", "shp_1", "shp_paid-1"},
		},
		"returned-quantities": {
			sql: `UPDATE order_lines SET to_return = to_return + 1 WHERE order_id = 'ord_paid' AND line = 1;
				INSERT INTO returns (id, order_id, customer_id, requested_by, requested_at, state, receipt_id, warehouse_id, disposition, received_by, received_at)
				  VALUES ('ret_x', 'ord_partial', 'big', 'x', now(), 'settled', 'x', 'main', 'replace', 'x', now());
				INSERT INTO return_lines (return_id, order_id, line, quantity, reason, received) VALUES ('ret_x', 'ord_partial', 1, 1, 'other', 1)`,
			offenders: []string{"ord_paid", "ord_partial", "ord_partial"},
		},
		"closed-orders-settled": {
			sql:       `UPDATE orders SET stage = 'closed', outcome = 'paid', closed_at = now() WHERE id = 'ord_disputed'`,
			offenders: []string{"ord_disputed"},
		},
		"orders-decided": {
			// One goes on although it was held; of another the decision is gone; one was amended to more than was decided on.
			sql: `UPDATE orders SET approved = true, stage = 'fulfilling', blocked_code = NULL, blocked_detail = NULL WHERE id = 'ord_held';
			      UPDATE order_version_lines SET gross_amount = gross_amount - 1 WHERE order_id = 'ord_amended' AND version = 2;
			      DELETE FROM credit_decisions WHERE order_id = 'ord_open' OR order_id = 'ord_amended' AND version = 3`,
			offenders: []string{"ord_amended", "ord_held", "ord_open"},
			also:      []string{"decisions-told", "exposure-buckets"},
		},
		"reviews-decided": {
			// One goes on although nobody has looked at it; one is in review for nothing; one was released and is closed as if it was not.
			sql: `DELETE FROM review_decisions WHERE order_id = 'ord_looked_at';
			      UPDATE orders SET stage = 'review', approved = false, blocked_code = 'x', blocked_detail = 'x' WHERE id = 'ord_held';
			      UPDATE review_decisions SET decision = 'release' WHERE order_id = 'ord_refused';
			      UPDATE orders SET blocked_code = NULL, blocked_detail = NULL WHERE id = 'ord_review'`,
			offenders: []string{"ord_held", "ord_looked_at", "ord_refused", "ord_review"},
			also:      []string{"order-outcomes", "reviews-told"},
		},
		"reviews-told": {
			sql:       `UPDATE review_decisions SET id = 'dec_other' WHERE order_id = 'ord_refused'`,
			offenders: []string{"ord_refused", "ord_refused"},
		},
		"backorder-choices-told": {
			sql: `INSERT INTO backorder_questions (order_id, state, choice, answer_id, chosen_by, chosen_at)
			      VALUES ('ord_open', 'answered', 'wait', 'dec_unheard', 'sales', now())`,
			offenders: []string{"ord_open"},
		},
		"fulfilment-orders-complete": {
			sql: `INSERT INTO warehouses (id, name, mode, webhook_url, webhook_secret) VALUES ('outside', 'x', 'webhook', 'https://x.example', 'whsec_x');
			      INSERT INTO fulfilment_orders (id, order_id, warehouse_id, revision, lines, body, queued_at) VALUES ('ful_2', 'ord_open', 'outside', 2, '{}', '{}', now())`,
			offenders: []string{"ful_2"},
		},
		"fulfilment-orders-ordered": {
			sql: `INSERT INTO warehouses (id, name, mode, webhook_url, webhook_secret) VALUES ('outside', 'x', 'webhook', 'https://x.example', 'whsec_x');
			      INSERT INTO fulfilment_orders (id, order_id, warehouse_id, revision, lines, body, queued_at) VALUES ('ful_1', 'ord_open', 'outside', 1, '{"1": "999"}', '{}', now());
			      INSERT INTO events (key, order_id, at, kind, actor, summary) VALUES ('ful_1', 'ord_open', now(), 'warehouse-told', 'o2c', 'x')`,
			offenders: []string{"ord_open"},
		},
		"backorder-questions-open": {
			sql:       `INSERT INTO backorder_questions (order_id, state, asked_at, ends_at, otherwise) VALUES ('ord_paid', 'open', now(), now(), 'wait')`,
			offenders: []string{"ord_paid"},
		},
		"duplicates-known": {
			sql: `UPDATE orders SET duplicate_of = 'ord_open', po_number = 'ord_open' WHERE id = 'ord_partial';
			      UPDATE orders SET duplicate_of = 'ord_paid' WHERE id = 'ord_review'`,
			offenders: []string{"ord_partial", "ord_review"},
		},
		"fraud-scored": {
			// One has a score that its factors do not add up to, one is suspicious and nobody looks at it, one waits for a score that is not there.
			sql: `INSERT INTO fraud_policies (version, threshold, set_by) VALUES (2, 50, 'x');
			      INSERT INTO fraud_checks (order_id, version, score, threshold, inputs, checked_at)
			        VALUES ('ord_open', 2, 10, 50, '{}', now()), ('ord_paid', 2, 60, 50, '{}', now()), ('ord_held', 2, 0, 40, '{}', now());
			      INSERT INTO fraud_factors (order_id, signal, points, detail) VALUES ('ord_open', 'velocity', 11, 'x'), ('ord_paid', 'velocity', 60, 'x');
			      UPDATE order_findings SET code = 'fraud-signals' WHERE order_id = 'ord_review'`,
			offenders: []string{"ord_held", "ord_open", "ord_paid", "ord_review"},
			also:      []string{"duplicates-known"},
		},
		"listed-parties-decided": {
			// One waits and nothing says for whom; of one that was released the party is still on the list; one clearance comes from a rejection.
			sql: `UPDATE order_findings SET code = 'blocked-party' WHERE order_id IN ('ord_review', 'ord_looked_at', 'ord_refused');
			      INSERT INTO screening_lists (name, version, similarity, set_by) VALUES ('eu', 1, 0.7, 'x');
			      INSERT INTO screening_entries (id, list, reference, name, since) VALUES (1, 'eu', 'EU-1', 'Big', 1);
			      INSERT INTO screening_hits (order_id, finding, role, party, compared, entry_id, matched, similarity, cause)
			        VALUES ('ord_looked_at', 1, 'sold_to', 'Big', 'big', 1, 'big', 1, 'x'), ('ord_refused', 1, 'sold_to', 'Big', 'big', 1, 'big', 1, 'x');
			      INSERT INTO screening_clearances (customer_id, compared, list, reference, matched, order_id, finding, decision_id, cleared_by, reason, cleared_at)
			        VALUES ('big', 'other', 'eu', 'EU-1', 'big', 'ord_refused', 1, 'dec_ord_refused', 'x', 'x', now())`,
			offenders: []string{"eu", "ord_looked_at", "ord_refused", "ord_review"},
			also:      []string{"duplicates-known"},
		},
		"decisions-explained": {
			sql: `UPDATE credit_decisions SET inputs = '{}' WHERE id = 'check/ord_disputed';
			      UPDATE credit_decisions SET inputs = jsonb_set(inputs, '{order_total,amount}', '"6000.00"') WHERE id = 'check/ord_open';
			      UPDATE credit_decisions SET inputs = jsonb_set(inputs, '{limits}', '[]') WHERE id = 'check/ord_paid'`,
			offenders: []string{"check/ord_disputed", "check/ord_open", "check/ord_open", "check/ord_paid"},
		},
		"releases-approved": {
			sql:       `INSERT INTO credit_policy_approvals (policy, version, currency, above) VALUES ('standard', 1, 'GBP', 10)`,
			offenders: []string{"dec_5"},
		},
		"decisions-told": {
			sql: `DELETE FROM credit_limits WHERE id = 'lim_big'; UPDATE credit_limits SET amount = 6000 WHERE id = 'lim_raised';
			      DELETE FROM order_version_lines WHERE order_id = 'ord_amended'; DELETE FROM order_versions WHERE order_id = 'ord_amended'; UPDATE orders SET version = 1, confirmed_version = 1 WHERE id = 'ord_amended';
			      DELETE FROM credit_decisions WHERE id = 'dec_1'`,
			offenders: []string{"lim_big", "lim_raised", "ord_amended", "ord_amended", "ord_rejected"},
			also:      []string{"orders-decided", "order-outcomes", "decisions-explained"},
		},
		"record-seals": {
			sql:       `DELETE FROM events WHERE key = 'amd_0'; UPDATE audit_log SET actor = 'somebody' WHERE object_kind = 'company'`,
			offenders: []string{"seal 1", "seal 2"},
			also:      []string{"decisions-told"},
		},
		"records-sealed": {
			sql:       `INSERT INTO audit_log (id, actor, action, object_kind, object_id, at) OVERRIDING SYSTEM VALUE VALUES (900, 'x', 'x', 'x', 'x', now() - interval '61 minutes')`,
			offenders: []string{"audit row 900"},
		},
		"disputes-resolved": {
			sql: `UPDATE disputes SET accepted = accepted - 0.01 WHERE id = 'dsp_accepted';
			      UPDATE disputes SET resolved_at = now() WHERE id = 'dsp_open'`,
			offenders: []string{"dsp_accepted", "dsp_open"},
		},
		"disputes-approved": {
			sql: `UPDATE disputes SET state = 'awaiting_approval' WHERE id = 'dsp_open';
			      INSERT INTO approvals (id, kind, subject, customer_id, currency, amount, reason, content, requested_by, requested_at, decision, decision_id, decision_reason, decided_by, decided_at)
			      VALUES ('dec_none', 'dispute', 'dsp_accepted', 'big', 'GBP', 1, 'x', '{}', 'collector', now(), 'approve', 'dec_other', 'x', 'manager', now())`,
			offenders: []string{"dec_none", "dsp_open"},
		},
		"disputes-served": {
			sql: `UPDATE disputes SET service = jsonb_set(service, '{steps,0,at}', '"2030-01-01T00:00:00Z"') WHERE id = 'dsp_open';
			      UPDATE open_items SET waits = waits || '[{"kind": "dispute", "id": "dsp_none", "service": "assign", "at": "2027-01-01T00:00:00Z"}]' WHERE number = '` + b.paid + `'`,
			offenders: []string{"dsp_none", "dsp_open"},
		},
		"deductions-disputed": {
			sql:       `UPDATE disputes SET payment_id = 'pay_1', application = 1 WHERE id = 'dsp_open'`, // which kept nothing back
			offenders: []string{"dsp_open"},
		},
		"order-outcomes": {
			sql: `UPDATE orders SET outcome = 'credited' WHERE id = 'ord_paid';
			      UPDATE orders SET outcome = 'rejected' WHERE id = 'ord_cancelled'`,
			offenders: []string{"ord_cancelled", "ord_paid"},
		},
		"orders-entered": {
			sql: `INSERT INTO claims (principal, key, route, request_hash, resource_id, content, claimed_at, leased_until, response_status, answered_at)
			      VALUES ('sales', 'k', 'createOrder', '', 'ord_lost', '{}', now() - interval '3 minutes', now(), 202, now())`,
			offenders: []string{"ord_lost"},
		},
		"facts-carried-out": {
			sql: `INSERT INTO facts (id, kind, content, actor, accepted_at)
			      VALUES ('pay_slow', 'payment', '{}', 'cashier', now() - interval '3 minutes'), ('pay_new', 'payment', '{}', 'cashier', now())`,
			offenders: []string{"pay_slow"},
		},
		"messages-sent": {
			sql:       `UPDATE events SET recorded_at = now() - interval '11 minutes' WHERE invoice = '` + b.paid + `' AND kind = 'invoiced'`,
			offenders: []string{"invoice/" + b.paid, "order-confirmation/ord_paid/1", "shipping-notice/shp_paid-1"}, // of one instant
			also:      []string{"record-seals"},
		},
		"deposits-of-orders": {
			sql:       `UPDATE orders SET deposits = 1, deposits_applied = 1 WHERE id = 'ord_open'`,
			offenders: []string{"ord_open"},
		},
		"deposits-of-payments": {
			sql:       `UPDATE payments SET deposits = 1, applied = applied - 1 WHERE id = 'pay_1'`,
			offenders: []string{"pay_1"},
			also:      []string{"payments-split"},
		},
		"items-deposits": {
			sql:       `UPDATE open_items SET paid = paid - 1, deposits_applied = 1 WHERE number = '` + b.disputed + `'`,
			offenders: []string{b.disputed},
			also:      []string{"items-paid"},
		},
		"deposits-tie-out": {
			sql:       aGhostDeposit,
			offenders: []string{"PI-2026-000001"},
			also:      []string{"deposits-of-orders", "deposits-of-payments", "numbers-gapless"},
		},
		"deposits-belong": {
			sql: aGhostDeposit + `; INSERT INTO proformas (number, year, sequence, order_id, order_version, customer_id, currency, amount, payment_reference, issue_date, issued_at)
				VALUES ('PF-2026-000001', 2026, 1, 'ord_paid', 1, 'big', 'GBP', 1, 'RF', '2026-01-01', now())`,
			offenders: []string{"PI-2026-000001"},
			also:      []string{"deposits-of-orders", "deposits-of-payments", "deposits-tie-out", "numbers-gapless"},
		},
		"prepayments-asked": {
			sql:       `UPDATE orders SET stage = 'awaiting_prepayment' WHERE id = 'ord_held'`,
			offenders: []string{"ord_held"},
			also:      []string{"orders-decided"},
		},
		"orders-confirmed": {
			sql:       `UPDATE orders SET confirmed_version = 0 WHERE id IN ('ord_open', 'ord_held', 'ord_paid')`, // on hold; closed
			offenders: []string{"ord_open"},
		},
		"confirmations-queued": {
			sql:       `UPDATE messages SET key = 'order-confirmation/ord_paid/99' WHERE key = 'order-confirmation/ord_paid/1'`,
			offenders: []string{"ord_paid"},
		},
		"shipments-announced": {
			sql:       `UPDATE messages SET key = 'shipping-notice/shp_ghost' WHERE key = 'shipping-notice/shp_paid-1'`,
			offenders: []string{"shp_paid-1"},
		},
	}

	for _, invariant := range postgres.Invariants() {
		t.Run(invariant.Name, func(t *testing.T) {
			breach, known := cases[invariant.Name]
			if !known {
				t.Fatal("no case breaks this invariant")
			}
			tx, err := b.pool.Begin(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer tx.Rollback(t.Context())
			for _, sql := range []string{`SET LOCAL session_replication_role = replica`, breach.sql} {
				if _, err = tx.Exec(t.Context(), sql); err != nil {
					t.Fatal(err)
				}
			}
			findings, err := postgres.CheckInvariants(t.Context(), tx, 20)
			if err != nil {
				t.Fatal(err)
			}
			for _, finding := range findings {
				if slices.Contains(breach.also, finding.Name) {
					continue
				}
				var want, got []string
				if finding.Name == invariant.Name {
					want = breach.offenders
				}
				for _, offender := range finding.Offenders {
					got = append(got, offender.Name)
				}
				if diff := cmp.Diff(want, got); diff != "" || finding.Count != len(want) {
					t.Errorf("%s: %d found: %v\n%s", finding.Name, finding.Count, finding.Offenders, diff)
				}
			}
		})
	}
}

// aGhostDeposit is a prepayment invoice that nothing else in the book knows.
const aGhostDeposit = `INSERT INTO prepayment_invoices (number, year, sequence, order_id, customer_id, payment_id, proforma, currency, net_total, tax_total, total, issue_date, cause, issued_by, issued_at)
	VALUES ('PI-2026-000001', 2026, 1, 'ord_open', 'big', 'pay_1', 'PF-2026-000001', 'GBP', 1, 0, 1, '2026-01-01', 'pay_1', 'cashier', now())`

func TestVerifyNamesAtMostSoManyAndCountsAll(t *testing.T) {
	t.Parallel()
	pool := testkit.Database(t)
	_, err := pool.Exec(t.Context(), `
		INSERT INTO facts (id, kind, content, actor, accepted_at)
		SELECT 'pay_' || n, 'payment', '{}', 'cashier', now() - interval '1 hour' FROM generate_series(1, 30) AS n`)
	if err != nil {
		t.Fatal(err)
	}
	findings, err := postgres.Verify(t.Context(), pool, 5)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(findings, func(f postgres.Finding) bool { return f.Name == "facts-carried-out" })
	if findings[i].Count != 30 || len(findings[i].Offenders) != 5 {
		t.Errorf("found %d and named %d, want 30 and 5", findings[i].Count, len(findings[i].Offenders))
	}
}

// A line's parts are rounded once, half away from zero, also where the quotient has no finite decimal form.
func TestVerifyRoundsLikeTheModels(t *testing.T) {
	t.Parallel()
	pool := testkit.Database(t, testkit.MaxConns(1), testkit.AsOwner) // one session, whose triggers are off
	for _, c := range []struct {
		gross    string
		currency models.Currency
		quantity string
		part     string
	}{
		{"10.00", "GBP", "3", "1"}, {"10.00", "GBP", "3", "2"}, {"0.05", "GBP", "2", "1"}, {"0.01", "GBP", "2", "1"},
		{"999999999999999.99", "GBP", "7", "3"}, {"1.00", "GBP", "0.000003", "0.000001"}, {"0.015", "KWD", "2", "1"}, {"101", "JPY", "8", "4"},
	} {
		line := models.LineProgress{
			Quantity: decimal.RequireFromString(c.quantity), Shipped: decimal.RequireFromString(c.part),
			Gross: models.MustMoney(decimal.RequireFromString(c.gross), c.currency),
		}
		id := c.gross + "×" + c.part + "÷" + c.quantity
		_, err := pool.Exec(t.Context(), `SET session_replication_role = replica`)
		if err == nil {
			_, err = pool.Exec(t.Context(), `
				WITH customer AS (
				     INSERT INTO customers (id, name, email, country, currency) VALUES ($1, 'Customer', 'a@example.com', 'GB', $2)
				), account AS (
				     INSERT INTO credit_accounts (customer_id, currency, open_orders, delivered_not_invoiced) VALUES ($1, $2, $3, $4)
				), placed AS (
				     INSERT INTO orders (id, customer_id, currency, warehouse_id, payment_terms, net_total, tax_total, total, stage, approved, entered_by, entered_at)
				     VALUES ($1, $1, $2, 'main', '{}', $5, 0, $5, 'fulfilling', true, 'test', now())
				)
				INSERT INTO order_lines (order_id, line, sku, description, unit_code, quantity, unit_price, net_amount, gross_amount, tax_category, tax_rate,
				                         price_source, stocked, shipped)
				VALUES ($1, 1, 'X', '', 'C62', $6, 1, $5, $5, 'Z', 0, 'product', true, $7)`,
				id, c.currency, line.OpenOrderValue(), line.DeliveredValue(), line.Gross, line.Quantity, line.Shipped)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	findings, err := postgres.Verify(t.Context(), pool, 20)
	if err != nil {
		t.Fatal(err)
	}
	for _, finding := range findings {
		if finding.Name == "exposure-buckets" && finding.Count > 0 {
			t.Error(finding.Offenders)
		}
	}
}

func wantNoOffenders(t *testing.T, pool *pgxpool.Pool) {
	t.Helper()
	findings, err := postgres.Verify(t.Context(), pool, 20)
	if err != nil {
		t.Fatal(err)
	}
	if len(findings) != len(postgres.Invariants()) {
		t.Errorf("%d invariants were checked, there are %d", len(findings), len(postgres.Invariants()))
	}
	for _, finding := range findings {
		if finding.Count > 0 {
			t.Errorf("%s: %d: %v", finding.Name, finding.Count, finding.Offenders)
		}
	}
}

// book is a book in which something of everything has happened, written by the activities themselves.
type book struct {
	t        *testing.T
	pool     *pgxpool.Pool
	at       time.Time
	year     string
	paid     string // an invoice that is paid
	disputed string // an invoice that is partly paid, partly credited and partly disputed
	charges  map[string][]models.Charge

	note        string // the credit note on paid, all of it the customer's
	instalments string // an invoice in instalments
	shared      string // an invoice of two orders
	givenUp     string // an invoice that is written off
	late        string // an invoice that is dunned with charges
	interest    string // the debit note of its interest
	last        string // the key of the newest entry
}

// nobody is told anything: the test is its own workflow.
type nobody struct{}

func (nobody) PaymentApplied(context.Context, string, models.Receivable) error  { return nil }
func (nobody) PaymentReversed(context.Context, string, models.Receivable) error { return nil }
func (nobody) InvoiceIssued(context.Context, string, models.Receivable) error   { return nil }
func (nobody) StartBilling(context.Context, string, string, time.Time) error    { return nil }
func (nobody) Collect(context.Context, string, string) error                    { return nil }
func (nobody) InvoiceSettled(context.Context, string, models.Receivable) error  { return nil }
func (nobody) CreditRecheck(context.Context, string, string) error              { return nil }
func (nobody) PartyListed(context.Context, string, string) error                { return nil }
func (nobody) StockArrived(context.Context, string, string) error               { return nil }

func playBook(t *testing.T) *book {
	t.Helper()
	b := &book{t: t, pool: testkit.Database(t, testkit.AsOwner), at: time.Now().UTC().Truncate(time.Microsecond)}
	b.year = strconv.Itoa(b.at.Year())
	b.reference()
	_, err := postgres.SealRecords(t.Context(), b.pool) // the first seal covers what was set up, the second what happens
	b.must(err)
	credit := &activities.Credit{Pool: b.pool, Orders: nobody{}}
	fulfillment := &activities.Fulfillment{Pool: b.pool, Orders: nobody{}}
	invoicing := &activities.Invoicing{Pool: b.pool, Orders: nobody{}}
	collections := &activities.Collections{Pool: b.pool}
	cash := &activities.Cash{Pool: b.pool, Orders: nobody{}}
	creditNotes := &activities.CreditNotes{Pool: b.pool, Orders: nobody{}}
	reconciliation := &activities.Reconciliation{Pool: b.pool}

	for _, warehouse := range []string{"main", "auto"} {
		id := b.fact("rcp_"+warehouse, postgres.StockReceiptFact, "", "", models.StockReceipt{SKU: "LAMP", WarehouseID: warehouse, Quantity: "50"})
		b.must(fulfillment.Receive(t.Context(), activities.ReceiptInput{ReceiptID: id, At: b.at}))
	}
	step := func(order string) activities.OrderStep { return activities.OrderStep{OrderID: order, At: b.at} }
	enter := func(order, customer, warehouse string, lines ...models.LineRequest) {
		b.claim(order, customer, warehouse, lines)
		b.does(credit.Approve(t.Context(), step(order)))
		b.does(fulfillment.Fulfil(t.Context(), step(order)))
		b.does(invoicing.Issue(t.Context(), step(order)))
	}
	freight := func(amount, rate string) []models.Charge {
		return []models.Charge{{ReasonCode: "FC", Amount: gbp(amount), Tax: models.TaxClass{Category: "S", Rate: decimal.RequireFromString(rate)}}}
	}
	// Billed with the first of two shipments, with a credit note to come, not billed yet, on hold, cancelled.
	b.charges = map[string][]models.Charge{
		"ord_partial": freight("7.77", "20"), "ord_disputed": freight("12.34", "5"), "ord_open": freight("9.99", "20"), "ord_held": freight("3.00", "20"),
		"ord_cancelled": freight("4.00", "20"),
	}
	lamps := func(n int64) models.LineRequest {
		return models.LineRequest{SKU: "LAMP", Quantity: decimal.NewFromInt(n)}
	}

	byHand := decimal.RequireFromString("40")
	enter("ord_paid", "big", "auto", lamps(3), models.LineRequest{SKU: "WIRING", Quantity: decimal.NewFromInt(2), UnitPrice: &byHand})
	enter("ord_disputed", "big", "auto", lamps(10))
	b.paid, b.disputed = b.invoiceOf("ord_paid"), b.invoiceOf("ord_disputed")

	// Part is shipped and invoiced, part shipped, part reserved, part backordered.
	enter("ord_partial", "big", "main", lamps(60))
	for n, quantity := range []string{"7", "4"} {
		id := b.fact("shp_"+strconv.Itoa(n), postgres.ShipmentFact, "big", "ord_partial",
			models.ShipmentConfirmation{OrderID: "ord_partial", Lines: []models.LineQuantity{{Line: 1, Quantity: quantity}}})
		b.does(fulfillment.ConfirmShipment(t.Context(), activities.FactStep{OrderID: "ord_partial", FactID: id, At: b.at}))
		if n == 0 {
			b.does(invoicing.Issue(t.Context(), step("ord_partial")))
		}
	}

	enter("ord_open", "big", "main", lamps(2))
	enter("ord_rejected", "small", "main", lamps(5))
	b.does(credit.Rule(t.Context(), activities.RuleInput{
		OrderID: "ord_rejected", Ruling: models.CreditRuling{ID: "dec_1", Decision: models.Reject, Actor: "credit"}, At: b.at,
	}))
	enter("ord_held", "small", "main", lamps(5))
	enter("ord_cancelled", "big", "main", lamps(5))
	b.does(fulfillment.Cancel(t.Context(), activities.CancelInput{
		OrderID: "ord_cancelled", Cancellation: models.Cancellation{ID: "dec_2", Reason: "changed their mind", Actor: "sales"}, At: b.at,
	}))

	pay := func(id, customer, amount, reference string, remittance ...models.Remittance) {
		b.fact(id, postgres.PaymentFact, customer, "", models.Payment{
			ID: id, CustomerID: customer, Amount: gbp(amount), ValueDate: models.DateIn(b.at, time.UTC), Method: "bank_transfer", Reference: reference,
			Remittance: remittance, ReceivedBy: "cashier",
		})
		b.must(cash.Apply(t.Context(), activities.PaymentInput{PaymentID: id, At: b.at}))
	}
	total := b.openOf(b.paid)
	pay("pay_1", "big", total.Add(gbp("40.00")).String(), "",
		models.Remittance{Invoice: b.paid, Amount: total}, models.Remittance{Invoice: b.disputed, Amount: gbp("40.00")})
	pay("pay_2", "big", "20.00", b.disputed)
	pay("pay_3", "big", "15.00", b.paid) // paid already: stays unapplied
	pay("pay_nobody", "", "12.34", "for the lamps")
	b.changePayments(cash, enter, pay)
	b.billMonth(credit, fulfillment, invoicing)
	b.does(reconciliation.Close(t.Context(), step("ord_paid")))

	dispute := func(id, amount string) {
		money := gbp(amount)
		b.fact(id, postgres.DisputeFact, "big", "ord_disputed", models.Dispute{
			ID: id, Invoice: b.disputed, Amount: &money, Reason: "damaged", RaisedBy: "the customer",
		})
		b.does(collections.OpenDispute(t.Context(), activities.FactStep{OrderID: "ord_disputed", FactID: id, At: b.at}))
	}
	dispute("dsp_accepted", "10.01")
	dispute("dsp_open", "5.00")
	b.does(collections.ResolveDispute(t.Context(), activities.ResolveInput{
		OrderID: "ord_disputed", Resolution: models.DisputeResolution{ID: "dec_3", DisputeID: "dsp_accepted", Outcome: models.DisputeAccepted, Actor: "collector", Roles: []string{"collector"}}, At: b.at,
	}))
	b.does(creditNotes.IssueCreditNote(t.Context(), activities.CreditInput{
		OrderID: "ord_paid", Request: models.CreditRequest{ID: "dec_4", Invoice: b.paid, Lines: []models.LineQuantity{{Line: 1, Quantity: "1"}}, Actor: "billing"}, At: b.at.Add(time.Second),
	}))
	b.must(b.pool.QueryRow(t.Context(), `SELECT number FROM credit_notes WHERE decision_id = 'dec_4'`).Scan(&b.note))
	b.fact("use_1", postgres.CreditApplicationFact, "big", "", models.CreditUse{CreditNote: b.note, Invoice: b.disputed, Amount: gbp("3.00")})
	b.must(creditNotes.ApplyCredit(t.Context(), activities.CreditUseInput{UseID: "use_1", At: b.at}))
	b.fact("use_2", postgres.CreditRefundFact, "big", "", models.CreditUse{CreditNote: b.note, Amount: gbp("2.00")})
	b.must(creditNotes.RefundCredit(t.Context(), activities.CreditUseInput{UseID: "use_2", At: b.at}))

	// Amended twice, first to less and then to more; released, with a limit raised for it.
	enter("ord_amended", "big", "main", lamps(3))
	for n, quantity := range []string{"2", "4"} {
		b.does(fulfillment.Amend(t.Context(), activities.AmendInput{OrderID: "ord_amended", At: b.at, Amendment: models.Amendment{
			ID: "amd_" + strconv.Itoa(n), Lines: []models.LineQuantity{{Line: 1, Quantity: quantity}}, Actor: "sales",
		}}))
	}
	enter("ord_released", "small", "main", lamps(1))
	b.does(credit.Rule(t.Context(), activities.RuleInput{
		OrderID: "ord_released", Ruling: models.CreditRuling{ID: "dec_5", Decision: models.Release, Reason: "known", Actor: "credit"}, At: b.at,
	}))
	b.review(credit)
	b.fact("lim_raised", postgres.CreditLimitFact, "big", "", models.CreditLimitChange{CustomerID: "big", Limit: models.CreditLimit{Amount: gbp("5500.00")}, Currency: "GBP", Reason: "grows"})
	b.must(credit.SetLimit(t.Context(), activities.LimitInput{LimitID: "lim_raised", At: b.at}))

	b.giveUp(enter)
	pay("pay_late", "careful", "5.00", b.givenUp) // and comes in part all the same, some of it only for a while
	pay("pay_late_2", "careful", "3.00", b.givenUp)
	b.fact("pch_11", postgres.PaymentChangeFact, "", "", models.PaymentChange{Kind: models.ReversePayment, PaymentID: "pay_late_2", Reason: "no funds"})
	b.must(cash.Change(t.Context(), activities.PaymentChangeInput{ChangeID: "pch_11", At: b.at}))

	b.dun(collections, enter)
	_, err = b.pool.Exec(t.Context(), `UPDATE customers SET payment_terms = '{"instalments": [{"percent": "50", "net_days": 10}, {"percent": "50", "net_days": 20}]}' WHERE id = 'big'`)
	b.must(err)
	enter("ord_instalments", "big", "auto", models.LineRequest{SKU: "WIRING", Quantity: decimal.NewFromInt(2)})
	b.instalments = b.invoiceOf("ord_instalments")
	b.must(b.pool.QueryRow(t.Context(), `SELECT key FROM ledger_entries ORDER BY recorded_at DESC, id DESC LIMIT 1`).Scan(&b.last))
	_, err = postgres.SealRecords(t.Context(), b.pool)
	b.must(err)
	return b
}

// dun has an invoice dunned by a notice that charges a fee and interest.
func (b *book) dun(collections *activities.Collections, enter func(order, customer, warehouse string, lines ...models.LineRequest)) {
	b.t.Helper()
	_, err := b.pool.Exec(b.t.Context(), `
		INSERT INTO dunning_policies (name, version) VALUES ('charging', 1);
		INSERT INTO dunning_levels (policy, version, level, days_after_due, channel, fee, interest_regime, interest_percent) VALUES ('charging', 1, 1, 1, 'email', 2.5, 'fixed', 10);
		UPDATE customers SET dunning_policy = 'charging', payment_terms = '{"net_days": 1}' WHERE id = 'careful'`)
	b.must(err)
	enter("ord_late", "careful", "auto", models.LineRequest{SKU: "WIRING", Quantity: decimal.NewFromInt(1)})
	b.late = b.invoiceOf("ord_late")
	b.does(collections.Dun(b.t.Context(), activities.DunInput{OrderID: "ord_late", Invoice: b.late, Level: 1, At: b.at.AddDate(0, 0, 3)}))
	b.must(b.pool.QueryRow(b.t.Context(), `SELECT number FROM debit_notes WHERE kind = 'interest'`).Scan(&b.interest))
}

// review has three orders whose purchase order number another one has: one waits for a person, one is released, one rejected.
func (b *book) review(credit *activities.Credit) {
	b.t.Helper()
	for _, order := range []string{"ord_review", "ord_looked_at", "ord_refused"} {
		b.claim(order, "big", "main", []models.LineRequest{{SKU: "LAMP", Quantity: decimal.NewFromInt(1)}})
		_, err := b.pool.Exec(b.t.Context(), `UPDATE claims SET content = content || '{"po_number": "ord_open", "duplicate_of": "ord_open"}' WHERE resource_id = $1`, order)
		b.must(err)
		b.does(credit.Approve(b.t.Context(), activities.OrderStep{OrderID: order, At: b.at}))
	}
	for order, decision := range map[string]models.ReviewDecision{"ord_looked_at": models.ReviewRelease, "ord_refused": models.ReviewReject} {
		b.does(credit.Review(b.t.Context(), activities.ReviewInput{
			OrderID: order, Ruling: models.ReviewRuling{ID: "dec_" + order, Decision: decision, Reason: "seen", Actor: "credit"}, At: b.at,
		}))
	}
}

// giveUp has an invoice written off: a part of it by one person, the rest by two.
func (b *book) giveUp(enter func(order, customer, warehouse string, lines ...models.LineRequest)) {
	b.t.Helper()
	writeOffs := &activities.WriteOffs{Pool: b.pool, Orders: nobody{}}
	enter("ord_given_up", "careful", "auto", models.LineRequest{SKU: "WIRING", Quantity: decimal.NewFromInt(1)})
	b.givenUp = b.invoiceOf("ord_given_up")
	give := func(r models.WriteOffRequest) {
		r.Invoice, r.Reason, r.Actor = b.givenUp, "no assets", "manager"
		b.does(writeOffs.WriteOff(b.t.Context(), activities.WriteOffInput{OrderID: "ord_given_up", Request: r, At: b.at}))
	}
	give(models.WriteOffRequest{ID: "wof_1", Amount: new(gbp("10.00")), Roles: []string{"manager"}})
	give(models.WriteOffRequest{ID: "wof_2"})
	give(models.WriteOffRequest{ID: "wof_2", Approval: &models.ApprovalRuling{ID: "dec_6", ApprovalID: "wof_2", Decision: models.Approved, Actor: "admin"}})
}

// billMonth has two orders of last month, one with a charge, billed with one invoice.
func (b *book) billMonth(credit *activities.Credit, fulfillment *activities.Fulfillment, invoicing *activities.Invoicing) {
	b.t.Helper()
	b.charges["ord_month_1"] = []models.Charge{{ReasonCode: "FC", Amount: gbp("7.77"), Tax: models.TaxClass{Category: "S", Rate: decimal.NewFromInt(20)}}}
	for _, order := range []string{"ord_month_1", "ord_month_2"} {
		b.claim(order, "monthly", "auto", []models.LineRequest{{SKU: "WIRING", Quantity: decimal.NewFromInt(1)}, {SKU: "LAMP", Quantity: decimal.NewFromInt(1)}})
		b.does(credit.Approve(b.t.Context(), activities.OrderStep{OrderID: order, At: b.at}))
		b.does(fulfillment.Fulfil(b.t.Context(), activities.OrderStep{OrderID: order, At: b.at.AddDate(0, 0, -b.at.Day()-1)}))
	}
	waiting, err := postgres.WaitingBillings(b.t.Context(), b.pool, "monthly")
	b.must(err)
	if len(waiting) != 1 {
		b.t.Fatalf("%d billings wait, want one", len(waiting))
	}
	for range 2 {
		b.must(invoicing.Bill(b.t.Context(), activities.BillInput{BillingID: waiting[0].ID, At: b.at}))
	}
	b.must(b.pool.QueryRow(b.t.Context(), `SELECT number FROM invoices WHERE billing_id IS NOT NULL`).Scan(&b.shared))
}

// changePayments has payments with everything that can close an invoice beside the money, and takes some of it back.
func (b *book) changePayments(cash *activities.Cash, enter func(order, customer, warehouse string, lines ...models.LineRequest), pay func(id, customer, amount, reference string, remittance ...models.Remittance)) {
	b.t.Helper()
	change := func(id string, c models.PaymentChange) {
		b.fact(id, postgres.PaymentChangeFact, "", "", c)
		b.must(cash.Change(b.t.Context(), activities.PaymentChangeInput{ChangeID: id, At: b.at}))
	}
	amount := func(s string) *models.Money { return new(gbp(s)) }
	for _, order := range []string{"ord_early", "ord_back"} {
		enter(order, "careful", "auto", models.LineRequest{SKU: "WIRING", Quantity: decimal.NewFromInt(2)}) // 109.20
	}
	early, back := b.invoiceOf("ord_early"), b.invoiceOf("ord_back")
	pay("pay_early", "careful", "106.82", early) // less a discount of 2.18 and a difference of 0.20
	pay("pay_back", "careful", "109.30", back)   // 0.10 too much
	change("pch_1", models.PaymentChange{Kind: models.ReversePayment, PaymentID: "pay_back", Reason: "no funds", Fee: amount("3.00")})
	change("pch_2", models.PaymentChange{Kind: models.WinReversal, PaymentID: "pay_back", N: 1})
	change("pch_3", models.PaymentChange{Kind: models.UndoApplication, PaymentID: "pay_early", N: 1})
	change("pch_4", models.PaymentChange{Kind: models.ReversePayment, PaymentID: "pay_early", Amount: amount("6.82"), Reason: "no funds"})
	change("pch_5", models.PaymentChange{Kind: models.ApplyByHand, PaymentID: "pay_early", Invoice: early, Amount: amount("60.00")})
	change("pch_6", models.PaymentChange{Kind: models.RefundPayment, PaymentID: "pay_early", Amount: amount("15.00"), Reason: "asked for"})
	// Of one that was refunded in part the bank takes all back and gives it again, after a part of what that made the customer owe was paid.
	pay("pay_claim", "careful", "5.00", "INV-2000-000001")
	change("pch_8", models.PaymentChange{Kind: models.RefundPayment, PaymentID: "pay_claim", Amount: amount("4.00"), Reason: "asked for"})
	change("pch_9", models.PaymentChange{Kind: models.ReversePayment, PaymentID: "pay_claim", Reason: "no funds", Fee: amount("1.50"), Recharge: new(true)})
	pay("pay_debit", "careful", "1.00", "DN-"+b.at.Format("2006")+"-000001")
	change("pch_10", models.PaymentChange{Kind: models.WinReversal, PaymentID: "pay_claim", N: 1})
	pay("pay_found", "", "5.00", "hello")
	change("pch_7", models.PaymentChange{Kind: models.ApplyByHand, PaymentID: "pay_found", Invoice: early, Amount: amount("3.00")})
}

// reference sets up a seller, two customers and two products.
func (b *book) reference() {
	b.t.Helper()
	b.must(postgres.PutCompany(b.t.Context(), b.pool, models.Company{
		LegalName: "Seller", Address: models.Address{Line1: "1 Street", City: "London", Postcode: "E1", Country: "GB"}, TaxID: "GB1",
		TimeZone: "Europe/London", BaseCurrency: "GBP", Calendar: "none", BankAccounts: []models.BankAccount{},
	}, "test"))
	without := func(context.Context, pgx.Tx) error { return nil }
	for id, limit := range map[string]string{"big": "5000.00", "small": "10.00", "careful": "1000.00", "monthly": "1000.00"} {
		customer := models.Customer{ID: id, Name: id, Email: id + "@example.com", Country: "GB", Currency: "GBP"}
		if id == "monthly" {
			customer.Invoicing = models.Consolidated
		}
		if id == "careful" {
			customer.PaymentTerms = models.PaymentTerms{DiscountPercent: decimal.NewFromInt(2), DiscountDays: 10}
			customer.ToleranceAbsolute, customer.TolerancePercent = decimal.RequireFromString("0.25"), decimal.NewFromInt(1)
		}
		if faults := customer.Validate(); len(faults) > 0 {
			b.t.Fatal(faults)
		}
		first := &postgres.InitialLimit{ID: "lim_" + id, Amount: gbp(limit)}
		b.must(postgres.CreateCustomer(b.t.Context(), b.pool, customer, first, "test", b.at, without))
	}
	for sku, price := range map[string]string{"LAMP": "19.99", "WIRING": "45.5"} {
		product := models.Product{
			SKU: sku, Name: sku, Tax: models.TaxClass{Category: "S", Rate: decimal.NewFromInt(20)}, Stocked: sku == "LAMP",
			Prices: map[models.Currency]decimal.Decimal{"GBP": decimal.RequireFromString(price)},
		}
		if faults := product.Validate(); len(faults) > 0 {
			b.t.Fatal(faults)
		}
		b.must(postgres.CreateProduct(b.t.Context(), b.pool, product, "test", without))
	}
}

// claim accepts an order as the API does.
func (b *book) claim(id, customerID, warehouse string, lines []models.LineRequest) {
	b.t.Helper()
	customer, err := postgres.LoadCustomer(b.t.Context(), b.pool, customerID)
	b.must(err)
	products, err := postgres.ReadProducts(b.t.Context(), b.pool, []string{"LAMP", "WIRING"})
	b.must(err)
	order, faults := models.PriceOrder(models.Order{
		ID: id, CustomerID: customerID, PONumber: id, Currency: "GBP", WarehouseID: warehouse, Terms: customer.PaymentTerms, EnteredBy: "sales",
		Charges: b.charges[id],
	}, lines, &customer, products)
	if len(faults) > 0 {
		b.t.Fatal(faults)
	}
	limits, err := postgres.LoadDiscountLimits(b.t.Context(), b.pool, customer)
	b.must(err)
	order.Overrides = order.FindOverrides(&customer, limits)
	_, _, err = postgres.TakeClaim(b.t.Context(), b.pool, postgres.Claim{Principal: "sales", Key: id, Route: "createOrder", RequestHash: []byte(id), ResourceID: id}, time.Minute)
	b.must(err)
	_, err = postgres.SaveClaimContent(b.t.Context(), b.pool, "sales", id, order)
	b.must(err)
}

// fact accepts a fact as the API does, and returns its id.
func (b *book) fact(id, kind, customerID, orderID string, content any) string {
	b.t.Helper()
	body, err := json.Marshal(content)
	b.must(err)
	fact := postgres.Fact{ID: id, Kind: kind, Content: body, Actor: "test"}
	if customerID != "" {
		fact.CustomerID = &customerID
	}
	if orderID != "" {
		fact.OrderID = &orderID
	}
	_, err = postgres.AcceptFact(b.t.Context(), b.pool, fact)
	b.must(err)
	return id
}

func (b *book) invoiceOf(orderID string) (number string) {
	b.t.Helper()
	b.must(b.pool.QueryRow(b.t.Context(), `SELECT number FROM invoices WHERE order_id = $1`, orderID).Scan(&number))
	return number
}

func (b *book) openOf(invoice string) models.Money {
	b.t.Helper()
	var open decimal.Decimal
	b.must(b.pool.QueryRow(b.t.Context(), `SELECT open_amount FROM open_items WHERE number = $1`, invoice).Scan(&open))
	return models.MustMoney(open, "GBP")
}

// does takes the answer of a step that must succeed.
func (b *book) does(progress models.OrderProgress, err error) {
	b.t.Helper()
	b.must(err)
	if progress.Refused != nil {
		b.t.Fatal(progress.Refused)
	}
}

func (b *book) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

func gbp(amount string) models.Money {
	return models.MustMoney(decimal.RequireFromString(amount), "GBP")
}

// withdrawnPlan records an instalment plan of an invoice that was taken back: 5.00 are to come on 1 January 2027, and more.
func withdrawnPlan(invoice string, amount int, more string) string {
	return fmt.Sprintf(`
		INSERT INTO instalment_plans (id, invoice, customer_id, currency, amount, settled_before, authority, requested_by, made_at, state, settled, ended_at)
		SELECT 'pln_1', number, customer_id, currency, %[2]d, 0, 10000, 'collector', now(), 'withdrawn', 0, now() FROM open_items WHERE number = '%[1]s';
		INSERT INTO planned_instalments (plan_id, n, currency, due_date, amount, judge_at)
		SELECT p.id, x.n, p.currency, x.due, x.amount, x.due + 1 FROM instalment_plans p, (SELECT 1 AS n, '2027-01-01'::date AS due, 5.00 AS amount %[3]s) x`, invoice, amount, more)
}
