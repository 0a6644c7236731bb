-- What the migration of amendments adds.
INSERT INTO order_versions (order_id, version, currency, net_total, tax_total, total, actor, at) VALUES ('ord_1', 1, 'EUR', 100, 19, 119, 'sales', now());
INSERT INTO order_version_lines (order_id, version, line, currency, quantity, cancelled, net_amount, gross_amount, unit_price, price_source)
  VALUES ('ord_1', 1, 1, 'EUR', 10, 0, 100, 119, 10, 'product');
