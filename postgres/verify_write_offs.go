package postgres

// The invariants of what was given up.
var writeOffInvariants = []Invariant{
	{Name: "items-written-off", Meaning: "what is written off of an item is the sum of its write-offs, in its currency and of its customer, less what its credit notes took back", query: `
		SELECT i.number, format('written off %s, write-offs %s, taken back %s', i.written_off, coalesce(w.amount, 0), coalesce(n.amount, 0))
		  FROM open_items i
		  LEFT JOIN (SELECT item, customer_id, currency, sum(amount) AS amount FROM write_offs GROUP BY 1, 2, 3) w
		         ON (w.item, w.customer_id, w.currency) = (i.number, i.customer_id, i.currency)
		  LEFT JOIN (SELECT invoice, sum(written_off_reversed) AS amount FROM credit_notes GROUP BY 1) n ON n.invoice = i.number
		 WHERE i.written_off <> coalesce(w.amount, 0) - coalesce(n.amount, 0)
		UNION ALL
		SELECT w.id, 'is of another customer or currency than its item' FROM write_offs w JOIN open_items i ON i.number = w.item
		 WHERE (w.customer_id, w.currency) <> (i.customer_id, i.currency)`},

	{Name: "items-recovered", Meaning: "what is recovered of an item is what payments of its customer recovered", query: `
		SELECT i.number, format('recovered %s, payments %s', i.recovered, coalesce(r.amount, 0))
		  FROM open_items i LEFT JOIN (SELECT invoice, sum(amount) AS amount FROM payment_recoveries GROUP BY 1) r ON r.invoice = i.number
		 WHERE i.recovered <> coalesce(r.amount, 0)
		UNION ALL
		SELECT r.payment_id, format('recovers %s, of another customer or currency', r.invoice)
		  FROM payment_recoveries r JOIN payments p ON p.id = r.payment_id JOIN open_items i ON i.number = r.invoice
		 WHERE (r.currency, r.currency, i.customer_id) IS DISTINCT FROM (i.currency, p.currency, p.customer_id)`},

	{Name: "write-offs-wait", Meaning: "a write-off that waits for a second person is of an item of which something is open", query: `
		SELECT a.id, CASE WHEN i.number IS NULL THEN format('there is no item %s', a.subject) ELSE format('%s is %s', i.number, i.status) END
		  FROM approvals a LEFT JOIN open_items i ON i.number = a.subject
		 WHERE a.kind = 'write_off' AND a.decided_at IS NULL AND coalesce(i.open_amount, 0) = 0`},

	{Name: "write-offs-approved", Meaning: "a write-off above what its requester could decide alone was approved by another person, and is not more than that", query: `
		SELECT w.id, format('%s by %s, who may %s; %s', w.amount, w.requested_by, w.authority, coalesce(format('asked for %s, decided: %s', a.amount, a.decision), 'nobody was asked'))
		  FROM write_offs w
		  LEFT JOIN approvals a ON a.id = w.id
		 WHERE (w.amount > w.authority OR a.id IS NOT NULL)
		   AND NOT coalesce(a.kind = 'write_off' AND a.subject = w.item AND a.decision = 'approve' AND a.decided_by <> w.requested_by AND a.amount >= w.amount, false)
		UNION ALL
		SELECT w.id, format('no role could decide on %s %s alone', w.authority, w.currency)
		  FROM write_offs w
		 WHERE w.authority > 0 AND NOT EXISTS (SELECT FROM authorities WHERE kind = 'write_off' AND currency = w.currency AND amount = w.authority)
		UNION ALL
		SELECT a.id, 'was approved, and nothing was written off'
		  FROM approvals a WHERE a.kind = 'write_off' AND a.decision = 'approve' AND NOT EXISTS (SELECT FROM write_offs WHERE id = a.id)`},
}
