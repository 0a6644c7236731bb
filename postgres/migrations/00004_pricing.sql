-- +goose Up
-- Prices and taxes as data, charges with a tax of their own, and the parties of an order. What was decided when an order was
-- accepted is kept on it with the name of the rule, so that a later change of the data changes no order.

------------------------------------------------------------------------------------------------------- customers, products

-- Customers that are there keep the treatment that they have; new ones are taxed by the rules unless they say otherwise.
ALTER TABLE customers
  ALTER COLUMN tax_treatment SET DEFAULT 'determined',
  DROP CONSTRAINT customers_tax_treatment,
  ADD CONSTRAINT customers_tax_treatment CHECK (tax_treatment IN ('determined', 'domestic', 'export', 'reverse_charge', 'intra_community')),
  ADD COLUMN tax_id_checked_on date,
  ADD COLUMN payer_id          text REFERENCES customers, -- another customer who pays; null: itself
  ADD COLUMN segment           text NOT NULL DEFAULT '',
  ADD COLUMN endpoint          jsonb,
  ADD COLUMN buyer_reference   text NOT NULL DEFAULT '',
  ADD COLUMN calendar          text NOT NULL DEFAULT 'none',
  ADD CONSTRAINT customers_tax_id_checked CHECK (tax_id_checked_on IS NULL OR tax_id <> ''),
  ADD CONSTRAINT customers_payer_is_another CHECK (payer_id <> id);
CREATE INDEX customers_by_payer ON customers (payer_id) WHERE payer_id IS NOT NULL;

ALTER TABLE products
  ADD COLUMN tax_class text NOT NULL DEFAULT 'standard', -- what tax_rates and tax_rules call it
  ADD CONSTRAINT products_tax_class CHECK (tax_class ~ '^[a-z0-9][a-z0-9_-]{0,39}$');

------------------------------------------------------------------------------------------------------------- price lists

-- A list is for one customer, for a segment, or for all. There is one list per scope and currency, and a version of it ends when
-- the next one begins: two prices of one scope can never hold on the same day.
CREATE TABLE price_lists (
  id          text PRIMARY KEY,
  name        text NOT NULL,
  currency    text NOT NULL REFERENCES currencies,
  customer_id text REFERENCES customers,
  segment     text,
  created_at  timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT price_lists_scope CHECK (customer_id IS NULL OR segment IS NULL),
  CONSTRAINT price_lists_segment CHECK (segment <> '')
);
CREATE UNIQUE INDEX price_lists_once_per_scope ON price_lists (currency, coalesce(customer_id, ''), coalesce(segment, ''));
CREATE INDEX price_lists_page ON price_lists (created_at, id);

-- A version that is put again is another revision of it: the newest counts, and none is lost.
CREATE TABLE price_list_versions (
  price_list  text NOT NULL REFERENCES price_lists,
  valid_from  date NOT NULL,
  revision    integer NOT NULL,
  valid_until date,
  set_by      text NOT NULL,
  set_at      timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (price_list, valid_from, revision),
  CONSTRAINT price_list_versions_validity CHECK (valid_until >= valid_from)
);
SELECT append_only('price_list_versions');

CREATE TABLE price_list_entries (
  price_list    text NOT NULL,
  valid_from    date NOT NULL,
  revision      integer NOT NULL,
  sku           text NOT NULL REFERENCES products,
  min_quantity  quantity NOT NULL,
  unit_price    price NOT NULL,
  base_quantity quantity, -- null: the product's
  PRIMARY KEY (price_list, valid_from, revision, sku, min_quantity),
  FOREIGN KEY (valid_from, revision, price_list) REFERENCES price_list_versions (valid_from, revision, price_list),
  CONSTRAINT price_list_entries_base_quantity CHECK (base_quantity > 0)
);
SELECT append_only('price_list_entries');

------------------------------------------------------------------------------------------------------------------- taxes

