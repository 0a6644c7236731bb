-- What the migration of credit adds.
INSERT INTO reservations (order_id, line, warehouse_id, sku, quantity) VALUES ('ord_1', 1, 'main', 'nail', 5);
INSERT INTO collaterals (id, customer_id, name, kind, amount, currency, valid_until, set_by, set_at)
  VALUES ('col_1', 'acme', 'bank', 'guarantee', 100, 'EUR', '2027-12-31', 'credit', now());
INSERT INTO credit_policies (name, version, set_by) VALUES ('strict', 1, 'manager');
INSERT INTO credit_policy_rules (policy, version, rule, threshold) VALUES ('strict', 1, 'oldest_overdue_days', 30);
INSERT INTO credit_policy_approvals (policy, version, currency, above) VALUES ('strict', 1, 'EUR', 1000);
INSERT INTO credit_policy_classes (risk_class, policy) VALUES ('C', 'strict');
INSERT INTO approvals (id, kind, subject, customer_id, currency, amount, reason, content, requested_by, requested_at)
  VALUES ('dec_1', 'credit_release', 'ord_1', 'acme', 'EUR', 119, 'an old friend', '{}', 'credit', now());
