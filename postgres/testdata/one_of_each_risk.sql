-- What the migration of risk adds: a fraud policy, and an order that was scored by it.
INSERT INTO fraud_policies (version, threshold, set_by) VALUES (2, 50, 'manager');
INSERT INTO fraud_rules (version, signal, points, orders, hours) VALUES (2, 'velocity', 60, 5, 24);
INSERT INTO fraud_rules (version, signal, points) VALUES (2, 'first_order', 10);
INSERT INTO fraud_first_orders (version, currency, above) VALUES (2, 'EUR', 1000);
INSERT INTO fraud_blocked (version, kind, value) VALUES (2, 'email_domain', 'mail.invalid');
INSERT INTO fraud_checks (order_id, version, score, threshold, inputs, checked_at) VALUES ('ord_1', 2, 10, 50, '{}', now());
INSERT INTO fraud_factors (order_id, signal, points, detail) VALUES ('ord_1', 'first_order', 10, 'the first order is of 2000.00 EUR');
-- A list with an entry, a party of the order that was found on it, and cleared.
INSERT INTO screening_lists (name, version, similarity, entries, set_by) VALUES ('eu', 1, 0.7, 1, 'manager');
INSERT INTO screening_entries (id, list, reference, name, since) VALUES (1, 'eu', 'EU-1', 'Acme', 1);
INSERT INTO screening_names (entry_id, position, name) VALUES (1, 0, 'Acme');
INSERT INTO order_findings (order_id, finding, code, detail, found_at) VALUES ('ord_1', 2, 'blocked-party', 'sold-to "Acme" looks like eu EU-1', now());
INSERT INTO screening_hits (order_id, finding, role, party, compared, entry_id, matched, similarity, cause) VALUES ('ord_1', 2, 'sold_to', 'Acme', 'acme', 1, 'acme', 1, 'entry/ord_1');
INSERT INTO review_decisions (id, order_id, findings, decision, reason, decided_by, decided_at) VALUES ('dec_cleared', 'ord_1', 2, 'release', 'another Acme', 'manager', now());
INSERT INTO screening_clearances (customer_id, compared, list, reference, matched, order_id, finding, decision_id, cleared_by, reason, cleared_at)
  VALUES ('acme', 'acme', 'eu', 'EU-1', 'acme', 'ord_1', 2, 'dec_cleared', 'manager', 'another Acme', now());
