package postgres

// The invariants of disputes: who decided on them, and what they wait for.
var disputeInvariants = []Invariant{
	{Name: "disputes-approved", Meaning: "a dispute awaits approval while a second person is to decide on it, and what that one approved is what was accepted, or what was left of it", query: `
		SELECT coalesce(d.id, a.subject), format('is %s, and %s', coalesce(d.state, 'not there'), coalesce(format('%s waits for a second person', a.id), 'nobody is asked'))
		  FROM (SELECT id, state FROM disputes WHERE state = 'awaiting_approval') d
		  FULL JOIN (SELECT id, subject FROM approvals WHERE kind = 'dispute' AND decided_at IS NULL) a ON a.subject = d.id
		 WHERE d.id IS NULL OR a.id IS NULL
		UNION ALL
		SELECT a.id, format('%s of %s was approved by %s; accepted %s by %s', a.amount, a.subject, a.decided_by, coalesce(d.accepted, 0), coalesce(d.resolution_id, 'nobody'))
		  FROM approvals a LEFT JOIN disputes d ON d.id = a.subject
		 WHERE a.kind = 'dispute' AND a.decision = 'approve'
		   AND NOT coalesce(d.resolution_id = a.decision_id AND d.accepted > 0 AND d.accepted <= a.amount AND d.currency = a.currency, false)`},

	{Name: "disputes-served", Meaning: "an invoice waits for the next step of the service time of each of its disputes whose clock runs, and of no other; a clock stands still while the customer is asked", query: `
		SELECT coalesce(w.id, d.id), format('the invoice waits for %s at %s, the dispute for %s at %s', coalesce(w.step, 'nothing'), w.at, coalesce(d.step, 'nothing'), d.at)
		  FROM (SELECT number, w ->> 'id' AS id, w ->> 'service' AS step, (w ->> 'at')::timestamptz AS at
		          FROM open_items, jsonb_array_elements(waits) AS w WHERE w ->> 'kind' = 'dispute') w
		  FULL JOIN (SELECT invoice, id, service #>> '{steps,0,step}' AS step, (service #>> '{steps,0,at}')::timestamptz AS at
		               FROM disputes WHERE state IN ('open', 'awaiting_approval') AND service -> 'steps' <> '[]') d ON d.id = w.id
		 WHERE (w.number, w.step, w.at) IS DISTINCT FROM (d.invoice, d.step, d.at)
		UNION ALL
		SELECT id, format('is %s, and its clock %s', state, CASE WHEN state = 'awaiting_customer' THEN 'runs' ELSE 'stands still' END)
		  FROM disputes WHERE state IN ('open', 'awaiting_customer', 'awaiting_approval') AND (state = 'awaiting_customer') <> coalesce((service ->> 'paused')::boolean, false)`},

	{Name: "deductions-disputed", Meaning: "what was kept back of a payment is disputed on the invoice that it was kept back of, and not more than that", query: `
		SELECT d.id, format('%s of %s for %s; kept back were %s of %s for %s', d.amount, d.invoice, d.reason, a.deduction, a.invoice, a.deduction_reason)
		  FROM disputes d JOIN payment_applications a ON (a.payment_id, a.n) = (d.payment_id, d.application)
		 WHERE NOT coalesce(a.invoice = d.invoice AND a.currency = d.currency AND a.deduction >= d.amount AND a.deduction_reason = d.reason, false)`},
}
