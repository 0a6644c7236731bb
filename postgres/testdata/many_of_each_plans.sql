-- Of every invoice an instalment plan was taken back.
INSERT INTO instalment_plans (id, invoice, customer_id, currency, amount, settled_before, authority, requested_by, made_at, state, settled, ended_at)
  SELECT 'pln_' || number, number, customer_id, currency, 2, 0, 10000, 'collector', due_date, 'withdrawn', 0, due_date + 1 FROM open_items WHERE kind = 'invoice';
INSERT INTO planned_instalments (plan_id, n, currency, due_date, amount, judge_at)
  SELECT id, n, currency, made_at::date + n, 1, made_at + make_interval(days => n + 1) FROM instalment_plans, generate_series(1, 2) AS n;
