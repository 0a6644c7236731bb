-- +goose Up
-- Prepayment: what is asked for before anything is shipped, and the deposits that come for it.

-- What has come for an order and was not given back, and what of that has paid its invoices: kept for speed, and compared with the
-- documents by "o2c verify".
ALTER TABLE orders
  ADD COLUMN deposits         numeric NOT NULL DEFAULT 0,
  ADD COLUMN deposits_applied numeric NOT NULL DEFAULT 0,
  ADD CONSTRAINT orders_deposits CHECK (deposits_applied >= 0 AND deposits_applied <= deposits AND is_money(deposits, currency) AND is_money(deposits_applied, currency));
GRANT UPDATE (deposits, deposits_applied) ON orders TO o2c_app;
CREATE INDEX orders_deposits_left ON orders (customer_id) WHERE deposits > deposits_applied;

-- After how many days the customer is reminded of an unpaid pro-forma, and the order is cancelled; 0: never.
ALTER TABLE credit_policies
  ADD COLUMN prepayment_remind_days integer NOT NULL DEFAULT 0,
  ADD COLUMN prepayment_cancel_days integer NOT NULL DEFAULT 0,
  ADD CONSTRAINT credit_policies_prepayment_days CHECK (prepayment_remind_days BETWEEN 0 AND 365 AND prepayment_cancel_days BETWEEN 0 AND 365
    AND (0 IN (prepayment_remind_days, prepayment_cancel_days) OR prepayment_remind_days < prepayment_cancel_days));

ALTER TABLE messages
  DROP CONSTRAINT messages_kind,
  ADD CONSTRAINT messages_kind CHECK (kind IN ('invoice', 'dunning', 'credit_note', 'order_confirmation', 'shipping_notice', 'dispute_question',
    'proforma', 'prepayment_reminder', 'prepayment_invoice'));

--------------------------------------------------------------------------------------------------------------- pro-forma

-- It claims nothing: it says what to pay, under which reference, before a version of an order is shipped.
CREATE TABLE proformas (
  number            text PRIMARY KEY,
  series            text NOT NULL DEFAULT 'PF',
  year              integer NOT NULL,
  sequence          bigint NOT NULL,
  order_id          text NOT NULL REFERENCES orders,
  order_version     integer NOT NULL,
  customer_id       text NOT NULL REFERENCES customers,
  currency          text NOT NULL REFERENCES currencies,
  amount            numeric NOT NULL,
  payment_reference text NOT NULL,
  issue_date        date NOT NULL,
  issued_at         timestamptz NOT NULL,
  CONSTRAINT proformas_numbered_once UNIQUE (series, year, sequence),
  CONSTRAINT proformas_once_per_version UNIQUE (order_id, order_version),
  CONSTRAINT proformas_payment_reference UNIQUE (payment_reference),
  CONSTRAINT proformas_amount CHECK (amount > 0 AND is_money(amount, currency))
);
CREATE INDEX proformas_customer ON proformas (customer_id);
SELECT append_only('proformas');

------------------------------------------------------------------------------------------------------ prepayment invoices

-- Money for an order that came before its invoice, with the tax that is due for it at once (UNTDID 1001: 386). A fact makes one for an
-- order.
CREATE TABLE prepayment_invoices (
  number      text PRIMARY KEY,
  series      text NOT NULL DEFAULT 'PI',
  year        integer NOT NULL,
  sequence    bigint NOT NULL,
  order_id    text NOT NULL REFERENCES orders,
  customer_id text NOT NULL REFERENCES customers,
  payment_id  text NOT NULL REFERENCES payments,
  proforma    text NOT NULL REFERENCES proformas,
  currency    text NOT NULL REFERENCES currencies,
  net_total   numeric NOT NULL,
  tax_total   numeric NOT NULL,
  total       numeric NOT NULL,
  issue_date  date NOT NULL,
  cause       text NOT NULL,
  issued_by   text NOT NULL,
  issued_at   timestamptz NOT NULL,
  CONSTRAINT prepayment_invoices_numbered_once UNIQUE (series, year, sequence),
  CONSTRAINT prepayment_invoices_once UNIQUE (cause, order_id),
  CONSTRAINT prepayment_invoices_total CHECK (total > 0 AND total = net_total + tax_total AND net_total >= 0 AND tax_total >= 0
    AND is_money(net_total, currency) AND is_money(tax_total, currency) AND is_money(total, currency))
);
CREATE INDEX prepayment_invoices_order ON prepayment_invoices (order_id);
CREATE INDEX prepayment_invoices_customer ON prepayment_invoices (customer_id);
CREATE INDEX prepayment_invoices_payment ON prepayment_invoices (payment_id);
CREATE INDEX prepayment_invoices_proforma ON prepayment_invoices (proforma);
SELECT append_only('prepayment_invoices');

CREATE TABLE prepayment_invoice_taxes (
  prepayment_invoice text NOT NULL REFERENCES prepayment_invoices,
  category           text NOT NULL,
  rate               percent NOT NULL,
  currency           text NOT NULL REFERENCES currencies,
  taxable            numeric NOT NULL,
  tax                numeric NOT NULL,
  PRIMARY KEY (prepayment_invoice, category, rate),
  CONSTRAINT prepayment_invoice_taxes_amounts CHECK (taxable >= 0 AND tax >= 0 AND is_money(taxable, currency) AND is_money(tax, currency))
);
SELECT append_only('prepayment_invoice_taxes');

