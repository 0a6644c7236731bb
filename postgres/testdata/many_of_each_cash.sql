-- Beside the payments of customers, some of nobody: half of each the bank took back, the other half was refunded.
CREATE TEMPORARY TABLE given_back ON COMMIT DROP AS
  SELECT 'pay_back_' || n AS id, timestamptz '2026-01-01 12:00Z' + n * interval '1 second' AS at
    FROM generate_series(1, greatest(120, current_setting('o2c.orders')::integer / 10)) AS n;
INSERT INTO payments (id, currency, amount, value_date, method, refunded, reversed, received_by, received_at, recorded_at)
  SELECT id, 'EUR', 0.02, at::date, 'bank_transfer', 0.01, 0.01, 'cashier', at, at FROM given_back;
INSERT INTO payment_reversals (payment_id, n, id, currency, amount, reason, reversed_by, reversed_at)
  SELECT id, 1, 'rev_' || id, 'EUR', 0.01, 'returned', 'cashier', at FROM given_back;
INSERT INTO payment_refunds (payment_id, n, id, currency, amount, reason, refunded_by, refunded_at)
  SELECT id, 1, 'ref_' || id, 'EUR', 0.01, 'paid twice', 'cashier', at FROM given_back;
INSERT INTO ledger_entries (key, event, business_date, posting_date, currency, document, description, actor)
  SELECT 'payment/' || id, 'payment_received', at::date, at::date, 'EUR', id, 'x', 'cashier' FROM given_back
  UNION ALL SELECT 'payment/' || id || '/reversal/1', 'payment_reversed_in_part', at::date, at::date, 'EUR', id, 'x', 'cashier' FROM given_back
  UNION ALL SELECT 'payment/' || id || '/refund/1', 'payment_refunded', at::date, at::date, 'EUR', id, 'x', 'cashier' FROM given_back;
INSERT INTO ledger_lines (entry_id, line, account, document, currency, debit, credit, posting_date, base_currency, base_debit, base_credit)
  SELECT e.id, l.line, l.account, CASE WHEN l.account = 'bank' THEN '' ELSE g.id END, 'EUR', l.debit, l.credit, e.posting_date, 'EUR', l.debit, l.credit
    FROM given_back g JOIN ledger_entries e ON e.document = g.id
    JOIN (VALUES ('payment_received', 1, 'bank_clearing', 0.02, 0), ('payment_received', 2, 'unapplied_cash', 0, 0.02),
          ('payment_reversed_in_part', 1, 'unapplied_cash', 0.01, 0), ('payment_reversed_in_part', 2, 'bank_clearing', 0, 0.01),
          ('payment_refunded', 1, 'unapplied_cash', 0.01, 0), ('payment_refunded', 2, 'bank', 0, 0.01)) AS l (event, line, account, debit, credit) ON l.event = e.event
   ORDER BY e.id, l.line;
