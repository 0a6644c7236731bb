package postgres

// The invariants of what was decided: credit, disputes, and how orders ended.
var decisionInvariants = []Invariant{
	{Name: "disputes-resolved", Meaning: "what is accepted of a dispute is the total of its credit note, and its state says how much of it that is", query: `
		SELECT coalesce(d.id, n.dispute_id), CASE WHEN d.id IS NULL THEN format('is not there, and was credited with %s', n.total)
		       ELSE format('%s: accepted %s of %s, credited %s on %s', d.state, d.accepted, d.amount, coalesce(n.total, 0), coalesce(n.invoice, d.invoice)) END
		  FROM disputes d FULL JOIN (SELECT * FROM credit_notes WHERE dispute_id IS NOT NULL) n ON n.dispute_id = d.id
		 WHERE d.id IS NULL OR d.accepted <> coalesce(n.total, 0) OR n.invoice <> d.invoice
		    OR NOT CASE d.state WHEN 'accepted' THEN d.accepted = d.amount AND (d.accepted > 0 OR d.kind = 'inquiry') WHEN 'partly_accepted' THEN d.accepted > 0 AND d.accepted < d.amount
		                        ELSE d.accepted = 0 END
		    OR (d.resolved_at IS NULL) <> (d.state IN ('open', 'awaiting_customer', 'awaiting_approval'))`},

	// Money that was taken back of a closed order, or a write-off, may have been made good by credit of the same invoice, and the order
	// stays closed as what it was.
	{Name: "order-outcomes", Meaning: "a closed order was rejected or cancelled if nothing was shipped, else written off if anything was, paid if there was cash, or credited; as the invoices that it shares were", query: `
		SELECT o.id, format('closed as %s; shipped: %s, cash %s, written off %s, last decided: %s', o.outcome, coalesce(l.shipped, false), coalesce(i.cash, 0),
		                    coalesce(i.written_off, 0), coalesce(d.decision, 'nothing'))
		  FROM orders o
		  LEFT JOIN (SELECT order_id, bool_or(shipped > 0) AS shipped FROM order_lines GROUP BY 1) l ON l.order_id = o.id
		  LEFT JOIN (SELECT coalesce(i.order_id, s.order_id) AS order_id, sum(paid + deposits_applied) AS cash, sum(written_off) AS written_off
		               FROM open_items i LEFT JOIN invoice_shares s ON s.invoice = i.number GROUP BY 1) i ON i.order_id = o.id
		  LEFT JOIN (SELECT coalesce(v.order_id, s.order_id) AS order_id, bool_or(n.written_off_reversed > 0) AS written_off
		               FROM credit_notes n JOIN invoices v ON v.number = n.invoice LEFT JOIN invoice_shares s ON s.invoice = v.number GROUP BY 1) n ON n.order_id = o.id
		  LEFT JOIN (SELECT DISTINCT coalesce(v.order_id, s.order_id) AS order_id
		               FROM payment_applications a JOIN invoices v ON v.number = a.invoice LEFT JOIN invoice_shares s ON s.invoice = v.number WHERE a.undoes IS NOT NULL
		             UNION SELECT p.order_id FROM deposit_uses x JOIN prepayment_invoices p ON p.number = x.deposit WHERE x.undoes IS NOT NULL) u ON u.order_id = o.id
		  LEFT JOIN (SELECT order_id, 'reject' AS decision FROM credit_decisions WHERE decision = 'reject'
		             UNION SELECT order_id, 'reject' FROM review_decisions WHERE decision = 'reject') d ON d.order_id = o.id
		 WHERE o.stage = 'closed' AND NOT CASE
		       WHEN NOT coalesce(l.shipped, false) THEN o.outcome = CASE WHEN d.order_id IS NULL THEN 'cancelled' ELSE 'rejected' END
		       WHEN i.written_off > 0 THEN o.outcome = 'written_off'
		       WHEN o.outcome = 'written_off' THEN n.written_off
		       WHEN i.cash > 0 THEN o.outcome = 'paid'
		       WHEN o.outcome = 'paid' THEN u.order_id IS NOT NULL
		       ELSE o.outcome = 'credited' END`},

	// An amendment that does not increase an order is no new decision; what an order has kept of its value by then may miss that of before by
	// the rounding of its lines. An order of which the rest was cancelled on hold goes on with what was shipped.
	{Name: "orders-decided", Meaning: "every order is where its last credit decision has put it, which was made for its present version or for one of no smaller value", query: `
		WITH last AS (
		     SELECT DISTINCT ON (order_id) order_id, id, version, decision FROM credit_decisions ORDER BY order_id, sequence DESC
		), kept AS (
		     SELECT l.order_id, l.version, sum(share(l.gross_amount, l.quantity - l.cancelled, l.quantity, l.currency)) AS amount, 0.03 * count(*) AS rounding
		       FROM last d JOIN orders o ON o.id = d.order_id AND o.version > d.version
		       JOIN order_version_lines l ON l.order_id = o.id AND l.version IN (d.version, o.version)
		      GROUP BY 1, 2
		)
		SELECT o.id, CASE WHEN d.id IS NULL THEN 'has no credit decision'
		       ELSE format('%s%s, by %s: %s of version %s, the order is of version %s', o.stage, CASE WHEN NOT o.approved THEN ', not approved' END, d.id, d.decision, d.version, o.version) END
		  FROM orders o
		  LEFT JOIN last d ON d.order_id = o.id
		  LEFT JOIN (SELECT DISTINCT order_id FROM order_lines WHERE shipped + cancelled < quantity) open ON open.order_id = o.id
		  LEFT JOIN kept was ON (was.order_id, was.version) = (o.id, d.version)
		  LEFT JOIN kept now ON (now.order_id, now.version) = (o.id, o.version) AND o.version > d.version
		 WHERE o.stage NOT IN ('received', 'review')
		   AND NOT (o.stage = 'closed' AND o.outcome IN ('cancelled', 'rejected') AND EXISTS (SELECT FROM order_findings f WHERE f.order_id = o.id)) -- reviews-decided
		   AND (d.id IS NULL OR d.version > o.version OR d.version < o.version AND (was.amount IS NULL OR now.amount IS NULL OR now.amount > was.amount + was.rounding * power(10::numeric, 2 - minor_units(o.currency)))
		        OR CASE d.decision
		           WHEN 'approve' THEN NOT o.approved OR o.release_id IS NOT NULL
		           WHEN 'release' THEN NOT o.approved OR o.release_id IS DISTINCT FROM d.id
		           WHEN 'reject' THEN o.approved OR o.outcome IS DISTINCT FROM 'rejected'
		           ELSE CASE WHEN o.approved THEN open.order_id IS NOT NULL
		                     ELSE o.stage <> CASE d.decision WHEN 'hold' THEN 'credit_hold' ELSE 'awaiting_prepayment' END AND o.outcome IS DISTINCT FROM 'cancelled' END END)`},

	{Name: "decisions-explained", Meaning: "a credit decision says what it was made from: an approval that the order fits in each limit or is paid in full, the first one the order's first total", query: `
		WITH decided AS (
		     SELECT id, order_id, decision, inputs, (inputs #>> '{order_total,amount}')::numeric AS total FROM credit_decisions
		)
		SELECT d.id, format('%s without its inputs', d.decision) FROM decided d WHERE d.total IS NULL OR jsonb_typeof(d.inputs -> 'limits') IS DISTINCT FROM 'array'
		UNION ALL
		SELECT d.id, format('made for %s, the order was of %s', d.total, coalesce(v.total, o.total))
		  FROM decided d JOIN orders o ON o.id = d.order_id LEFT JOIN order_versions v ON v.order_id = o.id AND v.version = 1
		 WHERE d.id = 'check/' || o.id AND d.total <> coalesce(v.total, o.total)
		UNION ALL
		SELECT d.id, format('approved, with no limit that %s fits in', d.total)
		  FROM decided d
		 WHERE d.decision = 'approve' AND d.inputs ->> 'prepaid' IS DISTINCT FROM 'true' AND (d.inputs -> 'limits' = '[]' OR EXISTS (
		       SELECT FROM jsonb_array_elements(d.inputs -> 'limits') l
		        WHERE (l #>> '{amount,amount}')::numeric < (l #>> '{exposure,amount}')::numeric + d.total))`},

	{Name: "releases-approved", Meaning: "a release above what one person may release was approved by another one", query: `
		SELECT d.id, format('by %s, covers %s %s, %s', d.decided_by, coalesce(d.up_to, (d.inputs #>> '{order_total,amount}')::numeric), o.currency,
		                    coalesce('the request is decided: ' || a.decision, 'and nobody was asked'))
		  FROM credit_decisions d
		  JOIN orders o ON o.id = d.order_id
		  JOIN (SELECT policy, version, jsonb_object_agg(currency, above) AS above FROM credit_policy_approvals GROUP BY 1, 2) p
		    ON p.policy = d.inputs ->> 'policy' AND p.version::text = d.inputs ->> 'policy_version'
		  LEFT JOIN approvals a ON a.id = d.id
		 WHERE d.decision = 'release' AND coalesce(coalesce(d.up_to, (d.inputs #>> '{order_total,amount}')::numeric) > (p.above ->> o.currency)::numeric, true)
		   AND NOT coalesce(a.kind = 'credit_release' AND a.subject = d.order_id AND a.decision = 'approve' AND a.decided_by <> a.requested_by, false)`},

	{Name: "decisions-told", Meaning: "the timeline and the decisions, limits and versions that it tells of know each other", query: `
		SELECT e.order_id, format('%s at %s, of which no decision is left', e.kind, e.at)
		  FROM events e LEFT JOIN credit_decisions d ON d.order_id = e.order_id AND d.decided_at = e.at AND 'credit-' || d.decision = e.kind
		 WHERE e.kind IN ('credit-approve', 'credit-hold', 'credit-await_prepayment', 'credit-release', 'credit-reject') AND d.id IS NULL
		UNION ALL
		SELECT coalesce(v.order_id, e.order_id), CASE WHEN e.id IS NULL THEN format('version %s was not told', v.version) ELSE format('amended by %s, of which no version is left', e.key) END
		  FROM (SELECT * FROM order_versions WHERE decision_id IS NOT NULL) v
		  FULL JOIN (SELECT * FROM events WHERE kind = 'amended') e ON e.key = v.decision_id AND e.order_id = v.order_id
		 WHERE v.order_id IS NULL OR e.id IS NULL
		UNION ALL
		SELECT coalesce(l.id, t.key), CASE WHEN l.id IS NULL THEN 'a limit was set, and is not there' WHEN t.key IS NULL THEN 'is a limit that nobody is known to have set'
		            ELSE format('%s %s %s for %s, it was set to %s', l.amount, l.currency, CASE WHEN l.unlimited THEN 'unlimited' END, coalesce(l.customer_id, 'all'), t.detail) END
		  FROM credit_limits l
		  FULL JOIN (SELECT key, actor, detail FROM events WHERE kind = 'credit-limit-set'
		             UNION ALL SELECT detail #>> '{credit_limit,id}', actor, detail -> 'credit_limit' FROM audit_log
		              WHERE object_kind = 'customer' AND action = 'create' AND detail ? 'credit_limit') t ON t.key = l.id
		 WHERE l.id IS NULL OR t.key IS NULL OR l.set_by <> t.actor OR l.currency <> t.detail ->> 'currency' OR coalesce(l.customer_id, '') <> t.detail ->> 'customer_id'
		    OR (l.valid_from::text, l.valid_until::text) IS DISTINCT FROM (t.detail ->> 'valid_from', t.detail ->> 'valid_until')
		    OR l.unlimited <> coalesce((t.detail #>> '{limit,unlimited}')::boolean, false)
		    OR NOT l.unlimited AND l.amount IS DISTINCT FROM (t.detail #>> '{limit,amount,amount}')::numeric`},
}
