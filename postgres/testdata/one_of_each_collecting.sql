-- An open promise and a dunning hold on the invoice, which waits for both.
INSERT INTO promises (id, invoice, customer_id, currency, amount, promised_on, note, level, paid_before, recorded_by, recorded_at, judge_at)
  VALUES ('prm_1', 'INV-2026-000001', 'acme', 'EUR', 10, '2026-12-31', 'by phone', 1, 20, 'collector', '2026-12-23T09:00:00Z', '2027-01-01T00:00:00Z');
INSERT INTO dunning_holds (id, invoice, customer_id, until, reason, held_by, held_at, ends_at)
  VALUES ('hld_1', 'INV-2026-000001', 'acme', '2027-01-05', 'Their system is being replaced', 'collector', '2026-12-23T09:00:00Z', '2027-01-06T00:00:00Z');
UPDATE open_items SET judge_at = '2027-01-01T00:00:00Z', waits = '[
  {"kind": "promise", "id": "prm_1", "at": "2027-01-01T00:00:00Z", "item": {"invoice": "INV-2026-000001"}},
  {"kind": "hold", "id": "hld_1", "at": "2027-01-06T00:00:00Z", "item": {"invoice": "INV-2026-000001"}}]' WHERE number = 'INV-2026-000001';
