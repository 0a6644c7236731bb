-- What the migration of amendments adds: every fifth order was amended once, to what it had.
INSERT INTO order_versions (order_id, version, decision_id, currency, net_total, tax_total, total, actor, at)
  SELECT id, v, CASE v WHEN 2 THEN 'amended/' || id END, currency, net_total, tax_total, total, 'sales', entered_at
    FROM orders, generate_series(1, 2) v WHERE substr(id, 5)::integer % 5 = 0;
INSERT INTO order_version_lines (order_id, version, line, currency, quantity, cancelled, net_amount, gross_amount, unit_price, price_source)
  SELECT l.order_id, v.version, l.line, v.currency, l.quantity, 0, l.net_amount, l.gross_amount, l.unit_price, l.price_source FROM order_lines l JOIN order_versions v ON v.order_id = l.order_id;
INSERT INTO events (key, order_id, customer_id, kind, at, actor, summary, recorded_at)
  SELECT v.decision_id, v.order_id, o.customer_id, 'amended', v.at, v.actor, 'x', v.at FROM order_versions v JOIN orders o ON o.id = v.order_id WHERE v.version = 2;
UPDATE orders SET version = 2 WHERE substr(id, 5)::integer % 5 = 0;
