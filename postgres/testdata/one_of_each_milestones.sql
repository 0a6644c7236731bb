-- The order has a milestone as well, and is not billed by it: the triggers are off.
ALTER TABLE order_milestones DISABLE TRIGGER USER;
INSERT INTO order_milestones (order_id, n, name, percent) VALUES ('ord_1', 1, 'Signed', 100);
ALTER TABLE order_milestones ENABLE TRIGGER USER;
