-- Every customer has a price list, and freight is billed where many_of_each.sql counts it.
INSERT INTO price_lists (id, name, currency, customer_id, created_at) SELECT 'for_' || id, 'List', 'EUR', id, created_at FROM customers;
INSERT INTO price_list_versions (price_list, valid_from, revision, set_by) SELECT id, '2026-01-01', 1, 'billing' FROM price_lists;
INSERT INTO price_list_entries (price_list, valid_from, revision, sku, min_quantity, unit_price)
  SELECT 'for_' || replace(sku, 'sku_', 'cus_'), '2026-01-01', 1, sku, 100, 9 FROM products;
INSERT INTO order_charges (order_id, charge, currency, reason_code, reason, amount, tax_category, tax_rate, gross_amount)
  SELECT id, 1, 'EUR', 'FC', 'Freight service', 10, 'S', 19, 11.90 FROM orders WHERE charge_total > 0;
INSERT INTO invoice_charges (invoice, order_id, charge, currency, reason_code, reason, amount, tax_category, tax_rate)
  SELECT number, order_id, 1, 'EUR', 'FC', 'Freight service', 10, 'S', 19 FROM invoices WHERE charge_total > 0;
