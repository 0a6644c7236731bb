-- +goose Up
-- What is given up of an open item, how much each role may give up alone, and money that comes for it all the same.

------------------------------------------------------------------------------------------------------------- authorities

-- How much a role may decide alone of a kind of decision; the newest version holds. Where there is no row, a second person decides.
CREATE TABLE authorities (
  kind     text NOT NULL,
  role     text NOT NULL,
  currency text NOT NULL REFERENCES currencies,
  version  integer NOT NULL,
  amount   numeric NOT NULL,
  set_by   text NOT NULL,
  set_at   timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (kind, role, currency, version),
  CONSTRAINT authorities_kind CHECK (kind IN ('write_off')),
  CONSTRAINT authorities_role CHECK (role IN ('sales', 'credit', 'warehouse', 'billing', 'cashier', 'collector', 'manager', 'admin')),
  CONSTRAINT authorities_version CHECK (version >= 1),
  CONSTRAINT authorities_amount CHECK (amount >= 0 AND is_money(amount, currency))
);
SELECT append_only('authorities');
INSERT INTO authorities (kind, role, currency, version, amount, set_by)
  SELECT 'write_off', role, currency, 1, 1000, 'system'
    FROM unnest(ARRAY['manager', 'admin']) AS role, unnest(ARRAY['EUR', 'USD', 'GBP', 'CHF']) AS currency;

-------------------------------------------------------------------------------------------------------------- write-offs

-- What was given up of an open item, gross. The id is the command's, and that of the request for approval where there was one.
-- authority is what whoever asked for it could have decided alone at that time.
CREATE TABLE write_offs (
  id             text COLLATE "C" PRIMARY KEY,
  item           text NOT NULL REFERENCES open_items (number),
  customer_id    text NOT NULL REFERENCES customers,
  currency       text NOT NULL REFERENCES currencies,
  amount         numeric NOT NULL,
  from_allowance numeric NOT NULL, -- what of it the loss allowance bore; the rest is bad debt expense
  authority      numeric NOT NULL,
  reason         text NOT NULL,
  requested_by   text NOT NULL,
  written_off_on date NOT NULL,
  written_off_at timestamptz NOT NULL,
  recorded_at    timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT write_offs_amount CHECK (amount > 0 AND is_money(amount, currency)),
  CONSTRAINT write_offs_from_allowance CHECK (from_allowance BETWEEN 0 AND amount AND is_money(from_allowance, currency)),
  CONSTRAINT write_offs_authority CHECK (authority >= 0 AND is_money(authority, currency))
);
CREATE INDEX write_offs_of_item ON write_offs (item, recorded_at, id);
SELECT append_only('write_offs');

-- One request at a time waits for an item.
CREATE UNIQUE INDEX approvals_one_write_off ON approvals (subject) WHERE kind = 'write_off' AND decided_at IS NULL;
CREATE INDEX approvals_of_write_offs ON approvals (subject, recorded_at, id) WHERE kind = 'write_off';

-------------------------------------------------------------------------------------------------------------- recoveries

-- What of the written-off amount came all the same. It stays written off, and is no more than that.
ALTER TABLE open_items
  ADD COLUMN recovered numeric NOT NULL DEFAULT 0,
  ADD CONSTRAINT open_items_recovered CHECK (recovered >= 0 AND recovered <= greatest(written_off, 0) AND is_money(recovered, currency));
GRANT UPDATE (recovered) ON open_items TO o2c_app;
CREATE INDEX open_items_recoverable ON open_items (customer_id, number) WHERE written_off > recovered;

-- What of a payment was for a written-off item. One that is taken back with its payment is undone by a row that is its negative; reversal is
-- the payment's that did it.
CREATE TABLE payment_recoveries (
  payment_id   text NOT NULL REFERENCES payments,
  n            integer NOT NULL,
  invoice      text NOT NULL REFERENCES open_items (number),
  currency     text NOT NULL REFERENCES currencies,
  amount       numeric NOT NULL,
  undoes       integer,
  reversal     integer,
  cause        text NOT NULL,
  recovered_by text NOT NULL,
  recovered_at timestamptz NOT NULL,
  PRIMARY KEY (payment_id, n),
  CONSTRAINT payment_recoveries_amount CHECK (CASE WHEN undoes IS NULL THEN amount > 0 ELSE amount < 0 END AND is_money(amount, currency)),
  CONSTRAINT payment_recoveries_undone_once UNIQUE (payment_id, undoes),
  FOREIGN KEY (payment_id, undoes) REFERENCES payment_recoveries (payment_id, n),
  FOREIGN KEY (payment_id, reversal) REFERENCES payment_reversals (payment_id, n)
);
CREATE INDEX payment_recoveries_of_invoice ON payment_recoveries (invoice);
CREATE INDEX payment_recoveries_of_reversal ON payment_recoveries (payment_id, reversal) WHERE reversal IS NOT NULL;
SELECT append_only('payment_recoveries');
CREATE TRIGGER payment_recoveries_mirror BEFORE INSERT ON payment_recoveries FOR EACH ROW WHEN (NEW.undoes IS NOT NULL)
  EXECUTE FUNCTION check_counter_row('amount');

-- +goose Down
-- It is taken back by dropping the database.
