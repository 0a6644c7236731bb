package postgres

// The invariants of open items and of the money that settles them.
var itemInvariants = []Invariant{
	{Name: "payments-split", Meaning: "a payment is what was applied, recovered, taken to income, kept as deposit, refunded (less what the bank took back of that), reversed and is unapplied of it, each the sum of its rows", query: `
		SELECT p.id, format('amount %s, applied %s, recovered %s, taken to income %s, deposits %s, unapplied %s, refunded %s, reversed %s; rows: applied %s, recovered %s, taken to income %s, refunded %s, reversed %s',
		            p.amount, p.applied, p.recovered, p.taken_to_income, p.deposits, p.unapplied, p.refunded, p.reversed, coalesce(a.amount, 0), coalesce(v.amount, 0), coalesce(a.income, 0),
		            coalesce(f.amount, 0) - coalesce(r.claimed, 0), coalesce(r.amount, 0))
		  FROM payments p
		  LEFT JOIN (SELECT payment_id, sum(amount) AS amount, sum(taken_to_income) AS income FROM payment_applications GROUP BY 1) a ON a.payment_id = p.id
		  LEFT JOIN (SELECT payment_id, sum(amount) AS amount FROM payment_recoveries GROUP BY 1) v ON v.payment_id = p.id
		  LEFT JOIN (SELECT payment_id, sum(amount) AS amount FROM payment_refunds GROUP BY 1) f ON f.payment_id = p.id
		  LEFT JOIN (SELECT payment_id, sum(amount) AS amount, sum(claimed) AS claimed FROM payment_reversals GROUP BY 1) r ON r.payment_id = p.id
		 WHERE p.amount <> p.applied + p.recovered + p.taken_to_income + p.deposits + p.unapplied + p.refunded + p.reversed
		    OR (p.applied, p.recovered, p.taken_to_income, p.refunded, p.reversed) <> (coalesce(a.amount, 0), coalesce(v.amount, 0), coalesce(a.income, 0), coalesce(f.amount, 0) - coalesce(r.claimed, 0), coalesce(r.amount, 0))`},

	{Name: "applications-mirrored", Meaning: "what undoes an application of a payment is its negative, but for what a credit note took back of its discount and difference", query: `
		SELECT u.payment_id, format('application %s undoes %s: %s, discount %s, difference %s, to income %s; was %s, %s, %s, %s', u.n, u.undoes, u.amount, u.discount,
		            u.payment_difference, u.taken_to_income, a.amount, a.discount, a.payment_difference, a.taken_to_income)
		  FROM payment_applications u JOIN payment_applications a ON a.payment_id = u.payment_id AND a.n = u.undoes
		 WHERE a.undoes IS NOT NULL OR (u.invoice, -u.amount, -u.taken_to_income, -u.deduction) <> (a.invoice, a.amount, a.taken_to_income, a.deduction)
		    OR -u.discount > a.discount OR -u.discount_tax > a.discount_tax OR -u.payment_difference > a.payment_difference`},

	{Name: "items-paid", Meaning: "what is paid, discounted and given up as a difference of an invoice is the sum of the payments applied to it, less what its credit notes took back", query: `
		SELECT i.number, format('paid %s, discount %s, difference %s; applications %s, %s, %s; taken back %s, %s', i.paid, i.discount, i.payment_difference,
		            coalesce(a.amount, 0), coalesce(a.discount, 0), coalesce(a.difference, 0), coalesce(n.discount, 0), coalesce(n.difference, 0))
		  FROM open_items i
		  LEFT JOIN (SELECT invoice, sum(amount) AS amount, sum(discount) AS discount, sum(payment_difference) AS difference
		               FROM payment_applications GROUP BY 1) a ON a.invoice = i.number
		  LEFT JOIN (SELECT invoice, sum(discount_reversed) AS discount, sum(payment_difference_reversed) AS difference
		               FROM credit_notes GROUP BY 1) n ON n.invoice = i.number
		 WHERE (i.paid, i.discount, i.payment_difference)
		    <> (coalesce(a.amount, 0), coalesce(a.discount, 0) - coalesce(n.discount, 0), coalesce(a.difference, 0) - coalesce(n.difference, 0))`},

	{Name: "items-credited", Meaning: "what is credited of an item is the sum of what credit notes lowered an invoice by, or of what was taken back of a debit note", query: `
		SELECT i.number, format('credited %s, credit notes %s, taken back %s', i.credited, coalesce(n.amount, 0), coalesce(r.amount, 0))
		  FROM open_items i
		  LEFT JOIN (SELECT invoice, sum(applied_to_invoice) AS amount FROM credit_notes GROUP BY 1) n ON n.invoice = i.number
		  LEFT JOIN (SELECT debit_note, sum(amount) AS amount FROM debit_note_reductions GROUP BY 1) r ON r.debit_note = i.number
		 WHERE i.credited <> coalesce(n.amount, 0) + coalesce(r.amount, 0)`},

	{Name: "items-credit-applied", Meaning: "what customer credit has paid of an invoice is the sum of its applications", query: `
		SELECT i.number, format('credit applied %s, applications %s', i.credit_applied, coalesce(a.amount, 0))
		  FROM open_items i LEFT JOIN (SELECT invoice, sum(amount) AS amount FROM credit_applications GROUP BY 1) a ON a.invoice = i.number
		 WHERE i.credit_applied <> coalesce(a.amount, 0)`},

	{Name: "items-match-invoices", Meaning: "every invoice has one open item with its customer, order, currency, due date and total", query: `
		SELECT v.number, CASE WHEN i.number IS NULL THEN 'has no open item' ELSE 'differs from its open item' END
		  FROM invoices v LEFT JOIN open_items i ON i.number = v.number
		 WHERE (v.customer_id, v.order_id, v.currency, v.due_date, v.total) IS DISTINCT FROM (i.customer_id, i.order_id, i.currency, i.due_date, i.total)`},

	{Name: "items-match-debit-notes", Meaning: "every debit note has one open item of its kind, with its customer, invoice, currency, day and amount, and what is no invoice has a debit note", query: `
		SELECT coalesce(n.number, i.number), CASE WHEN i.number IS NULL THEN 'has no open item' WHEN n.number IS NULL THEN 'is an open item without a debit note' ELSE 'differs from its open item' END
		  FROM debit_notes n FULL JOIN (SELECT * FROM open_items WHERE kind <> 'invoice') i ON i.number = n.number
		 WHERE (n.kind, n.customer_id, n.invoice, n.currency, n.charged_on, n.amount) IS DISTINCT FROM (i.kind, i.customer_id, i.invoice, i.currency, i.due_date, i.total)`},

	{Name: "refunds-recovered", Meaning: "what had been refunded of a payment that the bank took back is owed under a debit note, less what came again of it", query: `
		SELECT r.payment_id, format('reversal %s claims %s, %s of it taken back; the debit note is %s, %s of it taken back', r.n, r.claimed, -coalesce(w.claimed, 0), coalesce(d.amount, 0), coalesce(x.amount, 0))
		  FROM payment_reversals r
		  LEFT JOIN payment_reversals w ON w.payment_id = r.payment_id AND w.undoes = r.n
		  LEFT JOIN debit_notes d ON d.cause = r.id AND d.kind = 'refund_recovery'
		  LEFT JOIN (SELECT debit_note, sum(amount) AS amount FROM debit_note_reductions GROUP BY 1) x ON x.debit_note = d.number
		 WHERE r.undoes IS NULL AND (r.claimed, -coalesce(w.claimed, 0)) <> (coalesce(d.amount, 0), coalesce(x.amount, 0))
		UNION ALL SELECT d.number, 'is no reversal''s' FROM debit_notes d
		 WHERE d.kind = 'refund_recovery' AND NOT EXISTS (SELECT FROM payment_reversals r WHERE r.id = d.cause)`},

	{Name: "disputed-amounts", Meaning: "what is disputed of an invoice is the sum of its disputes that are not resolved", query: `
		SELECT i.number, format('disputed %s, disputes %s', i.disputed_amount, coalesce(d.amount, 0))
		  FROM open_items i
		  LEFT JOIN (SELECT invoice, sum(amount) AS amount FROM disputes
		              WHERE state IN ('open', 'awaiting_customer', 'awaiting_approval') GROUP BY 1) d ON d.invoice = i.number
		 WHERE i.disputed_amount <> coalesce(d.amount, 0)`},

	{Name: "dunning-next", Meaning: "the next notice of an invoice is the earliest of its instalments", query: `
		SELECT i.number, format('level %s is planned at %s, its instalments say %s at %s', i.next_level, i.next_dunning_at, n.level, n.at)
		  FROM open_items i
		  LEFT JOIN LATERAL (SELECT (d #>> '{next,at}')::timestamptz AS at, (d #>> '{next,level}')::integer AS level, (d ->> 'instalment')::integer AS instalment
		                       FROM jsonb_array_elements(i.dunned) AS d WHERE d ? 'next' ORDER BY 1, 3 LIMIT 1) n ON true
		 WHERE i.dunned <> '[]' AND (i.next_dunning_at, i.next_level) IS DISTINCT FROM (n.at, n.level)`},

	{Name: "awaited", Meaning: "an invoice waits for its open promise, its active dunning hold and, while something undisputed is open of it, its plan, and for nothing else but its disputes", query: `
		SELECT i.number, format('waits for %s, open are %s', coalesce(w.ids, 'nothing'), coalesce(o.ids, 'none'))
		  FROM open_items i
		  LEFT JOIN LATERAL (SELECT string_agg(w ->> 'id', ' ' ORDER BY w ->> 'id') AS ids FROM jsonb_array_elements(i.waits) AS w WHERE w ->> 'kind' <> 'dispute') w ON true
		  LEFT JOIN (SELECT invoice, string_agg(id, ' ' ORDER BY id) AS ids
		               FROM (SELECT invoice, id FROM promises WHERE state = 'open' UNION ALL SELECT invoice, id FROM dunning_holds WHERE state = 'active'
		                     UNION ALL SELECT number, plan FROM open_items WHERE plan IS NOT NULL AND open_amount > disputed_amount) a
		              GROUP BY 1) o ON o.invoice = i.number
		 WHERE w.ids IS DISTINCT FROM o.ids`},

	{Name: "dunning-rests", Meaning: "no notice is planned for an invoice of which nothing undisputed is open", query: `
		SELECT number, format('level %s is planned at %s; open %s, disputed %s', next_level, next_dunning_at, open_amount, disputed_amount)
		  FROM open_items WHERE next_level IS NOT NULL AND open_amount <= disputed_amount`},
}
