-- The schema that the migrations make, as PostgreSQL 15 dumps it. Written by `make generate`.

CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;

COMMENT ON EXTENSION pg_trgm IS 'text similarity measurement and index searching based on trigrams';

CREATE DOMAIN public.percent AS numeric
	CONSTRAINT percent_range CHECK (((VALUE = trunc(VALUE, 4)) AND ((VALUE >= (0)::numeric) AND (VALUE <= (100)::numeric))));

CREATE DOMAIN public.price AS numeric
	CONSTRAINT price_scale CHECK (((VALUE = trunc(VALUE, 6)) AND (VALUE >= (0)::numeric) AND (VALUE < '1000000000000000'::numeric)));

CREATE DOMAIN public.quantity AS numeric
	CONSTRAINT quantity_scale CHECK (((VALUE = trunc(VALUE, 6)) AND (VALUE >= (0)::numeric) AND (VALUE < '1000000000000000'::numeric)));

CREATE FUNCTION public.append_only(book regclass) RETURNS void
    LANGUAGE plpgsql
    AS $$
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

CREATE FUNCTION public.approvals_check_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF TG_OP = 'DELETE' OR OLD.decided_at IS NOT NULL
     OR (to_jsonb(NEW) - ARRAY['decision', 'decision_id', 'decision_reason', 'decided_by', 'decided_at'])
        IS DISTINCT FROM (to_jsonb(OLD) - ARRAY['decision', 'decision_id', 'decision_reason', 'decided_by', 'decided_at']) THEN
    RAISE EXCEPTION 'approval % is decided once, and its request stays as it was made', OLD.id
      USING ERRCODE = 'restrict_violation', CONSTRAINT = 'approvals_decided_once', TABLE = 'approvals';
  END IF;
  RETURN NEW;
END
$$;

CREATE FUNCTION public.approvals_check_request() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  RAISE EXCEPTION 'approval % would be decided by %, before anybody has waited for it', NEW.id, NEW.decided_by
    USING ERRCODE = 'check_violation', CONSTRAINT = 'approvals_requested_first', TABLE = 'approvals';
END
$$;

CREATE FUNCTION public.billings_check_once() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  RAISE EXCEPTION 'billing % is done', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'billings_billed_once', TABLE = 'billings';
END
$$;

CREATE FUNCTION public.check_agreed_price() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM order_price_steps p WHERE p.order_id = NEW.order_id AND p.sku = NEW.sku
                    AND (p.unit_price, p.base_quantity, p.source) = (NEW.unit_price, NEW.base_quantity, NEW.price_source)) THEN
    RAISE EXCEPTION 'line % of % can''t cost %: that was not agreed', NEW.line, NEW.order_id, NEW.unit_price
      USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NULL;
END
$$;

CREATE FUNCTION public.check_counter_row() RETURNS trigger
    LANGUAGE plpgsql
    AS $_$
DECLARE
  counter  jsonb := to_jsonb(NEW);
  original jsonb;
BEGIN
  EXECUTE format('SELECT to_jsonb(o) FROM %I o WHERE payment_id = $1 AND n = $2', TG_TABLE_NAME) INTO original USING NEW.payment_id, NEW.undoes;
  IF original IS NULL THEN
    RETURN NEW; -- the foreign key says so
  END IF;
  IF original ->> 'undoes' IS NOT NULL OR original ->> 'invoice' IS DISTINCT FROM counter ->> 'invoice'
     OR EXISTS (SELECT FROM unnest(TG_ARGV) AS arg, ltrim(arg, '~') AS c
                 WHERE CASE WHEN arg LIKE '~%' THEN (original ->> c)::numeric < -(counter ->> c)::numeric
                            ELSE (original ->> c)::numeric <> -(counter ->> c)::numeric END) THEN
    RAISE EXCEPTION '% % of % does not mirror %', TG_TABLE_NAME, NEW.n, NEW.payment_id, NEW.undoes
      USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NEW;
END
$_$;

CREATE FUNCTION public.check_scale() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
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

CREATE FUNCTION public.company_keep_base() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(ledger_books_lock());
  IF EXISTS (SELECT FROM ledger_entries) THEN
    RAISE EXCEPTION 'the base currency stays %: the ledger has entries in it', OLD.base_currency
      USING ERRCODE = 'check_violation', CONSTRAINT = 'company_base_currency_fixed', TABLE = 'company';
  END IF;
  RETURN NEW;
END
$$;

CREATE FUNCTION public.credit_note_lines_check() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
  billed   invoice_lines;
  credited record;
BEGIN
  PERFORM FROM open_items WHERE number = NEW.invoice FOR UPDATE;
  SELECT * INTO billed FROM invoice_lines WHERE invoice = NEW.invoice AND line = NEW.invoice_line;
  SELECT sum(quantity) AS quantity, sum(net_amount) AS net INTO credited
    FROM credit_note_lines WHERE invoice = NEW.invoice AND invoice_line = NEW.invoice_line;
  IF credited.quantity > billed.quantity OR credited.net > billed.net_amount
    OR NOT EXISTS (SELECT FROM credit_notes WHERE number = NEW.credit_note AND invoice = NEW.invoice AND currency = NEW.currency) THEN
    RAISE EXCEPTION 'line % of %: % credited of %, net % of %', NEW.invoice_line, NEW.invoice, credited.quantity, billed.quantity, credited.net, billed.net_amount
      USING ERRCODE = 'check_violation', CONSTRAINT = 'credit_note_lines_within_invoice', TABLE = 'credit_note_lines';
  END IF;
  RETURN NULL;
END
$$;

CREATE FUNCTION public.credit_note_taxes_check() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
  note     credit_notes;
  billed   invoice_taxes;
  credited record;
BEGIN
  SELECT * INTO note FROM credit_notes WHERE number = NEW.credit_note;
  PERFORM FROM open_items WHERE number = note.invoice FOR UPDATE;
  SELECT * INTO billed FROM invoice_taxes WHERE invoice = note.invoice AND category = NEW.category AND rate = NEW.rate;
  SELECT sum(t.taxable) AS taxable, sum(t.tax) AS tax INTO credited
    FROM credit_note_taxes t JOIN credit_notes n ON n.number = t.credit_note
   WHERE n.invoice = note.invoice AND t.category = NEW.category AND t.rate = NEW.rate;
  IF credited.taxable > coalesce(billed.taxable, 0) OR credited.tax > coalesce(billed.tax, 0) THEN
    RAISE EXCEPTION '% % %% of %: % and % tax credited of % and %', NEW.category, NEW.rate, note.invoice, credited.taxable, credited.tax,
      coalesce(billed.taxable, 0), coalesce(billed.tax, 0)
      USING ERRCODE = 'check_violation', CONSTRAINT = 'credit_note_taxes_within_invoice', TABLE = 'credit_note_taxes';
  END IF;
  RETURN NULL;
END
$$;

CREATE FUNCTION public.credit_notes_check_sum() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
  note   credit_notes;
  groups record;
BEGIN
  IF TG_TABLE_NAME = 'credit_notes' THEN
    note := NEW;
  ELSE
    SELECT * INTO note FROM credit_notes WHERE number = NEW.credit_note;
  END IF;
  SELECT coalesce(sum(taxable), 0) AS taxable, coalesce(sum(tax), 0) AS tax INTO groups FROM credit_note_taxes WHERE credit_note = note.number;
  IF groups.taxable <> note.net_total OR groups.tax <> note.tax_total
    OR coalesce((SELECT amount FROM customer_credits
                  WHERE credit_note = note.number AND customer_id = note.customer_id AND currency = note.currency), 0) <> note.customer_credit
    OR NOT EXISTS (SELECT FROM invoices WHERE number = note.invoice AND customer_id = note.customer_id AND currency = note.currency) THEN
    RAISE EXCEPTION 'credit note % is % and % tax, its groups are % and %', note.number, note.net_total, note.tax_total, groups.taxable, groups.tax
      USING ERRCODE = 'check_violation', CONSTRAINT = 'credit_notes_sum', TABLE = 'credit_notes';
  END IF;
  RETURN NULL;
END
$$;

CREATE FUNCTION public.customer_credits_check_uses() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
  credit customer_credits;
  sums   record;
BEGIN
  SELECT * INTO credit FROM customer_credits WHERE credit_note = NEW.credit_note;
  SELECT (SELECT coalesce(sum(amount), 0) FROM credit_applications WHERE credit_note = NEW.credit_note) AS applied,
         (SELECT coalesce(sum(amount), 0) FROM credit_refunds WHERE credit_note = NEW.credit_note) AS refunded INTO sums;
  IF credit.applied <> sums.applied OR credit.refunded <> sums.refunded
    OR EXISTS (SELECT FROM credit_applications a JOIN open_items i ON i.number = a.invoice
                WHERE a.credit_note = NEW.credit_note AND (a.currency, i.customer_id, i.currency) <> (credit.currency, credit.customer_id, credit.currency))
    OR EXISTS (SELECT FROM credit_refunds WHERE credit_note = NEW.credit_note AND currency <> credit.currency) THEN
    RAISE EXCEPTION 'the credit of %: applied % and refunded %, its uses are % and %', NEW.credit_note, credit.applied, credit.refunded, sums.applied, sums.refunded
      USING ERRCODE = 'check_violation', CONSTRAINT = 'customer_credits_uses', TABLE = 'customer_credits';
  END IF;
  RETURN NULL;
END
$$;

CREATE FUNCTION public.customers_check_group() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE above integer; below integer; circle boolean; currencies integer;
BEGIN
  IF NEW.parent_id IS NULL THEN
    RETURN NULL;
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('customer-groups', 0));
  WITH RECURSIVE up AS (
       SELECT parent_id, 1 AS level FROM customers WHERE id = NEW.id
       UNION ALL SELECT c.parent_id, up.level + 1 FROM customers c JOIN up ON c.id = up.parent_id WHERE up.level < 10 AND up.parent_id <> NEW.id
  ) SELECT max(level), coalesce(bool_or(parent_id = NEW.id), false) INTO above, circle FROM up;
  IF circle THEN
    RAISE EXCEPTION 'customer % would be above itself', NEW.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'customers_group_circle', TABLE = 'customers';
  END IF;
  WITH RECURSIVE down AS (
       SELECT id, 0 AS level FROM customers WHERE id = NEW.id
       UNION ALL SELECT c.id, down.level + 1 FROM customers c JOIN down ON c.parent_id = down.id WHERE down.level < 10
  ) SELECT max(level) INTO below FROM down;
  IF above + below > 5 THEN
    RAISE EXCEPTION 'a group has at most 5 levels; below customer % there would be %', NEW.parent_id, above + below
      USING ERRCODE = 'check_violation', CONSTRAINT = 'customers_group_depth', TABLE = 'customers';
  END IF;
  SELECT count(DISTINCT currency) INTO currencies FROM customers WHERE id IN (NEW.id, NEW.parent_id);
  IF currencies > 1 THEN
    RAISE EXCEPTION 'a group has one currency, and that of customer % is another than that of %', NEW.id, NEW.parent_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'customers_group_currency', TABLE = 'customers';
  END IF;
  RETURN NULL;
END
$$;

CREATE FUNCTION public.deposit_use_taxes_check() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
  received prepayment_invoice_taxes;
  used     record;
BEGIN
  PERFORM FROM orders WHERE id = (SELECT order_id FROM prepayment_invoices WHERE number = NEW.deposit) FOR UPDATE;
  SELECT * INTO received FROM prepayment_invoice_taxes WHERE prepayment_invoice = NEW.deposit AND category = NEW.category AND rate = NEW.rate;
  SELECT sum(taxable) AS taxable, sum(tax) AS tax INTO used FROM deposit_use_taxes WHERE deposit = NEW.deposit AND category = NEW.category AND rate = NEW.rate;
  IF used.taxable > coalesce(received.taxable, 0) OR used.tax > coalesce(received.tax, 0) OR used.taxable < 0 OR used.tax < 0 THEN
    RAISE EXCEPTION '% % %% of %: % and % tax used of % and %', NEW.category, NEW.rate, NEW.deposit, used.taxable, used.tax,
      coalesce(received.taxable, 0), coalesce(received.tax, 0)
      USING ERRCODE = 'check_violation', CONSTRAINT = 'deposit_use_taxes_within_deposit', TABLE = 'deposit_use_taxes';
  END IF;
  RETURN NULL;
END
$$;

CREATE FUNCTION public.deposit_uses_check_sum() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
  used   deposit_uses;
  groups record;
BEGIN
  SELECT * INTO used FROM deposit_uses WHERE deposit = NEW.deposit AND n = NEW.n;
  SELECT coalesce(sum(taxable), 0) AS taxable, coalesce(sum(tax), 0) AS tax INTO groups FROM deposit_use_taxes WHERE deposit = used.deposit AND n = used.n;
  IF (groups.taxable, groups.tax) <> (used.net, used.tax)
    OR used.undoes IS NOT NULL AND (
       NOT EXISTS (SELECT FROM deposit_uses u WHERE u.deposit = used.deposit AND u.n = used.undoes AND u.undoes IS NULL AND u.invoice = used.invoice AND u.amount = -used.amount)
       OR EXISTS (SELECT FROM deposit_use_taxes t
                   WHERE t.deposit = used.deposit AND t.n IN (used.n, used.undoes) GROUP BY t.category, t.rate HAVING sum(t.taxable) <> 0 OR sum(t.tax) <> 0)) THEN
    RAISE EXCEPTION 'use % of % is % and % tax, its groups are % and %', used.n, used.deposit, used.net, used.tax, groups.taxable, groups.tax
      USING ERRCODE = 'check_violation', CONSTRAINT = 'deposit_uses_sum', TABLE = 'deposit_uses';
  END IF;
  RETURN NULL;
END
$$;

CREATE FUNCTION public.invoice_instalments_check_total() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
  invoiced invoices;
  parts    record;
BEGIN
  SELECT * INTO invoiced FROM invoices WHERE number = NEW.invoice;
  SELECT sum(amount) AS amount, max(due_date) AS due_date, bool_and(currency = invoiced.currency) AS one_currency
    INTO parts FROM invoice_instalments WHERE invoice = NEW.invoice;
  IF parts.amount <> invoiced.total OR parts.due_date <> invoiced.due_date OR NOT parts.one_currency THEN
    RAISE EXCEPTION 'the instalments of % are % until %; it is % until %', NEW.invoice, parts.amount, parts.due_date, invoiced.total, invoiced.due_date
      USING ERRCODE = 'check_violation', CONSTRAINT = 'invoice_instalments_total', TABLE = 'invoice_instalments';
  END IF;
  RETURN NULL;
END
$$;

CREATE FUNCTION public.invoice_lines_check_delivered() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
  delivered numeric := (SELECT l.quantity - (SELECT coalesce(sum(r.quantity), 0) FROM return_deliveries r
                                              WHERE r.shipment_id = l.shipment_id AND r.line = l.line AND r.effect = 'unbilled')
                          FROM shipment_lines l JOIN shipments s ON s.id = l.shipment_id AND s.return_id IS NULL
                         WHERE l.shipment_id = NEW.shipment_id AND l.line = NEW.order_line AND l.order_id = NEW.order_id);
BEGIN
  IF NEW.quantity > coalesce(delivered, 0) THEN
    RAISE EXCEPTION 'invoice % bills % of line % of shipment %, which delivered %', NEW.invoice, NEW.quantity, NEW.order_line, NEW.shipment_id, coalesce(delivered, 0)
      USING ERRCODE = 'check_violation', CONSTRAINT = 'invoice_lines_delivered', TABLE = 'invoice_lines';
  END IF;
  RETURN NULL;
END
$$;

CREATE FUNCTION public.invoice_shares_check_total() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
  invoiced invoices;
  shared   record;
BEGIN
  SELECT * INTO invoiced FROM invoices WHERE number = NEW.invoice;
  SELECT sum(s.amount) AS amount, bool_and(s.currency = invoiced.currency AND o.customer_id = invoiced.customer_id) AS alike
    INTO shared FROM invoice_shares s JOIN orders o ON o.id = s.order_id WHERE s.invoice = NEW.invoice;
  IF invoiced.order_id IS NOT NULL OR shared.amount <> invoiced.total OR NOT shared.alike THEN
    RAISE EXCEPTION 'the orders of % share %, it is %', NEW.invoice, shared.amount, invoiced.total
      USING ERRCODE = 'check_violation', CONSTRAINT = 'invoice_shares_total', TABLE = 'invoice_shares';
  END IF;
  RETURN NULL;
END
$$;

CREATE FUNCTION public.invoices_check_milestone() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF (NEW.milestone IS NOT NULL) <> ((SELECT invoicing FROM orders WHERE id = NEW.order_id) = 'milestones')
    OR NOT EXISTS (SELECT FROM invoices WHERE number = NEW.invoice AND milestone IS NOT DISTINCT FROM NEW.milestone
                      AND (milestone IS NULL OR order_id = NEW.order_id)) THEN
    RAISE EXCEPTION '% bills milestone % of order %, which is billed otherwise', NEW.invoice, coalesce(NEW.milestone::text, 'none'), NEW.order_id
      USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NULL;
END
$$;

CREATE FUNCTION public.is_money(amount numeric, currency text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
  SELECT amount = trunc(amount, minor_units(currency)) AND abs(amount) < 1e15
$$;

CREATE FUNCTION public.ledger_books_lock() RETURNS bigint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT 7305003 $$;

CREATE FUNCTION public.ledger_check_entry() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM ledger_lines WHERE entry_id = NEW.id) THEN
    RAISE EXCEPTION 'entry % has no lines', NEW.key
      USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_entries_balanced', TABLE = 'ledger_entries';
  END IF;
  RETURN NULL;
END
$$;

CREATE FUNCTION public.ledger_check_lines() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
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

CREATE FUNCTION public.ledger_close() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
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

CREATE TABLE public.ledger_lines (
    entry_id bigint NOT NULL,
    line integer NOT NULL,
    account text NOT NULL,
    customer_id text,
    currency text NOT NULL,
    debit numeric DEFAULT 0 NOT NULL,
    credit numeric DEFAULT 0 NOT NULL,
    document text DEFAULT ''::text NOT NULL,
    posting_date date NOT NULL,
    base_currency text NOT NULL,
    base_debit numeric NOT NULL,
    base_credit numeric NOT NULL,
    CONSTRAINT ledger_lines_base_equals CHECK (((currency <> base_currency) OR (account = ANY (ARRAY['fx_clearing'::text, 'fx_gain'::text, 'fx_loss'::text])) OR ((debit = base_debit) AND (credit = base_credit)))),
    CONSTRAINT ledger_lines_base_scale CHECK ((public.is_money(base_debit, base_currency) AND public.is_money(base_credit, base_currency))),
    CONSTRAINT ledger_lines_item CHECK (((document <> ''::text) OR (account <> ALL (ARRAY['receivables'::text, 'unapplied_cash'::text, 'customer_credit'::text, 'customer_deposits'::text, 'bank_clearing'::text, 'fx_clearing'::text])))),
    CONSTRAINT ledger_lines_one_side CHECK (((debit >= (0)::numeric) AND (credit >= (0)::numeric) AND (base_debit >= (0)::numeric) AND (base_credit >= (0)::numeric) AND (((debit + base_debit) = (0)::numeric) <> ((credit + base_credit) = (0)::numeric)))),
    CONSTRAINT ledger_lines_scale CHECK ((public.is_money(debit, currency) AND public.is_money(credit, currency)))
);

CREATE FUNCTION public.ledger_content(l public.ledger_lines) RETURNS text
    LANGUAGE sql STABLE
    AS $$
  SELECT ROW(l.line, l.account, l.customer_id, l.document, l.currency, l.debit, l.credit, l.posting_date - date '1970-01-01', l.base_currency,
    l.base_debit, l.base_credit)::text
$$;

CREATE TABLE public.ledger_entries (
    id bigint NOT NULL,
    key text NOT NULL,
    event text NOT NULL,
    business_date date NOT NULL,
    currency text NOT NULL,
    customer_id text,
    order_id text,
    document text DEFAULT ''::text NOT NULL,
    description text NOT NULL,
    reverses bigint,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    posting_date date NOT NULL,
    late_for text,
    actor text NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    unvalued boolean DEFAULT false NOT NULL,
    values_entry bigint,
    CONSTRAINT ledger_entries_actor CHECK ((actor <> ''::text))
);

CREATE FUNCTION public.ledger_content(e public.ledger_entries, lines text) RETURNS bytea
    LANGUAGE sql STABLE
    AS $$
  SELECT sha256(convert_to(ROW(e.id, e.key, e.event, e.business_date - date '1970-01-01', e.posting_date - date '1970-01-01', e.late_for, e.currency,
    e.customer_id, e.order_id, e.document, e.description, e.actor, e.reason, e.reverses, e.unvalued, e.values_entry, extract(epoch FROM e.recorded_at),
    lines)::text, 'UTF8'))
$$;

CREATE FUNCTION public.ledger_enter() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
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

CREATE FUNCTION public.ledger_not_mirrored(reversal bigint, original bigint) RETURNS TABLE(line integer)
    LANGUAGE sql STABLE
    AS $$
  SELECT coalesce(r.line, o.line)
    FROM (SELECT * FROM ledger_lines WHERE entry_id = reversal) r
    FULL JOIN (SELECT * FROM ledger_lines WHERE entry_id = original) o ON o.line = r.line
   WHERE (r.account, r.customer_id, r.document, r.currency, r.base_currency, r.debit, r.credit, r.base_debit, r.base_credit)
         IS DISTINCT FROM (o.account, o.customer_id, o.document, o.currency, o.base_currency, o.credit, o.debit, o.base_credit, o.base_debit)
$$;

CREATE FUNCTION public.milestones_billed(billed_order text) RETURNS numeric
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
  SELECT coalesce(sum(total), 0) FROM invoices WHERE order_id = billed_order AND milestone IS NOT NULL
$$;

CREATE FUNCTION public.minor_units(currency text) RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
  SELECT CASE
    WHEN currency IN ('BIF','CLP','DJF','GNF','ISK','JPY','KMF','KRW','PYG','RWF','UGX','UYI','VND','VUV','XAF','XOF','XPF') THEN 0
    WHEN currency IN ('BHD','IQD','JOD','KWD','LYD','OMR','TND') THEN 3
    WHEN currency IN ('CLF','UYW') THEN 4
    ELSE 2
  END
$$;

CREATE FUNCTION public.order_milestones_check_whole() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
  billed_order text := to_jsonb(NEW) ->> CASE TG_TABLE_NAME WHEN 'orders' THEN 'id' ELSE 'order_id' END;
  agreed       numeric := (SELECT sum(percent) FROM order_milestones WHERE order_id = billed_order);
BEGIN
  IF agreed IS DISTINCT FROM 100 OR NOT EXISTS (SELECT FROM orders WHERE id = billed_order AND invoicing = 'milestones') THEN
    RAISE EXCEPTION 'the milestones of order % are % %% of it', billed_order, coalesce(agreed, 0)
      USING ERRCODE = 'check_violation', CONSTRAINT = 'order_milestones_whole', TABLE = 'order_milestones';
  END IF;
  RETURN NULL;
END
$$;

CREATE FUNCTION public.orders_check_transition() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF (OLD.stage, NEW.stage) NOT IN (
    ('received', 'review'), ('received', 'credit_hold'), ('received', 'awaiting_prepayment'), ('received', 'fulfilling'), ('received', 'closed'),
    ('review', 'credit_hold'), ('review', 'awaiting_prepayment'), ('review', 'fulfilling'), ('review', 'invoicing'), ('review', 'collecting'),
    ('review', 'reconciling'), ('review', 'closed'),
    ('credit_hold', 'review'), ('credit_hold', 'awaiting_prepayment'), ('credit_hold', 'fulfilling'), ('credit_hold', 'invoicing'), ('credit_hold', 'collecting'),
    ('credit_hold', 'reconciling'), ('credit_hold', 'closed'),
    ('awaiting_prepayment', 'review'), ('awaiting_prepayment', 'credit_hold'), ('awaiting_prepayment', 'fulfilling'), ('awaiting_prepayment', 'invoicing'),
    ('awaiting_prepayment', 'collecting'), ('awaiting_prepayment', 'reconciling'), ('awaiting_prepayment', 'closed'),
    ('fulfilling', 'review'), ('fulfilling', 'credit_hold'), ('fulfilling', 'awaiting_prepayment'), ('fulfilling', 'invoicing'), ('fulfilling', 'collecting'),
    ('fulfilling', 'reconciling'), ('fulfilling', 'closed'),
    ('invoicing', 'collecting'), ('invoicing', 'reconciling'),
    ('collecting', 'reconciling'), ('collecting', 'closed'), ('reconciling', 'collecting'), ('reconciling', 'closed'), ('closed', 'collecting')
  ) THEN
    RAISE EXCEPTION 'order % cannot go from stage % to %', OLD.id, OLD.stage, NEW.stage
      USING ERRCODE = 'check_violation', CONSTRAINT = 'orders_stage_transition', TABLE = 'orders';
  END IF;
  RETURN NEW;
END
$$;

CREATE FUNCTION public.prepayment_invoices_check_sum() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
  invoice prepayment_invoices;
  groups  record;
BEGIN
  SELECT * INTO invoice FROM prepayment_invoices
   WHERE number = CASE TG_TABLE_NAME WHEN 'prepayment_invoices' THEN to_jsonb(NEW) ->> 'number' ELSE to_jsonb(NEW) ->> 'prepayment_invoice' END;
  SELECT coalesce(sum(taxable), 0) AS taxable, coalesce(sum(tax), 0) AS tax INTO groups FROM prepayment_invoice_taxes WHERE prepayment_invoice = invoice.number;
  IF (groups.taxable, groups.tax) <> (invoice.net_total, invoice.tax_total)
    OR NOT EXISTS (SELECT FROM orders WHERE id = invoice.order_id AND customer_id = invoice.customer_id AND currency = invoice.currency) THEN
    RAISE EXCEPTION 'prepayment invoice % is % and % tax, its groups are % and %', invoice.number, invoice.net_total, invoice.tax_total, groups.taxable, groups.tax
      USING ERRCODE = 'check_violation', CONSTRAINT = 'prepayment_invoices_sum', TABLE = 'prepayment_invoices';
  END IF;
  RETURN NULL;
END
$$;

CREATE FUNCTION public.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  RAISE EXCEPTION '% of % is refused: rows are only ever added', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
END
$$;

CREATE FUNCTION public.refuse_change_of_ended() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  RAISE EXCEPTION '% of % is refused: it is %', TG_OP, TG_TABLE_NAME, OLD.state
    USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
END
$$;

CREATE FUNCTION public.return_deliveries_check() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
  delivered shipment_lines;
  back      numeric := (SELECT sum(quantity) FROM return_deliveries WHERE shipment_id = NEW.shipment_id AND line = NEW.line);
  billed    invoice_lines;
BEGIN
  SELECT * INTO delivered FROM shipment_lines WHERE shipment_id = NEW.shipment_id AND line = NEW.line;
  SELECT * INTO billed FROM invoice_lines WHERE shipment_id = NEW.shipment_id AND order_line = NEW.line;
  IF back > delivered.quantity OR delivered.order_id <> NEW.order_id OR EXISTS (SELECT FROM shipments WHERE id = NEW.shipment_id AND return_id IS NOT NULL)
    OR NEW.effect = 'unbilled' AND billed.invoice IS NOT NULL
    OR NEW.effect = 'credited' AND (billed.invoice, billed.line) IS DISTINCT FROM (NEW.invoice, NEW.invoice_line) THEN
    RAISE EXCEPTION '% of line % of shipment % are back, it delivered %', back, NEW.line, NEW.shipment_id, delivered.quantity
      USING ERRCODE = 'check_violation', CONSTRAINT = 'return_deliveries_delivered', TABLE = 'return_deliveries';
  END IF;
  RETURN NULL;
END
$$;

CREATE FUNCTION public.returns_check_once() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  RAISE EXCEPTION 'return % is %', OLD.id, OLD.state USING ERRCODE = 'check_violation', CONSTRAINT = 'returns_ended_once', TABLE = 'returns';
END
$$;

