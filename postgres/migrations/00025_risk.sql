-- +goose Up
-- What is looked at before an order goes on: signals of fraud by a policy, and parties that are on a list.

CREATE EXTENSION IF NOT EXISTS pg_trgm;

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

--------------------------------------------------------------------------------------------------------------- screening

-- screening_name is a name as it is compared: without case, accents, punctuation and legal forms, Cyrillic and Greek letters in Latin ones,
-- its words in the order of the alphabet. It asks nothing of the database's locale.
-- +goose StatementBegin
CREATE FUNCTION screening_name(name text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  WITH plain AS (
    SELECT translate(regexp_replace(normalize(name, NFKD), '[\u0300-\u036f]', '', 'g'),
      'ABCDEFGHIJKLMNOPQRSTUVWXYZØøŁłĐđÐðĦħıŦŧаАбБвВгГдДеЕзЗиИкКлЛмМнНоОпПрРсСтТуУфФыЫэЭіІґҐйЙєЄαΑβΒγΓδΔεΕζΖηΗιΙκΚλΛμΜνΝξΞοΟπΠρΡσΣςτΤυΥφΦωΩЪЬъь.''’`´',
      'abcdefghijklmnopqrstuvwxyzoollddddhhittaabbvvggddeezziikkllmmnnoopprrssttuuffyyeeiiggiieeaavvggddeezziiiikkllmmnnxxoopprrsssttyyffoo') AS letters
  ), spelled AS (
    SELECT replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(letters, 'ß', 'ss'), 'ẞ', 'ss'), 'Æ', 'ae'), 'æ', 'ae'), 'Œ', 'oe'), 'œ', 'oe'), 'Þ', 'th'), 'þ', 'th'), 'ж', 'zh'), 'Ж', 'zh'), 'х', 'kh'), 'Х', 'kh'), 'ц', 'ts'), 'Ц', 'ts'), 'ч', 'ch'), 'Ч', 'ch'), 'ш', 'sh'), 'Ш', 'sh'), 'щ', 'shch'), 'Щ', 'shch'), 'ю', 'yu'), 'Ю', 'yu'), 'я', 'ya'), 'Я', 'ya'), 'χ', 'ch'), 'Χ', 'ch'), 'θ', 'th'), 'Θ', 'th'), 'ψ', 'ps'), 'Ψ', 'ps') AS letters
      FROM plain
  ), words AS (
    SELECT word, word = ANY ('{ag,bv,co,corp,gmbh,inc,kg,limited,llc,llp,ltd,nv,ooo,oy,plc,sa,sarl,spa,srl,the}') AS form
      FROM spelled, regexp_split_to_table(letters, '[\u0001-\u002f\u003a-\u0060\u007b-\u00bf\u2000-\u206f\u3000-\u303f]+') AS word
     WHERE word <> ''
  )
  SELECT coalesce(string_agg(word, ' ' ORDER BY word COLLATE "C") FILTER (WHERE NOT form),
                  string_agg(word, ' ' ORDER BY word COLLATE "C"), '')
    FROM words
$$;
-- +goose StatementEnd

