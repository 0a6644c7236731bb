package postgres_test

import (
	"fmt"
	"net/url"
	"testing"

	"github.com/jackc/pgx/v5"

	"o2c/internal/testkit"
	"o2c/postgres"
)

// denied is SQLSTATE insufficient_privilege.
const denied = "42501"

// Documents, entries, events, decisions, limits and the audit log: the application is not even let near the triggers.
func TestTheApplicationMayNotTouchWhatIsRecorded(t *testing.T) {
	t.Parallel()
	oneOfEach(t)
	app := testkit.Database(t)
	for _, table := range []string{"invoices", "invoice_lines", "invoice_taxes", "credit_notes", "credit_note_taxes", "ledger_entries", "ledger_lines",
		"events", "audit_log", "record_seals", "credit_decisions", "credit_limits", "payment_applications", "stock_receipts", "shipment_lines"} {
		column := names(t, app, fmt.Sprintf(`SELECT attname FROM pg_attribute WHERE attrelid = '%s'::regclass AND attnum = 1`, table))[0]
		for _, sql := range []string{
			"UPDATE %[1]s SET %[2]s = DEFAULT", "DELETE FROM %[1]s", "TRUNCATE %[1]s CASCADE", "DROP TABLE %[1]s CASCADE",
			"ALTER TABLE %[1]s ADD COLUMN smuggled text", "ALTER TABLE %[1]s ALTER COLUMN %[2]s DROP NOT NULL",
			"ALTER TABLE %[1]s DISABLE TRIGGER ALL", "DROP TRIGGER %[1]s_no_truncate ON %[1]s", "ALTER TABLE %[1]s OWNER TO o2c_app",
			"SELECT * FROM %[1]s FOR UPDATE", "CREATE RULE quiet AS ON INSERT TO %[1]s DO INSTEAD NOTHING",
		} {
			sql = fmt.Sprintf(sql, table, column)
			if _, err := violated(t.Context(), app, sql); sqlState(err) != denied {
				t.Errorf("%s: %v", sql, err)
			}
		}
	}
	for _, sql := range []string{
		"SET session_replication_role = replica", "CREATE TABLE mine (id int)", "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE sql AS ''",
		"DROP FUNCTION minor_units CASCADE", "ALTER DOMAIN price DROP CONSTRAINT price_scale", "DROP SCHEMA public CASCADE", "SELECT append_only('stock')",
		"SELECT * FROM goose_db_version", "INSERT INTO currencies VALUES ('EUX', 2, 'x')", "INSERT INTO ledger_accounts VALUES ('x', 'x', 'asset')",
		"SELECT setval('events_id_seq', 1)", "COPY events TO PROGRAM 'true'",
	} {
		if _, err := violated(t.Context(), app, sql); sqlState(err) != denied {
			t.Errorf("%s: %v", sql, err)
		}
	}
}

// Of what changes, only that changes: what was received, accepted, billed and agreed stays as it was recorded.
func TestTheApplicationChangesOnlyWhatChanges(t *testing.T) {
	t.Parallel()
	app := testkit.Database(t)
	for table, columns := range map[string][]string{
		"payments":         {"id", "amount", "currency", "value_date", "method", "remittance", "received_by", "received_at"},
		"facts":            {"id", "kind", "content", "actor", "accepted_at"},
		"open_items":       {"number", "kind", "invoice", "customer_id", "order_id", "currency", "due_date", "total"},
		"orders":           {"id", "customer_id", "currency", "payment_terms", "discount_percent", "charge_total", "entered_by", "entered_at", "recorded_at"},
		"order_lines":      {"sku", "discount_percent", "tax_category", "tax_rate"},
		"order_charges":    {"amount"},
		"customer_credits": {"credit_note", "customer_id", "currency", "amount"},
		"messages":         {"key", "order_id", "invoice", "customer_id", "kind", "channel", "recipient", "subject", "body", "queued_at"},
		"dunning_notices":  {"invoice", "instalment", "level", "at", "currency", "amount", "channel", "action"},
		"approvals":        {"id", "kind", "subject", "currency", "amount", "content", "requested_by", "requested_at"},
		"disputes":         {"id", "invoice", "customer_id", "currency", "line", "reason", "raised_by", "opened_at"},
		"shipments":        {"id", "order_id", "warehouse_id", "shipped_at", "confirmed_by", "return_id"},
		"claims":           {"principal", "key", "route", "request_hash", "resource_id"},
		"credit_accounts":  {"customer_id", "currency"},
		"customers":        {"id", "currency"},
		"number_series":    {"series", "year"},
		"stock":            {"warehouse_id", "sku"},
		"reservations":     {"order_id", "line", "warehouse_id", "sku"},
		"price_lists":      {"id", "currency"},
	} {
		for _, column := range columns {
			sql := fmt.Sprintf("UPDATE %s SET %[2]s = %[2]s", table, column)
			if _, err := violated(t.Context(), app, sql); sqlState(err) != denied {
				t.Errorf("%s: %v", sql, err)
			}
		}
	}
}

