-- What the migration of reviews adds: every order has its purchase order number, and every fifth was looked at by a person.
INSERT INTO purchase_orders (customer_id, po_number, order_id) SELECT customer_id, po_number, id FROM orders WHERE po_number <> '';
INSERT INTO order_findings (order_id, finding, code, detail, found_at)
  SELECT id, 1, 'duplicate-purchase-order', 'its number was used before', entered_at FROM orders WHERE substr(id, 5)::integer % 5 = 0;
INSERT INTO review_decisions (id, order_id, findings, decision, reason, decided_by, decided_at)
  SELECT 'dec_review_' || id, id, 1, 'release', 'they want both', 'credit', entered_at FROM orders WHERE substr(id, 5)::integer % 5 = 0;
INSERT INTO events (key, order_id, customer_id, at, kind, actor, summary)
  SELECT 'dec_review_' || id, id, customer_id, entered_at, 'review-release', 'credit', 'Review' FROM orders WHERE substr(id, 5)::integer % 5 = 0;
