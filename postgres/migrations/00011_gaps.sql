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

-- +goose Down
-- It is taken back by dropping the database.
