-- +goose Up
-- What a dunning notice charges: a fee, interest and compensation, each a debit note of its own; and what became of the notice.

-- accrued is the interest of the notice's instalment to the notice's day, whoever charged it. not_charged says why interest or
-- compensation that the policy grants was not charged. left_open is what of the instalment the notice did not demand: it is resolved
-- while no more than that is open, and resolved_from is what it was before; notices of before have none.
ALTER TABLE dunning_notices ADD COLUMN customer_id text REFERENCES customers;
UPDATE dunning_notices n SET customer_id = v.customer_id FROM invoices v WHERE v.number = n.invoice;
ALTER TABLE dunning_notices
  ADD COLUMN fee           numeric NOT NULL DEFAULT 0,
  ADD COLUMN interest      numeric NOT NULL DEFAULT 0,
  ADD COLUMN compensation  numeric NOT NULL DEFAULT 0,
  ADD COLUMN total         numeric GENERATED ALWAYS AS (amount + fee + interest + compensation) STORED,
  ADD COLUMN accrued       numeric NOT NULL DEFAULT 0,
  ADD COLUMN not_charged   text NOT NULL DEFAULT '',
  ADD COLUMN left_open     numeric,
  ADD COLUMN resolved_from text,
  ADD CONSTRAINT dunning_notices_charges CHECK (fee >= 0 AND interest >= 0 AND compensation >= 0 AND accrued >= interest
    AND is_money(fee, currency) AND is_money(interest, currency) AND is_money(compensation, currency) AND is_money(accrued, currency)
    AND (state <> 'skipped' OR fee + interest + compensation = 0)),
  ADD CONSTRAINT dunning_notices_customer CHECK (action <> 'account_hold' OR customer_id IS NOT NULL),
  ADD CONSTRAINT dunning_notices_not_charged CHECK (not_charged IN ('', 'no-reference-rate', 'compensation-currency')),
  ADD CONSTRAINT dunning_notices_left_open CHECK (left_open >= 0 AND is_money(left_open, currency)),
  ADD CONSTRAINT dunning_notices_resolved CHECK ((state = 'resolved') = (resolved_from IS NOT NULL)
    AND resolved_from IN ('queued', 'sent', 'delivered', 'bounced'));
CREATE INDEX dunning_notices_holding_account ON dunning_notices (customer_id) WHERE action = 'account_hold' AND state NOT IN ('skipped', 'resolved');

-- A debit note that a notice charged knows it, and interest knows what it was made of: the segments of all interest to that day, as
-- models.InterestSegment, of which what was charged before is taken off.
ALTER TABLE debit_notes
  ADD COLUMN notice_id bigint REFERENCES dunning_notices,
  ADD COLUMN segments  jsonb NOT NULL DEFAULT '[]',
  ADD CONSTRAINT debit_notes_segments CHECK (segments = '[]' OR kind = 'interest');
CREATE UNIQUE INDEX debit_notes_one_compensation ON debit_notes (invoice) WHERE kind = 'compensation';
CREATE UNIQUE INDEX debit_notes_of_notice ON debit_notes (notice_id, kind) WHERE notice_id IS NOT NULL;

-- What a person has to do beside sending mails. id is how the API names a task.
ALTER TABLE tasks
  ADD COLUMN id        text GENERATED ALWAYS AS ('tsk_' || md5(key)) STORED,
  ADD COLUMN notice_id bigint REFERENCES dunning_notices,
  ADD COLUMN closed_by text,
  ADD COLUMN outcome   text,
  ADD CONSTRAINT tasks_closed CHECK (closed_at IS NOT NULL OR num_nonnulls(closed_by, outcome) = 0);
CREATE INDEX tasks_by_id ON tasks (id);
CREATE INDEX tasks_of_notice ON tasks (notice_id) WHERE notice_id IS NOT NULL;
CREATE INDEX tasks_page ON tasks (opened_at, id);
CREATE INDEX tasks_of_customer ON tasks (customer_id, opened_at, id);
GRANT UPDATE (closed_by, outcome) ON tasks TO o2c_app;
-- New kinds beside all that there are.
ALTER TABLE tasks DROP CONSTRAINT tasks_kind, ADD CONSTRAINT tasks_kind CHECK (kind IN ('agency', 'message_refused', 'payment_refused', 'credit_hold',
  'letter', 'call', 'agency_recall', 'reference_rate'));
ALTER TABLE facts DROP CONSTRAINT facts_kind, ADD CONSTRAINT facts_kind CHECK (kind IN ('shipment', 'delivery', 'dispute', 'payment', 'stock_receipt', 'credit_limit',
  'credit_application', 'credit_refund', 'payment_change', 'collateral', 'credit_standing', 'promise', 'return', 'return_receipt', 'carrier_event', 'task_closure'));

-- +goose Down
-- It is taken back by dropping the database.
