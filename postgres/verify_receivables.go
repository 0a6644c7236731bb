package postgres

// The invariants of invoices that belong to no single order, and of the billings that issue them.
var receivableInvariants = []Invariant{
	{Name: "shares-add-up", Meaning: "an invoice of no single order is shared by the orders of its lines and charges, and their shares sum to it", query: `
		SELECT v.number, format('total %s, shares %s', v.total, coalesce(s.amount, 0))
		  FROM invoices v LEFT JOIN (SELECT invoice, sum(amount) AS amount FROM invoice_shares GROUP BY 1) s ON s.invoice = v.number
		 WHERE CASE WHEN v.order_id IS NULL THEN v.total <> coalesce(s.amount, 0) ELSE s.invoice IS NOT NULL END
		UNION ALL
		SELECT coalesce(s.invoice, l.invoice), format('order %s has %s', coalesce(s.order_id, l.order_id),
		            CASE WHEN s.invoice IS NULL THEN 'lines and no share' ELSE 'a share and no line' END)
		  FROM invoice_shares s
		  FULL JOIN (SELECT b.invoice, b.order_id FROM (SELECT invoice, order_id FROM invoice_lines UNION SELECT invoice, order_id FROM invoice_charges) b
		               JOIN invoices v ON v.number = b.invoice AND v.order_id IS NULL) l ON (l.invoice, l.order_id) = (s.invoice, s.order_id)
		 WHERE s.invoice IS NULL OR l.invoice IS NULL
		UNION ALL
		SELECT l.invoice, format('bills order %s, and is of order %s', l.order_id, v.order_id)
		  FROM invoice_lines l JOIN invoices v ON v.number = l.invoice
		 WHERE v.order_id <> l.order_id`},

	{Name: "billings-wait", Meaning: "what was shipped of a consolidated order and is not invoiced has a period at whose end it will be", query: `
		SELECT o.id, 'is shipped and not invoiced, and its customer is not to be billed'
		  FROM orders o
		 WHERE o.invoicing = 'consolidated' AND EXISTS (SELECT FROM order_lines l WHERE l.order_id = o.id AND l.shipped > l.invoiced + l.returned_unbilled)
		   AND NOT EXISTS (SELECT FROM billings b WHERE b.customer_id = o.customer_id AND b.billing_period = o.billing_period AND b.billed_at IS NULL)`},

	{Name: "billed-alike", Meaning: "what a billing has invoiced is of no single order but of consolidated orders of its customer, and the billing is done", query: `
		SELECT v.number, format('billing %s of %s, %s', b.id, b.customer_id, CASE WHEN b.billed_at IS NULL THEN 'not done' ELSE 'done' END)
		  FROM invoices v JOIN billings b ON b.id = v.billing_id
		 WHERE b.billed_at IS NULL OR b.customer_id <> v.customer_id OR v.order_id IS NOT NULL
		    OR EXISTS (SELECT FROM invoice_shares s JOIN orders o ON o.id = s.order_id WHERE s.invoice = v.number AND o.invoicing <> 'consolidated')`},
}
