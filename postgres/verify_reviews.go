package postgres

// The invariants of what a person has to look at before an order goes on.
var reviewInvariants = []Invariant{
	{Name: "reviews-decided", Meaning: "an order is in review while it has a finding that nobody has decided on, and else where the decision has put it", query: `
		SELECT o.id, format('%s%s; finding(s): %s, decided on: %s, %s', o.stage, ' ' || o.outcome, coalesce(f.findings, 0), coalesce(d.findings, 0), coalesce(d.decision, 'nothing decided'))
		  FROM orders o
		  LEFT JOIN (SELECT order_id, max(finding) AS findings FROM order_findings GROUP BY 1) f ON f.order_id = o.id
		  LEFT JOIN (SELECT DISTINCT ON (order_id) order_id, findings, decision FROM review_decisions ORDER BY order_id, findings DESC) d ON d.order_id = o.id
		 WHERE (o.stage = 'review' OR f.order_id IS NOT NULL)
		   AND NOT CASE WHEN o.stage = 'review' THEN coalesce(f.findings, 0) > coalesce(d.findings, 0) AND o.blocked_code IS NOT NULL AND NOT o.approved
		                WHEN coalesce(f.findings, 0) > coalesce(d.findings, 0) THEN o.outcome IS NOT DISTINCT FROM 'cancelled'
		                     OR NOT EXISTS (SELECT FROM order_lines l WHERE l.order_id = o.id AND l.shipped + l.cancelled < l.quantity) -- what was not shipped is cancelled
		                WHEN d.decision = 'reject' THEN o.outcome IS NOT DISTINCT FROM 'rejected'
		                ELSE o.outcome IS DISTINCT FROM 'rejected' OR EXISTS (SELECT FROM credit_decisions c WHERE c.order_id = o.id AND c.decision = 'reject') END`},

	{Name: "reviews-told", Meaning: "what a person decided on an order in review is in its timeline, and nothing else", query: `
		SELECT coalesce(d.order_id, e.order_id), CASE WHEN e.key IS NULL THEN format('%s by %s is not in the timeline', d.decision, d.id) ELSE format('%s, of which no decision is left', e.key) END
		  FROM review_decisions d
		  FULL JOIN (SELECT key, order_id, kind FROM events WHERE kind IN ('review-release', 'review-reject')) e
		         ON e.key = d.id AND e.order_id = d.order_id AND e.kind = 'review-' || d.decision
		 WHERE d.id IS NULL OR e.key IS NULL`},

	{Name: "duplicates-known", Meaning: "an order whose purchase order number another one had was allowed to use it again, or a person looks at it", query: `
		SELECT o.id, format('purchase order %s is order %s already', o.po_number, o.duplicate_of)
		  FROM orders o
		  LEFT JOIN orders f ON f.id = o.duplicate_of
		 WHERE o.duplicate_of IS NOT NULL
		   AND ((f.customer_id, f.po_number) <> (o.customer_id, o.po_number)
		        OR NOT EXISTS (SELECT FROM order_findings n WHERE n.order_id = o.id AND n.code = 'duplicate-purchase-order')
		           AND NOT EXISTS (SELECT FROM order_overrides v WHERE v.order_id = o.id AND v.kind = 'duplicate_po'))`},

	{Name: "fraud-scored", Meaning: "an order's fraud score is the sum of its factors, and above the threshold a person looks at it, else not for that", query: `
		SELECT c.order_id, format('score %s, factors of %s, threshold %s%s', c.score, f.points, c.threshold, CASE WHEN n.order_id IS NULL THEN ', no finding' END)
		  FROM fraud_checks c
		  LEFT JOIN (SELECT order_id, sum(points) AS points FROM fraud_factors GROUP BY 1) f USING (order_id)
		  LEFT JOIN (SELECT DISTINCT order_id FROM order_findings WHERE code = 'fraud-signals') n USING (order_id)
		 WHERE c.score <> coalesce(f.points, 0) OR (c.score > c.threshold) <> (n.order_id IS NOT NULL)
		    OR c.threshold <> (SELECT threshold FROM fraud_policies p WHERE p.version = c.version)
		UNION ALL
		SELECT order_id, 'waits for a score that nobody kept' FROM order_findings f
		 WHERE code = 'fraud-signals' AND NOT EXISTS (SELECT FROM fraud_checks c WHERE c.order_id = f.order_id)`},

	{Name: "listed-parties-decided", Meaning: "every party that was found on a list has its finding, and one whose order was released is known to be somebody else by the decision of a person; a list has the entries that it says", query: `
		SELECT n.order_id, 'a party is listed, and nothing says which' FROM order_findings n
		 WHERE n.code = 'blocked-party' AND NOT EXISTS (SELECT FROM screening_hits h WHERE (h.order_id, h.finding) = (n.order_id, n.finding))
		UNION ALL
		SELECT h.order_id, format('%s is listed as %s, with a finding of another kind', h.party, h.matched)
		  FROM screening_hits h JOIN order_findings n ON (n.order_id, n.finding) = (h.order_id, h.finding) WHERE n.code <> 'blocked-party'
		UNION ALL
		SELECT h.order_id, format('%s was released and is not known to be another than %s', h.party, h.matched)
		  FROM screening_hits h
		  JOIN orders o ON o.id = h.order_id
		  JOIN screening_entries e ON e.id = h.entry_id
		  JOIN LATERAL (SELECT decision FROM review_decisions d WHERE d.order_id = h.order_id AND d.findings >= h.finding ORDER BY d.findings LIMIT 1) d ON d.decision = 'release'
		 WHERE NOT EXISTS (SELECT FROM screening_clearances c
		                    WHERE (c.customer_id, c.compared, c.list, c.reference, c.matched) = (o.customer_id, h.compared, e.list, e.reference, h.matched))
		UNION ALL
		SELECT name, format('says %s entries', entries) FROM screening_lists l
		 WHERE entries <> (SELECT count(*) FROM screening_entries e WHERE e.list = l.name AND e.until IS NULL)
		UNION ALL
		SELECT c.order_id, format('%s is cleared by %s, which released nothing', c.compared, c.decision_id)
		  FROM screening_clearances c JOIN review_decisions d ON d.id = c.decision_id WHERE d.decision <> 'release' OR d.order_id <> c.order_id`},
}
