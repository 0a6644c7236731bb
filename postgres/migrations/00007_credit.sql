-- +goose Up
-- Credit in full: groups of customers, limits of the company, rules as data, collateral, releases that end, four eyes; and
-- stock that is reserved in several warehouses.

-- round(gross × part ÷ whole), half away from zero, as models.Money.Share: the value of the first units of a line. The quotient
-- of div is exact.
-- +goose StatementBegin
CREATE FUNCTION share(gross numeric, part numeric, whole numeric, currency text) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT div(2 * gross * power(10::numeric, minor_units(currency)) * part + whole, 2 * whole) / power(10::numeric, minor_units(currency))
$$;
-- +goose StatementEnd

ALTER TABLE facts DROP CONSTRAINT facts_kind, ADD CONSTRAINT facts_kind CHECK (kind IN ('shipment', 'delivery', 'dispute', 'payment', 'stock_receipt', 'credit_limit',
  'credit_application', 'credit_refund', 'payment_change', 'collateral', 'credit_standing'));

------------------------------------------------------------------------------------------------------ customers and groups

-- A customer's limit bounds what it and everyone below it owe and have been promised. risk_class selects the credit policy; block
-- says which business is not done with the customer.
ALTER TABLE customers
  ADD COLUMN parent_id  text REFERENCES customers,
  ADD COLUMN risk_class text NOT NULL DEFAULT 'standard',
  ADD COLUMN block      text NOT NULL DEFAULT 'none',
  ADD CONSTRAINT customers_risk_class CHECK (risk_class ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$'),
  ADD CONSTRAINT customers_block CHECK (block IN ('none', 'prepayment_only', 'no_shipment', 'no_order'));
CREATE INDEX customers_below ON customers (parent_id) WHERE parent_id IS NOT NULL;

-- The topmost parent, under whose account's lock a group's credit is decided; null for a customer that has no parent. It is kept
-- here so that one statement finds and takes both locks.
ALTER TABLE credit_accounts ADD COLUMN group_id text REFERENCES customers, ADD CONSTRAINT credit_accounts_group CHECK (group_id <> customer_id);
CREATE INDEX credit_accounts_of_group ON credit_accounts (group_id) WHERE group_id IS NOT NULL;

-- A group is a tree of at most five levels and has one currency, so that its exposure is a sum. Changes of the tree wait for each
-- other: two of them could make a circle that neither sees.
-- +goose StatementBegin
CREATE FUNCTION customers_check_group() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE above integer; below integer; circle boolean; currencies integer;
BEGIN
  IF NEW.parent_id IS NULL THEN
    RETURN NULL;
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('customer-groups', 0));
  WITH RECURSIVE up AS (
       SELECT parent_id, 1 AS level FROM customers WHERE id = NEW.id
       UNION ALL SELECT c.parent_id, up.level + 1 FROM customers c JOIN up ON c.id = up.parent_id WHERE up.level < 10 AND up.parent_id <> NEW.id
  ) SELECT max(level), coalesce(bool_or(parent_id = NEW.id), false) INTO above, circle FROM up;
  IF circle THEN
    RAISE EXCEPTION 'customer % would be above itself', NEW.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'customers_group_circle', TABLE = 'customers';
  END IF;
  WITH RECURSIVE down AS (
       SELECT id, 0 AS level FROM customers WHERE id = NEW.id
       UNION ALL SELECT c.id, down.level + 1 FROM customers c JOIN down ON c.parent_id = down.id WHERE down.level < 10
  ) SELECT max(level) INTO below FROM down;
  IF above + below > 5 THEN
    RAISE EXCEPTION 'a group has at most 5 levels; below customer % there would be %', NEW.parent_id, above + below
      USING ERRCODE = 'check_violation', CONSTRAINT = 'customers_group_depth', TABLE = 'customers';
  END IF;
  SELECT count(DISTINCT currency) INTO currencies FROM customers WHERE id IN (NEW.id, NEW.parent_id);
  IF currencies > 1 THEN
    RAISE EXCEPTION 'a group has one currency, and that of customer % is another than that of %', NEW.id, NEW.parent_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'customers_group_currency', TABLE = 'customers';
  END IF;
  RETURN NULL;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER customers_group AFTER INSERT OR UPDATE OF parent_id, currency ON customers FOR EACH ROW EXECUTE FUNCTION customers_check_group();

-- A limit of nobody is the company's default for a currency: it holds for each customer for which no other is set.
ALTER TABLE credit_limits ALTER COLUMN customer_id DROP NOT NULL;
CREATE INDEX credit_limits_of_company ON credit_limits (currency, sequence DESC) WHERE customer_id IS NULL;

