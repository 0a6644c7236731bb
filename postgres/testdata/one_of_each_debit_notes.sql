-- A fee of 3 EUR, of which 1 was paid and 1 taken back; and what the bank took of a refund. pay_1 has a third reversal, for that.
INSERT INTO number_series (series, year, last) VALUES ('DN', 2026, 2);
INSERT INTO open_items (number, kind, invoice, customer_id, currency, due_date, total, paid, credited, dunning_plan)
  VALUES ('DN-2026-000001', 'fee', 'INV-2026-000001', 'acme', 'EUR', '2026-12-02', 3, 1, 1, '[]'),
         ('DN-2026-000002', 'refund_recovery', NULL, 'acme', 'EUR', '2026-12-02', 1, 0, 0, '[]');
INSERT INTO debit_notes (number, series, year, sequence, kind, customer_id, invoice, currency, amount, charged_on, payment_reference, reason, cause, charged_by, charged_at)
  VALUES ('DN-2026-000001', 'DN', 2026, 1, 'fee', 'acme', 'INV-2026-000001', 'EUR', 3, '2026-12-02', 'RF1', 'x', 'rev_1', 'cashier', now()),
         ('DN-2026-000002', 'DN', 2026, 2, 'refund_recovery', 'acme', NULL, 'EUR', 1, '2026-12-02', 'RF2', 'x', 'rev_3', 'cashier', now());
INSERT INTO debit_note_reductions (debit_note, cause, currency, amount, reason, reduced_by, reduced_at) VALUES ('DN-2026-000001', 'x', 'EUR', 1, 'x', 'cashier', now());
INSERT INTO payment_reversals (payment_id, n, id, currency, amount, claimed, reason, reversed_by, reversed_at) VALUES ('pay_1', 3, 'rev_3', 'EUR', 1, 1, 'x', 'cashier', now());
UPDATE payments SET refunded = 0, reversed = 1 WHERE id = 'pay_1';
