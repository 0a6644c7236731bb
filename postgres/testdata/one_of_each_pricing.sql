-- The order that is there gets a price from a list, a tax by a rule, and freight that its invoice has billed.
INSERT INTO price_lists (id, name, currency, customer_id) VALUES ('acme', 'For Acme', 'EUR', 'acme');
INSERT INTO price_lists (id, name, currency, segment) VALUES ('wholesale', 'Wholesale', 'EUR', 'wholesale');
INSERT INTO price_list_versions (price_list, valid_from, revision, valid_until, set_by) VALUES ('wholesale', '2026-01-01', 1, '2026-12-31', 'billing');
INSERT INTO price_list_entries (price_list, valid_from, revision, sku, min_quantity, unit_price) VALUES ('wholesale', '2026-01-01', 1, 'nail', 10, 9);
INSERT INTO tax_rates (country, tax_class, valid_from, rate) VALUES ('DE', 'standard', '2021-01-01', 19);
UPDATE customers SET tax_id = 'DE123456789', tax_id_checked_on = '2026-11-01' WHERE id = 'acme';
INSERT INTO order_charges (order_id, charge, currency, reason_code, reason, amount, tax_category, tax_rate, gross_amount)
  VALUES ('ord_1', 1, 'EUR', 'FC', 'Freight service', 10, 'S', 19, 11.90);
INSERT INTO invoice_charges (invoice, order_id, charge, currency, reason_code, reason, amount, tax_category, tax_rate)
  VALUES ('INV-2026-000001', 'ord_1', 1, 'EUR', 'FC', 'Freight service', 10, 'S', 19);
