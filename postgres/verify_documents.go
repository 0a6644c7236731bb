package postgres

// The invariants of documents and their numbers.
var documentInvariants = []Invariant{
	{Name: "numbers-gapless", Meaning: "the numbers of each series and year run from 1 to its counter, each on the document that it names", query: `
		WITH documents AS (
		     SELECT number, series, year, sequence FROM numbered_documents
		), counters AS (
		     SELECT coalesce(s.series, d.series) AS series, coalesce(s.year, d.year) AS year, coalesce(s.last, 0) AS last,
		            coalesce(d.documents, 0) AS documents, coalesce(d.lowest, 1) AS lowest, coalesce(d.highest, 0) AS highest
		       FROM number_series s
		       FULL JOIN (SELECT series, year, count(DISTINCT sequence) AS documents, min(sequence) AS lowest, max(sequence) AS highest
		                    FROM documents GROUP BY 1, 2) d ON d.series = s.series AND d.year = s.year
		)
		SELECT series || '-' || year, format('the counter stands at %s; %s documents, from %s to %s', last, documents, lowest, highest)
		  FROM counters WHERE lowest <> 1 OR highest <> last OR documents <> last
		UNION ALL
		SELECT number, format('is number %s of %s %s', sequence, series, year)
		  FROM documents WHERE number <> series || '-' || year || '-' || lpad(sequence::text, greatest(6, length(sequence::text)), '0')`},

	{Name: "invoices-add-up", Meaning: "an invoice's totals are the sums of its lines, of its charges and of its tax groups, each made of its lines and taxed once", query: `
		SELECT v.number, format('lines %s, allowance %s, charges %s, net %s, tax %s; sums: lines %s, allowance %s, charges %s and %s, net %s, tax %s%s', v.line_total,
		            v.allowance_total, v.charge_total, v.net_total, v.tax_total, l.net, t.allowance, coalesce(c.amount, 0), t.charge, t.taxable, t.tax,
		            CASE WHEN t.wrong > 0 THEN ', a group is taxed wrongly' END)
		  FROM invoices v
		  LEFT JOIN (SELECT invoice, sum(net_amount) AS net FROM invoice_lines GROUP BY 1) l ON l.invoice = v.number
		  LEFT JOIN (SELECT invoice, sum(amount) AS amount FROM invoice_charges GROUP BY 1) c ON c.invoice = v.number
		  LEFT JOIN (SELECT t.invoice, sum(t.allowance) AS allowance, sum(t.charge) AS charge, sum(t.taxable) AS taxable, sum(t.tax) AS tax,
		                    count(*) FILTER (WHERE abs(t.tax - round(t.taxable * t.rate * 0.01, minor_units(v.currency)))
		                                           > CASE WHEN v.milestone IS NULL THEN 0 ELSE power(10::numeric, -minor_units(v.currency)) END) AS wrong
		               FROM invoice_taxes t JOIN invoices v ON v.number = t.invoice GROUP BY 1) t ON t.invoice = v.number
		 WHERE (v.line_total, v.allowance_total, v.charge_total, v.charge_total, v.net_total, v.tax_total)
		       IS DISTINCT FROM (l.net, t.allowance, coalesce(c.amount, 0), t.charge, t.taxable, t.tax) OR t.wrong > 0
		UNION ALL
		SELECT coalesce(t.invoice, l.invoice), format('%s %s %%: taxable %s, lines %s, allowance %s, charges %s', coalesce(t.category, l.tax_category), coalesce(t.rate, l.tax_rate),
		            t.taxable, coalesce(l.net, 0), t.allowance, t.charge)
		  FROM invoice_taxes t
		  FULL JOIN (SELECT invoice, tax_category, tax_rate, sum(net_amount) AS net FROM invoice_lines GROUP BY 1, 2, 3) l
		    ON (l.invoice, l.tax_category, l.tax_rate) = (t.invoice, t.category, t.rate)
		 WHERE t.taxable IS DISTINCT FROM coalesce(l.net, 0) - coalesce(t.allowance, 0) + coalesce(t.charge, 0)`},

	{Name: "credit-notes-add-up", Meaning: "a credit note's totals are the sums of its tax groups, and all credit notes of an invoice are at most the invoice, group by group", query: `
		SELECT n.number, format('net %s, tax %s; groups: net %s, tax %s', n.net_total, n.tax_total, t.taxable, t.tax)
		  FROM credit_notes n
		  LEFT JOIN (SELECT credit_note, sum(taxable) AS taxable, sum(tax) AS tax FROM credit_note_taxes GROUP BY 1) t ON t.credit_note = n.number
		 WHERE (n.net_total, n.tax_total) IS DISTINCT FROM (t.taxable, t.tax)
		UNION ALL
		SELECT c.invoice, format('%s %s %%: credited %s and %s tax of %s and %s', c.category, c.rate, c.taxable, c.tax, coalesce(t.taxable, 0), coalesce(t.tax, 0))
		  FROM (SELECT n.invoice, t.category, t.rate, sum(t.taxable) AS taxable, sum(t.tax) AS tax
		          FROM credit_notes n JOIN credit_note_taxes t ON t.credit_note = n.number GROUP BY 1, 2, 3) c
		  LEFT JOIN invoice_taxes t ON (t.invoice, t.category, t.rate) = (c.invoice, c.category, c.rate)
		 WHERE c.taxable > coalesce(t.taxable, 0) OR c.tax > coalesce(t.tax, 0)
		UNION ALL
		SELECT c.invoice, format('line %s: credited %s of %s, net %s of %s', c.invoice_line, c.quantity, l.quantity, c.net, l.net_amount)
		  FROM (SELECT invoice, invoice_line, sum(quantity) AS quantity, sum(net_amount) AS net FROM credit_note_lines GROUP BY 1, 2) c
		  JOIN invoice_lines l ON l.invoice = c.invoice AND l.line = c.invoice_line
		 WHERE c.quantity > l.quantity OR c.net > l.net_amount`},

	{Name: "customer-credits", Meaning: "what a credit note gave its customer is kept once, and what is used of it is the sum of its applications and refunds", query: `
		SELECT n.number, format('gave %s; kept %s, applied %s of %s, refunded %s of %s', n.customer_credit, c.amount, c.applied, coalesce(a.amount, 0), c.refunded, coalesce(r.amount, 0))
		  FROM credit_notes n
		  LEFT JOIN customer_credits c ON c.credit_note = n.number
		  LEFT JOIN (SELECT credit_note, sum(amount) AS amount FROM credit_applications GROUP BY 1) a ON a.credit_note = n.number
		  LEFT JOIN (SELECT credit_note, sum(amount) AS amount FROM credit_refunds GROUP BY 1) r ON r.credit_note = n.number
		 WHERE (coalesce(c.amount, 0), coalesce(c.applied, 0), coalesce(c.refunded, 0)) <> (n.customer_credit, coalesce(a.amount, 0), coalesce(r.amount, 0))
		    OR (c.customer_id, c.currency) <> (n.customer_id, n.currency)`},

	{Name: "instalments-add-up", Meaning: "the instalments of an invoice sum to it, and it is due with the last of them", query: `
		SELECT v.number, format('%s due on %s, instalments %s until %s', v.total, v.due_date, p.amount, p.due_date)
		  FROM (SELECT invoice, sum(amount) AS amount, max(due_date) AS due_date FROM invoice_instalments GROUP BY 1) p
		  JOIN invoices v ON v.number = p.invoice
		 WHERE (v.total, v.due_date) <> (p.amount, p.due_date)`},

	{Name: "billed-once", Meaning: "no more of a delivery is billed than was delivered, in whatever mode", query: `
		SELECT l.shipment_id, format('line %s: billed %s, delivered %s', l.order_line, l.quantity, coalesce(s.quantity, 0))
		  FROM (SELECT shipment_id, order_line, sum(quantity) AS quantity FROM invoice_lines WHERE milestone IS NULL GROUP BY 1, 2) l
		  LEFT JOIN shipment_lines s ON s.shipment_id = l.shipment_id AND s.line = l.order_line
		 WHERE l.quantity > coalesce(s.quantity, 0)`},

	{Name: "invoiced-quantities", Meaning: "what is invoiced of an order line is the sum of its invoices; milestones bill no quantities", query: `
		SELECT l.order_id, format('line %s: invoiced %s, invoices %s', l.line, l.invoiced, coalesce(v.quantity, 0))
		  FROM order_lines l
		  LEFT JOIN (SELECT order_id, order_line, sum(quantity) AS quantity FROM invoice_lines WHERE milestone IS NULL GROUP BY 1, 2) v
		         ON v.order_id = l.order_id AND v.order_line = l.line
		 WHERE l.invoiced <> coalesce(v.quantity, 0)`},
}