CREATE FUNCTION public.screening_name(name text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$
  WITH plain AS (
    SELECT translate(regexp_replace(normalize(name, NFKD), '[\u0300-\u036f]', '', 'g'),
      'ABCDEFGHIJKLMNOPQRSTUVWXYZØøŁłĐđÐðĦħıŦŧаАбБвВгГдДеЕзЗиИкКлЛмМнНоОпПрРсСтТуУфФыЫэЭіІґҐйЙєЄαΑβΒγΓδΔεΕζΖηΗιΙκΚλΛμΜνΝξΞοΟπΠρΡσΣςτΤυΥφΦωΩЪЬъь.''’`´',
      'abcdefghijklmnopqrstuvwxyzoollddddhhittaabbvvggddeezziikkllmmnnoopprrssttuuffyyeeiiggiieeaavvggddeezziiiikkllmmnnxxoopprrsssttyyffoo') AS letters
  ), spelled AS (
    SELECT replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(letters, 'ß', 'ss'), 'ẞ', 'ss'), 'Æ', 'ae'), 'æ', 'ae'), 'Œ', 'oe'), 'œ', 'oe'), 'Þ', 'th'), 'þ', 'th'), 'ж', 'zh'), 'Ж', 'zh'), 'х', 'kh'), 'Х', 'kh'), 'ц', 'ts'), 'Ц', 'ts'), 'ч', 'ch'), 'Ч', 'ch'), 'ш', 'sh'), 'Ш', 'sh'), 'щ', 'shch'), 'Щ', 'shch'), 'ю', 'yu'), 'Ю', 'yu'), 'я', 'ya'), 'Я', 'ya'), 'χ', 'ch'), 'Χ', 'ch'), 'θ', 'th'), 'Θ', 'th'), 'ψ', 'ps'), 'Ψ', 'ps') AS letters
      FROM plain
  ), words AS (
    SELECT word, word = ANY ('{ag,bv,co,corp,gmbh,inc,kg,limited,llc,llp,ltd,nv,ooo,oy,plc,sa,sarl,spa,srl,the}') AS form
      FROM spelled, regexp_split_to_table(letters, '[\u0001-\u002f\u003a-\u0060\u007b-\u00bf\u2000-\u206f\u3000-\u303f]+') AS word
     WHERE word <> ''
  )
  SELECT coalesce(string_agg(word, ' ' ORDER BY word COLLATE "C") FILTER (WHERE NOT form),
                  string_agg(word, ' ' ORDER BY word COLLATE "C"), '')
    FROM words
$$;

CREATE FUNCTION public.share(gross numeric, part numeric, whole numeric, currency text) RETURNS numeric
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
  SELECT div(2 * gross * power(10::numeric, minor_units(currency)) * part + whole, 2 * whole) / power(10::numeric, minor_units(currency))
$$;

CREATE FUNCTION public.shipment_lines_check_replaced() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
  replaces text := (SELECT return_id FROM shipments WHERE id = NEW.shipment_id);
BEGIN
  IF replaces IS NOT NULL AND NOT EXISTS (
    SELECT FROM return_lines l JOIN returns r ON r.id = l.return_id
     WHERE r.id = replaces AND r.disposition = 'replace' AND (l.order_id, l.line, l.received) = (NEW.order_id, NEW.line, NEW.quantity)) THEN
    RAISE EXCEPTION 'shipment % replaces % of line %, which did not come back with return %', NEW.shipment_id, NEW.quantity, NEW.line, replaces
      USING ERRCODE = 'check_violation', CONSTRAINT = 'shipment_lines_replaced', TABLE = 'shipment_lines';
  END IF;
  RETURN NULL;
END
$$;

CREATE TABLE public.accounting_periods (
    first_day date NOT NULL,
    last_day date GENERATED ALWAYS AS ((((first_day + '1 mon'::interval))::date - 1)) STORED NOT NULL,
    period text GENERATED ALWAYS AS ((((EXTRACT(year FROM first_day))::text || '-'::text) || lpad((EXTRACT(month FROM first_day))::text, 2, '0'::text))) STORED NOT NULL,
    closed_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    closed_by text NOT NULL,
    CONSTRAINT accounting_periods_month CHECK ((EXTRACT(day FROM first_day) = (1)::numeric))
);

CREATE TABLE public.approvals (
    id text NOT NULL COLLATE pg_catalog."C",
    kind text NOT NULL,
    subject text NOT NULL,
    customer_id text,
    currency text NOT NULL,
    amount numeric NOT NULL,
    reason text NOT NULL,
    content jsonb NOT NULL,
    requested_by text NOT NULL,
    requested_at timestamp with time zone NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    decision text,
    decision_id text,
    decision_reason text,
    decided_by text,
    decided_at timestamp with time zone,
    CONSTRAINT approvals_amount CHECK (((amount >= (0)::numeric) AND public.is_money(amount, currency))),
    CONSTRAINT approvals_decided CHECK ((num_nulls(decision, decision_id, decision_reason, decided_by, decided_at) = ANY (ARRAY[0, 5]))),
    CONSTRAINT approvals_decision CHECK ((decision = ANY (ARRAY['approve'::text, 'reject'::text, 'lapse'::text]))),
    CONSTRAINT approvals_four_eyes CHECK (((decided_by <> requested_by) OR (decision = 'lapse'::text))),
    CONSTRAINT approvals_kind CHECK ((kind = ANY (ARRAY['credit_release'::text, 'write_off'::text, 'refund'::text, 'price_override'::text, 'credit_note'::text, 'dispute'::text, 'plan'::text])))
);

CREATE TABLE public.audit_log (
    id bigint NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    actor text NOT NULL,
    action text NOT NULL,
    object_kind text NOT NULL,
    object_id text NOT NULL,
    detail jsonb DEFAULT '{}'::jsonb NOT NULL,
    xid xid8 DEFAULT pg_current_xact_id() NOT NULL
);

CREATE VIEW public.audit_contents AS
 SELECT audit_log.id,
    audit_log.xid,
    sha256(convert_to((ROW(audit_log.id, EXTRACT(epoch FROM audit_log.at), audit_log.actor, audit_log.action, audit_log.object_kind, audit_log.object_id, audit_log.detail, audit_log.xid))::text, 'UTF8'::name)) AS content
   FROM public.audit_log;

ALTER TABLE public.audit_log ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.audit_log_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.authorities (
    kind text NOT NULL,
    role text NOT NULL,
    currency text NOT NULL,
    version integer NOT NULL,
    amount numeric NOT NULL,
    set_by text NOT NULL,
    set_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT authorities_amount CHECK (((amount >= (0)::numeric) AND public.is_money(amount, currency))),
    CONSTRAINT authorities_kind CHECK ((kind = ANY (ARRAY['write_off'::text, 'dispute'::text, 'plan'::text]))),
    CONSTRAINT authorities_role CHECK ((role = ANY (ARRAY['sales'::text, 'credit'::text, 'warehouse'::text, 'billing'::text, 'cashier'::text, 'collector'::text, 'manager'::text, 'admin'::text]))),
    CONSTRAINT authorities_version CHECK ((version >= 1))
);

CREATE TABLE public.backorder_policies (
    scope text GENERATED ALWAYS AS (
CASE
    WHEN (customer_id IS NOT NULL) THEN ('customer:'::text || customer_id)
    ELSE 'all'::text
END) STORED NOT NULL,
    version integer NOT NULL,
    customer_id text,
    answer_days integer NOT NULL,
    remind_days integer NOT NULL,
    otherwise text NOT NULL,
    set_by text NOT NULL,
    set_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT backorder_policies_days CHECK ((((answer_days >= 0) AND (answer_days <= 365)) AND (remind_days >= 0) AND ((remind_days = 0) OR (remind_days < answer_days)))),
    CONSTRAINT backorder_policies_otherwise CHECK ((otherwise = ANY (ARRAY['wait'::text, 'cancel'::text]))),
    CONSTRAINT backorder_policies_version CHECK ((version >= 1))
);

CREATE TABLE public.backorder_questions (
    order_id text NOT NULL,
    state text NOT NULL,
    asked_at timestamp with time zone,
    remind_at timestamp with time zone,
    ends_at timestamp with time zone,
    otherwise text,
    choice text,
    answer_id text,
    chosen_by text,
    chosen_at timestamp with time zone,
    CONSTRAINT backorder_questions_asked CHECK (((num_nonnulls(asked_at, ends_at, otherwise) = ANY (ARRAY[0, 3])) AND ((asked_at IS NOT NULL) OR (state = 'answered'::text)) AND ((remind_at IS NULL) OR ((state = 'open'::text) AND (remind_at < ends_at))))),
    CONSTRAINT backorder_questions_choice CHECK ((choice = ANY (ARRAY['wait'::text, 'cancel'::text, 'ship_part'::text]))),
    CONSTRAINT backorder_questions_chosen CHECK ((num_nonnulls(choice, answer_id, chosen_by, chosen_at) =
CASE
    WHEN (state = ANY (ARRAY['answered'::text, 'timed_out'::text])) THEN 4
    ELSE 0
END)),
    CONSTRAINT backorder_questions_otherwise CHECK ((otherwise = ANY (ARRAY['wait'::text, 'cancel'::text]))),
    CONSTRAINT backorder_questions_state CHECK ((state = ANY (ARRAY['open'::text, 'answered'::text, 'timed_out'::text, 'lapsed'::text])))
);

CREATE TABLE public.billings (
    id text NOT NULL,
    customer_id text NOT NULL,
    period text NOT NULL,
    billing_period text NOT NULL,
    first_day date NOT NULL,
    last_day date NOT NULL,
    due_at timestamp with time zone NOT NULL,
    billed_at timestamp with time zone,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT billings_days CHECK ((first_day < last_day)),
    CONSTRAINT billings_kind CHECK ((billing_period = ANY (ARRAY['weekly'::text, 'monthly'::text]))),
    CONSTRAINT billings_not_early CHECK ((billed_at >= due_at))
);

CREATE TABLE public.calendar_holidays (
    calendar text NOT NULL,
    day date NOT NULL,
    name text NOT NULL,
    CONSTRAINT calendar_holidays_name CHECK ((name ~ '[^[:space:]]'::text)),
    CONSTRAINT calendar_holidays_none CHECK ((calendar <> 'none'::text))
);

CREATE TABLE public.calendars (
    name text NOT NULL,
    weekend integer[] NOT NULL,
    set_by text NOT NULL,
    set_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT calendars_name CHECK ((name ~ '^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$'::text)),
    CONSTRAINT calendars_none CHECK (((name <> 'none'::text) OR (weekend = '{}'::integer[]))),
    CONSTRAINT calendars_weekend CHECK (((weekend <@ ARRAY[0, 1, 2, 3, 4, 5, 6]) AND (NOT (weekend @> ARRAY[0, 1, 2, 3, 4, 5, 6]))))
);

CREATE TABLE public.claims (
    principal text NOT NULL,
    key text NOT NULL,
    route text NOT NULL,
    request_hash bytea NOT NULL,
    resource_id text NOT NULL,
    content jsonb,
    claimed_at timestamp with time zone DEFAULT now() NOT NULL,
    leased_until timestamp with time zone NOT NULL,
    response_status integer,
    response_header jsonb,
    response_body bytea,
    answered_at timestamp with time zone,
    CONSTRAINT claims_answer CHECK (((response_status IS NULL) = (answered_at IS NULL))),
    CONSTRAINT claims_answer_kept CHECK ((((response_status >= 200) AND (response_status <= 299)) OR (response_status = ANY (ARRAY[409, 422])))),
    CONSTRAINT claims_key CHECK (((length(key) >= 1) AND (length(key) <= 255)))
);

CREATE TABLE public.collaterals (
    id text NOT NULL,
    customer_id text NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    amount numeric NOT NULL,
    cover_percent public.percent DEFAULT 100 NOT NULL,
    currency text NOT NULL,
    valid_from date,
    valid_until date,
    reason text DEFAULT ''::text NOT NULL,
    set_by text NOT NULL,
    set_at timestamp with time zone NOT NULL,
    sequence bigint NOT NULL,
    CONSTRAINT collaterals_amount CHECK (((amount >= (0)::numeric) AND public.is_money(amount, currency))),
    CONSTRAINT collaterals_kind CHECK ((kind = ANY (ARRAY['guarantee'::text, 'letter_of_credit'::text, 'insurance'::text]))),
    CONSTRAINT collaterals_validity CHECK ((valid_until >= valid_from))
);

ALTER TABLE public.collaterals ALTER COLUMN sequence ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.collaterals_sequence_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.company (
    id boolean DEFAULT true NOT NULL,
    legal_name text NOT NULL,
    address jsonb NOT NULL,
    tax_id text NOT NULL,
    registration_id text DEFAULT ''::text NOT NULL,
    endpoint jsonb,
    contact jsonb NOT NULL,
    time_zone text NOT NULL,
    base_currency text NOT NULL,
    tax_currency text,
    calendar text DEFAULT 'none'::text NOT NULL,
    bank_accounts jsonb DEFAULT '[]'::jsonb NOT NULL,
    CONSTRAINT company_single CHECK (id)
);

CREATE TABLE public.credit_accounts (
    customer_id text NOT NULL,
    currency text NOT NULL,
    open_orders numeric DEFAULT 0 NOT NULL,
    delivered_not_invoiced numeric DEFAULT 0 NOT NULL,
    open_invoices numeric DEFAULT 0 NOT NULL,
    unapplied_cash numeric DEFAULT 0 NOT NULL,
    customer_credit numeric DEFAULT 0 NOT NULL,
    deposits numeric DEFAULT 0 NOT NULL,
    group_id text,
    CONSTRAINT credit_accounts_group CHECK ((group_id <> customer_id)),
    CONSTRAINT credit_accounts_not_negative CHECK (((open_orders >= (0)::numeric) AND (delivered_not_invoiced >= (0)::numeric) AND (open_invoices >= (0)::numeric) AND (unapplied_cash >= (0)::numeric) AND (customer_credit >= (0)::numeric) AND (deposits >= (0)::numeric))),
    CONSTRAINT credit_accounts_scale CHECK ((public.is_money(open_orders, currency) AND public.is_money(delivered_not_invoiced, currency) AND public.is_money(open_invoices, currency) AND public.is_money(unapplied_cash, currency) AND public.is_money(customer_credit, currency) AND public.is_money(deposits, currency)))
);

CREATE TABLE public.credit_applications (
    id text NOT NULL,
    credit_note text NOT NULL,
    invoice text NOT NULL,
    currency text NOT NULL,
    amount numeric NOT NULL,
    applied_by text NOT NULL,
    applied_at timestamp with time zone NOT NULL,
    CONSTRAINT credit_applications_amount CHECK (((amount > (0)::numeric) AND public.is_money(amount, currency)))
);

CREATE TABLE public.credit_decisions (
    id text NOT NULL COLLATE pg_catalog."C",
    order_id text NOT NULL,
    version integer NOT NULL,
    decision text NOT NULL,
    reason text NOT NULL,
    inputs jsonb NOT NULL,
    up_to numeric,
    valid_until date,
    decided_by text NOT NULL,
    decided_at timestamp with time zone NOT NULL,
    sequence bigint NOT NULL,
    CONSTRAINT credit_decisions_decision CHECK ((decision = ANY (ARRAY['approve'::text, 'hold'::text, 'await_prepayment'::text, 'release'::text, 'reject'::text]))),
    CONSTRAINT credit_decisions_release CHECK (((decision = 'release'::text) OR ((up_to IS NULL) AND (valid_until IS NULL)))),
    CONSTRAINT credit_decisions_up_to CHECK ((up_to >= (0)::numeric))
);

ALTER TABLE public.credit_decisions ALTER COLUMN sequence ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.credit_decisions_sequence_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.credit_limits (
    id text NOT NULL,
    customer_id text,
    amount numeric,
    unlimited boolean DEFAULT false NOT NULL,
    currency text NOT NULL,
    valid_from date,
    valid_until date,
    reason text DEFAULT ''::text NOT NULL,
    set_by text NOT NULL,
    set_at timestamp with time zone NOT NULL,
    sequence bigint NOT NULL,
    CONSTRAINT credit_limits_amount CHECK ((((amount IS NULL) = unlimited) AND (amount >= (0)::numeric) AND public.is_money(amount, currency))),
    CONSTRAINT credit_limits_validity CHECK ((valid_until >= valid_from))
);

ALTER TABLE public.credit_limits ALTER COLUMN sequence ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.credit_limits_sequence_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.credit_note_lines (
    credit_note text NOT NULL,
    invoice text NOT NULL,
    invoice_line integer NOT NULL,
    quantity public.quantity NOT NULL,
    currency text NOT NULL,
    net_amount numeric NOT NULL,
    CONSTRAINT credit_note_lines_net CHECK (((net_amount >= (0)::numeric) AND public.is_money(net_amount, currency))),
    CONSTRAINT credit_note_lines_quantity CHECK (((quantity)::numeric > (0)::numeric))
);

CREATE TABLE public.credit_note_taxes (
    credit_note text NOT NULL,
    category text NOT NULL,
    rate public.percent NOT NULL,
    taxable numeric NOT NULL,
    tax numeric NOT NULL,
    CONSTRAINT credit_note_taxes_amounts CHECK (((taxable >= (0)::numeric) AND (tax >= (0)::numeric)))
);

CREATE TABLE public.credit_notes (
    number text NOT NULL,
    series text NOT NULL,
    year integer NOT NULL,
    sequence bigint NOT NULL,
    invoice text NOT NULL,
    customer_id text NOT NULL,
    currency text NOT NULL,
    issue_date date NOT NULL,
    reason text NOT NULL,
    net_total numeric NOT NULL,
    tax_total numeric NOT NULL,
    total numeric NOT NULL,
    applied_to_invoice numeric NOT NULL,
    customer_credit numeric NOT NULL,
    dispute_id text,
    issued_by text NOT NULL,
    issued_at timestamp with time zone NOT NULL,
    decision_id text,
    written_off_reversed numeric DEFAULT 0 NOT NULL,
    payment_difference_reversed numeric DEFAULT 0 NOT NULL,
    discount_reversed numeric DEFAULT 0 NOT NULL,
    CONSTRAINT credit_notes_scale CHECK ((public.is_money(total, currency) AND public.is_money(applied_to_invoice, currency) AND public.is_money(customer_credit, currency))),
    CONSTRAINT credit_notes_split CHECK (((written_off_reversed >= (0)::numeric) AND (payment_difference_reversed >= (0)::numeric) AND (discount_reversed >= (0)::numeric) AND (((written_off_reversed + payment_difference_reversed) + discount_reversed) <= applied_to_invoice) AND public.is_money(written_off_reversed, currency) AND public.is_money(payment_difference_reversed, currency) AND public.is_money(discount_reversed, currency))),
    CONSTRAINT credit_notes_totals CHECK ((((net_total + tax_total) = total) AND (total > (0)::numeric) AND ((applied_to_invoice + customer_credit) = total) AND (applied_to_invoice >= (0)::numeric) AND (customer_credit >= (0)::numeric) AND public.is_money(net_total, currency) AND public.is_money(tax_total, currency)))
);

CREATE TABLE public.credit_policies (
    name text NOT NULL,
    version integer NOT NULL,
    check_at_delivery boolean DEFAULT false NOT NULL,
    set_by text NOT NULL,
    set_at timestamp with time zone DEFAULT now() NOT NULL,
    hold_remind_days integer DEFAULT 0 NOT NULL,
    hold_escalate_days integer DEFAULT 0 NOT NULL,
    hold_cancel_days integer DEFAULT 0 NOT NULL,
    prepayment_remind_days integer DEFAULT 0 NOT NULL,
    prepayment_cancel_days integer DEFAULT 0 NOT NULL,
    CONSTRAINT credit_policies_hold_days CHECK ((((hold_remind_days >= 0) AND (hold_remind_days <= 365)) AND ((hold_escalate_days >= 0) AND (hold_escalate_days <= 365)) AND ((hold_cancel_days >= 0) AND (hold_cancel_days <= 365)) AND (((0 = hold_remind_days) OR (0 = hold_escalate_days)) OR (hold_remind_days < hold_escalate_days)) AND (((0 = hold_remind_days) OR (0 = hold_cancel_days)) OR (hold_remind_days < hold_cancel_days)) AND (((0 = hold_escalate_days) OR (0 = hold_cancel_days)) OR (hold_escalate_days < hold_cancel_days)))),
    CONSTRAINT credit_policies_prepayment_days CHECK ((((prepayment_remind_days >= 0) AND (prepayment_remind_days <= 365)) AND ((prepayment_cancel_days >= 0) AND (prepayment_cancel_days <= 365)) AND (((0 = prepayment_remind_days) OR (0 = prepayment_cancel_days)) OR (prepayment_remind_days < prepayment_cancel_days)))),
    CONSTRAINT credit_policies_version CHECK ((version > 0))
);

CREATE TABLE public.credit_policy_approvals (
    policy text NOT NULL,
    version integer NOT NULL,
    currency text NOT NULL,
    above numeric NOT NULL,
    CONSTRAINT credit_policy_approvals_above CHECK (((above >= (0)::numeric) AND public.is_money(above, currency)))
);

