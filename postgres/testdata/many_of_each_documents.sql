-- Every invoice that is partly paid is due in two instalments, and 5.00 of it are credited. More had been paid when it was: the
-- credit went to the customer, 3.00 of it were applied back when the bank took the money back, and 1.00 was paid out.
CREATE TEMP TABLE partly AS
  SELECT i.invoice, i.customer_id, i.order_id, i.due_date, v.issued_at AS at, row_number() OVER (ORDER BY i.invoice) AS n,
         'CN-2020-' || lpad((row_number() OVER (ORDER BY i.invoice))::text, 6, '0') AS note
    FROM open_items i JOIN invoices v ON v.number = i.number WHERE i.status = 'partly_paid';
INSERT INTO number_series (series, year, last) SELECT 'CN', 2020, count(*) FROM partly;
INSERT INTO invoice_instalments (invoice, n, due_date, currency, amount)
  SELECT invoice, p.n, due_date - p.days, 'EUR', p.amount FROM partly, (VALUES (1, 15, 60), (2, 0, 59)) AS p (n, days, amount);
INSERT INTO credit_notes (number, series, year, sequence, decision_id, invoice, customer_id, currency, issue_date, reason, net_total, tax_total, total, applied_to_invoice,
                          customer_credit, issued_by, issued_at)
  SELECT note, 'CN', 2020, n, 'dec_' || n, invoice, customer_id, 'EUR', at::date, 'returned', 4.20, 0.80, 5, 0, 5, 'billing', at FROM partly;
INSERT INTO credit_note_lines (credit_note, invoice, invoice_line, quantity, currency, net_amount) SELECT note, invoice, 1, 0.42, 'EUR', 4.20 FROM partly;
INSERT INTO credit_note_taxes (credit_note, category, rate, taxable, tax) SELECT note, 'S', 19, 4.20, 0.80 FROM partly;
INSERT INTO customer_credits (credit_note, customer_id, currency, amount, applied, refunded, recorded_at) SELECT note, customer_id, 'EUR', 5, 3, 1, at FROM partly;
INSERT INTO credit_applications (id, credit_note, invoice, currency, amount, applied_by, applied_at) SELECT 'use_a_' || n, note, invoice, 'EUR', 3, 'cashier', at FROM partly;
INSERT INTO credit_refunds (id, credit_note, currency, amount, refunded_by, refunded_at) SELECT 'use_r_' || n, note, 'EUR', 1, 'cashier', at FROM partly;
UPDATE open_items i SET credit_applied = 3 FROM partly p WHERE p.invoice = i.number;
UPDATE credit_accounts a SET open_invoices = open_invoices - 3 * p.notes, customer_credit = customer_credit + p.notes
  FROM (SELECT customer_id, count(*) AS notes FROM partly GROUP BY 1) p WHERE p.customer_id = a.customer_id;
CREATE TEMP TABLE posted AS
  SELECT p.customer_id, p.order_id, p.at::date AS on_date, e.*
    FROM partly p
   CROSS JOIN LATERAL (VALUES
     ('credit-note/' || note, 'credit_note_issued', invoice, '[["revenue", 4.20, 0], ["tax_payable", 0.80, 0], ["customer_credit", 0, 5]]'::jsonb),
     ('credit-note/' || note || '/application/use_a_' || n, 'customer_credit_applied', invoice, '[["customer_credit", 3, 0], ["receivables", 0, 3]]'),
     ('credit-note/' || note || '/refund/use_r_' || n, 'customer_credit_refunded', note, '[["customer_credit", 1, 0], ["bank", 0, 1]]')) AS e (key, event, document, lines);
INSERT INTO ledger_entries (key, event, business_date, posting_date, currency, customer_id, order_id, document, description, actor)
  SELECT key, event, on_date, on_date, 'EUR', customer_id, order_id, document, 'x', 'cashier' FROM posted;
INSERT INTO ledger_lines (entry_id, line, account, customer_id, document, currency, debit, credit, posting_date, base_currency, base_debit, base_credit)
  SELECT e.id, l.line, l.value ->> 0, e.customer_id, CASE l.value ->> 0 WHEN 'receivables' THEN e.document WHEN 'customer_credit' THEN split_part(e.key, '/', 2) ELSE '' END, 'EUR',
         (l.value ->> 1)::numeric, (l.value ->> 2)::numeric, e.posting_date, 'EUR', (l.value ->> 1)::numeric, (l.value ->> 2)::numeric
    FROM posted p JOIN ledger_entries e ON e.key = p.key CROSS JOIN LATERAL jsonb_array_elements(p.lines) WITH ORDINALITY AS l (value, line) ORDER BY e.id, l.line;
DROP TABLE partly, posted;
