-- A rate for each of many days, and the seals of all entries.
INSERT INTO exchange_rates (base_currency, currency, valid_from, rate, set_by) SELECT 'EUR', 'USD', date '2026-01-01' + n, 0.9 + n / 10000.0, 'billing' FROM generate_series(0, 299) AS n;
CREATE FUNCTION pg_temp.next_seal(bytea, bytea) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$ SELECT sha256($1 || $2) $$;
CREATE AGGREGATE pg_temp.seal(bytea) (sfunc = pg_temp.next_seal, stype = bytea, initcond = '');
INSERT INTO ledger_seals (position, entry_id, hash, horizon)
  SELECT row_number() OVER (ORDER BY id), id, pg_temp.seal(content) OVER (ORDER BY id), pg_current_xact_id()
    FROM (SELECT e.id, ledger_content(e, l.lines) AS content
            FROM ledger_entries e JOIN (SELECT entry_id, string_agg(ledger_content(l), ',' ORDER BY line) AS lines FROM ledger_lines l GROUP BY 1) l ON l.entry_id = e.id) c;