CREATE TABLE public.credit_policy_classes (
    risk_class text NOT NULL,
    policy text NOT NULL,
    CONSTRAINT credit_policy_classes_class CHECK ((risk_class ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$'::text))
);

CREATE TABLE public.credit_policy_rules (
    policy text NOT NULL,
    version integer NOT NULL,
    rule text NOT NULL,
    threshold numeric NOT NULL,
    CONSTRAINT credit_policy_rules_rule CHECK ((rule = ANY (ARRAY['oldest_overdue_days'::text, 'overdue_percent'::text, 'dunning_level'::text, 'broken_promises'::text]))),
    CONSTRAINT credit_policy_rules_threshold CHECK (((threshold >= (0)::numeric) AND (threshold = trunc(threshold,
CASE rule
    WHEN 'overdue_percent'::text THEN 4
    ELSE 0
END)) AND (threshold < '1000000'::numeric)))
);

CREATE TABLE public.credit_refunds (
    id text NOT NULL,
    credit_note text NOT NULL,
    currency text NOT NULL,
    amount numeric NOT NULL,
    refunded_by text NOT NULL,
    refunded_at timestamp with time zone NOT NULL,
    CONSTRAINT credit_refunds_amount CHECK (((amount > (0)::numeric) AND public.is_money(amount, currency)))
);

CREATE TABLE public.currencies (
    code text NOT NULL,
    minor_units smallint NOT NULL,
    name text NOT NULL,
    CONSTRAINT currencies_code CHECK ((code ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT currencies_minor_units CHECK (((minor_units >= 0) AND (minor_units <= 4)))
);

CREATE TABLE public.customer_clocks (
    customer_id text NOT NULL,
    skipped interval NOT NULL,
    CONSTRAINT customer_clocks_forward CHECK ((skipped >= '00:00:00'::interval))
);

CREATE TABLE public.customer_credits (
    credit_note text NOT NULL,
    customer_id text NOT NULL,
    currency text NOT NULL,
    amount numeric NOT NULL,
    applied numeric DEFAULT 0 NOT NULL,
    refunded numeric DEFAULT 0 NOT NULL,
    remaining numeric GENERATED ALWAYS AS (((amount - applied) - refunded)) STORED,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT customer_credits_amount CHECK (((amount > (0)::numeric) AND public.is_money(amount, currency))),
    CONSTRAINT customer_credits_used CHECK (((applied >= (0)::numeric) AND (refunded >= (0)::numeric) AND ((applied + refunded) <= amount) AND public.is_money(applied, currency) AND public.is_money(refunded, currency)))
);

CREATE TABLE public.customers (
    id text NOT NULL,
    name text NOT NULL,
    email text NOT NULL,
    country text NOT NULL,
    currency text NOT NULL,
    kind text DEFAULT 'business'::text NOT NULL,
    tax_id text DEFAULT ''::text NOT NULL,
    tax_treatment text DEFAULT 'determined'::text NOT NULL,
    duplicate_po text DEFAULT 'flag'::text NOT NULL,
    address jsonb,
    ship_to jsonb,
    bill_to jsonb,
    language text DEFAULT 'en'::text NOT NULL,
    time_zone text DEFAULT 'UTC'::text NOT NULL,
    payment_terms jsonb DEFAULT '{"net_days": 30}'::jsonb NOT NULL,
    dunning_policy text DEFAULT 'standard'::text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    tax_id_checked_on date,
    payer_id text,
    segment text DEFAULT ''::text NOT NULL,
    endpoint jsonb,
    buyer_reference text DEFAULT ''::text NOT NULL,
    calendar text DEFAULT 'none'::text NOT NULL,
    invoicing text DEFAULT 'per_shipment'::text NOT NULL,
    tolerance_absolute numeric DEFAULT 0 NOT NULL,
    tolerance_percent public.percent DEFAULT 0 NOT NULL,
    overpayment_policy text DEFAULT 'keep'::text NOT NULL,
    parent_id text,
    risk_class text DEFAULT 'standard'::text NOT NULL,
    block text DEFAULT 'none'::text NOT NULL,
    recharge_return_cost boolean DEFAULT false NOT NULL,
    billing_period text DEFAULT 'monthly'::text NOT NULL,
    CONSTRAINT customers_billing_period CHECK ((billing_period = ANY (ARRAY['weekly'::text, 'monthly'::text]))),
    CONSTRAINT customers_block CHECK ((block = ANY (ARRAY['none'::text, 'prepayment_only'::text, 'no_shipment'::text, 'no_order'::text]))),
    CONSTRAINT customers_country CHECK ((country ~ '^[A-Z]{2}$'::text)),
    CONSTRAINT customers_duplicate_po CHECK ((duplicate_po = ANY (ARRAY['refuse'::text, 'flag'::text]))),
    CONSTRAINT customers_invoicing CHECK ((invoicing = ANY (ARRAY['per_shipment'::text, 'per_order'::text, 'consolidated'::text]))),
    CONSTRAINT customers_kind CHECK ((kind = ANY (ARRAY['business'::text, 'public'::text, 'consumer'::text]))),
    CONSTRAINT customers_overpayment_policy CHECK ((overpayment_policy = ANY (ARRAY['keep'::text, 'apply_oldest'::text, 'refund'::text]))),
    CONSTRAINT customers_payer_is_another CHECK ((payer_id <> id)),
    CONSTRAINT customers_risk_class CHECK ((risk_class ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$'::text)),
    CONSTRAINT customers_tax_id_checked CHECK (((tax_id_checked_on IS NULL) OR (tax_id <> ''::text))),
    CONSTRAINT customers_tax_treatment CHECK ((tax_treatment = ANY (ARRAY['determined'::text, 'domestic'::text, 'export'::text, 'reverse_charge'::text, 'intra_community'::text]))),
    CONSTRAINT customers_tolerance CHECK (((tolerance_absolute >= (0)::numeric) AND public.is_money(tolerance_absolute, currency)))
);

CREATE TABLE public.debit_note_reductions (
    debit_note text NOT NULL,
    cause text NOT NULL,
    currency text NOT NULL,
    amount numeric NOT NULL,
    reason text NOT NULL,
    reduced_by text NOT NULL,
    reduced_at timestamp with time zone NOT NULL,
    CONSTRAINT debit_note_reductions_amount CHECK (((amount > (0)::numeric) AND public.is_money(amount, currency))),
    CONSTRAINT debit_note_reductions_reason CHECK ((reason <> ''::text))
);

CREATE TABLE public.debit_notes (
    number text NOT NULL,
    series text NOT NULL,
    year integer NOT NULL,
    sequence bigint NOT NULL,
    kind text NOT NULL,
    customer_id text NOT NULL,
    invoice text,
    currency text NOT NULL,
    amount numeric NOT NULL,
    charged_on date NOT NULL,
    payment_reference text NOT NULL,
    reason text NOT NULL,
    cause text NOT NULL,
    charged_by text NOT NULL,
    charged_at timestamp with time zone NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    notice_id bigint,
    segments jsonb DEFAULT '[]'::jsonb NOT NULL,
    CONSTRAINT debit_notes_amount CHECK (((amount > (0)::numeric) AND public.is_money(amount, currency))),
    CONSTRAINT debit_notes_kind CHECK ((kind = ANY (ARRAY['fee'::text, 'interest'::text, 'compensation'::text, 'refund_recovery'::text]))),
    CONSTRAINT debit_notes_reason CHECK (((reason <> ''::text) AND (cause <> ''::text))),
    CONSTRAINT debit_notes_segments CHECK (((segments = '[]'::jsonb) OR (kind = 'interest'::text)))
);

CREATE TABLE public.deposit_use_taxes (
    deposit text NOT NULL,
    n integer NOT NULL,
    category text NOT NULL,
    rate public.percent NOT NULL,
    currency text NOT NULL,
    taxable numeric NOT NULL,
    tax numeric NOT NULL,
    CONSTRAINT deposit_use_taxes_amounts CHECK ((public.is_money(taxable, currency) AND public.is_money(tax, currency)))
);

CREATE TABLE public.deposit_uses (
    deposit text NOT NULL,
    n integer NOT NULL,
    invoice text,
    credit_note text,
    series text,
    year integer,
    sequence bigint,
    currency text NOT NULL,
    net numeric NOT NULL,
    tax numeric NOT NULL,
    amount numeric NOT NULL,
    undoes integer,
    cause text NOT NULL,
    reason text NOT NULL,
    used_on date NOT NULL,
    used_by text NOT NULL,
    used_at timestamp with time zone NOT NULL,
    CONSTRAINT deposit_uses_amount CHECK (((amount = (net + tax)) AND public.is_money(net, currency) AND public.is_money(tax, currency) AND public.is_money(amount, currency) AND
CASE
    WHEN (undoes IS NULL) THEN ((amount > (0)::numeric) AND (net >= (0)::numeric) AND (tax >= (0)::numeric))
    ELSE ((amount < (0)::numeric) AND (net <= (0)::numeric) AND (tax <= (0)::numeric))
END)),
    CONSTRAINT deposit_uses_kind CHECK ((((invoice IS NULL) <> (credit_note IS NULL)) AND ((credit_note IS NULL) OR (undoes IS NULL)) AND (num_nulls(credit_note, series, year, sequence) = ANY (ARRAY[0, 4]))))
);

CREATE TABLE public.dispute_evidence (
    dispute_id text NOT NULL,
    n integer NOT NULL,
    kind text NOT NULL,
    text text NOT NULL,
    sha256 text,
    added_by text NOT NULL,
    added_at timestamp with time zone NOT NULL,
    CONSTRAINT dispute_evidence_kind CHECK ((kind = ANY (ARRAY['note'::text, 'url'::text, 'document'::text, 'question'::text, 'answer'::text]))),
    CONSTRAINT dispute_evidence_n CHECK ((n >= 1)),
    CONSTRAINT dispute_evidence_sha256 CHECK ((((kind = 'document'::text) = (sha256 IS NOT NULL)) AND (sha256 ~ '^[0-9a-f]{64}$'::text))),
    CONSTRAINT dispute_evidence_text CHECK (((text ~ '[^[:space:]]'::text) AND (length(text) <= 2000)))
);

CREATE TABLE public.disputes (
    id text NOT NULL,
    invoice text NOT NULL,
    customer_id text NOT NULL,
    currency text NOT NULL,
    line integer,
    amount numeric NOT NULL,
    accepted numeric DEFAULT 0 NOT NULL,
    reason text NOT NULL,
    note text DEFAULT ''::text NOT NULL,
    raised_by text NOT NULL,
    state text DEFAULT 'open'::text NOT NULL,
    owner text DEFAULT ''::text NOT NULL,
    due_at timestamp with time zone NOT NULL,
    root_cause text DEFAULT ''::text NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    resolved_at timestamp with time zone,
    resolved_by text,
    resolution text DEFAULT ''::text NOT NULL,
    resolution_id text,
    places jsonb DEFAULT '[]'::jsonb NOT NULL,
    kind text DEFAULT 'dispute'::text NOT NULL,
    department text DEFAULT ''::text NOT NULL,
    service jsonb DEFAULT '{"hours": {"to": 0, "from": 0}, "steps": []}'::jsonb NOT NULL,
    payment_id text,
    application integer,
    CONSTRAINT disputes_accepted_scale CHECK (public.is_money(accepted, currency)),
    CONSTRAINT disputes_amount CHECK (((amount >= (0)::numeric) AND (accepted >= (0)::numeric) AND (accepted <= amount) AND public.is_money(amount, currency))),
    CONSTRAINT disputes_department CHECK ((department ~ '^([a-z0-9][a-z0-9_]{0,63})?$'::text)),
    CONSTRAINT disputes_inquiry CHECK (((kind = 'dispute'::text) OR ((amount = (0)::numeric) AND (payment_id IS NULL) AND (state <> ALL (ARRAY['awaiting_approval'::text, 'partly_accepted'::text]))))),
    CONSTRAINT disputes_kind CHECK ((kind = ANY (ARRAY['dispute'::text, 'inquiry'::text]))),
    CONSTRAINT disputes_reason CHECK ((reason = ANY (ARRAY['pricing'::text, 'quantity'::text, 'quality'::text, 'damaged'::text, 'late'::text, 'not_received'::text, 'returned'::text, 'duplicate'::text, 'freight'::text, 'discount'::text, 'tax'::text, 'other'::text]))),
    CONSTRAINT disputes_root_cause CHECK ((root_cause ~ '^([a-z0-9][a-z0-9_]{0,63})?$'::text)),
    CONSTRAINT disputes_state CHECK ((state = ANY (ARRAY['open'::text, 'awaiting_customer'::text, 'awaiting_approval'::text, 'accepted'::text, 'partly_accepted'::text, 'rejected'::text, 'withdrawn'::text])))
);

CREATE TABLE public.dunning_holds (
    id text NOT NULL,
    invoice text NOT NULL,
    customer_id text NOT NULL,
    until date NOT NULL,
    reason text NOT NULL,
    state text DEFAULT 'active'::text NOT NULL,
    held_by text NOT NULL,
    held_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    ended_by text,
    CONSTRAINT dunning_holds_days CHECK ((ends_at > held_at)),
    CONSTRAINT dunning_holds_ended CHECK ((((state = 'active'::text) = (ended_at IS NULL)) AND ((state = 'active'::text) = (ended_by IS NULL)))),
    CONSTRAINT dunning_holds_reason CHECK ((reason ~ '[^[:space:]]'::text)),
    CONSTRAINT dunning_holds_state CHECK ((state = ANY (ARRAY['active'::text, 'lifted'::text, 'expired'::text, 'replaced'::text])))
);

CREATE TABLE public.dunning_levels (
    policy text NOT NULL,
    version integer NOT NULL,
    level integer NOT NULL,
    days_after_due integer NOT NULL,
    channel text NOT NULL,
    action text DEFAULT 'notice'::text NOT NULL,
    fee numeric DEFAULT 0 NOT NULL,
    interest_percent public.percent DEFAULT 0 NOT NULL,
    interest_regime text DEFAULT ''::text NOT NULL,
    interest_base text DEFAULT ''::text NOT NULL,
    CONSTRAINT dunning_levels_action CHECK ((action = ANY (ARRAY['notice'::text, 'call_task'::text, 'account_hold'::text, 'agency'::text, 'propose_write_off'::text]))),
    CONSTRAINT dunning_levels_channel CHECK ((channel = ANY (ARRAY['email'::text, 'letter'::text, 'call'::text]))),
    CONSTRAINT dunning_levels_charge CHECK (((days_after_due > 0) OR ((fee = (0)::numeric) AND (interest_regime = ''::text)))),
    CONSTRAINT dunning_levels_fee CHECK (((fee >= (0)::numeric) AND (fee = trunc(fee, 4)) AND (fee < '1000000000000000'::numeric))),
    CONSTRAINT dunning_levels_interest_regime CHECK ((interest_regime = ANY (ARRAY[''::text, 'fixed'::text, 'eu_2011_7'::text, 'uk_1998'::text, 'ie_2012'::text]))),
    CONSTRAINT dunning_levels_level CHECK ((level >= 0)),
    CONSTRAINT dunning_levels_margin CHECK (
CASE interest_regime
    WHEN ''::text THEN ((interest_base = ''::text) AND ((interest_percent)::numeric = (0)::numeric))
    WHEN 'fixed'::text THEN ((interest_base = ''::text) AND ((interest_percent)::numeric > (0)::numeric))
    WHEN 'eu_2011_7'::text THEN (((interest_percent)::numeric = (0)::numeric) OR ((interest_percent)::numeric >= (8)::numeric))
    ELSE ((interest_percent)::numeric = ANY (ARRAY[(0)::numeric, (8)::numeric]))
END)
);

CREATE TABLE public.dunning_notices (
    id bigint NOT NULL,
    invoice text NOT NULL,
    level integer NOT NULL,
    part text DEFAULT ''::text NOT NULL,
    at timestamp with time zone NOT NULL,
    currency text NOT NULL,
    amount numeric NOT NULL,
    channel text NOT NULL,
    action text NOT NULL,
    state text NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    instalment integer DEFAULT 0 NOT NULL,
    customer_id text,
    fee numeric DEFAULT 0 NOT NULL,
    interest numeric DEFAULT 0 NOT NULL,
    compensation numeric DEFAULT 0 NOT NULL,
    total numeric GENERATED ALWAYS AS ((((amount + fee) + interest) + compensation)) STORED,
    accrued numeric DEFAULT 0 NOT NULL,
    not_charged text DEFAULT ''::text NOT NULL,
    left_open numeric,
    resolved_from text,
    CONSTRAINT dunning_notices_amount CHECK ((public.is_money(amount, currency) AND ((amount > (0)::numeric) OR (state = 'skipped'::text)))),
    CONSTRAINT dunning_notices_charges CHECK (((fee >= (0)::numeric) AND (interest >= (0)::numeric) AND (compensation >= (0)::numeric) AND (accrued >= interest) AND public.is_money(fee, currency) AND public.is_money(interest, currency) AND public.is_money(compensation, currency) AND public.is_money(accrued, currency) AND ((state <> 'skipped'::text) OR (((fee + interest) + compensation) = (0)::numeric)))),
    CONSTRAINT dunning_notices_customer CHECK (((action <> 'account_hold'::text) OR (customer_id IS NOT NULL))),
    CONSTRAINT dunning_notices_instalment CHECK ((instalment >= 0)),
    CONSTRAINT dunning_notices_left_open CHECK (((left_open >= (0)::numeric) AND public.is_money(left_open, currency))),
    CONSTRAINT dunning_notices_not_charged CHECK ((not_charged = ANY (ARRAY[''::text, 'no-reference-rate'::text, 'compensation-currency'::text]))),
    CONSTRAINT dunning_notices_reason CHECK (((state <> 'skipped'::text) OR (reason <> ''::text))),
    CONSTRAINT dunning_notices_resolved CHECK ((((state = 'resolved'::text) = (resolved_from IS NOT NULL)) AND (resolved_from = ANY (ARRAY['queued'::text, 'sent'::text, 'delivered'::text, 'bounced'::text])))),
    CONSTRAINT dunning_notices_state CHECK ((state = ANY (ARRAY['queued'::text, 'sent'::text, 'delivered'::text, 'bounced'::text, 'resolved'::text, 'skipped'::text])))
);

ALTER TABLE public.dunning_notices ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.dunning_notices_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.dunning_policies (
    name text NOT NULL,
    version integer NOT NULL,
    calendar text DEFAULT 'none'::text NOT NULL,
    hour integer DEFAULT 9 NOT NULL,
    grace_days integer DEFAULT 0 NOT NULL,
    min_days_between integer DEFAULT 1 NOT NULL,
    min_amount numeric DEFAULT 0 NOT NULL,
    promise_tolerance_days integer DEFAULT 0 NOT NULL,
    set_by text DEFAULT 'o2c'::text NOT NULL,
    set_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT dunning_policies_days CHECK (((grace_days >= 0) AND (min_days_between >= 1) AND (promise_tolerance_days >= 0))),
    CONSTRAINT dunning_policies_hour CHECK (((hour >= 0) AND (hour <= 23))),
    CONSTRAINT dunning_policies_min_amount CHECK ((min_amount >= (0)::numeric)),
    CONSTRAINT dunning_policies_min_amount_scale CHECK (((min_amount = trunc(min_amount, 4)) AND (min_amount < '1000000000000000'::numeric))),
    CONSTRAINT dunning_policies_name CHECK ((name ~ '^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$'::text)),
    CONSTRAINT dunning_policies_version CHECK ((version >= 1))
);

CREATE TABLE public.events (
    id bigint NOT NULL,
    key text COLLATE pg_catalog."C",
    order_id text,
    customer_id text,
    invoice text,
    kind text NOT NULL,
    at timestamp with time zone NOT NULL,
    actor text NOT NULL,
    summary text NOT NULL,
    detail jsonb DEFAULT '{}'::jsonb NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    payment_id text
);

CREATE VIEW public.event_contents AS
 SELECT events.id,
    events.xid,
    sha256(convert_to((ROW(events.id, events.key, events.order_id, events.customer_id, events.invoice, events.payment_id, events.kind, EXTRACT(epoch FROM events.at), events.actor, events.summary, events.detail, EXTRACT(epoch FROM events.recorded_at), events.xid))::text, 'UTF8'::name)) AS content
   FROM public.events;

ALTER TABLE public.events ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.events_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.exchange_rates (
    base_currency text NOT NULL,
    currency text NOT NULL,
    valid_from date NOT NULL,
    rate numeric NOT NULL,
    set_by text NOT NULL,
    set_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT exchange_rates_foreign CHECK ((currency <> base_currency)),
    CONSTRAINT exchange_rates_rate CHECK (((rate > (0)::numeric) AND (rate = trunc(rate, 12)) AND (rate < '1000000000000000'::numeric)))
);

CREATE TABLE public.facts (
    id text NOT NULL,
    kind text NOT NULL,
    customer_id text,
    order_id text,
    content jsonb NOT NULL,
    actor text NOT NULL,
    accepted_at timestamp with time zone DEFAULT now() NOT NULL,
    settled_at timestamp with time zone,
    told_at timestamp with time zone DEFAULT now() NOT NULL,
    tellings integer DEFAULT 1 NOT NULL,
    refused_code text,
    refused_detail text,
    CONSTRAINT facts_kind CHECK ((kind = ANY (ARRAY['shipment'::text, 'delivery'::text, 'dispute'::text, 'payment'::text, 'stock_receipt'::text, 'credit_limit'::text, 'credit_application'::text, 'credit_refund'::text, 'payment_change'::text, 'collateral'::text, 'credit_standing'::text, 'promise'::text, 'return'::text, 'return_receipt'::text, 'carrier_event'::text, 'task_closure'::text, 'screening'::text]))),
    CONSTRAINT facts_refused CHECK ((((refused_code IS NULL) = (refused_detail IS NULL)) AND ((refused_code IS NULL) OR (settled_at IS NOT NULL))))
);

CREATE TABLE public.fraud_blocked (
    version integer NOT NULL,
    kind text NOT NULL,
    value text NOT NULL,
    note text DEFAULT ''::text NOT NULL,
    CONSTRAINT fraud_blocked_kind CHECK ((kind = ANY (ARRAY['customer'::text, 'email'::text, 'email_domain'::text, 'tax_id'::text, 'country'::text, 'postcode'::text]))),
    CONSTRAINT fraud_blocked_value CHECK (((value <> ''::text) AND (length(value) <= 200)))
);

CREATE TABLE public.fraud_checks (
    order_id text NOT NULL,
    version integer NOT NULL,
    score integer NOT NULL,
    threshold integer NOT NULL,
    inputs jsonb NOT NULL,
    checked_at timestamp with time zone NOT NULL,
    CONSTRAINT fraud_checks_score CHECK ((score >= 0))
);

CREATE TABLE public.fraud_factors (
    order_id text NOT NULL,
    signal text NOT NULL,
    points integer NOT NULL,
    detail text NOT NULL,
    CONSTRAINT fraud_factors_detail CHECK ((detail <> ''::text)),
    CONSTRAINT fraud_factors_points CHECK ((points > 0))
);

CREATE TABLE public.fraud_first_orders (
    version integer NOT NULL,
    currency text NOT NULL,
    above numeric NOT NULL,
    CONSTRAINT fraud_first_orders_above CHECK (((above >= (0)::numeric) AND public.is_money(above, currency)))
);

CREATE TABLE public.fraud_policies (
    version integer NOT NULL,
    threshold integer NOT NULL,
    set_by text NOT NULL,
    set_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT fraud_policies_threshold CHECK (((threshold >= 0) AND (threshold <= 10000))),
    CONSTRAINT fraud_policies_version CHECK ((version > 0))
);

CREATE TABLE public.fraud_rules (
    version integer NOT NULL,
    signal text NOT NULL,
    points integer NOT NULL,
    orders integer,
    hours integer,
    CONSTRAINT fraud_rules_points CHECK (((points >= 1) AND (points <= 1000))),
    CONSTRAINT fraud_rules_signal CHECK ((signal = ANY (ARRAY['velocity'::text, 'first_order'::text, 'ship_to_country'::text, 'ship_to_address'::text, 'blocked_list'::text]))),
    CONSTRAINT fraud_rules_velocity CHECK (
CASE
    WHEN (signal = 'velocity'::text) THEN COALESCE((((orders >= 1) AND (orders <= 10000)) AND ((hours >= 1) AND (hours <= 8760))), false)
    ELSE ((orders IS NULL) AND (hours IS NULL))
END)
);

CREATE TABLE public.fulfilment_orders (
    id text NOT NULL,
    order_id text NOT NULL,
    warehouse_id text NOT NULL,
    revision integer NOT NULL,
    lines jsonb NOT NULL,
    body text NOT NULL,
    state text DEFAULT 'queued'::text NOT NULL,
    queued_at timestamp with time zone NOT NULL,
    sent_at timestamp with time zone,
    attempts integer DEFAULT 0 NOT NULL,
    error text DEFAULT ''::text NOT NULL,
    CONSTRAINT fulfilment_orders_attempts CHECK ((attempts >= 0)),
    CONSTRAINT fulfilment_orders_lines CHECK ((jsonb_typeof(lines) = 'object'::text)),
    CONSTRAINT fulfilment_orders_revision CHECK ((revision >= 1)),
    CONSTRAINT fulfilment_orders_sent CHECK (((state = 'sent'::text) = (sent_at IS NOT NULL))),
    CONSTRAINT fulfilment_orders_state CHECK ((state = ANY (ARRAY['queued'::text, 'sent'::text, 'superseded'::text])))
);

CREATE TABLE public.instalment_plans (
    id text NOT NULL COLLATE pg_catalog."C",
    invoice text NOT NULL,
    customer_id text NOT NULL,
    currency text NOT NULL,
    amount numeric NOT NULL,
    state text DEFAULT 'active'::text NOT NULL,
    settled_before numeric NOT NULL,
    settled numeric,
    authority numeric NOT NULL,
    requested_by text NOT NULL,
    made_at timestamp with time zone NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    ended_at timestamp with time zone,
    CONSTRAINT instalment_plans_amount CHECK (((amount > (0)::numeric) AND public.is_money(amount, currency))),
    CONSTRAINT instalment_plans_authority CHECK (((authority >= (0)::numeric) AND public.is_money(authority, currency))),
    CONSTRAINT instalment_plans_ended CHECK ((((state = 'active'::text) = (ended_at IS NULL)) AND ((state = 'active'::text) = (settled IS NULL)))),
    CONSTRAINT instalment_plans_settled CHECK (((settled >= (0)::numeric) AND (settled <= amount) AND public.is_money(settled, currency))),
    CONSTRAINT instalment_plans_settled_before CHECK (public.is_money(settled_before, currency)),
    CONSTRAINT instalment_plans_state CHECK ((state = ANY (ARRAY['active'::text, 'kept'::text, 'broken'::text, 'replaced'::text, 'withdrawn'::text])))
);

CREATE TABLE public.invoice_charges (
    invoice text NOT NULL,
    order_id text NOT NULL,
    charge integer NOT NULL,
    currency text NOT NULL,
    reason_code text NOT NULL,
    reason text NOT NULL,
    amount numeric NOT NULL,
    tax_category text NOT NULL,
    tax_rate public.percent NOT NULL,
    milestone integer,
    CONSTRAINT invoice_charges_amount CHECK (((amount > (0)::numeric) AND public.is_money(amount, currency)))
);

CREATE TABLE public.invoice_instalments (
    invoice text NOT NULL,
    n integer NOT NULL,
    due_date date NOT NULL,
    currency text NOT NULL,
    amount numeric NOT NULL,
    CONSTRAINT invoice_instalments_amount CHECK (((amount > (0)::numeric) AND public.is_money(amount, currency))),
    CONSTRAINT invoice_instalments_n CHECK ((n > 0))
);

CREATE TABLE public.invoice_lines (
    invoice text NOT NULL,
    line integer NOT NULL,
    order_id text NOT NULL,
    order_line integer NOT NULL,
    shipment_id text,
    sku text NOT NULL,
    description text NOT NULL,
    quantity public.quantity NOT NULL,
    unit_code text NOT NULL,
    unit_price public.price NOT NULL,
    base_quantity public.quantity NOT NULL,
    discount_percent public.percent NOT NULL,
    net_amount numeric NOT NULL,
    tax_category text NOT NULL,
    tax_rate public.percent NOT NULL,
    milestone integer,
    CONSTRAINT invoice_lines_delivery_or_milestone CHECK (((shipment_id IS NULL) <> (milestone IS NULL))),
    CONSTRAINT invoice_lines_net_amount CHECK ((net_amount >= (0)::numeric))
);

CREATE TABLE public.invoice_shares (
    invoice text NOT NULL,
    order_id text NOT NULL,
    currency text NOT NULL,
    amount numeric NOT NULL,
    CONSTRAINT invoice_shares_amount CHECK (((amount >= (0)::numeric) AND public.is_money(amount, currency)))
);

CREATE TABLE public.invoice_taxes (
    invoice text NOT NULL,
    category text NOT NULL,
    rate public.percent NOT NULL,
    allowance numeric DEFAULT 0 NOT NULL,
    taxable numeric NOT NULL,
    tax numeric NOT NULL,
    exemption_reason text DEFAULT ''::text NOT NULL,
    charge numeric DEFAULT 0 NOT NULL,
    exemption_code text DEFAULT ''::text NOT NULL,
    CONSTRAINT invoice_taxes_amounts CHECK (((allowance >= (0)::numeric) AND (taxable >= (0)::numeric) AND (tax >= (0)::numeric))),
    CONSTRAINT invoice_taxes_charge CHECK ((charge >= (0)::numeric))
);

CREATE TABLE public.invoices (
    number text NOT NULL,
    series text NOT NULL,
    year integer NOT NULL,
    sequence bigint NOT NULL,
    order_id text,
    shipment_id text,
    customer_id text NOT NULL,
    po_number text DEFAULT ''::text NOT NULL,
    currency text NOT NULL,
    type_code text DEFAULT '380'::text NOT NULL,
    issue_date date NOT NULL,
    due_date date NOT NULL,
    delivery_date date NOT NULL,
    tax_point_date date NOT NULL,
    discount_percent public.percent DEFAULT 0 NOT NULL,
    line_total numeric NOT NULL,
    allowance_total numeric NOT NULL,
    net_total numeric NOT NULL,
    tax_total numeric NOT NULL,
    total numeric NOT NULL,
    payment_reference text NOT NULL,
    payment_means text DEFAULT '30'::text NOT NULL,
    dunning_policy text NOT NULL,
    dunning_version integer NOT NULL,
    issued_at timestamp with time zone NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    charge_total numeric DEFAULT 0 NOT NULL,
    payer_id text,
    bill_to jsonb,
    ship_to jsonb,
    buyer_reference text DEFAULT ''::text NOT NULL,
    contract_reference text DEFAULT ''::text NOT NULL,
    project_reference text DEFAULT ''::text NOT NULL,
    delivery_terms text DEFAULT ''::text NOT NULL,
    billing_id text,
    milestone integer,
    CONSTRAINT invoices_milestone_alone CHECK (((milestone IS NULL) OR ((order_id IS NOT NULL) AND (shipment_id IS NULL) AND (billing_id IS NULL)))),
    CONSTRAINT invoices_scale CHECK ((public.is_money(line_total, currency) AND public.is_money(allowance_total, currency) AND public.is_money(total, currency))),
    CONSTRAINT invoices_totals CHECK (((((line_total - allowance_total) + charge_total) = net_total) AND ((net_total + tax_total) = total) AND (total >= (0)::numeric) AND (charge_total >= (0)::numeric) AND public.is_money(charge_total, currency) AND public.is_money(net_total, currency) AND public.is_money(tax_total, currency)))
);

CREATE TABLE public.ledger_accounts (
    code text NOT NULL,
    name text NOT NULL,
    type text NOT NULL,
    CONSTRAINT ledger_accounts_type CHECK ((type = ANY (ARRAY['asset'::text, 'liability'::text, 'income'::text, 'expense'::text])))
);

ALTER TABLE public.ledger_entries ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.ledger_entries_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.ledger_flows (
    debit text NOT NULL,
    credit text NOT NULL
);

CREATE TABLE public.ledger_seals (
    "position" bigint NOT NULL,
    entry_id bigint NOT NULL,
    hash bytea NOT NULL,
    horizon xid8 NOT NULL,
    sealed_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT ledger_seals_hash CHECK ((octet_length(hash) = 32)),
    CONSTRAINT ledger_seals_position CHECK (("position" > 0))
);

CREATE TABLE public.messages (
    key text NOT NULL,
    order_id text,
    invoice text,
    customer_id text NOT NULL,
    kind text NOT NULL,
    channel text NOT NULL,
    recipient text NOT NULL,
    subject text NOT NULL,
    body text NOT NULL,
    notice_id bigint,
    state text DEFAULT 'queued'::text NOT NULL,
    queued_at timestamp with time zone NOT NULL,
    sent_at timestamp with time zone,
    error text DEFAULT ''::text NOT NULL,
    sequence bigint NOT NULL,
    CONSTRAINT messages_announces_a_shipment CHECK (((kind <> 'shipping_notice'::text) OR ((order_id IS NOT NULL) AND (key ~ '^shipping-notice/.'::text)))),
    CONSTRAINT messages_confirms_a_version CHECK (((kind <> 'order_confirmation'::text) OR ((order_id IS NOT NULL) AND starts_with(key, (('order-confirmation/'::text || order_id) || '/'::text)) AND (substr(key, (length(order_id) + 21)) ~ '^[1-9][0-9]*$'::text)))),
    CONSTRAINT messages_kind CHECK ((kind = ANY (ARRAY['invoice'::text, 'dunning'::text, 'credit_note'::text, 'order_confirmation'::text, 'shipping_notice'::text, 'dispute_question'::text, 'proforma'::text, 'prepayment_reminder'::text, 'prepayment_invoice'::text, 'backorder'::text]))),
    CONSTRAINT messages_state CHECK ((state = ANY (ARRAY['queued'::text, 'sent'::text, 'refused'::text])))
);

ALTER TABLE public.messages ALTER COLUMN sequence ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.messages_sequence_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.number_series (
    series text NOT NULL,
    year integer NOT NULL,
    last bigint DEFAULT 0 NOT NULL,
    CONSTRAINT number_series_last CHECK ((last >= 0))
);

CREATE TABLE public.prepayment_invoices (
    number text NOT NULL,
    series text DEFAULT 'PI'::text NOT NULL,
    year integer NOT NULL,
    sequence bigint NOT NULL,
    order_id text NOT NULL,
    customer_id text NOT NULL,
    payment_id text NOT NULL,
    proforma text NOT NULL,
    currency text NOT NULL,
    net_total numeric NOT NULL,
    tax_total numeric NOT NULL,
    total numeric NOT NULL,
    issue_date date NOT NULL,
    cause text NOT NULL,
    issued_by text NOT NULL,
    issued_at timestamp with time zone NOT NULL,
    CONSTRAINT prepayment_invoices_total CHECK (((total > (0)::numeric) AND (total = (net_total + tax_total)) AND (net_total >= (0)::numeric) AND (tax_total >= (0)::numeric) AND public.is_money(net_total, currency) AND public.is_money(tax_total, currency) AND public.is_money(total, currency)))
);

CREATE TABLE public.proformas (
    number text NOT NULL,
    series text DEFAULT 'PF'::text NOT NULL,
    year integer NOT NULL,
    sequence bigint NOT NULL,
    order_id text NOT NULL,
    order_version integer NOT NULL,
    customer_id text NOT NULL,
    currency text NOT NULL,
    amount numeric NOT NULL,
    payment_reference text NOT NULL,
    issue_date date NOT NULL,
    issued_at timestamp with time zone NOT NULL,
    CONSTRAINT proformas_amount CHECK (((amount > (0)::numeric) AND public.is_money(amount, currency)))
);

CREATE VIEW public.numbered_documents AS
 SELECT invoices.number,
    invoices.series,
    invoices.year,
    invoices.sequence
   FROM public.invoices
UNION ALL
 SELECT credit_notes.number,
    credit_notes.series,
    credit_notes.year,
    credit_notes.sequence
   FROM public.credit_notes
UNION ALL
 SELECT debit_notes.number,
    debit_notes.series,
    debit_notes.year,
    debit_notes.sequence
   FROM public.debit_notes
UNION ALL
 SELECT proformas.number,
    proformas.series,
    proformas.year,
    proformas.sequence
   FROM public.proformas
UNION ALL
 SELECT prepayment_invoices.number,
    prepayment_invoices.series,
    prepayment_invoices.year,
    prepayment_invoices.sequence
   FROM public.prepayment_invoices
UNION ALL
 SELECT deposit_uses.credit_note AS number,
    deposit_uses.series,
    deposit_uses.year,
    deposit_uses.sequence
   FROM public.deposit_uses
  WHERE (deposit_uses.credit_note IS NOT NULL);

CREATE TABLE public.open_items (
    number text NOT NULL,
    customer_id text NOT NULL,
    order_id text,
    currency text NOT NULL,
    due_date date NOT NULL,
    total numeric NOT NULL,
    paid numeric DEFAULT 0 NOT NULL,
    credited numeric DEFAULT 0 NOT NULL,
    deposits_applied numeric DEFAULT 0 NOT NULL,
    credit_applied numeric DEFAULT 0 NOT NULL,
    discount numeric DEFAULT 0 NOT NULL,
    payment_difference numeric DEFAULT 0 NOT NULL,
    withheld numeric DEFAULT 0 NOT NULL,
    written_off numeric DEFAULT 0 NOT NULL,
    disputed_amount numeric DEFAULT 0 NOT NULL,
    open_amount numeric GENERATED ALWAYS AS (((((((((total - paid) - credited) - deposits_applied) - credit_applied) - discount) - payment_difference) - withheld) - written_off)) STORED,
    dunning_plan jsonb NOT NULL,
    next_level integer,
    next_dunning_at timestamp with time zone,
    version integer DEFAULT 1 NOT NULL,
    kind text NOT NULL,
    invoice text,
    dunned jsonb DEFAULT '[]'::jsonb NOT NULL,
    next_instalment integer DEFAULT 0 NOT NULL,
    waits jsonb DEFAULT '[]'::jsonb NOT NULL,
    judge_at timestamp with time zone,
    recovered numeric DEFAULT 0 NOT NULL,
    plan text COLLATE pg_catalog."C",
    status text GENERATED ALWAYS AS (
CASE
    WHEN (((((((((total - paid) - credited) - deposits_applied) - credit_applied) - discount) - payment_difference) - withheld) - written_off) = (0)::numeric) THEN
    CASE
        WHEN (written_off > (0)::numeric) THEN 'written_off'::text
        WHEN ((paid > (0)::numeric) OR (deposits_applied > (0)::numeric)) THEN 'paid'::text
        ELSE 'credited'::text
    END
    WHEN ((paid > (0)::numeric) OR (deposits_applied > (0)::numeric)) THEN 'partly_paid'::text
    ELSE 'open'::text
END) STORED,
    CONSTRAINT open_items_disputed CHECK (((disputed_amount >= (0)::numeric) AND ((disputed_amount <= ((((((((total - paid) - credited) - deposits_applied) - credit_applied) - discount) - payment_difference) - withheld) - written_off)) OR (((((((((total - paid) - credited) - deposits_applied) - credit_applied) - discount) - payment_difference) - withheld) - written_off) < (0)::numeric)))),
    CONSTRAINT open_items_invoice CHECK (((kind <> 'invoice'::text) OR (NOT (invoice IS DISTINCT FROM number)))),
    CONSTRAINT open_items_kind CHECK ((kind = ANY (ARRAY['invoice'::text, 'fee'::text, 'interest'::text, 'compensation'::text, 'refund_recovery'::text]))),
    CONSTRAINT open_items_next CHECK (((next_level IS NULL) = (next_dunning_at IS NULL))),
    CONSTRAINT open_items_not_negative CHECK (((paid >= (0)::numeric) AND (credited >= (0)::numeric) AND (deposits_applied >= (0)::numeric) AND (credit_applied >= (0)::numeric) AND (discount >= (0)::numeric) AND (withheld >= (0)::numeric) AND (written_off >= (0)::numeric))),
    CONSTRAINT open_items_of_no_order CHECK (((kind = 'invoice'::text) OR ((order_id IS NULL) AND (disputed_amount = (0)::numeric) AND (next_level IS NULL)))),
    CONSTRAINT open_items_open CHECK ((((((((((total - paid) - credited) - deposits_applied) - credit_applied) - discount) - payment_difference) - withheld) - written_off) >= (0)::numeric)),
    CONSTRAINT open_items_recovered CHECK (((recovered >= (0)::numeric) AND (recovered <= GREATEST(written_off, (0)::numeric)) AND public.is_money(recovered, currency))),
    CONSTRAINT open_items_scale CHECK ((public.is_money(total, currency) AND public.is_money(paid, currency) AND public.is_money(credited, currency) AND public.is_money(disputed_amount, currency) AND public.is_money(written_off, currency))),
    CONSTRAINT open_items_settled_scale CHECK ((public.is_money(deposits_applied, currency) AND public.is_money(credit_applied, currency) AND public.is_money(discount, currency) AND public.is_money(payment_difference, currency) AND public.is_money(withheld, currency)))
);

CREATE VIEW public.open_instalments AS
 SELECT i.number AS invoice,
    COALESCE(p.due_date, i.due_date) AS due_date,
    COALESCE(p.amount, i.total) AS amount,
        CASE
            WHEN (p.amount IS NULL) THEN i.open_amount
            ELSE LEAST(p.amount, GREATEST((p.until - (i.total - i.open_amount)), (0)::numeric))
        END AS open_amount,
        CASE
            WHEN (p.amount IS NULL) THEN i.disputed_amount
            ELSE LEAST(p.amount, GREATEST((p.until - (i.total - i.disputed_amount)), (0)::numeric))
        END AS disputed_amount
   FROM (public.open_items i
     LEFT JOIN LATERAL ( SELECT invoice_instalments.due_date,
            invoice_instalments.amount,
            sum(invoice_instalments.amount) OVER (ORDER BY invoice_instalments.n) AS until
           FROM public.invoice_instalments
          WHERE (invoice_instalments.invoice = i.number)) p ON (true))
  WHERE (i.kind = 'invoice'::text);

CREATE TABLE public.order_charges (
    order_id text NOT NULL,
    charge integer NOT NULL,
    currency text NOT NULL,
    reason_code text NOT NULL,
    reason text NOT NULL,
    amount numeric NOT NULL,
    tax_category text NOT NULL,
    tax_rate public.percent NOT NULL,
    gross_amount numeric NOT NULL,
    CONSTRAINT order_charges_amount CHECK (((amount > (0)::numeric) AND (amount <= gross_amount) AND public.is_money(amount, currency) AND public.is_money(gross_amount, currency))),
    CONSTRAINT order_charges_reason CHECK ((reason_code ~ '^[A-Z0-9]{2,3}$'::text)),
    CONSTRAINT order_charges_tax CHECK (((tax_category = ANY (ARRAY['S'::text, 'Z'::text, 'E'::text, 'AE'::text, 'K'::text, 'G'::text, 'O'::text])) AND ((tax_category = 'S'::text) OR ((tax_rate)::numeric = (0)::numeric))))
);

CREATE TABLE public.order_findings (
    order_id text NOT NULL,
    finding integer NOT NULL,
    code text NOT NULL,
    detail text NOT NULL,
    found_at timestamp with time zone NOT NULL,
    CONSTRAINT order_findings_code CHECK ((code = ANY (ARRAY['duplicate-purchase-order'::text, 'fraud-signals'::text, 'blocked-party'::text]))),
    CONSTRAINT order_findings_detail CHECK ((detail <> ''::text)),
    CONSTRAINT order_findings_finding CHECK ((finding >= 1))
);

CREATE TABLE public.order_lines (
    order_id text NOT NULL,
    line integer NOT NULL,
    sku text NOT NULL,
    description text NOT NULL,
    unit_code text NOT NULL,
    po_line text DEFAULT ''::text NOT NULL,
    requested_date date,
    quantity public.quantity NOT NULL,
    unit_price public.price NOT NULL,
    base_quantity public.quantity DEFAULT 1 NOT NULL,
    discount_percent public.percent DEFAULT 0 NOT NULL,
    net_amount numeric NOT NULL,
    gross_amount numeric NOT NULL,
    tax_category text NOT NULL,
    tax_rate public.percent NOT NULL,
    tax_exemption text DEFAULT ''::text NOT NULL,
    price_source text NOT NULL,
    stocked boolean NOT NULL,
    reserved public.quantity DEFAULT 0 NOT NULL,
    shipped public.quantity DEFAULT 0 NOT NULL,
    invoiced public.quantity DEFAULT 0 NOT NULL,
    returned public.quantity DEFAULT 0 NOT NULL,
    cancelled public.quantity DEFAULT 0 NOT NULL,
    ship_to jsonb,
    price_reason text DEFAULT ''::text NOT NULL,
    overridden_price public.price,
    overridden_source text DEFAULT ''::text NOT NULL,
    tax_source text DEFAULT 'product'::text NOT NULL,
    tax_reason text DEFAULT ''::text NOT NULL,
    tax_exemption_code text DEFAULT ''::text NOT NULL,
    to_return public.quantity DEFAULT 0 NOT NULL,
    returned_unbilled public.quantity DEFAULT 0 NOT NULL,
    replaced public.quantity DEFAULT 0 NOT NULL,
    CONSTRAINT order_lines_amounts CHECK (((net_amount >= (0)::numeric) AND (gross_amount >= (0)::numeric))),
    CONSTRAINT order_lines_invoiced CHECK ((((invoiced)::numeric + (returned_unbilled)::numeric) <= (shipped)::numeric)),
    CONSTRAINT order_lines_overridden CHECK (((price_source = 'override'::text) OR (overridden_price IS NULL))),
    CONSTRAINT order_lines_overridden_source CHECK (((overridden_price IS NULL) = (overridden_source = ''::text))),
    CONSTRAINT order_lines_price_source CHECK ((price_source ~ '^(product|override|price_list:[A-Za-z0-9][A-Za-z0-9._-]*@[0-9]{4}-[0-9]{2}-[0-9]{2}#[0-9]+([.][0-9]+)?)$'::text)),
    CONSTRAINT order_lines_quantity CHECK (((quantity)::numeric > (0)::numeric)),
    CONSTRAINT order_lines_reserved CHECK ((((reserved)::numeric <= (((quantity)::numeric - (shipped)::numeric) - (cancelled)::numeric)) OR (((shipped)::numeric + (cancelled)::numeric) > (quantity)::numeric))),
    CONSTRAINT order_lines_returned CHECK ((((returned)::numeric + (to_return)::numeric) <= (shipped)::numeric)),
    CONSTRAINT order_lines_returned_as CHECK ((((returned_unbilled)::numeric + (replaced)::numeric) <= (returned)::numeric)),
    CONSTRAINT order_lines_shipped CHECK ((((shipped)::numeric + (cancelled)::numeric) <= (quantity)::numeric)),
    CONSTRAINT order_lines_tax_source CHECK ((tax_source ~ '^(product|customer:[a-z_]+|rule:[a-z0-9-]+@[0-9]{4}-[0-9]{2}-[0-9]{2}|engine:[A-Za-z0-9._:/-]+)$'::text))
);

CREATE TABLE public.order_milestones (
    order_id text NOT NULL,
    n integer NOT NULL,
    name text NOT NULL,
    percent public.percent NOT NULL,
    CONSTRAINT order_milestones_n CHECK (((n >= 1) AND (n <= 60))),
    CONSTRAINT order_milestones_name CHECK ((name <> ''::text)),
    CONSTRAINT order_milestones_percent CHECK (((percent)::numeric > (0)::numeric))
);

CREATE TABLE public.order_overrides (
    order_id text NOT NULL,
    override integer NOT NULL,
    kind text NOT NULL,
    pointer text NOT NULL,
    given text NOT NULL,
    instead text DEFAULT ''::text NOT NULL,
    source text DEFAULT ''::text NOT NULL,
    CONSTRAINT order_overrides_given CHECK (((given <> ''::text) AND ((kind = 'price'::text) OR (instead <> ''::text)))),
    CONSTRAINT order_overrides_kind CHECK ((kind = ANY (ARRAY['price'::text, 'line_discount'::text, 'order_discount'::text, 'payment_terms'::text, 'charge_tax'::text, 'duplicate_po'::text]))),
    CONSTRAINT order_overrides_override CHECK ((override >= 1)),
    CONSTRAINT order_overrides_pointer CHECK ((pointer ~ '^/'::text))
);

CREATE TABLE public.orders (
    id text NOT NULL,
    customer_id text NOT NULL,
    po_number text DEFAULT ''::text NOT NULL,
    currency text NOT NULL,
    warehouse_id text NOT NULL,
    ship_complete boolean DEFAULT false NOT NULL,
    requested_date date,
    buyer_reference text DEFAULT ''::text NOT NULL,
    ship_to jsonb,
    bill_to jsonb,
    payment_terms jsonb NOT NULL,
    discount_percent public.percent DEFAULT 0 NOT NULL,
    net_total numeric NOT NULL,
    tax_total numeric NOT NULL,
    total numeric NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    stage text NOT NULL,
    outcome text,
    approved boolean DEFAULT false NOT NULL,
    allocated boolean DEFAULT false NOT NULL,
    blocked_code text,
    blocked_detail text,
    entered_by text NOT NULL,
    entered_at timestamp with time zone NOT NULL,
    closed_at timestamp with time zone,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    payer_id text,
    delivery_terms text DEFAULT ''::text NOT NULL,
    contract_reference text DEFAULT ''::text NOT NULL,
    project_reference text DEFAULT ''::text NOT NULL,
    charge_total numeric DEFAULT 0 NOT NULL,
    charge_gross numeric DEFAULT 0 NOT NULL,
    invoicing text DEFAULT 'per_shipment'::text NOT NULL,
    release_id text,
    release_until date,
    allow_split boolean DEFAULT false NOT NULL,
    override_reason text DEFAULT ''::text NOT NULL,
    confirmed_version integer DEFAULT 0,
    billing_period text DEFAULT 'monthly'::text NOT NULL,
    duplicate_of text,
    hold_plan jsonb DEFAULT '[]'::jsonb NOT NULL,
    deposits numeric DEFAULT 0 NOT NULL,
    deposits_applied numeric DEFAULT 0 NOT NULL,
    CONSTRAINT orders_billing_period CHECK ((billing_period = ANY (ARRAY['weekly'::text, 'monthly'::text]))),
    CONSTRAINT orders_blocked CHECK (((blocked_code IS NULL) = (blocked_detail IS NULL))),
    CONSTRAINT orders_charges CHECK (((charge_total >= (0)::numeric) AND (charge_total <= charge_gross) AND (charge_gross <= total) AND public.is_money(charge_total, currency) AND public.is_money(charge_gross, currency))),
    CONSTRAINT orders_confirmed_version CHECK (((confirmed_version >= 0) AND (confirmed_version <= version))),
    CONSTRAINT orders_deposits CHECK (((deposits_applied >= (0)::numeric) AND (deposits_applied <= deposits) AND public.is_money(deposits, currency) AND public.is_money(deposits_applied, currency))),
    CONSTRAINT orders_duplicate_of CHECK (((duplicate_of IS NULL) OR ((duplicate_of <> id) AND (po_number <> ''::text)))),
    CONSTRAINT orders_hold_plan CHECK (((jsonb_typeof(hold_plan) = 'array'::text) AND ((hold_plan = '[]'::jsonb) OR (stage = ANY (ARRAY['credit_hold'::text, 'awaiting_prepayment'::text]))))),
    CONSTRAINT orders_invoicing CHECK ((invoicing = ANY (ARRAY['per_shipment'::text, 'per_order'::text, 'consolidated'::text, 'milestones'::text]))),
    CONSTRAINT orders_outcome CHECK ((((stage = 'closed'::text) = (outcome IS NOT NULL)) AND ((stage = 'closed'::text) = (closed_at IS NOT NULL)) AND (outcome = ANY (ARRAY['paid'::text, 'credited'::text, 'written_off'::text, 'cancelled'::text, 'rejected'::text])))),
    CONSTRAINT orders_release CHECK ((((release_id IS NULL) OR approved) AND ((release_until IS NULL) OR (release_id IS NOT NULL)))),
    CONSTRAINT orders_stage CHECK ((stage = ANY (ARRAY['received'::text, 'review'::text, 'credit_hold'::text, 'awaiting_prepayment'::text, 'fulfilling'::text, 'invoicing'::text, 'collecting'::text, 'reconciling'::text, 'closed'::text]))),
    CONSTRAINT orders_total_scale CHECK (public.is_money(total, currency)),
    CONSTRAINT orders_totals CHECK ((((net_total + tax_total) = total) AND (net_total >= (0)::numeric) AND (tax_total >= (0)::numeric) AND public.is_money(net_total, currency) AND public.is_money(tax_total, currency)))
);

CREATE VIEW public.order_parties AS
 SELECT p.order_id,
    p.role,
    min(p.name) AS name,
    public.screening_name(p.name) AS compared
   FROM ( SELECT o.id AS order_id,
            'sold_to'::text AS role,
            c.name
           FROM (public.orders o
             JOIN public.customers c ON ((c.id = o.customer_id)))
        UNION ALL
         SELECT o.id,
            'payer'::text,
            c.name
           FROM (public.orders o
             JOIN public.customers c ON ((c.id = o.payer_id)))
          WHERE (o.payer_id <> o.customer_id)
        UNION ALL
         SELECT o.id,
            'bill_to'::text,
            part.part
           FROM public.orders o,
            LATERAL unnest(ARRAY[(o.bill_to ->> 'line1'::text), (o.bill_to ->> 'line2'::text)]) part(part)
        UNION ALL
         SELECT o.id,
            'ship_to'::text,
            part.part
           FROM public.orders o,
            LATERAL unnest(ARRAY[(o.ship_to ->> 'line1'::text), (o.ship_to ->> 'line2'::text)]) part(part)
        UNION ALL
         SELECT l.order_id,
            'ship_to'::text,
            part.part
           FROM public.order_lines l,
            LATERAL unnest(ARRAY[(l.ship_to ->> 'line1'::text), (l.ship_to ->> 'line2'::text)]) part(part)) p
  WHERE (public.screening_name(p.name) <> ''::text)
  GROUP BY p.order_id, p.role, (public.screening_name(p.name));

CREATE TABLE public.order_price_steps (
    order_id text NOT NULL,
    sku text NOT NULL,
    min_quantity public.quantity NOT NULL,
    unit_price public.price NOT NULL,
    base_quantity public.quantity NOT NULL,
    source text NOT NULL,
    reason text NOT NULL,
    CONSTRAINT order_price_steps_base_quantity CHECK (((base_quantity)::numeric > (0)::numeric)),
    CONSTRAINT order_price_steps_source CHECK ((source ~ '^(product|price_list:[A-Za-z0-9][A-Za-z0-9._-]*@[0-9]{4}-[0-9]{2}-[0-9]{2}#[0-9]+([.][0-9]+)?)$'::text))
);

CREATE TABLE public.order_version_lines (
    order_id text NOT NULL,
    version integer NOT NULL,
    line integer NOT NULL,
    currency text NOT NULL,
    quantity public.quantity NOT NULL,
    cancelled public.quantity NOT NULL,
    net_amount numeric NOT NULL,
    gross_amount numeric NOT NULL,
    unit_price public.price NOT NULL,
    price_source text NOT NULL,
    CONSTRAINT order_version_lines_amounts CHECK (((net_amount >= (0)::numeric) AND (gross_amount >= (0)::numeric) AND public.is_money(net_amount, currency) AND public.is_money(gross_amount, currency))),
    CONSTRAINT order_version_lines_quantity CHECK ((((quantity)::numeric > (0)::numeric) AND ((cancelled)::numeric <= (quantity)::numeric)))
);

CREATE TABLE public.order_versions (
    order_id text NOT NULL,
    version integer NOT NULL,
    decision_id text,
    currency text NOT NULL,
    net_total numeric NOT NULL,
    tax_total numeric NOT NULL,
    total numeric NOT NULL,
    actor text NOT NULL,
    at timestamp with time zone NOT NULL,
    CONSTRAINT order_versions_totals CHECK ((((net_total + tax_total) = total) AND (net_total >= (0)::numeric) AND (tax_total >= (0)::numeric) AND public.is_money(net_total, currency) AND public.is_money(tax_total, currency) AND public.is_money(total, currency))),
    CONSTRAINT order_versions_version CHECK (((version >= 1) AND ((version = 1) = (decision_id IS NULL))))
);

CREATE TABLE public.payment_applications (
    payment_id text NOT NULL,
    n integer NOT NULL,
    invoice text NOT NULL,
    currency text NOT NULL,
    amount numeric NOT NULL,
    rule text NOT NULL,
    applied_at timestamp with time zone NOT NULL,
    discount numeric DEFAULT 0 NOT NULL,
    discount_tax numeric DEFAULT 0 NOT NULL,
    payment_difference numeric DEFAULT 0 NOT NULL,
    difference_reason text DEFAULT ''::text NOT NULL,
    taken_to_income numeric DEFAULT 0 NOT NULL,
    deduction numeric DEFAULT 0 NOT NULL,
    deduction_reason text DEFAULT ''::text NOT NULL,
    undoes integer,
    reversal integer,
    cause text DEFAULT ''::text NOT NULL,
    applied_by text DEFAULT ''::text NOT NULL,
    CONSTRAINT payment_applications_amount CHECK (
CASE
    WHEN (undoes IS NULL) THEN ((amount > (0)::numeric) AND ((discount_tax >= (0)::numeric) AND (discount_tax <= discount)) AND (payment_difference >= (0)::numeric) AND (taken_to_income >= (0)::numeric) AND (deduction >= (0)::numeric))
    ELSE ((amount < (0)::numeric) AND ((discount_tax >= discount) AND (discount_tax <= (0)::numeric)) AND (payment_difference <= (0)::numeric) AND (taken_to_income <= (0)::numeric) AND (deduction <= (0)::numeric))
END),
    CONSTRAINT payment_applications_reasons CHECK ((((payment_difference = (0)::numeric) OR (difference_reason <> ''::text)) AND ((deduction = (0)::numeric) OR (deduction_reason <> ''::text)))),
    CONSTRAINT payment_applications_scale CHECK ((public.is_money(amount, currency) AND public.is_money(discount, currency) AND public.is_money(discount_tax, currency) AND public.is_money(payment_difference, currency) AND public.is_money(taken_to_income, currency) AND public.is_money(deduction, currency)))
);

CREATE TABLE public.payment_recoveries (
    payment_id text NOT NULL,
    n integer NOT NULL,
    invoice text NOT NULL,
    currency text NOT NULL,
    amount numeric NOT NULL,
    undoes integer,
    reversal integer,
    cause text NOT NULL,
    recovered_by text NOT NULL,
    recovered_at timestamp with time zone NOT NULL,
    CONSTRAINT payment_recoveries_amount CHECK ((
CASE
    WHEN (undoes IS NULL) THEN (amount > (0)::numeric)
    ELSE (amount < (0)::numeric)
END AND public.is_money(amount, currency)))
);

CREATE TABLE public.payment_refunds (
    payment_id text NOT NULL,
    n integer NOT NULL,
    id text NOT NULL,
    currency text NOT NULL,
    amount numeric NOT NULL,
    reason text NOT NULL,
    refunded_by text NOT NULL,
    refunded_at timestamp with time zone NOT NULL,
    CONSTRAINT payment_refunds_amount CHECK (((amount > (0)::numeric) AND public.is_money(amount, currency)))
);

CREATE TABLE public.payment_reversals (
    payment_id text NOT NULL,
    n integer NOT NULL,
    id text NOT NULL,
    currency text NOT NULL,
    amount numeric NOT NULL,
    fee numeric DEFAULT 0 NOT NULL,
    reason text NOT NULL,
    reason_code text DEFAULT ''::text NOT NULL,
    undoes integer,
    reversed_by text NOT NULL,
    reversed_at timestamp with time zone NOT NULL,
    claimed numeric DEFAULT 0 NOT NULL,
    CONSTRAINT payment_reversals_amount CHECK (
CASE
    WHEN (undoes IS NULL) THEN ((amount > (0)::numeric) AND (fee >= (0)::numeric))
    ELSE ((amount < (0)::numeric) AND (fee = (0)::numeric))
END),
    CONSTRAINT payment_reversals_claimed CHECK ((
CASE
    WHEN (undoes IS NULL) THEN ((claimed >= (0)::numeric) AND (claimed <= amount))
    ELSE ((claimed >= amount) AND (claimed <= (0)::numeric))
END AND public.is_money(claimed, currency))),
    CONSTRAINT payment_reversals_scale CHECK ((public.is_money(amount, currency) AND public.is_money(fee, currency)))
);

CREATE TABLE public.payments (
    id text NOT NULL,
    customer_id text,
    currency text NOT NULL,
    amount numeric NOT NULL,
    value_date date NOT NULL,
    method text NOT NULL,
    reference text DEFAULT ''::text NOT NULL,
    payer_name text DEFAULT ''::text NOT NULL,
    payer_account text DEFAULT ''::text NOT NULL,
    remittance jsonb DEFAULT '[]'::jsonb NOT NULL,
    applied numeric DEFAULT 0 NOT NULL,
    refunded numeric DEFAULT 0 NOT NULL,
    reversed numeric DEFAULT 0 NOT NULL,
    received_by text NOT NULL,
    received_at timestamp with time zone NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    recovered numeric DEFAULT 0 NOT NULL,
    taken_to_income numeric DEFAULT 0 NOT NULL,
    deposits numeric DEFAULT 0 NOT NULL,
    unapplied numeric GENERATED ALWAYS AS (((((((amount - applied) - recovered) - taken_to_income) - deposits) - refunded) - reversed)) STORED,
    state text GENERATED ALWAYS AS (
CASE
    WHEN (reversed = amount) THEN
    CASE method
        WHEN 'card'::text THEN 'charged_back'::text
        ELSE 'reversed'::text
    END
    WHEN (refunded = (amount - reversed)) THEN 'refunded'::text
    WHEN (refunded > (0)::numeric) THEN 'partly_refunded'::text
    WHEN ((((applied + recovered) + taken_to_income) + deposits) = (amount - reversed)) THEN 'applied'::text
    WHEN ((((applied + recovered) + taken_to_income) + deposits) > (0)::numeric) THEN 'partly_applied'::text
    ELSE 'unapplied'::text
END) STORED,
    CONSTRAINT payments_amount CHECK (((amount > (0)::numeric) AND public.is_money(amount, currency))),
    CONSTRAINT payments_method CHECK ((method = ANY (ARRAY['bank_transfer'::text, 'direct_debit'::text, 'card'::text, 'cheque'::text, 'cash'::text, 'netting'::text]))),
    CONSTRAINT payments_split CHECK (((applied >= (0)::numeric) AND (recovered >= (0)::numeric) AND (taken_to_income >= (0)::numeric) AND (deposits >= (0)::numeric) AND (refunded >= (0)::numeric) AND (reversed >= (0)::numeric) AND ((((((applied + recovered) + taken_to_income) + deposits) + refunded) + reversed) <= amount))),
    CONSTRAINT payments_split_scale CHECK ((public.is_money(applied, currency) AND public.is_money(recovered, currency) AND public.is_money(taken_to_income, currency) AND public.is_money(deposits, currency) AND public.is_money(refunded, currency) AND public.is_money(reversed, currency))),
    CONSTRAINT payments_unidentified CHECK (((customer_id IS NOT NULL) OR ((((applied + recovered) + taken_to_income) + deposits) = (0)::numeric)))
);

CREATE TABLE public.planned_instalments (
    plan_id text NOT NULL COLLATE pg_catalog."C",
    n integer NOT NULL,
    currency text NOT NULL,
    due_date date NOT NULL,
    amount numeric NOT NULL,
    judge_at timestamp with time zone NOT NULL,
    CONSTRAINT planned_instalments_amount CHECK (((amount > (0)::numeric) AND public.is_money(amount, currency))),
    CONSTRAINT planned_instalments_n CHECK (((n >= 1) AND (n <= 60)))
);

CREATE TABLE public.prepayment_invoice_taxes (
    prepayment_invoice text NOT NULL,
    category text NOT NULL,
    rate public.percent NOT NULL,
    currency text NOT NULL,
    taxable numeric NOT NULL,
    tax numeric NOT NULL,
    CONSTRAINT prepayment_invoice_taxes_amounts CHECK (((taxable >= (0)::numeric) AND (tax >= (0)::numeric) AND public.is_money(taxable, currency) AND public.is_money(tax, currency)))
);

CREATE TABLE public.price_list_entries (
    price_list text NOT NULL,
    valid_from date NOT NULL,
    revision integer NOT NULL,
    sku text NOT NULL,
    min_quantity public.quantity NOT NULL,
    unit_price public.price NOT NULL,
    base_quantity public.quantity,
    CONSTRAINT price_list_entries_base_quantity CHECK (((base_quantity)::numeric > (0)::numeric))
);

CREATE TABLE public.price_list_versions (
    price_list text NOT NULL,
    valid_from date NOT NULL,
    revision integer NOT NULL,
    valid_until date,
    set_by text NOT NULL,
    set_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT price_list_versions_validity CHECK ((valid_until >= valid_from))
);

CREATE TABLE public.price_lists (
    id text NOT NULL,
    name text NOT NULL,
    currency text NOT NULL,
    customer_id text,
    segment text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT price_lists_scope CHECK (((customer_id IS NULL) OR (segment IS NULL))),
    CONSTRAINT price_lists_segment CHECK ((segment <> ''::text))
);

CREATE TABLE public.product_prices (
    sku text NOT NULL,
    currency text NOT NULL,
    unit_price public.price NOT NULL
);

CREATE TABLE public.products (
    sku text NOT NULL,
    name text NOT NULL,
    description text DEFAULT ''::text NOT NULL,
    unit_code text DEFAULT 'C62'::text NOT NULL,
    base_quantity public.quantity DEFAULT 1 NOT NULL,
    tax_category text NOT NULL,
    tax_rate public.percent NOT NULL,
    tax_exemption_code text DEFAULT ''::text NOT NULL,
    gtin text DEFAULT ''::text NOT NULL,
    stocked boolean DEFAULT true NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    tax_class text DEFAULT 'standard'::text NOT NULL,
    CONSTRAINT products_base_quantity CHECK (((base_quantity)::numeric > (0)::numeric)),
    CONSTRAINT products_tax_category CHECK ((tax_category = ANY (ARRAY['S'::text, 'Z'::text, 'E'::text, 'AE'::text, 'K'::text, 'G'::text, 'O'::text]))),
    CONSTRAINT products_tax_class CHECK ((tax_class ~ '^[a-z0-9][a-z0-9_-]{0,39}$'::text)),
    CONSTRAINT products_tax_rate CHECK (((tax_category = 'S'::text) OR ((tax_rate)::numeric = (0)::numeric)))
);

CREATE TABLE public.promises (
    id text NOT NULL,
    invoice text NOT NULL,
    customer_id text NOT NULL,
    currency text NOT NULL,
    amount numeric NOT NULL,
    promised_on date NOT NULL,
    note text DEFAULT ''::text NOT NULL,
    state text DEFAULT 'open'::text NOT NULL,
    level integer NOT NULL,
    paid_before numeric NOT NULL,
    received numeric,
    recorded_by text NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    judge_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    CONSTRAINT promises_amount CHECK (((amount > (0)::numeric) AND public.is_money(amount, currency))),
    CONSTRAINT promises_ended CHECK ((((state = 'open'::text) = (ended_at IS NULL)) AND ((state = 'open'::text) = (received IS NULL)))),
    CONSTRAINT promises_level CHECK ((level >= 1)),
    CONSTRAINT promises_paid_before CHECK (((paid_before >= (0)::numeric) AND public.is_money(paid_before, currency))),
    CONSTRAINT promises_received CHECK (((received >= (0)::numeric) AND (received <= amount) AND public.is_money(received, currency))),
    CONSTRAINT promises_state CHECK ((state = ANY (ARRAY['open'::text, 'kept'::text, 'partly_kept'::text, 'broken'::text, 'replaced'::text, 'withdrawn'::text])))
);

CREATE TABLE public.purchase_orders (
    customer_id text NOT NULL,
    po_number text NOT NULL,
    order_id text NOT NULL,
    CONSTRAINT purchase_orders_number CHECK ((po_number <> ''::text))
);

CREATE TABLE public.record_seals (
    "position" bigint NOT NULL,
    events int8multirange NOT NULL,
    audit int8multirange NOT NULL,
    hash bytea NOT NULL,
    horizon xid8 NOT NULL,
    sealed_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT record_seals_covers CHECK (((NOT isempty(events)) OR (NOT isempty(audit)))),
    CONSTRAINT record_seals_hash CHECK ((octet_length(hash) = 32)),
    CONSTRAINT record_seals_position CHECK (("position" > 0))
);

CREATE TABLE public.reference_rates (
    base text NOT NULL,
    valid_from date NOT NULL,
    percent numeric NOT NULL,
    set_by text NOT NULL,
    set_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT reference_rates_base CHECK ((base ~ '^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$'::text)),
    CONSTRAINT reference_rates_percent CHECK (((percent = trunc(percent, 4)) AND ((percent >= ('-100'::integer)::numeric) AND (percent <= (100)::numeric))))
);

CREATE TABLE public.reservations (
    order_id text NOT NULL,
    line integer NOT NULL,
    warehouse_id text NOT NULL,
    sku text NOT NULL,
    quantity public.quantity NOT NULL
);

CREATE TABLE public.return_deliveries (
    return_id text NOT NULL,
    order_id text NOT NULL,
    line integer NOT NULL,
    shipment_id text NOT NULL,
    quantity public.quantity NOT NULL,
    effect text NOT NULL,
    invoice text,
    invoice_line integer,
    CONSTRAINT return_deliveries_credited CHECK ((num_nonnulls(invoice, invoice_line) =
CASE effect
    WHEN 'credited'::text THEN 2
    ELSE 0
END)),
    CONSTRAINT return_deliveries_effect CHECK ((effect = ANY (ARRAY['credited'::text, 'unbilled'::text, 'replaced'::text]))),
    CONSTRAINT return_deliveries_quantity CHECK (((quantity)::numeric > (0)::numeric))
);

CREATE TABLE public.return_lines (
    return_id text NOT NULL,
    order_id text NOT NULL,
    line integer NOT NULL,
    quantity public.quantity NOT NULL,
    reason text NOT NULL,
    received public.quantity DEFAULT 0 NOT NULL,
    restocked public.quantity DEFAULT 0 NOT NULL,
    CONSTRAINT return_lines_quantity CHECK (((quantity)::numeric > (0)::numeric)),
    CONSTRAINT return_lines_reason CHECK ((reason = ANY (ARRAY['damaged'::text, 'quality'::text, 'wrong_item'::text, 'too_many'::text, 'late'::text, 'not_wanted'::text, 'other'::text]))),
    CONSTRAINT return_lines_received CHECK ((((received)::numeric <= (quantity)::numeric) AND ((restocked)::numeric <= (received)::numeric)))
);

CREATE TABLE public.returns (
    id text NOT NULL,
    order_id text NOT NULL,
    customer_id text NOT NULL,
    note text DEFAULT ''::text NOT NULL,
    requested_by text NOT NULL,
    requested_at timestamp with time zone NOT NULL,
    state text DEFAULT 'requested'::text NOT NULL,
    receipt_id text,
    warehouse_id text,
    disposition text,
    receipt_note text DEFAULT ''::text NOT NULL,
    received_by text,
    received_at timestamp with time zone,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT returns_disposition CHECK ((disposition = ANY (ARRAY['credit'::text, 'replace'::text, 'refund'::text]))),
    CONSTRAINT returns_received CHECK (((num_nonnulls(receipt_id, warehouse_id, received_by, received_at) =
CASE state
    WHEN 'requested'::text THEN 0
    ELSE 4
END) AND ((state = 'settled'::text) = (disposition IS NOT NULL)))),
    CONSTRAINT returns_state CHECK ((state = ANY (ARRAY['requested'::text, 'settled'::text, 'refused'::text])))
);

CREATE TABLE public.review_decisions (
    id text NOT NULL,
    order_id text NOT NULL,
    findings integer NOT NULL,
    decision text NOT NULL,
    reason text NOT NULL,
    decided_by text NOT NULL,
    decided_at timestamp with time zone NOT NULL,
    CONSTRAINT review_decisions_decision CHECK ((decision = ANY (ARRAY['release'::text, 'reject'::text]))),
    CONSTRAINT review_decisions_reason CHECK ((reason <> ''::text))
);

CREATE TABLE public.sales_policies (
    scope text GENERATED ALWAYS AS (
CASE
    WHEN (customer_id IS NOT NULL) THEN ('customer:'::text || customer_id)
    WHEN (segment IS NOT NULL) THEN ('segment:'::text || segment)
    ELSE 'all'::text
END) STORED NOT NULL,
    version integer NOT NULL,
    customer_id text,
    segment text,
    max_line_discount public.percent,
    max_order_discount public.percent,
    set_by text NOT NULL,
    set_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT sales_policies_complete CHECK (((scope <> 'all'::text) OR ((max_line_discount IS NOT NULL) AND (max_order_discount IS NOT NULL)))),
    CONSTRAINT sales_policies_scope CHECK (((customer_id IS NULL) OR (segment IS NULL))),
    CONSTRAINT sales_policies_segment CHECK ((segment <> ''::text)),
    CONSTRAINT sales_policies_version CHECK ((version >= 1))
);

CREATE TABLE public.screening_clearances (
    customer_id text NOT NULL,
    compared text NOT NULL,
    list text NOT NULL,
    reference text NOT NULL,
    matched text NOT NULL,
    order_id text NOT NULL,
    finding integer NOT NULL,
    decision_id text NOT NULL,
    cleared_by text NOT NULL,
    reason text NOT NULL,
    cleared_at timestamp with time zone NOT NULL,
    CONSTRAINT screening_clearances_reason CHECK ((reason <> ''::text))
);

CREATE TABLE public.screening_entries (
    id bigint NOT NULL,
    list text NOT NULL,
    reference text NOT NULL,
    name text NOT NULL,
    aliases text[] DEFAULT '{}'::text[] NOT NULL,
    country text DEFAULT ''::text NOT NULL,
    source text DEFAULT ''::text NOT NULL,
    valid_from date,
    valid_until date,
    since integer NOT NULL,
    until integer,
    CONSTRAINT screening_entries_country CHECK ((country ~ '^([A-Z]{2})?$'::text)),
    CONSTRAINT screening_entries_name CHECK ((public.screening_name(name) <> ''::text)),
    CONSTRAINT screening_entries_reference CHECK (((reference <> ''::text) AND (length(reference) <= 100))),
    CONSTRAINT screening_entries_validity CHECK ((valid_until >= valid_from)),
    CONSTRAINT screening_entries_versions CHECK (((since > 0) AND (until >= since)))
);

ALTER TABLE public.screening_entries ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.screening_entries_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.screening_hits (
    order_id text NOT NULL,
    finding integer NOT NULL,
    role text NOT NULL,
    party text NOT NULL,
    compared text NOT NULL,
    entry_id bigint NOT NULL,
    matched text NOT NULL,
    similarity numeric NOT NULL,
    cause text NOT NULL,
    CONSTRAINT screening_hits_role CHECK ((role = ANY (ARRAY['sold_to'::text, 'payer'::text, 'bill_to'::text, 'ship_to'::text]))),
    CONSTRAINT screening_hits_similarity CHECK (((similarity > (0)::numeric) AND (similarity <= (1)::numeric) AND (similarity = trunc(similarity, 4))))
);

CREATE TABLE public.screening_lists (
    name text NOT NULL,
    version integer NOT NULL,
    similarity numeric NOT NULL,
    entries integer DEFAULT 0 NOT NULL,
    set_by text NOT NULL,
    set_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT screening_lists_entries CHECK ((entries >= 0)),
    CONSTRAINT screening_lists_name CHECK ((name ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$'::text)),
    CONSTRAINT screening_lists_similarity CHECK ((((similarity >= 0.4) AND (similarity <= (1)::numeric)) AND (similarity = trunc(similarity, 4)))),
    CONSTRAINT screening_lists_version CHECK ((version > 0))
);

CREATE TABLE public.screening_names (
    entry_id bigint NOT NULL,
    "position" integer NOT NULL,
    name text NOT NULL,
    compared text GENERATED ALWAYS AS (public.screening_name(name)) STORED NOT NULL,
    CONSTRAINT screening_names_compared CHECK ((public.screening_name(name) <> ''::text))
);

CREATE TABLE public.service_times (
    reason text NOT NULL,
    version integer NOT NULL,
    assign_hours integer NOT NULL,
    remind_hours integer NOT NULL,
    escalate_hours integer NOT NULL,
    opens integer NOT NULL,
    closes integer NOT NULL,
    set_by text NOT NULL,
    set_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT service_times_hours CHECK ((((assign_hours >= 0) AND (assign_hours <= 2000)) AND ((remind_hours >= 0) AND (remind_hours <= 2000)) AND ((escalate_hours >= 1) AND (escalate_hours <= 2000)) AND ((remind_hours = 0) OR (remind_hours > assign_hours)) AND (escalate_hours > GREATEST(assign_hours, remind_hours)))),
    CONSTRAINT service_times_opening CHECK (((opens >= 0) AND (closes <= 24) AND (opens < closes))),
    CONSTRAINT service_times_reason CHECK ((reason = ANY (ARRAY[''::text, 'pricing'::text, 'quantity'::text, 'quality'::text, 'damaged'::text, 'late'::text, 'not_received'::text, 'returned'::text, 'duplicate'::text, 'freight'::text, 'discount'::text, 'tax'::text, 'other'::text]))),
    CONSTRAINT service_times_version CHECK ((version >= 1))
);

CREATE TABLE public.shipment_events (
    shipment_id text NOT NULL,
    event_id text NOT NULL COLLATE pg_catalog."C",
    kind text NOT NULL,
    at timestamp with time zone NOT NULL,
    location text DEFAULT ''::text NOT NULL,
    signed_by text DEFAULT ''::text NOT NULL,
    note text DEFAULT ''::text NOT NULL,
    told_by text NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT shipment_events_kind CHECK ((kind = ANY (ARRAY['picked'::text, 'packed'::text, 'shipped'::text, 'in_transit'::text, 'delivered'::text, 'refused'::text, 'lost'::text]))),
    CONSTRAINT shipment_events_signed CHECK (((signed_by = ''::text) OR (kind = 'delivered'::text)))
);

CREATE TABLE public.shipment_lines (
    shipment_id text NOT NULL,
    order_id text NOT NULL,
    line integer NOT NULL,
    quantity public.quantity NOT NULL,
    CONSTRAINT shipment_lines_quantity CHECK (((quantity)::numeric > (0)::numeric))
);

CREATE TABLE public.shipments (
    id text NOT NULL,
    order_id text NOT NULL,
    warehouse_id text NOT NULL,
    carrier text DEFAULT ''::text NOT NULL,
    tracking_number text DEFAULT ''::text NOT NULL,
    shipped_at timestamp with time zone NOT NULL,
    delivered_at timestamp with time zone,
    signed_by text DEFAULT ''::text NOT NULL,
    confirmed_by text NOT NULL,
    state text DEFAULT 'shipped'::text NOT NULL,
    return_id text,
    CONSTRAINT shipments_delivered CHECK ((((state = 'delivered'::text) = (delivered_at IS NOT NULL)) AND ((signed_by = ''::text) OR (delivered_at IS NOT NULL)))),
    CONSTRAINT shipments_state CHECK ((state = ANY (ARRAY['shipped'::text, 'delivered'::text, 'refused'::text, 'lost'::text])))
);

CREATE TABLE public.stock (
    warehouse_id text NOT NULL,
    sku text NOT NULL,
    on_hand public.quantity DEFAULT 0 NOT NULL,
    reserved public.quantity DEFAULT 0 NOT NULL,
    CONSTRAINT stock_reserved_on_hand CHECK (((reserved)::numeric <= (on_hand)::numeric))
);

CREATE TABLE public.stock_receipts (
    id text NOT NULL,
    warehouse_id text NOT NULL,
    sku text NOT NULL,
    quantity public.quantity NOT NULL,
    note text DEFAULT ''::text NOT NULL,
    received_by text NOT NULL,
    received_at timestamp with time zone NOT NULL,
    CONSTRAINT stock_receipts_quantity CHECK (((quantity)::numeric > (0)::numeric))
);

CREATE TABLE public.tasks (
    key text NOT NULL,
    kind text NOT NULL,
    role text NOT NULL,
    customer_id text,
    order_id text,
    invoice text,
    detail text NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    closed_at timestamp with time zone,
    id text GENERATED ALWAYS AS (('tsk_'::text || md5(key))) STORED,
    notice_id bigint,
    closed_by text,
    outcome text,
    CONSTRAINT tasks_closed CHECK (((closed_at IS NOT NULL) OR (num_nonnulls(closed_by, outcome) = 0))),
    CONSTRAINT tasks_kind CHECK ((kind = ANY (ARRAY['agency'::text, 'message_refused'::text, 'payment_refused'::text, 'credit_hold'::text, 'letter'::text, 'call'::text, 'agency_recall'::text, 'reference_rate'::text, 'dispute'::text, 'warehouse_silent'::text, 'shipment_refused'::text, 'plan_broken'::text])))
);

CREATE TABLE public.tax_areas (
    area text NOT NULL,
    country text NOT NULL,
    valid_from date NOT NULL,
    valid_until date,
    CONSTRAINT tax_areas_area CHECK ((area = 'eu'::text)),
    CONSTRAINT tax_areas_country CHECK ((country ~ '^[A-Z]{2}$'::text)),
    CONSTRAINT tax_areas_validity CHECK ((valid_until >= valid_from))
);

CREATE TABLE public.tax_rates (
    country text NOT NULL,
    tax_class text NOT NULL,
    valid_from date NOT NULL,
    rate public.percent NOT NULL,
    CONSTRAINT tax_rates_country CHECK ((country ~ '^[A-Z]{2}$'::text)),
    CONSTRAINT tax_rates_tax_class CHECK ((tax_class ~ '^[a-z0-9][a-z0-9_-]{0,39}$'::text))
);

CREATE TABLE public.tax_rules (
    id text NOT NULL,
    valid_from date NOT NULL,
    valid_until date,
    priority integer NOT NULL,
    seller text NOT NULL,
    ship_to text NOT NULL,
    customer_kind text DEFAULT ''::text NOT NULL,
    vat_id text DEFAULT 'any'::text NOT NULL,
    supply text DEFAULT ''::text NOT NULL,
    tax_class text DEFAULT ''::text NOT NULL,
    category text NOT NULL,
    rate_of text DEFAULT 'none'::text NOT NULL,
    rate public.percent,
    exemption_code text DEFAULT ''::text NOT NULL,
    exemption text DEFAULT ''::text NOT NULL,
    CONSTRAINT tax_rules_category CHECK ((category = ANY (ARRAY['S'::text, 'Z'::text, 'E'::text, 'AE'::text, 'K'::text, 'G'::text, 'O'::text]))),
    CONSTRAINT tax_rules_customer_kind CHECK ((customer_kind = ANY (ARRAY[''::text, 'business'::text, 'public'::text, 'consumer'::text]))),
    CONSTRAINT tax_rules_exemption CHECK (((category = ANY (ARRAY['S'::text, 'Z'::text])) = ((exemption = ''::text) AND (exemption_code = ''::text)))),
    CONSTRAINT tax_rules_rate CHECK (((rate_of = 'fixed'::text) = (rate IS NOT NULL))),
    CONSTRAINT tax_rules_rate_of CHECK (((rate_of = ANY (ARRAY['none'::text, 'product'::text, 'seller'::text, 'ship_to'::text, 'fixed'::text])) AND ((category = 'S'::text) = (rate_of <> 'none'::text)))),
    CONSTRAINT tax_rules_seller CHECK ((seller ~ '^([A-Z]{2}|eu|any)$'::text)),
    CONSTRAINT tax_rules_ship_to CHECK ((ship_to ~ '^([A-Z]{2}|domestic|foreign|eu|non_eu|any)$'::text)),
    CONSTRAINT tax_rules_supply CHECK ((supply = ANY (ARRAY[''::text, 'goods'::text, 'service'::text]))),
    CONSTRAINT tax_rules_validity CHECK ((valid_until >= valid_from)),
    CONSTRAINT tax_rules_vat_id CHECK ((vat_id = ANY (ARRAY['any'::text, 'present'::text, 'checked'::text])))
);

CREATE TABLE public.vat_id_patterns (
    prefix text NOT NULL,
    country text NOT NULL,
    pattern text NOT NULL,
    CONSTRAINT vat_id_patterns_country CHECK ((country ~ '^[A-Z]{2}$'::text))
);

CREATE TABLE public.warehouses (
    id text NOT NULL,
    name text NOT NULL,
    mode text NOT NULL,
    priority integer DEFAULT 100 NOT NULL,
    webhook_url text,
    webhook_secret text,
    CONSTRAINT warehouses_mode CHECK ((mode = ANY (ARRAY['manual'::text, 'auto'::text, 'webhook'::text]))),
    CONSTRAINT warehouses_priority CHECK (((priority >= 0) AND (priority <= 9999))),
    CONSTRAINT warehouses_webhook CHECK (((num_nonnulls(webhook_url, webhook_secret) =
CASE mode
    WHEN 'webhook'::text THEN 2
    ELSE 0
END) AND (webhook_url ~ '^https?://.'::text) AND (webhook_secret ~ '^whsec_.'::text)))
);

CREATE TABLE public.write_offs (
    id text NOT NULL COLLATE pg_catalog."C",
    item text NOT NULL,
    customer_id text NOT NULL,
    currency text NOT NULL,
    amount numeric NOT NULL,
    from_allowance numeric NOT NULL,
    authority numeric NOT NULL,
    reason text NOT NULL,
    requested_by text NOT NULL,
    written_off_on date NOT NULL,
    written_off_at timestamp with time zone NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT write_offs_amount CHECK (((amount > (0)::numeric) AND public.is_money(amount, currency))),
    CONSTRAINT write_offs_authority CHECK (((authority >= (0)::numeric) AND public.is_money(authority, currency))),
    CONSTRAINT write_offs_from_allowance CHECK ((((from_allowance >= (0)::numeric) AND (from_allowance <= amount)) AND public.is_money(from_allowance, currency)))
);

ALTER TABLE ONLY public.accounting_periods
    ADD CONSTRAINT accounting_periods_pkey PRIMARY KEY (period);

ALTER TABLE ONLY public.approvals
    ADD CONSTRAINT approvals_decision_id UNIQUE (decision_id);

ALTER TABLE ONLY public.approvals
    ADD CONSTRAINT approvals_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.audit_log
    ADD CONSTRAINT audit_log_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.authorities
    ADD CONSTRAINT authorities_pkey PRIMARY KEY (kind, role, currency, version);

ALTER TABLE ONLY public.backorder_policies
    ADD CONSTRAINT backorder_policies_pkey PRIMARY KEY (scope, version);

ALTER TABLE ONLY public.backorder_questions
    ADD CONSTRAINT backorder_questions_answer_once UNIQUE (answer_id);

ALTER TABLE ONLY public.backorder_questions
    ADD CONSTRAINT backorder_questions_pkey PRIMARY KEY (order_id);

ALTER TABLE ONLY public.billings
    ADD CONSTRAINT billings_once UNIQUE (customer_id, period);

ALTER TABLE ONLY public.billings
    ADD CONSTRAINT billings_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.calendar_holidays
    ADD CONSTRAINT calendar_holidays_pkey PRIMARY KEY (calendar, day);

ALTER TABLE ONLY public.calendars
    ADD CONSTRAINT calendars_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.claims
    ADD CONSTRAINT claims_pkey PRIMARY KEY (principal, key);

ALTER TABLE ONLY public.claims
    ADD CONSTRAINT claims_resource_id_key UNIQUE (resource_id);

ALTER TABLE ONLY public.collaterals
    ADD CONSTRAINT collaterals_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.company
    ADD CONSTRAINT company_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.credit_accounts
    ADD CONSTRAINT credit_accounts_pkey PRIMARY KEY (customer_id);

ALTER TABLE ONLY public.credit_applications
    ADD CONSTRAINT credit_applications_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.credit_decisions
    ADD CONSTRAINT credit_decisions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.credit_limits
    ADD CONSTRAINT credit_limits_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.credit_note_lines
    ADD CONSTRAINT credit_note_lines_pkey PRIMARY KEY (credit_note, invoice_line);

ALTER TABLE ONLY public.credit_note_taxes
    ADD CONSTRAINT credit_note_taxes_pkey PRIMARY KEY (credit_note, category, rate);

ALTER TABLE ONLY public.credit_notes
    ADD CONSTRAINT credit_notes_dispute_id_key UNIQUE (dispute_id);

ALTER TABLE ONLY public.credit_notes
    ADD CONSTRAINT credit_notes_number UNIQUE (series, year, sequence);

ALTER TABLE ONLY public.credit_notes
    ADD CONSTRAINT credit_notes_once_per_decision UNIQUE (decision_id);

ALTER TABLE ONLY public.credit_notes
    ADD CONSTRAINT credit_notes_pkey PRIMARY KEY (number);

ALTER TABLE ONLY public.credit_policies
    ADD CONSTRAINT credit_policies_pkey PRIMARY KEY (name, version);

ALTER TABLE ONLY public.credit_policy_approvals
    ADD CONSTRAINT credit_policy_approvals_pkey PRIMARY KEY (policy, version, currency);

ALTER TABLE ONLY public.credit_policy_classes
    ADD CONSTRAINT credit_policy_classes_pkey PRIMARY KEY (risk_class);

ALTER TABLE ONLY public.credit_policy_rules
    ADD CONSTRAINT credit_policy_rules_pkey PRIMARY KEY (policy, version, rule);

ALTER TABLE ONLY public.credit_refunds
    ADD CONSTRAINT credit_refunds_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.currencies
    ADD CONSTRAINT currencies_pkey PRIMARY KEY (code);

ALTER TABLE ONLY public.customer_clocks
    ADD CONSTRAINT customer_clocks_pkey PRIMARY KEY (customer_id);

ALTER TABLE ONLY public.customer_credits
    ADD CONSTRAINT customer_credits_pkey PRIMARY KEY (credit_note);

ALTER TABLE ONLY public.customers
    ADD CONSTRAINT customers_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.debit_note_reductions
    ADD CONSTRAINT debit_note_reductions_pkey PRIMARY KEY (debit_note, cause);

ALTER TABLE ONLY public.debit_notes
    ADD CONSTRAINT debit_notes_number UNIQUE (series, year, sequence);

ALTER TABLE ONLY public.debit_notes
    ADD CONSTRAINT debit_notes_once UNIQUE (cause, kind);

ALTER TABLE ONLY public.debit_notes
    ADD CONSTRAINT debit_notes_payment_reference UNIQUE (payment_reference);

ALTER TABLE ONLY public.debit_notes
    ADD CONSTRAINT debit_notes_pkey PRIMARY KEY (number);

ALTER TABLE ONLY public.deposit_use_taxes
    ADD CONSTRAINT deposit_use_taxes_pkey PRIMARY KEY (deposit, n, category, rate);

ALTER TABLE ONLY public.deposit_uses
    ADD CONSTRAINT deposit_uses_credit_note UNIQUE (credit_note);

ALTER TABLE ONLY public.deposit_uses
    ADD CONSTRAINT deposit_uses_numbered_once UNIQUE (series, year, sequence);

ALTER TABLE ONLY public.deposit_uses
    ADD CONSTRAINT deposit_uses_pkey PRIMARY KEY (deposit, n);

ALTER TABLE ONLY public.deposit_uses
    ADD CONSTRAINT deposit_uses_undone_once UNIQUE (deposit, undoes);

ALTER TABLE ONLY public.dispute_evidence
    ADD CONSTRAINT dispute_evidence_pkey PRIMARY KEY (dispute_id, n);

ALTER TABLE ONLY public.disputes
    ADD CONSTRAINT disputes_deducted_once UNIQUE (payment_id, application);

ALTER TABLE ONLY public.disputes
    ADD CONSTRAINT disputes_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.disputes
    ADD CONSTRAINT disputes_resolution_id_key UNIQUE (resolution_id);

ALTER TABLE ONLY public.dunning_holds
    ADD CONSTRAINT dunning_holds_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.dunning_levels
    ADD CONSTRAINT dunning_levels_pkey PRIMARY KEY (policy, version, level);

ALTER TABLE ONLY public.dunning_notices
    ADD CONSTRAINT dunning_notices_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.dunning_policies
    ADD CONSTRAINT dunning_policies_pkey PRIMARY KEY (name, version);

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_once UNIQUE (key);

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.exchange_rates
    ADD CONSTRAINT exchange_rates_pkey PRIMARY KEY (base_currency, currency, valid_from);

ALTER TABLE ONLY public.facts
    ADD CONSTRAINT facts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.fraud_blocked
    ADD CONSTRAINT fraud_blocked_pkey PRIMARY KEY (version, kind, value);

ALTER TABLE ONLY public.fraud_checks
    ADD CONSTRAINT fraud_checks_pkey PRIMARY KEY (order_id);

ALTER TABLE ONLY public.fraud_factors
    ADD CONSTRAINT fraud_factors_pkey PRIMARY KEY (order_id, signal);

ALTER TABLE ONLY public.fraud_first_orders
    ADD CONSTRAINT fraud_first_orders_pkey PRIMARY KEY (version, currency);

ALTER TABLE ONLY public.fraud_policies
    ADD CONSTRAINT fraud_policies_pkey PRIMARY KEY (version);

ALTER TABLE ONLY public.fraud_rules
    ADD CONSTRAINT fraud_rules_pkey PRIMARY KEY (version, signal);

ALTER TABLE ONLY public.fulfilment_orders
    ADD CONSTRAINT fulfilment_orders_once UNIQUE (order_id, warehouse_id, revision);

ALTER TABLE ONLY public.fulfilment_orders
    ADD CONSTRAINT fulfilment_orders_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.instalment_plans
    ADD CONSTRAINT instalment_plans_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.invoice_charges
    ADD CONSTRAINT invoice_charges_once UNIQUE NULLS NOT DISTINCT (order_id, charge, milestone);

ALTER TABLE ONLY public.invoice_charges
    ADD CONSTRAINT invoice_charges_pkey PRIMARY KEY (invoice, order_id, charge);

ALTER TABLE ONLY public.invoice_instalments
    ADD CONSTRAINT invoice_instalments_due_once UNIQUE (invoice, due_date);

ALTER TABLE ONLY public.invoice_instalments
    ADD CONSTRAINT invoice_instalments_pkey PRIMARY KEY (invoice, n);

ALTER TABLE ONLY public.invoice_lines
    ADD CONSTRAINT invoice_lines_once_per_delivery UNIQUE (shipment_id, order_line);

ALTER TABLE ONLY public.invoice_lines
    ADD CONSTRAINT invoice_lines_once_per_milestone UNIQUE (order_id, milestone, order_line);

ALTER TABLE ONLY public.invoice_lines
    ADD CONSTRAINT invoice_lines_pkey PRIMARY KEY (invoice, line);

ALTER TABLE ONLY public.invoice_shares
    ADD CONSTRAINT invoice_shares_pkey PRIMARY KEY (invoice, order_id);

ALTER TABLE ONLY public.invoice_taxes
    ADD CONSTRAINT invoice_taxes_pkey PRIMARY KEY (invoice, category, rate);

ALTER TABLE ONLY public.invoices
    ADD CONSTRAINT invoices_number UNIQUE (series, year, sequence);

ALTER TABLE ONLY public.invoices
    ADD CONSTRAINT invoices_once_per_milestone UNIQUE (order_id, milestone);

ALTER TABLE ONLY public.invoices
    ADD CONSTRAINT invoices_once_per_shipment UNIQUE (shipment_id);

ALTER TABLE ONLY public.invoices
    ADD CONSTRAINT invoices_payment_reference_key UNIQUE (payment_reference);

ALTER TABLE ONLY public.invoices
    ADD CONSTRAINT invoices_pkey PRIMARY KEY (number);

ALTER TABLE ONLY public.ledger_accounts
    ADD CONSTRAINT ledger_accounts_pkey PRIMARY KEY (code);

ALTER TABLE ONLY public.ledger_entries
    ADD CONSTRAINT ledger_entries_once UNIQUE (key);

ALTER TABLE ONLY public.ledger_entries
    ADD CONSTRAINT ledger_entries_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.ledger_flows
    ADD CONSTRAINT ledger_flows_pkey PRIMARY KEY (debit, credit);

ALTER TABLE ONLY public.ledger_lines
    ADD CONSTRAINT ledger_lines_pkey PRIMARY KEY (entry_id, line);

ALTER TABLE ONLY public.ledger_seals
    ADD CONSTRAINT ledger_seals_entry UNIQUE (entry_id);

ALTER TABLE ONLY public.ledger_seals
    ADD CONSTRAINT ledger_seals_pkey PRIMARY KEY ("position");

ALTER TABLE ONLY public.messages
    ADD CONSTRAINT messages_pkey PRIMARY KEY (key);

ALTER TABLE ONLY public.number_series
    ADD CONSTRAINT number_series_pkey PRIMARY KEY (series, year);

ALTER TABLE ONLY public.open_items
    ADD CONSTRAINT open_items_pkey PRIMARY KEY (number);

ALTER TABLE ONLY public.order_charges
    ADD CONSTRAINT order_charges_pkey PRIMARY KEY (order_id, charge);

ALTER TABLE ONLY public.order_findings
    ADD CONSTRAINT order_findings_pkey PRIMARY KEY (order_id, finding);

ALTER TABLE ONLY public.order_lines
    ADD CONSTRAINT order_lines_pkey PRIMARY KEY (order_id, line);

ALTER TABLE ONLY public.order_milestones
    ADD CONSTRAINT order_milestones_name_once UNIQUE (order_id, name);

ALTER TABLE ONLY public.order_milestones
    ADD CONSTRAINT order_milestones_pkey PRIMARY KEY (order_id, n);

ALTER TABLE ONLY public.order_overrides
    ADD CONSTRAINT order_overrides_pkey PRIMARY KEY (order_id, override);

ALTER TABLE ONLY public.order_price_steps
    ADD CONSTRAINT order_price_steps_pkey PRIMARY KEY (order_id, sku, min_quantity);

ALTER TABLE ONLY public.order_version_lines
    ADD CONSTRAINT order_version_lines_pkey PRIMARY KEY (order_id, version, line);

ALTER TABLE ONLY public.order_versions
    ADD CONSTRAINT order_versions_decision UNIQUE (decision_id);

ALTER TABLE ONLY public.order_versions
    ADD CONSTRAINT order_versions_pkey PRIMARY KEY (order_id, version);

ALTER TABLE ONLY public.orders
    ADD CONSTRAINT orders_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.payment_applications
    ADD CONSTRAINT payment_applications_pkey PRIMARY KEY (payment_id, n);

ALTER TABLE ONLY public.payment_applications
    ADD CONSTRAINT payment_applications_undone_once UNIQUE (payment_id, undoes);

ALTER TABLE ONLY public.payment_recoveries
    ADD CONSTRAINT payment_recoveries_pkey PRIMARY KEY (payment_id, n);

ALTER TABLE ONLY public.payment_recoveries
    ADD CONSTRAINT payment_recoveries_undone_once UNIQUE (payment_id, undoes);

ALTER TABLE ONLY public.payment_refunds
    ADD CONSTRAINT payment_refunds_id UNIQUE (id);

ALTER TABLE ONLY public.payment_refunds
    ADD CONSTRAINT payment_refunds_pkey PRIMARY KEY (payment_id, n);

ALTER TABLE ONLY public.payment_reversals
    ADD CONSTRAINT payment_reversals_id UNIQUE (id);

ALTER TABLE ONLY public.payment_reversals
    ADD CONSTRAINT payment_reversals_pkey PRIMARY KEY (payment_id, n);

ALTER TABLE ONLY public.payment_reversals
    ADD CONSTRAINT payment_reversals_undone_once UNIQUE (payment_id, undoes);

ALTER TABLE ONLY public.payments
    ADD CONSTRAINT payments_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.planned_instalments
    ADD CONSTRAINT planned_instalments_one_a_day UNIQUE (plan_id, due_date);

ALTER TABLE ONLY public.planned_instalments
    ADD CONSTRAINT planned_instalments_pkey PRIMARY KEY (plan_id, n);

ALTER TABLE ONLY public.prepayment_invoice_taxes
    ADD CONSTRAINT prepayment_invoice_taxes_pkey PRIMARY KEY (prepayment_invoice, category, rate);

ALTER TABLE ONLY public.prepayment_invoices
    ADD CONSTRAINT prepayment_invoices_numbered_once UNIQUE (series, year, sequence);

ALTER TABLE ONLY public.prepayment_invoices
    ADD CONSTRAINT prepayment_invoices_once UNIQUE (cause, order_id);

ALTER TABLE ONLY public.prepayment_invoices
    ADD CONSTRAINT prepayment_invoices_pkey PRIMARY KEY (number);

ALTER TABLE ONLY public.price_list_entries
    ADD CONSTRAINT price_list_entries_pkey PRIMARY KEY (price_list, valid_from, revision, sku, min_quantity);

ALTER TABLE ONLY public.price_list_versions
    ADD CONSTRAINT price_list_versions_pkey PRIMARY KEY (price_list, valid_from, revision);

ALTER TABLE ONLY public.price_lists
    ADD CONSTRAINT price_lists_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.product_prices
    ADD CONSTRAINT product_prices_pkey PRIMARY KEY (sku, currency);

ALTER TABLE ONLY public.products
    ADD CONSTRAINT products_pkey PRIMARY KEY (sku);

ALTER TABLE ONLY public.proformas
    ADD CONSTRAINT proformas_numbered_once UNIQUE (series, year, sequence);

ALTER TABLE ONLY public.proformas
    ADD CONSTRAINT proformas_once_per_version UNIQUE (order_id, order_version);

ALTER TABLE ONLY public.proformas
    ADD CONSTRAINT proformas_payment_reference UNIQUE (payment_reference);

ALTER TABLE ONLY public.proformas
    ADD CONSTRAINT proformas_pkey PRIMARY KEY (number);

ALTER TABLE ONLY public.promises
    ADD CONSTRAINT promises_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.purchase_orders
    ADD CONSTRAINT purchase_orders_pkey PRIMARY KEY (customer_id, po_number);

ALTER TABLE ONLY public.record_seals
    ADD CONSTRAINT record_seals_audit_once EXCLUDE USING gist (audit WITH &&);

ALTER TABLE ONLY public.record_seals
    ADD CONSTRAINT record_seals_events_once EXCLUDE USING gist (events WITH &&);

ALTER TABLE ONLY public.record_seals
    ADD CONSTRAINT record_seals_pkey PRIMARY KEY ("position");

ALTER TABLE ONLY public.reference_rates
    ADD CONSTRAINT reference_rates_pkey PRIMARY KEY (base, valid_from);

ALTER TABLE ONLY public.reservations
    ADD CONSTRAINT reservations_pkey PRIMARY KEY (order_id, line, warehouse_id);

ALTER TABLE ONLY public.return_deliveries
    ADD CONSTRAINT return_deliveries_pkey PRIMARY KEY (return_id, line, shipment_id);

ALTER TABLE ONLY public.return_lines
    ADD CONSTRAINT return_lines_pkey PRIMARY KEY (return_id, line);

ALTER TABLE ONLY public.returns
    ADD CONSTRAINT returns_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.returns
    ADD CONSTRAINT returns_receipt_once UNIQUE (receipt_id);

ALTER TABLE ONLY public.review_decisions
    ADD CONSTRAINT review_decisions_once UNIQUE (order_id, findings);

ALTER TABLE ONLY public.review_decisions
    ADD CONSTRAINT review_decisions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.sales_policies
    ADD CONSTRAINT sales_policies_pkey PRIMARY KEY (scope, version);

ALTER TABLE ONLY public.screening_clearances
    ADD CONSTRAINT screening_clearances_pkey PRIMARY KEY (customer_id, compared, list, reference, matched);

ALTER TABLE ONLY public.screening_entries
    ADD CONSTRAINT screening_entries_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.screening_hits
    ADD CONSTRAINT screening_hits_pkey PRIMARY KEY (order_id, finding);

ALTER TABLE ONLY public.screening_lists
    ADD CONSTRAINT screening_lists_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.screening_names
    ADD CONSTRAINT screening_names_pkey PRIMARY KEY (entry_id, "position");

ALTER TABLE ONLY public.service_times
    ADD CONSTRAINT service_times_pkey PRIMARY KEY (reason, version);

ALTER TABLE ONLY public.shipment_events
    ADD CONSTRAINT shipment_events_pkey PRIMARY KEY (shipment_id, event_id);

ALTER TABLE ONLY public.shipment_lines
    ADD CONSTRAINT shipment_lines_pkey PRIMARY KEY (shipment_id, line);

ALTER TABLE ONLY public.shipments
    ADD CONSTRAINT shipments_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.shipments
    ADD CONSTRAINT shipments_replace_once UNIQUE (return_id);

ALTER TABLE ONLY public.stock
    ADD CONSTRAINT stock_pkey PRIMARY KEY (sku, warehouse_id);

ALTER TABLE ONLY public.stock_receipts
    ADD CONSTRAINT stock_receipts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.tasks
    ADD CONSTRAINT tasks_pkey PRIMARY KEY (key);

ALTER TABLE ONLY public.tax_areas
    ADD CONSTRAINT tax_areas_pkey PRIMARY KEY (area, country, valid_from);

ALTER TABLE ONLY public.tax_rates
    ADD CONSTRAINT tax_rates_pkey PRIMARY KEY (country, tax_class, valid_from);

ALTER TABLE ONLY public.tax_rules
    ADD CONSTRAINT tax_rules_pkey PRIMARY KEY (id, valid_from);

ALTER TABLE ONLY public.vat_id_patterns
    ADD CONSTRAINT vat_id_patterns_pkey PRIMARY KEY (prefix);

ALTER TABLE ONLY public.warehouses
    ADD CONSTRAINT warehouses_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.write_offs
    ADD CONSTRAINT write_offs_pkey PRIMARY KEY (id);

CREATE INDEX approvals_of_subject ON public.approvals USING btree (subject, kind) WHERE (decided_at IS NULL);

CREATE INDEX approvals_of_write_offs ON public.approvals USING btree (subject, recorded_at, id) WHERE (kind = 'write_off'::text);

CREATE UNIQUE INDEX approvals_one_of_dispute ON public.approvals USING btree (subject) WHERE ((kind = 'dispute'::text) AND (decided_at IS NULL));

CREATE UNIQUE INDEX approvals_one_plan ON public.approvals USING btree (subject) WHERE ((kind = 'plan'::text) AND (decided_at IS NULL));

CREATE UNIQUE INDEX approvals_one_write_off ON public.approvals USING btree (subject) WHERE ((kind = 'write_off'::text) AND (decided_at IS NULL));

CREATE INDEX approvals_page ON public.approvals USING btree (recorded_at, id);

CREATE INDEX approvals_pending ON public.approvals USING btree (recorded_at, id) WHERE (decided_at IS NULL);

CREATE INDEX audit_log_by_time ON public.audit_log USING btree (at, id);

CREATE INDEX audit_log_by_transaction ON public.audit_log USING btree (xid);

CREATE INDEX audit_log_object ON public.audit_log USING btree (object_kind, object_id, id);

CREATE INDEX audit_log_of_actor ON public.audit_log USING btree (actor, at, id);

CREATE INDEX billings_due ON public.billings USING btree (due_at, id) WHERE (billed_at IS NULL);

CREATE INDEX billings_waiting ON public.billings USING btree (customer_id, due_at) WHERE (billed_at IS NULL);

CREATE INDEX collaterals_current ON public.collaterals USING btree (customer_id, name, sequence DESC);

CREATE INDEX credit_accounts_of_group ON public.credit_accounts USING btree (group_id) WHERE (group_id IS NOT NULL);

CREATE INDEX credit_applications_of_invoice ON public.credit_applications USING btree (invoice);

CREATE INDEX credit_applications_of_note ON public.credit_applications USING btree (credit_note, applied_at);

CREATE INDEX credit_decisions_of_order ON public.credit_decisions USING btree (order_id, sequence);

CREATE INDEX credit_limits_current ON public.credit_limits USING btree (customer_id, sequence DESC);

CREATE INDEX credit_limits_of_company ON public.credit_limits USING btree (currency, sequence DESC) WHERE (customer_id IS NULL);

CREATE INDEX credit_note_lines_of_invoice ON public.credit_note_lines USING btree (invoice, invoice_line);

CREATE INDEX credit_notes_of_invoice ON public.credit_notes USING btree (invoice, number);

CREATE INDEX credit_policy_classes_of_policy ON public.credit_policy_classes USING btree (policy, risk_class);

CREATE INDEX credit_refunds_of_note ON public.credit_refunds USING btree (credit_note, refunded_at);

CREATE INDEX customer_credits_by_customer ON public.customer_credits USING btree (customer_id, recorded_at, credit_note);

CREATE INDEX customers_below ON public.customers USING btree (parent_id) WHERE (parent_id IS NOT NULL);

CREATE INDEX customers_by_payer ON public.customers USING btree (payer_id) WHERE (payer_id IS NOT NULL);

CREATE INDEX customers_page ON public.customers USING btree (created_at, id);

CREATE INDEX debit_notes_by_customer ON public.debit_notes USING btree (customer_id, recorded_at, number);

CREATE INDEX debit_notes_of_invoice ON public.debit_notes USING btree (invoice) WHERE (invoice IS NOT NULL);

CREATE UNIQUE INDEX debit_notes_of_notice ON public.debit_notes USING btree (notice_id, kind) WHERE (notice_id IS NOT NULL);

CREATE UNIQUE INDEX debit_notes_one_compensation ON public.debit_notes USING btree (invoice) WHERE (kind = 'compensation'::text);

CREATE INDEX deposit_uses_cause ON public.deposit_uses USING btree (cause);

CREATE INDEX deposit_uses_invoice ON public.deposit_uses USING btree (invoice);

CREATE INDEX disputes_by_customer ON public.disputes USING btree (customer_id, opened_at, id);

CREATE INDEX disputes_by_owner ON public.disputes USING btree (owner, opened_at, id);

CREATE INDEX disputes_by_reason ON public.disputes USING btree (reason, opened_at, id);

CREATE INDEX disputes_by_state ON public.disputes USING btree (state, opened_at, id);

CREATE INDEX disputes_of_invoice ON public.disputes USING btree (invoice, opened_at);

CREATE INDEX disputes_page ON public.disputes USING btree (opened_at, id);

CREATE INDEX disputes_running ON public.disputes USING btree (opened_at, id) WHERE (state = ANY (ARRAY['open'::text, 'awaiting_approval'::text]));

CREATE INDEX dunning_holds_of_invoice ON public.dunning_holds USING btree (invoice, held_at, id);

CREATE UNIQUE INDEX dunning_holds_one_active ON public.dunning_holds USING btree (invoice) WHERE (state = 'active'::text);

CREATE INDEX dunning_notices_holding_account ON public.dunning_notices USING btree (customer_id) WHERE ((action = 'account_hold'::text) AND (state <> ALL (ARRAY['skipped'::text, 'resolved'::text])));

CREATE INDEX dunning_notices_of_invoice ON public.dunning_notices USING btree (invoice, at, id);

CREATE UNIQUE INDEX dunning_notices_once_per_level ON public.dunning_notices USING btree (invoice, instalment, level, part) WHERE (state <> 'skipped'::text);

CREATE INDEX events_by_time ON public.events USING btree (recorded_at, id);

CREATE INDEX events_by_transaction ON public.events USING btree (xid);

CREATE INDEX events_of_actor ON public.events USING btree (actor, recorded_at, id) WHERE (actor <> 'o2c'::text);

CREATE INDEX events_of_customer ON public.events USING btree (customer_id, id);

CREATE INDEX events_of_invoice ON public.events USING btree (invoice, recorded_at, id) WHERE (invoice IS NOT NULL);

CREATE INDEX events_of_order ON public.events USING btree (order_id, id);

CREATE INDEX events_of_payment ON public.events USING btree (payment_id, recorded_at, id) WHERE (payment_id IS NOT NULL);

CREATE INDEX exchange_rates_page ON public.exchange_rates USING btree (valid_from, currency);

CREATE INDEX facts_of_return ON public.facts USING btree (((content ->> 'return_id'::text)), accepted_at) WHERE (kind = 'return_receipt'::text);

CREATE INDEX facts_unsettled ON public.facts USING btree (told_at) WHERE (settled_at IS NULL);

CREATE UNIQUE INDEX fulfilment_orders_queued_once ON public.fulfilment_orders USING btree (order_id, warehouse_id) WHERE (state = 'queued'::text);

CREATE INDEX instalment_plans_broken ON public.instalment_plans USING btree (customer_id, ended_at) WHERE (state = 'broken'::text);

CREATE INDEX instalment_plans_of_invoice ON public.instalment_plans USING btree (invoice, made_at, id);

CREATE UNIQUE INDEX instalment_plans_one_active ON public.instalment_plans USING btree (invoice) WHERE (state = 'active'::text);

CREATE INDEX invoice_lines_of_order ON public.invoice_lines USING btree (order_id, invoice);

CREATE INDEX invoice_shares_of_order ON public.invoice_shares USING btree (order_id, invoice);

CREATE INDEX invoices_by_customer ON public.invoices USING btree (customer_id, recorded_at, number);

CREATE INDEX invoices_by_order ON public.invoices USING btree (order_id, number);

CREATE INDEX invoices_of_billing ON public.invoices USING btree (billing_id, number) WHERE (billing_id IS NOT NULL);

CREATE INDEX invoices_page ON public.invoices USING btree (recorded_at, number);

CREATE INDEX ledger_entries_by_date ON public.ledger_entries USING btree (posting_date, id);

CREATE INDEX ledger_entries_by_transaction ON public.ledger_entries USING btree (xid);

CREATE INDEX ledger_entries_of_customer ON public.ledger_entries USING btree (customer_id, id);

CREATE INDEX ledger_entries_of_document ON public.ledger_entries USING btree (document, id);

CREATE INDEX ledger_entries_of_event ON public.ledger_entries USING btree (event, id);

CREATE INDEX ledger_entries_of_order ON public.ledger_entries USING btree (order_id, id);

CREATE UNIQUE INDEX ledger_entries_reversed_once ON public.ledger_entries USING btree (reverses) WHERE (reverses IS NOT NULL);

CREATE INDEX ledger_entries_unvalued ON public.ledger_entries USING btree (posting_date, id) WHERE unvalued;

CREATE UNIQUE INDEX ledger_entries_valued_once ON public.ledger_entries USING btree (values_entry) WHERE (values_entry IS NOT NULL);

CREATE INDEX ledger_lines_by_account ON public.ledger_lines USING btree (account, currency, customer_id, posting_date) INCLUDE (debit, credit, base_debit, base_credit);

CREATE INDEX ledger_lines_of_account ON public.ledger_lines USING btree (account, entry_id);

CREATE INDEX ledger_lines_of_item ON public.ledger_lines USING btree (document, account) INCLUDE (customer_id, currency, posting_date, debit, credit, base_debit, base_credit) WHERE (document <> ''::text);

CREATE INDEX messages_queued ON public.messages USING btree (queued_at) WHERE (state = 'queued'::text);

CREATE INDEX messages_queued_of_invoice ON public.messages USING btree (invoice) WHERE ((state = 'queued'::text) AND (order_id IS NULL));

CREATE INDEX messages_queued_of_order ON public.messages USING btree (order_id, sequence) WHERE (state = 'queued'::text);

CREATE INDEX open_items_by_order ON public.open_items USING btree (order_id);

CREATE INDEX open_items_by_status ON public.open_items USING btree (status, number);

CREATE INDEX open_items_of_invoice ON public.open_items USING btree (invoice);

CREATE INDEX open_items_of_plan ON public.open_items USING btree (plan) WHERE (plan IS NOT NULL);

CREATE INDEX open_items_open_by_customer ON public.open_items USING btree (customer_id, due_date, number) WHERE (status = ANY (ARRAY['open'::text, 'partly_paid'::text]));

CREATE INDEX open_items_overdue ON public.open_items USING btree (due_date, number) WHERE (status = ANY (ARRAY['open'::text, 'partly_paid'::text]));

CREATE INDEX open_items_recoverable ON public.open_items USING btree (customer_id, number) WHERE (written_off > recovered);

CREATE INDEX open_items_shared ON public.open_items USING btree (customer_id, number) WHERE ((kind = 'invoice'::text) AND (order_id IS NULL) AND (status = ANY (ARRAY['open'::text, 'partly_paid'::text])));

CREATE INDEX order_lines_backordered ON public.order_lines USING btree (sku, order_id) WHERE (stocked AND ((((reserved)::numeric + (shipped)::numeric) + (cancelled)::numeric) < (quantity)::numeric));

CREATE INDEX orders_by_customer ON public.orders USING btree (customer_id, recorded_at, id);

CREATE INDEX orders_by_entry ON public.orders USING btree (customer_id, entered_at);

CREATE INDEX orders_by_po_number ON public.orders USING btree (po_number, recorded_at, id) WHERE (po_number <> ''::text);

CREATE INDEX orders_by_stage ON public.orders USING btree (stage, recorded_at, id);

CREATE INDEX orders_deposits_left ON public.orders USING btree (customer_id) WHERE (deposits > deposits_applied);

CREATE INDEX orders_held ON public.orders USING btree (customer_id, entered_at, id) WHERE (stage = ANY (ARRAY['credit_hold'::text, 'awaiting_prepayment'::text]));

CREATE INDEX orders_page ON public.orders USING btree (recorded_at, id);

CREATE UNIQUE INDEX orders_purchase_order ON public.orders USING btree (customer_id, po_number) WHERE ((po_number <> ''::text) AND (duplicate_of IS NULL) AND ((outcome IS NULL) OR (outcome <> ALL (ARRAY['cancelled'::text, 'rejected'::text]))));

CREATE INDEX orders_to_bill ON public.orders USING btree (customer_id, billing_period, id) WHERE ((invoicing = 'consolidated'::text) AND (stage <> 'closed'::text));

CREATE INDEX payment_applications_of_cause ON public.payment_applications USING btree (cause);

CREATE INDEX payment_applications_of_invoice ON public.payment_applications USING btree (invoice);

CREATE INDEX payment_applications_of_reversal ON public.payment_applications USING btree (payment_id, reversal) WHERE (reversal IS NOT NULL);

CREATE INDEX payment_recoveries_of_invoice ON public.payment_recoveries USING btree (invoice);

CREATE INDEX payment_recoveries_of_reversal ON public.payment_recoveries USING btree (payment_id, reversal) WHERE (reversal IS NOT NULL);

CREATE INDEX payments_by_customer ON public.payments USING btree (customer_id, recorded_at, id);

CREATE INDEX payments_by_state ON public.payments USING btree (state, recorded_at, id);

CREATE INDEX payments_page ON public.payments USING btree (recorded_at, id);

CREATE INDEX prepayment_invoices_customer ON public.prepayment_invoices USING btree (customer_id);

CREATE INDEX prepayment_invoices_order ON public.prepayment_invoices USING btree (order_id);

CREATE INDEX prepayment_invoices_payment ON public.prepayment_invoices USING btree (payment_id);

CREATE INDEX prepayment_invoices_proforma ON public.prepayment_invoices USING btree (proforma);

CREATE UNIQUE INDEX price_lists_once_per_scope ON public.price_lists USING btree (currency, COALESCE(customer_id, ''::text), COALESCE(segment, ''::text));

CREATE INDEX price_lists_page ON public.price_lists USING btree (created_at, id);

CREATE INDEX products_page ON public.products USING btree (created_at, sku);

CREATE INDEX proformas_customer ON public.proformas USING btree (customer_id);

CREATE INDEX promises_not_kept ON public.promises USING btree (customer_id, ended_at) WHERE (state = ANY (ARRAY['broken'::text, 'partly_kept'::text]));

CREATE INDEX promises_of_invoice ON public.promises USING btree (invoice, recorded_at, id);

CREATE UNIQUE INDEX promises_one_open ON public.promises USING btree (invoice) WHERE (state = 'open'::text);

CREATE INDEX reference_rates_page ON public.reference_rates USING btree (valid_from, base);

CREATE INDEX reservations_in_warehouse ON public.reservations USING btree (warehouse_id, sku);

CREATE INDEX return_deliveries_of_shipment ON public.return_deliveries USING btree (shipment_id, line);

CREATE INDEX return_lines_of_order ON public.return_lines USING btree (order_id, line);

CREATE INDEX returns_by_state ON public.returns USING btree (state, requested_at, id);

CREATE INDEX returns_of_order ON public.returns USING btree (order_id, requested_at, id);

CREATE INDEX returns_page ON public.returns USING btree (requested_at, id);

CREATE INDEX screening_clearances_of_decision ON public.screening_clearances USING btree (decision_id);

CREATE INDEX screening_clearances_of_entry ON public.screening_clearances USING btree (list, reference);

CREATE INDEX screening_clearances_of_hit ON public.screening_clearances USING btree (order_id, finding);

CREATE UNIQUE INDEX screening_entries_current ON public.screening_entries USING btree (list, reference) WHERE (until IS NULL);

CREATE INDEX screening_entries_page ON public.screening_entries USING btree (list, reference, since);

CREATE INDEX screening_hits_by_cause ON public.screening_hits USING btree (cause, order_id);

CREATE INDEX screening_hits_of_entry ON public.screening_hits USING btree (entry_id);

CREATE INDEX screening_names_alike ON public.screening_names USING gin (compared public.gin_trgm_ops);

CREATE INDEX screening_names_same ON public.screening_names USING btree (compared);

CREATE INDEX shipments_of_order ON public.shipments USING btree (order_id, id);

CREATE INDEX shipments_shipped ON public.shipments USING btree (shipped_at);

CREATE INDEX tasks_by_id ON public.tasks USING btree (id);

CREATE INDEX tasks_of_customer ON public.tasks USING btree (customer_id, opened_at, id);

CREATE INDEX tasks_of_notice ON public.tasks USING btree (notice_id) WHERE (notice_id IS NOT NULL);

CREATE INDEX tasks_open ON public.tasks USING btree (role, opened_at) WHERE (closed_at IS NULL);

CREATE INDEX tasks_open_of_order ON public.tasks USING btree (order_id, kind) WHERE (closed_at IS NULL);

CREATE INDEX tasks_page ON public.tasks USING btree (opened_at, id);

CREATE INDEX write_offs_of_item ON public.write_offs USING btree (item, recorded_at, id);

CREATE TRIGGER accounting_periods_append_only BEFORE DELETE OR UPDATE ON public.accounting_periods FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER accounting_periods_close BEFORE INSERT ON public.accounting_periods FOR EACH ROW EXECUTE FUNCTION public.ledger_close();

CREATE TRIGGER accounting_periods_no_truncate BEFORE TRUNCATE ON public.accounting_periods FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER approvals_decided_once BEFORE DELETE OR UPDATE ON public.approvals FOR EACH ROW EXECUTE FUNCTION public.approvals_check_change();

CREATE TRIGGER approvals_requested_first BEFORE INSERT ON public.approvals FOR EACH ROW WHEN ((num_nonnulls(new.decision, new.decision_id, new.decision_reason, new.decided_by, new.decided_at) > 0)) EXECUTE FUNCTION public.approvals_check_request();

CREATE TRIGGER audit_log_append_only BEFORE DELETE OR UPDATE ON public.audit_log FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER audit_log_no_truncate BEFORE TRUNCATE ON public.audit_log FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER authorities_append_only BEFORE DELETE OR UPDATE ON public.authorities FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER authorities_no_truncate BEFORE TRUNCATE ON public.authorities FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER backorder_policies_append_only BEFORE DELETE OR UPDATE ON public.backorder_policies FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER backorder_policies_no_truncate BEFORE TRUNCATE ON public.backorder_policies FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER billings_billed_once BEFORE UPDATE ON public.billings FOR EACH ROW WHEN ((old.billed_at IS NOT NULL)) EXECUTE FUNCTION public.billings_check_once();

CREATE TRIGGER collaterals_append_only BEFORE DELETE OR UPDATE ON public.collaterals FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER collaterals_no_truncate BEFORE TRUNCATE ON public.collaterals FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER company_base_currency_fixed BEFORE UPDATE ON public.company FOR EACH ROW WHEN ((new.base_currency <> old.base_currency)) EXECUTE FUNCTION public.company_keep_base();

CREATE TRIGGER credit_applications_append_only BEFORE DELETE OR UPDATE ON public.credit_applications FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER credit_applications_no_truncate BEFORE TRUNCATE ON public.credit_applications FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE CONSTRAINT TRIGGER credit_applications_uses AFTER INSERT ON public.credit_applications DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.customer_credits_check_uses();

CREATE TRIGGER credit_decisions_append_only BEFORE DELETE OR UPDATE ON public.credit_decisions FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER credit_decisions_no_truncate BEFORE TRUNCATE ON public.credit_decisions FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER credit_decisions_scale BEFORE INSERT ON public.credit_decisions FOR EACH ROW WHEN ((new.up_to IS NOT NULL)) EXECUTE FUNCTION public.check_scale('orders', 'up_to');

CREATE TRIGGER credit_limits_append_only BEFORE DELETE OR UPDATE ON public.credit_limits FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER credit_limits_no_truncate BEFORE TRUNCATE ON public.credit_limits FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER credit_note_lines_append_only BEFORE DELETE OR UPDATE ON public.credit_note_lines FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER credit_note_lines_no_truncate BEFORE TRUNCATE ON public.credit_note_lines FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER credit_note_lines_within_invoice AFTER INSERT ON public.credit_note_lines FOR EACH ROW EXECUTE FUNCTION public.credit_note_lines_check();

CREATE TRIGGER credit_note_taxes_immutable BEFORE DELETE OR UPDATE ON public.credit_note_taxes FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER credit_note_taxes_no_truncate BEFORE TRUNCATE ON public.credit_note_taxes FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER credit_note_taxes_scale BEFORE INSERT ON public.credit_note_taxes FOR EACH ROW EXECUTE FUNCTION public.check_scale('credit_notes', 'taxable', 'tax');

CREATE CONSTRAINT TRIGGER credit_note_taxes_sum AFTER INSERT ON public.credit_note_taxes DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.credit_notes_check_sum();

CREATE TRIGGER credit_note_taxes_within_invoice AFTER INSERT ON public.credit_note_taxes FOR EACH ROW EXECUTE FUNCTION public.credit_note_taxes_check();

CREATE TRIGGER credit_notes_immutable BEFORE DELETE OR UPDATE ON public.credit_notes FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER credit_notes_no_truncate BEFORE TRUNCATE ON public.credit_notes FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE CONSTRAINT TRIGGER credit_notes_sum AFTER INSERT ON public.credit_notes DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.credit_notes_check_sum();

CREATE TRIGGER credit_policies_append_only BEFORE DELETE OR UPDATE ON public.credit_policies FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER credit_policies_no_truncate BEFORE TRUNCATE ON public.credit_policies FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER credit_policy_approvals_append_only BEFORE DELETE OR UPDATE ON public.credit_policy_approvals FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER credit_policy_approvals_no_truncate BEFORE TRUNCATE ON public.credit_policy_approvals FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER credit_policy_rules_append_only BEFORE DELETE OR UPDATE ON public.credit_policy_rules FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER credit_policy_rules_no_truncate BEFORE TRUNCATE ON public.credit_policy_rules FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER credit_refunds_append_only BEFORE DELETE OR UPDATE ON public.credit_refunds FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER credit_refunds_no_truncate BEFORE TRUNCATE ON public.credit_refunds FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE CONSTRAINT TRIGGER credit_refunds_uses AFTER INSERT ON public.credit_refunds DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.customer_credits_check_uses();

CREATE CONSTRAINT TRIGGER customer_credits_sum AFTER INSERT OR UPDATE OF credit_note, customer_id, currency, amount ON public.customer_credits DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.credit_notes_check_sum();

CREATE CONSTRAINT TRIGGER customer_credits_uses AFTER UPDATE ON public.customer_credits DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.customer_credits_check_uses();

CREATE TRIGGER customers_group AFTER INSERT OR UPDATE OF parent_id, currency ON public.customers FOR EACH ROW EXECUTE FUNCTION public.customers_check_group();

CREATE TRIGGER debit_note_reductions_append_only BEFORE DELETE OR UPDATE ON public.debit_note_reductions FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER debit_note_reductions_no_truncate BEFORE TRUNCATE ON public.debit_note_reductions FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER debit_notes_append_only BEFORE DELETE OR UPDATE ON public.debit_notes FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER debit_notes_no_truncate BEFORE TRUNCATE ON public.debit_notes FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER deposit_use_taxes_append_only BEFORE DELETE OR UPDATE ON public.deposit_use_taxes FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER deposit_use_taxes_no_truncate BEFORE TRUNCATE ON public.deposit_use_taxes FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE CONSTRAINT TRIGGER deposit_use_taxes_sum AFTER INSERT ON public.deposit_use_taxes DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.deposit_uses_check_sum();

CREATE TRIGGER deposit_use_taxes_within_deposit AFTER INSERT ON public.deposit_use_taxes FOR EACH ROW EXECUTE FUNCTION public.deposit_use_taxes_check();

CREATE TRIGGER deposit_uses_append_only BEFORE DELETE OR UPDATE ON public.deposit_uses FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER deposit_uses_no_truncate BEFORE TRUNCATE ON public.deposit_uses FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE CONSTRAINT TRIGGER deposit_uses_sum AFTER INSERT ON public.deposit_uses DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.deposit_uses_check_sum();

CREATE TRIGGER dispute_evidence_append_only BEFORE DELETE OR UPDATE ON public.dispute_evidence FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER dispute_evidence_no_truncate BEFORE TRUNCATE ON public.dispute_evidence FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER dunning_holds_final BEFORE UPDATE ON public.dunning_holds FOR EACH ROW WHEN ((old.state <> 'active'::text)) EXECUTE FUNCTION public.refuse_change_of_ended();

CREATE TRIGGER events_append_only BEFORE DELETE OR UPDATE ON public.events FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER events_no_truncate BEFORE TRUNCATE ON public.events FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER fraud_blocked_append_only BEFORE DELETE OR UPDATE ON public.fraud_blocked FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER fraud_blocked_no_truncate BEFORE TRUNCATE ON public.fraud_blocked FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER fraud_checks_append_only BEFORE DELETE OR UPDATE ON public.fraud_checks FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER fraud_checks_no_truncate BEFORE TRUNCATE ON public.fraud_checks FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER fraud_factors_append_only BEFORE DELETE OR UPDATE ON public.fraud_factors FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER fraud_factors_no_truncate BEFORE TRUNCATE ON public.fraud_factors FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER fraud_first_orders_append_only BEFORE DELETE OR UPDATE ON public.fraud_first_orders FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER fraud_first_orders_no_truncate BEFORE TRUNCATE ON public.fraud_first_orders FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER fraud_policies_append_only BEFORE DELETE OR UPDATE ON public.fraud_policies FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER fraud_policies_no_truncate BEFORE TRUNCATE ON public.fraud_policies FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER fraud_rules_append_only BEFORE DELETE OR UPDATE ON public.fraud_rules FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER fraud_rules_no_truncate BEFORE TRUNCATE ON public.fraud_rules FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER instalment_plans_final BEFORE UPDATE ON public.instalment_plans FOR EACH ROW WHEN ((old.state <> 'active'::text)) EXECUTE FUNCTION public.refuse_change_of_ended();

CREATE TRIGGER invoice_charges_append_only BEFORE DELETE OR UPDATE ON public.invoice_charges FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER invoice_charges_no_truncate BEFORE TRUNCATE ON public.invoice_charges FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER invoice_charges_of_milestone AFTER INSERT ON public.invoice_charges FOR EACH ROW EXECUTE FUNCTION public.invoices_check_milestone();

CREATE TRIGGER invoice_instalments_append_only BEFORE DELETE OR UPDATE ON public.invoice_instalments FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER invoice_instalments_no_truncate BEFORE TRUNCATE ON public.invoice_instalments FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE CONSTRAINT TRIGGER invoice_instalments_total AFTER INSERT ON public.invoice_instalments DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.invoice_instalments_check_total();

CREATE TRIGGER invoice_lines_delivered AFTER INSERT ON public.invoice_lines FOR EACH ROW WHEN ((new.milestone IS NULL)) EXECUTE FUNCTION public.invoice_lines_check_delivered();

CREATE TRIGGER invoice_lines_immutable BEFORE DELETE OR UPDATE ON public.invoice_lines FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER invoice_lines_no_truncate BEFORE TRUNCATE ON public.invoice_lines FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER invoice_lines_of_milestone AFTER INSERT ON public.invoice_lines FOR EACH ROW EXECUTE FUNCTION public.invoices_check_milestone();

CREATE TRIGGER invoice_lines_scale BEFORE INSERT ON public.invoice_lines FOR EACH ROW EXECUTE FUNCTION public.check_scale('invoices', 'net_amount');

CREATE TRIGGER invoice_shares_append_only BEFORE DELETE OR UPDATE ON public.invoice_shares FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER invoice_shares_no_truncate BEFORE TRUNCATE ON public.invoice_shares FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE CONSTRAINT TRIGGER invoice_shares_total AFTER INSERT ON public.invoice_shares DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.invoice_shares_check_total();

CREATE TRIGGER invoice_taxes_immutable BEFORE DELETE OR UPDATE ON public.invoice_taxes FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER invoice_taxes_no_truncate BEFORE TRUNCATE ON public.invoice_taxes FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER invoice_taxes_scale BEFORE INSERT ON public.invoice_taxes FOR EACH ROW EXECUTE FUNCTION public.check_scale('invoices', 'allowance', 'charge', 'taxable', 'tax');

CREATE TRIGGER invoices_immutable BEFORE DELETE OR UPDATE ON public.invoices FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER invoices_no_truncate BEFORE TRUNCATE ON public.invoices FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER ledger_entries_append_only BEFORE DELETE OR UPDATE ON public.ledger_entries FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE CONSTRAINT TRIGGER ledger_entries_balanced AFTER INSERT ON public.ledger_entries DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.ledger_check_entry();

CREATE TRIGGER ledger_entries_no_truncate BEFORE TRUNCATE ON public.ledger_entries FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER ledger_entries_period_open BEFORE INSERT ON public.ledger_entries FOR EACH ROW EXECUTE FUNCTION public.ledger_enter();

CREATE TRIGGER ledger_lines_append_only BEFORE DELETE OR UPDATE ON public.ledger_lines FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER ledger_lines_checked AFTER INSERT ON public.ledger_lines REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.ledger_check_lines();

CREATE TRIGGER ledger_lines_no_truncate BEFORE TRUNCATE ON public.ledger_lines FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER ledger_seals_append_only BEFORE DELETE OR UPDATE ON public.ledger_seals FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER ledger_seals_no_truncate BEFORE TRUNCATE ON public.ledger_seals FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER order_findings_append_only BEFORE DELETE OR UPDATE ON public.order_findings FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER order_findings_no_truncate BEFORE TRUNCATE ON public.order_findings FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER order_lines_price_agreed AFTER UPDATE ON public.order_lines FOR EACH ROW WHEN (((((old.unit_price)::numeric IS DISTINCT FROM (new.unit_price)::numeric) OR ((old.base_quantity)::numeric IS DISTINCT FROM (new.base_quantity)::numeric)) OR (old.price_source IS DISTINCT FROM new.price_source))) EXECUTE FUNCTION public.check_agreed_price();

CREATE TRIGGER order_lines_scale BEFORE INSERT OR UPDATE OF net_amount, gross_amount ON public.order_lines FOR EACH ROW EXECUTE FUNCTION public.check_scale('orders', 'net_amount', 'gross_amount');

CREATE TRIGGER order_milestones_append_only BEFORE DELETE OR UPDATE ON public.order_milestones FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER order_milestones_no_truncate BEFORE TRUNCATE ON public.order_milestones FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE CONSTRAINT TRIGGER order_milestones_whole AFTER INSERT ON public.order_milestones DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.order_milestones_check_whole();

CREATE TRIGGER order_overrides_append_only BEFORE DELETE OR UPDATE ON public.order_overrides FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER order_overrides_no_truncate BEFORE TRUNCATE ON public.order_overrides FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER order_price_steps_append_only BEFORE DELETE OR UPDATE ON public.order_price_steps FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER order_price_steps_no_truncate BEFORE TRUNCATE ON public.order_price_steps FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER order_version_lines_append_only BEFORE DELETE OR UPDATE ON public.order_version_lines FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER order_version_lines_no_truncate BEFORE TRUNCATE ON public.order_version_lines FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER order_versions_append_only BEFORE DELETE OR UPDATE ON public.order_versions FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER order_versions_no_truncate BEFORE TRUNCATE ON public.order_versions FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE CONSTRAINT TRIGGER orders_milestones_whole AFTER INSERT OR UPDATE OF invoicing ON public.orders DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((new.invoicing = 'milestones'::text)) EXECUTE FUNCTION public.order_milestones_check_whole();

CREATE TRIGGER orders_stage_transition BEFORE UPDATE OF stage ON public.orders FOR EACH ROW WHEN ((old.stage IS DISTINCT FROM new.stage)) EXECUTE FUNCTION public.orders_check_transition();

CREATE TRIGGER payment_applications_append_only BEFORE DELETE OR UPDATE ON public.payment_applications FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER payment_applications_mirror BEFORE INSERT ON public.payment_applications FOR EACH ROW WHEN ((new.undoes IS NOT NULL)) EXECUTE FUNCTION public.check_counter_row('amount', 'taken_to_income', 'deduction', '~discount', '~discount_tax', '~payment_difference');

CREATE TRIGGER payment_applications_no_truncate BEFORE TRUNCATE ON public.payment_applications FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER payment_recoveries_append_only BEFORE DELETE OR UPDATE ON public.payment_recoveries FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER payment_recoveries_mirror BEFORE INSERT ON public.payment_recoveries FOR EACH ROW WHEN ((new.undoes IS NOT NULL)) EXECUTE FUNCTION public.check_counter_row('amount');

CREATE TRIGGER payment_recoveries_no_truncate BEFORE TRUNCATE ON public.payment_recoveries FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER payment_refunds_append_only BEFORE DELETE OR UPDATE ON public.payment_refunds FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER payment_refunds_no_truncate BEFORE TRUNCATE ON public.payment_refunds FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER payment_reversals_append_only BEFORE DELETE OR UPDATE ON public.payment_reversals FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER payment_reversals_mirror BEFORE INSERT ON public.payment_reversals FOR EACH ROW WHEN ((new.undoes IS NOT NULL)) EXECUTE FUNCTION public.check_counter_row('amount', '~claimed');

CREATE TRIGGER payment_reversals_no_truncate BEFORE TRUNCATE ON public.payment_reversals FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER planned_instalments_append_only BEFORE DELETE OR UPDATE ON public.planned_instalments FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER planned_instalments_no_truncate BEFORE TRUNCATE ON public.planned_instalments FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER prepayment_invoice_taxes_append_only BEFORE DELETE OR UPDATE ON public.prepayment_invoice_taxes FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER prepayment_invoice_taxes_no_truncate BEFORE TRUNCATE ON public.prepayment_invoice_taxes FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE CONSTRAINT TRIGGER prepayment_invoice_taxes_sum AFTER INSERT ON public.prepayment_invoice_taxes DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.prepayment_invoices_check_sum();

CREATE TRIGGER prepayment_invoices_append_only BEFORE DELETE OR UPDATE ON public.prepayment_invoices FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER prepayment_invoices_no_truncate BEFORE TRUNCATE ON public.prepayment_invoices FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE CONSTRAINT TRIGGER prepayment_invoices_sum AFTER INSERT ON public.prepayment_invoices DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.prepayment_invoices_check_sum();

CREATE TRIGGER price_list_entries_append_only BEFORE DELETE OR UPDATE ON public.price_list_entries FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER price_list_entries_no_truncate BEFORE TRUNCATE ON public.price_list_entries FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER price_list_versions_append_only BEFORE DELETE OR UPDATE ON public.price_list_versions FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER price_list_versions_no_truncate BEFORE TRUNCATE ON public.price_list_versions FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER proformas_append_only BEFORE DELETE OR UPDATE ON public.proformas FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER proformas_no_truncate BEFORE TRUNCATE ON public.proformas FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER promises_final BEFORE UPDATE ON public.promises FOR EACH ROW WHEN ((old.state <> 'open'::text)) EXECUTE FUNCTION public.refuse_change_of_ended();

CREATE TRIGGER record_seals_append_only BEFORE DELETE OR UPDATE ON public.record_seals FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER record_seals_no_truncate BEFORE TRUNCATE ON public.record_seals FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER return_deliveries_append_only BEFORE DELETE OR UPDATE ON public.return_deliveries FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER return_deliveries_delivered AFTER INSERT ON public.return_deliveries FOR EACH ROW EXECUTE FUNCTION public.return_deliveries_check();

CREATE TRIGGER return_deliveries_no_truncate BEFORE TRUNCATE ON public.return_deliveries FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER returns_ended_once BEFORE UPDATE ON public.returns FOR EACH ROW WHEN ((old.state <> 'requested'::text)) EXECUTE FUNCTION public.returns_check_once();

CREATE TRIGGER review_decisions_append_only BEFORE DELETE OR UPDATE ON public.review_decisions FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER review_decisions_no_truncate BEFORE TRUNCATE ON public.review_decisions FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER sales_policies_append_only BEFORE DELETE OR UPDATE ON public.sales_policies FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER sales_policies_no_truncate BEFORE TRUNCATE ON public.sales_policies FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER screening_clearances_append_only BEFORE DELETE OR UPDATE ON public.screening_clearances FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER screening_clearances_no_truncate BEFORE TRUNCATE ON public.screening_clearances FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER screening_hits_append_only BEFORE DELETE OR UPDATE ON public.screening_hits FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER screening_hits_no_truncate BEFORE TRUNCATE ON public.screening_hits FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER screening_names_append_only BEFORE DELETE OR UPDATE ON public.screening_names FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER screening_names_no_truncate BEFORE TRUNCATE ON public.screening_names FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER service_times_append_only BEFORE DELETE OR UPDATE ON public.service_times FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER service_times_no_truncate BEFORE TRUNCATE ON public.service_times FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER shipment_events_append_only BEFORE DELETE OR UPDATE ON public.shipment_events FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER shipment_events_no_truncate BEFORE TRUNCATE ON public.shipment_events FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER shipment_lines_append_only BEFORE DELETE OR UPDATE ON public.shipment_lines FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER shipment_lines_no_truncate BEFORE TRUNCATE ON public.shipment_lines FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE CONSTRAINT TRIGGER shipment_lines_replaced AFTER INSERT ON public.shipment_lines DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.shipment_lines_check_replaced();

CREATE TRIGGER stock_receipts_append_only BEFORE DELETE OR UPDATE ON public.stock_receipts FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER stock_receipts_no_truncate BEFORE TRUNCATE ON public.stock_receipts FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER write_offs_append_only BEFORE DELETE OR UPDATE ON public.write_offs FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER write_offs_no_truncate BEFORE TRUNCATE ON public.write_offs FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

ALTER TABLE ONLY public.approvals
    ADD CONSTRAINT approvals_currency_fkey FOREIGN KEY (currency) REFERENCES public.currencies(code);

ALTER TABLE ONLY public.approvals
    ADD CONSTRAINT approvals_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.authorities
    ADD CONSTRAINT authorities_currency_fkey FOREIGN KEY (currency) REFERENCES public.currencies(code);

ALTER TABLE ONLY public.backorder_policies
    ADD CONSTRAINT backorder_policies_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.backorder_questions
    ADD CONSTRAINT backorder_questions_order_id_fkey FOREIGN KEY (order_id) REFERENCES public.orders(id);

ALTER TABLE ONLY public.billings
    ADD CONSTRAINT billings_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.calendar_holidays
    ADD CONSTRAINT calendar_holidays_calendar_fkey FOREIGN KEY (calendar) REFERENCES public.calendars(name);

ALTER TABLE ONLY public.collaterals
    ADD CONSTRAINT collaterals_currency_fkey FOREIGN KEY (currency) REFERENCES public.currencies(code);

ALTER TABLE ONLY public.collaterals
    ADD CONSTRAINT collaterals_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.company
    ADD CONSTRAINT company_base_currency_fkey FOREIGN KEY (base_currency) REFERENCES public.currencies(code);

ALTER TABLE ONLY public.company
    ADD CONSTRAINT company_calendar_fkey FOREIGN KEY (calendar) REFERENCES public.calendars(name);

ALTER TABLE ONLY public.company
    ADD CONSTRAINT company_tax_currency_fkey FOREIGN KEY (tax_currency) REFERENCES public.currencies(code);

ALTER TABLE ONLY public.credit_accounts
    ADD CONSTRAINT credit_accounts_currency_fkey FOREIGN KEY (currency) REFERENCES public.currencies(code);

ALTER TABLE ONLY public.credit_accounts
    ADD CONSTRAINT credit_accounts_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.credit_accounts
    ADD CONSTRAINT credit_accounts_group_id_fkey FOREIGN KEY (group_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.credit_applications
    ADD CONSTRAINT credit_applications_credit_note_fkey FOREIGN KEY (credit_note) REFERENCES public.customer_credits(credit_note);

ALTER TABLE ONLY public.credit_applications
    ADD CONSTRAINT credit_applications_currency_fkey FOREIGN KEY (currency) REFERENCES public.currencies(code);

ALTER TABLE ONLY public.credit_applications
    ADD CONSTRAINT credit_applications_invoice_fkey FOREIGN KEY (invoice) REFERENCES public.open_items(number);

ALTER TABLE ONLY public.credit_decisions
    ADD CONSTRAINT credit_decisions_order_id_fkey FOREIGN KEY (order_id) REFERENCES public.orders(id);

ALTER TABLE ONLY public.credit_limits
    ADD CONSTRAINT credit_limits_currency_fkey FOREIGN KEY (currency) REFERENCES public.currencies(code);

ALTER TABLE ONLY public.credit_limits
    ADD CONSTRAINT credit_limits_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.credit_note_lines
    ADD CONSTRAINT credit_note_lines_credit_note_fkey FOREIGN KEY (credit_note) REFERENCES public.credit_notes(number);

ALTER TABLE ONLY public.credit_note_lines
    ADD CONSTRAINT credit_note_lines_currency_fkey FOREIGN KEY (currency) REFERENCES public.currencies(code);

ALTER TABLE ONLY public.credit_note_lines
    ADD CONSTRAINT credit_note_lines_invoice_invoice_line_fkey FOREIGN KEY (invoice, invoice_line) REFERENCES public.invoice_lines(invoice, line);

ALTER TABLE ONLY public.credit_note_taxes
    ADD CONSTRAINT credit_note_taxes_credit_note_fkey FOREIGN KEY (credit_note) REFERENCES public.credit_notes(number);

ALTER TABLE ONLY public.credit_notes
    ADD CONSTRAINT credit_notes_currency_fkey FOREIGN KEY (currency) REFERENCES public.currencies(code);

ALTER TABLE ONLY public.credit_notes
    ADD CONSTRAINT credit_notes_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.credit_notes
    ADD CONSTRAINT credit_notes_invoice_fkey FOREIGN KEY (invoice) REFERENCES public.invoices(number);

ALTER TABLE ONLY public.credit_policy_approvals
    ADD CONSTRAINT credit_policy_approvals_currency_fkey FOREIGN KEY (currency) REFERENCES public.currencies(code);

ALTER TABLE ONLY public.credit_policy_approvals
    ADD CONSTRAINT credit_policy_approvals_policy_version_fkey FOREIGN KEY (policy, version) REFERENCES public.credit_policies(name, version);

ALTER TABLE ONLY public.credit_policy_rules
    ADD CONSTRAINT credit_policy_rules_policy_version_fkey FOREIGN KEY (policy, version) REFERENCES public.credit_policies(name, version);

ALTER TABLE ONLY public.credit_refunds
    ADD CONSTRAINT credit_refunds_credit_note_fkey FOREIGN KEY (credit_note) REFERENCES public.customer_credits(credit_note);

ALTER TABLE ONLY public.credit_refunds
    ADD CONSTRAINT credit_refunds_currency_fkey FOREIGN KEY (currency) REFERENCES public.currencies(code);

ALTER TABLE ONLY public.customer_clocks
    ADD CONSTRAINT customer_clocks_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.customer_credits
    ADD CONSTRAINT customer_credits_credit_note_fkey FOREIGN KEY (credit_note) REFERENCES public.credit_notes(number);

ALTER TABLE ONLY public.customer_credits
    ADD CONSTRAINT customer_credits_currency_fkey FOREIGN KEY (currency) REFERENCES public.currencies(code);

ALTER TABLE ONLY public.customer_credits
    ADD CONSTRAINT customer_credits_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.customers
    ADD CONSTRAINT customers_calendar_fkey FOREIGN KEY (calendar) REFERENCES public.calendars(name);

ALTER TABLE ONLY public.customers
    ADD CONSTRAINT customers_currency_fkey FOREIGN KEY (currency) REFERENCES public.currencies(code);

ALTER TABLE ONLY public.customers
    ADD CONSTRAINT customers_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.customers
    ADD CONSTRAINT customers_payer_id_fkey FOREIGN KEY (payer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.debit_note_reductions
    ADD CONSTRAINT debit_note_reductions_currency_fkey FOREIGN KEY (currency) REFERENCES public.currencies(code);

ALTER TABLE ONLY public.debit_note_reductions
    ADD CONSTRAINT debit_note_reductions_debit_note_fkey FOREIGN KEY (debit_note) REFERENCES public.debit_notes(number);

ALTER TABLE ONLY public.debit_notes
    ADD CONSTRAINT debit_notes_currency_fkey FOREIGN KEY (currency) REFERENCES public.currencies(code);

ALTER TABLE ONLY public.debit_notes
    ADD CONSTRAINT debit_notes_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.debit_notes
    ADD CONSTRAINT debit_notes_invoice_fkey FOREIGN KEY (invoice) REFERENCES public.invoices(number);

ALTER TABLE ONLY public.debit_notes
    ADD CONSTRAINT debit_notes_notice_id_fkey FOREIGN KEY (notice_id) REFERENCES public.dunning_notices(id);

ALTER TABLE ONLY public.debit_notes
    ADD CONSTRAINT debit_notes_number_fkey FOREIGN KEY (number) REFERENCES public.open_items(number);

ALTER TABLE ONLY public.deposit_use_taxes
    ADD CONSTRAINT deposit_use_taxes_currency_fkey FOREIGN KEY (currency) REFERENCES public.currencies(code);

ALTER TABLE ONLY public.deposit_use_taxes
    ADD CONSTRAINT deposit_use_taxes_deposit_n_fkey FOREIGN KEY (deposit, n) REFERENCES public.deposit_uses(deposit, n);

ALTER TABLE ONLY public.deposit_uses
    ADD CONSTRAINT deposit_uses_currency_fkey FOREIGN KEY (currency) REFERENCES public.currencies(code);

ALTER TABLE ONLY public.deposit_uses
    ADD CONSTRAINT deposit_uses_deposit_fkey FOREIGN KEY (deposit) REFERENCES public.prepayment_invoices(number);

ALTER TABLE ONLY public.deposit_uses
    ADD CONSTRAINT deposit_uses_deposit_undoes_fkey FOREIGN KEY (deposit, undoes) REFERENCES public.deposit_uses(deposit, n);

ALTER TABLE ONLY public.deposit_uses
    ADD CONSTRAINT deposit_uses_invoice_fkey FOREIGN KEY (invoice) REFERENCES public.invoices(number);

ALTER TABLE ONLY public.dispute_evidence
    ADD CONSTRAINT dispute_evidence_dispute_id_fkey FOREIGN KEY (dispute_id) REFERENCES public.disputes(id);

ALTER TABLE ONLY public.disputes
    ADD CONSTRAINT disputes_application_fkey FOREIGN KEY (payment_id, application) REFERENCES public.payment_applications(payment_id, n) MATCH FULL;

ALTER TABLE ONLY public.disputes
    ADD CONSTRAINT disputes_currency_fkey FOREIGN KEY (currency) REFERENCES public.currencies(code);

ALTER TABLE ONLY public.disputes
    ADD CONSTRAINT disputes_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.disputes
    ADD CONSTRAINT disputes_invoice_fkey FOREIGN KEY (invoice) REFERENCES public.invoices(number);

ALTER TABLE ONLY public.dunning_holds
    ADD CONSTRAINT dunning_holds_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.dunning_holds
    ADD CONSTRAINT dunning_holds_invoice_fkey FOREIGN KEY (invoice) REFERENCES public.invoices(number);

ALTER TABLE ONLY public.dunning_levels
    ADD CONSTRAINT dunning_levels_policy_version_fkey FOREIGN KEY (policy, version) REFERENCES public.dunning_policies(name, version);

ALTER TABLE ONLY public.dunning_notices
    ADD CONSTRAINT dunning_notices_currency_fkey FOREIGN KEY (currency) REFERENCES public.currencies(code);

ALTER TABLE ONLY public.dunning_notices
    ADD CONSTRAINT dunning_notices_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.dunning_notices
    ADD CONSTRAINT dunning_notices_invoice_fkey FOREIGN KEY (invoice) REFERENCES public.invoices(number);

ALTER TABLE ONLY public.dunning_policies
    ADD CONSTRAINT dunning_policies_calendar_fkey FOREIGN KEY (calendar) REFERENCES public.calendars(name);

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.exchange_rates
    ADD CONSTRAINT exchange_rates_base_currency_fkey FOREIGN KEY (base_currency) REFERENCES public.currencies(code);

ALTER TABLE ONLY public.exchange_rates
    ADD CONSTRAINT exchange_rates_currency_fkey FOREIGN KEY (currency) REFERENCES public.currencies(code);

ALTER TABLE ONLY public.facts
    ADD CONSTRAINT facts_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.fraud_blocked
    ADD CONSTRAINT fraud_blocked_version_fkey FOREIGN KEY (version) REFERENCES public.fraud_policies(version);

ALTER TABLE ONLY public.fraud_checks
    ADD CONSTRAINT fraud_checks_order_id_fkey FOREIGN KEY (order_id) REFERENCES public.orders(id);

ALTER TABLE ONLY public.fraud_checks
    ADD CONSTRAINT fraud_checks_version_fkey FOREIGN KEY (version) REFERENCES public.fraud_policies(version);

ALTER TABLE ONLY public.fraud_factors
    ADD CONSTRAINT fraud_factors_order_id_fkey FOREIGN KEY (order_id) REFERENCES public.fraud_checks(order_id);

ALTER TABLE ONLY public.fraud_first_orders
    ADD CONSTRAINT fraud_first_orders_currency_fkey FOREIGN KEY (currency) REFERENCES public.currencies(code);

ALTER TABLE ONLY public.fraud_first_orders
    ADD CONSTRAINT fraud_first_orders_version_fkey FOREIGN KEY (version) REFERENCES public.fraud_policies(version);

ALTER TABLE ONLY public.fraud_rules
    ADD CONSTRAINT fraud_rules_version_fkey FOREIGN KEY (version) REFERENCES public.fraud_policies(version);

ALTER TABLE ONLY public.fulfilment_orders
    ADD CONSTRAINT fulfilment_orders_order_id_fkey FOREIGN KEY (order_id) REFERENCES public.orders(id);

ALTER TABLE ONLY public.fulfilment_orders
    ADD CONSTRAINT fulfilment_orders_warehouse_id_fkey FOREIGN KEY (warehouse_id) REFERENCES public.warehouses(id);

ALTER TABLE ONLY public.instalment_plans
    ADD CONSTRAINT instalment_plans_currency_fkey FOREIGN KEY (currency) REFERENCES public.currencies(code);

ALTER TABLE ONLY public.instalment_plans
    ADD CONSTRAINT instalment_plans_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.instalment_plans
    ADD CONSTRAINT instalment_plans_invoice_fkey FOREIGN KEY (invoice) REFERENCES public.invoices(number);

ALTER TABLE ONLY public.invoice_charges
    ADD CONSTRAINT invoice_charges_currency_fkey FOREIGN KEY (currency) REFERENCES public.currencies(code);

ALTER TABLE ONLY public.invoice_charges
    ADD CONSTRAINT invoice_charges_invoice_fkey FOREIGN KEY (invoice) REFERENCES public.invoices(number);

ALTER TABLE ONLY public.invoice_charges
    ADD CONSTRAINT invoice_charges_order_id_charge_fkey FOREIGN KEY (order_id, charge) REFERENCES public.order_charges(order_id, charge);

ALTER TABLE ONLY public.invoice_instalments
    ADD CONSTRAINT invoice_instalments_currency_fkey FOREIGN KEY (currency) REFERENCES public.currencies(code);

ALTER TABLE ONLY public.invoice_instalments
    ADD CONSTRAINT invoice_instalments_invoice_fkey FOREIGN KEY (invoice) REFERENCES public.invoices(number);

ALTER TABLE ONLY public.invoice_lines
    ADD CONSTRAINT invoice_lines_invoice_fkey FOREIGN KEY (invoice) REFERENCES public.invoices(number);

ALTER TABLE ONLY public.invoice_lines
    ADD CONSTRAINT invoice_lines_order_id_order_line_fkey FOREIGN KEY (order_id, order_line) REFERENCES public.order_lines(order_id, line);

ALTER TABLE ONLY public.invoice_lines
    ADD CONSTRAINT invoice_lines_shipment_id_order_line_fkey FOREIGN KEY (shipment_id, order_line) REFERENCES public.shipment_lines(shipment_id, line);

ALTER TABLE ONLY public.invoice_shares
    ADD CONSTRAINT invoice_shares_currency_fkey FOREIGN KEY (currency) REFERENCES public.currencies(code);

ALTER TABLE ONLY public.invoice_shares
    ADD CONSTRAINT invoice_shares_invoice_fkey FOREIGN KEY (invoice) REFERENCES public.invoices(number);

ALTER TABLE ONLY public.invoice_shares
    ADD CONSTRAINT invoice_shares_order_id_fkey FOREIGN KEY (order_id) REFERENCES public.orders(id);

ALTER TABLE ONLY public.invoice_taxes
    ADD CONSTRAINT invoice_taxes_invoice_fkey FOREIGN KEY (invoice) REFERENCES public.invoices(number);

ALTER TABLE ONLY public.invoices
    ADD CONSTRAINT invoices_billing_id_fkey FOREIGN KEY (billing_id) REFERENCES public.billings(id);

ALTER TABLE ONLY public.invoices
    ADD CONSTRAINT invoices_currency_fkey FOREIGN KEY (currency) REFERENCES public.currencies(code);

ALTER TABLE ONLY public.invoices
    ADD CONSTRAINT invoices_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.invoices
    ADD CONSTRAINT invoices_dunning_policy_dunning_version_fkey FOREIGN KEY (dunning_policy, dunning_version) REFERENCES public.dunning_policies(name, version);

ALTER TABLE ONLY public.invoices
    ADD CONSTRAINT invoices_order_id_fkey FOREIGN KEY (order_id) REFERENCES public.orders(id);

ALTER TABLE ONLY public.invoices
    ADD CONSTRAINT invoices_order_id_milestone_fkey FOREIGN KEY (order_id, milestone) REFERENCES public.order_milestones(order_id, n);

ALTER TABLE ONLY public.invoices
    ADD CONSTRAINT invoices_payer_id_fkey FOREIGN KEY (payer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.invoices
    ADD CONSTRAINT invoices_shipment_id_fkey FOREIGN KEY (shipment_id) REFERENCES public.shipments(id);

ALTER TABLE ONLY public.ledger_entries
    ADD CONSTRAINT ledger_entries_currency_fkey FOREIGN KEY (currency) REFERENCES public.currencies(code);

ALTER TABLE ONLY public.ledger_entries
    ADD CONSTRAINT ledger_entries_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.ledger_entries
    ADD CONSTRAINT ledger_entries_late_for_fkey FOREIGN KEY (late_for) REFERENCES public.accounting_periods(period);

ALTER TABLE ONLY public.ledger_entries
    ADD CONSTRAINT ledger_entries_reverses_fkey FOREIGN KEY (reverses) REFERENCES public.ledger_entries(id);

ALTER TABLE ONLY public.ledger_entries
    ADD CONSTRAINT ledger_entries_values_entry_fkey FOREIGN KEY (values_entry) REFERENCES public.ledger_entries(id);

ALTER TABLE ONLY public.ledger_flows
    ADD CONSTRAINT ledger_flows_credit_fkey FOREIGN KEY (credit) REFERENCES public.ledger_accounts(code);

ALTER TABLE ONLY public.ledger_flows
    ADD CONSTRAINT ledger_flows_debit_fkey FOREIGN KEY (debit) REFERENCES public.ledger_accounts(code);

ALTER TABLE ONLY public.ledger_lines
    ADD CONSTRAINT ledger_lines_account_fkey FOREIGN KEY (account) REFERENCES public.ledger_accounts(code);

ALTER TABLE ONLY public.ledger_lines
    ADD CONSTRAINT ledger_lines_base_currency_fkey FOREIGN KEY (base_currency) REFERENCES public.currencies(code);

ALTER TABLE ONLY public.ledger_lines
    ADD CONSTRAINT ledger_lines_currency_fkey FOREIGN KEY (currency) REFERENCES public.currencies(code);

ALTER TABLE ONLY public.ledger_lines
    ADD CONSTRAINT ledger_lines_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.ledger_lines
    ADD CONSTRAINT ledger_lines_entry_id_fkey FOREIGN KEY (entry_id) REFERENCES public.ledger_entries(id);

ALTER TABLE ONLY public.ledger_seals
    ADD CONSTRAINT ledger_seals_entry_id_fkey FOREIGN KEY (entry_id) REFERENCES public.ledger_entries(id);

ALTER TABLE ONLY public.messages
    ADD CONSTRAINT messages_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.messages
    ADD CONSTRAINT messages_notice_id_fkey FOREIGN KEY (notice_id) REFERENCES public.dunning_notices(id);

ALTER TABLE ONLY public.open_items
    ADD CONSTRAINT open_items_currency_fkey FOREIGN KEY (currency) REFERENCES public.currencies(code);

ALTER TABLE ONLY public.open_items
    ADD CONSTRAINT open_items_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.open_items
    ADD CONSTRAINT open_items_invoice_fkey FOREIGN KEY (invoice) REFERENCES public.invoices(number);

ALTER TABLE ONLY public.open_items
    ADD CONSTRAINT open_items_order_id_fkey FOREIGN KEY (order_id) REFERENCES public.orders(id);

ALTER TABLE ONLY public.open_items
    ADD CONSTRAINT open_items_plan_fkey FOREIGN KEY (plan) REFERENCES public.instalment_plans(id);

ALTER TABLE ONLY public.order_charges
    ADD CONSTRAINT order_charges_currency_fkey FOREIGN KEY (currency) REFERENCES public.currencies(code);

ALTER TABLE ONLY public.order_charges
    ADD CONSTRAINT order_charges_order_id_fkey FOREIGN KEY (order_id) REFERENCES public.orders(id);

ALTER TABLE ONLY public.order_findings
    ADD CONSTRAINT order_findings_order_id_fkey FOREIGN KEY (order_id) REFERENCES public.orders(id);

ALTER TABLE ONLY public.order_lines
    ADD CONSTRAINT order_lines_order_id_fkey FOREIGN KEY (order_id) REFERENCES public.orders(id);

ALTER TABLE ONLY public.order_lines
    ADD CONSTRAINT order_lines_sku_fkey FOREIGN KEY (sku) REFERENCES public.products(sku);

ALTER TABLE ONLY public.order_milestones
    ADD CONSTRAINT order_milestones_order_id_fkey FOREIGN KEY (order_id) REFERENCES public.orders(id);

ALTER TABLE ONLY public.order_overrides
    ADD CONSTRAINT order_overrides_order_id_fkey FOREIGN KEY (order_id) REFERENCES public.orders(id);

ALTER TABLE ONLY public.order_price_steps
    ADD CONSTRAINT order_price_steps_order_id_fkey FOREIGN KEY (order_id) REFERENCES public.orders(id);

ALTER TABLE ONLY public.order_price_steps
    ADD CONSTRAINT order_price_steps_sku_fkey FOREIGN KEY (sku) REFERENCES public.products(sku);

ALTER TABLE ONLY public.order_version_lines
    ADD CONSTRAINT order_version_lines_currency_fkey FOREIGN KEY (currency) REFERENCES public.currencies(code);

ALTER TABLE ONLY public.order_version_lines
    ADD CONSTRAINT order_version_lines_order_id_line_fkey FOREIGN KEY (order_id, line) REFERENCES public.order_lines(order_id, line);

ALTER TABLE ONLY public.order_version_lines
    ADD CONSTRAINT order_version_lines_order_id_version_fkey FOREIGN KEY (order_id, version) REFERENCES public.order_versions(order_id, version);

ALTER TABLE ONLY public.order_versions
    ADD CONSTRAINT order_versions_currency_fkey FOREIGN KEY (currency) REFERENCES public.currencies(code);

ALTER TABLE ONLY public.order_versions
    ADD CONSTRAINT order_versions_order_id_fkey FOREIGN KEY (order_id) REFERENCES public.orders(id);

ALTER TABLE ONLY public.orders
    ADD CONSTRAINT orders_currency_fkey FOREIGN KEY (currency) REFERENCES public.currencies(code);

ALTER TABLE ONLY public.orders
    ADD CONSTRAINT orders_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.orders
    ADD CONSTRAINT orders_payer_id_fkey FOREIGN KEY (payer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.orders
    ADD CONSTRAINT orders_release_id_fkey FOREIGN KEY (release_id) REFERENCES public.credit_decisions(id);

ALTER TABLE ONLY public.orders
    ADD CONSTRAINT orders_warehouse_id_fkey FOREIGN KEY (warehouse_id) REFERENCES public.warehouses(id);

ALTER TABLE ONLY public.payment_applications
    ADD CONSTRAINT payment_applications_currency_fkey FOREIGN KEY (currency) REFERENCES public.currencies(code);

ALTER TABLE ONLY public.payment_applications
    ADD CONSTRAINT payment_applications_invoice_fkey FOREIGN KEY (invoice) REFERENCES public.open_items(number);

ALTER TABLE ONLY public.payment_applications
    ADD CONSTRAINT payment_applications_payment_id_fkey FOREIGN KEY (payment_id) REFERENCES public.payments(id);

ALTER TABLE ONLY public.payment_applications
    ADD CONSTRAINT payment_applications_payment_id_reversal_fkey FOREIGN KEY (payment_id, reversal) REFERENCES public.payment_reversals(payment_id, n);

ALTER TABLE ONLY public.payment_applications
    ADD CONSTRAINT payment_applications_undoes_fkey FOREIGN KEY (payment_id, undoes) REFERENCES public.payment_applications(payment_id, n);

ALTER TABLE ONLY public.payment_recoveries
    ADD CONSTRAINT payment_recoveries_currency_fkey FOREIGN KEY (currency) REFERENCES public.currencies(code);

ALTER TABLE ONLY public.payment_recoveries
    ADD CONSTRAINT payment_recoveries_invoice_fkey FOREIGN KEY (invoice) REFERENCES public.open_items(number);

ALTER TABLE ONLY public.payment_recoveries
    ADD CONSTRAINT payment_recoveries_payment_id_fkey FOREIGN KEY (payment_id) REFERENCES public.payments(id);

ALTER TABLE ONLY public.payment_recoveries
    ADD CONSTRAINT payment_recoveries_payment_id_reversal_fkey FOREIGN KEY (payment_id, reversal) REFERENCES public.payment_reversals(payment_id, n);

ALTER TABLE ONLY public.payment_recoveries
    ADD CONSTRAINT payment_recoveries_payment_id_undoes_fkey FOREIGN KEY (payment_id, undoes) REFERENCES public.payment_recoveries(payment_id, n);

ALTER TABLE ONLY public.payment_refunds
    ADD CONSTRAINT payment_refunds_currency_fkey FOREIGN KEY (currency) REFERENCES public.currencies(code);

ALTER TABLE ONLY public.payment_refunds
    ADD CONSTRAINT payment_refunds_payment_id_fkey FOREIGN KEY (payment_id) REFERENCES public.payments(id);

ALTER TABLE ONLY public.payment_reversals
    ADD CONSTRAINT payment_reversals_currency_fkey FOREIGN KEY (currency) REFERENCES public.currencies(code);

ALTER TABLE ONLY public.payment_reversals
    ADD CONSTRAINT payment_reversals_payment_id_fkey FOREIGN KEY (payment_id) REFERENCES public.payments(id);

ALTER TABLE ONLY public.payment_reversals
    ADD CONSTRAINT payment_reversals_payment_id_undoes_fkey FOREIGN KEY (payment_id, undoes) REFERENCES public.payment_reversals(payment_id, n);

ALTER TABLE ONLY public.payments
    ADD CONSTRAINT payments_currency_fkey FOREIGN KEY (currency) REFERENCES public.currencies(code);

ALTER TABLE ONLY public.payments
    ADD CONSTRAINT payments_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.planned_instalments
    ADD CONSTRAINT planned_instalments_currency_fkey FOREIGN KEY (currency) REFERENCES public.currencies(code);

ALTER TABLE ONLY public.planned_instalments
    ADD CONSTRAINT planned_instalments_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES public.instalment_plans(id);

ALTER TABLE ONLY public.prepayment_invoice_taxes
    ADD CONSTRAINT prepayment_invoice_taxes_currency_fkey FOREIGN KEY (currency) REFERENCES public.currencies(code);

ALTER TABLE ONLY public.prepayment_invoice_taxes
    ADD CONSTRAINT prepayment_invoice_taxes_prepayment_invoice_fkey FOREIGN KEY (prepayment_invoice) REFERENCES public.prepayment_invoices(number);

ALTER TABLE ONLY public.prepayment_invoices
    ADD CONSTRAINT prepayment_invoices_currency_fkey FOREIGN KEY (currency) REFERENCES public.currencies(code);

ALTER TABLE ONLY public.prepayment_invoices
    ADD CONSTRAINT prepayment_invoices_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.prepayment_invoices
    ADD CONSTRAINT prepayment_invoices_order_id_fkey FOREIGN KEY (order_id) REFERENCES public.orders(id);

ALTER TABLE ONLY public.prepayment_invoices
    ADD CONSTRAINT prepayment_invoices_payment_id_fkey FOREIGN KEY (payment_id) REFERENCES public.payments(id);

ALTER TABLE ONLY public.prepayment_invoices
    ADD CONSTRAINT prepayment_invoices_proforma_fkey FOREIGN KEY (proforma) REFERENCES public.proformas(number);

ALTER TABLE ONLY public.price_list_entries
    ADD CONSTRAINT price_list_entries_sku_fkey FOREIGN KEY (sku) REFERENCES public.products(sku);

ALTER TABLE ONLY public.price_list_entries
    ADD CONSTRAINT price_list_entries_valid_from_revision_price_list_fkey FOREIGN KEY (valid_from, revision, price_list) REFERENCES public.price_list_versions(valid_from, revision, price_list);

ALTER TABLE ONLY public.price_list_versions
    ADD CONSTRAINT price_list_versions_price_list_fkey FOREIGN KEY (price_list) REFERENCES public.price_lists(id);

ALTER TABLE ONLY public.price_lists
    ADD CONSTRAINT price_lists_currency_fkey FOREIGN KEY (currency) REFERENCES public.currencies(code);

ALTER TABLE ONLY public.price_lists
    ADD CONSTRAINT price_lists_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.product_prices
    ADD CONSTRAINT product_prices_currency_fkey FOREIGN KEY (currency) REFERENCES public.currencies(code);

ALTER TABLE ONLY public.product_prices
    ADD CONSTRAINT product_prices_sku_fkey FOREIGN KEY (sku) REFERENCES public.products(sku);

ALTER TABLE ONLY public.proformas
    ADD CONSTRAINT proformas_currency_fkey FOREIGN KEY (currency) REFERENCES public.currencies(code);

ALTER TABLE ONLY public.proformas
    ADD CONSTRAINT proformas_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.proformas
    ADD CONSTRAINT proformas_order_id_fkey FOREIGN KEY (order_id) REFERENCES public.orders(id);

ALTER TABLE ONLY public.promises
    ADD CONSTRAINT promises_currency_fkey FOREIGN KEY (currency) REFERENCES public.currencies(code);

ALTER TABLE ONLY public.promises
    ADD CONSTRAINT promises_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.promises
    ADD CONSTRAINT promises_invoice_fkey FOREIGN KEY (invoice) REFERENCES public.invoices(number);

ALTER TABLE ONLY public.purchase_orders
    ADD CONSTRAINT purchase_orders_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.reservations
    ADD CONSTRAINT reservations_order_id_line_fkey FOREIGN KEY (order_id, line) REFERENCES public.order_lines(order_id, line);

ALTER TABLE ONLY public.reservations
    ADD CONSTRAINT reservations_sku_warehouse_id_fkey FOREIGN KEY (sku, warehouse_id) REFERENCES public.stock(sku, warehouse_id);

ALTER TABLE ONLY public.return_deliveries
    ADD CONSTRAINT return_deliveries_invoice_invoice_line_fkey FOREIGN KEY (invoice, invoice_line) REFERENCES public.invoice_lines(invoice, line);

ALTER TABLE ONLY public.return_deliveries
    ADD CONSTRAINT return_deliveries_return_id_line_fkey FOREIGN KEY (return_id, line) REFERENCES public.return_lines(return_id, line);

ALTER TABLE ONLY public.return_deliveries
    ADD CONSTRAINT return_deliveries_shipment_id_line_fkey FOREIGN KEY (shipment_id, line) REFERENCES public.shipment_lines(shipment_id, line);

ALTER TABLE ONLY public.return_lines
    ADD CONSTRAINT return_lines_order_id_line_fkey FOREIGN KEY (order_id, line) REFERENCES public.order_lines(order_id, line);

ALTER TABLE ONLY public.return_lines
    ADD CONSTRAINT return_lines_return_id_fkey FOREIGN KEY (return_id) REFERENCES public.returns(id);

ALTER TABLE ONLY public.returns
    ADD CONSTRAINT returns_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.returns
    ADD CONSTRAINT returns_order_id_fkey FOREIGN KEY (order_id) REFERENCES public.orders(id);

ALTER TABLE ONLY public.returns
    ADD CONSTRAINT returns_warehouse_id_fkey FOREIGN KEY (warehouse_id) REFERENCES public.warehouses(id);

ALTER TABLE ONLY public.review_decisions
    ADD CONSTRAINT review_decisions_order_id_findings_fkey FOREIGN KEY (order_id, findings) REFERENCES public.order_findings(order_id, finding);

ALTER TABLE ONLY public.review_decisions
    ADD CONSTRAINT review_decisions_order_id_fkey FOREIGN KEY (order_id) REFERENCES public.orders(id);

ALTER TABLE ONLY public.sales_policies
    ADD CONSTRAINT sales_policies_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.screening_clearances
    ADD CONSTRAINT screening_clearances_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.screening_clearances
    ADD CONSTRAINT screening_clearances_decision_id_fkey FOREIGN KEY (decision_id) REFERENCES public.review_decisions(id);

ALTER TABLE ONLY public.screening_clearances
    ADD CONSTRAINT screening_clearances_list_fkey FOREIGN KEY (list) REFERENCES public.screening_lists(name);

ALTER TABLE ONLY public.screening_clearances
    ADD CONSTRAINT screening_clearances_order_id_finding_fkey FOREIGN KEY (order_id, finding) REFERENCES public.screening_hits(order_id, finding);

ALTER TABLE ONLY public.screening_entries
    ADD CONSTRAINT screening_entries_list_fkey FOREIGN KEY (list) REFERENCES public.screening_lists(name);

ALTER TABLE ONLY public.screening_hits
    ADD CONSTRAINT screening_hits_entry_id_fkey FOREIGN KEY (entry_id) REFERENCES public.screening_entries(id);

ALTER TABLE ONLY public.screening_hits
    ADD CONSTRAINT screening_hits_order_id_finding_fkey FOREIGN KEY (order_id, finding) REFERENCES public.order_findings(order_id, finding);

ALTER TABLE ONLY public.screening_names
    ADD CONSTRAINT screening_names_entry_id_fkey FOREIGN KEY (entry_id) REFERENCES public.screening_entries(id);

ALTER TABLE ONLY public.shipment_events
    ADD CONSTRAINT shipment_events_shipment_id_fkey FOREIGN KEY (shipment_id) REFERENCES public.shipments(id);

ALTER TABLE ONLY public.shipment_lines
    ADD CONSTRAINT shipment_lines_order_id_line_fkey FOREIGN KEY (order_id, line) REFERENCES public.order_lines(order_id, line);

ALTER TABLE ONLY public.shipment_lines
    ADD CONSTRAINT shipment_lines_shipment_id_fkey FOREIGN KEY (shipment_id) REFERENCES public.shipments(id);

ALTER TABLE ONLY public.shipments
    ADD CONSTRAINT shipments_order_id_fkey FOREIGN KEY (order_id) REFERENCES public.orders(id);

ALTER TABLE ONLY public.shipments
    ADD CONSTRAINT shipments_return_id_fkey FOREIGN KEY (return_id) REFERENCES public.returns(id);

ALTER TABLE ONLY public.shipments
    ADD CONSTRAINT shipments_warehouse_id_fkey FOREIGN KEY (warehouse_id) REFERENCES public.warehouses(id);

ALTER TABLE ONLY public.stock_receipts
    ADD CONSTRAINT stock_receipts_sku_fkey FOREIGN KEY (sku) REFERENCES public.products(sku);

ALTER TABLE ONLY public.stock_receipts
    ADD CONSTRAINT stock_receipts_warehouse_id_fkey FOREIGN KEY (warehouse_id) REFERENCES public.warehouses(id);

ALTER TABLE ONLY public.stock
    ADD CONSTRAINT stock_sku_fkey FOREIGN KEY (sku) REFERENCES public.products(sku);

ALTER TABLE ONLY public.stock
    ADD CONSTRAINT stock_warehouse_id_fkey FOREIGN KEY (warehouse_id) REFERENCES public.warehouses(id);

ALTER TABLE ONLY public.tasks
    ADD CONSTRAINT tasks_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.tasks
    ADD CONSTRAINT tasks_notice_id_fkey FOREIGN KEY (notice_id) REFERENCES public.dunning_notices(id);

ALTER TABLE ONLY public.write_offs
    ADD CONSTRAINT write_offs_currency_fkey FOREIGN KEY (currency) REFERENCES public.currencies(code);

ALTER TABLE ONLY public.write_offs
    ADD CONSTRAINT write_offs_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.write_offs
    ADD CONSTRAINT write_offs_item_fkey FOREIGN KEY (item) REFERENCES public.open_items(number);
