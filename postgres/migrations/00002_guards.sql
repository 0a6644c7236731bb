-- +goose Up
-- Who may do what. Migrations run as the owner of the tables; the application runs as o2c_app, which may add everywhere, change
-- what changes, and delete nothing. What is only ever added says so once more with triggers, which hold for the owner too.

-- Roles belong to the whole cluster: another database's migration may have made it, or may be making it now.
-- +goose StatementBegin
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'o2c_app') THEN
    BEGIN
      CREATE ROLE o2c_app NOLOGIN;
    EXCEPTION
      WHEN duplicate_object OR unique_violation THEN NULL;
      WHEN insufficient_privilege THEN
        RAISE EXCEPTION '% may not create the role of the application', current_user
          USING ERRCODE = 'insufficient_privilege', HINT = 'Let an administrator run: CREATE ROLE o2c_app NOLOGIN;';
    END;
  END IF;
  -- So that the application may log in as the owner, too, and act as o2c_app. Where it logs in as somebody else nobody needs it.
  IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
    AND NOT pg_has_role(current_user, 'o2c_app', CASE WHEN current_setting('server_version_num')::integer >= 160000 THEN 'SET' ELSE 'MEMBER' END) THEN
    BEGIN
      EXECUTE format('GRANT o2c_app TO %I', current_user);
    EXCEPTION
      WHEN insufficient_privilege THEN NULL;
      WHEN unique_violation OR internal_error THEN NULL; -- another database's migration has just done it
    END;
  END IF;
END
$$;
-- +goose StatementEnd

REVOKE CREATE ON SCHEMA public FROM PUBLIC; -- as PostgreSQL does by itself from version 15 on
GRANT USAGE ON SCHEMA public TO o2c_app;
GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA public TO o2c_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO o2c_app;
REVOKE ALL ON goose_db_version FROM o2c_app; -- the history of the migrations
REVOKE ALL ON SEQUENCE goose_db_version_id_seq FROM o2c_app;
REVOKE INSERT ON currencies, ledger_accounts FROM o2c_app; -- they come with migrations

-- What changes. FOR UPDATE needs the right as well.
GRANT UPDATE ON company, customers, customer_clocks, credit_accounts, stock, claims, facts, orders, order_lines, shipments,
  number_series, open_items, disputes, dunning_notices, payments, messages TO o2c_app;

-- What later migrations add may be read, added to and changed. What is only ever added says so with append_only; a right to
-- delete is given by name, where something is deleted.
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE ON TABLES TO o2c_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO o2c_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT EXECUTE ON FUNCTIONS TO o2c_app;

-- append_only makes a table one whose rows are only ever added, for everybody: SELECT append_only('journals'). Its triggers'
-- names are error codes: <table>_append_only (or the name that the table's trigger has already) and <table>_no_truncate.
-- +goose StatementBegin
CREATE FUNCTION append_only(book regclass) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  name text := (SELECT relname FROM pg_class WHERE oid = book);
BEGIN
  -- In tgtype 1 is FOR EACH ROW and 32 is TRUNCATE.
  IF NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = book AND tgfoid = 'refuse_change'::regproc AND tgtype & 1 <> 0) THEN
    EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OR DELETE ON %s FOR EACH ROW EXECUTE FUNCTION refuse_change()', name || '_append_only', book);
  END IF;
  IF NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = book AND tgfoid = 'refuse_change'::regproc AND tgtype & 32 <> 0) THEN
    EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON %s FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', name || '_no_truncate', book);
  END IF;
  EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %s FROM o2c_app', book);
END
$$;
-- +goose StatementEnd
REVOKE EXECUTE ON FUNCTION append_only FROM PUBLIC, o2c_app;

SELECT append_only(book) FROM unnest(ARRAY['credit_limits', 'credit_decisions', 'stock_receipts', 'audit_log', 'shipment_lines', 'invoices',
  'invoice_lines', 'invoice_taxes', 'credit_notes', 'credit_note_taxes', 'payment_applications', 'ledger_entries', 'ledger_lines',
  'events']::regclass[]) AS book;

----------------------------------------------------------------------------------------------------- scales and signs

-- Every amount says its scale: numeric would take 1.00005 EUR, NaN and infinity, and is_money refuses all three.
ALTER TABLE dunning_policies ADD CONSTRAINT dunning_policies_min_amount_scale CHECK (min_amount = trunc(min_amount, 4) AND min_amount < 1e15); -- of any currency
ALTER TABLE orders ADD CONSTRAINT orders_total_scale CHECK (is_money(total, currency));
ALTER TABLE order_lines ADD CONSTRAINT order_lines_amounts CHECK (net_amount >= 0 AND gross_amount >= 0);
ALTER TABLE credit_decisions ADD CONSTRAINT credit_decisions_up_to CHECK (up_to >= 0);
ALTER TABLE invoices ADD CONSTRAINT invoices_scale CHECK (is_money(line_total, currency) AND is_money(allowance_total, currency) AND is_money(total, currency));
ALTER TABLE invoice_lines ADD CONSTRAINT invoice_lines_net_amount CHECK (net_amount >= 0);
ALTER TABLE invoice_taxes ADD CONSTRAINT invoice_taxes_amounts CHECK (allowance >= 0 AND taxable >= 0 AND tax >= 0);
ALTER TABLE credit_notes ADD CONSTRAINT credit_notes_scale CHECK (is_money(total, currency) AND is_money(applied_to_invoice, currency)
  AND is_money(customer_credit, currency));
