package postgres

// The invariants of deposits: what came for an order before its invoices.
var depositInvariants = []Invariant{
	{Name: "deposits-of-orders", Meaning: "what has come for an order is the sum of its prepayment invoices less what was given back of them, and what is applied the sum of its uses; of a closed order nothing is left", query: `
		WITH of_order AS (
		     SELECT p.order_id, sum(p.total) - coalesce(sum(u.given_back), 0) AS deposits, coalesce(sum(u.applied), 0) AS applied
		       FROM prepayment_invoices p
		       LEFT JOIN (SELECT deposit, sum(amount) FILTER (WHERE invoice IS NULL) AS given_back, sum(amount) FILTER (WHERE invoice IS NOT NULL) AS applied
		                    FROM deposit_uses GROUP BY 1) u ON u.deposit = p.number
		      GROUP BY 1
		)
		SELECT coalesce(o.id, d.order_id), format('%s: deposits %s, applied %s; documents %s, %s', o.stage, o.deposits, o.deposits_applied, coalesce(d.deposits, 0), coalesce(d.applied, 0))
		  FROM (SELECT * FROM orders WHERE deposits <> 0 OR deposits_applied <> 0) o FULL JOIN of_order d ON d.order_id = o.id
		 WHERE (coalesce(o.deposits, 0), coalesce(o.deposits_applied, 0)) <> (coalesce(d.deposits, 0), coalesce(d.applied, 0)) OR o.stage = 'closed' AND o.deposits <> o.deposits_applied`},

	{Name: "deposits-of-payments", Meaning: "what of a payment is kept as deposit is the sum of its prepayment invoices less what was given back of them", query: `
		WITH of_payment AS (
		     SELECT p.payment_id, sum(p.total) - coalesce(sum(u.given_back), 0) AS deposits
		       FROM prepayment_invoices p
		       LEFT JOIN (SELECT deposit, sum(amount) AS given_back FROM deposit_uses WHERE invoice IS NULL GROUP BY 1) u ON u.deposit = p.number
		      GROUP BY 1
		)
		SELECT coalesce(p.id, d.payment_id), format('deposits %s, documents %s', coalesce(p.deposits, 0), coalesce(d.deposits, 0))
		  FROM (SELECT * FROM payments WHERE deposits <> 0) p FULL JOIN of_payment d ON d.payment_id = p.id
		 WHERE coalesce(p.deposits, 0) <> coalesce(d.deposits, 0)`},

	{Name: "items-deposits", Meaning: "what deposits have paid of an invoice is the sum of their uses", query: `
		SELECT coalesce(i.number, u.invoice), format('deposits applied %s, uses %s', coalesce(i.deposits_applied, 0), coalesce(u.amount, 0))
		  FROM (SELECT * FROM open_items WHERE deposits_applied <> 0) i
		  FULL JOIN (SELECT invoice, sum(amount) AS amount FROM deposit_uses WHERE invoice IS NOT NULL GROUP BY 1) u ON u.invoice = i.number
		 WHERE coalesce(i.deposits_applied, 0) <> coalesce(u.amount, 0)`},

	{Name: "deposits-tie-out", Meaning: "the account of customer deposits is, deposit by deposit, what is left of each, net, for its customer and in its currency", query: `
		WITH left_over AS (
		     SELECT p.number, p.customer_id, p.currency, p.net_total - coalesce(u.net, 0) AS net
		       FROM prepayment_invoices p LEFT JOIN (SELECT deposit, sum(net) AS net FROM deposit_uses GROUP BY 1) u ON u.deposit = p.number
		), account AS (
		     SELECT document, customer_id, currency, sum(credit - debit) AS balance FROM ledger_lines WHERE account = 'customer_deposits' GROUP BY 1, 2, 3
		)
		SELECT coalesce(l.number, a.document), format('%s left for %s in %s, the ledger says %s', coalesce(l.net, 0), coalesce(l.customer_id, a.customer_id), coalesce(l.currency, a.currency), coalesce(a.balance, 0))
		  FROM left_over l FULL JOIN account a ON (a.document, a.customer_id, a.currency) = (l.number, l.customer_id, l.currency)
		 WHERE coalesce(l.net, 0) <> coalesce(a.balance, 0)`},

	{Name: "deposits-belong", Meaning: "a deposit is of its payment's customer, came for a pro-forma of its order, and pays invoices of that order alone", query: `
		SELECT p.number, 'is not of its payment''s customer, or not for its order''s pro-forma'
		  FROM prepayment_invoices p JOIN payments m ON m.id = p.payment_id JOIN proformas f ON f.number = p.proforma
		 WHERE m.customer_id IS DISTINCT FROM p.customer_id OR f.order_id <> p.order_id OR f.customer_id <> p.customer_id OR f.currency <> p.currency
		UNION ALL
		SELECT u.deposit, format('pays %s of another order', u.invoice)
		  FROM deposit_uses u JOIN prepayment_invoices p ON p.number = u.deposit JOIN invoices v ON v.number = u.invoice
		 WHERE v.order_id IS DISTINCT FROM p.order_id AND NOT EXISTS (SELECT FROM invoice_shares s WHERE s.invoice = v.number AND s.order_id = p.order_id)`},

	{Name: "prepayments-asked", Meaning: "an order that waits to be paid is asked for it by a pro-forma of its version", query: `
		SELECT o.id, format('version %s has no pro-forma', o.version)
		  FROM orders o
		 WHERE o.stage = 'awaiting_prepayment' AND o.total > 0 AND NOT EXISTS (SELECT FROM proformas p WHERE p.order_id = o.id AND p.order_version = o.version)
		   AND EXISTS (SELECT FROM order_lines l WHERE l.order_id = o.id AND l.gross_amount > 0 AND l.shipped + l.cancelled < l.quantity)`},
}