-- Which countries are one area for a tax, and since when.
CREATE TABLE tax_areas (
  area        text NOT NULL,
  country     text NOT NULL,
  valid_from  date NOT NULL,
  valid_until date,
  PRIMARY KEY (area, country, valid_from),
  CONSTRAINT tax_areas_area CHECK (area = 'eu'),
  CONSTRAINT tax_areas_country CHECK (country ~ '^[A-Z]{2}$'),
  CONSTRAINT tax_areas_validity CHECK (valid_until >= valid_from)
);
-- The member states with the dates of their accession; the United Kingdom until the end of the transition period.
INSERT INTO tax_areas (area, country, valid_from, valid_until) VALUES
  ('eu', 'BE', '1958-01-01', NULL), ('eu', 'DE', '1958-01-01', NULL), ('eu', 'FR', '1958-01-01', NULL), ('eu', 'IT', '1958-01-01', NULL),
  ('eu', 'LU', '1958-01-01', NULL), ('eu', 'NL', '1958-01-01', NULL), ('eu', 'DK', '1973-01-01', NULL), ('eu', 'IE', '1973-01-01', NULL),
  ('eu', 'GB', '1973-01-01', '2020-12-31'), ('eu', 'GR', '1981-01-01', NULL), ('eu', 'ES', '1986-01-01', NULL), ('eu', 'PT', '1986-01-01', NULL),
  ('eu', 'AT', '1995-01-01', NULL), ('eu', 'FI', '1995-01-01', NULL), ('eu', 'SE', '1995-01-01', NULL), ('eu', 'CY', '2004-05-01', NULL),
  ('eu', 'CZ', '2004-05-01', NULL), ('eu', 'EE', '2004-05-01', NULL), ('eu', 'HU', '2004-05-01', NULL), ('eu', 'LT', '2004-05-01', NULL),
  ('eu', 'LV', '2004-05-01', NULL), ('eu', 'MT', '2004-05-01', NULL), ('eu', 'PL', '2004-05-01', NULL), ('eu', 'SI', '2004-05-01', NULL),
  ('eu', 'SK', '2004-05-01', NULL), ('eu', 'BG', '2007-01-01', NULL), ('eu', 'RO', '2007-01-01', NULL), ('eu', 'HR', '2013-07-01', NULL);

-- What the VAT ids with a prefix look like: a regular expression for what follows it.
CREATE TABLE vat_id_patterns (
  prefix  text PRIMARY KEY,
  country text NOT NULL,
  pattern text NOT NULL,
  CONSTRAINT vat_id_patterns_country CHECK (country ~ '^[A-Z]{2}$')
);
INSERT INTO vat_id_patterns (prefix, country, pattern) VALUES
  ('AT', 'AT', 'U[0-9]{8}'), ('BE', 'BE', '[01][0-9]{9}'), ('BG', 'BG', '[0-9]{9,10}'), ('CY', 'CY', '[0-9]{8}[A-Z]'), ('CZ', 'CZ', '[0-9]{8,10}'),
  ('DE', 'DE', '[0-9]{9}'), ('DK', 'DK', '[0-9]{8}'), ('EE', 'EE', '[0-9]{9}'), ('EL', 'GR', '[0-9]{9}'), ('ES', 'ES', '[A-Z0-9][0-9]{7}[A-Z0-9]'),
  ('FI', 'FI', '[0-9]{8}'), ('FR', 'FR', '[A-HJ-NP-Z0-9]{2}[0-9]{9}'), ('GB', 'GB', '([0-9]{9}|[0-9]{12}|(GD|HA)[0-9]{3})'), ('HR', 'HR', '[0-9]{11}'),
  ('HU', 'HU', '[0-9]{8}'), ('IE', 'IE', '([0-9]{7}[A-W][A-I]?|[0-9][A-Z+*][0-9]{5}[A-W])'), ('IT', 'IT', '[0-9]{11}'), ('LT', 'LT', '([0-9]{9}|[0-9]{12})'),
  ('LU', 'LU', '[0-9]{8}'), ('LV', 'LV', '[0-9]{11}'), ('MT', 'MT', '[0-9]{8}'), ('NL', 'NL', '[A-Z0-9+*]{9}B[A-Z0-9+*]{2}'), ('PL', 'PL', '[0-9]{10}'),
  ('PT', 'PT', '[0-9]{9}'), ('RO', 'RO', '[0-9]{2,10}'), ('SE', 'SE', '[0-9]{12}'), ('SI', 'SI', '[0-9]{8}'), ('SK', 'SK', '[0-9]{10}');

REVOKE UPDATE ON tax_areas, vat_id_patterns FROM o2c_app; -- they come with migrations

-- The rates that the seller maintains. None is delivered.
CREATE TABLE tax_rates (
  country    text NOT NULL,
  tax_class  text NOT NULL,
  valid_from date NOT NULL,
  rate       percent NOT NULL,
  PRIMARY KEY (country, tax_class, valid_from),
  CONSTRAINT tax_rates_country CHECK (country ~ '^[A-Z]{2}$'),
  CONSTRAINT tax_rates_tax_class CHECK (tax_class ~ '^[a-z0-9][a-z0-9_-]{0,39}$')
);

