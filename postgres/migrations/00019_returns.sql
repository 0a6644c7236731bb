-- +goose Up
-- Goods that come back after they were shipped: what a customer wants to return, what of it came, and what became of it.

-- What is told to the process in addition, whatever was added before.
ALTER TABLE facts DROP CONSTRAINT facts_kind, ADD CONSTRAINT facts_kind CHECK (kind IN ('shipment', 'delivery', 'dispute', 'payment', 'stock_receipt', 'credit_limit',
  'credit_application', 'credit_refund', 'payment_change', 'collateral', 'credit_standing', 'promise', 'return', 'return_receipt', 'carrier_event'));
-- The receipts that were told of a return.
CREATE INDEX facts_of_return ON facts ((content ->> 'return_id'), accepted_at) WHERE kind = 'return_receipt';

-------------------------------------------------------------------------------------------------------------- order lines

-- to_return is asked for and not here yet, returned has come back. Of that, returned_unbilled came before it was invoiced and will never
-- be, and replaced was shipped again without an invoice. A unit comes back once.
ALTER TABLE order_lines
  ADD COLUMN to_return quantity NOT NULL DEFAULT 0,
  ADD COLUMN returned_unbilled quantity NOT NULL DEFAULT 0,
  ADD COLUMN replaced quantity NOT NULL DEFAULT 0,
  DROP CONSTRAINT order_lines_returned,
  ADD CONSTRAINT order_lines_returned CHECK (returned + to_return <= shipped),
  ADD CONSTRAINT order_lines_returned_as CHECK (returned_unbilled + replaced <= returned),
  DROP CONSTRAINT order_lines_invoiced,
  ADD CONSTRAINT order_lines_invoiced CHECK (invoiced + returned_unbilled <= shipped);
GRANT UPDATE (to_return, returned, returned_unbilled, replaced) ON order_lines TO o2c_app;

------------------------------------------------------------------------------------------------------------------ returns

CREATE TABLE returns (
  id           text PRIMARY KEY,
  order_id     text NOT NULL REFERENCES orders,
  customer_id  text NOT NULL REFERENCES customers,
  note         text NOT NULL DEFAULT '',
  requested_by text NOT NULL,
  requested_at timestamptz NOT NULL,
  state        text NOT NULL DEFAULT 'requested',
  receipt_id   text, -- the fact that ended it
  warehouse_id text REFERENCES warehouses,
  disposition  text,
  receipt_note text NOT NULL DEFAULT '',
  received_by  text,
  received_at  timestamptz,
  recorded_at  timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT returns_state CHECK (state IN ('requested', 'settled', 'refused')),
  CONSTRAINT returns_disposition CHECK (disposition IN ('credit', 'replace', 'refund')),
  CONSTRAINT returns_receipt_once UNIQUE (receipt_id),
  CONSTRAINT returns_received CHECK (num_nonnulls(receipt_id, warehouse_id, received_by, received_at) = CASE state WHEN 'requested' THEN 0 ELSE 4 END
    AND (state = 'settled') = (disposition IS NOT NULL))
);
CREATE INDEX returns_of_order ON returns (order_id, requested_at, id);
CREATE INDEX returns_page ON returns (requested_at, id);
CREATE INDEX returns_by_state ON returns (state, requested_at, id);
REVOKE UPDATE ON returns FROM o2c_app;
GRANT UPDATE (state, receipt_id, warehouse_id, disposition, receipt_note, received_by, received_at) ON returns TO o2c_app;

-- What ended stays as it ended.
-- +goose StatementBegin
CREATE FUNCTION returns_check_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'return % is %', OLD.id, OLD.state USING ERRCODE = 'check_violation', CONSTRAINT = 'returns_ended_once', TABLE = 'returns';
END
$$;
-- +goose StatementEnd
CREATE TRIGGER returns_ended_once BEFORE UPDATE ON returns FOR EACH ROW WHEN (OLD.state <> 'requested') EXECUTE FUNCTION returns_check_once();

