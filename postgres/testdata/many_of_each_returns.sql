-- What the migration of returns adds: of each line that is invoiced a little came back.
INSERT INTO returns (id, order_id, customer_id, requested_by, requested_at, state, receipt_id, warehouse_id, disposition, received_by, received_at)
  SELECT 'ret_' || o.id, o.id, o.customer_id, 'sales', o.entered_at, 'settled', 'rrc_' || o.id, 'main', 'credit', 'warehouse', o.entered_at
    FROM orders o WHERE EXISTS (SELECT FROM invoice_lines l WHERE l.order_id = o.id);
INSERT INTO return_lines (return_id, order_id, line, quantity, reason, received)
  SELECT DISTINCT 'ret_' || order_id, order_id, order_line, 0.000001, 'damaged', 0.000001 FROM invoice_lines;
INSERT INTO return_deliveries (return_id, order_id, line, shipment_id, quantity, effect, invoice, invoice_line)
  SELECT 'ret_' || order_id, order_id, order_line, shipment_id, 0.000001, 'credited', invoice, line FROM invoice_lines;
UPDATE order_lines SET returned = 0.000001 WHERE (order_id, line) IN (SELECT order_id, line FROM return_lines);
INSERT INTO facts (id, kind, customer_id, order_id, content, actor, settled_at)
  SELECT receipt_id, 'return_receipt', customer_id, order_id, jsonb_build_object('return_id', id), 'warehouse', now() FROM returns;
INSERT INTO shipment_events (shipment_id, event_id, kind, at, told_by) SELECT id, 'DHL-1', 'in_transit', shipped_at, 'warehouse' FROM shipments;
