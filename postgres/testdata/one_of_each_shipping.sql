-- What the migration of shipping adds: a customer who was asked about a backorder, and waits.
INSERT INTO backorder_policies (customer_id, version, answer_days, remind_days, otherwise, set_by) VALUES ('acme', 2, 10, 5, 'wait', 'manager');
INSERT INTO backorder_questions (order_id, state, asked_at, ends_at, otherwise, choice, answer_id, chosen_by, chosen_at)
  VALUES ('ord_1', 'answered', '2026-11-22T12:00:00Z', '2026-12-02T12:00:00Z', 'wait', 'wait', 'dec_backorder', 'sales', '2026-11-23T12:00:00Z');
INSERT INTO warehouses (id, name, mode, webhook_url, webhook_secret) VALUES ('outside', 'Outside', 'webhook', 'https://warehouse.example/o2c', 'whsec_c2VjcmV0');
INSERT INTO fulfilment_orders (id, order_id, warehouse_id, revision, lines, body, state, queued_at, sent_at)
  VALUES ('ful_1-1', 'ord_1', 'outside', 1, '{"1": "5"}', '{}', 'sent', '2026-11-22T12:00:00Z', '2026-11-22T12:00:00Z');
