-- A large book that is in order: o2c.orders orders of 119.00 EUR, most of them shipped, invoiced and paid, some in each other
-- state. It is for the tests that read plans and for the benchmark of "o2c verify". A later migration brings its tables' rows in
-- a file many_of_each_<name>.sql.
CREATE TEMP TABLE made AS
  SELECT n, 'ord_' || n AS order_id, 'cus_' || n % greatest(current_setting('o2c.orders')::integer / 6, 1) AS customer_id,
         'sku_' || n % greatest(current_setting('o2c.orders')::integer / 6, 1) AS sku, kind,
         CASE WHEN kind NOT IN ('held', 'waiting', 'reserved') THEN row_number() OVER (PARTITION BY kind IN ('held', 'waiting', 'reserved') ORDER BY n) END AS sequence,
         kind = 'paid' AND n % 50 = 7 AS freight, -- 10.00 of its 100.00 are for freight
         kind = 'paid' AND n % 25 = 9 AS shared,  -- billed with its week
         now() - (current_setting('o2c.orders')::integer - n) * interval '20 minutes' AS at
    FROM generate_series(0, current_setting('o2c.orders')::integer - 1) AS n
   CROSS JOIN LATERAL (SELECT CASE WHEN n % 50 = 0 THEN 'held' WHEN n % 50 = 1 THEN 'waiting' WHEN n % 50 = 2 THEN 'reserved' WHEN n % 10 = 3 THEN 'disputed'
                                   WHEN n % 50 = 4 THEN 'credited' WHEN n % 10 = 5 THEN 'unpaid' WHEN n % 50 = 6 THEN 'partly_paid' ELSE 'paid' END AS kind) k;
CREATE TEMP TABLE billed AS
  SELECT *, 'INV-2026-' || lpad(sequence::text, greatest(6, length(sequence::text)), '0') AS number, 'shp_' || n AS shipment_id, 'pay_' || n AS payment_id,
         CASE kind WHEN 'paid' THEN 119 WHEN 'partly_paid' THEN 19 WHEN 'credited' THEN 107.10 ELSE 0 END AS paid, CASE kind WHEN 'credited' THEN 11.90 ELSE 0 END AS credited,
         kind IN ('paid', 'credited') AS closed
    FROM made WHERE sequence IS NOT NULL;
CREATE TEMP TABLE noted AS
  SELECT *, 'CN-2026-' || lpad(row_number() OVER (ORDER BY n)::text, 6, '0') AS note, row_number() OVER (ORDER BY n) AS note_sequence FROM billed WHERE kind = 'credited';
ANALYZE made, billed, noted;

INSERT INTO company (legal_name, address, tax_id, contact, time_zone, base_currency) VALUES ('Seller Ltd', '{}', 'DE1', '{}', 'UTC', 'EUR');
INSERT INTO customers (id, name, email, country, currency, created_at)
  SELECT customer_id, 'Acme', customer_id || '@acme.example', 'DE', 'EUR', min(at) FROM made GROUP BY 1;
INSERT INTO credit_limits (id, customer_id, amount, currency, set_by, set_at) SELECT 'first/' || id, id, 100000, 'EUR', 'credit', created_at FROM customers;
INSERT INTO products (sku, name, tax_category, tax_rate, created_at) SELECT sku, 'Nail', 'S', 19, min(at) FROM made GROUP BY 1;
INSERT INTO product_prices (sku, currency, unit_price) SELECT sku, 'EUR', 10 FROM products;
INSERT INTO stock_receipts (id, warehouse_id, sku, quantity, received_by, received_at)
  SELECT 'rcp_' || sku, 'main', sku, 10 * count(*) FILTER (WHERE kind NOT IN ('held', 'waiting')) + 1, 'warehouse', min(at) FROM made GROUP BY sku;
INSERT INTO stock (warehouse_id, sku, on_hand, reserved)
  SELECT 'main', sku, 10 * count(*) FILTER (WHERE kind = 'reserved') + 1, 10 * count(*) FILTER (WHERE kind = 'reserved') FROM made GROUP BY sku;