CREATE TABLE return_lines (
  return_id text NOT NULL REFERENCES returns,
  order_id  text NOT NULL,
  line      integer NOT NULL,
  quantity  quantity NOT NULL,
  reason    text NOT NULL,
  received  quantity NOT NULL DEFAULT 0, -- what came and was accepted
  restocked quantity NOT NULL DEFAULT 0, -- what of it is saleable and in stock again
  PRIMARY KEY (return_id, line),
  FOREIGN KEY (order_id, line) REFERENCES order_lines (order_id, line),
  CONSTRAINT return_lines_quantity CHECK (quantity > 0),
  CONSTRAINT return_lines_received CHECK (received <= quantity AND restocked <= received),
  CONSTRAINT return_lines_reason CHECK (reason IN ('damaged', 'quality', 'wrong_item', 'too_many', 'late', 'not_wanted', 'other'))
);
CREATE INDEX return_lines_of_order ON return_lines (order_id, line);
REVOKE UPDATE ON return_lines FROM o2c_app;
GRANT UPDATE (received, restocked) ON return_lines TO o2c_app;

-- Of which shipment it came back, and what that does to its bill: 'credited' on the line of the invoice that bills it, 'unbilled' because
-- none does yet, 'replaced' because its bill stands.
CREATE TABLE return_deliveries (
  return_id    text NOT NULL,
  order_id     text NOT NULL,
  line         integer NOT NULL,
  shipment_id  text NOT NULL,
  quantity     quantity NOT NULL,
  effect       text NOT NULL,
  invoice      text,
  invoice_line integer,
  PRIMARY KEY (return_id, line, shipment_id),
  FOREIGN KEY (return_id, line) REFERENCES return_lines (return_id, line),
  FOREIGN KEY (shipment_id, line) REFERENCES shipment_lines (shipment_id, line),
  FOREIGN KEY (invoice, invoice_line) REFERENCES invoice_lines (invoice, line),
  CONSTRAINT return_deliveries_quantity CHECK (quantity > 0),
  CONSTRAINT return_deliveries_effect CHECK (effect IN ('credited', 'unbilled', 'replaced')),
  CONSTRAINT return_deliveries_credited CHECK (num_nonnulls(invoice, invoice_line) = CASE effect WHEN 'credited' THEN 2 ELSE 0 END)
);
CREATE INDEX return_deliveries_of_shipment ON return_deliveries (shipment_id, line);
SELECT append_only('return_deliveries');

-- Goods that take the place of goods that came back.
ALTER TABLE shipments ADD COLUMN return_id text REFERENCES returns, ADD CONSTRAINT shipments_replace_once UNIQUE (return_id);

-- +goose StatementBegin
CREATE FUNCTION return_deliveries_check() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  delivered shipment_lines;
  back      numeric := (SELECT sum(quantity) FROM return_deliveries WHERE shipment_id = NEW.shipment_id AND line = NEW.line);
  billed    invoice_lines;
BEGIN
  SELECT * INTO delivered FROM shipment_lines WHERE shipment_id = NEW.shipment_id AND line = NEW.line;
  SELECT * INTO billed FROM invoice_lines WHERE shipment_id = NEW.shipment_id AND order_line = NEW.line;
  IF back > delivered.quantity OR delivered.order_id <> NEW.order_id OR EXISTS (SELECT FROM shipments WHERE id = NEW.shipment_id AND return_id IS NOT NULL)
    OR NEW.effect = 'unbilled' AND billed.invoice IS NOT NULL
    OR NEW.effect = 'credited' AND (billed.invoice, billed.line) IS DISTINCT FROM (NEW.invoice, NEW.invoice_line) THEN
    RAISE EXCEPTION '% of line % of shipment % are back, it delivered %', back, NEW.line, NEW.shipment_id, delivered.quantity
      USING ERRCODE = 'check_violation', CONSTRAINT = 'return_deliveries_delivered', TABLE = 'return_deliveries';
  END IF;
  RETURN NULL;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER return_deliveries_delivered AFTER INSERT ON return_deliveries FOR EACH ROW EXECUTE FUNCTION return_deliveries_check();

