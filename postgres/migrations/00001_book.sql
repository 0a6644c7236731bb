-- +goose Up
-- The book of record. Documents and entries are immutable; what changes (open items, stock, credit accounts, the stage of
-- an order) lives in tables of its own, next to constraints that say what always holds. Constraint names are part of the
-- error contract.

CREATE TABLE currencies (
  code        text PRIMARY KEY,
  minor_units smallint NOT NULL,
  name        text NOT NULL,
  CONSTRAINT currencies_code CHECK (code ~ '^[A-Z]{3}$'),
  CONSTRAINT currencies_minor_units CHECK (minor_units BETWEEN 0 AND 4)
);

INSERT INTO currencies (code, minor_units, name) VALUES
  ('AED', 2, 'UAE Dirham'),
  ('AFN', 2, 'Afghani'),
  ('ALL', 2, 'Lek'),
  ('AMD', 2, 'Armenian Dram'),
  ('AOA', 2, 'Kwanza'),
  ('ARS', 2, 'Argentine Peso'),
  ('AUD', 2, 'Australian Dollar'),
  ('AWG', 2, 'Aruban Florin'),
  ('AZN', 2, 'Azerbaijan Manat'),
  ('BAM', 2, 'Convertible Mark'),
  ('BBD', 2, 'Barbados Dollar'),
  ('BDT', 2, 'Taka'),
  ('BHD', 3, 'Bahraini Dinar'),
  ('BIF', 0, 'Burundi Franc'),
  ('BMD', 2, 'Bermudian Dollar'),
  ('BND', 2, 'Brunei Dollar'),
  ('BOB', 2, 'Boliviano'),
  ('BOV', 2, 'Mvdol'),
  ('BRL', 2, 'Brazilian Real'),
  ('BSD', 2, 'Bahamian Dollar'),
  ('BTN', 2, 'Ngultrum'),
  ('BWP', 2, 'Pula'),
  ('BYN', 2, 'Belarusian Ruble'),
  ('BZD', 2, 'Belize Dollar'),
  ('CAD', 2, 'Canadian Dollar'),
  ('CDF', 2, 'Congolese Franc'),
  ('CHE', 2, 'WIR Euro'),
  ('CHF', 2, 'Swiss Franc'),
  ('CHW', 2, 'WIR Franc'),
  ('CLF', 4, 'Unidad de Fomento'),
  ('CLP', 0, 'Chilean Peso'),
  ('CNY', 2, 'Yuan Renminbi'),
  ('COP', 2, 'Colombian Peso'),
  ('COU', 2, 'Unidad de Valor Real'),
  ('CRC', 2, 'Costa Rican Colon'),
  ('CUP', 2, 'Cuban Peso'),
  ('CVE', 2, 'Cabo Verde Escudo'),
  ('CZK', 2, 'Czech Koruna'),
  ('DJF', 0, 'Djibouti Franc'),
  ('DKK', 2, 'Danish Krone'),
  ('DOP', 2, 'Dominican Peso'),
  ('DZD', 2, 'Algerian Dinar'),
  ('EGP', 2, 'Egyptian Pound'),
  ('ERN', 2, 'Nakfa'),
  ('ETB', 2, 'Ethiopian Birr'),
  ('EUR', 2, 'Euro'),
  ('FJD', 2, 'Fiji Dollar'),
  ('FKP', 2, 'Falkland Islands Pound'),
  ('GBP', 2, 'Pound Sterling'),
  ('GEL', 2, 'Lari'),
  ('GHS', 2, 'Ghana Cedi'),
  ('GIP', 2, 'Gibraltar Pound'),
  ('GMD', 2, 'Dalasi'),
  ('GNF', 0, 'Guinean Franc'),
  ('GTQ', 2, 'Quetzal'),
  ('GYD', 2, 'Guyana Dollar'),
  ('HKD', 2, 'Hong Kong Dollar'),
  ('HNL', 2, 'Lempira'),
  ('HTG', 2, 'Gourde'),
  ('HUF', 2, 'Forint'),
  ('IDR', 2, 'Rupiah'),
  ('ILS', 2, 'New Israeli Sheqel'),
  ('INR', 2, 'Indian Rupee'),
  ('IQD', 3, 'Iraqi Dinar'),
  ('IRR', 2, 'Iranian Rial'),
  ('ISK', 0, 'Iceland Krona'),
  ('JMD', 2, 'Jamaican Dollar'),
  ('JOD', 3, 'Jordanian Dinar'),
  ('JPY', 0, 'Yen'),
  ('KES', 2, 'Kenyan Shilling'),
  ('KGS', 2, 'Som'),
  ('KHR', 2, 'Riel'),
  ('KMF', 0, 'Comorian Franc'),
  ('KPW', 2, 'North Korean Won'),
  ('KRW', 0, 'Won'),
  ('KWD', 3, 'Kuwaiti Dinar'),
  ('KYD', 2, 'Cayman Islands Dollar'),
  ('KZT', 2, 'Tenge'),
  ('LAK', 2, 'Lao Kip'),
  ('LBP', 2, 'Lebanese Pound'),
  ('LKR', 2, 'Sri Lanka Rupee'),
  ('LRD', 2, 'Liberian Dollar'),
  ('LSL', 2, 'Loti'),
  ('LYD', 3, 'Libyan Dinar'),
  ('MAD', 2, 'Moroccan Dirham'),
  ('MDL', 2, 'Moldovan Leu'),
  ('MGA', 2, 'Malagasy Ariary'),
  ('MKD', 2, 'Denar'),
  ('MMK', 2, 'Kyat'),
  ('MNT', 2, 'Tugrik'),
  ('MOP', 2, 'Pataca'),
  ('MRU', 2, 'Ouguiya'),
  ('MUR', 2, 'Mauritius Rupee'),
  ('MVR', 2, 'Rufiyaa'),
  ('MWK', 2, 'Malawi Kwacha'),
  ('MXN', 2, 'Mexican Peso'),
  ('MXV', 2, 'Mexican Unidad de Inversion'),
  ('MYR', 2, 'Malaysian Ringgit'),
  ('MZN', 2, 'Mozambique Metical'),
  ('NAD', 2, 'Namibia Dollar'),
  ('NGN', 2, 'Naira'),
  ('NIO', 2, 'Cordoba Oro'),
  ('NOK', 2, 'Norwegian Krone'),
  ('NPR', 2, 'Nepalese Rupee'),
  ('NZD', 2, 'New Zealand Dollar'),
  ('OMR', 3, 'Rial Omani'),
  ('PAB', 2, 'Balboa'),
  ('PEN', 2, 'Sol'),
  ('PGK', 2, 'Kina'),
  ('PHP', 2, 'Philippine Peso'),
  ('PKR', 2, 'Pakistan Rupee'),
  ('PLN', 2, 'Zloty'),
  ('PYG', 0, 'Guarani'),
  ('QAR', 2, 'Qatari Rial'),
  ('RON', 2, 'Romanian Leu'),
  ('RSD', 2, 'Serbian Dinar'),
  ('RUB', 2, 'Russian Ruble'),
  ('RWF', 0, 'Rwanda Franc'),
  ('SAR', 2, 'Saudi Riyal'),
  ('SBD', 2, 'Solomon Islands Dollar'),
  ('SCR', 2, 'Seychelles Rupee'),
  ('SDG', 2, 'Sudanese Pound'),
  ('SEK', 2, 'Swedish Krona'),
  ('SGD', 2, 'Singapore Dollar'),
  ('SHP', 2, 'Saint Helena Pound'),
  ('SLE', 2, 'Leone'),
  ('SOS', 2, 'Somali Shilling'),
  ('SRD', 2, 'Surinam Dollar'),
  ('SSP', 2, 'South Sudanese Pound'),
  ('STN', 2, 'Dobra'),
  ('SVC', 2, 'El Salvador Colon'),
  ('SYP', 2, 'Syrian Pound'),
  ('SZL', 2, 'Lilangeni'),
  ('THB', 2, 'Baht'),
  ('TJS', 2, 'Somoni'),
  ('TMT', 2, 'Turkmenistan New Manat'),
  ('TND', 3, 'Tunisian Dinar'),
  ('TOP', 2, 'Pa''anga'),
  ('TRY', 2, 'Turkish Lira'),
  ('TTD', 2, 'Trinidad and Tobago Dollar'),
  ('TWD', 2, 'New Taiwan Dollar'),
  ('TZS', 2, 'Tanzanian Shilling'),
  ('UAH', 2, 'Hryvnia'),
  ('UGX', 0, 'Uganda Shilling'),
  ('USD', 2, 'US Dollar'),
  ('USN', 2, 'US Dollar (Next day)'),
  ('UYI', 0, 'Uruguay Peso en Unidades Indexadas'),
  ('UYU', 2, 'Peso Uruguayo'),
  ('UYW', 4, 'Unidad Previsional'),
  ('UZS', 2, 'Uzbekistan Sum'),
  ('VED', 2, 'Digital Bolivar'),
  ('VES', 2, 'Bolivar Soberano'),
  ('VND', 0, 'Dong'),
  ('VUV', 0, 'Vatu'),
  ('WST', 2, 'Tala'),
  ('XAF', 0, 'CFA Franc BEAC'),
  ('XCD', 2, 'East Caribbean Dollar'),
  ('XCG', 2, 'Caribbean Guilder'),
  ('XOF', 0, 'CFA Franc BCEAO'),
  ('XPF', 0, 'CFP Franc'),
  ('YER', 2, 'Yemeni Rial'),
  ('ZAR', 2, 'Rand'),
  ('ZMW', 2, 'Zambian Kwacha'),
  ('ZWG', 2, 'Zimbabwe Gold');

