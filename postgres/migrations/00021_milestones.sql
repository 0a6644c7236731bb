-- +goose Up
-- Orders that are billed by milestones: by what was agreed to happen, and not by what is shipped.

ALTER TABLE orders
  DROP CONSTRAINT orders_invoicing,
  ADD CONSTRAINT orders_invoicing CHECK (invoicing IN ('per_shipment', 'per_order', 'consolidated', 'milestones'));

-- Each is billed once (invoices_once_per_milestone), and together they are 100 % of the order: so no more than that is billed.
CREATE TABLE order_milestones (
  order_id text NOT NULL REFERENCES orders,
  n        integer NOT NULL,
  name     text NOT NULL,
  percent  percent NOT NULL,
  PRIMARY KEY (order_id, n),
  CONSTRAINT order_milestones_n CHECK (n BETWEEN 1 AND 60),
  CONSTRAINT order_milestones_name CHECK (name <> ''),
  CONSTRAINT order_milestones_name_once UNIQUE (order_id, name),
  CONSTRAINT order_milestones_percent CHECK (percent > 0)
);
SELECT append_only('order_milestones');

-- +goose StatementBegin
CREATE FUNCTION order_milestones_check_whole() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  billed_order text := to_jsonb(NEW) ->> CASE TG_TABLE_NAME WHEN 'orders' THEN 'id' ELSE 'order_id' END;
  agreed       numeric := (SELECT sum(percent) FROM order_milestones WHERE order_id = billed_order);
BEGIN
  IF agreed IS DISTINCT FROM 100 OR NOT EXISTS (SELECT FROM orders WHERE id = billed_order AND invoicing = 'milestones') THEN
    RAISE EXCEPTION 'the milestones of order % are % %% of it', billed_order, coalesce(agreed, 0)
      USING ERRCODE = 'check_violation', CONSTRAINT = 'order_milestones_whole', TABLE = 'order_milestones';
  END IF;
  RETURN NULL;
END
$$;
-- +goose StatementEnd
CREATE CONSTRAINT TRIGGER order_milestones_whole AFTER INSERT ON order_milestones
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION order_milestones_check_whole();
CREATE CONSTRAINT TRIGGER orders_milestones_whole AFTER INSERT OR UPDATE OF invoicing ON orders
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.invoicing = 'milestones') EXECUTE FUNCTION order_milestones_check_whole();

--------------------------------------------------------------------------------------------------------------- invoices

ALTER TABLE invoices
  ADD COLUMN milestone integer, -- null where it bills none
  ADD CONSTRAINT invoices_once_per_milestone UNIQUE (order_id, milestone),
  ADD CONSTRAINT invoices_milestone_alone CHECK (milestone IS NULL OR order_id IS NOT NULL AND shipment_id IS NULL AND billing_id IS NULL),
  ADD FOREIGN KEY (order_id, milestone) REFERENCES order_milestones (order_id, n);

-- What the milestones of an order have billed, gross.
CREATE FUNCTION milestones_billed(billed_order text) RETURNS numeric LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT coalesce(sum(total), 0) FROM invoices WHERE order_id = billed_order AND milestone IS NOT NULL
$$;

-- A line bills a delivery or a milestone. An order is billed by the one or the other, so that no delivered unit is billed twice.
ALTER TABLE invoice_lines
  ALTER COLUMN shipment_id DROP NOT NULL,
  ADD COLUMN milestone integer,
  ADD CONSTRAINT invoice_lines_delivery_or_milestone CHECK ((shipment_id IS NULL) <> (milestone IS NULL)),
  ADD CONSTRAINT invoice_lines_once_per_milestone UNIQUE (order_id, milestone, order_line);
DROP TRIGGER invoice_lines_delivered ON invoice_lines;
CREATE TRIGGER invoice_lines_delivered AFTER INSERT ON invoice_lines
  FOR EACH ROW WHEN (NEW.milestone IS NULL) EXECUTE FUNCTION invoice_lines_check_delivered();

-- A charge is billed once, or once by each milestone.
ALTER TABLE invoice_charges
  ADD COLUMN milestone integer,
  DROP CONSTRAINT invoice_charges_once,
  ADD CONSTRAINT invoice_charges_once UNIQUE NULLS NOT DISTINCT (order_id, charge, milestone);

-- +goose StatementBegin
CREATE FUNCTION invoices_check_milestone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.milestone IS NOT NULL) <> ((SELECT invoicing FROM orders WHERE id = NEW.order_id) = 'milestones')
    OR NOT EXISTS (SELECT FROM invoices WHERE number = NEW.invoice AND milestone IS NOT DISTINCT FROM NEW.milestone
                      AND (milestone IS NULL OR order_id = NEW.order_id)) THEN
    RAISE EXCEPTION '% bills milestone % of order %, which is billed otherwise', NEW.invoice, coalesce(NEW.milestone::text, 'none'), NEW.order_id
      USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NULL;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER invoice_lines_of_milestone AFTER INSERT ON invoice_lines FOR EACH ROW EXECUTE FUNCTION invoices_check_milestone();
CREATE TRIGGER invoice_charges_of_milestone AFTER INSERT ON invoice_charges FOR EACH ROW EXECUTE FUNCTION invoices_check_milestone();

-- +goose Down
-- It is taken back by dropping the database.
