-- +goose Up
-- Invoices that are paid in instalments which are agreed later: a plan replaces the schedule by which what is undisputed and open is dunned.

-- amount is the sum of the instalments. settled_before is what had lowered the invoice when the plan was made, and moves with what does not
-- belong to it: money of before that is taken back, and what is accepted of a dispute that lay beside it. authority is what whoever asked for the
-- plan could have decided alone. The id is the command's, and that of the request for approval where there was one.
CREATE TABLE instalment_plans (
  id             text COLLATE "C" PRIMARY KEY,
  invoice        text NOT NULL REFERENCES invoices,
  customer_id    text NOT NULL REFERENCES customers,
  currency       text NOT NULL REFERENCES currencies,
  amount         numeric NOT NULL,
  state          text NOT NULL DEFAULT 'active',
  settled_before numeric NOT NULL,
  settled        numeric, -- of it, when it ended
  authority      numeric NOT NULL,
  requested_by   text NOT NULL,
  made_at        timestamptz NOT NULL,
  recorded_at    timestamptz NOT NULL DEFAULT now(),
  ended_at       timestamptz,
  CONSTRAINT instalment_plans_state CHECK (state IN ('active', 'kept', 'broken', 'replaced', 'withdrawn')),
  CONSTRAINT instalment_plans_amount CHECK (amount > 0 AND is_money(amount, currency)),
  CONSTRAINT instalment_plans_settled_before CHECK (is_money(settled_before, currency)),
  CONSTRAINT instalment_plans_settled CHECK (settled >= 0 AND settled <= amount AND is_money(settled, currency)),
  CONSTRAINT instalment_plans_authority CHECK (authority >= 0 AND is_money(authority, currency)),
  CONSTRAINT instalment_plans_ended CHECK ((state = 'active') = (ended_at IS NULL) AND (state = 'active') = (settled IS NULL))
);
CREATE UNIQUE INDEX instalment_plans_one_active ON instalment_plans (invoice) WHERE state = 'active';
CREATE INDEX instalment_plans_of_invoice ON instalment_plans (invoice, made_at, id);
CREATE INDEX instalment_plans_broken ON instalment_plans (customer_id, ended_at) WHERE state = 'broken';
REVOKE UPDATE ON instalment_plans FROM o2c_app;
GRANT UPDATE (state, settled, ended_at, settled_before) ON instalment_plans TO o2c_app;
CREATE TRIGGER instalment_plans_final BEFORE UPDATE ON instalment_plans FOR EACH ROW WHEN (OLD.state <> 'active') EXECUTE FUNCTION refuse_change_of_ended();

-- What is to be paid when. At judge_at it is missed.
CREATE TABLE planned_instalments (
  plan_id  text COLLATE "C" NOT NULL REFERENCES instalment_plans,
  n        integer NOT NULL,
  currency text NOT NULL REFERENCES currencies,
  due_date date NOT NULL,
  amount   numeric NOT NULL,
  judge_at timestamptz NOT NULL,
  PRIMARY KEY (plan_id, n),
  CONSTRAINT planned_instalments_n CHECK (n BETWEEN 1 AND 60),
  CONSTRAINT planned_instalments_amount CHECK (amount > 0 AND is_money(amount, currency)),
  CONSTRAINT planned_instalments_one_a_day UNIQUE (plan_id, due_date)
);
SELECT append_only('planned_instalments');

-- The plan by which the invoice is paid.
ALTER TABLE open_items ADD COLUMN plan text COLLATE "C" REFERENCES instalment_plans;
CREATE INDEX open_items_of_plan ON open_items (plan) WHERE plan IS NOT NULL;
GRANT UPDATE (plan) ON open_items TO o2c_app;

-- New kinds beside all that there are.
ALTER TABLE tasks
  DROP CONSTRAINT tasks_kind,
  ADD CONSTRAINT tasks_kind CHECK (kind IN ('agency', 'message_refused', 'payment_refused', 'credit_hold', 'letter', 'call', 'agency_recall', 'reference_rate',
    'dispute', 'warehouse_silent', 'shipment_refused', 'plan_broken'));
ALTER TABLE approvals
  DROP CONSTRAINT approvals_kind,
  ADD CONSTRAINT approvals_kind CHECK (kind IN ('credit_release', 'write_off', 'refund', 'price_override', 'credit_note', 'dispute', 'plan'));
ALTER TABLE authorities
  DROP CONSTRAINT authorities_kind,
  ADD CONSTRAINT authorities_kind CHECK (kind IN ('write_off', 'dispute', 'plan'));

-- Above this a second person decides on a plan. In other currencies nobody decides alone until somebody says how much is little.
INSERT INTO authorities (kind, role, currency, version, amount, set_by)
  SELECT 'plan', role, currency, 1, amount, 'system'
    FROM (VALUES ('EUR'), ('USD'), ('GBP'), ('CHF')) AS c (currency) CROSS JOIN (VALUES ('collector', 10000), ('manager', 50000), ('admin', 50000)) AS a (role, amount);
CREATE UNIQUE INDEX approvals_one_plan ON approvals (subject) WHERE kind = 'plan' AND decided_at IS NULL;

-- +goose Down
-- It is taken back by dropping the database.
