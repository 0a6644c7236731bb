-- +goose Up
-- What customers owe beside invoices: fees, interest and compensation, and money that was refunded and that the bank then took back.
-- Each is a document of its own, a debit note, with an open item like an invoice's: one table holds all that is owed.

-- An open item is known by its number, of whatever kind it is; invoice is the one that it came from, of an invoice itself. What is not an
-- invoice belongs to no order, so that no order waits for it, and is neither disputed nor dunned by itself.
ALTER TABLE open_items DROP CONSTRAINT open_items_invoice_fkey;
ALTER TABLE open_items RENAME COLUMN invoice TO number;
ALTER TABLE open_items
  ADD COLUMN kind    text NOT NULL DEFAULT 'invoice',
  ADD COLUMN invoice text REFERENCES invoices;
UPDATE open_items SET invoice = number;
ALTER TABLE open_items
  ALTER COLUMN kind DROP DEFAULT,
  ADD CONSTRAINT open_items_kind CHECK (kind IN ('invoice', 'fee', 'interest', 'compensation', 'refund_recovery')),
  ADD CONSTRAINT open_items_invoice CHECK (kind <> 'invoice' OR invoice IS NOT DISTINCT FROM number),
  ADD CONSTRAINT open_items_of_no_order CHECK (kind = 'invoice' OR order_id IS NULL AND disputed_amount = 0 AND next_level IS NULL);
CREATE INDEX open_items_of_invoice ON open_items (invoice);

-- A debit note has its open item from the start. Numbers are of one series for all kinds. cause is the fact that charged it: one fact charges each kind once. It is due when it is
-- charged, and has no tax.
CREATE TABLE debit_notes (
  number            text PRIMARY KEY REFERENCES open_items (number),
  series            text NOT NULL,
  year              integer NOT NULL,
  sequence          bigint NOT NULL,
  kind              text NOT NULL,
  customer_id       text NOT NULL REFERENCES customers,
  invoice           text REFERENCES invoices, -- that it came from, where there is one
  currency          text NOT NULL REFERENCES currencies,
  amount            numeric NOT NULL,
  charged_on        date NOT NULL,
  payment_reference text NOT NULL CONSTRAINT debit_notes_payment_reference UNIQUE,
  reason            text NOT NULL,
  cause             text NOT NULL,
  charged_by        text NOT NULL,
  charged_at        timestamptz NOT NULL,
  recorded_at       timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT debit_notes_number UNIQUE (series, year, sequence),
  CONSTRAINT debit_notes_once UNIQUE (cause, kind),
  CONSTRAINT debit_notes_kind CHECK (kind IN ('fee', 'interest', 'compensation', 'refund_recovery')),
  CONSTRAINT debit_notes_amount CHECK (amount > 0 AND is_money(amount, currency)),
  CONSTRAINT debit_notes_reason CHECK (reason <> '' AND cause <> '')
);
CREATE INDEX debit_notes_by_customer ON debit_notes (customer_id, recorded_at, number);
CREATE INDEX debit_notes_of_invoice ON debit_notes (invoice) WHERE invoice IS NOT NULL;
SELECT append_only('debit_notes');

-- What was taken back of a debit note, because what it was charged for is not so any more. cause is the fact that did it.
CREATE TABLE debit_note_reductions (
  debit_note text NOT NULL REFERENCES debit_notes,
  cause      text NOT NULL,
  currency   text NOT NULL REFERENCES currencies,
  amount     numeric NOT NULL,
  reason     text NOT NULL,
  reduced_by text NOT NULL,
  reduced_at timestamptz NOT NULL,
  PRIMARY KEY (debit_note, cause),
  CONSTRAINT debit_note_reductions_amount CHECK (amount > 0 AND is_money(amount, currency)),
  CONSTRAINT debit_note_reductions_reason CHECK (reason <> '')
);
SELECT append_only('debit_note_reductions');

