-- Of every fourth unpaid invoice 59.50 had come before it: a deposit of 71.40, of which 11.90 were given back. Of every waiting order 59.50
-- have come.
CREATE TEMP TABLE deposited AS
  SELECT d.*, 'PF-2026-' || lpad(sequence::text, 6, '0') AS proforma, 'PI-2026-' || lpad(sequence::text, 6, '0') AS deposit, 'pay_before_' || order_id AS payment_id
    FROM (SELECT o.id AS order_id, o.version, o.customer_id, o.entered_at AS at, i.number AS invoice, row_number() OVER (ORDER BY o.entered_at, o.id) AS sequence,
                 CASE WHEN i.number IS NULL THEN 50 ELSE 60 END AS net, CASE WHEN i.number IS NULL THEN 9.50 ELSE 11.40 END AS tax
            FROM orders o LEFT JOIN open_items i ON i.order_id = o.id
           WHERE substr(o.id, 5)::integer % 40 = 5 AND i.kind = 'invoice' AND i.status = 'open' OR substr(o.id, 5)::integer % 50 = 1 AND i.number IS NULL) d;
CREATE TEMP TABLE applied_before AS
  SELECT *, 'PCN-2026-' || lpad(note_sequence::text, 6, '0') AS note FROM (SELECT *, row_number() OVER (ORDER BY sequence) AS note_sequence FROM deposited WHERE invoice IS NOT NULL) d;
INSERT INTO number_series (series, year, last)
  SELECT series, 2026, count(*) FROM deposited, unnest('{PF,PI}'::text[]) series GROUP BY 1 UNION ALL SELECT 'PCN', 2026, count(*) FROM applied_before;
INSERT INTO proformas (number, year, sequence, order_id, order_version, customer_id, currency, amount, payment_reference, issue_date, issued_at)
  SELECT proforma, 2026, sequence, order_id, version, customer_id, 'EUR', 119, 'RF' || proforma, at::date, at FROM deposited;
INSERT INTO payments (id, customer_id, currency, amount, value_date, method, deposits, received_by, received_at, recorded_at)
  SELECT payment_id, customer_id, 'EUR', net + tax, at::date, 'bank_transfer', 59.50, 'cashier', at, at FROM deposited;
INSERT INTO prepayment_invoices (number, year, sequence, order_id, customer_id, payment_id, proforma, currency, net_total, tax_total, total, issue_date, cause, issued_by, issued_at)
  SELECT deposit, 2026, sequence, order_id, customer_id, payment_id, proforma, 'EUR', net, tax, net + tax, at::date, payment_id, 'cashier', at FROM deposited;
INSERT INTO prepayment_invoice_taxes (prepayment_invoice, category, rate, currency, taxable, tax) SELECT deposit, 'S', 19, 'EUR', net, tax FROM deposited;
INSERT INTO deposit_uses (deposit, n, invoice, currency, net, tax, amount, cause, reason, used_on, used_by, used_at)
  SELECT deposit, 1, invoice, 'EUR', 50, 9.50, 59.50, 'invoice/' || invoice, 'x', at::date, 'o2c', at FROM applied_before;
INSERT INTO deposit_uses (deposit, n, credit_note, series, year, sequence, currency, net, tax, amount, cause, reason, used_on, used_by, used_at)
  SELECT deposit, 2, note, 'PCN', 2026, note_sequence, 'EUR', 10, 1.90, 11.90, 'order/' || order_id, 'x', at::date, 'o2c', at FROM applied_before;
