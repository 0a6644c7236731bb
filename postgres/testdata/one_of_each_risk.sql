-- What the migration of risk adds: a fraud policy, and an order that was scored by it.
INSERT INTO fraud_policies (version, threshold, set_by) VALUES (2, 50, 'manager');
INSERT INTO fraud_rules (version, signal, points, orders, hours) VALUES (2, 'velocity', 60, 5, 24);
INSERT INTO fraud_rules (version, signal, points) VALUES (2, 'first_order', 10);
INSERT INTO fraud_first_orders (version, currency, above) VALUES (2, 'EUR', 1000);
INSERT INTO fraud_blocked (version, kind, value) VALUES (2, 'email_domain', 'mail.invalid');
INSERT INTO fraud_checks (order_id, version, score, threshold, inputs, checked_at) VALUES ('ord_1', 2, 10, 50, '{}', now());
INSERT INTO fraud_factors (order_id, signal, points, detail) VALUES ('ord_1', 'first_order', 10, 'the first order is of 2000.00 EUR');
