-- +goose Up
-- Each instalment of an invoice is dunned by itself.

-- dunned says of each instalment, or of the whole where there are none, where its dunning stands: [{instalment, due, amount, next, rested}].
-- next_instalment, next_level and next_dunning_at are the earliest next of them.
ALTER TABLE open_items
  ADD COLUMN dunned          jsonb NOT NULL DEFAULT '[]',
  ADD COLUMN next_instalment integer NOT NULL DEFAULT 0;
UPDATE open_items SET dunned = jsonb_build_array(jsonb_strip_nulls(jsonb_build_object(
    'instalment', 0, 'due', due_date, 'amount', total::text,
    'next', (SELECT planned || jsonb_build_object('at', next_dunning_at) FROM jsonb_array_elements(dunning_plan) AS planned
              WHERE (planned ->> 'level')::integer = next_level AND next_dunning_at IS NOT NULL),
    'rested', CASE WHEN rested_level IS NOT NULL
                THEN jsonb_build_object('level', rested_level, 'left', trunc(extract(epoch FROM rested_left) * 1000000)::bigint * 1000) END)))
 WHERE kind = 'invoice';
ALTER TABLE open_items DROP COLUMN rested_level, DROP COLUMN rested_left;
GRANT UPDATE (dunned, next_instalment) ON open_items TO o2c_app;

-- Where the dunning of each instalment stood that a dispute lies on, with the time that was left.
ALTER TABLE disputes ADD COLUMN places jsonb NOT NULL DEFAULT '[]';
UPDATE disputes SET places = jsonb_build_array(jsonb_build_object(
    'instalment', 0, 'level', paused_level, 'left', trunc(extract(epoch FROM paused_left) * 1000000)::bigint * 1000))
 WHERE paused_level IS NOT NULL;
ALTER TABLE disputes DROP COLUMN paused_level, DROP COLUMN paused_left, DROP COLUMN joins_at;

ALTER TABLE dunning_notices
  ADD COLUMN instalment integer NOT NULL DEFAULT 0, -- from 1; 0: the invoice has none
  ADD CONSTRAINT dunning_notices_instalment CHECK (instalment >= 0),
  ADD CONSTRAINT dunning_notices_reason CHECK (state <> 'skipped' OR reason <> '');
DROP INDEX dunning_notices_once_per_level;
CREATE UNIQUE INDEX dunning_notices_once_per_level ON dunning_notices (invoice, instalment, level, part) WHERE state <> 'skipped';

-- What else comes due of an invoice, as models.DueStep: a promise that is judged, a hold that ends. judge_at is the earliest of it.
ALTER TABLE open_items
  ADD COLUMN waits    jsonb NOT NULL DEFAULT '[]',
  ADD COLUMN judge_at timestamptz;
GRANT UPDATE (waits, judge_at) ON open_items TO o2c_app;

ALTER TABLE facts DROP CONSTRAINT facts_kind, ADD CONSTRAINT facts_kind CHECK (kind IN ('shipment', 'delivery', 'dispute', 'payment', 'stock_receipt', 'credit_limit',
  'credit_application', 'credit_refund', 'payment_change', 'collateral', 'credit_standing', 'promise'));

-- What has ended does not change again.
-- +goose StatementBegin
CREATE FUNCTION refuse_change_of_ended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% of % is refused: it is %', TG_OP, TG_TABLE_NAME, OLD.state
    USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
END
$$;
-- +goose StatementEnd

-- What customers said that they would pay, and what became of it. paid_before is what of the invoice was paid when it was said.
CREATE TABLE promises (
  id          text PRIMARY KEY,
  invoice     text NOT NULL REFERENCES invoices,
  customer_id text NOT NULL REFERENCES customers,
  currency    text NOT NULL REFERENCES currencies,
  amount      numeric NOT NULL,
  promised_on date NOT NULL,
  note        text NOT NULL DEFAULT '',
  state       text NOT NULL DEFAULT 'open',
  level       integer NOT NULL,
  paid_before numeric NOT NULL,
  received    numeric, -- of it, when it ended
  recorded_by text NOT NULL,
  recorded_at timestamptz NOT NULL,
  judge_at    timestamptz NOT NULL,
  ended_at    timestamptz,
  CONSTRAINT promises_state CHECK (state IN ('open', 'kept', 'partly_kept', 'broken', 'replaced', 'withdrawn')),
  CONSTRAINT promises_amount CHECK (amount > 0 AND is_money(amount, currency)),
  CONSTRAINT promises_paid_before CHECK (paid_before >= 0 AND is_money(paid_before, currency)),
  CONSTRAINT promises_received CHECK (received >= 0 AND received <= amount AND is_money(received, currency)),
  CONSTRAINT promises_level CHECK (level >= 1),
  CONSTRAINT promises_ended CHECK ((state = 'open') = (ended_at IS NULL) AND (state = 'open') = (received IS NULL))
);
CREATE UNIQUE INDEX promises_one_open ON promises (invoice) WHERE state = 'open';
CREATE INDEX promises_of_invoice ON promises (invoice, recorded_at, id);
CREATE INDEX promises_not_kept ON promises (customer_id, ended_at) WHERE state IN ('broken', 'partly_kept');
REVOKE UPDATE ON promises FROM o2c_app;
GRANT UPDATE (state, received, ended_at, paid_before) ON promises TO o2c_app;
CREATE TRIGGER promises_final BEFORE UPDATE ON promises FOR EACH ROW WHEN (OLD.state <> 'open') EXECUTE FUNCTION refuse_change_of_ended();

-- Invoices that are not dunned until the end of a day.
CREATE TABLE dunning_holds (
  id          text PRIMARY KEY,
  invoice     text NOT NULL REFERENCES invoices,
  customer_id text NOT NULL REFERENCES customers,
  until       date NOT NULL,
  reason      text NOT NULL,
  state       text NOT NULL DEFAULT 'active',
  held_by     text NOT NULL,
  held_at     timestamptz NOT NULL,
  ends_at     timestamptz NOT NULL,
  ended_at    timestamptz,
  ended_by    text,
  CONSTRAINT dunning_holds_state CHECK (state IN ('active', 'lifted', 'expired', 'replaced')),
  CONSTRAINT dunning_holds_reason CHECK (reason ~ '[^[:space:]]'),
  CONSTRAINT dunning_holds_days CHECK (ends_at > held_at),
  CONSTRAINT dunning_holds_ended CHECK ((state = 'active') = (ended_at IS NULL) AND (state = 'active') = (ended_by IS NULL))
);
CREATE UNIQUE INDEX dunning_holds_one_active ON dunning_holds (invoice) WHERE state = 'active';
CREATE INDEX dunning_holds_of_invoice ON dunning_holds (invoice, held_at, id);
REVOKE UPDATE ON dunning_holds FROM o2c_app;
GRANT UPDATE (state, ended_at, ended_by) ON dunning_holds TO o2c_app;
CREATE TRIGGER dunning_holds_final BEFORE UPDATE ON dunning_holds FOR EACH ROW WHEN (OLD.state <> 'active') EXECUTE FUNCTION refuse_change_of_ended();

-- +goose Down
-- It is taken back by dropping the database.