-- models.TaxRule says what the columns mean. A version of a rule ends when the next one begins.
CREATE TABLE tax_rules (
  id             text NOT NULL,
  valid_from     date NOT NULL,
  valid_until    date,
  priority       integer NOT NULL,
  seller         text NOT NULL,
  ship_to        text NOT NULL,
  customer_kind  text NOT NULL DEFAULT '',
  vat_id         text NOT NULL DEFAULT 'any',
  supply         text NOT NULL DEFAULT '',
  tax_class      text NOT NULL DEFAULT '',
  category       text NOT NULL,
  rate_of        text NOT NULL DEFAULT 'none',
  rate           percent,
  exemption_code text NOT NULL DEFAULT '',
  exemption      text NOT NULL DEFAULT '',
  PRIMARY KEY (id, valid_from),
  CONSTRAINT tax_rules_validity CHECK (valid_until >= valid_from),
  CONSTRAINT tax_rules_seller CHECK (seller ~ '^([A-Z]{2}|eu|any)$'),
  CONSTRAINT tax_rules_ship_to CHECK (ship_to ~ '^([A-Z]{2}|domestic|foreign|eu|non_eu|any)$'),
  CONSTRAINT tax_rules_customer_kind CHECK (customer_kind IN ('', 'business', 'public', 'consumer')),
  CONSTRAINT tax_rules_vat_id CHECK (vat_id IN ('any', 'present', 'checked')),
  CONSTRAINT tax_rules_supply CHECK (supply IN ('', 'goods', 'service')),
  CONSTRAINT tax_rules_category CHECK (category IN ('S', 'Z', 'E', 'AE', 'K', 'G', 'O')),
  CONSTRAINT tax_rules_rate_of CHECK (rate_of IN ('none', 'product', 'seller', 'ship_to', 'fixed') AND (category = 'S') = (rate_of <> 'none')),
  CONSTRAINT tax_rules_rate CHECK ((rate_of = 'fixed') = (rate IS NOT NULL)),
  CONSTRAINT tax_rules_exemption CHECK ((category IN ('S', 'Z')) = (exemption = '' AND exemption_code = ''))
);
-- The general logic of the European Union (Directive 2006/112/EC: articles 138, 44 and 196, 146, 33) and of the United Kingdom (VAT Act
-- 1994, section 30(6)). Category O is in none of them: EN 16931 lets it stand beside no other on an invoice, so who needs it says when.
INSERT INTO tax_rules (id, valid_from, priority, seller, ship_to, customer_kind, vat_id, supply, category, rate_of, exemption_code, exemption) VALUES
  ('eu-intra-community', '1993-01-01', 100, 'eu', 'eu',      '',         'checked', 'goods',   'K',  'none', 'VATEX-EU-IC', 'Intra-Community supply'),
  ('eu-reverse-charge',  '2010-01-01', 110, 'eu', 'eu',      '',         'checked', 'service', 'AE', 'none', 'VATEX-EU-AE', 'Reverse charge'),
  ('eu-export',          '1993-01-01', 120, 'eu', 'non_eu',  '',         'any',     'goods',   'G',  'none', 'VATEX-EU-G',  'Export outside the EU'),
  ('gb-export',          '2021-01-01', 130, 'GB', 'foreign', '',         'any',     'goods',   'G',  'none', '',            'Export of goods from the United Kingdom'),
  ('eu-distance-sale',   '2021-07-01', 140, 'eu', 'eu',      'consumer', 'any',     'goods',   'S',  'ship_to', '', ''),
  ('rate-of-the-day',    '1958-01-01', 900, 'any', 'domestic', '',       'any',     '',        'S',  'seller',  '', '');

------------------------------------------------------------------------------------------------------------------ orders

ALTER TABLE orders
  ADD COLUMN payer_id           text REFERENCES customers,
  ADD COLUMN delivery_terms     text NOT NULL DEFAULT '',
  ADD COLUMN contract_reference text NOT NULL DEFAULT '',
  ADD COLUMN project_reference  text NOT NULL DEFAULT '',
  ADD COLUMN charge_total       numeric NOT NULL DEFAULT 0,
  ADD COLUMN charge_gross       numeric NOT NULL DEFAULT 0, -- the charges' share of total, tax included
  ADD CONSTRAINT orders_charges CHECK (charge_total >= 0 AND charge_total <= charge_gross AND charge_gross <= total
    AND is_money(charge_total, currency) AND is_money(charge_gross, currency));

