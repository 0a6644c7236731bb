-- A notice that has charged a fee, interest and compensation.
UPDATE number_series SET last = 5 WHERE series = 'DN';
INSERT INTO dunning_notices (invoice, customer_id, instalment, level, at, currency, amount, left_open, fee, interest, compensation, accrued, channel, action, state)
  VALUES ('INV-2026-000001', 'acme', 9, 2, now(), 'EUR', 17.60, 0, 5, 0.50, 40, 0.50, 'email', 'account_hold', 'sent');
INSERT INTO open_items (number, kind, invoice, customer_id, currency, due_date, total, dunning_plan)
  VALUES ('DN-2026-000003', 'fee', 'INV-2026-000001', 'acme', 'EUR', '2026-12-02', 5, '[]'), ('DN-2026-000004', 'interest', 'INV-2026-000001', 'acme', 'EUR', '2026-12-02', 0.50, '[]'),
         ('DN-2026-000005', 'compensation', 'INV-2026-000001', 'acme', 'EUR', '2026-12-02', 40, '[]');
INSERT INTO debit_notes (number, series, year, sequence, kind, customer_id, invoice, currency, amount, charged_on, payment_reference, reason, cause, charged_by, charged_at, notice_id)
  SELECT i.number, 'DN', 2026, right(i.number, 1)::integer, i.kind, 'acme', i.invoice, 'EUR', i.total, '2026-12-02', 'RF' || right(i.number, 1), 'x', 'dunning/INV-2026-000001/2', 'o2c', now(), n.id
    FROM open_items i, dunning_notices n WHERE i.number IN ('DN-2026-000003', 'DN-2026-000004', 'DN-2026-000005') AND n.level = 2;