INSERT INTO audit_log (actor, action, object_kind, object_id, detail)
  SELECT set_by, 'create', 'customer', customer_id, jsonb_build_object('credit_limit', jsonb_build_object('id', id, 'customer_id', customer_id, 'currency', currency,
         'limit', jsonb_build_object('amount', jsonb_build_object('amount', amount::text)))) FROM credit_limits;
INSERT INTO claims (principal, key, route, request_hash, resource_id, content, claimed_at, leased_until, response_status, response_body, answered_at)
  SELECT 'sales', 'k' || n, 'POST /v1/orders', 'x', order_id, '{}', at, at, 201, '{}', at FROM made;
INSERT INTO facts (id, kind, customer_id, order_id, content, actor, accepted_at, told_at, settled_at)
  SELECT shipment_id, 'shipment', customer_id, order_id, '{}'::jsonb, 'warehouse', at, at, at FROM billed
  UNION ALL SELECT payment_id, 'payment', customer_id, NULL, '{}', 'cashier', at, at, at FROM billed WHERE paid > 0;

INSERT INTO orders (id, customer_id, invoicing, billing_period, po_number, currency, warehouse_id, payment_terms, net_total, tax_total, total, charge_total, charge_gross, stage, outcome, approved, allocated, blocked_code,
                    blocked_detail, entered_by, entered_at, closed_at, recorded_at)
  SELECT m.order_id, m.customer_id, CASE WHEN m.shared THEN 'consolidated' ELSE 'per_shipment' END, 'weekly', 'PO-' || m.n, 'EUR', 'main', '{}', 100, 19, 119,
         CASE WHEN m.freight THEN 10 ELSE 0 END, CASE WHEN m.freight THEN 11.90 ELSE 0 END,
         CASE WHEN m.kind = 'held' THEN 'credit_hold' WHEN b.n IS NULL THEN 'fulfilling' WHEN b.closed THEN 'closed' ELSE 'collecting' END,
         CASE WHEN b.closed THEN 'paid' END, m.kind <> 'held', m.kind <> 'held', CASE m.kind WHEN 'held' THEN 'credit-limit' END,
         CASE m.kind WHEN 'held' THEN 'over the limit' END, 'sales', m.at, CASE WHEN b.closed THEN m.at END, m.at
    FROM made m LEFT JOIN billed b USING (n);
INSERT INTO order_lines (order_id, line, sku, description, unit_code, quantity, unit_price, net_amount, gross_amount, tax_category, tax_rate, price_source, stocked,
                         reserved, shipped, invoiced)
  SELECT order_id, 1, sku, 'Nail', 'C62', 10, CASE WHEN freight THEN 9 ELSE 10 END, CASE WHEN freight THEN 90 ELSE 100 END,
         CASE WHEN freight THEN 107.10 ELSE 119 END, 'S', 19, 'product', true, CASE kind WHEN 'reserved' THEN 10 ELSE 0 END,
         CASE WHEN sequence IS NULL THEN 0 ELSE 10 END, CASE WHEN sequence IS NULL THEN 0 ELSE 10 END FROM made;
INSERT INTO credit_decisions (id, order_id, version, decision, reason, inputs, decided_by, decided_at)
  SELECT 'check/' || order_id, order_id, 1, CASE kind WHEN 'held' THEN 'hold' ELSE 'approve' END, 'the limit',
         '{"check_point": "order", "limits": [{"source": "customer", "amount": {"amount": "100000.00", "currency": "EUR"}, "exposure": {"amount": "0.00", "currency": "EUR"}}],
           "order_total": {"amount": "119.00", "currency": "EUR"}, "policy": "standard", "policy_version": 1}', 'o2c', at FROM made;
INSERT INTO shipments (id, order_id, warehouse_id, shipped_at, confirmed_by) SELECT shipment_id, order_id, 'main', at, 'warehouse' FROM billed;
INSERT INTO shipment_lines (shipment_id, order_id, line, quantity) SELECT shipment_id, order_id, 1, 10 FROM billed;

INSERT INTO number_series (series, year, last) SELECT 'INV', 2026, count(*) FROM billed UNION ALL SELECT 'CN', 2026, count(*) FROM noted;
INSERT INTO billings (id, customer_id, period, billing_period, first_day, last_day, due_at, billed_at)
  SELECT customer_id || '/' || n, customer_id, n, 'weekly', at::date - 7, at::date - 1, at::date, at FROM billed WHERE shared;
