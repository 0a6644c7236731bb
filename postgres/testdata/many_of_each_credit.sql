-- What the migration of credit adds: groups of ten customers, collateral, releases that wait or have been decided, and where what
-- is reserved is.
UPDATE customers SET parent_id = 'cus_' || n / 10 * 10
  FROM (SELECT id AS member, substr(id, 5)::integer AS n FROM customers) m WHERE id = m.member AND n % 10 > 0 AND n < 200;
UPDATE credit_accounts SET group_id = c.parent_id FROM customers c WHERE c.id = customer_id AND c.parent_id IS NOT NULL;
INSERT INTO credit_limits (id, amount, currency, set_by, set_at) SELECT 'default/' || n, 100, 'EUR', 'credit', now() FROM generate_series(1, 20) n;
INSERT INTO events (key, kind, at, actor, summary, detail)
  SELECT id, 'credit-limit-set', set_at, set_by, 'x', jsonb_build_object('customer_id', '', 'currency', currency, 'limit', jsonb_build_object('amount', jsonb_build_object('amount', amount::text)))
    FROM credit_limits WHERE customer_id IS NULL;
INSERT INTO collaterals (id, customer_id, name, kind, amount, currency, set_by, set_at) SELECT 'col_' || id, id, 'bank', 'guarantee', 1, 'EUR', 'credit', created_at FROM customers;
INSERT INTO reservations (order_id, line, warehouse_id, sku, quantity)
  SELECT order_id, line, 'main', sku, reserved FROM order_lines WHERE reserved > 0 OR shipped > 0;
INSERT INTO approvals (id, kind, subject, customer_id, currency, amount, reason, content, requested_by, requested_at, recorded_at)
  SELECT 'dec_' || id, 'credit_release', id, customer_id, 'EUR', 119, '', '{}', 'credit', entered_at, entered_at FROM orders;
UPDATE approvals SET (decision, decision_id, decision_reason, decided_by, decided_at) = ('lapse', 'lapse/' || subject, '', 'o2c', requested_at)
 WHERE subject NOT IN (SELECT id FROM orders WHERE stage = 'credit_hold');