-- Why a function and not a look-up: a CHECK may call only immutable functions. A test compares it with the table.
-- +goose StatementBegin
CREATE FUNCTION minor_units(currency text) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE
    WHEN currency IN ('BIF','CLP','DJF','GNF','ISK','JPY','KMF','KRW','PYG','RWF','UGX','UYI','VND','VUV','XAF','XOF','XPF') THEN 0
    WHEN currency IN ('BHD','IQD','JOD','KWD','LYD','OMR','TND') THEN 3
    WHEN currency IN ('CLF','UYW') THEN 4
    ELSE 2
  END
$$;
-- +goose StatementEnd

-- numeric(p,s) rounds silently; a check refuses instead.
-- +goose StatementBegin
CREATE FUNCTION is_money(amount numeric, currency text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT amount = trunc(amount, minor_units(currency)) AND abs(amount) < 1e15
$$;
-- +goose StatementEnd

CREATE DOMAIN quantity AS numeric CONSTRAINT quantity_scale CHECK (VALUE = trunc(VALUE, 6) AND VALUE >= 0 AND VALUE < 1e15);
CREATE DOMAIN price AS numeric CONSTRAINT price_scale CHECK (VALUE = trunc(VALUE, 6) AND VALUE >= 0 AND VALUE < 1e15);
CREATE DOMAIN percent AS numeric CONSTRAINT percent_range CHECK (VALUE = trunc(VALUE, 4) AND VALUE BETWEEN 0 AND 100);

-- Refuses a change of rows that may only be added. The trigger's name becomes the constraint's name in the error.
-- +goose StatementBegin
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% of % is refused: rows are only ever added', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
END
$$;
-- +goose StatementEnd

---------------------------------------------------------------------------------------------------- reference data

CREATE TABLE company (
  id              boolean PRIMARY KEY DEFAULT true,
  legal_name      text NOT NULL,
  address         jsonb NOT NULL,
  tax_id          text NOT NULL,
  registration_id text NOT NULL DEFAULT '',
  endpoint        jsonb,
  contact         jsonb NOT NULL,
  time_zone       text NOT NULL,
  base_currency   text NOT NULL REFERENCES currencies,
  tax_currency    text REFERENCES currencies,
  calendar        text NOT NULL DEFAULT 'none',
  bank_accounts   jsonb NOT NULL DEFAULT '[]',
  CONSTRAINT company_single CHECK (id)
);

CREATE TABLE dunning_policies (
  name                   text NOT NULL,
  version                integer NOT NULL,
  calendar               text NOT NULL DEFAULT 'none',
  hour                   integer NOT NULL DEFAULT 9,
  grace_days             integer NOT NULL DEFAULT 0,
  min_days_between       integer NOT NULL DEFAULT 1,
  min_amount             numeric NOT NULL DEFAULT 0,
  promise_tolerance_days integer NOT NULL DEFAULT 0,
  PRIMARY KEY (name, version),
  CONSTRAINT dunning_policies_hour CHECK (hour BETWEEN 0 AND 23),
  CONSTRAINT dunning_policies_days CHECK (grace_days >= 0 AND min_days_between >= 1 AND promise_tolerance_days >= 0),
  CONSTRAINT dunning_policies_min_amount CHECK (min_amount >= 0)
);

CREATE TABLE dunning_levels (
  policy         text NOT NULL,
  version        integer NOT NULL,
  level          integer NOT NULL,
  days_after_due integer NOT NULL,
  channel        text NOT NULL,
  action         text NOT NULL DEFAULT 'notice',
  PRIMARY KEY (policy, version, level),
  FOREIGN KEY (policy, version) REFERENCES dunning_policies (name, version),
  CONSTRAINT dunning_levels_level CHECK (level >= 0),
  CONSTRAINT dunning_levels_channel CHECK (channel IN ('email', 'letter', 'call')),
  CONSTRAINT dunning_levels_action CHECK (action IN ('notice', 'call_task', 'account_hold', 'agency', 'propose_write_off'))
);

INSERT INTO dunning_policies (name, version) VALUES ('standard', 1);
INSERT INTO dunning_levels (policy, version, level, days_after_due, channel, action) VALUES
  ('standard', 1, 0, -3, 'email', 'notice'),
  ('standard', 1, 1,  7, 'email', 'notice'),
  ('standard', 1, 2, 21, 'email', 'notice'),
  ('standard', 1, 3, 35, 'email', 'notice'),
  ('standard', 1, 4, 49, 'letter', 'agency');

CREATE TABLE customers (
  id             text PRIMARY KEY,
  name           text NOT NULL,
  email          text NOT NULL,
  country        text NOT NULL,
  currency       text NOT NULL REFERENCES currencies,
  kind           text NOT NULL DEFAULT 'business',
  tax_id         text NOT NULL DEFAULT '',
  tax_treatment  text NOT NULL DEFAULT 'domestic',
  duplicate_po   text NOT NULL DEFAULT 'flag',
  address        jsonb,
  ship_to        jsonb,
  bill_to        jsonb,
  language       text NOT NULL DEFAULT 'en',
  time_zone      text NOT NULL DEFAULT 'UTC',
  payment_terms  jsonb NOT NULL DEFAULT '{"net_days": 30}',
  dunning_policy text NOT NULL DEFAULT 'standard',
  created_at     timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT customers_country CHECK (country ~ '^[A-Z]{2}$'),
  CONSTRAINT customers_kind CHECK (kind IN ('business', 'public', 'consumer')),
  CONSTRAINT customers_tax_treatment CHECK (tax_treatment IN ('domestic', 'export', 'reverse_charge', 'intra_community')),
  CONSTRAINT customers_duplicate_po CHECK (duplicate_po IN ('refuse', 'flag'))
);
CREATE INDEX customers_page ON customers (created_at, id);

-- Time that the development stack has skipped for a customer (its clock runs ahead by so much). Empty in production.
CREATE TABLE customer_clocks (
  customer_id text PRIMARY KEY REFERENCES customers,
  skipped     interval NOT NULL,
  CONSTRAINT customer_clocks_forward CHECK (skipped >= interval '0')
);

-- The credit limit's history; the newest row that is valid on a day is the limit of that day. No row: no limit set.
CREATE TABLE credit_limits (
  id          text PRIMARY KEY,
  customer_id text NOT NULL REFERENCES customers,
  amount      numeric,
  unlimited   boolean NOT NULL DEFAULT false,
  currency    text NOT NULL REFERENCES currencies,
  valid_from  date,
  valid_until date,
  reason      text NOT NULL DEFAULT '',
  set_by      text NOT NULL,
  set_at      timestamptz NOT NULL,
  sequence    bigint GENERATED ALWAYS AS IDENTITY,
  CONSTRAINT credit_limits_amount CHECK ((amount IS NULL) = unlimited AND amount >= 0 AND is_money(amount, currency)),
  CONSTRAINT credit_limits_validity CHECK (valid_until >= valid_from)
);
CREATE INDEX credit_limits_current ON credit_limits (customer_id, sequence DESC);
CREATE TRIGGER credit_limits_append_only BEFORE UPDATE OR DELETE ON credit_limits FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- What a customer owes and has been promised, by bucket, in its currency: each unit of value is in exactly one. It is the
-- lock under which a customer's credit is decided and its money is applied; "o2c verify" compares it with the documents.
CREATE TABLE credit_accounts (
  customer_id            text PRIMARY KEY REFERENCES customers,
  currency               text NOT NULL REFERENCES currencies,
  open_orders            numeric NOT NULL DEFAULT 0,
  delivered_not_invoiced numeric NOT NULL DEFAULT 0,
  open_invoices          numeric NOT NULL DEFAULT 0,
  unapplied_cash         numeric NOT NULL DEFAULT 0,
  customer_credit        numeric NOT NULL DEFAULT 0,
  deposits               numeric NOT NULL DEFAULT 0,
  CONSTRAINT credit_accounts_not_negative CHECK (open_orders >= 0 AND delivered_not_invoiced >= 0 AND open_invoices >= 0
    AND unapplied_cash >= 0 AND customer_credit >= 0 AND deposits >= 0),
  CONSTRAINT credit_accounts_scale CHECK (is_money(open_orders, currency) AND is_money(delivered_not_invoiced, currency)
    AND is_money(open_invoices, currency) AND is_money(unapplied_cash, currency) AND is_money(customer_credit, currency)
    AND is_money(deposits, currency))
);

CREATE TABLE products (
  sku                text PRIMARY KEY,
  name               text NOT NULL,
  description        text NOT NULL DEFAULT '',
  unit_code          text NOT NULL DEFAULT 'C62',
  base_quantity      quantity NOT NULL DEFAULT 1,
  tax_category       text NOT NULL,
  tax_rate           percent NOT NULL,
  tax_exemption_code text NOT NULL DEFAULT '',
  gtin               text NOT NULL DEFAULT '',
  stocked            boolean NOT NULL DEFAULT true,
  created_at         timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT products_base_quantity CHECK (base_quantity > 0),
  CONSTRAINT products_tax_category CHECK (tax_category IN ('S', 'Z', 'E', 'AE', 'K', 'G', 'O')),
  CONSTRAINT products_tax_rate CHECK (tax_category = 'S' OR tax_rate = 0)
);
CREATE INDEX products_page ON products (created_at, sku);

CREATE TABLE product_prices (
  sku        text NOT NULL REFERENCES products,
  currency   text NOT NULL REFERENCES currencies,
  unit_price price NOT NULL,
  PRIMARY KEY (sku, currency)
);

CREATE TABLE warehouses (
  id   text PRIMARY KEY,
  name text NOT NULL,
  mode text NOT NULL,
  CONSTRAINT warehouses_mode CHECK (mode IN ('manual', 'auto'))
);
INSERT INTO warehouses (id, name, mode) VALUES ('main', 'Main warehouse', 'manual'), ('auto', 'Automatic warehouse', 'auto');

CREATE TABLE stock (
  warehouse_id text NOT NULL REFERENCES warehouses,
  sku          text NOT NULL REFERENCES products,
  on_hand      quantity NOT NULL DEFAULT 0,
  reserved     quantity NOT NULL DEFAULT 0,
  PRIMARY KEY (sku, warehouse_id),
  CONSTRAINT stock_reserved_on_hand CHECK (reserved <= on_hand)
);

CREATE TABLE stock_receipts (
  id           text PRIMARY KEY,
  warehouse_id text NOT NULL REFERENCES warehouses,
  sku          text NOT NULL REFERENCES products,
  quantity     quantity NOT NULL,
  note         text NOT NULL DEFAULT '',
  received_by  text NOT NULL,
  received_at  timestamptz NOT NULL,
  CONSTRAINT stock_receipts_quantity CHECK (quantity > 0)
);
CREATE TRIGGER stock_receipts_append_only BEFORE UPDATE OR DELETE ON stock_receipts FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE audit_log (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at          timestamptz NOT NULL DEFAULT now(),
  actor       text NOT NULL,
  action      text NOT NULL,
  object_kind text NOT NULL,
  object_id   text NOT NULL,
  detail      jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX audit_log_object ON audit_log (object_kind, object_id, id);
CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE ON audit_log FOR EACH ROW EXECUTE FUNCTION refuse_change();

---------------------------------------------------------------------------------------------- claims and facts (command)

-- One row per Idempotency-Key of a principal. Its resource_id is the id of what the request creates or decides; content
-- is what was accepted (for an order: the priced order). The answer is stored once, and is what every retry gets.
CREATE TABLE claims (
  principal       text NOT NULL,
  key             text NOT NULL,
  route           text NOT NULL,
  request_hash    bytea NOT NULL,
  resource_id     text NOT NULL UNIQUE,
  content         jsonb,
  claimed_at      timestamptz NOT NULL DEFAULT now(),
  leased_until    timestamptz NOT NULL,
  response_status integer,
  response_header jsonb,
  response_body   bytea,
  answered_at     timestamptz,
  PRIMARY KEY (principal, key),
  CONSTRAINT claims_key CHECK (length(key) BETWEEN 1 AND 255),
  CONSTRAINT claims_answer CHECK ((response_status IS NULL) = (answered_at IS NULL)),
  CONSTRAINT claims_answer_kept CHECK (response_status BETWEEN 200 AND 299 OR response_status IN (409, 422))
);

-- What was told to the process and accepted, before the process has acted on it. The activity that carries it out reads
-- the content here, or refuses it with a reason; a fact that is neither refused nor visible in its own table is on its way.
CREATE TABLE facts (
  id             text PRIMARY KEY,
  kind           text NOT NULL,
  customer_id    text REFERENCES customers,
  order_id       text,
  content        jsonb NOT NULL,
  actor          text NOT NULL,
  accepted_at    timestamptz NOT NULL DEFAULT now(),
  settled_at     timestamptz,
  told_at        timestamptz NOT NULL DEFAULT now(),
  tellings       integer NOT NULL DEFAULT 1,
  refused_code   text,
  refused_detail text,
  CONSTRAINT facts_kind CHECK (kind IN ('shipment', 'delivery', 'dispute', 'payment', 'stock_receipt', 'credit_limit')),
  CONSTRAINT facts_refused CHECK ((refused_code IS NULL) = (refused_detail IS NULL) AND (refused_code IS NULL OR settled_at IS NOT NULL))
);
CREATE INDEX facts_unsettled ON facts (told_at) WHERE settled_at IS NULL;

------------------------------------------------------------------------------------------------------------------ orders

CREATE TABLE orders (
  id               text PRIMARY KEY,
  customer_id      text NOT NULL REFERENCES customers,
  po_number        text NOT NULL DEFAULT '',
  currency         text NOT NULL REFERENCES currencies,
  warehouse_id     text NOT NULL REFERENCES warehouses,
  ship_complete    boolean NOT NULL DEFAULT false,
  requested_date   date,
  buyer_reference  text NOT NULL DEFAULT '',
  ship_to          jsonb,
  bill_to          jsonb,
  payment_terms    jsonb NOT NULL,
  discount_percent percent NOT NULL DEFAULT 0,
  net_total        numeric NOT NULL,
  tax_total        numeric NOT NULL,
  total            numeric NOT NULL,
  version          integer NOT NULL DEFAULT 1,
  stage            text NOT NULL,
  outcome          text,
  approved         boolean NOT NULL DEFAULT false,
  allocated        boolean NOT NULL DEFAULT false, -- its lines have been offered to the warehouse
  blocked_code     text,
  blocked_detail   text,
  entered_by       text NOT NULL,
  entered_at       timestamptz NOT NULL,
  closed_at        timestamptz,
  recorded_at      timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT orders_totals CHECK (net_total + tax_total = total AND net_total >= 0 AND tax_total >= 0
    AND is_money(net_total, currency) AND is_money(tax_total, currency)),
  CONSTRAINT orders_stage CHECK (stage IN ('received', 'review', 'credit_hold', 'awaiting_prepayment', 'fulfilling', 'invoicing',
    'collecting', 'reconciling', 'closed')),
  CONSTRAINT orders_outcome CHECK ((stage = 'closed') = (outcome IS NOT NULL) AND (stage = 'closed') = (closed_at IS NOT NULL)
    AND outcome IN ('paid', 'credited', 'written_off', 'cancelled', 'rejected')),
  CONSTRAINT orders_blocked CHECK ((blocked_code IS NULL) = (blocked_detail IS NULL))
);
CREATE INDEX orders_page ON orders (recorded_at, id);
CREATE INDEX orders_by_customer ON orders (customer_id, recorded_at, id);
CREATE INDEX orders_by_stage ON orders (stage, recorded_at, id);
CREATE INDEX orders_by_po_number ON orders (po_number, recorded_at, id) WHERE po_number <> '';
CREATE INDEX orders_held ON orders (customer_id, entered_at, id) WHERE stage IN ('credit_hold', 'awaiting_prepayment');

-- The state machine of models.Stage, guarded once more where the stage is kept.
-- +goose StatementBegin
CREATE FUNCTION orders_check_transition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (OLD.stage, NEW.stage) NOT IN (
    ('received', 'review'), ('received', 'credit_hold'), ('received', 'awaiting_prepayment'), ('received', 'fulfilling'), ('received', 'closed'),
    ('review', 'credit_hold'), ('review', 'awaiting_prepayment'), ('review', 'fulfilling'), ('review', 'closed'),
    ('credit_hold', 'awaiting_prepayment'), ('credit_hold', 'fulfilling'), ('credit_hold', 'closed'),
    ('awaiting_prepayment', 'credit_hold'), ('awaiting_prepayment', 'fulfilling'), ('awaiting_prepayment', 'closed'),
    ('fulfilling', 'credit_hold'), ('fulfilling', 'invoicing'), ('fulfilling', 'collecting'), ('fulfilling', 'reconciling'), ('fulfilling', 'closed'),
    ('invoicing', 'collecting'), ('invoicing', 'reconciling'),
    ('collecting', 'reconciling'), ('collecting', 'closed'), ('reconciling', 'collecting'), ('reconciling', 'closed'), ('closed', 'collecting')
  ) THEN
    RAISE EXCEPTION 'order % cannot go from stage % to %', OLD.id, OLD.stage, NEW.stage
      USING ERRCODE = 'check_violation', CONSTRAINT = 'orders_stage_transition', TABLE = 'orders';
  END IF;
  RETURN NEW;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER orders_stage_transition BEFORE UPDATE OF stage ON orders FOR EACH ROW
  WHEN (OLD.stage IS DISTINCT FROM NEW.stage) EXECUTE FUNCTION orders_check_transition();

CREATE TABLE order_lines (
  order_id         text NOT NULL REFERENCES orders,
  line             integer NOT NULL,
  sku              text NOT NULL REFERENCES products,
  description      text NOT NULL,
  unit_code        text NOT NULL,
  po_line          text NOT NULL DEFAULT '',
  requested_date   date,
  quantity         quantity NOT NULL,
  unit_price       price NOT NULL,
  base_quantity    quantity NOT NULL DEFAULT 1,
  discount_percent percent NOT NULL DEFAULT 0,
  net_amount       numeric NOT NULL,
  gross_amount     numeric NOT NULL,
  tax_category     text NOT NULL,
  tax_rate         percent NOT NULL,
  tax_exemption    text NOT NULL DEFAULT '',
  price_source     text NOT NULL,
  stocked          boolean NOT NULL,
  reserved         quantity NOT NULL DEFAULT 0,
  shipped          quantity NOT NULL DEFAULT 0,
  invoiced         quantity NOT NULL DEFAULT 0,
  returned         quantity NOT NULL DEFAULT 0,
  cancelled        quantity NOT NULL DEFAULT 0,
  PRIMARY KEY (order_id, line),
  CONSTRAINT order_lines_quantity CHECK (quantity > 0),
  CONSTRAINT order_lines_shipped CHECK (shipped + cancelled <= quantity),
  CONSTRAINT order_lines_reserved CHECK (reserved <= quantity - shipped - cancelled),
  CONSTRAINT order_lines_invoiced CHECK (invoiced <= shipped),
  CONSTRAINT order_lines_returned CHECK (returned <= shipped)
);
-- Backorders of a product, to be served first in, first out.
CREATE INDEX order_lines_backordered ON order_lines (sku, order_id) WHERE stocked AND reserved + shipped + cancelled < quantity;

CREATE TABLE credit_decisions (
  id          text COLLATE "C" PRIMARY KEY,
  order_id    text NOT NULL REFERENCES orders,
  version     integer NOT NULL,
  decision    text NOT NULL,
  reason      text NOT NULL,
  inputs      jsonb NOT NULL,
  up_to       numeric,
  valid_until date,
  decided_by  text NOT NULL,
  decided_at  timestamptz NOT NULL,
  CONSTRAINT credit_decisions_decision CHECK (decision IN ('approve', 'hold', 'await_prepayment', 'release', 'reject'))
);
CREATE INDEX credit_decisions_of_order ON credit_decisions (order_id, decided_at);
CREATE TRIGGER credit_decisions_append_only BEFORE UPDATE OR DELETE ON credit_decisions FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE shipments (
  id              text PRIMARY KEY,
  order_id        text NOT NULL REFERENCES orders,
  warehouse_id    text NOT NULL REFERENCES warehouses,
  carrier         text NOT NULL DEFAULT '',
  tracking_number text NOT NULL DEFAULT '',
  shipped_at      timestamptz NOT NULL,
  delivered_at    timestamptz,
  signed_by       text NOT NULL DEFAULT '',
  confirmed_by    text NOT NULL,
  state           text GENERATED ALWAYS AS (CASE WHEN delivered_at IS NULL THEN 'shipped' ELSE 'delivered' END) STORED
);
CREATE INDEX shipments_of_order ON shipments (order_id, id);

CREATE TABLE shipment_lines (
  shipment_id text NOT NULL REFERENCES shipments,
  order_id    text NOT NULL,
  line        integer NOT NULL,
  quantity    quantity NOT NULL,
  PRIMARY KEY (shipment_id, line),
  FOREIGN KEY (order_id, line) REFERENCES order_lines (order_id, line),
  CONSTRAINT shipment_lines_quantity CHECK (quantity > 0)
);

--------------------------------------------------------------------------------------------------------------- documents

-- The counter of a series of document numbers. It is locked in the transaction that inserts the document, so that
-- numbers have no gap.
CREATE TABLE number_series (
  series text NOT NULL,
  year   integer NOT NULL,
  last   bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (series, year),
  CONSTRAINT number_series_last CHECK (last >= 0)
);

CREATE TABLE invoices (
  number            text PRIMARY KEY,
  series            text NOT NULL,
  year              integer NOT NULL,
  sequence          bigint NOT NULL,
  order_id          text REFERENCES orders,
  shipment_id       text REFERENCES shipments,
  customer_id       text NOT NULL REFERENCES customers,
  po_number         text NOT NULL DEFAULT '',
  currency          text NOT NULL REFERENCES currencies,
  type_code         text NOT NULL DEFAULT '380',
  issue_date        date NOT NULL,
  due_date          date NOT NULL,
  delivery_date     date NOT NULL,
  tax_point_date    date NOT NULL,
  discount_percent  percent NOT NULL DEFAULT 0,
  line_total        numeric NOT NULL,
  allowance_total   numeric NOT NULL,
  net_total         numeric NOT NULL,
  tax_total         numeric NOT NULL,
  total             numeric NOT NULL,
  payment_reference text NOT NULL UNIQUE,
  payment_means     text NOT NULL DEFAULT '30',
  dunning_policy    text NOT NULL,
  dunning_version   integer NOT NULL,
  issued_at         timestamptz NOT NULL,
  recorded_at       timestamptz NOT NULL DEFAULT now(),
  FOREIGN KEY (dunning_policy, dunning_version) REFERENCES dunning_policies (name, version),
  CONSTRAINT invoices_number UNIQUE (series, year, sequence),
  CONSTRAINT invoices_once_per_shipment UNIQUE (shipment_id),
  CONSTRAINT invoices_totals CHECK (line_total - allowance_total = net_total AND net_total + tax_total = total AND total >= 0
    AND is_money(net_total, currency) AND is_money(tax_total, currency))
);
CREATE INDEX invoices_page ON invoices (recorded_at, number);
CREATE INDEX invoices_by_customer ON invoices (customer_id, recorded_at, number);
CREATE INDEX invoices_by_order ON invoices (order_id, number);
CREATE TRIGGER invoices_immutable BEFORE UPDATE OR DELETE ON invoices FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE invoice_lines (
  invoice          text NOT NULL REFERENCES invoices,
  line             integer NOT NULL,
  order_id         text NOT NULL,
  order_line       integer NOT NULL,
  shipment_id      text NOT NULL,
  sku              text NOT NULL,
  description      text NOT NULL,
  quantity         quantity NOT NULL,
  unit_code        text NOT NULL,
  unit_price       price NOT NULL,
  base_quantity    quantity NOT NULL,
  discount_percent percent NOT NULL,
  net_amount       numeric NOT NULL,
  tax_category     text NOT NULL,
  tax_rate         percent NOT NULL,
  PRIMARY KEY (invoice, line),
  FOREIGN KEY (order_id, order_line) REFERENCES order_lines (order_id, line),
  CONSTRAINT invoice_lines_once_per_delivery UNIQUE (shipment_id, order_line),
  FOREIGN KEY (shipment_id, order_line) REFERENCES shipment_lines (shipment_id, line)
);
CREATE TRIGGER invoice_lines_immutable BEFORE UPDATE OR DELETE ON invoice_lines FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- EN 16931's tax breakdown (BG-23): one row per category and rate.
CREATE TABLE invoice_taxes (
  invoice          text NOT NULL REFERENCES invoices,
  category         text NOT NULL,
  rate             percent NOT NULL,
  allowance        numeric NOT NULL DEFAULT 0,
  taxable          numeric NOT NULL,
  tax              numeric NOT NULL,
  exemption_reason text NOT NULL DEFAULT '',
  PRIMARY KEY (invoice, category, rate)
);
CREATE TRIGGER invoice_taxes_immutable BEFORE UPDATE OR DELETE ON invoice_taxes FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE credit_notes (
  number             text PRIMARY KEY,
  series             text NOT NULL,
  year               integer NOT NULL,
  sequence           bigint NOT NULL,
  invoice            text NOT NULL REFERENCES invoices,
  customer_id        text NOT NULL REFERENCES customers,
  currency           text NOT NULL REFERENCES currencies,
  issue_date         date NOT NULL,
  reason             text NOT NULL,
  net_total          numeric NOT NULL,
  tax_total          numeric NOT NULL,
  total              numeric NOT NULL,
  applied_to_invoice numeric NOT NULL,
  customer_credit    numeric NOT NULL,
  dispute_id         text UNIQUE,
  issued_by          text NOT NULL,
  issued_at          timestamptz NOT NULL,
  CONSTRAINT credit_notes_number UNIQUE (series, year, sequence),
  CONSTRAINT credit_notes_totals CHECK (net_total + tax_total = total AND total > 0 AND applied_to_invoice + customer_credit = total
    AND applied_to_invoice >= 0 AND customer_credit >= 0 AND is_money(net_total, currency) AND is_money(tax_total, currency))
);
CREATE INDEX credit_notes_of_invoice ON credit_notes (invoice, number);
CREATE TRIGGER credit_notes_immutable BEFORE UPDATE OR DELETE ON credit_notes FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE credit_note_taxes (
  credit_note text NOT NULL REFERENCES credit_notes,
  category    text NOT NULL,
  rate        percent NOT NULL,
  taxable     numeric NOT NULL,
  tax         numeric NOT NULL,
  PRIMARY KEY (credit_note, category, rate)
);
CREATE TRIGGER credit_note_taxes_immutable BEFORE UPDATE OR DELETE ON credit_note_taxes FOR EACH ROW EXECUTE FUNCTION refuse_change();

-------------------------------------------------------------------------------------------------------------- open items

-- What is still open of an issued invoice, and where its dunning stands. The sum over a customer is its receivables
-- control account. version counts the changes: messages to the order carry it, the highest wins.
CREATE TABLE open_items (
  invoice            text PRIMARY KEY REFERENCES invoices,
  customer_id        text NOT NULL REFERENCES customers,
  order_id           text REFERENCES orders,
  currency           text NOT NULL REFERENCES currencies,
  due_date           date NOT NULL,
  total              numeric NOT NULL,
  paid               numeric NOT NULL DEFAULT 0,
  credited           numeric NOT NULL DEFAULT 0,
  deposits_applied   numeric NOT NULL DEFAULT 0,
  credit_applied     numeric NOT NULL DEFAULT 0,
  discount           numeric NOT NULL DEFAULT 0,
  payment_difference numeric NOT NULL DEFAULT 0,
  withheld           numeric NOT NULL DEFAULT 0,
  written_off        numeric NOT NULL DEFAULT 0,
  disputed_amount    numeric NOT NULL DEFAULT 0,
  open_amount        numeric GENERATED ALWAYS AS (total - paid - credited - deposits_applied - credit_applied - discount
                       - payment_difference - withheld - written_off) STORED,
  status             text GENERATED ALWAYS AS (CASE
                       WHEN total - paid - credited - deposits_applied - credit_applied - discount - payment_difference - withheld - written_off = 0
                         THEN CASE WHEN written_off > 0 THEN 'written_off' WHEN paid > 0 OR deposits_applied > 0 THEN 'paid' ELSE 'credited' END
                       WHEN paid > 0 THEN 'partly_paid' ELSE 'open' END) STORED,
  dunning_plan       jsonb NOT NULL,
  next_level         integer,
  next_dunning_at    timestamptz,
  version            integer NOT NULL DEFAULT 1,
  CONSTRAINT open_items_open CHECK (total - paid - credited - deposits_applied - credit_applied - discount - payment_difference - withheld - written_off >= 0),
  CONSTRAINT open_items_disputed CHECK (disputed_amount >= 0
    AND disputed_amount <= total - paid - credited - deposits_applied - credit_applied - discount - payment_difference - withheld - written_off),
  CONSTRAINT open_items_not_negative CHECK (paid >= 0 AND credited >= 0 AND deposits_applied >= 0 AND credit_applied >= 0 AND discount >= 0
    AND withheld >= 0 AND written_off >= 0),
  CONSTRAINT open_items_scale CHECK (is_money(total, currency) AND is_money(paid, currency) AND is_money(credited, currency)
    AND is_money(disputed_amount, currency) AND is_money(written_off, currency)),
  CONSTRAINT open_items_next CHECK ((next_level IS NULL) = (next_dunning_at IS NULL))
);
CREATE INDEX open_items_open_by_customer ON open_items (customer_id, due_date, invoice) WHERE status IN ('open', 'partly_paid');
CREATE INDEX open_items_by_status ON open_items (status, invoice);
CREATE INDEX open_items_by_order ON open_items (order_id);
CREATE INDEX open_items_overdue ON open_items (due_date, invoice) WHERE status IN ('open', 'partly_paid');

CREATE TABLE disputes (
  id          text PRIMARY KEY,
  invoice     text NOT NULL REFERENCES invoices,
  customer_id text NOT NULL REFERENCES customers,
  currency    text NOT NULL REFERENCES currencies,
  line        integer,
  amount      numeric NOT NULL,
  accepted    numeric NOT NULL DEFAULT 0,
  reason      text NOT NULL,
  note        text NOT NULL DEFAULT '',
  raised_by   text NOT NULL,
  state       text NOT NULL DEFAULT 'open',
  owner       text NOT NULL DEFAULT '',
  due_at      timestamptz NOT NULL,
  root_cause  text NOT NULL DEFAULT '',
  opened_at   timestamptz NOT NULL,
  resolved_at timestamptz,
  resolved_by text,
  resolution  text NOT NULL DEFAULT '',
  resolution_id text UNIQUE,
  -- Where the disputed part's dunning stood when it was paused, and when the rejected part joins the notices again.
  paused_level integer,
  paused_left  interval,
  joins_at     timestamptz,
  CONSTRAINT disputes_state CHECK (state IN ('open', 'awaiting_customer', 'awaiting_approval', 'accepted', 'partly_accepted', 'rejected', 'withdrawn')),
  CONSTRAINT disputes_amount CHECK (amount >= 0 AND accepted >= 0 AND accepted <= amount AND is_money(amount, currency)),
  CONSTRAINT disputes_reason CHECK (reason IN ('pricing', 'quantity', 'quality', 'damaged', 'late', 'not_received', 'returned', 'duplicate',
    'freight', 'discount', 'tax', 'other'))
);
CREATE INDEX disputes_of_invoice ON disputes (invoice, opened_at);
CREATE INDEX disputes_by_state ON disputes (state, opened_at, id);
CREATE INDEX disputes_by_customer ON disputes (customer_id, opened_at, id);

CREATE TABLE dunning_notices (
  id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  invoice   text NOT NULL REFERENCES invoices,
  level     integer NOT NULL,
  part      text NOT NULL DEFAULT '',
  at        timestamptz NOT NULL,
  currency  text NOT NULL REFERENCES currencies,
  amount    numeric NOT NULL,
  channel   text NOT NULL,
  action    text NOT NULL,
  state     text NOT NULL,
  reason    text NOT NULL DEFAULT '',
  CONSTRAINT dunning_notices_state CHECK (state IN ('queued', 'sent', 'delivered', 'bounced', 'resolved', 'skipped')),
  CONSTRAINT dunning_notices_amount CHECK (is_money(amount, currency) AND (amount > 0 OR state = 'skipped'))
);
CREATE UNIQUE INDEX dunning_notices_once_per_level ON dunning_notices (invoice, level, part) WHERE state <> 'skipped';
CREATE INDEX dunning_notices_of_invoice ON dunning_notices (invoice, at, id);

---------------------------------------------------------------------------------------------------------------- payments

CREATE TABLE payments (
  id            text PRIMARY KEY,
  customer_id   text REFERENCES customers,
  currency      text NOT NULL REFERENCES currencies,
  amount        numeric NOT NULL,
  value_date    date NOT NULL,
  method        text NOT NULL,
  reference     text NOT NULL DEFAULT '',
  payer_name    text NOT NULL DEFAULT '',
  payer_account text NOT NULL DEFAULT '',
  remittance    jsonb NOT NULL DEFAULT '[]',
  applied       numeric NOT NULL DEFAULT 0,
  refunded      numeric NOT NULL DEFAULT 0,
  reversed      numeric NOT NULL DEFAULT 0,
  unapplied     numeric GENERATED ALWAYS AS (amount - applied - refunded - reversed) STORED,
  state         text GENERATED ALWAYS AS (CASE
                  WHEN reversed = amount THEN 'reversed' WHEN refunded = amount THEN 'refunded' WHEN refunded > 0 THEN 'partly_refunded'
                  WHEN applied = amount THEN 'applied' WHEN applied > 0 THEN 'partly_applied' ELSE 'unapplied' END) STORED,
  received_by   text NOT NULL,
  received_at   timestamptz NOT NULL,
  recorded_at   timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT payments_amount CHECK (amount > 0 AND is_money(amount, currency)),
  CONSTRAINT payments_split CHECK (applied >= 0 AND refunded >= 0 AND reversed >= 0 AND applied + refunded + reversed <= amount
    AND is_money(applied, currency) AND is_money(refunded, currency) AND is_money(reversed, currency)),
  CONSTRAINT payments_method CHECK (method IN ('bank_transfer', 'direct_debit', 'card', 'cheque', 'cash', 'netting')),
  -- Cash of nobody can be applied to nothing.
  CONSTRAINT payments_unidentified CHECK (customer_id IS NOT NULL OR applied = 0)
);
CREATE INDEX payments_page ON payments (recorded_at, id);
CREATE INDEX payments_by_customer ON payments (customer_id, recorded_at, id);
CREATE INDEX payments_by_state ON payments (state, recorded_at, id);

CREATE TABLE payment_applications (
  payment_id text NOT NULL REFERENCES payments,
  n          integer NOT NULL,
  invoice    text NOT NULL REFERENCES invoices,
  currency   text NOT NULL REFERENCES currencies,
  amount     numeric NOT NULL,
  rule       text NOT NULL,
  applied_at timestamptz NOT NULL,
  PRIMARY KEY (payment_id, n),
  CONSTRAINT payment_applications_amount CHECK (amount > 0 AND is_money(amount, currency))
);
CREATE INDEX payment_applications_of_invoice ON payment_applications (invoice);
CREATE TRIGGER payment_applications_append_only BEFORE UPDATE OR DELETE ON payment_applications FOR EACH ROW EXECUTE FUNCTION refuse_change();

------------------------------------------------------------------------------------------------------------- the ledger

CREATE TABLE ledger_accounts (
  code   text PRIMARY KEY,
  name   text NOT NULL,
  type   text NOT NULL,
  CONSTRAINT ledger_accounts_type CHECK (type IN ('asset', 'liability', 'income', 'expense'))
);
INSERT INTO ledger_accounts (code, name, type) VALUES
  ('receivables',             'Trade receivables',              'asset'),
  ('loss_allowance',          'Loss allowance',                 'asset'),
  ('bank',                    'Bank',                           'asset'),
  ('bank_clearing',           'Bank clearing',                  'asset'),
  ('withholding_tax',         'Withholding tax receivable',     'asset'),
  ('unapplied_cash',          'Unapplied cash',                 'liability'),
  ('customer_credit',         'Customer credit',                'liability'),
  ('customer_deposits',       'Customer deposits',              'liability'),
  ('tax_payable',             'Tax payable',                    'liability'),
  ('revenue',                 'Revenue',                        'income'),
  ('fee_income',              'Fee income',                     'income'),
  ('interest_income',         'Interest income',                'income'),
  ('bad_debts_recovered',     'Bad debts recovered',            'income'),
  ('discounts_allowed',       'Discounts allowed',              'expense'),
  ('payment_differences',     'Payment differences',            'expense'),
  ('bank_charges',            'Bank charges',                   'expense'),
  ('bad_debt_expense',        'Bad debt expense',               'expense');

-- One entry per business fact: its key says which, so that a retry finds it done.
CREATE TABLE ledger_entries (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  key           text NOT NULL,
  event         text NOT NULL,
  business_date date NOT NULL,
  currency      text NOT NULL REFERENCES currencies,
  customer_id   text REFERENCES customers,
  order_id      text,
  document      text NOT NULL DEFAULT '',
  description   text NOT NULL,
  reverses      bigint REFERENCES ledger_entries,
  recorded_at   timestamptz NOT NULL DEFAULT now(),
  xid           xid8 NOT NULL DEFAULT pg_current_xact_id(),
  CONSTRAINT ledger_entries_once UNIQUE (key),
  CONSTRAINT ledger_entries_reversed_once UNIQUE (reverses)
);
CREATE INDEX ledger_entries_of_customer ON ledger_entries (customer_id, id);
CREATE INDEX ledger_entries_of_document ON ledger_entries (document, id) WHERE document <> '';
CREATE INDEX ledger_entries_by_date ON ledger_entries (business_date, id);
CREATE TRIGGER ledger_entries_append_only BEFORE UPDATE OR DELETE ON ledger_entries FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE ledger_lines (
  entry_id    bigint NOT NULL REFERENCES ledger_entries,
  line        integer NOT NULL,
  account     text NOT NULL REFERENCES ledger_accounts,
  customer_id text REFERENCES customers,
  currency    text NOT NULL REFERENCES currencies,
  debit       numeric NOT NULL DEFAULT 0,
  credit      numeric NOT NULL DEFAULT 0,
  PRIMARY KEY (entry_id, line),
  CONSTRAINT ledger_lines_one_side CHECK (debit >= 0 AND credit >= 0 AND (debit = 0) <> (credit = 0)),
  CONSTRAINT ledger_lines_scale CHECK (is_money(debit, currency) AND is_money(credit, currency))
);
CREATE INDEX ledger_lines_by_account ON ledger_lines (account, currency, customer_id) INCLUDE (debit, credit);
CREATE TRIGGER ledger_lines_append_only BEFORE UPDATE OR DELETE ON ledger_lines FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- +goose StatementBegin
CREATE FUNCTION ledger_check_balance() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  entry   ledger_entries;
  totals  record;
BEGIN
  IF TG_TABLE_NAME = 'ledger_lines' THEN
    SELECT * INTO entry FROM ledger_entries WHERE id = NEW.entry_id;
  ELSE
    entry := NEW;
  END IF;
  IF entry.xid <> pg_current_xact_id() THEN
    RAISE EXCEPTION 'entry % was recorded by an earlier transaction and takes no more lines', entry.key
      USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_entries_sealed', TABLE = 'ledger_lines';
  END IF;
  SELECT count(*) AS lines, coalesce(sum(debit), 0) AS debit, coalesce(sum(credit), 0) AS credit,
         coalesce(bool_and(currency = entry.currency), false) AS one_currency
    INTO totals FROM ledger_lines WHERE entry_id = entry.id;
  IF totals.lines < 2 OR totals.debit <> totals.credit OR NOT totals.one_currency THEN
    RAISE EXCEPTION 'entry % does not balance: debit %, credit %, % lines', entry.key, totals.debit, totals.credit, totals.lines
      USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_entries_balanced', TABLE = 'ledger_entries';
  END IF;
  RETURN NULL;
END
$$;
-- +goose StatementEnd
CREATE CONSTRAINT TRIGGER ledger_entries_balanced AFTER INSERT ON ledger_entries
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_check_balance();
CREATE CONSTRAINT TRIGGER ledger_lines_balanced AFTER INSERT ON ledger_lines
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_check_balance();

-------------------------------------------------------------------------------------------------- timeline, tasks, messages

-- The timeline: what happened, append-only. key, where it is set, is the command or fact that made it happen. xid lets a reader stay behind every running transaction.
CREATE TABLE events (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  key         text COLLATE "C",
  order_id    text,
  customer_id text REFERENCES customers,
  invoice     text,
  kind        text NOT NULL,
  at          timestamptz NOT NULL,
  actor       text NOT NULL,
  summary     text NOT NULL,
  detail      jsonb NOT NULL DEFAULT '{}',
  recorded_at timestamptz NOT NULL DEFAULT now(),
  xid         xid8 NOT NULL DEFAULT pg_current_xact_id(),
  CONSTRAINT events_once UNIQUE (key)
);
CREATE INDEX events_of_order ON events (order_id, id);
CREATE INDEX events_of_customer ON events (customer_id, id);
CREATE TRIGGER events_append_only BEFORE UPDATE OR DELETE ON events FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- Work for a person. The key is the business fact that called for it.
CREATE TABLE tasks (
  key         text PRIMARY KEY,
  kind        text NOT NULL,
  role        text NOT NULL,
  customer_id text REFERENCES customers,
  order_id    text,
  invoice     text,
  detail      text NOT NULL,
  opened_at   timestamptz NOT NULL,
  closed_at   timestamptz,
  CONSTRAINT tasks_kind CHECK (kind IN ('agency', 'message_refused'))
);
CREATE INDEX tasks_open ON tasks (role, opened_at) WHERE closed_at IS NULL;

-- What is to be told to the outside. It commits with its effect; sending follows.
CREATE TABLE messages (
  key         text PRIMARY KEY,
  order_id    text,
  invoice     text,
  customer_id text NOT NULL REFERENCES customers,
  kind        text NOT NULL,
  channel     text NOT NULL,
  recipient   text NOT NULL,
  subject     text NOT NULL,
  body        text NOT NULL,
  notice_id   bigint REFERENCES dunning_notices,
  state       text NOT NULL DEFAULT 'queued',
  queued_at   timestamptz NOT NULL,
  sent_at     timestamptz,
  error       text NOT NULL DEFAULT '',
  CONSTRAINT messages_kind CHECK (kind IN ('invoice', 'dunning', 'credit_note')),
  CONSTRAINT messages_state CHECK (state IN ('queued', 'sent', 'refused'))
);
CREATE INDEX messages_queued ON messages (queued_at) WHERE state = 'queued';
CREATE INDEX messages_queued_of_order ON messages (order_id) WHERE state = 'queued';

-- +goose Down
-- The first migration is taken back by dropping the database.
