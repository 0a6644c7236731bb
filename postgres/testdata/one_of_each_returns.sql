-- Of the five nails that were shipped two were to come back, of which one did, and is credited.
INSERT INTO returns (id, order_id, customer_id, requested_by, requested_at, state, receipt_id, warehouse_id, disposition, received_by, received_at)
  VALUES ('ret_1', 'ord_1', 'acme', 'sales', now(), 'settled', 'rrc_1', 'main', 'credit', 'warehouse', now());
INSERT INTO return_lines (return_id, order_id, line, quantity, reason, received) VALUES ('ret_1', 'ord_1', 1, 2, 'damaged', 1);
INSERT INTO return_deliveries (return_id, order_id, line, shipment_id, quantity, effect, invoice, invoice_line)
  VALUES ('ret_1', 'ord_1', 1, 'shp_1', 1, 'credited', 'INV-2026-000001', 1);
UPDATE order_lines SET returned = 1;
INSERT INTO shipment_events (shipment_id, event_id, kind, at, told_by) VALUES ('shp_1', 'DHL-1', 'in_transit', now(), 'warehouse');
