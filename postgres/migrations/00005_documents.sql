-- +goose Up
-- Credit notes that can't exceed their invoice, credit that can't be used twice, instalments that sum to their invoice, and
-- one invoice for a whole order.

---------------------------------------------------------------------------------------------------------- invoicing modes

ALTER TABLE customers ADD COLUMN invoicing text NOT NULL DEFAULT 'per_shipment',
  ADD CONSTRAINT customers_invoicing CHECK (invoicing IN ('per_shipment', 'per_order'));

-- An order keeps the mode that its customer had when it was entered.
ALTER TABLE orders ADD COLUMN invoicing text NOT NULL DEFAULT 'per_shipment',
  ADD CONSTRAINT orders_invoicing CHECK (invoicing IN ('per_shipment', 'per_order'));

-- What is not invoiced yet is found by its lines: an invoice of a whole order names its shipments there only
-- (invoice_lines_once_per_delivery). The guard below keeps a unit from being billed more than it was delivered, in any mode.
-- +goose StatementBegin
CREATE FUNCTION invoice_lines_check_delivered() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  delivered numeric := (SELECT quantity FROM shipment_lines WHERE shipment_id = NEW.shipment_id AND line = NEW.order_line AND order_id = NEW.order_id);
BEGIN
  IF NEW.quantity > coalesce(delivered, 0) THEN
    RAISE EXCEPTION 'invoice % bills % of line % of shipment %, which delivered %', NEW.invoice, NEW.quantity, NEW.order_line, NEW.shipment_id, coalesce(delivered, 0)
      USING ERRCODE = 'check_violation', CONSTRAINT = 'invoice_lines_delivered', TABLE = 'invoice_lines';
  END IF;
  RETURN NULL;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER invoice_lines_delivered AFTER INSERT ON invoice_lines FOR EACH ROW EXECUTE FUNCTION invoice_lines_check_delivered();

-------------------------------------------------------------------------------------------------------------- instalments

-- The parts in which an invoice is due, where its terms have more than one. What is open of each is derived: what is settled
-- fills them by due date.
CREATE TABLE invoice_instalments (
  invoice  text NOT NULL REFERENCES invoices,
  n        integer NOT NULL,
  due_date date NOT NULL,
  currency text NOT NULL REFERENCES currencies,
  amount   numeric NOT NULL,
  PRIMARY KEY (invoice, n),
  CONSTRAINT invoice_instalments_n CHECK (n > 0),
  CONSTRAINT invoice_instalments_due_once UNIQUE (invoice, due_date),
  CONSTRAINT invoice_instalments_amount CHECK (amount > 0 AND is_money(amount, currency))
);
SELECT append_only('invoice_instalments');

-- +goose StatementBegin
CREATE FUNCTION invoice_instalments_check_total() RETURNS trigger LANGUAGE plpgsql AS $$
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
-- +goose StatementEnd
CREATE CONSTRAINT TRIGGER invoice_instalments_total AFTER INSERT ON invoice_instalments
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION invoice_instalments_check_total();

-- What is open of each part of an invoice; one without instalments is one part. What is settled fills the parts by due date
-- (models.OpenInstalments says the same), and the latest are the disputed ones, for payments use what is undisputed first.
CREATE VIEW open_instalments AS
  SELECT i.invoice, coalesce(p.due_date, i.due_date) AS due_date, coalesce(p.amount, i.total) AS amount,
         CASE WHEN p.amount IS NULL THEN i.open_amount ELSE least(p.amount, greatest(p.until - (i.total - i.open_amount), 0)) END AS open_amount,
         CASE WHEN p.amount IS NULL THEN i.disputed_amount ELSE least(p.amount, greatest(p.until - (i.total - i.disputed_amount), 0)) END AS disputed_amount
    FROM open_items i
    LEFT JOIN LATERAL (SELECT due_date, amount, sum(amount) OVER (ORDER BY n) AS until
                         FROM invoice_instalments WHERE invoice = i.invoice) p ON true;

------------------------------------------------------------------------------------------------------------- credit notes

