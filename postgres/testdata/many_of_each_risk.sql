-- What the migration of risk adds: every order was scored, and every tenth gave a signal.
INSERT INTO fraud_policies (version, threshold, set_by) VALUES (2, 50, 'manager');
INSERT INTO fraud_rules (version, signal, points) VALUES (2, 'ship_to_country', 10);
INSERT INTO fraud_blocked (version, kind, value) SELECT 2, 'postcode', n::text FROM generate_series(10000, 10400) n;
INSERT INTO fraud_checks (order_id, version, score, threshold, inputs, checked_at)
  SELECT id, 2, CASE WHEN substr(id, 5)::integer % 10 = 0 THEN 10 ELSE 0 END, 50, '{}', entered_at FROM orders;
INSERT INTO fraud_factors (order_id, signal, points, detail) SELECT order_id, 'ship_to_country', 10, 'goods go elsewhere' FROM fraud_checks WHERE score = 10;
-- Lists with many entries; every fiftieth order had a party on one, and was cleared.
INSERT INTO screening_lists (name, version, similarity, entries, set_by) SELECT 'list' || n, 1, 0.7, 300, 'manager' FROM generate_series(1, 10) n;
INSERT INTO screening_entries (id, list, reference, name, since) SELECT n, 'list' || n % 10 + 1, 'REF-' || n, 'Wicked ' || md5(n::text), 1 FROM generate_series(1, 3000) n;
INSERT INTO screening_names (entry_id, position, name) SELECT id, 0, name FROM screening_entries;
INSERT INTO order_findings (order_id, finding, code, detail, found_at)
  SELECT id, 2, 'blocked-party', 'a party is listed', entered_at FROM orders WHERE substr(id, 5)::integer % 10 = 0;
INSERT INTO screening_hits (order_id, finding, role, party, compared, entry_id, matched, similarity, cause)
  SELECT order_id, 2, 'ship_to', 'Wicked ' || order_id, 'wicked ' || order_id, 1 + substr(order_id, 5)::integer % 3000, 'wicked', 0.8, 'entry/' || order_id FROM order_findings WHERE code = 'blocked-party';
INSERT INTO review_decisions (id, order_id, findings, decision, reason, decided_by, decided_at)
  SELECT 'dec_cleared_' || order_id, order_id, 2, 'release', 'somebody else', 'manager', found_at FROM order_findings WHERE code = 'blocked-party';
INSERT INTO events (key, order_id, customer_id, at, kind, actor, summary)
  SELECT d.id, o.id, o.customer_id, o.entered_at, 'review-release', 'manager', 'Review' FROM review_decisions d JOIN orders o ON o.id = d.order_id WHERE d.id LIKE 'dec_cleared_%';
INSERT INTO screening_clearances (customer_id, compared, list, reference, matched, order_id, finding, decision_id, cleared_by, reason, cleared_at)
  SELECT o.customer_id, h.compared, e.list, e.reference, h.matched, h.order_id, 2, 'dec_cleared_' || h.order_id, 'manager', 'somebody else', o.entered_at
    FROM screening_hits h JOIN screening_entries e ON e.id = h.entry_id JOIN orders o ON o.id = h.order_id;
