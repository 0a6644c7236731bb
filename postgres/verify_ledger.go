package postgres

// The invariants of the double-entry book and its control accounts.
var ledgerInvariants = []Invariant{
	{Name: "ledger-entries-balanced", Meaning: "every entry has at least two lines, in its own currency and on its day, whose debits equal its credits, in the base currency as well", query: `
		WITH wrong AS (
		     SELECT e.id FROM ledger_entries e LEFT JOIN ledger_lines l ON l.entry_id = e.id
		      GROUP BY e.id
		     HAVING count(l.entry_id) < 2 OR sum(l.debit - l.credit) <> 0 OR sum(l.base_debit - l.base_credit) <> 0
		         OR bool_or(l.currency <> e.currency OR l.posting_date <> e.posting_date)
		)
		SELECT e.key, format('debit %s, credit %s, in the base currency debit %s, credit %s on %s lines', coalesce(sum(l.debit), 0), coalesce(sum(l.credit), 0),
		       coalesce(sum(l.base_debit), 0), coalesce(sum(l.base_credit), 0), count(l.entry_id))
		  FROM wrong JOIN ledger_entries e USING (id) LEFT JOIN ledger_lines l ON l.entry_id = e.id
		 GROUP BY e.id`},

	{Name: "ledger-balanced", Meaning: "in each currency, all debits equal all credits", query: `
		SELECT currency, format('debit %s, credit %s', sum(debit), sum(credit)) FROM ledger_lines
		 GROUP BY currency HAVING sum(debit) <> sum(credit)`},

	{Name: "documents-posted", Meaning: "every invoice, credit note, debit note with what was taken back of it, payment, application of a payment with its parts or of a credit, reversal and refund is in the ledger with its amount, net and tax apart", query: `
		WITH expected (key, account, debit) AS (
		     SELECT 'invoice/' || number, p.account, p.amount
		       FROM invoices CROSS JOIN LATERAL (VALUES ('receivables', total), ('revenue', -net_total), ('tax_payable', -tax_total)) p (account, amount) WHERE p.amount <> 0
		     UNION ALL SELECT 'credit-note/' || number, p.account, p.amount
		       FROM credit_notes CROSS JOIN LATERAL (VALUES ('receivables', -applied_to_invoice), ('customer_credit', -customer_credit), ('revenue', net_total),
		            ('tax_payable', tax_total)) p (account, amount) WHERE p.amount <> 0
		     UNION ALL SELECT 'credit-note/' || number || '/taken-back', 'receivables', written_off_reversed + payment_difference_reversed + discount_reversed FROM credit_notes
		     UNION ALL SELECT 'credit-note/' || credit_note || '/application/' || id, 'receivables', -amount FROM credit_applications
		     UNION ALL SELECT 'credit-note/' || credit_note || '/refund/' || id, 'customer_credit', amount FROM credit_refunds
		     UNION ALL SELECT 'payment/' || id, 'unapplied_cash', -amount FROM payments
		     UNION ALL SELECT 'payment/' || payment_id || '/application/' || n || p.part, p.account, -p.amount
		       FROM payment_applications a CROSS JOIN LATERAL (VALUES ('', 'receivables', a.amount), ('/discount', 'receivables', a.discount),
		            ('/discount', 'tax_payable', -a.discount_tax),
		            ('/difference', 'receivables', a.payment_difference), ('/over', 'payment_differences', a.taken_to_income)) p (part, account, amount) WHERE p.amount <> 0
		     UNION ALL SELECT 'payment/' || r.payment_id || p.part || r.n, p.account, p.amount
		       FROM payment_reversals r LEFT JOIN payment_reversals o ON o.payment_id = r.payment_id AND o.n = r.undoes
		      CROSS JOIN LATERAL (VALUES ('/reversal/', 'unapplied_cash', coalesce(o.claimed - o.amount, r.amount - r.claimed)), ('/recovery/', 'receivables', r.claimed),
		            ('/recovery/', 'unapplied_cash', -(o.claimed + r.claimed))) p (part, account, amount)
		     UNION ALL SELECT coalesce('payment/' || r.payment_id || '/recovery/' || r.n, d.kind || '/' || d.number), 'receivables', d.amount
		       FROM debit_notes d LEFT JOIN payment_reversals r ON d.kind = 'refund_recovery' AND r.id = d.cause
		     UNION ALL SELECT 'payment/' || payment_id || '/reversal/' || n || '/cost', 'bank_charges', fee FROM payment_reversals
		     UNION ALL SELECT 'payment/' || payment_id || '/refund/' || n, 'unapplied_cash', amount FROM payment_refunds
		     UNION ALL SELECT 'payment/' || payment_id || '/recovered/' || n, 'unapplied_cash', amount FROM payment_recoveries
		     UNION ALL SELECT 'write-off/' || w.id, p.account, p.amount
		       FROM write_offs w CROSS JOIN LATERAL (VALUES ('receivables', -w.amount), ('loss_allowance', w.from_allowance)) p (account, amount)
		), suspects AS ( -- Nearly every document has one line with its amount in each account. What has not, or has several, is summed up.
		     SELECT x.key, x.account, x.debit, e.id
		       FROM expected x LEFT JOIN ledger_entries e ON e.key = x.key LEFT JOIN ledger_lines l ON l.entry_id = e.id AND l.account = x.account
		      WHERE x.debit <> 0 AND l.debit - l.credit IS DISTINCT FROM x.debit
		     UNION
		     SELECT x.key, x.account, x.debit, e.id
		       FROM (SELECT entry_id, account FROM ledger_lines GROUP BY 1, 2 HAVING count(*) > 1) several
		       JOIN ledger_entries e ON e.id = several.entry_id JOIN expected x ON x.key = e.key AND x.account = several.account
		      WHERE x.debit <> 0
		)
		SELECT x.key, CASE WHEN x.id IS NULL THEN 'has no entry' ELSE format('%s: %s in the ledger, %s by the document', x.account, p.debit, x.debit) END
		  FROM suspects x
		 CROSS JOIN LATERAL (SELECT coalesce(sum(l.debit - l.credit), 0) AS debit FROM ledger_lines l
		                      WHERE l.entry_id = x.id AND l.account = x.account) p
		 WHERE x.id IS NULL OR p.debit <> x.debit`},

	{Name: "receivables-control", Meaning: "per customer and currency, the receivables account equals the open items", query: `
		WITH sums AS (
		     SELECT customer_id, currency, sum(debit - credit) AS control, 0 AS items FROM ledger_lines WHERE account = 'receivables' GROUP BY 1, 2
		     UNION ALL SELECT customer_id, currency, 0, sum(open_amount) FROM open_items GROUP BY 1, 2
		)
		SELECT coalesce(customer_id, '(nobody)'), format('control account %s %s, open items %s', sum(control), currency, sum(items)) FROM sums
		 GROUP BY customer_id, currency HAVING sum(control) <> sum(items)`},

	{Name: "unapplied-cash-control", Meaning: "per customer and currency, the unapplied cash account equals what is unapplied of the payments", query: `
		WITH sums AS (
		     SELECT customer_id, currency, sum(credit - debit) AS control, 0 AS unapplied FROM ledger_lines WHERE account = 'unapplied_cash' GROUP BY 1, 2
		     UNION ALL SELECT customer_id, currency, 0, sum(unapplied) FROM payments GROUP BY 1, 2
		)
		SELECT coalesce(customer_id, '(nobody)'), format('control account %s %s, payments %s', sum(control), currency, sum(unapplied)) FROM sums
		 GROUP BY customer_id, currency HAVING sum(control) <> sum(unapplied)`},

	{Name: "customer-credit-control", Meaning: "per customer and currency, the customer credit account equals what is left of the credits that credit notes gave", query: `
		WITH sums AS (
		     SELECT customer_id, currency, sum(credit - debit) AS control, 0 AS unused FROM ledger_lines WHERE account = 'customer_credit' GROUP BY 1, 2
		     UNION ALL SELECT customer_id, currency, 0, sum(remaining) FROM customer_credits GROUP BY 1, 2
		)
		SELECT coalesce(customer_id, '(nobody)'), format('control account %s %s, credit notes %s', sum(control), currency, sum(unused)) FROM sums
		 GROUP BY customer_id, currency HAVING sum(control) <> sum(unused)`},
}