INSERT INTO deposit_use_taxes (deposit, n, category, rate, currency, taxable, tax) SELECT deposit, n, 'S', 19, 'EUR', net, tax FROM deposit_uses;
UPDATE orders o SET deposits = 59.50, deposits_applied = CASE WHEN d.invoice IS NULL THEN 0 ELSE 59.50 END FROM deposited d WHERE d.order_id = o.id;
UPDATE open_items i SET deposits_applied = 59.50 FROM deposited d WHERE d.invoice = i.number;
UPDATE credit_accounts a SET open_orders = open_orders - 59.50 * d.waiting, open_invoices = open_invoices - 59.50 * d.billed, unapplied_cash = unapplied_cash + 11.90 * d.billed
  FROM (SELECT customer_id, count(*) FILTER (WHERE invoice IS NULL) AS waiting, count(invoice) AS billed FROM deposited GROUP BY 1) d WHERE d.customer_id = a.customer_id;
INSERT INTO ledger_entries (key, event, business_date, posting_date, currency, customer_id, order_id, document, description, actor)
  SELECT 'payment/' || payment_id, 'payment_received', at::date, at::date, 'EUR', customer_id, NULL, payment_id, 'x', 'cashier' FROM deposited
  UNION ALL SELECT 'deposit/' || deposit, 'deposit_received', at::date, at::date, 'EUR', customer_id, order_id, payment_id, 'x', 'cashier' FROM deposited
  UNION ALL SELECT 'deposit/' || deposit || '/application/1', 'deposit_applied', at::date, at::date, 'EUR', customer_id, order_id, invoice, 'x', 'o2c' FROM applied_before
  UNION ALL SELECT 'deposit/' || deposit || '/given-back/2', 'deposit_given_back', at::date, at::date, 'EUR', customer_id, order_id, payment_id, 'x', 'o2c' FROM applied_before;
INSERT INTO ledger_lines (entry_id, line, account, customer_id, document, currency, debit, credit, posting_date, base_currency, base_debit, base_credit)
  SELECT e.id, l.line, l.account, e.customer_id, l.document, 'EUR', l.debit, l.credit, e.posting_date, 'EUR', l.debit, l.credit
    FROM deposited d
   CROSS JOIN LATERAL (VALUES ('payment/' || d.payment_id, 1, 'bank_clearing', d.payment_id, d.net + d.tax, 0), ('payment/' || d.payment_id, 2, 'unapplied_cash', d.payment_id, 0, d.net + d.tax),
        ('deposit/' || d.deposit, 1, 'unapplied_cash', d.payment_id, d.net + d.tax, 0), ('deposit/' || d.deposit, 2, 'customer_deposits', d.deposit, 0, d.net),
        ('deposit/' || d.deposit, 3, 'tax_payable', '', 0, d.tax),
        ('deposit/' || d.deposit || '/application/1', 1, 'customer_deposits', d.deposit, 50, 0), ('deposit/' || d.deposit || '/application/1', 2, 'tax_payable', '', 9.50, 0),
        ('deposit/' || d.deposit || '/application/1', 3, 'receivables', d.invoice, 0, 59.50),
        ('deposit/' || d.deposit || '/given-back/2', 1, 'customer_deposits', d.deposit, 10, 0), ('deposit/' || d.deposit || '/given-back/2', 2, 'tax_payable', '', 1.90, 0),
        ('deposit/' || d.deposit || '/given-back/2', 3, 'unapplied_cash', d.payment_id, 0, 11.90)) AS l (key, line, account, document, debit, credit)
    JOIN ledger_entries e ON e.key = l.key
   ORDER BY e.id, l.line;
INSERT INTO events (key, order_id, customer_id, invoice, kind, at, actor, summary, recorded_at)
  SELECT 'deposit/' || deposit, order_id, customer_id, NULL, 'deposit-received', at, 'cashier', 'x', at FROM deposited
  UNION ALL SELECT 'deposit/' || deposit || '/application/1', order_id, customer_id, invoice, 'deposit-applied', at, 'o2c', 'x', at FROM applied_before
  UNION ALL SELECT 'deposit/' || deposit || '/given-back/2', order_id, customer_id, NULL, 'deposit-given-back', at, 'o2c', 'x', at FROM applied_before;
DROP TABLE deposited, applied_before;
