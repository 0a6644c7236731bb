-- +goose Up
-- The ledger's second half: amounts in the base currency, posting dates and periods, the open item on each line, the flows
-- that are allowed, exchange rates, the seals of the entries; and what makes the audit trail one list.

INSERT INTO ledger_accounts (code, name, type) VALUES
  ('payables_clearing',       'Payables clearing',          'asset'),
  ('fx_clearing',             'FX clearing',                'asset'),
  ('receivables_revaluation', 'Revaluation of receivables', 'asset'),
  ('fx_gain',                 'FX gain',                    'income'),
  ('fx_loss',                 'FX loss',                    'expense');

-- The flows: what each account may be debited against. An entry may combine only pairs that stand here; a reversal is the mirror
-- of an entry that may.
CREATE TABLE ledger_flows (
  debit  text NOT NULL REFERENCES ledger_accounts,
  credit text NOT NULL REFERENCES ledger_accounts,
  PRIMARY KEY (debit, credit)
);
REVOKE INSERT, UPDATE ON ledger_flows FROM o2c_app; -- they come with migrations
INSERT INTO ledger_flows (debit, credit) VALUES
  ('receivables', 'revenue'), ('receivables', 'tax_payable'), ('receivables', 'payment_differences'), ('receivables', 'bank'),
  ('receivables', 'fee_income'), ('receivables', 'interest_income'),
  ('revenue', 'receivables'), ('revenue', 'customer_credit'),
  ('tax_payable', 'receivables'), ('tax_payable', 'customer_credit'), ('tax_payable', 'unapplied_cash'), ('tax_payable', 'bad_debt_expense'),
  ('customer_credit', 'receivables'), ('customer_credit', 'bank'),
  ('bank_clearing', 'unapplied_cash'),
  ('bank', 'bank_clearing'),
  ('bank_charges', 'bank_clearing'), ('bank_charges', 'bank'),
  ('unapplied_cash', 'unapplied_cash'), ('unapplied_cash', 'receivables'), ('unapplied_cash', 'fx_clearing'),
  ('unapplied_cash', 'bank_clearing'), ('unapplied_cash', 'bank'), ('unapplied_cash', 'payment_differences'),
  ('unapplied_cash', 'bad_debts_recovered'), ('unapplied_cash', 'tax_payable'), ('unapplied_cash', 'customer_deposits'),
  ('customer_deposits', 'receivables'), ('customer_deposits', 'unapplied_cash'),
  ('discounts_allowed', 'receivables'), ('payment_differences', 'receivables'), ('withholding_tax', 'receivables'),
  ('payables_clearing', 'receivables'), ('loss_allowance', 'receivables'), ('bad_debt_expense', 'receivables'),
  ('fx_clearing', 'receivables'),
  -- Realised differences, in the base currency only: what two items were carried at is not the same.
  ('unapplied_cash', 'fx_gain'), ('customer_credit', 'fx_gain'), ('customer_deposits', 'fx_gain'), ('tax_payable', 'fx_gain'),
  ('fx_clearing', 'fx_gain'), ('fx_loss', 'receivables'),
  -- Unrealised differences.
  ('receivables_revaluation', 'receivables_revaluation'), ('receivables_revaluation', 'fx_gain'), ('fx_loss', 'receivables_revaluation');

-- Closed accounting periods, each a month. They follow each other without a gap; the first one holds all that is before it.
CREATE TABLE accounting_periods (
  first_day date NOT NULL,
  last_day  date NOT NULL GENERATED ALWAYS AS ((first_day + interval '1 month')::date - 1) STORED,
  period    text PRIMARY KEY GENERATED ALWAYS AS (extract(year FROM first_day)::text || '-' || lpad(extract(month FROM first_day)::text, 2, '0')) STORED,
  closed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  closed_by text NOT NULL,
  CONSTRAINT accounting_periods_month CHECK (extract(day FROM first_day) = 1)
);
SELECT append_only('accounting_periods');

-- What one unit of a currency is worth in the base currency, from a day on until the next rate.
CREATE TABLE exchange_rates (
  base_currency text NOT NULL REFERENCES currencies,
  currency      text NOT NULL REFERENCES currencies,
  valid_from    date NOT NULL,
  rate          numeric NOT NULL,
  set_by        text NOT NULL,
  set_at        timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (base_currency, currency, valid_from),
  CONSTRAINT exchange_rates_rate CHECK (rate > 0 AND rate = trunc(rate, 12) AND rate < 1e15),
  CONSTRAINT exchange_rates_foreign CHECK (currency <> base_currency)
);
CREATE INDEX exchange_rates_page ON exchange_rates (valid_from, currency);

