-- +goose Up
-- A deposit that has paid a part of an invoice is money that came for it: the invoice is partly paid. Its indexes go with the column and
-- come with it again.
ALTER TABLE open_items DROP COLUMN status;
ALTER TABLE open_items
  ADD COLUMN status text GENERATED ALWAYS AS (
    CASE WHEN total - paid - credited - deposits_applied - credit_applied - discount - payment_difference - withheld - written_off = 0 THEN
              CASE WHEN written_off > 0 THEN 'written_off' WHEN paid > 0 OR deposits_applied > 0 THEN 'paid' ELSE 'credited' END
         WHEN paid > 0 OR deposits_applied > 0 THEN 'partly_paid' ELSE 'open' END) STORED;
CREATE INDEX open_items_by_status ON open_items (status, number);
CREATE INDEX open_items_open_by_customer ON open_items (customer_id, due_date, number) WHERE status IN ('open', 'partly_paid');
CREATE INDEX open_items_overdue ON open_items (due_date, number) WHERE status IN ('open', 'partly_paid');
CREATE INDEX open_items_shared ON open_items (customer_id, number) WHERE kind = 'invoice' AND order_id IS NULL AND status IN ('open', 'partly_paid');

-- +goose Down
-- It is taken back by dropping the database.
