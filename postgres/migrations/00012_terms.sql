-- +goose Up
-- How much discount may be given without a further right, what of an order went beyond that, and the prices by quantity that an
-- amendment of it is priced by.

------------------------------------------------------------------------------------------------------------ sales policies

-- The newest version of a scope holds; a limit that it does not set is that of the next wider scope.
CREATE TABLE sales_policies (
  scope              text NOT NULL GENERATED ALWAYS AS (CASE WHEN customer_id IS NOT NULL THEN 'customer:' || customer_id
    WHEN segment IS NOT NULL THEN 'segment:' || segment ELSE 'all' END) STORED,
  version            integer NOT NULL,
  customer_id        text REFERENCES customers,
  segment            text,
  max_line_discount  percent,
  max_order_discount percent,
  set_by             text NOT NULL,
  set_at             timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (scope, version),
  CONSTRAINT sales_policies_scope CHECK (customer_id IS NULL OR segment IS NULL),
  CONSTRAINT sales_policies_segment CHECK (segment <> ''),
  CONSTRAINT sales_policies_version CHECK (version >= 1),
  CONSTRAINT sales_policies_complete CHECK (scope <> 'all' OR max_line_discount IS NOT NULL AND max_order_discount IS NOT NULL)
);
INSERT INTO sales_policies (version, max_line_discount, max_order_discount, set_by) VALUES (1, 10, 10, 'system');
SELECT append_only('sales_policies');

------------------------------------------------------------------------------------------------------------------ orders

-- What the person who entered an order gave beyond what was determined for it or left to them (models.Override).
ALTER TABLE orders ADD COLUMN override_reason text NOT NULL DEFAULT '';
CREATE TABLE order_overrides (
  order_id text NOT NULL REFERENCES orders,
  override integer NOT NULL,
  kind     text NOT NULL,
  pointer  text NOT NULL, -- JSON pointer into the order as it was asked for
  given    text NOT NULL,
  instead  text NOT NULL DEFAULT '', -- empty where no price is known
  source   text NOT NULL DEFAULT '',
  PRIMARY KEY (order_id, override),
  CONSTRAINT order_overrides_override CHECK (override >= 1),
  CONSTRAINT order_overrides_kind CHECK (kind IN ('price', 'line_discount', 'order_discount', 'payment_terms', 'charge_tax')),
  CONSTRAINT order_overrides_pointer CHECK (pointer ~ '^/'),
  CONSTRAINT order_overrides_given CHECK (given <> '' AND (kind = 'price' OR instead <> ''))
);
SELECT append_only('order_overrides');
INSERT INTO order_overrides (order_id, override, kind, pointer, given, instead, source)
  SELECT order_id, row_number() OVER (PARTITION BY order_id ORDER BY line), 'price', '/lines/' || line - 1 || '/unit_price', 'a price of ' || unit_price,
         coalesce(overridden_price::text, ''), overridden_source
    FROM order_lines WHERE price_source = 'override';

-- The prices of an order's products by quantity, as they were when it was accepted; of a product with one price for any quantity
-- there are none.
CREATE TABLE order_price_steps (
  order_id      text NOT NULL REFERENCES orders,
  sku           text NOT NULL REFERENCES products,
  min_quantity  quantity NOT NULL,
  unit_price    price NOT NULL,
  base_quantity quantity NOT NULL,
  source        text NOT NULL,
  reason        text NOT NULL,
  PRIMARY KEY (order_id, sku, min_quantity),
  CONSTRAINT order_price_steps_base_quantity CHECK (base_quantity > 0),
  CONSTRAINT order_price_steps_source CHECK (source ~ '^(product|price_list:[A-Za-z0-9][A-Za-z0-9._-]*@[0-9]{4}-[0-9]{2}-[0-9]{2}#[0-9]+([.][0-9]+)?)$')
);
SELECT append_only('order_price_steps');

-- A line's price changes only to another one of those.
-- +goose StatementBegin
CREATE FUNCTION check_agreed_price() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM order_price_steps p WHERE p.order_id = NEW.order_id AND p.sku = NEW.sku
                    AND (p.unit_price, p.base_quantity, p.source) = (NEW.unit_price, NEW.base_quantity, NEW.price_source)) THEN
    RAISE EXCEPTION 'line % of % can''t cost %: that was not agreed', NEW.line, NEW.order_id, NEW.unit_price
      USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NULL;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER order_lines_price_agreed AFTER UPDATE ON order_lines FOR EACH ROW
  WHEN ((OLD.unit_price, OLD.base_quantity, OLD.price_source) IS DISTINCT FROM (NEW.unit_price, NEW.base_quantity, NEW.price_source))
  EXECUTE FUNCTION check_agreed_price();
GRANT UPDATE (unit_price, base_quantity, price_source, price_reason) ON order_lines TO o2c_app;

-- A version keeps its prices. Until now no amendment changed one.
ALTER TABLE order_version_lines ADD COLUMN unit_price price, ADD COLUMN price_source text;
ALTER TABLE order_version_lines DISABLE TRIGGER order_version_lines_append_only;
UPDATE order_version_lines v SET unit_price = l.unit_price, price_source = l.price_source FROM order_lines l WHERE (l.order_id, l.line) = (v.order_id, v.line);
ALTER TABLE order_version_lines ENABLE TRIGGER order_version_lines_append_only;
ALTER TABLE order_version_lines ALTER COLUMN unit_price SET NOT NULL, ALTER COLUMN price_source SET NOT NULL;

-- +goose Down
-- It is taken back by dropping the database.