-------------------------------------------------------------------------------------------------------- entries and lines

-- What is there already gets what it would have been posted with.
ALTER TABLE ledger_entries DISABLE TRIGGER USER;
ALTER TABLE ledger_lines DISABLE TRIGGER USER;

ALTER TABLE ledger_entries
  ADD COLUMN posting_date date,
  ADD COLUMN late_for     text REFERENCES accounting_periods,
  ADD COLUMN actor        text NOT NULL DEFAULT 'o2c',
  ADD COLUMN reason       text NOT NULL DEFAULT '',
  -- No exchange rate was known: the base amounts follow in an entry of their own, before the period is closed.
  ADD COLUMN unvalued     boolean NOT NULL DEFAULT false,
  ADD COLUMN values_entry bigint REFERENCES ledger_entries;
UPDATE ledger_entries SET posting_date = business_date;
ALTER TABLE ledger_entries
  ALTER COLUMN posting_date SET NOT NULL,
  ALTER COLUMN actor DROP DEFAULT,
  DROP CONSTRAINT ledger_entries_reversed_once,
  ADD CONSTRAINT ledger_entries_actor CHECK (actor <> '');
CREATE UNIQUE INDEX ledger_entries_reversed_once ON ledger_entries (reverses) WHERE reverses IS NOT NULL;
CREATE UNIQUE INDEX ledger_entries_valued_once ON ledger_entries (values_entry) WHERE values_entry IS NOT NULL;
DROP INDEX ledger_entries_by_date;
CREATE INDEX ledger_entries_by_date ON ledger_entries (posting_date, id);
CREATE INDEX ledger_entries_of_event ON ledger_entries (event, id);
CREATE INDEX ledger_entries_by_transaction ON ledger_entries (xid);
CREATE INDEX ledger_entries_unvalued ON ledger_entries (posting_date, id) WHERE unvalued;

ALTER TABLE ledger_lines
  ADD COLUMN document      text NOT NULL DEFAULT '', -- the open item that the line moves: invoice, payment, credit note …
  ADD COLUMN posting_date  date,
  ADD COLUMN base_currency text REFERENCES currencies,
  ADD COLUMN base_debit    numeric,
  ADD COLUMN base_credit   numeric;
UPDATE ledger_lines l
   SET posting_date = e.posting_date, base_currency = coalesce((SELECT base_currency FROM company), l.currency),
       document = CASE l.account
         WHEN 'receivables' THEN e.document
         WHEN 'customer_credit' THEN split_part(e.key, '/', 2)
         WHEN 'unapplied_cash' THEN split_part(e.key, '/', 2)
         WHEN 'bank_clearing' THEN split_part(e.key, '/', 2)
         ELSE '' END
  FROM ledger_entries e WHERE e.id = l.entry_id;
UPDATE ledger_lines
   SET base_debit = CASE WHEN currency = base_currency THEN debit ELSE 0 END, base_credit = CASE WHEN currency = base_currency THEN credit ELSE 0 END;
UPDATE ledger_entries e SET unvalued = true
 WHERE EXISTS (SELECT FROM ledger_lines WHERE entry_id = e.id AND currency <> base_currency);
ALTER TABLE ledger_lines
  ALTER COLUMN posting_date SET NOT NULL,
  ALTER COLUMN base_currency SET NOT NULL,
  ALTER COLUMN base_debit SET NOT NULL,
  ALTER COLUMN base_credit SET NOT NULL,
  DROP CONSTRAINT ledger_lines_one_side,
  -- A difference of rates has an amount in the base currency only, and a fraction of a cent none there.
  ADD CONSTRAINT ledger_lines_one_side CHECK (debit >= 0 AND credit >= 0 AND base_debit >= 0 AND base_credit >= 0
    AND (debit + base_debit = 0) <> (credit + base_credit = 0)),
  ADD CONSTRAINT ledger_lines_base_scale CHECK (is_money(base_debit, base_currency) AND is_money(base_credit, base_currency)),
  ADD CONSTRAINT ledger_lines_base_equals CHECK (currency <> base_currency OR account IN ('fx_clearing', 'fx_gain', 'fx_loss')
    OR debit = base_debit AND credit = base_credit),
  ADD CONSTRAINT ledger_lines_item CHECK (document <> '' OR account NOT IN ('receivables', 'unapplied_cash', 'customer_credit',
    'customer_deposits', 'bank_clearing', 'fx_clearing'));
