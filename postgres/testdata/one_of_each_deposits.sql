-- 5.95 EUR of pay_1 came for the order before it was shipped: 3.57 of them paid its invoice, twice, and once not; the rest was given back.
-- What the order and the payment say of it does not count here.
INSERT INTO proformas (number, year, sequence, order_id, order_version, customer_id, currency, amount, payment_reference, issue_date, issued_at)
  VALUES ('PF-2026-000001', 2026, 1, 'ord_1', 1, 'acme', 'EUR', 119, 'RF64PF2026000001', '2026-11-22', now());
BEGIN;
INSERT INTO prepayment_invoices (number, year, sequence, order_id, customer_id, payment_id, proforma, currency, net_total, tax_total, total, issue_date, cause, issued_by, issued_at)
  VALUES ('PI-2026-000001', 2026, 1, 'ord_1', 'acme', 'pay_1', 'PF-2026-000001', 'EUR', 5, 0.95, 5.95, '2026-11-22', 'pay_1', 'cashier', now());
INSERT INTO prepayment_invoice_taxes (prepayment_invoice, category, rate, currency, taxable, tax) VALUES ('PI-2026-000001', 'S', 19, 'EUR', 5, 0.95);
INSERT INTO deposit_uses (deposit, n, invoice, currency, net, tax, amount, undoes, cause, reason, used_on, used_by, used_at)
  VALUES ('PI-2026-000001', 1, 'INV-2026-000001', 'EUR', 3, 0.57, 3.57, NULL, 'x', 'x', '2026-11-22', 'o2c', now()),
         ('PI-2026-000001', 2, 'INV-2026-000001', 'EUR', -3, -0.57, -3.57, 1, 'x', 'x', '2026-11-22', 'o2c', now()),
         ('PI-2026-000001', 3, 'INV-2026-000001', 'EUR', 3, 0.57, 3.57, NULL, 'x', 'x', '2026-11-22', 'o2c', now());
INSERT INTO deposit_uses (deposit, n, credit_note, series, year, sequence, currency, net, tax, amount, cause, reason, used_on, used_by, used_at)
  VALUES ('PI-2026-000001', 4, 'PCN-2026-000001', 'PCN', 2026, 1, 'EUR', 1, 0.19, 1.19, 'x', 'x', '2026-11-22', 'o2c', now());
INSERT INTO deposit_use_taxes (deposit, n, category, rate, currency, taxable, tax)
  VALUES ('PI-2026-000001', 1, 'S', 19, 'EUR', 3, 0.57), ('PI-2026-000001', 2, 'S', 19, 'EUR', -3, -0.57), ('PI-2026-000001', 3, 'S', 19, 'EUR', 3, 0.57),
         ('PI-2026-000001', 4, 'S', 19, 'EUR', 1, 0.19);
COMMIT;