-- decision_id is the command that issued the note: its natural key. The three amounts are the part on the invoice that takes
-- back what was given up of it; the rest of that part has lowered what was open.
ALTER TABLE credit_notes
  ADD COLUMN decision_id text CONSTRAINT credit_notes_once_per_decision UNIQUE,
  ADD COLUMN written_off_reversed numeric NOT NULL DEFAULT 0,
  ADD COLUMN payment_difference_reversed numeric NOT NULL DEFAULT 0,
  ADD COLUMN discount_reversed numeric NOT NULL DEFAULT 0,
  ADD CONSTRAINT credit_notes_split CHECK (written_off_reversed >= 0 AND payment_difference_reversed >= 0 AND discount_reversed >= 0
    AND written_off_reversed + payment_difference_reversed + discount_reversed <= applied_to_invoice
    AND is_money(written_off_reversed, currency) AND is_money(payment_difference_reversed, currency) AND is_money(discount_reversed, currency));

-- What a note credits of the invoice's lines; a note by amount has none.
CREATE TABLE credit_note_lines (
  credit_note  text NOT NULL REFERENCES credit_notes,
  invoice      text NOT NULL,
  invoice_line integer NOT NULL,
  quantity     quantity NOT NULL,
  currency     text NOT NULL REFERENCES currencies,
  net_amount   numeric NOT NULL,
  PRIMARY KEY (credit_note, invoice_line),
  FOREIGN KEY (invoice, invoice_line) REFERENCES invoice_lines (invoice, line),
  CONSTRAINT credit_note_lines_quantity CHECK (quantity > 0),
  CONSTRAINT credit_note_lines_net CHECK (net_amount >= 0 AND is_money(net_amount, currency))
);
CREATE INDEX credit_note_lines_of_invoice ON credit_note_lines (invoice, invoice_line);
SELECT append_only('credit_note_lines');

-- Two notes of one invoice at once: each locks its open item, so that the later one counts the earlier.
-- +goose StatementBegin
CREATE FUNCTION credit_note_lines_check() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  billed   invoice_lines;
  credited record;
BEGIN
  PERFORM FROM open_items WHERE invoice = NEW.invoice FOR UPDATE;
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
-- +goose StatementEnd
CREATE TRIGGER credit_note_lines_within_invoice AFTER INSERT ON credit_note_lines FOR EACH ROW EXECUTE FUNCTION credit_note_lines_check();

-- +goose StatementBegin
CREATE FUNCTION credit_note_taxes_check() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  note     credit_notes;
  billed   invoice_taxes;
  credited record;
BEGIN
  SELECT * INTO note FROM credit_notes WHERE number = NEW.credit_note;
  PERFORM FROM open_items WHERE invoice = note.invoice FOR UPDATE;
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
-- +goose StatementEnd
CREATE TRIGGER credit_note_taxes_within_invoice AFTER INSERT ON credit_note_taxes FOR EACH ROW EXECUTE FUNCTION credit_note_taxes_check();

-- A note is the sum of its groups, of its invoice's customer and currency, and the customer's credit is kept: at commit, so that
-- rows may come in any order, and so that nothing can be added later.
-- +goose StatementBegin
CREATE FUNCTION credit_notes_check_sum() RETURNS trigger LANGUAGE plpgsql AS $$
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
-- +goose StatementEnd
CREATE CONSTRAINT TRIGGER credit_notes_sum AFTER INSERT ON credit_notes
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION credit_notes_check_sum();
CREATE CONSTRAINT TRIGGER credit_note_taxes_sum AFTER INSERT ON credit_note_taxes
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION credit_notes_check_sum();

-- What a note takes back is the mirror of a part of what was recorded.
INSERT INTO ledger_flows (debit, credit) VALUES ('receivables', 'discounts_allowed'), ('receivables', 'bad_debt_expense'), ('receivables', 'loss_allowance');

---------------------------------------------------------------------------------------------------------- customer credit

-- What a credit note gave its customer beyond its invoice, and what has become of it. The note itself never changes. (No note
-- that was issued before could give any.)
CREATE TABLE customer_credits (
  credit_note text PRIMARY KEY REFERENCES credit_notes,
  customer_id text NOT NULL REFERENCES customers,
  currency    text NOT NULL REFERENCES currencies,
  amount      numeric NOT NULL,
  applied     numeric NOT NULL DEFAULT 0,
  refunded    numeric NOT NULL DEFAULT 0,
  remaining   numeric GENERATED ALWAYS AS (amount - applied - refunded) STORED,
  recorded_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT customer_credits_amount CHECK (amount > 0 AND is_money(amount, currency)),
  CONSTRAINT customer_credits_used CHECK (applied >= 0 AND refunded >= 0 AND applied + refunded <= amount
    AND is_money(applied, currency) AND is_money(refunded, currency))
);
-- It is as large as its note says (credit_notes_sum), and it stays so.
CREATE CONSTRAINT TRIGGER customer_credits_sum AFTER INSERT OR UPDATE OF credit_note, customer_id, currency, amount ON customer_credits
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION credit_notes_check_sum();
CREATE INDEX customer_credits_by_customer ON customer_credits (customer_id, recorded_at, credit_note);

