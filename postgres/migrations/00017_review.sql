-- +goose Up
-- Before an order's credit is checked a person may have to look at it: what was found, and what was decided.

-------------------------------------------------------------------------------------------------- purchase order numbers

-- Which order a customer's purchase order number belongs to: the oldest with it that is neither cancelled nor rejected. The row is
-- written and locked in the transaction that accepts an order, so that of two orders at once one is the second. order_id is no foreign key:
-- an order is accepted before it is entered.
CREATE TABLE purchase_orders (
  customer_id text NOT NULL REFERENCES customers,
  po_number   text NOT NULL,
  order_id    text NOT NULL,
  PRIMARY KEY (customer_id, po_number),
  CONSTRAINT purchase_orders_number CHECK (po_number <> '')
);

REVOKE UPDATE ON purchase_orders FROM o2c_app;
GRANT UPDATE (order_id) ON purchase_orders TO o2c_app;

-- duplicate_of is the order that had the purchase order number when this one was accepted.
ALTER TABLE orders ADD COLUMN duplicate_of text, ADD CONSTRAINT orders_duplicate_of CHECK (duplicate_of IS NULL OR duplicate_of <> id AND po_number <> '');
UPDATE orders o SET duplicate_of = w.first
  FROM (SELECT id, first_value(id) OVER (PARTITION BY customer_id, po_number ORDER BY entered_at, id) AS first
          FROM orders WHERE po_number <> '' AND (outcome IS NULL OR outcome NOT IN ('cancelled', 'rejected'))) w
 WHERE w.id = o.id AND w.first <> o.id;
INSERT INTO purchase_orders (customer_id, po_number, order_id)
  SELECT customer_id, po_number, id FROM orders
   WHERE po_number <> '' AND duplicate_of IS NULL AND (outcome IS NULL OR outcome NOT IN ('cancelled', 'rejected'));

-- Whatever way an order comes in: one of those that go on is the first, and the others know it.
CREATE UNIQUE INDEX orders_purchase_order ON orders (customer_id, po_number)
  WHERE po_number <> '' AND duplicate_of IS NULL AND (outcome IS NULL OR outcome NOT IN ('cancelled', 'rejected'));

ALTER TABLE order_overrides DROP CONSTRAINT order_overrides_kind, ADD CONSTRAINT order_overrides_kind
  CHECK (kind IN ('price', 'line_discount', 'order_discount', 'payment_terms', 'charge_tax', 'duplicate_po'));
-- Until now nobody compared them: what was taken twice was let through.
INSERT INTO order_overrides (order_id, override, kind, pointer, given, instead, source)
  SELECT o.id, 1 + (SELECT count(*) FROM order_overrides v WHERE v.order_id = o.id), 'duplicate_po', '/po_number',
         'purchase order ' || o.po_number || ' once more', 'once', 'order:' || o.duplicate_of
    FROM orders o WHERE o.duplicate_of IS NOT NULL;
INSERT INTO events (key, order_id, customer_id, kind, at, actor, summary)
  SELECT 'terms-overridden/' || id, id, customer_id, 'terms-overridden', now(), 'o2c', 'Its purchase order number was used before' FROM orders WHERE duplicate_of IS NOT NULL
  ON CONFLICT (key) DO NOTHING;

----------------------------------------------------------------------------------------------------------------- reviews

-- Why a person has to look at an order.
CREATE TABLE order_findings (
  order_id text NOT NULL REFERENCES orders,
  finding  integer NOT NULL,
  code     text NOT NULL,
  detail   text NOT NULL,
  found_at timestamptz NOT NULL,
  PRIMARY KEY (order_id, finding),
  CONSTRAINT order_findings_finding CHECK (finding >= 1),
  CONSTRAINT order_findings_code CHECK (code IN ('duplicate-purchase-order')),
  CONSTRAINT order_findings_detail CHECK (detail <> '')
);
SELECT append_only('order_findings');

-- What was decided, on the findings that there were by then. Who decides twice on the same ones has lost a race.
CREATE TABLE review_decisions (
  id         text PRIMARY KEY,
  order_id   text NOT NULL REFERENCES orders,
  findings   integer NOT NULL,
  decision   text NOT NULL,
  reason     text NOT NULL,
  decided_by text NOT NULL,
  decided_at timestamptz NOT NULL,
  FOREIGN KEY (order_id, findings) REFERENCES order_findings (order_id, finding),
  CONSTRAINT review_decisions_once UNIQUE (order_id, findings),
  CONSTRAINT review_decisions_decision CHECK (decision IN ('release', 'reject')),
  CONSTRAINT review_decisions_reason CHECK (reason <> '')
);
SELECT append_only('review_decisions');

-------------------------------------------------------------------------------------------------------------- credit hold

-- After how many days on hold credit is reminded, the manager is told, and the order is cancelled; 0: never.
ALTER TABLE credit_policies
  ADD COLUMN hold_remind_days   integer NOT NULL DEFAULT 0,
  ADD COLUMN hold_escalate_days integer NOT NULL DEFAULT 0,
  ADD COLUMN hold_cancel_days   integer NOT NULL DEFAULT 0,
  ADD CONSTRAINT credit_policies_hold_days CHECK (hold_remind_days BETWEEN 0 AND 365 AND hold_escalate_days BETWEEN 0 AND 365 AND hold_cancel_days BETWEEN 0 AND 365
    AND (0 IN (hold_remind_days, hold_escalate_days) OR hold_remind_days < hold_escalate_days)
    AND (0 IN (hold_remind_days, hold_cancel_days) OR hold_remind_days < hold_cancel_days)
    AND (0 IN (hold_escalate_days, hold_cancel_days) OR hold_escalate_days < hold_cancel_days));

-- What is left of the steps that were planned when the order's hold began: [{step, at}], the next one first.
ALTER TABLE orders ADD COLUMN hold_plan jsonb NOT NULL DEFAULT '[]',
  ADD CONSTRAINT orders_hold_plan CHECK (jsonb_typeof(hold_plan) = 'array' AND (hold_plan = '[]' OR stage IN ('credit_hold', 'awaiting_prepayment')));
GRANT UPDATE (hold_plan) ON orders TO o2c_app;

ALTER TABLE tasks DROP CONSTRAINT tasks_kind, ADD CONSTRAINT tasks_kind CHECK (kind IN ('agency', 'message_refused', 'payment_refused', 'credit_hold'));
CREATE INDEX tasks_open_of_order ON tasks (order_id, kind) WHERE closed_at IS NULL;
GRANT UPDATE (closed_at) ON tasks TO o2c_app;

-- +goose Down
-- It is taken back by dropping the database.