-- Lists of parties with whom no business is done, each with how alike two names have to be (pg_trgm: shared ÷ all trigrams; 1: the same).
CREATE TABLE screening_lists (
  name       text PRIMARY KEY,
  version    integer NOT NULL,
  similarity numeric NOT NULL,
  entries    integer NOT NULL DEFAULT 0, -- on the list in this version
  set_by     text NOT NULL,
  set_at     timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT screening_lists_entries CHECK (entries >= 0),
  CONSTRAINT screening_lists_name CHECK (name ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$'),
  CONSTRAINT screening_lists_version CHECK (version > 0),
  CONSTRAINT screening_lists_similarity CHECK (similarity BETWEEN 0.4 AND 1 AND similarity = trunc(similarity, 4))
);
REVOKE UPDATE ON screening_lists FROM o2c_app;
GRANT UPDATE (version, similarity, entries, set_by, set_at) ON screening_lists TO o2c_app;

-- An entry stands in the versions from since to until, both included; until is null while it is on the list. What changes is a new row.
CREATE TABLE screening_entries (
  id          bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
  list        text NOT NULL REFERENCES screening_lists,
  reference   text NOT NULL,
  name        text NOT NULL,
  aliases     text[] NOT NULL DEFAULT '{}',
  country     text NOT NULL DEFAULT '',
  source      text NOT NULL DEFAULT '',
  valid_from  date,
  valid_until date,
  since       integer NOT NULL,
  until       integer,
  CONSTRAINT screening_entries_reference CHECK (reference <> '' AND length(reference) <= 100),
  CONSTRAINT screening_entries_name CHECK (screening_name(name) <> ''),
  CONSTRAINT screening_entries_country CHECK (country ~ '^([A-Z]{2})?$'),
  CONSTRAINT screening_entries_validity CHECK (valid_until >= valid_from),
  CONSTRAINT screening_entries_versions CHECK (since > 0 AND until >= since)
);
CREATE UNIQUE INDEX screening_entries_current ON screening_entries (list, reference) WHERE until IS NULL;
CREATE INDEX screening_entries_page ON screening_entries (list, reference, since);
REVOKE UPDATE ON screening_entries FROM o2c_app;
GRANT UPDATE (until) ON screening_entries TO o2c_app;

-- What an entry is called, as it is compared.
CREATE TABLE screening_names (
  entry_id bigint NOT NULL REFERENCES screening_entries,
  position integer NOT NULL, -- 0: its name, from 1 its aliases
  name     text NOT NULL,
  compared text NOT NULL GENERATED ALWAYS AS (screening_name(name)) STORED,
  PRIMARY KEY (entry_id, position),
  CONSTRAINT screening_names_compared CHECK (screening_name(name) <> '')
);
CREATE INDEX screening_names_alike ON screening_names USING gin (compared gin_trgm_ops);
CREATE INDEX screening_names_same ON screening_names (compared);
SELECT append_only('screening_names');

-- Who has to do with an order, by name. An address tells who receives in its lines.
CREATE VIEW order_parties AS
  SELECT p.order_id, p.role, min(p.name) AS name, screening_name(p.name) AS compared
    FROM (SELECT o.id AS order_id, 'sold_to' AS role, c.name FROM orders o JOIN customers c ON c.id = o.customer_id
          UNION ALL
          SELECT o.id, 'payer', c.name FROM orders o JOIN customers c ON c.id = o.payer_id WHERE o.payer_id <> o.customer_id
          UNION ALL
          SELECT o.id, 'bill_to', part FROM orders o, unnest(ARRAY[o.bill_to ->> 'line1', o.bill_to ->> 'line2']) AS part
          UNION ALL
          SELECT o.id, 'ship_to', part FROM orders o, unnest(ARRAY[o.ship_to ->> 'line1', o.ship_to ->> 'line2']) AS part
          UNION ALL
          SELECT l.order_id, 'ship_to', part FROM order_lines l, unnest(ARRAY[l.ship_to ->> 'line1', l.ship_to ->> 'line2']) AS part) p
   WHERE screening_name(p.name) <> ''
   GROUP BY p.order_id, p.role, screening_name(p.name);
GRANT SELECT ON order_parties TO o2c_app;

------------------------------------------------------------------------------------------------------------------ findings

ALTER TABLE order_findings DROP CONSTRAINT order_findings_code,
  ADD CONSTRAINT order_findings_code CHECK (code IN ('duplicate-purchase-order', 'fraud-signals', 'blocked-party'));

-- What of an order was found on a list, a row per finding of that code. cause is the check or the list's change that found it.
CREATE TABLE screening_hits (
  order_id   text NOT NULL,
  finding    integer NOT NULL,
  role       text NOT NULL,
  party      text NOT NULL, -- the name, and as it is compared
  compared   text NOT NULL,
  entry_id   bigint NOT NULL REFERENCES screening_entries,
  matched    text NOT NULL, -- the entry's name or alias, as it is compared
  similarity numeric NOT NULL,
  cause      text NOT NULL,
  PRIMARY KEY (order_id, finding),
  FOREIGN KEY (order_id, finding) REFERENCES order_findings (order_id, finding),
  CONSTRAINT screening_hits_role CHECK (role IN ('sold_to', 'payer', 'bill_to', 'ship_to')),
  CONSTRAINT screening_hits_similarity CHECK (similarity > 0 AND similarity <= 1 AND similarity = trunc(similarity, 4))
);
CREATE INDEX screening_hits_of_entry ON screening_hits (entry_id);
CREATE INDEX screening_hits_by_cause ON screening_hits (cause, order_id);
SELECT append_only('screening_hits');

-- What a person has looked at and found to be somebody else: this name of this customer's order is not that entry of that list. It holds
-- as long as the entry is called the same.
CREATE TABLE screening_clearances (
  customer_id text NOT NULL REFERENCES customers,
  compared    text NOT NULL,
  list        text NOT NULL REFERENCES screening_lists,
  reference   text NOT NULL,
  matched     text NOT NULL,
  order_id    text NOT NULL,
  finding     integer NOT NULL,
  decision_id text NOT NULL REFERENCES review_decisions,
  cleared_by  text NOT NULL,
  reason      text NOT NULL,
  cleared_at  timestamptz NOT NULL,
  PRIMARY KEY (customer_id, compared, list, reference, matched),
  FOREIGN KEY (order_id, finding) REFERENCES screening_hits (order_id, finding),
  CONSTRAINT screening_clearances_reason CHECK (reason <> '')
);
CREATE INDEX screening_clearances_of_hit ON screening_clearances (order_id, finding);
CREATE INDEX screening_clearances_of_decision ON screening_clearances (decision_id);
CREATE INDEX screening_clearances_of_entry ON screening_clearances (list, reference);
SELECT append_only('screening_clearances');

ALTER TABLE facts DROP CONSTRAINT facts_kind, ADD CONSTRAINT facts_kind CHECK (kind IN ('shipment', 'delivery', 'dispute', 'payment', 'stock_receipt', 'credit_limit',
  'credit_application', 'credit_refund', 'payment_change', 'collateral', 'credit_standing', 'promise', 'return', 'return_receipt', 'carrier_event', 'task_closure', 'screening'));

-- An order on its way can come under review: what is not shipped waits, what is shipped is invoiced and collected.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION orders_check_transition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (OLD.stage, NEW.stage) NOT IN (
    ('received', 'review'), ('received', 'credit_hold'), ('received', 'awaiting_prepayment'), ('received', 'fulfilling'), ('received', 'closed'),
    ('review', 'credit_hold'), ('review', 'awaiting_prepayment'), ('review', 'fulfilling'), ('review', 'invoicing'), ('review', 'collecting'),
    ('review', 'reconciling'), ('review', 'closed'),
    ('credit_hold', 'review'), ('credit_hold', 'awaiting_prepayment'), ('credit_hold', 'fulfilling'), ('credit_hold', 'invoicing'), ('credit_hold', 'collecting'),
    ('credit_hold', 'reconciling'), ('credit_hold', 'closed'),
    ('awaiting_prepayment', 'review'), ('awaiting_prepayment', 'credit_hold'), ('awaiting_prepayment', 'fulfilling'), ('awaiting_prepayment', 'invoicing'),
    ('awaiting_prepayment', 'collecting'), ('awaiting_prepayment', 'reconciling'), ('awaiting_prepayment', 'closed'),
    ('fulfilling', 'review'), ('fulfilling', 'credit_hold'), ('fulfilling', 'awaiting_prepayment'), ('fulfilling', 'invoicing'), ('fulfilling', 'collecting'),
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

-- +goose Down
-- It is taken back by dropping the database.