-- What secures a customer's debts: the newest row of a name counts, from and until its days. An amount of nothing ends it.
CREATE TABLE collaterals (
  id            text PRIMARY KEY,
  customer_id   text NOT NULL REFERENCES customers,
  name          text NOT NULL,
  kind          text NOT NULL,
  amount        numeric NOT NULL,
  cover_percent percent NOT NULL DEFAULT 100,
  currency      text NOT NULL REFERENCES currencies,
  valid_from    date,
  valid_until   date,
  reason        text NOT NULL DEFAULT '',
  set_by        text NOT NULL,
  set_at        timestamptz NOT NULL,
  sequence      bigint GENERATED BY DEFAULT AS IDENTITY,
  CONSTRAINT collaterals_kind CHECK (kind IN ('guarantee', 'letter_of_credit', 'insurance')),
  CONSTRAINT collaterals_amount CHECK (amount >= 0 AND is_money(amount, currency)),
  CONSTRAINT collaterals_validity CHECK (valid_until >= valid_from)
);
CREATE INDEX collaterals_current ON collaterals (customer_id, name, sequence DESC);
SELECT append_only('collaterals');

------------------------------------------------------------------------------------------------------------------ policies

-- What a credit check asks beside the limit. Versions are only added; a decision names the one it was made by.
CREATE TABLE credit_policies (
  name              text NOT NULL,
  version           integer NOT NULL,
  check_at_delivery boolean NOT NULL DEFAULT false,
  set_by            text NOT NULL,
  set_at            timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (name, version),
  CONSTRAINT credit_policies_version CHECK (version > 0)
);
SELECT append_only('credit_policies');

CREATE TABLE credit_policy_rules (
  policy    text NOT NULL,
  version   integer NOT NULL,
  rule      text NOT NULL,
  threshold numeric NOT NULL,
  PRIMARY KEY (policy, version, rule),
  FOREIGN KEY (policy, version) REFERENCES credit_policies (name, version),
  CONSTRAINT credit_policy_rules_rule CHECK (rule IN ('oldest_overdue_days', 'overdue_percent', 'dunning_level', 'broken_promises')),
  CONSTRAINT credit_policy_rules_threshold CHECK (threshold >= 0 AND threshold = trunc(threshold, CASE rule WHEN 'overdue_percent' THEN 4 ELSE 0 END)
    AND threshold < 1e6)
);
SELECT append_only('credit_policy_rules');

-- Above which amount a release needs a second person, by currency.
CREATE TABLE credit_policy_approvals (
  policy   text NOT NULL,
  version  integer NOT NULL,
  currency text NOT NULL REFERENCES currencies,
  above    numeric NOT NULL,
  PRIMARY KEY (policy, version, currency),
  FOREIGN KEY (policy, version) REFERENCES credit_policies (name, version),
  CONSTRAINT credit_policy_approvals_above CHECK (above >= 0 AND is_money(above, currency))
);
SELECT append_only('credit_policy_approvals');

