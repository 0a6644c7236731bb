-- 2.00 EUR of the invoice are given up, 0.50 of them out of the loss allowance.
INSERT INTO write_offs (id, item, customer_id, currency, amount, from_allowance, authority, reason, requested_by, written_off_on, written_off_at)
  VALUES ('wof_1', 'INV-2026-000001', 'acme', 'EUR', 2, 0.50, 1000, 'no assets', 'manager', '2026-12-03', now());
-- pay_1 recovered 2.00 EUR of them for a while.
INSERT INTO payment_recoveries (payment_id, n, invoice, currency, amount, cause, recovered_by, recovered_at) VALUES ('pay_1', 1, 'INV-2026-000001', 'EUR', 2, 'x', 'cashier', now());
INSERT INTO payment_recoveries (payment_id, n, invoice, currency, amount, undoes, cause, recovered_by, recovered_at) VALUES ('pay_1', 2, 'INV-2026-000001', 'EUR', -2, 1, 'x', 'cashier', now());