INSERT INTO invoices (number, series, year, sequence, order_id, shipment_id, billing_id, customer_id, currency, issue_date, due_date, delivery_date, tax_point_date, line_total,
                      allowance_total, charge_total, net_total, tax_total, total, payment_reference, dunning_policy, dunning_version, issued_at, recorded_at)
  SELECT number, 'INV', 2026, sequence, CASE WHEN NOT shared THEN order_id END, CASE WHEN NOT shared THEN shipment_id END,
         CASE WHEN shared THEN customer_id || '/' || n END, customer_id, 'EUR', at::date, at::date + 30, at::date, at::date, CASE WHEN freight THEN 90 ELSE 100 END, 0,
         CASE WHEN freight THEN 10 ELSE 0 END, 100, 19, 119,
         'RF' || number, 'standard', 1, at, at FROM billed;
INSERT INTO invoice_lines (invoice, line, order_id, order_line, shipment_id, sku, description, quantity, unit_code, unit_price, base_quantity, discount_percent,
                           net_amount, tax_category, tax_rate)
  SELECT number, 1, order_id, 1, shipment_id, sku, 'Nail', 10, 'C62', CASE WHEN freight THEN 9 ELSE 10 END, 1, 0,
         CASE WHEN freight THEN 90 ELSE 100 END, 'S', 19 FROM billed;
INSERT INTO invoice_taxes (invoice, category, rate, charge, taxable, tax) SELECT number, 'S', 19, CASE WHEN freight THEN 10 ELSE 0 END, 100, 19 FROM billed;
INSERT INTO invoice_shares (invoice, order_id, currency, amount) SELECT number, order_id, 'EUR', 119 FROM billed WHERE shared;
INSERT INTO open_items (number, kind, invoice, customer_id, order_id, currency, due_date, total, paid, credited, disputed_amount, dunning_plan, next_level, next_dunning_at)
  SELECT number, 'invoice', number, customer_id, CASE WHEN NOT shared THEN order_id END, 'EUR', at::date + 30, 119, paid, credited, CASE kind WHEN 'disputed' THEN 20 ELSE 0 END, '[]',
         CASE WHEN NOT closed THEN 1 END, CASE WHEN NOT closed THEN at + interval '37 days' END FROM billed;
INSERT INTO disputes (id, invoice, customer_id, currency, amount, accepted, reason, raised_by, state, due_at, opened_at, resolved_at)
  SELECT 'dsp_' || n, number, customer_id, 'EUR', CASE kind WHEN 'credited' THEN 11.90 ELSE 20 END, CASE kind WHEN 'credited' THEN 11.90 ELSE 0 END, 'quality', customer_id,
         CASE kind WHEN 'credited' THEN 'accepted' ELSE 'open' END, at, at, CASE kind WHEN 'credited' THEN at END FROM billed WHERE kind IN ('disputed', 'credited');
INSERT INTO credit_notes (number, series, year, sequence, invoice, customer_id, currency, issue_date, reason, net_total, tax_total, total, applied_to_invoice,
                          customer_credit, dispute_id, issued_by, issued_at)
  SELECT note, 'CN', 2026, note_sequence, number, customer_id, 'EUR', at::date, 'quality', 10, 1.90, 11.90, 11.90, 0, 'dsp_' || n, 'manager', at FROM noted;
INSERT INTO credit_note_taxes (credit_note, category, rate, taxable, tax) SELECT note, 'S', 19, 10, 1.90 FROM noted;
INSERT INTO dunning_notices (invoice, level, at, currency, amount, channel, action, state)
  SELECT number, 0, at + interval '27 days', 'EUR', 119, 'email', 'notice', 'sent' FROM billed;
INSERT INTO payments (id, customer_id, currency, amount, value_date, method, applied, received_by, received_at, recorded_at)
  SELECT payment_id, customer_id, 'EUR', paid, at::date, 'bank_transfer', paid, 'cashier', at, at FROM billed WHERE paid > 0;
INSERT INTO payment_applications (payment_id, n, invoice, currency, amount, rule, applied_at, cause)
  SELECT payment_id, 1, number, 'EUR', paid, 'exact_amount', at, payment_id FROM billed WHERE paid > 0;
