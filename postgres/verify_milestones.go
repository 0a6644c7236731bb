package postgres

// The invariants of orders that are billed by milestones.
var milestoneInvariants = []Invariant{
	{Name: "milestones-whole", Meaning: "an order that is billed by milestones has some, they are 100 % of it, and no other order has any", query: `
		SELECT o.id, format('invoiced %s, milestones of %s %%', o.invoicing, coalesce(m.percent, 0))
		  FROM orders o LEFT JOIN (SELECT order_id, sum(percent) AS percent FROM order_milestones GROUP BY 1) m ON m.order_id = o.id
		 WHERE CASE o.invoicing WHEN 'milestones' THEN m.percent IS DISTINCT FROM 100 ELSE m.percent IS NOT NULL END`},

	{Name: "milestones-billed", Meaning: "the milestones of an order together bill at most the order, tax once per group, and exactly that when all are billed and nothing was cancelled; one that ended with goods has billed all", query: `
		WITH billed AS (
		     SELECT o.id, o.currency, o.total, o.outcome, count(*) AS milestones, count(v.number) AS billed, coalesce(sum(v.total), 0) AS amount,
		            EXISTS (SELECT FROM order_lines l WHERE l.order_id = o.id AND l.cancelled > 0) AS cut
		       FROM orders o JOIN order_milestones m ON m.order_id = o.id
		       LEFT JOIN invoices v ON v.order_id = m.order_id AND v.milestone = m.n GROUP BY o.id
		)
		SELECT id, format('%s of %s milestones billed, %s of %s, ended as %s', billed, milestones, amount, total, coalesce(outcome, 'not yet'))
		  FROM billed
		 WHERE amount > total OR billed = milestones AND NOT cut AND amount <> total
		    OR billed < milestones AND outcome NOT IN ('cancelled', 'rejected')
		UNION ALL
		SELECT v.order_id, format('%s %s %%: taxable %s, tax %s', t.category, t.rate, sum(t.taxable), sum(t.tax))
		  FROM invoices v JOIN invoice_taxes t ON t.invoice = v.number
		 WHERE v.milestone IS NOT NULL
		 GROUP BY v.order_id, v.currency, t.category, t.rate
		HAVING sum(t.tax) <> round(sum(t.taxable) * t.rate * 0.01, minor_units(v.currency))`},
}
