package postgres

// The invariants of documents and their numbers.
var documentInvariants = []Invariant{
	{Name: "numbers-gapless", Meaning: "the numbers of each series and year run from 1 to its counter, each on the document that it names", query: `
		WITH documents AS (
		     SELECT number, series, year, sequence FROM invoices UNION ALL SELECT number, series, year, sequence FROM credit_notes
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

	{Name: "invoices-add-up", Meaning: "an invoice's totals are the sums of its lines, of its charges and of its tax groups, each taxed once", query: `
		SELECT v.number, format('lines %s, allowance %s, charges %s, net %s, tax %s; sums: lines %s, allowance %s, charges %s and %s, net %s, tax %s%s', v.line_total,
		            v.allowance_total, v.charge_total, v.net_total, v.tax_total, l.net, t.allowance, coalesce(c.amount, 0), t.charge, t.taxable, t.tax,
		            CASE WHEN t.wrong > 0 THEN ', a group is taxed wrongly' END)
		  FROM invoices v
		  LEFT JOIN (SELECT invoice, sum(net_amount) AS net FROM invoice_lines GROUP BY 1) l ON l.invoice = v.number
		  LEFT JOIN (SELECT invoice, sum(amount) AS amount FROM invoice_charges GROUP BY 1) c ON c.invoice = v.number
		  LEFT JOIN (SELECT t.invoice, sum(t.allowance) AS allowance, sum(t.charge) AS charge, sum(t.taxable) AS taxable, sum(t.tax) AS tax,
		                    count(*) FILTER (WHERE t.tax <> round(t.taxable * t.rate * 0.01, minor_units(v.currency))) AS wrong
		               FROM invoice_taxes t JOIN invoices v ON v.number = t.invoice GROUP BY 1) t ON t.invoice = v.number
		 WHERE (v.line_total, v.allowance_total, v.charge_total, v.charge_total, v.net_total, v.tax_total)
		       IS DISTINCT FROM (l.net, t.allowance, coalesce(c.amount, 0), t.charge, t.taxable, t.tax) OR t.wrong > 0`},

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
		 WHERE c.taxable > coalesce(t.taxable, 0) OR c.tax > coalesce(t.tax, 0)`},

	{Name: "invoiced-quantities", Meaning: "what is invoiced of an order line is the sum of its invoices", query: `
		SELECT l.order_id, format('line %s: invoiced %s, invoices %s', l.line, l.invoiced, coalesce(v.quantity, 0))
		  FROM order_lines l
		  LEFT JOIN (SELECT order_id, order_line, sum(quantity) AS quantity FROM invoice_lines GROUP BY 1, 2) v
		         ON v.order_id = l.order_id AND v.order_line = l.line
		 WHERE l.invoiced <> coalesce(v.quantity, 0)`},
}