-- What came back before it was billed is not billed any more, and what takes the place of something never is.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION invoice_lines_check_delivered() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  delivered numeric := (SELECT l.quantity - (SELECT coalesce(sum(r.quantity), 0) FROM return_deliveries r
                                              WHERE r.shipment_id = l.shipment_id AND r.line = l.line AND r.effect = 'unbilled')
                          FROM shipment_lines l JOIN shipments s ON s.id = l.shipment_id AND s.return_id IS NULL
                         WHERE l.shipment_id = NEW.shipment_id AND l.line = NEW.order_line AND l.order_id = NEW.order_id);
BEGIN
  IF NEW.quantity > coalesce(delivered, 0) THEN
    RAISE EXCEPTION 'invoice % bills % of line % of shipment %, which delivered %', NEW.invoice, NEW.quantity, NEW.order_line, NEW.shipment_id, coalesce(delivered, 0)
      USING ERRCODE = 'check_violation', CONSTRAINT = 'invoice_lines_delivered', TABLE = 'invoice_lines';
  END IF;
  RETURN NULL;
END
$$;
-- +goose StatementEnd

-- A replacement is what came back, no more and no less, and of the same order.
-- +goose StatementBegin
CREATE FUNCTION shipment_lines_check_replaced() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  replaces text := (SELECT return_id FROM shipments WHERE id = NEW.shipment_id);
BEGIN
  IF replaces IS NOT NULL AND NOT EXISTS (
    SELECT FROM return_lines l JOIN returns r ON r.id = l.return_id
     WHERE r.id = replaces AND r.disposition = 'replace' AND (l.order_id, l.line, l.received) = (NEW.order_id, NEW.line, NEW.quantity)) THEN
    RAISE EXCEPTION 'shipment % replaces % of line %, which did not come back with return %', NEW.shipment_id, NEW.quantity, NEW.line, replaces
      USING ERRCODE = 'check_violation', CONSTRAINT = 'shipment_lines_replaced', TABLE = 'shipment_lines';
  END IF;
  RETURN NULL;
END
$$;
-- +goose StatementEnd
CREATE CONSTRAINT TRIGGER shipment_lines_replaced AFTER INSERT ON shipment_lines
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION shipment_lines_check_replaced();

--------------------------------------------------------------------------------------------------------- carrier events

-- What is told of a shipment on its way, by the carrier or by whoever has the proof of its delivery, each once by the teller's id. The
-- shipment's state follows from all of them, in whatever order they come (models.ShipmentState).
CREATE TABLE shipment_events (
  shipment_id text NOT NULL REFERENCES shipments,
  event_id    text COLLATE "C" NOT NULL,
  kind        text NOT NULL,
  at          timestamptz NOT NULL,
  location    text NOT NULL DEFAULT '',
  signed_by   text NOT NULL DEFAULT '',
  note        text NOT NULL DEFAULT '',
  told_by     text NOT NULL,
  recorded_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (shipment_id, event_id),
  CONSTRAINT shipment_events_kind CHECK (kind IN ('picked', 'packed', 'shipped', 'in_transit', 'delivered', 'refused', 'lost')),
  CONSTRAINT shipment_events_signed CHECK (signed_by = '' OR kind = 'delivered')
);
SELECT append_only('shipment_events');
INSERT INTO shipment_events (shipment_id, event_id, kind, at, signed_by, told_by)
  SELECT id, 'delivery/' || id, 'delivered', delivered_at, signed_by, confirmed_by FROM shipments WHERE delivered_at IS NOT NULL;
ALTER TABLE shipments ALTER COLUMN state DROP EXPRESSION;
ALTER TABLE shipments
  ALTER COLUMN state SET NOT NULL,
  ALTER COLUMN state SET DEFAULT 'shipped',
  ADD CONSTRAINT shipments_state CHECK (state IN ('shipped', 'delivered', 'refused', 'lost')),
  ADD CONSTRAINT shipments_delivered CHECK ((state = 'delivered') = (delivered_at IS NOT NULL) AND (signed_by = '' OR delivered_at IS NOT NULL));

-- +goose Down
-- It is taken back by dropping the database.