ALTER TABLE order_lines
  ADD COLUMN ship_to            jsonb,
  ADD COLUMN price_reason       text NOT NULL DEFAULT '',
  ADD COLUMN overridden_price   price,
  ADD COLUMN overridden_source  text NOT NULL DEFAULT '',
  ADD COLUMN tax_source         text NOT NULL DEFAULT 'product',
  ADD COLUMN tax_reason         text NOT NULL DEFAULT '',
  ADD COLUMN tax_exemption_code text NOT NULL DEFAULT '',
  ADD CONSTRAINT order_lines_price_source CHECK (price_source
    ~ '^(product|override|price_list:[A-Za-z0-9][A-Za-z0-9._-]*@[0-9]{4}-[0-9]{2}-[0-9]{2}#[0-9]+([.][0-9]+)?)$'),
  ADD CONSTRAINT order_lines_tax_source CHECK (tax_source
    ~ '^(product|customer:[a-z_]+|rule:[a-z0-9-]+@[0-9]{4}-[0-9]{2}-[0-9]{2}|engine:[A-Za-z0-9._:/-]+)$'),
  ADD CONSTRAINT order_lines_overridden CHECK (price_source = 'override' OR overridden_price IS NULL),
  ADD CONSTRAINT order_lines_overridden_source CHECK ((overridden_price IS NULL) = (overridden_source = ''));

CREATE TABLE order_charges (
  order_id     text NOT NULL REFERENCES orders,
  charge       integer NOT NULL,
  currency     text NOT NULL REFERENCES currencies,
  reason_code  text NOT NULL,
  reason       text NOT NULL,
  amount       numeric NOT NULL,
  tax_category text NOT NULL,
  tax_rate     percent NOT NULL,
  gross_amount numeric NOT NULL,
  PRIMARY KEY (order_id, charge),
  CONSTRAINT order_charges_amount CHECK (amount > 0 AND amount <= gross_amount AND is_money(amount, currency) AND is_money(gross_amount, currency)),
  CONSTRAINT order_charges_reason CHECK (reason_code ~ '^[A-Z0-9]{2,3}$'),
  CONSTRAINT order_charges_tax CHECK (tax_category IN ('S', 'Z', 'E', 'AE', 'K', 'G', 'O') AND (tax_category = 'S' OR tax_rate = 0))
);

---------------------------------------------------------------------------------------------------------------- invoices

-- BT-109 = BT-106 − BT-107 + BT-108.
ALTER TABLE invoices
  ADD COLUMN charge_total       numeric NOT NULL DEFAULT 0,
  ADD COLUMN payer_id           text REFERENCES customers,
  ADD COLUMN bill_to            jsonb,
  ADD COLUMN ship_to            jsonb,
  ADD COLUMN buyer_reference    text NOT NULL DEFAULT '',
  ADD COLUMN contract_reference text NOT NULL DEFAULT '',
  ADD COLUMN project_reference  text NOT NULL DEFAULT '',
  ADD COLUMN delivery_terms     text NOT NULL DEFAULT '',
  DROP CONSTRAINT invoices_totals,
  ADD CONSTRAINT invoices_totals CHECK (line_total - allowance_total + charge_total = net_total AND net_total + tax_total = total AND total >= 0
    AND charge_total >= 0 AND is_money(charge_total, currency) AND is_money(net_total, currency) AND is_money(tax_total, currency));

ALTER TABLE invoice_taxes
  ADD COLUMN charge         numeric NOT NULL DEFAULT 0,
  ADD COLUMN exemption_code text NOT NULL DEFAULT '',
  ADD CONSTRAINT invoice_taxes_charge CHECK (charge >= 0);

CREATE TABLE invoice_charges (
  invoice      text NOT NULL REFERENCES invoices,
  order_id     text NOT NULL,
  charge       integer NOT NULL,
  currency     text NOT NULL REFERENCES currencies,
  reason_code  text NOT NULL,
  reason       text NOT NULL,
  amount       numeric NOT NULL,
  tax_category text NOT NULL,
  tax_rate     percent NOT NULL,
  PRIMARY KEY (invoice, order_id, charge),
  FOREIGN KEY (order_id, charge) REFERENCES order_charges (order_id, charge),
  CONSTRAINT invoice_charges_once UNIQUE (order_id, charge),
  CONSTRAINT invoice_charges_amount CHECK (amount > 0 AND is_money(amount, currency))
);
SELECT append_only('invoice_charges');


-- +goose Down
-- It is taken back by dropping the database.