DROP INDEX ledger_lines_by_account;
CREATE INDEX ledger_lines_by_account ON ledger_lines (account, currency, customer_id, posting_date) INCLUDE (debit, credit, base_debit, base_credit);
CREATE INDEX ledger_lines_of_item ON ledger_lines (document, account) INCLUDE (customer_id, currency, posting_date, debit, credit, base_debit, base_credit) WHERE document <> '';

ALTER TABLE ledger_entries ENABLE TRIGGER USER;
ALTER TABLE ledger_lines ENABLE TRIGGER USER;

-- The lock between posting and closing. Postings share it, so that they never wait for each other; a close takes it alone, so
-- that a posting is in the books before the close, or finds the period closed.
-- +goose StatementBegin
CREATE FUNCTION ledger_books_lock() RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT 7305003 $$;
-- +goose StatementEnd

-- Gives an entry its posting date: its business date, or the first day after the closed periods.
-- +goose StatementBegin
CREATE FUNCTION ledger_enter() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  closed date;
BEGIN
  IF NEW.reverses IS NOT NULL AND NEW.reason = '' THEN
    RAISE EXCEPTION 'reversal % does not say why', NEW.key
      USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_entries_reason', TABLE = 'ledger_entries';
  END IF;
  PERFORM pg_advisory_xact_lock_shared(ledger_books_lock());
  closed := (SELECT max(last_day) FROM accounting_periods);
  IF NEW.posting_date <= closed THEN
    RAISE EXCEPTION 'entry % would be posted on %, and the books are closed up to %', NEW.key, NEW.posting_date, closed
      USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_entries_period_open', TABLE = 'ledger_entries';
  END IF;
  IF NEW.posting_date IS NULL THEN
    NEW.posting_date := NEW.business_date;
    IF NEW.business_date <= closed THEN
      NEW.posting_date := closed + 1;
      NEW.late_for := (SELECT period FROM accounting_periods WHERE last_day >= NEW.business_date ORDER BY last_day LIMIT 1);
    END IF;
  ELSIF NEW.posting_date < NEW.business_date OR (NEW.posting_date > NEW.business_date) <> (NEW.late_for IS NOT NULL) THEN
    RAISE EXCEPTION 'entry % of % is posted on % and does not say for which closed period', NEW.key, NEW.business_date, NEW.posting_date
      USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_entries_late', TABLE = 'ledger_entries';
  END IF;
  RETURN NEW;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER ledger_entries_period_open BEFORE INSERT ON ledger_entries FOR EACH ROW EXECUTE FUNCTION ledger_enter();

-- Closing: periods are closed one after the other, and with every entry in the base currency.
-- +goose StatementBegin
CREATE FUNCTION ledger_close() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  closed date;
  earlier text;
  offender text;
BEGIN
  PERFORM pg_advisory_xact_lock(ledger_books_lock());
  NEW.closed_at := clock_timestamp();
  SELECT max(last_day) INTO closed FROM accounting_periods;
  IF NEW.first_day <= closed THEN
    RAISE EXCEPTION 'the books are closed up to %', closed
      USING ERRCODE = 'check_violation', CONSTRAINT = 'accounting_periods_once', TABLE = 'accounting_periods';
  END IF;
  IF closed IS NULL THEN
    SELECT to_char(min(posting_date), 'YYYY-MM') INTO earlier FROM ledger_entries WHERE posting_date < NEW.first_day;
  ELSIF closed + 1 < NEW.first_day THEN
    earlier := to_char(closed + 1, 'YYYY-MM');
  END IF;
  IF earlier IS NOT NULL THEN
    RAISE EXCEPTION 'the period % is open, which is earlier', earlier
      USING ERRCODE = 'check_violation', CONSTRAINT = 'accounting_periods_in_order', TABLE = 'accounting_periods';
  END IF;
  SELECT e.key INTO offender FROM ledger_entries e
   WHERE e.unvalued AND e.posting_date < NEW.first_day + interval '1 month' AND NOT EXISTS (SELECT FROM ledger_entries v WHERE v.values_entry = e.id)
   ORDER BY e.id LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'entry % has no amounts in the base currency: an exchange rate is missing', offender
      USING ERRCODE = 'check_violation', CONSTRAINT = 'accounting_periods_valued', TABLE = 'accounting_periods';
  END IF;
  RETURN NEW;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER accounting_periods_close BEFORE INSERT ON accounting_periods FOR EACH ROW EXECUTE FUNCTION ledger_close();

