package postgres

// The invariants of what was decided: disputes and how orders ended.
var decisionInvariants = []Invariant{
	{Name: "disputes-resolved", Meaning: "what is accepted of a dispute is the total of its credit note, and its state says how much of it that is", query: `
		SELECT coalesce(d.id, n.dispute_id), CASE WHEN d.id IS NULL THEN format('is not there, and was credited with %s', n.total)
		       ELSE format('%s: accepted %s of %s, credited %s on %s', d.state, d.accepted, d.amount, coalesce(n.total, 0), coalesce(n.invoice, d.invoice)) END
		  FROM disputes d FULL JOIN (SELECT * FROM credit_notes WHERE dispute_id IS NOT NULL) n ON n.dispute_id = d.id
		 WHERE d.id IS NULL OR d.accepted <> coalesce(n.total, 0) OR n.invoice <> d.invoice
		    OR NOT CASE d.state WHEN 'accepted' THEN d.accepted = d.amount AND d.accepted > 0 WHEN 'partly_accepted' THEN d.accepted > 0 AND d.accepted < d.amount
		                        ELSE d.accepted = 0 END
		    OR (d.resolved_at IS NULL) <> (d.state IN ('open', 'awaiting_customer', 'awaiting_approval'))`},

	// Money that was taken back of a closed order, or a write-off, may have been made good by credit of the same invoice, and the order
	// stays closed as what it was.
	{Name: "order-outcomes", Meaning: "a closed order was rejected or cancelled if nothing was shipped, else written off if anything was, paid if there was cash, or credited", query: `
		SELECT o.id, format('closed as %s; shipped: %s, cash %s, written off %s, last decided: %s', o.outcome, coalesce(l.shipped, false), coalesce(i.cash, 0),
		                    coalesce(i.written_off, 0), coalesce(d.decision, 'nothing'))
		  FROM orders o
		  LEFT JOIN (SELECT order_id, bool_or(shipped > 0) AS shipped FROM order_lines GROUP BY 1) l ON l.order_id = o.id
		  LEFT JOIN (SELECT order_id, sum(paid + deposits_applied) AS cash, sum(written_off) AS written_off FROM open_items GROUP BY 1) i ON i.order_id = o.id
		  LEFT JOIN (SELECT v.order_id, bool_or(n.written_off_reversed > 0) AS written_off FROM credit_notes n JOIN invoices v ON v.number = n.invoice GROUP BY 1) n ON n.order_id = o.id
		  LEFT JOIN (SELECT DISTINCT v.order_id FROM payment_applications a JOIN invoices v ON v.number = a.invoice WHERE a.undoes IS NOT NULL) u ON u.order_id = o.id
		  LEFT JOIN (SELECT order_id, 'reject' AS decision FROM credit_decisions WHERE decision = 'reject' GROUP BY 1) d ON d.order_id = o.id
		 WHERE o.stage = 'closed' AND NOT CASE
		       WHEN NOT coalesce(l.shipped, false) THEN o.outcome = CASE WHEN d.order_id IS NULL THEN 'cancelled' ELSE 'rejected' END
		       WHEN i.written_off > 0 THEN o.outcome = 'written_off'
		       WHEN o.outcome = 'written_off' THEN n.written_off
		       WHEN i.cash > 0 THEN o.outcome = 'paid'
		       WHEN o.outcome = 'paid' THEN u.order_id IS NOT NULL
		       ELSE o.outcome = 'credited' END`},
}
