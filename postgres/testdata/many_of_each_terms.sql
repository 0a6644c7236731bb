-- What the migration of terms adds: every customer has a policy, every fifth order an override, and every product a price by quantity.
INSERT INTO sales_policies (version, customer_id, max_line_discount, set_by) SELECT 1, id, 15, 'billing' FROM customers;
INSERT INTO order_overrides (order_id, override, kind, pointer, given, instead, source)
  SELECT id, 1, 'order_discount', '/discount_percent', 'a discount of 20 %', 'at most 10 %', 'sales_policy:all@1' FROM orders WHERE substr(id, 5)::integer % 5 = 0;
INSERT INTO events (order_id, customer_id, at, kind, key, actor, summary)
  SELECT id, customer_id, entered_at, 'terms-overridden', 'terms-overridden/' || id, 'sales', 'Given' FROM orders WHERE substr(id, 5)::integer % 5 = 0;
INSERT INTO order_price_steps (order_id, sku, min_quantity, unit_price, base_quantity, source, reason)
  SELECT DISTINCT order_id, sku, 0::numeric, unit_price, base_quantity, price_source, 'the product''s own price' FROM order_lines;
