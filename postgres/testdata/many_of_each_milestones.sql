-- What the migration of milestones adds: the orders on hold are to be billed by them.
UPDATE orders SET invoicing = 'milestones' WHERE stage = 'credit_hold';
INSERT INTO order_milestones (order_id, n, name, percent)
  SELECT o.id, m.n, m.name, m.percent FROM orders o, (VALUES (1, 'Signed', 30), (2, 'Accepted', 70)) m (n, name, percent) WHERE o.invoicing = 'milestones';
