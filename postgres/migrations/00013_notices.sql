-- +goose Up
-- An order is confirmed to its customer, and each of its shipments is announced: once for each version and shipment.

-- The newest version that was confirmed; 0: none yet. An order that was entered before confirmations were sent
-- has NULL: what it is now is not confirmed afterwards.
ALTER TABLE orders ADD COLUMN confirmed_version integer;
ALTER TABLE orders ALTER COLUMN confirmed_version SET DEFAULT 0,
  ADD CONSTRAINT orders_confirmed_version CHECK (confirmed_version BETWEEN 0 AND version);
GRANT UPDATE (confirmed_version) ON orders TO o2c_app;

-- sequence is the order in which messages were queued, which is that in which an order's are sent.
ALTER TABLE messages
  ADD COLUMN sequence bigint GENERATED ALWAYS AS IDENTITY,
  DROP CONSTRAINT messages_kind,
  ADD CONSTRAINT messages_kind CHECK (kind IN ('invoice', 'dunning', 'credit_note', 'order_confirmation', 'shipping_notice')),
  -- Their key is their fact and nothing else, so that the primary key is what lets there be one.
  ADD CONSTRAINT messages_confirms_a_version CHECK (kind <> 'order_confirmation'
    OR order_id IS NOT NULL AND starts_with(key, 'order-confirmation/' || order_id || '/') AND substr(key, length(order_id) + 21) ~ '^[1-9][0-9]*$'),
  ADD CONSTRAINT messages_announces_a_shipment CHECK (kind <> 'shipping_notice' OR order_id IS NOT NULL AND key ~ '^shipping-notice/.');
DROP INDEX messages_queued_of_order;
CREATE INDEX messages_queued_of_order ON messages (order_id, sequence) WHERE state = 'queued';

-- +goose Down
-- It is taken back by dropping the database.