ALTER TABLE credit_note_taxes ADD CONSTRAINT credit_note_taxes_amounts CHECK (taxable >= 0 AND tax >= 0);
ALTER TABLE open_items ADD CONSTRAINT open_items_settled_scale CHECK (is_money(deposits_applied, currency) AND is_money(credit_applied, currency)
  AND is_money(discount, currency) AND is_money(payment_difference, currency) AND is_money(withheld, currency));
ALTER TABLE disputes ADD CONSTRAINT disputes_accepted_scale CHECK (is_money(accepted, currency));

-- check_scale is is_money for the columns of a row whose currency stands with the order or document that it belongs to: the trigger's
-- arguments are that one's table and the columns. A column that does not exist yet may be named.
-- +goose StatementBegin
CREATE FUNCTION check_scale() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  parts jsonb := to_jsonb(NEW);
  code  text;
BEGIN
  CASE TG_ARGV[0]
    WHEN 'orders' THEN code := (SELECT currency FROM orders WHERE id = parts ->> 'order_id');
    WHEN 'invoices' THEN code := (SELECT currency FROM invoices WHERE number = parts ->> 'invoice');
    WHEN 'credit_notes' THEN code := (SELECT currency FROM credit_notes WHERE number = parts ->> 'credit_note');
  END CASE;
  FOR n IN 1 .. TG_NARGS - 1 LOOP
    IF NOT is_money((parts ->> TG_ARGV[n])::numeric, code) THEN
      RAISE EXCEPTION '% of % is no amount in %: %', TG_ARGV[n], TG_TABLE_NAME, code, parts ->> TG_ARGV[n]
        USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
    END IF;
  END LOOP;
  RETURN NEW;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER order_lines_scale BEFORE INSERT OR UPDATE OF net_amount, gross_amount ON order_lines
  FOR EACH ROW EXECUTE FUNCTION check_scale('orders', 'net_amount', 'gross_amount');
CREATE TRIGGER credit_decisions_scale BEFORE INSERT ON credit_decisions
  FOR EACH ROW WHEN (NEW.up_to IS NOT NULL) EXECUTE FUNCTION check_scale('orders', 'up_to');
CREATE TRIGGER invoice_lines_scale BEFORE INSERT ON invoice_lines
  FOR EACH ROW EXECUTE FUNCTION check_scale('invoices', 'net_amount');
CREATE TRIGGER invoice_taxes_scale BEFORE INSERT ON invoice_taxes
  FOR EACH ROW EXECUTE FUNCTION check_scale('invoices', 'allowance', 'charge', 'taxable', 'tax');
CREATE TRIGGER credit_note_taxes_scale BEFORE INSERT ON credit_note_taxes
  FOR EACH ROW EXECUTE FUNCTION check_scale('credit_notes', 'taxable', 'tax');

-- Constraints are checked in the order of their names. What is paid or shipped too much is told by the constraint that says so,
-- and not by the one on what is left of it.
ALTER TABLE open_items DROP CONSTRAINT open_items_disputed;
ALTER TABLE open_items ADD CONSTRAINT open_items_disputed CHECK (disputed_amount >= 0
  AND (disputed_amount <= total - paid - credited - deposits_applied - credit_applied - discount - payment_difference - withheld - written_off
       OR total - paid - credited - deposits_applied - credit_applied - discount - payment_difference - withheld - written_off < 0));
ALTER TABLE order_lines DROP CONSTRAINT order_lines_reserved;
ALTER TABLE order_lines ADD CONSTRAINT order_lines_reserved CHECK (reserved <= quantity - shipped - cancelled OR shipped + cancelled > quantity);

------------------------------------------------------------------------------------------------------------- look-ups

-- The index on the document left out entries without one, and so was of no use to a join by document.
DROP INDEX ledger_entries_of_document;
CREATE INDEX ledger_entries_of_document ON ledger_entries (document, id);
CREATE INDEX disputes_page ON disputes (opened_at, id);
CREATE INDEX ledger_entries_of_order ON ledger_entries (order_id, id);
CREATE INDEX ledger_lines_of_account ON ledger_lines (account, entry_id);

-- +goose Down
-- It is taken back by dropping the database.
