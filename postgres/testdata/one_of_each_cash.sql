-- Of pay_1 the bank took back 5 EUR that had been applied, and gave them again; 1 EUR was refunded.
INSERT INTO payment_reversals (payment_id, n, id, currency, amount, reason, reversed_by, reversed_at) VALUES ('pay_1', 1, 'rev_1', 'EUR', 5, 'x', 'cashier', now());
INSERT INTO payment_reversals (payment_id, n, id, currency, amount, reason, undoes, reversed_by, reversed_at) VALUES ('pay_1', 2, 'rev_2', 'EUR', -5, 'won', 1, 'cashier', now());
INSERT INTO payment_applications (payment_id, n, invoice, currency, amount, rule, applied_at) VALUES ('pay_1', 2, 'INV-2026-000001', 'EUR', 5, 'manual', now());
INSERT INTO payment_applications (payment_id, n, invoice, currency, amount, rule, undoes, reversal, applied_at) VALUES ('pay_1', 3, 'INV-2026-000001', 'EUR', -5, 'manual', 2, 1, now());
INSERT INTO payment_refunds (payment_id, n, id, currency, amount, reason, refunded_by, refunded_at) VALUES ('pay_1', 1, 'ref_1', 'EUR', 1, 'x', 'cashier', now());
UPDATE payments SET refunded = 1 WHERE id = 'pay_1';