-- All lines are checked at the end of the statement that adds them, once per entry: balanced in both currencies, of one
-- currency and posting date, allowed flows, a reversal that is the mirror.
DROP TRIGGER ledger_lines_balanced ON ledger_lines;
DROP TRIGGER ledger_entries_balanced ON ledger_entries;
DROP FUNCTION ledger_check_balance;

-- The lines of a reversal and its entry that have no counterpart.
-- +goose StatementBegin
CREATE FUNCTION ledger_not_mirrored(reversal bigint, original bigint) RETURNS TABLE (line integer) LANGUAGE sql STABLE AS $$
  SELECT coalesce(r.line, o.line)
    FROM (SELECT * FROM ledger_lines WHERE entry_id = reversal) r
    FULL JOIN (SELECT * FROM ledger_lines WHERE entry_id = original) o ON o.line = r.line
   WHERE (r.account, r.customer_id, r.document, r.currency, r.base_currency, r.debit, r.credit, r.base_debit, r.base_credit)
         IS DISTINCT FROM (o.account, o.customer_id, o.document, o.currency, o.base_currency, o.credit, o.debit, o.base_credit, o.base_debit)
$$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE FUNCTION ledger_check_lines() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  bad record;
BEGIN
  -- The ranges let it look up by the primary keys, whatever the planner knows of the tables.
  SELECT entry.* INTO bad
    FROM (SELECT e.key, e.id, e.reverses, e.xid <> pg_current_xact_id() AS sealed,
                 sum(l.debit) = sum(l.credit) AND sum(l.base_debit) = sum(l.base_credit)
                   AND bool_and(l.currency = e.currency AND l.posting_date = e.posting_date
                     AND l.base_currency = coalesce((SELECT base_currency FROM company), e.currency)) AS balanced,
                 format('debit %s, credit %s, in the base currency debit %s, credit %s, %s lines',
                   sum(l.debit), sum(l.credit), sum(l.base_debit), sum(l.base_credit), count(*)) AS totals,
                 array_agg(DISTINCT l.account) FILTER (WHERE l.debit + l.base_debit > 0) AS debits,
                 array_agg(DISTINCT l.account) FILTER (WHERE l.credit + l.base_credit > 0) AS credits
            FROM ledger_entries e JOIN ledger_lines l ON l.entry_id = e.id
           WHERE e.id BETWEEN (SELECT min(entry_id) FROM added) AND (SELECT max(entry_id) FROM added)
             AND l.entry_id BETWEEN (SELECT min(entry_id) FROM added) AND (SELECT max(entry_id) FROM added)
             AND e.id IN (SELECT entry_id FROM added)
           GROUP BY e.id) entry
   WHERE sealed OR NOT balanced OR CASE
         WHEN reverses IS NULL THEN EXISTS (SELECT FROM unnest(debits) d, unnest(credits) c
                                             WHERE NOT EXISTS (SELECT FROM ledger_flows f WHERE f.debit = d AND f.credit = c))
         ELSE EXISTS (SELECT FROM ledger_not_mirrored(id, reverses)) END
   LIMIT 1;
  IF NOT FOUND THEN
    RETURN NULL;
  ELSIF bad.sealed THEN
    RAISE EXCEPTION 'entry % was recorded by an earlier transaction and takes no more lines', bad.key
      USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_entries_sealed', TABLE = 'ledger_lines';
  ELSIF NOT bad.balanced THEN
    RAISE EXCEPTION 'entry % does not balance, in one currency and on its day: %', bad.key, bad.totals
      USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_entries_balanced', TABLE = 'ledger_entries';
  ELSIF bad.reverses IS NULL THEN
    RAISE EXCEPTION 'entry % debits % against %, which do not belong together', bad.key, bad.debits, bad.credits
      USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_entries_flows', TABLE = 'ledger_entries';
  ELSE
    RAISE EXCEPTION 'reversal % is not the mirror of its entry', bad.key
      USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_entries_mirror', TABLE = 'ledger_entries';
  END IF;
