-- The invoice is due in two instalments, and a part of its credit note is the customer's, some of which is used. Triggers are off
-- where a row of one_of_each.sql, which never changes, is made to fit.
INSERT INTO invoice_instalments (invoice, n, due_date, currency, amount)
  VALUES ('INV-2026-000001', 1, '2026-12-10', 'EUR', 20), ('INV-2026-000001', 2, '2026-12-22', 'EUR', 39.50);
ALTER TABLE credit_notes DISABLE TRIGGER USER;
UPDATE credit_notes SET applied_to_invoice = 10, customer_credit = 1.90, decision_id = 'dec_1';
ALTER TABLE credit_notes ENABLE TRIGGER USER;
INSERT INTO credit_note_lines (credit_note, invoice, invoice_line, quantity, currency, net_amount) VALUES ('CN-2026-000001', 'INV-2026-000001', 1, 1, 'EUR', 10);
INSERT INTO customer_credits (credit_note, customer_id, currency, amount, applied, refunded) VALUES ('CN-2026-000001', 'acme', 'EUR', 1.90, 1, 0.50);
INSERT INTO credit_applications (id, credit_note, invoice, currency, amount, applied_by, applied_at)
  VALUES ('use_1', 'CN-2026-000001', 'INV-2026-000001', 'EUR', 1, 'cashier', now());
INSERT INTO credit_refunds (id, credit_note, currency, amount, refunded_by, refunded_at) VALUES ('use_2', 'CN-2026-000001', 'EUR', 0.50, 'cashier', now());
