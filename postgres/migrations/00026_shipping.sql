-- +goose Up
-- What becomes of what an order waits for.

-- Whom is asked: a customer, or, without one, every customer; 0 days to answer: nobody.
CREATE TABLE backorder_policies (
  scope       text NOT NULL GENERATED ALWAYS AS (CASE WHEN customer_id IS NOT NULL THEN 'customer:' || customer_id ELSE 'all' END) STORED,
  version     integer NOT NULL,
  customer_id text REFERENCES customers,
  answer_days integer NOT NULL,
  remind_days integer NOT NULL,
  otherwise   text NOT NULL,
  set_by      text NOT NULL,
  set_at      timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (scope, version),
  CONSTRAINT backorder_policies_version CHECK (version >= 1),
  CONSTRAINT backorder_policies_days CHECK (answer_days BETWEEN 0 AND 365 AND remind_days >= 0 AND (remind_days = 0 OR remind_days < answer_days)),
  CONSTRAINT backorder_policies_otherwise CHECK (otherwise IN ('wait', 'cancel'))
);
INSERT INTO backorder_policies (version, answer_days, remind_days, otherwise, set_by) VALUES (1, 0, 0, 'wait', 'system');
SELECT append_only('backorder_policies');

-- What was asked about an order, once, and what was chosen last. One that was chosen without having been asked has no instants.
CREATE TABLE backorder_questions (
  order_id  text PRIMARY KEY REFERENCES orders,
  state     text NOT NULL,
  asked_at  timestamptz,
  remind_at timestamptz, -- null when there is no reminder to come
  ends_at   timestamptz,
  otherwise text,
  choice    text,
  answer_id text, -- the decision, or the timer's key
  chosen_by text,
  chosen_at timestamptz,
  CONSTRAINT backorder_questions_state CHECK (state IN ('open', 'answered', 'timed_out', 'lapsed')),
  CONSTRAINT backorder_questions_asked CHECK (num_nonnulls(asked_at, ends_at, otherwise) IN (0, 3) AND (asked_at IS NOT NULL OR state = 'answered')
    AND (remind_at IS NULL OR state = 'open' AND remind_at < ends_at)),
  CONSTRAINT backorder_questions_otherwise CHECK (otherwise IN ('wait', 'cancel')),
  CONSTRAINT backorder_questions_choice CHECK (choice IN ('wait', 'cancel', 'ship_part')),
  CONSTRAINT backorder_questions_chosen CHECK (num_nonnulls(choice, answer_id, chosen_by, chosen_at) = CASE WHEN state IN ('answered', 'timed_out') THEN 4 ELSE 0 END),
  CONSTRAINT backorder_questions_answer_once UNIQUE (answer_id)
);

-- What customers are told in addition.
ALTER TABLE messages
  DROP CONSTRAINT messages_kind,
  ADD CONSTRAINT messages_kind CHECK (kind IN ('invoice', 'dunning', 'credit_note', 'order_confirmation', 'shipping_notice', 'dispute_question',
    'proforma', 'prepayment_reminder', 'prepayment_invoice', 'backorder'));

------------------------------------------------------------------------------------------------------ outside warehouses

-- A warehouse outside is told by a signed call what it is to ship, and confirms through the API.
ALTER TABLE warehouses
  ADD COLUMN webhook_url text,
  ADD COLUMN webhook_secret text,
  DROP CONSTRAINT warehouses_mode,
  ADD CONSTRAINT warehouses_mode CHECK (mode IN ('manual', 'auto', 'webhook')),
  ADD CONSTRAINT warehouses_webhook CHECK (num_nonnulls(webhook_url, webhook_secret) = CASE mode WHEN 'webhook' THEN 2 ELSE 0 END
    AND webhook_url ~ '^https?://.' AND webhook_secret ~ '^whsec_.');

-- What a warehouse is told of an order. Each revision says all: of each line the whole quantity that is to leave from there, what has left
-- included, so that the highest alone counts, in whatever order they come. The body is what is sent, each time it is tried.
CREATE TABLE fulfilment_orders (
  id           text PRIMARY KEY,
  order_id     text NOT NULL REFERENCES orders,
  warehouse_id text NOT NULL REFERENCES warehouses,
  revision     integer NOT NULL,
  lines        jsonb NOT NULL, -- {"<line>": "<quantity>"}
  body         text NOT NULL,
  state        text NOT NULL DEFAULT 'queued',
  queued_at    timestamptz NOT NULL,
  sent_at      timestamptz,
  attempts     integer NOT NULL DEFAULT 0, -- those that failed
  error        text NOT NULL DEFAULT '',
  CONSTRAINT fulfilment_orders_revision CHECK (revision >= 1),
  CONSTRAINT fulfilment_orders_once UNIQUE (order_id, warehouse_id, revision),
  CONSTRAINT fulfilment_orders_lines CHECK (jsonb_typeof(lines) = 'object'),
  CONSTRAINT fulfilment_orders_attempts CHECK (attempts >= 0),
  CONSTRAINT fulfilment_orders_state CHECK (state IN ('queued', 'sent', 'superseded')), -- superseded: a later one says all, or there is nothing to say any more
  CONSTRAINT fulfilment_orders_sent CHECK ((state = 'sent') = (sent_at IS NOT NULL))
);
CREATE UNIQUE INDEX fulfilment_orders_queued_once ON fulfilment_orders (order_id, warehouse_id) WHERE state = 'queued';
REVOKE UPDATE ON fulfilment_orders FROM o2c_app;
GRANT UPDATE (state, sent_at, attempts, error) ON fulfilment_orders TO o2c_app;

-- What calls for a person in addition.
ALTER TABLE tasks
  DROP CONSTRAINT tasks_kind,
  ADD CONSTRAINT tasks_kind CHECK (kind IN ('agency', 'message_refused', 'payment_refused', 'credit_hold', 'letter', 'call', 'agency_recall', 'reference_rate',
    'dispute', 'warehouse_silent', 'shipment_refused'));

-- What left in a time.
CREATE INDEX shipments_shipped ON shipments (shipped_at);

-- +goose Down
-- It is taken back by dropping the database.
