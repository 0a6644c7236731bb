-- One row in every table, so that a test can break each constraint from a book that is in order: an order of 119.00 EUR that
-- is half shipped, invoiced, partly paid, disputed and credited.
INSERT INTO company (legal_name, address, tax_id, contact, time_zone, base_currency) VALUES ('Seller Ltd', '{}', 'DE1', '{}', 'UTC', 'EUR');
INSERT INTO customers (id, name, email, country, currency) VALUES ('acme', 'Acme', 'ap@acme.example', 'DE', 'EUR');
INSERT INTO customer_clocks (customer_id, skipped) VALUES ('acme', '1 day');
INSERT INTO credit_limits (id, customer_id, amount, currency, set_by, set_at) VALUES ('lim_1', 'acme', 1000, 'EUR', 'credit', now());
INSERT INTO credit_accounts (customer_id, currency, open_orders) VALUES ('acme', 'EUR', 59.50);
INSERT INTO products (sku, name, tax_category, tax_rate) VALUES ('nail', 'Nail', 'S', 19);
INSERT INTO product_prices (sku, currency, unit_price) VALUES ('nail', 'EUR', 10);
INSERT INTO stock (warehouse_id, sku, on_hand, reserved) VALUES ('main', 'nail', 20, 5);
INSERT INTO stock_receipts (id, warehouse_id, sku, quantity, received_by, received_at) VALUES ('rcp_1', 'main', 'nail', 25, 'warehouse', now());
INSERT INTO audit_log (actor, action, object_kind, object_id) VALUES ('admin', 'create', 'customer', 'acme');
INSERT INTO claims (principal, key, route, request_hash, resource_id, leased_until) VALUES ('sales', 'k1', 'POST /v1/orders', 'x', 'ord_1', now());
INSERT INTO facts (id, kind, customer_id, order_id, content, actor) VALUES ('shp_1', 'shipment', 'acme', 'ord_1', '{}', 'warehouse');
INSERT INTO orders (id, customer_id, currency, warehouse_id, payment_terms, net_total, tax_total, total, stage, approved, allocated, entered_by, entered_at)
  VALUES ('ord_1', 'acme', 'EUR', 'main', '{}', 100, 19, 119, 'fulfilling', true, true, 'sales', now());
INSERT INTO order_lines (order_id, line, sku, description, unit_code, quantity, unit_price, net_amount, gross_amount, tax_category, tax_rate,
                         price_source, stocked, reserved, shipped, invoiced)
  VALUES ('ord_1', 1, 'nail', 'Nail', 'C62', 10, 10, 100, 119, 'S', 19, 'product', true, 5, 5, 5);
INSERT INTO credit_decisions (id, order_id, version, decision, reason, inputs, decided_by, decided_at)
  VALUES ('check/ord_1', 'ord_1', 1, 'approve', 'within the limit', '{}', 'o2c', now());
INSERT INTO shipments (id, order_id, warehouse_id, shipped_at, confirmed_by) VALUES ('shp_1', 'ord_1', 'main', now(), 'warehouse');
INSERT INTO shipment_lines (shipment_id, order_id, line, quantity) VALUES ('shp_1', 'ord_1', 1, 5);
INSERT INTO number_series (series, year, last) VALUES ('INV', 2026, 1);
INSERT INTO invoices (number, series, year, sequence, order_id, shipment_id, customer_id, currency, issue_date, due_date, delivery_date, tax_point_date,
                      line_total, allowance_total, net_total, tax_total, total, payment_reference, dunning_policy, dunning_version, issued_at)
  VALUES ('INV-2026-000001', 'INV', 2026, 1, 'ord_1', 'shp_1', 'acme', 'EUR', '2026-11-22', '2026-12-22', '2026-11-22', '2026-11-22',
          50, 0, 50, 9.50, 59.50, 'RF94INV2026000001', 'standard', 1, now());
INSERT INTO invoice_lines (invoice, line, order_id, order_line, shipment_id, sku, description, quantity, unit_code, unit_price, base_quantity,
                           discount_percent, net_amount, tax_category, tax_rate)
  VALUES ('INV-2026-000001', 1, 'ord_1', 1, 'shp_1', 'nail', 'Nail', 5, 'C62', 10, 1, 0, 50, 'S', 19);
