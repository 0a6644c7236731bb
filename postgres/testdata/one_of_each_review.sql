-- What the migration of reviews adds: a purchase order number, and an order that a person had to look at.
INSERT INTO purchase_orders (customer_id, po_number, order_id) VALUES ('acme', 'PO-1', 'ord_1');
INSERT INTO order_findings (order_id, finding, code, detail, found_at) VALUES ('ord_1', 1, 'duplicate-purchase-order', 'purchase order PO-1 is order ord_0 already', now());
INSERT INTO review_decisions (id, order_id, findings, decision, reason, decided_by, decided_at) VALUES ('dec_review', 'ord_1', 1, 'release', 'they want both', 'credit', now());
