-- What the migration of risk adds: every order was scored, and every tenth gave a signal.
INSERT INTO fraud_policies (version, threshold, set_by) VALUES (2, 50, 'manager');
INSERT INTO fraud_rules (version, signal, points) VALUES (2, 'ship_to_country', 10);
INSERT INTO fraud_blocked (version, kind, value) SELECT 2, 'postcode', n::text FROM generate_series(10000, 10400) n;
INSERT INTO fraud_checks (order_id, version, score, threshold, inputs, checked_at)
  SELECT id, 2, CASE WHEN substr(id, 5)::integer % 10 = 0 THEN 10 ELSE 0 END, 50, '{}', entered_at FROM orders;
INSERT INTO fraud_factors (order_id, signal, points, detail) SELECT order_id, 'ship_to_country', 10, 'goods go elsewhere' FROM fraud_checks WHERE score = 10;