INSERT INTO invoice_taxes (invoice, category, rate, taxable, tax) VALUES ('INV-2026-000001', 'S', 19, 50, 9.50);
INSERT INTO open_items (number, kind, invoice, customer_id, order_id, currency, due_date, total, paid, credited, disputed_amount, dunning_plan)
  VALUES ('INV-2026-000001', 'invoice', 'INV-2026-000001', 'acme', 'ord_1', 'EUR', '2026-12-22', 59.50, 20, 11.90, 10, '[]');
INSERT INTO disputes (id, invoice, customer_id, currency, amount, reason, raised_by, due_at, opened_at, resolution_id)
  VALUES ('dsp_1', 'INV-2026-000001', 'acme', 'EUR', 10, 'quality', 'acme', now(), now(), 'res_1');
INSERT INTO credit_notes (number, series, year, sequence, invoice, customer_id, currency, issue_date, reason, net_total, tax_total, total,
                          applied_to_invoice, customer_credit, dispute_id, issued_by, issued_at)
  VALUES ('CN-2026-000001', 'CN', 2026, 1, 'INV-2026-000001', 'acme', 'EUR', '2026-11-23', 'quality', 10, 1.90, 11.90, 11.90, 0, 'dsp_0', 'manager', now());
INSERT INTO credit_note_taxes (credit_note, category, rate, taxable, tax) VALUES ('CN-2026-000001', 'S', 19, 10, 1.90);
INSERT INTO dunning_notices (invoice, level, at, currency, amount, channel, action, state) VALUES ('INV-2026-000001', 1, now(), 'EUR', 17.60, 'email', 'notice', 'queued');
INSERT INTO payments (id, customer_id, currency, amount, value_date, method, applied, received_by, received_at)
  VALUES ('pay_1', 'acme', 'EUR', 30, '2026-12-01', 'bank_transfer', 20, 'cashier', now());
INSERT INTO payment_applications (payment_id, n, invoice, currency, amount, rule, applied_at) VALUES ('pay_1', 1, 'INV-2026-000001', 'EUR', 20, 'exact_amount', now());
WITH entry AS (
  INSERT INTO ledger_entries (key, event, business_date, currency, customer_id, document, description, actor)
    VALUES ('invoice/INV-2026-000001', 'invoice_issued', '2026-11-22', 'EUR', 'acme', 'INV-2026-000001', 'x', 'o2c')
  RETURNING id, posting_date
)
INSERT INTO ledger_lines (entry_id, line, account, customer_id, document, currency, debit, credit, posting_date, base_currency, base_debit, base_credit)
  SELECT id, line, account, 'acme', document, 'EUR', debit, credit, posting_date, 'EUR', debit, credit
    FROM entry, (VALUES (1, 'receivables', 'INV-2026-000001', 59.50, 0), (2, 'revenue', '', 0, 50), (3, 'tax_payable', '', 0, 9.50)) l (line, account, document, debit, credit);
WITH entry AS (
  INSERT INTO ledger_entries (key, event, business_date, currency, customer_id, description, actor, reason, reverses)
    SELECT 'reversal/1', 'reversal', '2026-11-22', 'EUR', 'acme', 'x', 'billing', 'a mistake', min(id) FROM ledger_entries
  RETURNING id, posting_date
)
INSERT INTO ledger_lines (entry_id, line, account, customer_id, document, currency, debit, credit, posting_date, base_currency, base_debit, base_credit)
  SELECT id, line, account, 'acme', document, 'EUR', debit, credit, posting_date, 'EUR', debit, credit
    FROM entry, (VALUES (1, 'receivables', 'INV-2026-000001', 0, 59.50), (2, 'revenue', '', 50, 0), (3, 'tax_payable', '', 9.50, 0)) l (line, account, document, debit, credit);
INSERT INTO events (key, order_id, customer_id, kind, at, actor, summary) VALUES ('entered/ord_1', 'ord_1', 'acme', 'order-entered', now(), 'sales', 'x');
INSERT INTO tasks (key, kind, role, customer_id, detail, opened_at) VALUES ('dunning/INV-2026-000001/4', 'agency', 'collector', 'acme', 'x', now());
INSERT INTO messages (key, customer_id, kind, channel, recipient, subject, body, notice_id, queued_at)
  SELECT 'dunning/INV-2026-000001/1', 'acme', 'dunning', 'email', 'ap@acme.example', 'x', 'x', min(id), now() FROM dunning_notices;
