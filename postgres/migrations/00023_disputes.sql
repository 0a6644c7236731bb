-- +goose Up
-- Disputes with an owner, a service time, evidence and a second person; inquiries; deductions that open disputes.

-- service is what is still to come of a dispute's service time (models.ServiceClock); due_at is when it is escalated, or was last to be.
-- An inquiry is a complaint without an amount. A deduction was kept back by an application of a payment.
ALTER TABLE disputes
  ADD COLUMN kind        text NOT NULL DEFAULT 'dispute',
  ADD COLUMN department  text NOT NULL DEFAULT '',
  ADD COLUMN service     jsonb NOT NULL DEFAULT '{"hours": {"from": 0, "to": 0}, "steps": []}',
  ADD COLUMN payment_id  text,
  ADD COLUMN application integer,
  ADD CONSTRAINT disputes_kind CHECK (kind IN ('dispute', 'inquiry')),
  ADD CONSTRAINT disputes_inquiry CHECK (kind = 'dispute' OR amount = 0 AND payment_id IS NULL AND state NOT IN ('awaiting_approval', 'partly_accepted')),
  ADD CONSTRAINT disputes_root_cause CHECK (root_cause ~ '^([a-z0-9][a-z0-9_]{0,63})?$'),
  ADD CONSTRAINT disputes_department CHECK (department ~ '^([a-z0-9][a-z0-9_]{0,63})?$'),
  ADD CONSTRAINT disputes_deducted_once UNIQUE (payment_id, application),
  ADD CONSTRAINT disputes_application_fkey FOREIGN KEY (payment_id, application) REFERENCES payment_applications (payment_id, n) MATCH FULL;
CREATE INDEX disputes_by_owner ON disputes (owner, opened_at, id);
CREATE INDEX disputes_by_reason ON disputes (reason, opened_at, id);
CREATE INDEX disputes_running ON disputes (opened_at, id) WHERE state IN ('open', 'awaiting_approval');

-- What it is about was said once, and stays.
REVOKE UPDATE ON disputes FROM o2c_app;
GRANT UPDATE (amount, accepted, state, owner, due_at, root_cause, department, service, resolved_at, resolved_by, resolution, resolution_id) ON disputes TO o2c_app;

-- What speaks for or against a dispute: words, or a reference to what is kept elsewhere. The proofs of delivery of its invoice are offered
-- beside it. question and answer are what the customer was asked and said.
CREATE TABLE dispute_evidence (
  dispute_id text NOT NULL REFERENCES disputes,
  n          integer NOT NULL,
  kind       text NOT NULL,
  text       text NOT NULL,
  sha256     text,
  added_by   text NOT NULL,
  added_at   timestamptz NOT NULL,
  PRIMARY KEY (dispute_id, n),
  CONSTRAINT dispute_evidence_n CHECK (n >= 1),
  CONSTRAINT dispute_evidence_kind CHECK (kind IN ('note', 'url', 'document', 'question', 'answer')),
  CONSTRAINT dispute_evidence_text CHECK (text ~ '[^[:space:]]' AND length(text) <= 2000),
  CONSTRAINT dispute_evidence_sha256 CHECK ((kind = 'document') = (sha256 IS NOT NULL) AND sha256 ~ '^[0-9a-f]{64}$')
);
SELECT append_only('dispute_evidence');

-- How long a dispute of a reason may take, in hours of business by the seller's calendar; '' is every reason without one of its own. The
-- newest version holds for disputes that are opened then. 0 hours is never.
CREATE TABLE service_times (
  reason         text NOT NULL,
  version        integer NOT NULL,
  assign_hours   integer NOT NULL,
  remind_hours   integer NOT NULL,
  escalate_hours integer NOT NULL,
  opens          integer NOT NULL, -- the hour
  closes         integer NOT NULL,
  set_by         text NOT NULL,
  set_at         timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (reason, version),
  CONSTRAINT service_times_reason CHECK (reason IN ('', 'pricing', 'quantity', 'quality', 'damaged', 'late', 'not_received', 'returned', 'duplicate',
    'freight', 'discount', 'tax', 'other')),
  CONSTRAINT service_times_version CHECK (version >= 1),
  CONSTRAINT service_times_hours CHECK (assign_hours BETWEEN 0 AND 2000 AND remind_hours BETWEEN 0 AND 2000 AND escalate_hours BETWEEN 1 AND 2000
    AND (remind_hours = 0 OR remind_hours > assign_hours) AND escalate_hours > greatest(assign_hours, remind_hours)),
  CONSTRAINT service_times_opening CHECK (opens >= 0 AND closes <= 24 AND opens < closes)
);
SELECT append_only('service_times');
-- A day to be assigned, a week to the reminder, and two weeks to the escalation.
INSERT INTO service_times (reason, version, assign_hours, remind_hours, escalate_hours, opens, closes, set_by) VALUES ('', 1, 8, 40, 80, 9, 17, 'system');

-- A dispute is worth a task and a message, and has an authority and approvals of its own.
ALTER TABLE tasks
  DROP CONSTRAINT tasks_kind,
  ADD CONSTRAINT tasks_kind CHECK (kind IN ('agency', 'message_refused', 'payment_refused', 'credit_hold', 'letter', 'call', 'agency_recall', 'reference_rate',
    'dispute'));
ALTER TABLE messages
  DROP CONSTRAINT messages_kind,
  ADD CONSTRAINT messages_kind CHECK (kind IN ('invoice', 'dunning', 'credit_note', 'order_confirmation', 'shipping_notice', 'dispute_question'));
ALTER TABLE approvals
  DROP CONSTRAINT approvals_kind,
  ADD CONSTRAINT approvals_kind CHECK (kind IN ('credit_release', 'write_off', 'refund', 'price_override', 'credit_note', 'dispute'));
ALTER TABLE authorities
  DROP CONSTRAINT authorities_kind,
  ADD CONSTRAINT authorities_kind CHECK (kind IN ('write_off', 'dispute'));

-- Above this a second person decides on what is accepted of a dispute. In other currencies nobody decides alone until somebody says how much is little.
INSERT INTO authorities (kind, role, currency, version, amount, set_by)
  SELECT 'dispute', role, currency, 1, amount, 'system'
    FROM (VALUES ('EUR'), ('USD'), ('GBP'), ('CHF')) AS c (currency) CROSS JOIN (VALUES ('collector', 10000), ('manager', 50000), ('admin', 50000)) AS a (role, amount);
CREATE UNIQUE INDEX approvals_one_of_dispute ON approvals (subject) WHERE kind = 'dispute' AND decided_at IS NULL;

-- +goose Down
-- It is taken back by dropping the database.
