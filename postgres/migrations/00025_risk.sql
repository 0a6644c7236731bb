-- +goose Up
-- What is looked at before an order goes on: signals of fraud, by a policy.

------------------------------------------------------------------------------------------------------------------- fraud

-- What makes an order suspicious, in points. Versions are only added; a check names the one it was made by.
CREATE TABLE fraud_policies (
  version   integer PRIMARY KEY,
  threshold integer NOT NULL,
  set_by    text NOT NULL,
  set_at    timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT fraud_policies_version CHECK (version > 0),
  CONSTRAINT fraud_policies_threshold CHECK (threshold BETWEEN 0 AND 10000)
);
SELECT append_only('fraud_policies');

CREATE TABLE fraud_rules (
  version integer NOT NULL REFERENCES fraud_policies,
  signal  text NOT NULL,
  points  integer NOT NULL,
  orders  integer, -- of velocity: more than so many
  hours   integer, -- in so many hours
  PRIMARY KEY (version, signal),
  CONSTRAINT fraud_rules_signal CHECK (signal IN ('velocity', 'first_order', 'ship_to_country', 'ship_to_address', 'blocked_list')),
  CONSTRAINT fraud_rules_points CHECK (points BETWEEN 1 AND 1000),
  CONSTRAINT fraud_rules_velocity CHECK (CASE WHEN signal = 'velocity' THEN coalesce(orders BETWEEN 1 AND 10000 AND hours BETWEEN 1 AND 8760, false)
    ELSE orders IS NULL AND hours IS NULL END)
);
SELECT append_only('fraud_rules');

-- Above which total a customer's first order is suspicious, by currency.
CREATE TABLE fraud_first_orders (
  version  integer NOT NULL REFERENCES fraud_policies,
  currency text NOT NULL REFERENCES currencies,
  above    numeric NOT NULL,
  PRIMARY KEY (version, currency),
  CONSTRAINT fraud_first_orders_above CHECK (above >= 0 AND is_money(above, currency))
);
SELECT append_only('fraud_first_orders');

CREATE TABLE fraud_blocked (
  version integer NOT NULL REFERENCES fraud_policies,
  kind    text NOT NULL,
  value   text NOT NULL,
  note    text NOT NULL DEFAULT '',
  PRIMARY KEY (version, kind, value),
  CONSTRAINT fraud_blocked_kind CHECK (kind IN ('customer', 'email', 'email_domain', 'tax_id', 'country', 'postcode')),
  CONSTRAINT fraud_blocked_value CHECK (value <> '' AND length(value) <= 200)
);
SELECT append_only('fraud_blocked');

INSERT INTO fraud_policies (version, threshold, set_by) VALUES (1, 100, 'o2c'); -- without a rule: nothing is suspicious

-- How an order was scored when it was entered, with what it was scored from.
CREATE TABLE fraud_checks (
  order_id   text PRIMARY KEY REFERENCES orders,
  version    integer NOT NULL REFERENCES fraud_policies,
  score      integer NOT NULL,
  threshold  integer NOT NULL,
  inputs     jsonb NOT NULL,
  checked_at timestamptz NOT NULL,
  CONSTRAINT fraud_checks_score CHECK (score >= 0)
);
SELECT append_only('fraud_checks');

CREATE TABLE fraud_factors (
  order_id text NOT NULL REFERENCES fraud_checks,
  signal   text NOT NULL,
  points   integer NOT NULL,
  detail   text NOT NULL,
  PRIMARY KEY (order_id, signal),
  CONSTRAINT fraud_factors_points CHECK (points > 0),
  CONSTRAINT fraud_factors_detail CHECK (detail <> '')
);
SELECT append_only('fraud_factors');

CREATE INDEX orders_by_entry ON orders (customer_id, entered_at);

ALTER TABLE order_findings DROP CONSTRAINT order_findings_code,
  ADD CONSTRAINT order_findings_code CHECK (code IN ('duplicate-purchase-order', 'fraud-signals'));

-- +goose Down
-- It is taken back by dropping the database.
