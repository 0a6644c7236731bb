-- Every invoice of which nothing is paid has a fee of 5.00. Some payments were refunded, the bank took them back and gave them again: what
-- their customers owed for that is settled.
CREATE TEMP TABLE fees AS
  SELECT i.number AS invoice, i.customer_id, v.issued_at AS at, row_number() OVER (ORDER BY i.number) AS n
    FROM open_items i JOIN invoices v ON v.number = i.number WHERE i.status = 'open';
CREATE TEMP TABLE claims_made AS
  SELECT 'pay_claim_' || n AS payment, 'cus_' || n % greatest(current_setting('o2c.orders')::integer / 6, 1) AS customer_id, n + (SELECT count(*) FROM fees) AS n,
         timestamptz '2026-01-02 12:00Z' + n * interval '1 second' AS at
    FROM generate_series(1, greatest(120, current_setting('o2c.orders')::integer / 20)) AS n;
CREATE TEMP TABLE notes AS
  SELECT *, 'DN-2026-' || lpad(n::text, greatest(6, length(n::text)), '0') AS number
    FROM (SELECT n, 'fee' AS kind, customer_id, invoice, 5 AS amount, at, 'fee_' || n AS cause, NULL AS payment FROM fees
          UNION ALL SELECT n, 'refund_recovery', customer_id, NULL, 3, at, 'rev_' || payment, payment FROM claims_made) both_kinds;
INSERT INTO number_series (series, year, last) SELECT 'DN', 2026, count(*) FROM notes;
INSERT INTO open_items (number, kind, invoice, customer_id, currency, due_date, total, credited, dunning_plan)
  SELECT number, kind, invoice, customer_id, 'EUR', at::date, amount, CASE WHEN payment IS NULL THEN 0 ELSE amount END, '[]' FROM notes;
INSERT INTO debit_notes (number, series, year, sequence, kind, customer_id, invoice, currency, amount, charged_on, payment_reference, reason, cause, charged_by, charged_at, recorded_at)
  SELECT number, 'DN', 2026, n, kind, customer_id, invoice, 'EUR', amount, at::date, 'RF' || number, 'x', cause, 'cashier', at, at FROM notes;
INSERT INTO debit_note_reductions (debit_note, cause, currency, amount, reason, reduced_by, reduced_at)
  SELECT number, 'won_' || payment, 'EUR', amount, 'won', 'cashier', at FROM notes WHERE payment IS NOT NULL;
INSERT INTO payments (id, customer_id, currency, amount, value_date, method, refunded, received_by, received_at, recorded_at)
  SELECT payment, customer_id, 'EUR', 3, at::date, 'card', 3, 'cashier', at, at FROM claims_made;
INSERT INTO payment_refunds (payment_id, n, id, currency, amount, reason, refunded_by, refunded_at) SELECT payment, 1, 'ref_' || payment, 'EUR', 3, 'x', 'cashier', at FROM claims_made;
INSERT INTO payment_reversals (payment_id, n, id, currency, amount, claimed, reason, reversed_by, reversed_at)
  SELECT payment, 1, 'rev_' || payment, 'EUR', 3, 3, 'x', 'cashier', at FROM claims_made;
INSERT INTO payment_reversals (payment_id, n, id, currency, amount, claimed, reason, undoes, reversed_by, reversed_at)
  SELECT payment, 2, 'won_' || payment, 'EUR', -3, -3, 'won', 1, 'cashier', at FROM claims_made;
UPDATE credit_accounts a SET open_invoices = open_invoices + f.amount
  FROM (SELECT customer_id, sum(amount) AS amount FROM notes WHERE payment IS NULL GROUP BY 1) f WHERE f.customer_id = a.customer_id;
CREATE TEMP TABLE posted AS
  SELECT n.customer_id, n.at::date AS on_date, n.amount, e.*
    FROM notes n
   CROSS JOIN LATERAL (VALUES
     ('fee', 'fee/' || number, 'fee_charged', number, 'receivables', number, 'fee_income', ''),
     ('refund_recovery', 'payment/' || payment, 'payment_received', payment, 'bank_clearing', payment, 'unapplied_cash', payment),
     ('refund_recovery', 'payment/' || payment || '/refund/1', 'payment_refunded', payment, 'unapplied_cash', payment, 'bank', ''),
     ('refund_recovery', 'payment/' || payment || '/recovery/1', 'refund_recovery', number, 'receivables', number, 'bank', '')) AS e (of, key, event, document, debit, debited, credit, credited)
   WHERE e.of = n.kind;
INSERT INTO ledger_entries (key, event, business_date, posting_date, currency, customer_id, document, description, actor)
  SELECT key, event, on_date, on_date, 'EUR', customer_id, document, 'x', 'cashier' FROM posted;
INSERT INTO ledger_lines (entry_id, line, account, customer_id, document, currency, debit, credit, posting_date, base_currency, base_debit, base_credit)
  SELECT e.id, l.line, l.account, e.customer_id, l.document, 'EUR', l.debit, l.credit, e.posting_date, 'EUR', l.debit, l.credit
    FROM posted p JOIN ledger_entries e ON e.key = p.key
   CROSS JOIN LATERAL (VALUES (1, p.debit, p.debited, p.amount, 0), (2, p.credit, p.credited, 0, p.amount)) AS l (line, account, document, debit, credit);
INSERT INTO ledger_entries (key, event, business_date, posting_date, currency, customer_id, document, description, actor, reason, reverses)
  SELECT regexp_replace(key, '1$', '2'), 'refund_recovery_reversed', business_date, posting_date, currency, customer_id, document, 'x', 'cashier', 'won', id
    FROM ledger_entries WHERE event = 'refund_recovery';
INSERT INTO ledger_lines (entry_id, line, account, customer_id, document, currency, debit, credit, posting_date, base_currency, base_debit, base_credit)
  SELECT e.id, l.line, l.account, l.customer_id, l.document, l.currency, l.credit, l.debit, e.posting_date, l.base_currency, l.base_credit, l.base_debit
    FROM ledger_entries e JOIN ledger_lines l ON l.entry_id = e.reverses WHERE e.event = 'refund_recovery_reversed' ORDER BY e.id, l.line;
INSERT INTO events (customer_id, kind, at, actor, summary, recorded_at) SELECT customer_id, 'charged', at, 'cashier', 'x', at FROM notes;
DROP TABLE fees, claims_made, notes, posted;
