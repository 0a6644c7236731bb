-- +goose Up
-- What an order ordered in each of its versions. The first amendment keeps the first version as well; an order that was never
-- amended has one version, and its own row and lines are that.

CREATE TABLE order_versions (
  order_id    text NOT NULL REFERENCES orders,
  version     integer NOT NULL,
  decision_id text, -- the amendment; none for the first version
  currency    text NOT NULL REFERENCES currencies,
  net_total   numeric NOT NULL,
  tax_total   numeric NOT NULL,
  total       numeric NOT NULL,
  actor       text NOT NULL,
  at          timestamptz NOT NULL,
  PRIMARY KEY (order_id, version),
  CONSTRAINT order_versions_decision UNIQUE (decision_id),
  CONSTRAINT order_versions_version CHECK (version >= 1 AND (version = 1) = (decision_id IS NULL)),
  CONSTRAINT order_versions_totals CHECK (net_total + tax_total = total AND net_total >= 0 AND tax_total >= 0
    AND is_money(net_total, currency) AND is_money(tax_total, currency) AND is_money(total, currency))
);
SELECT append_only('order_versions');

CREATE TABLE order_version_lines (
  order_id     text NOT NULL,
  version      integer NOT NULL,
  line         integer NOT NULL,
  currency     text NOT NULL REFERENCES currencies,
  quantity     quantity NOT NULL,
  cancelled    quantity NOT NULL,
  net_amount   numeric NOT NULL,
  gross_amount numeric NOT NULL,
  PRIMARY KEY (order_id, version, line),
  FOREIGN KEY (order_id, version) REFERENCES order_versions (order_id, version),
  FOREIGN KEY (order_id, line) REFERENCES order_lines (order_id, line),
  CONSTRAINT order_version_lines_quantity CHECK (quantity > 0 AND cancelled <= quantity),
  CONSTRAINT order_version_lines_amounts CHECK (net_amount >= 0 AND gross_amount >= 0 AND is_money(net_amount, currency) AND is_money(gross_amount, currency))
);
SELECT append_only('order_version_lines');

-- +goose Down
-- It is taken back by dropping the database.
