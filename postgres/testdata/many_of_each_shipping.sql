-- What the migration of shipping adds: the customer of every tenth order was asked about a backorder.
INSERT INTO backorder_questions (order_id, state, asked_at, ends_at, otherwise, choice, answer_id, chosen_by, chosen_at)
  SELECT id, 'answered', entered_at, entered_at + interval '10 days', 'wait', 'wait', 'dec_backorder_' || id, 'sales', entered_at FROM orders WHERE substr(id, 5)::integer % 10 = 0;
INSERT INTO events (key, order_id, customer_id, at, kind, actor, summary)
  SELECT 'dec_backorder_' || id, id, customer_id, entered_at, 'backorder-choice', 'sales', 'Chosen' FROM orders WHERE substr(id, 5)::integer % 10 = 0;
INSERT INTO warehouses (id, name, mode, webhook_url, webhook_secret) VALUES ('outside', 'Outside', 'webhook', 'https://warehouse.example/o2c', 'whsec_c2VjcmV0');
INSERT INTO fulfilment_orders (id, order_id, warehouse_id, revision, lines, body, state, queued_at, sent_at)
  SELECT 'ful_' || substr(id, 5) || '-1', id, 'outside', 1, '{}', '{}', 'sent', entered_at, entered_at FROM orders WHERE substr(id, 5)::integer % 10 = 1;
INSERT INTO events (key, order_id, customer_id, at, kind, actor, summary)
  SELECT 'ful_' || substr(id, 5) || '-1', id, customer_id, entered_at, 'warehouse-told', 'o2c', 'Told' FROM orders WHERE substr(id, 5)::integer % 10 = 1;
INSERT INTO backorder_policies (version, customer_id, answer_days, remind_days, otherwise, set_by) SELECT 1, id, 10, 5, 'wait', 'manager' FROM customers;