INSERT INTO credit_accounts (customer_id, currency, open_orders, open_invoices)
  SELECT m.customer_id, 'EUR', 119 * count(*) FILTER (WHERE m.kind IN ('waiting', 'reserved')), coalesce(sum(119 - b.paid - b.credited), 0)
    FROM made m LEFT JOIN billed b USING (n) GROUP BY 1;

-- Entries and their lines commit together: an entry takes no more lines later.
INSERT INTO ledger_entries (key, event, business_date, posting_date, currency, customer_id, order_id, document, description, actor)
  SELECT 'invoice/' || number, 'invoice_issued', at::date, at::date, 'EUR', customer_id, CASE WHEN NOT shared THEN order_id END, number, 'x', 'o2c' FROM billed
  UNION ALL SELECT 'credit-note/' || note, 'credit_note_issued', at::date, at::date, 'EUR', customer_id, order_id, number, 'x', 'manager' FROM noted
  UNION ALL SELECT 'payment/' || payment_id, 'payment_received', at::date, at::date, 'EUR', customer_id, NULL, payment_id, 'x', 'cashier' FROM billed WHERE paid > 0
  UNION ALL SELECT 'payment/' || payment_id || '/application/1', 'payment_applied', at::date, at::date, 'EUR', customer_id, CASE WHEN NOT shared THEN order_id END, number, 'x', 'cashier' FROM billed WHERE paid > 0;
INSERT INTO ledger_lines (entry_id, line, account, customer_id, document, currency, debit, credit, posting_date, base_currency, base_debit, base_credit)
  SELECT e.id, l.line, l.account, e.customer_id, CASE WHEN l.account = 'receivables' THEN e.document WHEN l.account IN ('bank_clearing', 'unapplied_cash') THEN split_part(e.key, '/', 2) ELSE '' END,
         'EUR', l.debit, l.credit, e.posting_date, 'EUR', l.debit, l.credit
    FROM ledger_entries e
    LEFT JOIN payments p ON e.event = 'payment_received' AND p.id = e.document
    LEFT JOIN payment_applications a ON e.event = 'payment_applied' AND e.key = 'payment/' || a.payment_id || '/application/1'
   CROSS JOIN LATERAL (VALUES ('invoice_issued', 1, 'receivables', 119, 0), ('invoice_issued', 2, 'revenue', 0, 100), ('invoice_issued', 3, 'tax_payable', 0, 19),
          ('credit_note_issued', 1, 'revenue', 10, 0), ('credit_note_issued', 2, 'tax_payable', 1.90, 0), ('credit_note_issued', 3, 'receivables', 0, 11.90),
          ('payment_received', 1, 'bank_clearing', p.amount, 0), ('payment_received', 2, 'unapplied_cash', 0, p.amount),
          ('payment_applied', 1, 'unapplied_cash', a.amount, 0), ('payment_applied', 2, 'receivables', 0, a.amount)) AS l (event, line, account, debit, credit)
   WHERE l.event = e.event
   ORDER BY e.id, l.line; -- as they come in life: beside each other
INSERT INTO events (key, order_id, customer_id, kind, at, actor, summary, recorded_at)
  SELECT 'entered/' || order_id, order_id, customer_id, 'order-entered', at, 'sales', 'x', at FROM made;
INSERT INTO events (order_id, customer_id, invoice, kind, at, actor, summary, recorded_at)
  SELECT order_id, customer_id, number, 'invoiced', at, 'o2c', 'x', at FROM billed;
INSERT INTO events (order_id, customer_id, kind, at, actor, summary, recorded_at)
  SELECT order_id, customer_id, CASE kind WHEN 'held' THEN 'credit-hold' ELSE 'credit-approve' END, at, 'o2c', 'x', at FROM made;
INSERT INTO tasks (key, kind, role, customer_id, detail, opened_at) SELECT 'dunning/' || number || '/4', 'agency', 'collector', customer_id, 'x', at FROM billed;
INSERT INTO messages (key, order_id, invoice, customer_id, kind, channel, recipient, subject, body, state, queued_at, sent_at)
  SELECT 'invoice/' || number, order_id, number, customer_id, 'invoice', 'email', customer_id || '@acme.example', 'x', 'x', 'sent', at, at FROM billed;
DROP TABLE made, billed, noted;
