-- +goose Up
-- Invoices that belong to no single order: one for all that was shipped to a customer in a period.

-------------------------------------------------------------------------------------------------------- invoicing modes

ALTER TABLE customers
  DROP CONSTRAINT customers_invoicing,
  ADD CONSTRAINT customers_invoicing CHECK (invoicing IN ('per_shipment', 'per_order', 'consolidated')),
  ADD COLUMN billing_period text NOT NULL DEFAULT 'monthly',
  ADD CONSTRAINT customers_billing_period CHECK (billing_period IN ('weekly', 'monthly'));

-- An order keeps the period, as it keeps the mode.
ALTER TABLE orders
  DROP CONSTRAINT orders_invoicing,
  ADD CONSTRAINT orders_invoicing CHECK (invoicing IN ('per_shipment', 'per_order', 'consolidated')),
  ADD COLUMN billing_period text NOT NULL DEFAULT 'monthly',
  ADD CONSTRAINT orders_billing_period CHECK (billing_period IN ('weekly', 'monthly'));
CREATE INDEX orders_to_bill ON orders (customer_id, billing_period, id) WHERE invoicing = 'consolidated' AND stage <> 'closed';

---------------------------------------------------------------------------------------------------------------- billings

-- A period at whose end a customer is billed. It is there from the first shipment of the period on, and tells what is to be
-- started: nothing shipped is forgotten when whoever starts it dies. Whoever adds one, or bills one, holds the lock of the
-- customer's credit account, so that a shipment always finds a period that is not billed yet.
CREATE TABLE billings (
  id             text PRIMARY KEY, -- <customer>/<period>
  customer_id    text NOT NULL REFERENCES customers,
  period         text NOT NULL, -- 2026-11, 2026-W48
  billing_period text NOT NULL,
  first_day      date NOT NULL,
  last_day       date NOT NULL,
  due_at         timestamptz NOT NULL, -- the first instant after the last day, on the seller's clock
  billed_at      timestamptz,
  recorded_at    timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT billings_once UNIQUE (customer_id, period),
  CONSTRAINT billings_kind CHECK (billing_period IN ('weekly', 'monthly')),
  CONSTRAINT billings_days CHECK (first_day < last_day),
  CONSTRAINT billings_not_early CHECK (billed_at >= due_at)
);
CREATE INDEX billings_waiting ON billings (customer_id, due_at) WHERE billed_at IS NULL;
CREATE INDEX billings_due ON billings (due_at, id) WHERE billed_at IS NULL;
REVOKE UPDATE ON billings FROM o2c_app;
GRANT UPDATE (billed_at) ON billings TO o2c_app;

-- +goose StatementBegin
CREATE FUNCTION billings_check_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'billing % is done', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'billings_billed_once', TABLE = 'billings';
END
$$;
-- +goose StatementEnd
CREATE TRIGGER billings_billed_once BEFORE UPDATE ON billings FOR EACH ROW WHEN (OLD.billed_at IS NOT NULL) EXECUTE FUNCTION billings_check_once();

----------------------------------------------------------------------------------------------------------- shared invoices

ALTER TABLE invoices ADD COLUMN billing_id text REFERENCES billings; -- null where it bills no period
CREATE INDEX invoices_of_billing ON invoices (billing_id, number) WHERE billing_id IS NOT NULL;

-- What each order has in an invoice that belongs to no single one: its part of the total, by which it is reconciled.
CREATE TABLE invoice_shares (
  invoice  text NOT NULL REFERENCES invoices,
  order_id text NOT NULL REFERENCES orders,
  currency text NOT NULL REFERENCES currencies,
  amount   numeric NOT NULL,
  PRIMARY KEY (invoice, order_id),
  CONSTRAINT invoice_shares_amount CHECK (amount >= 0 AND is_money(amount, currency))
);
CREATE INDEX invoice_shares_of_order ON invoice_shares (order_id, invoice);
SELECT append_only('invoice_shares');

-- +goose StatementBegin
CREATE FUNCTION invoice_shares_check_total() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  invoiced invoices;
  shared   record;
BEGIN
  SELECT * INTO invoiced FROM invoices WHERE number = NEW.invoice;
  SELECT sum(s.amount) AS amount, bool_and(s.currency = invoiced.currency AND o.customer_id = invoiced.customer_id) AS alike
    INTO shared FROM invoice_shares s JOIN orders o ON o.id = s.order_id WHERE s.invoice = NEW.invoice;
  IF invoiced.order_id IS NOT NULL OR shared.amount <> invoiced.total OR NOT shared.alike THEN
    RAISE EXCEPTION 'the orders of % share %, it is %', NEW.invoice, shared.amount, invoiced.total
      USING ERRCODE = 'check_violation', CONSTRAINT = 'invoice_shares_total', TABLE = 'invoice_shares';
  END IF;
  RETURN NULL;
END
$$;
-- +goose StatementEnd
CREATE CONSTRAINT TRIGGER invoice_shares_total AFTER INSERT ON invoice_shares
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION invoice_shares_check_total();

CREATE INDEX invoice_lines_of_order ON invoice_lines (order_id, invoice);
CREATE INDEX messages_queued_of_invoice ON messages (invoice) WHERE state = 'queued' AND order_id IS NULL;
-- What the development stack's clock moves beside orders.
CREATE INDEX open_items_shared ON open_items (customer_id, number) WHERE kind = 'invoice' AND order_id IS NULL AND status IN ('open', 'partly_paid');

-- +goose Down
-- It is taken back by dropping the database.
