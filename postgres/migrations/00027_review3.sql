-- +goose Up
-- What the application may change of a row is what changes in the life of what it records: who was told what, what left, what was asked for,
-- and whose it is stays as it was written, as in orders, payments and open items. What other migrations add to these tables may be changed.

-- +goose StatementBegin
DO $$
DECLARE
  kept    record;
  changes text;
BEGIN
  FOR kept IN SELECT * FROM (VALUES
    ('messages',        ARRAY['key', 'order_id', 'invoice', 'customer_id', 'kind', 'channel', 'recipient', 'subject', 'body', 'notice_id', 'queued_at', 'sequence']),
    ('dunning_notices', ARRAY['id', 'invoice', 'instalment', 'level', 'part', 'at', 'currency', 'amount', 'channel', 'action']),
    ('approvals',       ARRAY['id', 'kind', 'subject', 'customer_id', 'currency', 'amount', 'reason', 'content', 'requested_by', 'requested_at', 'recorded_at']),
    ('disputes',        ARRAY['id', 'invoice', 'customer_id', 'currency', 'line', 'reason', 'note', 'raised_by', 'opened_at']),
    ('shipments',       ARRAY['id', 'order_id', 'warehouse_id', 'carrier', 'tracking_number', 'shipped_at', 'confirmed_by', 'return_id']),
    ('claims',          ARRAY['principal', 'key', 'route', 'request_hash', 'resource_id', 'claimed_at']),
    ('credit_accounts', ARRAY['customer_id', 'currency']),
    ('customers',       ARRAY['id', 'currency']),
    ('number_series',   ARRAY['series', 'year']),
    ('stock',           ARRAY['warehouse_id', 'sku']),
    ('reservations',    ARRAY['order_id', 'line', 'warehouse_id', 'sku']),
    ('price_lists',     ARRAY['id', 'currency', 'created_at'])
  ) AS of_table (name, columns)
  LOOP
    SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) INTO changes
      FROM pg_attribute
     WHERE attrelid = kept.name::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' AND attname <> ALL (kept.columns);
    EXECUTE format('REVOKE UPDATE ON %I FROM o2c_app', kept.name);
    EXECUTE format('GRANT UPDATE (%s) ON %I TO o2c_app', changes, kept.name);
  END LOOP;
END
$$;
-- +goose StatementEnd

-- +goose Down
-- It is taken back by dropping the database.
