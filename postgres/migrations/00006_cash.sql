-- +goose Up
-- Money that does not simply arrive and stay: discounts and small differences that close an invoice, applications by hand and
-- taken back, reversals by the bank, refunds. Nothing that was recorded is changed: what is taken back gets a counter-row.

-- How far a payment may miss what is open and still close it, and what becomes of what a customer paid too much.
ALTER TABLE customers
  ADD COLUMN tolerance_absolute numeric NOT NULL DEFAULT 0,
  ADD COLUMN tolerance_percent  percent NOT NULL DEFAULT 0,
  ADD COLUMN overpayment_policy text    NOT NULL DEFAULT 'keep',
  ADD CONSTRAINT customers_tolerance CHECK (tolerance_absolute >= 0 AND is_money(tolerance_absolute, currency)),
  ADD CONSTRAINT customers_overpayment_policy CHECK (overpayment_policy IN ('keep', 'apply_oldest', 'refund'));

ALTER TABLE facts DROP CONSTRAINT facts_kind, ADD CONSTRAINT facts_kind CHECK (kind IN ('shipment', 'delivery', 'dispute', 'payment', 'stock_receipt', 'credit_limit',
  'credit_application', 'credit_refund', 'payment_change'));

-- A payment is what was applied, recovered, taken to income, kept as deposit, refunded and reversed of it; the rest is
-- unapplied, and never below nothing. The state follows from the split of what the bank has not taken back.
DROP INDEX payments_by_state;
ALTER TABLE payments
  DROP COLUMN state,
  DROP COLUMN unapplied,
  DROP CONSTRAINT payments_split,
  DROP CONSTRAINT payments_unidentified;
ALTER TABLE payments
  ADD COLUMN recovered       numeric NOT NULL DEFAULT 0,
  ADD COLUMN taken_to_income numeric NOT NULL DEFAULT 0,
  ADD COLUMN deposits        numeric NOT NULL DEFAULT 0;
ALTER TABLE payments
  ADD COLUMN unapplied numeric GENERATED ALWAYS AS (amount - applied - recovered - taken_to_income - deposits - refunded - reversed) STORED,
  ADD COLUMN state text GENERATED ALWAYS AS (CASE
    WHEN reversed = amount THEN CASE method WHEN 'card' THEN 'charged_back' ELSE 'reversed' END
    WHEN refunded = amount - reversed THEN 'refunded'
    WHEN refunded > 0 THEN 'partly_refunded'
    WHEN applied + recovered + taken_to_income + deposits = amount - reversed THEN 'applied'
    WHEN applied + recovered + taken_to_income + deposits > 0 THEN 'partly_applied'
    ELSE 'unapplied' END) STORED,
  ADD CONSTRAINT payments_split CHECK (applied >= 0 AND recovered >= 0 AND taken_to_income >= 0 AND deposits >= 0 AND refunded >= 0 AND reversed >= 0
    AND applied + recovered + taken_to_income + deposits + refunded + reversed <= amount),
  ADD CONSTRAINT payments_split_scale CHECK (is_money(applied, currency) AND is_money(recovered, currency) AND is_money(taken_to_income, currency)
    AND is_money(deposits, currency) AND is_money(refunded, currency) AND is_money(reversed, currency)),
  -- Cash of nobody settles nothing; it can only go back.
  ADD CONSTRAINT payments_unidentified CHECK (customer_id IS NOT NULL OR applied + recovered + taken_to_income + deposits = 0);
CREATE INDEX payments_by_state ON payments (state, recorded_at, id);

-- What a payment settles of an invoice: its money, the discount and the small difference that close the invoice with it, and what
-- was a little too much. A row that undoes another is its exact negative. cause is the payment, or the change of it, that did it.
ALTER TABLE payment_applications
  DROP CONSTRAINT payment_applications_amount,
  ADD COLUMN discount           numeric NOT NULL DEFAULT 0,
  ADD COLUMN discount_tax       numeric NOT NULL DEFAULT 0,
  ADD COLUMN payment_difference numeric NOT NULL DEFAULT 0,
  ADD COLUMN difference_reason  text    NOT NULL DEFAULT '',
  ADD COLUMN taken_to_income    numeric NOT NULL DEFAULT 0,
  ADD COLUMN deduction          numeric NOT NULL DEFAULT 0, -- what the payer kept back on purpose; it stays open
  ADD COLUMN deduction_reason   text    NOT NULL DEFAULT '',
  ADD COLUMN undoes             integer,
  ADD COLUMN reversal           integer,
  ADD COLUMN cause              text    NOT NULL DEFAULT '',
  ADD COLUMN applied_by         text    NOT NULL DEFAULT '',
  ADD CONSTRAINT payment_applications_amount CHECK (CASE WHEN undoes IS NULL
    THEN amount > 0 AND discount_tax BETWEEN 0 AND discount AND payment_difference >= 0 AND taken_to_income >= 0 AND deduction >= 0
    ELSE amount < 0 AND discount_tax BETWEEN discount AND 0 AND payment_difference <= 0 AND taken_to_income <= 0 AND deduction <= 0 END),
  ADD CONSTRAINT payment_applications_scale CHECK (is_money(amount, currency) AND is_money(discount, currency) AND is_money(discount_tax, currency)
    AND is_money(payment_difference, currency) AND is_money(taken_to_income, currency) AND is_money(deduction, currency)),
  ADD CONSTRAINT payment_applications_reasons CHECK ((payment_difference = 0 OR difference_reason <> '') AND (deduction = 0 OR deduction_reason <> '')),
  ADD CONSTRAINT payment_applications_undone_once UNIQUE (payment_id, undoes),
  ADD CONSTRAINT payment_applications_undoes_fkey FOREIGN KEY (payment_id, undoes) REFERENCES payment_applications (payment_id, n);