---------------------------------------------------------------------------------------------------------- what becomes of it

-- A deposit pays an invoice of its order, or is given back under a credit note to its prepayment invoice. What undoes a use is its
-- negative.
CREATE TABLE deposit_uses (
  deposit     text NOT NULL REFERENCES prepayment_invoices,
  n           integer NOT NULL,
  invoice     text REFERENCES invoices,
  credit_note text,
  series      text,
  year        integer,
  sequence    bigint,
  currency    text NOT NULL REFERENCES currencies,
  net         numeric NOT NULL,
  tax         numeric NOT NULL,
  amount      numeric NOT NULL,
  undoes      integer,
  cause       text NOT NULL,
  reason      text NOT NULL,
  used_on     date NOT NULL,
  used_by     text NOT NULL,
  used_at     timestamptz NOT NULL,
  PRIMARY KEY (deposit, n),
  FOREIGN KEY (deposit, undoes) REFERENCES deposit_uses (deposit, n),
  CONSTRAINT deposit_uses_undone_once UNIQUE (deposit, undoes),
  CONSTRAINT deposit_uses_credit_note UNIQUE (credit_note),
  CONSTRAINT deposit_uses_numbered_once UNIQUE (series, year, sequence),
  CONSTRAINT deposit_uses_kind CHECK ((invoice IS NULL) <> (credit_note IS NULL) AND (credit_note IS NULL OR undoes IS NULL)
    AND num_nulls(credit_note, series, year, sequence) IN (0, 4)),
  CONSTRAINT deposit_uses_amount CHECK (amount = net + tax AND is_money(net, currency) AND is_money(tax, currency) AND is_money(amount, currency)
    AND CASE WHEN undoes IS NULL THEN amount > 0 AND net >= 0 AND tax >= 0 ELSE amount < 0 AND net <= 0 AND tax <= 0 END)
);
CREATE INDEX deposit_uses_invoice ON deposit_uses (invoice);
CREATE INDEX deposit_uses_cause ON deposit_uses (cause);
SELECT append_only('deposit_uses');

CREATE TABLE deposit_use_taxes (
  deposit  text NOT NULL,
  n        integer NOT NULL,
  category text NOT NULL,
  rate     percent NOT NULL,
  currency text NOT NULL REFERENCES currencies,
  taxable  numeric NOT NULL,
  tax      numeric NOT NULL,
  PRIMARY KEY (deposit, n, category, rate),
  FOREIGN KEY (deposit, n) REFERENCES deposit_uses (deposit, n),
  CONSTRAINT deposit_use_taxes_amounts CHECK (is_money(taxable, currency) AND is_money(tax, currency))
);
SELECT append_only('deposit_use_taxes');

-- A deposit is used once: of each of its tax groups at most what there is, and never less than nothing. Under the lock of its order,
-- so that of two uses at once the second one sees the first.
-- +goose StatementBegin
CREATE FUNCTION deposit_use_taxes_check() RETURNS trigger LANGUAGE plpgsql AS $$
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
-- +goose StatementEnd
CREATE TRIGGER deposit_use_taxes_within_deposit AFTER INSERT ON deposit_use_taxes FOR EACH ROW EXECUTE FUNCTION deposit_use_taxes_check();

-- A prepayment invoice is the sum of its groups, and of its order's customer and currency: at commit, so that rows may come in any order.
-- +goose StatementBegin
CREATE FUNCTION prepayment_invoices_check_sum() RETURNS trigger LANGUAGE plpgsql AS $$
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
-- +goose StatementEnd
CREATE CONSTRAINT TRIGGER prepayment_invoices_sum AFTER INSERT ON prepayment_invoices
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION prepayment_invoices_check_sum();
CREATE CONSTRAINT TRIGGER prepayment_invoice_taxes_sum AFTER INSERT ON prepayment_invoice_taxes
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION prepayment_invoices_check_sum();

-- A use is the sum of its groups; what undoes one is its negative, group by group, on the same invoice.
-- +goose StatementBegin
CREATE FUNCTION deposit_uses_check_sum() RETURNS trigger LANGUAGE plpgsql AS $$
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
-- +goose StatementEnd
CREATE CONSTRAINT TRIGGER deposit_uses_sum AFTER INSERT ON deposit_uses
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION deposit_uses_check_sum();
CREATE CONSTRAINT TRIGGER deposit_use_taxes_sum AFTER INSERT ON deposit_use_taxes
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION deposit_uses_check_sum();

CREATE OR REPLACE VIEW numbered_documents AS
  SELECT number, series, year, sequence FROM invoices
  UNION ALL SELECT number, series, year, sequence FROM credit_notes
  UNION ALL SELECT number, series, year, sequence FROM debit_notes
  UNION ALL SELECT number, series, year, sequence FROM proformas
  UNION ALL SELECT number, series, year, sequence FROM prepayment_invoices
  UNION ALL SELECT credit_note, series, year, sequence FROM deposit_uses WHERE credit_note IS NOT NULL;

-- +goose Down
-- It is taken back by dropping the database.
