-- +goose Up
-- What the application may still have falsified: columns of an order that it never changes, and approvals that nobody waited for.

-- An order changes in what its steps decide on; who ordered what, when and on which terms stays as it was accepted.
REVOKE UPDATE ON orders FROM o2c_app;
GRANT UPDATE (net_total, tax_total, total, charge_gross, version, stage, outcome, approved, allocated, release_id, release_until, blocked_code, blocked_detail,
  closed_at) ON orders TO o2c_app;

-- An approval starts as a request: it is decided later, by somebody else (approvals_four_eyes), and once.
-- +goose StatementBegin
CREATE FUNCTION approvals_check_request() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'approval % would be decided by %, before anybody has waited for it', NEW.id, NEW.decided_by
    USING ERRCODE = 'check_violation', CONSTRAINT = 'approvals_requested_first', TABLE = 'approvals';
END
$$;
-- +goose StatementEnd
CREATE TRIGGER approvals_requested_first BEFORE INSERT ON approvals
  FOR EACH ROW WHEN (num_nonnulls(NEW.decision, NEW.decision_id, NEW.decision_reason, NEW.decided_by, NEW.decided_at) > 0) EXECUTE FUNCTION approvals_check_request();

-- The hash chain over the timeline and the audit log: each seal covers a batch of rows of both, as they were committed, and the seal
-- before it. A row is covered once.
CREATE TABLE record_seals (
  position  bigint PRIMARY KEY,
  events    int8multirange NOT NULL, -- ids
  audit     int8multirange NOT NULL,
  hash      bytea NOT NULL,
  horizon   xid8 NOT NULL, -- every row of an earlier transaction is sealed
  sealed_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT record_seals_position CHECK (position > 0),
  CONSTRAINT record_seals_covers CHECK (NOT isempty(events) OR NOT isempty(audit)),
  CONSTRAINT record_seals_hash CHECK (octet_length(hash) = 32),
  CONSTRAINT record_seals_events_once EXCLUDE USING gist (events WITH &&),
  CONSTRAINT record_seals_audit_once EXCLUDE USING gist (audit WITH &&)
);
SELECT append_only('record_seals');

-- What is sealed of a row. Instants are numbers, so that no setting of the session changes it.
CREATE VIEW event_contents AS
  SELECT id, xid, sha256(convert_to(ROW(id, key, order_id, customer_id, invoice, payment_id, kind, extract(epoch FROM at), actor, summary, detail,
         extract(epoch FROM recorded_at), xid)::text, 'UTF8')) AS content FROM events;
CREATE VIEW audit_contents AS
  SELECT id, xid, sha256(convert_to(ROW(id, extract(epoch FROM at), actor, action, object_kind, object_id, detail, xid)::text, 'UTF8')) AS content FROM audit_log;

-- +goose Down
-- It is taken back by dropping the database.
