-- What the migration of terms adds: more discount than the policy leaves, and a price by quantity.
INSERT INTO order_overrides (order_id, override, kind, pointer, given, instead, source)
  VALUES ('ord_1', 1, 'order_discount', '/discount_percent', 'a discount of 20 %', 'at most 10 %', 'sales_policy:all@1');
INSERT INTO order_price_steps (order_id, sku, min_quantity, unit_price, base_quantity, source, reason)
  VALUES ('ord_1', 'nail', 0, 10, 1, 'product', 'the product''s own price');
