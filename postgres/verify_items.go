package postgres

// The invariants of open items and of the money that settles them.
var itemInvariants = []Invariant{
	{Name: "payments-split", Meaning: "a payment is what was applied, unapplied, refunded and reversed of it, and what was applied is the sum of its applications", query: `
		SELECT p.id, format('amount %s, applied %s, unapplied %s, refunded %s, reversed %s; applications %s', p.amount, p.applied, p.unapplied, p.refunded, p.reversed,
		            coalesce(a.amount, 0))
		  FROM payments p LEFT JOIN (SELECT payment_id, sum(amount) AS amount FROM payment_applications GROUP BY 1) a ON a.payment_id = p.id
		 WHERE p.amount <> p.applied + p.unapplied + p.refunded + p.reversed OR p.applied <> coalesce(a.amount, 0)`},

	{Name: "items-paid", Meaning: "what is paid of an invoice is the sum of the payments applied to it", query: `
		SELECT i.invoice, format('paid %s, applications %s', i.paid, coalesce(a.amount, 0))
		  FROM open_items i LEFT JOIN (SELECT invoice, sum(amount) AS amount FROM payment_applications GROUP BY 1) a ON a.invoice = i.invoice
		 WHERE i.paid <> coalesce(a.amount, 0)`},

	{Name: "items-credited", Meaning: "what is credited of an invoice is the sum of what its credit notes lowered it by", query: `
		SELECT i.invoice, format('credited %s, credit notes %s', i.credited, coalesce(n.amount, 0))
		  FROM open_items i LEFT JOIN (SELECT invoice, sum(applied_to_invoice) AS amount FROM credit_notes GROUP BY 1) n ON n.invoice = i.invoice
		 WHERE i.credited <> coalesce(n.amount, 0)`},

	{Name: "items-credit-applied", Meaning: "what customer credit has paid of an invoice is the sum of its applications", query: `
		SELECT i.invoice, format('credit applied %s, applications %s', i.credit_applied, coalesce(a.amount, 0))
		  FROM open_items i LEFT JOIN (SELECT invoice, sum(amount) AS amount FROM credit_applications GROUP BY 1) a ON a.invoice = i.invoice
		 WHERE i.credit_applied <> coalesce(a.amount, 0)`},

	{Name: "items-match-invoices", Meaning: "every invoice has one open item with its customer, order, currency, due date and total", query: `
		SELECT v.number, CASE WHEN i.invoice IS NULL THEN 'has no open item' ELSE 'differs from its open item' END
		  FROM invoices v LEFT JOIN open_items i ON i.invoice = v.number
		 WHERE (v.customer_id, v.order_id, v.currency, v.due_date, v.total) IS DISTINCT FROM (i.customer_id, i.order_id, i.currency, i.due_date, i.total)`},

	{Name: "disputed-amounts", Meaning: "what is disputed of an invoice is the sum of its disputes that are not resolved", query: `
		SELECT i.invoice, format('disputed %s, disputes %s', i.disputed_amount, coalesce(d.amount, 0))
		  FROM open_items i
		  LEFT JOIN (SELECT invoice, sum(amount) AS amount FROM disputes
		              WHERE state IN ('open', 'awaiting_customer', 'awaiting_approval') GROUP BY 1) d ON d.invoice = i.invoice
		 WHERE i.disputed_amount <> coalesce(d.amount, 0)`},

	{Name: "dunning-rests", Meaning: "no notice is planned for an invoice of which nothing undisputed is open", query: `
		SELECT invoice, format('level %s is planned at %s; open %s, disputed %s', next_level, next_dunning_at, open_amount, disputed_amount)
		  FROM open_items WHERE next_level IS NOT NULL AND open_amount <= disputed_amount`},
}
