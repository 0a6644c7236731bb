-- An instalment plan of the invoice that is active.
INSERT INTO instalment_plans (id, invoice, customer_id, currency, amount, settled_before, authority, requested_by, made_at)
  VALUES ('pln_1', 'INV-2026-000001', 'acme', 'EUR', 10, 20, 10000, 'collector', '2026-12-23T09:00:00Z');
INSERT INTO planned_instalments (plan_id, n, currency, due_date, amount, judge_at) VALUES ('pln_1', 1, 'EUR', '2027-01-10', 10, '2027-01-11T00:00:00Z');
UPDATE open_items SET plan = 'pln_1' WHERE number = 'INV-2026-000001';
