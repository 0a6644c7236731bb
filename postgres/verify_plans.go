package postgres

// The invariants of instalment plans.
var planInvariants = []Invariant{
	{Name: "plans-add-up", Meaning: "a plan is the sum of its instalments, in its currency, which ascend by date", query: `
		SELECT p.id, format('%s, its instalments %s', p.amount, coalesce(i.amount, 0))
		  FROM instalment_plans p
		  LEFT JOIN (SELECT plan_id, currency, sum(amount) AS amount, bool_and(ascends) AS ascend
		               FROM (SELECT plan_id, currency, amount, due_date > lag(due_date, 1, '-infinity') OVER w AND n = row_number() OVER w AS ascends
		                       FROM planned_instalments WINDOW w AS (PARTITION BY plan_id ORDER BY n)) x
		              GROUP BY 1, 2) i ON (i.plan_id, i.currency) = (p.id, p.currency)
		 WHERE (p.amount, true) IS DISTINCT FROM (i.amount, i.ascend)`},

	{Name: "plans-active", Meaning: "an invoice is paid by its active plan, while something of it is open, and by no other", query: `
		SELECT coalesce(p.invoice, i.number), format('open %s, paid by %s; active is %s', i.open_amount, coalesce(i.plan, 'none'), coalesce(p.id, 'none'))
		  FROM (SELECT * FROM instalment_plans WHERE state = 'active') p
		  FULL JOIN (SELECT * FROM open_items WHERE plan IS NOT NULL) i ON i.number = p.invoice
		 WHERE (p.id, p.customer_id, p.currency) IS DISTINCT FROM (i.plan, i.customer_id, i.currency) OR i.open_amount <= 0`},

	{Name: "plans-approved", Meaning: "a plan above what its requester could decide alone was approved by another person, and one is asked only while something is open", query: `
		SELECT p.id, format('%s by %s, who may %s; %s', p.amount, p.requested_by, p.authority, coalesce('decided: ' || a.decision, 'nobody was asked'))
		  FROM instalment_plans p
		  LEFT JOIN approvals a ON a.id = p.id
		 WHERE (p.amount > p.authority OR a.id IS NOT NULL)
		   AND NOT coalesce(a.kind = 'plan' AND a.subject = p.invoice AND a.decision = 'approve' AND a.decided_by <> p.requested_by AND a.amount = p.amount, false)
		UNION ALL
		SELECT p.id, format('no role could decide on %s %s alone', p.authority, p.currency)
		  FROM instalment_plans p
		 WHERE p.authority > 0 AND NOT EXISTS (SELECT FROM authorities WHERE kind = 'plan' AND currency = p.currency AND amount = p.authority)
		UNION ALL
		SELECT a.id, 'was approved, and no plan was made'
		  FROM approvals a WHERE a.kind = 'plan' AND a.decision = 'approve' AND NOT EXISTS (SELECT FROM instalment_plans WHERE id = a.id)
		UNION ALL
		SELECT a.id, 'waits for a second person, and nothing is open of its invoice'
		  FROM approvals a JOIN open_items i ON i.number = a.subject WHERE a.kind = 'plan' AND a.decision IS NULL AND i.open_amount <= 0`},
}