END
$$;
-- +goose StatementEnd

CREATE TRIGGER ledger_lines_checked AFTER INSERT ON ledger_lines REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_check_lines();

-- +goose StatementBegin
CREATE FUNCTION ledger_check_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM ledger_lines WHERE entry_id = NEW.id) THEN
    RAISE EXCEPTION 'entry % has no lines', NEW.key
      USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_entries_balanced', TABLE = 'ledger_entries';
  END IF;
  RETURN NULL;
END
$$;
-- +goose StatementEnd
CREATE CONSTRAINT TRIGGER ledger_entries_balanced AFTER INSERT ON ledger_entries
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_check_entry();

-- All base amounts are in one currency.
-- +goose StatementBegin
CREATE FUNCTION company_keep_base() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(ledger_books_lock());
  IF EXISTS (SELECT FROM ledger_entries) THEN
    RAISE EXCEPTION 'the base currency stays %: the ledger has entries in it', OLD.base_currency
      USING ERRCODE = 'check_violation', CONSTRAINT = 'company_base_currency_fixed', TABLE = 'company';
  END IF;
  RETURN NEW;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER company_base_currency_fixed BEFORE UPDATE ON company
  FOR EACH ROW WHEN (NEW.base_currency <> OLD.base_currency) EXECUTE FUNCTION company_keep_base();

---------------------------------------------------------------------------------------------------------------- the seals

-- The hash chain over the entries, written behind the postings and not by them: each seal covers an entry with its lines and
-- the seal before it.
CREATE TABLE ledger_seals (
  position  bigint PRIMARY KEY,
  entry_id  bigint NOT NULL REFERENCES ledger_entries,
  hash      bytea NOT NULL,
  horizon   xid8 NOT NULL, -- every entry of an earlier transaction is sealed
  sealed_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT ledger_seals_position CHECK (position > 0),
  CONSTRAINT ledger_seals_entry UNIQUE (entry_id),
  CONSTRAINT ledger_seals_hash CHECK (octet_length(hash) = 32)
);
SELECT append_only('ledger_seals');

-- What is sealed of an entry and its lines. A row written as text tells NULL from nothing and quotes its fields; days and instants
-- are numbers, so that no setting of the session changes it.
-- +goose StatementBegin
CREATE FUNCTION ledger_content(e ledger_entries, lines text) RETURNS bytea LANGUAGE sql STABLE AS $$
  SELECT sha256(convert_to(ROW(e.id, e.key, e.event, e.business_date - date '1970-01-01', e.posting_date - date '1970-01-01', e.late_for, e.currency,
    e.customer_id, e.order_id, e.document, e.description, e.actor, e.reason, e.reverses, e.unvalued, e.values_entry, extract(epoch FROM e.recorded_at),
    lines)::text, 'UTF8'))
$$;
CREATE FUNCTION ledger_content(l ledger_lines) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT ROW(l.line, l.account, l.customer_id, l.document, l.currency, l.debit, l.credit, l.posting_date - date '1970-01-01', l.base_currency,
    l.base_debit, l.base_credit)::text
$$;
-- +goose StatementEnd

---------------------------------------------------------------------------------------------------------- the audit trail

ALTER TABLE events ADD COLUMN payment_id text;
ALTER TABLE audit_log ADD COLUMN xid xid8 NOT NULL DEFAULT pg_current_xact_id();
CREATE INDEX events_by_time ON events (recorded_at, id);
CREATE INDEX events_by_transaction ON events (xid);
CREATE INDEX events_of_invoice ON events (invoice, recorded_at, id) WHERE invoice IS NOT NULL;
CREATE INDEX events_of_payment ON events (payment_id, recorded_at, id) WHERE payment_id IS NOT NULL;
CREATE INDEX events_of_actor ON events (actor, recorded_at, id) WHERE actor <> 'o2c';
CREATE INDEX audit_log_by_time ON audit_log (at, id);
CREATE INDEX audit_log_of_actor ON audit_log (actor, at, id);
CREATE INDEX audit_log_by_transaction ON audit_log (xid);

-- +goose Down
-- It is taken back by dropping the database.
