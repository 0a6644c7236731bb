-- Read last of the many_of_each files: it seals the events of all the others.
-- The seals of all events and audit rows that the other files made, a hundred of each to a seal.
CREATE FUNCTION pg_temp.next_record_seal(bytea, bytea) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$ SELECT sha256($1 || $2) $$;
CREATE AGGREGATE pg_temp.record_seal(bytea) (sfunc = pg_temp.next_record_seal, stype = bytea, initcond = '');
INSERT INTO record_seals (position, events, audit, hash, horizon)
  SELECT row_number() OVER w, events, audit, pg_temp.record_seal(contents) OVER w, pg_current_xact_id()
    FROM (SELECT n, coalesce(e.ids, '{}') AS events, coalesce(a.ids, '{}') AS audit, coalesce(e.contents, '') || coalesce(a.contents, '') AS contents
            FROM (SELECT id / 100 AS n, range_agg(int8range(id, id, '[]')) AS ids, string_agg(content, '' ORDER BY id) AS contents FROM event_contents GROUP BY 1) e
            FULL JOIN (SELECT id / 100 AS n, range_agg(int8range(id, id, '[]')) AS ids, string_agg(content, '' ORDER BY id) AS contents FROM audit_contents GROUP BY 1) a
           USING (n)) batches
  WINDOW w AS (ORDER BY n);