-- Each is one fact: its id is the fact's.
CREATE TABLE credit_applications (
  id          text PRIMARY KEY,
  credit_note text NOT NULL REFERENCES customer_credits,
  invoice     text NOT NULL REFERENCES invoices,
  currency    text NOT NULL REFERENCES currencies,
  amount      numeric NOT NULL,
  applied_by  text NOT NULL,
  applied_at  timestamptz NOT NULL,
  CONSTRAINT credit_applications_amount CHECK (amount > 0 AND is_money(amount, currency))
);
CREATE INDEX credit_applications_of_note ON credit_applications (credit_note, applied_at);
CREATE INDEX credit_applications_of_invoice ON credit_applications (invoice);
SELECT append_only('credit_applications');

CREATE TABLE credit_refunds (
  id          text PRIMARY KEY,
  credit_note text NOT NULL REFERENCES customer_credits,
  currency    text NOT NULL REFERENCES currencies,
  amount      numeric NOT NULL,
  refunded_by text NOT NULL,
  refunded_at timestamptz NOT NULL,
  CONSTRAINT credit_refunds_amount CHECK (amount > 0 AND is_money(amount, currency))
);
CREATE INDEX credit_refunds_of_note ON credit_refunds (credit_note, refunded_at);
SELECT append_only('credit_refunds');

-- What is used of a credit is the sum of its applications and refunds, at commit, and an application stays with one customer
-- and one currency.
-- +goose StatementBegin
CREATE FUNCTION customer_credits_check_uses() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  credit customer_credits;
  sums   record;
BEGIN
  SELECT * INTO credit FROM customer_credits WHERE credit_note = NEW.credit_note;
  SELECT (SELECT coalesce(sum(amount), 0) FROM credit_applications WHERE credit_note = NEW.credit_note) AS applied,
         (SELECT coalesce(sum(amount), 0) FROM credit_refunds WHERE credit_note = NEW.credit_note) AS refunded INTO sums;
  IF credit.applied <> sums.applied OR credit.refunded <> sums.refunded
    OR EXISTS (SELECT FROM credit_applications a JOIN invoices v ON v.number = a.invoice
                WHERE a.credit_note = NEW.credit_note AND (a.currency, v.customer_id, v.currency) <> (credit.currency, credit.customer_id, credit.currency))
    OR EXISTS (SELECT FROM credit_refunds WHERE credit_note = NEW.credit_note AND currency <> credit.currency) THEN
    RAISE EXCEPTION 'the credit of %: applied % and refunded %, its uses are % and %', NEW.credit_note, credit.applied, credit.refunded, sums.applied, sums.refunded
      USING ERRCODE = 'check_violation', CONSTRAINT = 'customer_credits_uses', TABLE = 'customer_credits';
  END IF;
  RETURN NULL;
END
$$;
-- +goose StatementEnd
CREATE CONSTRAINT TRIGGER customer_credits_uses AFTER UPDATE ON customer_credits
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION customer_credits_check_uses();
CREATE CONSTRAINT TRIGGER credit_applications_uses AFTER INSERT ON credit_applications
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION customer_credits_check_uses();
CREATE CONSTRAINT TRIGGER credit_refunds_uses AFTER INSERT ON credit_refunds
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION customer_credits_check_uses();

ALTER TABLE facts DROP CONSTRAINT facts_kind, ADD CONSTRAINT facts_kind CHECK (kind IN ('shipment', 'delivery', 'dispute', 'payment', 'stock_receipt', 'credit_limit',
  'credit_application', 'credit_refund'));

---------------------------------------------------------------------------------------------------------------- numbering

-- Every document that takes a number of a series. A new kind of document joins here, and the gap report and "o2c verify"
-- know it.
CREATE VIEW numbered_documents AS
  SELECT number, series, year, sequence FROM invoices
  UNION ALL SELECT number, series, year, sequence FROM credit_notes;

-- +goose Down
-- It is taken back by dropping the database.
