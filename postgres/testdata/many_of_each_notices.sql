-- Every order that is approved is confirmed, and every shipment announced.
UPDATE orders SET confirmed_version = version WHERE approved;
INSERT INTO messages (key, order_id, customer_id, kind, channel, recipient, subject, body, state, queued_at, sent_at)
  SELECT 'order-confirmation/' || id || '/' || confirmed_version, id, customer_id, 'order_confirmation', 'email', customer_id || '@acme.example', 'x', 'x', 'sent', entered_at, entered_at
    FROM orders WHERE approved
  UNION ALL
  SELECT 'shipping-notice/' || s.id, o.id, o.customer_id, 'shipping_notice', 'email', o.customer_id || '@acme.example', 'x', 'x', 'sent', s.shipped_at, s.shipped_at
    FROM shipments s JOIN orders o ON o.id = s.order_id;