// What the catalogue says of every table, a new one too: rows that are only ever added give no right to change them, nothing may be
// emptied or altered by the application, and it can read and add to whatever it does not change.
func TestTheApplicationsRightsAreThoseOfItsTables(t *testing.T) {
	t.Parallel()
	pool := testkit.Database(t)
	for rule, sql := range map[string]string{
		"may change what is only ever added": `
			SELECT t.tgrelid::regclass::text FROM pg_trigger t
			 WHERE t.tgfoid = 'refuse_change'::regproc
			   AND (has_any_column_privilege('o2c_app', t.tgrelid, 'UPDATE') OR has_table_privilege('o2c_app', t.tgrelid, 'DELETE'))`,
		"may empty, refer to, or put triggers on": `
			SELECT oid::regclass::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f')
			   AND has_table_privilege('o2c_app', oid, 'TRUNCATE, REFERENCES, TRIGGER')`,
		"may not read": `
			SELECT oid::regclass::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm')
			   AND relname <> 'goose_db_version' AND NOT has_table_privilege('o2c_app', oid, 'SELECT')`,
		"may not add to": `
			SELECT oid::regclass::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
			   AND relname NOT IN ('goose_db_version', 'currencies', 'ledger_accounts', 'ledger_flows') AND NOT has_table_privilege('o2c_app', oid, 'INSERT')`,
		"may pass on its rights to": `
			SELECT c.relname FROM pg_class c, aclexplode(c.relacl) AS a WHERE a.grantee = 'o2c_app'::regrole AND a.is_grantable`,
		"owns": `
			SELECT classid::regclass || ' ' || objid FROM pg_shdepend WHERE refobjid = 'o2c_app'::regrole AND deptype = 'o'
			   AND dbid IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))`,
		"is more than a plain role": `
			SELECT rolname FROM pg_roles WHERE rolname = 'o2c_app'
			   AND (rolsuper OR rolcreaterole OR rolcreatedb OR rolcanlogin OR rolreplication OR rolbypassrls)`,
		"is a member of": `SELECT roleid::regrole::text FROM pg_auth_members WHERE member = 'o2c_app'::regrole`,
		"may run as its owner": `
			SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef`,
		"shares with everybody": `
			SELECT c.relname FROM pg_class c, aclexplode(c.relacl) AS a WHERE a.grantee = 0 AND c.relnamespace = 'public'::regnamespace`,
	} {
		if found := names(t, pool, sql); len(found) > 0 {
			t.Errorf("the application %s: %v", rule, found)
		}
	}
}

// Whoever logs in, the application acts as its role: the owner, and a role that is nothing but a member.
func TestOpenActsAsTheApplication(t *testing.T) {
	t.Parallel()
	owner := testkit.Database(t, testkit.AsOwner)
	dsn, err := url.Parse(testkit.DatabaseURL(t))
	if err != nil {
		t.Fatal(err)
	}
	// Roles belong to the cluster, the name of the database makes it this test's own.
	member := owner.Config().ConnConfig.Database + "_member"
	quoted := pgx.Identifier{member}.Sanitize()
	if _, err = owner.Exec(t.Context(), `CREATE ROLE `+quoted+` LOGIN PASSWORD 'x' IN ROLE o2c_app`); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if _, err := owner.Exec(t.Context(), `DROP ROLE `+quoted); err != nil {
			t.Error(err)
		}
	}()
	asMember := *dsn
	asMember.User = url.UserPassword(member, "x")
	for who, u := range map[string]*url.URL{"the owner": dsn, "a member": &asMember} {
		pool, err := postgres.Open(t.Context(), u.String(), 1)
		if err != nil {
			t.Fatal(err)
		}
		var role string
		if err = pool.QueryRow(t.Context(), `SELECT current_user`).Scan(&role); err != nil || role != postgres.Role {
			t.Errorf("%s acts as %q, %v", who, role, err)
		}
		if _, err = pool.Exec(t.Context(), `RESET ROLE; DELETE FROM events`); sqlState(err) != denied {
			t.Errorf("%s may delete after RESET ROLE: %v", who, err)
		}
		pool.Close()
	}
	if _, err = owner.Exec(t.Context(), `REVOKE o2c_app FROM `+quoted); err != nil {
		t.Fatal(err)
	}
	pool, err := postgres.Open(t.Context(), asMember.String(), 1)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	if err = postgres.TranslateError(pool.Ping(t.Context())); sqlState(err) != denied {
		t.Errorf("who is no member is told %v", err)
	}
}
