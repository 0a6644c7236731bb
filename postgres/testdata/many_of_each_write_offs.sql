-- Of every fourth open invoice 1.00 is given up; most of it was asked for by somebody who may not decide alone.
CREATE TEMP TABLE given_up AS
  SELECT i.number, i.customer_id, i.order_id, v.issued_at AS at, 'wof_' || row_number() OVER (ORDER BY i.number) AS id, row_number() OVER (ORDER BY i.number) % 3 = 0 AS alone
    FROM (SELECT *, row_number() OVER (ORDER BY number) AS n FROM open_items WHERE status = 'open' AND kind = 'invoice' AND open_amount - disputed_amount > 1) i
    JOIN invoices v ON v.number = i.number WHERE i.n % 4 = 0;
INSERT INTO approvals (id, kind, subject, customer_id, currency, amount, reason, content, requested_by, requested_at)
  SELECT id, 'write_off', number, customer_id, 'EUR', 1, 'x', '{}', 'manager', at FROM given_up WHERE NOT alone;
UPDATE approvals SET (decision, decision_id, decision_reason, decided_by, decided_at) = ('approve', 'of ' || id, 'x', 'admin', requested_at)
 WHERE kind = 'write_off';
INSERT INTO write_offs (id, item, customer_id, currency, amount, from_allowance, authority, reason, requested_by, written_off_on, written_off_at)
  SELECT id, number, customer_id, 'EUR', 1, 0, CASE WHEN alone THEN 1000 ELSE 0 END, 'x', 'manager', at::date, at FROM given_up;
UPDATE open_items i SET written_off = written_off + 1 FROM given_up g WHERE g.number = i.number;
UPDATE credit_accounts a SET open_invoices = open_invoices - g.amount
  FROM (SELECT customer_id, count(*) AS amount FROM given_up GROUP BY 1) g WHERE g.customer_id = a.customer_id;
INSERT INTO ledger_entries (key, event, business_date, posting_date, currency, customer_id, order_id, document, description, actor)
  SELECT 'write-off/' || id, 'written_off', at::date, at::date, 'EUR', customer_id, order_id, number, 'x', 'manager' FROM given_up;
INSERT INTO ledger_lines (entry_id, line, account, customer_id, document, currency, debit, credit, posting_date, base_currency, base_debit, base_credit)
  SELECT e.id, l.line, l.account, e.customer_id, l.document, 'EUR', l.debit, l.credit, e.posting_date, 'EUR', l.debit, l.credit
    FROM given_up g JOIN ledger_entries e ON e.key = 'write-off/' || g.id
   CROSS JOIN LATERAL (VALUES (1, 'bad_debt_expense', '', 1, 0), (2, 'receivables', g.number, 0, 1)) AS l (line, account, document, debit, credit);
INSERT INTO events (order_id, customer_id, kind, at, actor, summary, recorded_at) SELECT order_id, customer_id, 'written-off', at, 'manager', 'x', at FROM given_up;
-- All of it comes, a year later.
INSERT INTO payments (id, customer_id, currency, amount, value_date, method, recovered, received_by, received_at, recorded_at)
  SELECT 'pay_of_' || id, customer_id, 'EUR', 1, at::date + 365, 'card', 1, 'cashier', at + interval '365 days', at FROM given_up;
INSERT INTO payment_recoveries (payment_id, n, invoice, currency, amount, cause, recovered_by, recovered_at)
  SELECT 'pay_of_' || id, 1, number, 'EUR', 1, 'pay_of_' || id, 'cashier', at + interval '365 days' FROM given_up;
UPDATE open_items i SET recovered = 1 FROM given_up g WHERE g.number = i.number;
INSERT INTO ledger_entries (key, event, business_date, posting_date, currency, customer_id, order_id, document, description, actor)
  SELECT 'payment/pay_of_' || id, 'payment_received', at::date + 365, at::date + 365, 'EUR', customer_id, NULL, 'pay_of_' || id, 'x', 'cashier' FROM given_up
  UNION ALL SELECT 'payment/pay_of_' || id || '/recovered/1', 'recovered', at::date + 365, at::date + 365, 'EUR', customer_id, order_id, number, 'x', 'cashier' FROM given_up;
INSERT INTO ledger_lines (entry_id, line, account, customer_id, document, currency, debit, credit, posting_date, base_currency, base_debit, base_credit)
  SELECT e.id, l.line, l.account, e.customer_id, l.document, 'EUR', l.debit, l.credit, e.posting_date, 'EUR', l.debit, l.credit
    FROM given_up g
   CROSS JOIN LATERAL (VALUES ('', 1, 'bank_clearing', 'pay_of_' || g.id, 1, 0), ('', 2, 'unapplied_cash', 'pay_of_' || g.id, 0, 1),
        ('/recovered/1', 1, 'unapplied_cash', 'pay_of_' || g.id, 1, 0), ('/recovered/1', 2, 'bad_debts_recovered', '', 0, 1)) AS l (part, line, account, document, debit, credit)
    JOIN ledger_entries e ON e.key = 'payment/pay_of_' || g.id || l.part
   ORDER BY e.id, l.line;
DROP TABLE given_up;