CREATE INDEX payment_applications_of_cause ON payment_applications (cause);

-- What the bank took back of a payment. One that is won back is undone by a row that is its negative.
CREATE TABLE payment_reversals (
  payment_id  text NOT NULL REFERENCES payments,
  n           integer NOT NULL,
  id          text NOT NULL,
  currency    text NOT NULL REFERENCES currencies,
  amount      numeric NOT NULL,
  fee         numeric NOT NULL DEFAULT 0, -- what the bank charged for it
  reason      text NOT NULL,
  reason_code text NOT NULL DEFAULT '',
  undoes      integer,
  reversed_by text NOT NULL,
  reversed_at timestamptz NOT NULL,
  PRIMARY KEY (payment_id, n),
  CONSTRAINT payment_reversals_id UNIQUE (id),
  CONSTRAINT payment_reversals_amount CHECK (CASE WHEN undoes IS NULL THEN amount > 0 AND fee >= 0 ELSE amount < 0 AND fee = 0 END),
  CONSTRAINT payment_reversals_scale CHECK (is_money(amount, currency) AND is_money(fee, currency)),
  CONSTRAINT payment_reversals_undone_once UNIQUE (payment_id, undoes),
  FOREIGN KEY (payment_id, undoes) REFERENCES payment_reversals (payment_id, n)
);
SELECT append_only('payment_reversals');
ALTER TABLE payment_applications ADD FOREIGN KEY (payment_id, reversal) REFERENCES payment_reversals (payment_id, n);
CREATE INDEX payment_applications_of_reversal ON payment_applications (payment_id, reversal) WHERE reversal IS NOT NULL;

-- What was given back to the payer of what was unapplied.
CREATE TABLE payment_refunds (
  payment_id  text NOT NULL REFERENCES payments,
  n           integer NOT NULL,
  id          text NOT NULL,
  currency    text NOT NULL REFERENCES currencies,
  amount      numeric NOT NULL,
  reason      text NOT NULL,
  refunded_by text NOT NULL,
  refunded_at timestamptz NOT NULL,
  PRIMARY KEY (payment_id, n),
  CONSTRAINT payment_refunds_id UNIQUE (id),
  CONSTRAINT payment_refunds_amount CHECK (amount > 0 AND is_money(amount, currency))
);
SELECT append_only('payment_refunds');

-- A row that undoes another one is of the same invoice and is its negative in the columns that the trigger names; in those with
-- a ~ it is at most that: what a credit note has taken back before is not taken back twice. What undoes is not undone itself.
-- +goose StatementBegin
CREATE FUNCTION check_counter_row() RETURNS trigger LANGUAGE plpgsql AS $$
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
$$;
-- +goose StatementEnd
CREATE TRIGGER payment_applications_mirror BEFORE INSERT ON payment_applications FOR EACH ROW WHEN (NEW.undoes IS NOT NULL)
  EXECUTE FUNCTION check_counter_row('amount', 'taken_to_income', 'deduction', '~discount', '~discount_tax', '~payment_difference');
CREATE TRIGGER payment_reversals_mirror BEFORE INSERT ON payment_reversals FOR EACH ROW WHEN (NEW.undoes IS NOT NULL)
  EXECUTE FUNCTION check_counter_row('amount');

-- Where the dunning of an item stood when nothing could be demanded any more, and the time that was left: money that is taken
-- back lets it go on from there.
ALTER TABLE open_items
  ADD COLUMN rested_level integer,
  ADD COLUMN rested_left  interval,
  ADD CONSTRAINT open_items_rested CHECK ((rested_level IS NULL) = (rested_left IS NULL) AND rested_left >= interval '0');

-- +goose Down
-- Taken back by dropping the database.
