-- The customer is billed by the month as well, and the invoice names the share of its order, which it does not need: the trigger is off.
INSERT INTO billings (id, customer_id, period, billing_period, first_day, last_day, due_at, billed_at)
  VALUES ('acme/2026-11', 'acme', '2026-11', 'monthly', '2026-11-01', '2026-11-30', '2026-12-01T00:00:00Z', '2026-12-01T00:00:01Z');
ALTER TABLE invoice_shares DISABLE TRIGGER USER;
INSERT INTO invoice_shares (invoice, order_id, currency, amount) VALUES ('INV-2026-000001', 'ord_1', 'EUR', 59.50);
ALTER TABLE invoice_shares ENABLE TRIGGER USER;