CREATE OR REPLACE VIEW open_instalments AS
  SELECT i.number AS invoice, coalesce(p.due_date, i.due_date) AS due_date, coalesce(p.amount, i.total) AS amount,
         CASE WHEN p.amount IS NULL THEN i.open_amount ELSE least(p.amount, greatest(p.until - (i.total - i.open_amount), 0)) END AS open_amount,
         CASE WHEN p.amount IS NULL THEN i.disputed_amount ELSE least(p.amount, greatest(p.until - (i.total - i.disputed_amount), 0)) END AS disputed_amount
    FROM open_items i
    LEFT JOIN LATERAL (SELECT due_date, amount, sum(amount) OVER (ORDER BY n) AS until
                         FROM invoice_instalments WHERE invoice = i.number) p ON true
   WHERE i.kind = 'invoice';

-- Money and credit settle items of every kind: invoice names the item, as the API does.
ALTER TABLE payment_applications
  DROP CONSTRAINT payment_applications_invoice_fkey,
  ADD CONSTRAINT payment_applications_invoice_fkey FOREIGN KEY (invoice) REFERENCES open_items (number);
ALTER TABLE credit_applications
  DROP CONSTRAINT credit_applications_invoice_fkey,
  ADD CONSTRAINT credit_applications_invoice_fkey FOREIGN KEY (invoice) REFERENCES open_items (number);

CREATE OR REPLACE VIEW numbered_documents AS
  SELECT number, series, year, sequence FROM invoices
  UNION ALL SELECT number, series, year, sequence FROM credit_notes
  UNION ALL SELECT number, series, year, sequence FROM debit_notes;

-- What locked or read an invoice's open item by the column of the invoice does so by the number.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION credit_note_lines_check() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE OR REPLACE FUNCTION credit_note_taxes_check() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE OR REPLACE FUNCTION customer_credits_check_uses() RETURNS trigger LANGUAGE plpgsql AS $$
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
-- +goose StatementEnd

-- What of a reversal had been refunded before: the customer owes it under a debit note. What comes again of it is below zero, and not more.
ALTER TABLE payment_reversals
  ADD COLUMN claimed numeric NOT NULL DEFAULT 0,
  ADD CONSTRAINT payment_reversals_claimed CHECK (CASE WHEN undoes IS NULL THEN claimed BETWEEN 0 AND amount ELSE claimed BETWEEN amount AND 0 END
    AND is_money(claimed, currency));
DROP TRIGGER payment_reversals_mirror ON payment_reversals;
CREATE TRIGGER payment_reversals_mirror BEFORE INSERT ON payment_reversals FOR EACH ROW WHEN (NEW.undoes IS NOT NULL)
  EXECUTE FUNCTION check_counter_row('amount', '~claimed');

-- What the bank pays again of what the customer has paid meanwhile is the customer's.
INSERT INTO ledger_flows (debit, credit) VALUES ('bank', 'receivables'), ('bank', 'unapplied_cash');

-- What rounding leaves in the base currency of an item that has nothing left is taken to gain or loss, whatever the item is of.
INSERT INTO ledger_flows (debit, credit) VALUES
  ('receivables', 'fx_gain'), ('bank_clearing', 'fx_gain'),
  ('fx_loss', 'unapplied_cash'), ('fx_loss', 'bank_clearing'), ('fx_loss', 'customer_credit'), ('fx_loss', 'customer_deposits');

-- Whether a customer pays what the bank charges us for its returned payments.
ALTER TABLE customers ADD COLUMN recharge_return_cost boolean NOT NULL DEFAULT false;

-- A payment that could not be booked is money that somebody has to look after.
ALTER TABLE tasks DROP CONSTRAINT tasks_kind, ADD CONSTRAINT tasks_kind CHECK (kind IN ('agency', 'message_refused', 'payment_refused'));

-- +goose Down
-- It is taken back by dropping the database.
