package postgres

// The invariants of credit.
var creditInvariants = []Invariant{
	// The value of the first n units of a line is round(gross × n ÷ quantity), half away from zero, so that parts sum to the
	// whole (definitions, "Partial shipments"; models.LineProgress). It is computed with div, whose quotient is exact. A line that
	// is gone and invoiced as a whole has no part left, and most lines of an old book are.
	{Name: "exposure-buckets", Meaning: "what a customer owes and has been promised, bucket by bucket, equals its orders, open items, payments and credit notes", query: `
		WITH lines AS (
		     SELECT o.customer_id, o.approved, l.gross_amount AS gross, l.quantity, l.shipped, l.invoiced + l.returned_unbilled AS invoiced, l.quantity - l.cancelled AS kept,
		            power(10::numeric, minor_units(o.currency)) AS units
		       FROM orders o JOIN order_lines l ON l.order_id = o.id
		      WHERE (l.shipped + l.cancelled <> l.quantity OR l.invoiced + l.returned_unbilled <> l.shipped) AND o.invoicing <> 'milestones'
		), by_milestones AS (
		     SELECT o.customer_id, o.approved, milestones_billed(o.id) AS billed,
		            l.kept - l.shipped + CASE WHEN l.open AND NOT l.any_shipped THEN o.charge_gross ELSE 0 END AS open,
		            l.shipped + CASE WHEN l.any_shipped THEN o.charge_gross ELSE 0 END AS delivered
		       FROM orders o
		       CROSS JOIN LATERAL (SELECT sum(share(gross_amount, quantity - cancelled, quantity, o.currency)) AS kept,
		                                  sum(share(gross_amount, shipped, quantity, o.currency)) AS shipped,
		                                  bool_or(shipped > 0) AS any_shipped, bool_or(shipped + cancelled < quantity) AS open
		                             FROM order_lines WHERE order_id = o.id) l
		      WHERE o.invoicing = 'milestones'
		        AND EXISTS (SELECT FROM order_milestones m WHERE m.order_id = o.id
		                       AND NOT EXISTS (SELECT FROM invoices v WHERE v.order_id = m.order_id AND v.milestone = m.n))
		), prepaid AS ( -- what an order's own deposits are put against (models.Commit)
		     SELECT o.customer_id, o.deposits - o.deposits_applied AS left_over,
		            CASE WHEN NOT o.approved THEN 0 WHEN o.invoicing = 'milestones' THEN v.open - least(v.open, greatest(milestones_billed(o.id) - v.shipped, 0)) ELSE v.open END AS open,
		            CASE WHEN o.invoicing = 'milestones' THEN greatest(v.shipped - milestones_billed(o.id), 0) ELSE v.delivered END AS delivered
		       FROM orders o
		       CROSS JOIN LATERAL (SELECT sum(share(gross_amount, quantity - cancelled, quantity, o.currency) - share(gross_amount, shipped, quantity, o.currency))
		                                  + CASE WHEN bool_or(shipped + cancelled < quantity) AND NOT bool_or(shipped > returned_unbilled) AND NOT bool_or(invoiced > 0) THEN o.charge_gross ELSE 0 END AS open,
		                                  sum(share(gross_amount, shipped, quantity, o.currency) - share(gross_amount, invoiced + returned_unbilled, quantity, o.currency))
		                                  + CASE WHEN bool_or(shipped > returned_unbilled) AND NOT bool_or(invoiced > 0) THEN o.charge_gross ELSE 0 END AS delivered,
		                                  sum(share(gross_amount, shipped, quantity, o.currency)) + CASE WHEN bool_or(shipped > 0) THEN o.charge_gross ELSE 0 END AS shipped
		                             FROM order_lines WHERE order_id = o.id) v
		      WHERE o.deposits > o.deposits_applied
		), put_against AS (
		     SELECT customer_id, left_over, least(open, left_over) AS open, least(delivered, left_over - least(open, left_over)) AS delivered FROM prepaid
		), buckets AS (
		     SELECT customer_id, 'open_orders' AS bucket,
		            sum((div(2 * gross * units * kept + quantity, 2 * quantity) - div(2 * gross * units * shipped + quantity, 2 * quantity)) / units) AS amount
		       FROM lines WHERE approved GROUP BY 1
		     UNION ALL
		     SELECT customer_id, 'delivered_not_invoiced',
		            sum((div(2 * gross * units * shipped + quantity, 2 * quantity) - div(2 * gross * units * invoiced + quantity, 2 * quantity)) / units)
		       FROM lines GROUP BY 1
		     -- Charges go with the first goods: open, delivered, and then part of the first invoice.
		     UNION ALL
		     SELECT customer_id, CASE WHEN shipped THEN 'delivered_not_invoiced' ELSE 'open_orders' END, sum(charge_gross)
		       FROM (SELECT o.customer_id, o.charge_gross, o.approved, bool_or(l.shipped > l.returned_unbilled) AS shipped, bool_or(l.invoiced > 0) AS invoiced,
		                    bool_or(l.shipped + l.cancelled < l.quantity) AS open
		               FROM orders o JOIN order_lines l ON l.order_id = o.id
		              WHERE o.charge_gross > 0 AND o.invoicing <> 'milestones' GROUP BY o.id) charged
		      WHERE NOT invoiced AND (shipped OR open AND approved) GROUP BY 1, 2
		     -- What milestones have billed is taken from what was delivered first, and then from what is open (models.MilestonesBilled).
		     UNION ALL
		     SELECT customer_id, 'open_orders', open - least(open, greatest(billed - delivered, 0)) FROM by_milestones WHERE approved
		     UNION ALL SELECT customer_id, 'delivered_not_invoiced', greatest(delivered - billed, 0) FROM by_milestones
		     UNION ALL SELECT customer_id, 'open_invoices', sum(open_amount) FROM open_items GROUP BY 1
		     UNION ALL SELECT customer_id, 'unapplied_cash', sum(unapplied) FROM payments WHERE customer_id IS NOT NULL GROUP BY 1
		     UNION ALL SELECT customer_id, 'customer_credit', sum(remaining) FROM customer_credits GROUP BY 1
		     UNION ALL
		     SELECT p.customer_id, b.bucket, b.amount
		       FROM put_against p CROSS JOIN LATERAL (VALUES ('open_orders', -open), ('delivered_not_invoiced', -delivered), ('deposits', left_over - open - delivered)) AS b (bucket, amount)
		), kept AS (
		     SELECT a.customer_id, b.bucket, b.amount
		       FROM credit_accounts a CROSS JOIN LATERAL (VALUES ('open_orders', open_orders), ('delivered_not_invoiced', delivered_not_invoiced),
		            ('open_invoices', open_invoices), ('unapplied_cash', unapplied_cash), ('customer_credit', customer_credit),
		            ('deposits', deposits)) AS b (bucket, amount)
		), recomputed AS (SELECT customer_id, bucket, sum(amount) AS amount FROM buckets GROUP BY 1, 2)
		SELECT customer_id, format('%s is %s, recomputed %s', bucket, coalesce(k.amount::text, 'missing'), round(coalesce(r.amount, 0), minor_units(c.currency)))
		  FROM kept k FULL JOIN recomputed r USING (customer_id, bucket) JOIN customers c ON c.id = customer_id
		 WHERE k.amount IS DISTINCT FROM coalesce(r.amount, 0)
		UNION ALL
		SELECT id, 'has no credit account' FROM customers WHERE NOT EXISTS (SELECT FROM credit_accounts WHERE customer_id = customers.id)`},

	{Name: "credit-groups", Meaning: "a customer's account names the topmost customer above it, under whose lock the group's credit is decided", query: `
		WITH RECURSIVE tree AS (
		     SELECT id, id AS top, 1 AS level FROM customers WHERE parent_id IS NULL
		     UNION ALL SELECT c.id, tree.top, tree.level + 1 FROM customers c JOIN tree ON c.parent_id = tree.id
		)
		SELECT a.customer_id, format('is decided with %s, the top of its group is %s', coalesce(a.group_id, 'itself'), coalesce(tree.top, 'not there'))
		  FROM credit_accounts a LEFT JOIN tree ON tree.id = a.customer_id
		 WHERE coalesce(a.group_id, a.customer_id) IS DISTINCT FROM tree.top`},

	{Name: "releases", Meaning: "an order that goes on by a release goes on by one that was given for it", query: `
		SELECT o.id, format('goes on by %s, a %s of order %s, until %s; the order says until %s', d.id, d.decision, d.order_id, coalesce(d.valid_until::text, 'ever'),
		                    coalesce(o.release_until::text, 'ever'))
		  FROM orders o JOIN credit_decisions d ON d.id = o.release_id
		 WHERE d.decision <> 'release' OR d.order_id <> o.id OR d.valid_until IS DISTINCT FROM o.release_until`},

	{Name: "approvals-wait", Meaning: "a release that waits for a second person is of an order that waits for credit", query: `
		SELECT a.id, format('order %s is in stage %s', a.subject, coalesce(o.stage, 'none'))
		  FROM approvals a LEFT JOIN orders o ON o.id = a.subject
		 WHERE a.kind = 'credit_release' AND a.decided_at IS NULL AND coalesce(o.stage, '') NOT IN ('credit_hold', 'awaiting_prepayment')`},
}