-- Which policy a risk class selects; a class that is not here has the policy standard.
CREATE TABLE credit_policy_classes (
  risk_class text PRIMARY KEY,
  policy     text NOT NULL,
  CONSTRAINT credit_policy_classes_class CHECK (risk_class ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$')
);
CREATE INDEX credit_policy_classes_of_policy ON credit_policy_classes (policy, risk_class);

INSERT INTO credit_policies (name, version, set_by) VALUES ('standard', 1, 'o2c');

------------------------------------------------------------------------------------------------------- decisions, releases

ALTER TABLE credit_decisions ADD COLUMN sequence bigint GENERATED BY DEFAULT AS IDENTITY;
ALTER TABLE credit_decisions ADD CONSTRAINT credit_decisions_release CHECK (decision = 'release' OR up_to IS NULL AND valid_until IS NULL);
DROP INDEX credit_decisions_of_order;
CREATE INDEX credit_decisions_of_order ON credit_decisions (order_id, sequence);

-- The release by which the order may be shipped, while there is one, and its last day. allow_split lets the order be served from
-- other warehouses than its own.
ALTER TABLE orders
  ADD COLUMN release_id    text REFERENCES credit_decisions,
  ADD COLUMN release_until date,
  ADD COLUMN allow_split   boolean NOT NULL DEFAULT false,
  ADD CONSTRAINT orders_release CHECK ((release_id IS NULL OR approved) AND (release_until IS NULL OR release_id IS NOT NULL));

-- An order that was partly shipped can be held again, and from there be cancelled, and so become whatever its shipped part is.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION orders_check_transition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (OLD.stage, NEW.stage) NOT IN (
    ('received', 'review'), ('received', 'credit_hold'), ('received', 'awaiting_prepayment'), ('received', 'fulfilling'), ('received', 'closed'),
    ('review', 'credit_hold'), ('review', 'awaiting_prepayment'), ('review', 'fulfilling'), ('review', 'closed'),
    ('credit_hold', 'awaiting_prepayment'), ('credit_hold', 'fulfilling'), ('credit_hold', 'invoicing'), ('credit_hold', 'collecting'),
    ('credit_hold', 'reconciling'), ('credit_hold', 'closed'),
    ('awaiting_prepayment', 'credit_hold'), ('awaiting_prepayment', 'fulfilling'), ('awaiting_prepayment', 'invoicing'),
    ('awaiting_prepayment', 'collecting'), ('awaiting_prepayment', 'reconciling'), ('awaiting_prepayment', 'closed'),
    ('fulfilling', 'credit_hold'), ('fulfilling', 'awaiting_prepayment'), ('fulfilling', 'invoicing'), ('fulfilling', 'collecting'),
    ('fulfilling', 'reconciling'), ('fulfilling', 'closed'),
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

-- What one person asked for and another one decides. content is what is carried out when it is approved. A request whose reason has
-- gone lapses.
CREATE TABLE approvals (
  id              text COLLATE "C" PRIMARY KEY, -- that of a release is its decision's as well
  kind            text NOT NULL,
  subject         text NOT NULL,
  customer_id     text REFERENCES customers,
  currency        text NOT NULL REFERENCES currencies,
  amount          numeric NOT NULL,
  reason          text NOT NULL,
  content         jsonb NOT NULL,
  requested_by    text NOT NULL,
  requested_at    timestamptz NOT NULL,
  recorded_at     timestamptz NOT NULL DEFAULT now(),
  decision        text,
  decision_id     text,
  decision_reason text,
  decided_by      text,
  decided_at      timestamptz,
  CONSTRAINT approvals_kind CHECK (kind IN ('credit_release', 'write_off', 'refund', 'price_override', 'credit_note')),
  CONSTRAINT approvals_amount CHECK (amount >= 0 AND is_money(amount, currency)),
  CONSTRAINT approvals_decision CHECK (decision IN ('approve', 'reject', 'lapse')),
  CONSTRAINT approvals_decided CHECK (num_nulls(decision, decision_id, decision_reason, decided_by, decided_at) IN (0, 5)),
  CONSTRAINT approvals_decision_id UNIQUE (decision_id),
  CONSTRAINT approvals_four_eyes CHECK (decided_by <> requested_by)
);
CREATE INDEX approvals_page ON approvals (recorded_at, id);
CREATE INDEX approvals_pending ON approvals (recorded_at, id) WHERE decided_at IS NULL;
CREATE INDEX approvals_of_subject ON approvals (subject, kind) WHERE decided_at IS NULL;

-- A request stays as it was made, and is decided once.
-- +goose StatementBegin
CREATE FUNCTION approvals_check_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR OLD.decided_at IS NOT NULL
     OR (to_jsonb(NEW) - ARRAY['decision', 'decision_id', 'decision_reason', 'decided_by', 'decided_at'])
        IS DISTINCT FROM (to_jsonb(OLD) - ARRAY['decision', 'decision_id', 'decision_reason', 'decided_by', 'decided_at']) THEN
    RAISE EXCEPTION 'approval % is decided once, and its request stays as it was made', OLD.id
      USING ERRCODE = 'restrict_violation', CONSTRAINT = 'approvals_decided_once', TABLE = 'approvals';
  END IF;
  RETURN NEW;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER approvals_decided_once BEFORE UPDATE OR DELETE ON approvals FOR EACH ROW EXECUTE FUNCTION approvals_check_change();

--------------------------------------------------------------------------------------------------------------------- stock

-- Where another warehouse than the order's own may serve it, the one with the lowest number is asked first.
ALTER TABLE warehouses ADD COLUMN priority integer NOT NULL DEFAULT 100, ADD CONSTRAINT warehouses_priority CHECK (priority BETWEEN 0 AND 9999);

-- Which warehouse holds what is reserved for an order line. The sum of a line is order_lines.reserved, that of a warehouse's product
-- is stock.reserved. A service is reserved nowhere.
CREATE TABLE reservations (
  order_id     text NOT NULL,
  line         integer NOT NULL,
  warehouse_id text NOT NULL,
  sku          text NOT NULL,
  quantity     quantity NOT NULL,
  PRIMARY KEY (order_id, line, warehouse_id),
  FOREIGN KEY (order_id, line) REFERENCES order_lines (order_id, line),
  FOREIGN KEY (sku, warehouse_id) REFERENCES stock (sku, warehouse_id)
);
CREATE INDEX reservations_in_warehouse ON reservations (warehouse_id, sku);
INSERT INTO reservations (order_id, line, warehouse_id, sku, quantity)
  SELECT l.order_id, l.line, o.warehouse_id, l.sku, l.reserved FROM order_lines l JOIN orders o ON o.id = l.order_id WHERE l.stocked AND l.reserved > 0;

-- +goose Down
-- Taken back by restoring the database from before.
