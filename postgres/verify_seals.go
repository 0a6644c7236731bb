package postgres

// The invariants of the seals of the timeline and the audit log.
var sealInvariants = []Invariant{
	{Name: "record-seals", Meaning: "the hash chain covers the timeline and the audit log as they are, batch after batch", query: `
		WITH chain AS (
		     SELECT position, events, audit, hash, lag(hash, 1, '') OVER w AS before, lag(position, 1, 0) OVER w AS last FROM record_seals WINDOW w AS (ORDER BY position)
		), told AS (
		     SELECT s.position, count(*) AS n, string_agg(e.content, '' ORDER BY e.id) AS contents
		       FROM record_seals s CROSS JOIN unnest(s.events) r JOIN event_contents e ON e.id >= lower(r) AND e.id < upper(r) GROUP BY 1
		), audited AS (
		     SELECT s.position, count(*) AS n, string_agg(a.content, '' ORDER BY a.id) AS contents
		       FROM record_seals s CROSS JOIN unnest(s.audit) r JOIN audit_contents a ON a.id >= lower(r) AND a.id < upper(r) GROUP BY 1
		)
		SELECT 'seal ' || position, CASE WHEN last <> position - 1 THEN format('the seals between %s and %s are gone', last, position)
		       ELSE format('covers the events %s and the audit rows %s, of which %s and %s are there and not what was sealed', events, audit, coalesce(t.n, 0), coalesce(a.n, 0)) END
		  FROM chain c LEFT JOIN told t USING (position) LEFT JOIN audited a USING (position)
		 WHERE c.last <> position - 1 OR c.hash <> sha256(c.before || coalesce(t.contents, '') || coalesce(a.contents, ''))`},

	{Name: "records-sealed", Meaning: "what was told or audited more than an hour ago is sealed", Warning: true, query: `
		WITH sealed AS (SELECT coalesce(range_agg(events), '{}') AS events, coalesce(range_agg(audit), '{}') AS audit FROM record_seals)
		SELECT 'event ' || id, format('recorded at %s', recorded_at) FROM events
		 WHERE recorded_at < now() - interval '1 hour' AND NOT (SELECT events FROM sealed) @> id
		UNION ALL
		SELECT 'audit row ' || id, format('recorded at %s', at) FROM audit_log
		 WHERE at < now() - interval '1 hour' AND NOT (SELECT audit FROM sealed) @> id`},
}
