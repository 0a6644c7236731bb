package postgres

// The invariants that lead from the ledger back to the documents: no entry stands by itself.
var entryInvariants = []Invariant{
	// The events and the shapes of their keys are those of ledger.Postings whose documents are kept. The day of what has no issue date is
	// the seller's at its instant, which is the next or the one before that of UTC at most. A payment whose payer was found later was
	// nobody's before.
	{Name: "entries-documented", Meaning: "every entry is the posting of a document that is there, under the key of its event, of the document's day, customer and currency", query: `
		WITH documents (key, event, document, customer_id, currency, day, within, of_nobody) AS (
		     SELECT 'invoice/' || number, 'invoice_issued', number, customer_id, currency, issue_date, 0, false FROM invoices
		     UNION ALL
		     SELECT 'credit-note/' || number, 'credit_note_issued', invoice, customer_id, currency, issue_date, 0, false FROM credit_notes
		     UNION ALL
		     SELECT 'credit-note/' || number || '/taken-back', 'credit_note_taken_back', invoice, customer_id, currency, issue_date, 0, false FROM credit_notes
		      WHERE written_off_reversed + payment_difference_reversed + discount_reversed > 0
		     UNION ALL
		     SELECT 'credit-note/' || a.credit_note || '/application/' || a.id, 'customer_credit_applied', a.invoice, c.customer_id, a.currency, (a.applied_at AT TIME ZONE 'UTC')::date, 1, false
		       FROM credit_applications a JOIN customer_credits c USING (credit_note)
		     UNION ALL
		     SELECT 'credit-note/' || r.credit_note || '/refund/' || r.id, 'customer_credit_refunded', r.credit_note, c.customer_id, r.currency, (r.refunded_at AT TIME ZONE 'UTC')::date, 1, false
		       FROM credit_refunds r JOIN customer_credits c USING (credit_note)
		     UNION ALL
		     SELECT 'payment/' || id || k.part, k.event, id, customer_id, currency, CASE k.part WHEN '' THEN (received_at AT TIME ZONE 'UTC')::date END, 1, k.part = ''
		       FROM payments CROSS JOIN (VALUES ('', 'payment_received'), ('/payer', 'payment_identified')) k (part, event)
		      WHERE k.part = '' OR customer_id IS NOT NULL
		     UNION ALL
		     SELECT 'payment/' || a.payment_id || '/application/' || a.n || k.part, CASE WHEN a.undoes IS NULL THEN k.event ELSE k.event || '_reversed' END, a.invoice,
		            v.customer_id, a.currency, (a.applied_at AT TIME ZONE 'UTC')::date, 1, false
		       FROM payment_applications a JOIN open_items v ON v.number = a.invoice
		      CROSS JOIN LATERAL (VALUES ('', 'payment_applied', a.amount), ('/discount', 'early_payment_discount', a.discount),
		            ('/difference', 'short_difference', a.payment_difference), ('/over', 'over_difference', a.taken_to_income)) k (part, event, amount)
		      WHERE k.amount <> 0
		     UNION ALL
		     SELECT 'payment/' || r.payment_id || '/reversal/' || r.n || k.part, k.event, r.payment_id, p.customer_id, r.currency, (r.reversed_at AT TIME ZONE 'UTC')::date, 1, true
		       FROM payment_reversals r JOIN payments p ON p.id = r.payment_id
		      CROSS JOIN LATERAL (VALUES ('', 'payment_received_reversed', r.undoes IS NULL), ('', 'payment_reversed_in_part', r.undoes IS NULL), ('/cost', 'return_cost', r.fee > 0),
		            ('', 'payment_received_reversed_reversed', r.undoes IS NOT NULL), ('', 'payment_reversed_in_part_reversed', r.undoes IS NOT NULL)) k (part, event, posted)
		      WHERE k.posted
		     UNION ALL
		     SELECT 'payment/' || r.payment_id || '/refund/' || r.n, 'payment_refunded', r.payment_id, p.customer_id, r.currency, (r.refunded_at AT TIME ZONE 'UTC')::date, 1, true
		       FROM payment_refunds r JOIN payments p ON p.id = r.payment_id
		     UNION ALL
		     SELECT coalesce('payment/' || r.payment_id || '/recovery/' || r.n, d.kind || '/' || d.number), k.event, d.number, d.customer_id, d.currency, d.charged_on, 0, false
		       FROM debit_notes d
		       LEFT JOIN payment_reversals r ON d.kind = 'refund_recovery' AND r.id = d.cause
		       JOIN (VALUES ('refund_recovery', 'refund_recovery'), ('fee', 'fee_charged'), ('fee', 'return_cost_recharged'), ('interest', 'interest_charged'),
		             ('compensation', 'compensation_charged')) k (kind, event) ON k.kind = d.kind
		     UNION ALL
		     SELECT 'payment/' || r.payment_id || '/recovery/' || r.n, k.event, d.number, d.customer_id, r.currency, (r.reversed_at AT TIME ZONE 'UTC')::date, 1, false
		       FROM payment_reversals r
		       JOIN payment_reversals o ON o.payment_id = r.payment_id AND o.n = r.undoes
		       JOIN debit_notes d ON d.kind = 'refund_recovery' AND d.cause = o.id
		      CROSS JOIN (VALUES ('refund_recovery_reversed'), ('refund_recovery_repaid')) k (event)
		     UNION ALL
		     SELECT 'write-off/' || id, 'written_off', item, customer_id, currency, written_off_on, 0, false FROM write_offs
		     UNION ALL
		     SELECT 'payment/' || r.payment_id || '/recovered/' || r.n, CASE WHEN r.undoes IS NULL THEN 'recovered' ELSE 'recovered_reversed' END, r.invoice, i.customer_id,
		            r.currency, (r.recovered_at AT TIME ZONE 'UTC')::date, 1, false
		       FROM payment_recoveries r JOIN open_items i ON i.number = r.invoice
		     UNION ALL
		     SELECT 'deposit/' || number, 'deposit_received', payment_id, customer_id, currency, issue_date, 0, false FROM prepayment_invoices
		     UNION ALL
		     SELECT 'deposit/' || u.deposit || CASE WHEN u.invoice IS NULL THEN '/given-back/' ELSE '/application/' END || u.n,
		            CASE WHEN u.invoice IS NULL THEN 'deposit_given_back' WHEN u.undoes IS NULL THEN 'deposit_applied' ELSE 'deposit_applied_reversed' END,
		            coalesce(u.invoice, p.payment_id), p.customer_id, u.currency, u.used_on, 0, false
		       FROM deposit_uses u JOIN prepayment_invoices p ON p.number = u.deposit
		     UNION ALL
		     SELECT s.key, s.event, s.document, e.customer_id, e.currency, e.business_date, 0, true
		       FROM ledger_entries s JOIN ledger_entries e ON e.key = regexp_replace(s.key, '/residue/[0-9]+$', '') WHERE s.event IN ('residue_lost', 'residue_gained')
		     UNION ALL
		     SELECT 'revaluation/' || p.period || '/' || c.currency || k.part, k.event, p.period, NULL, c.currency, p.last_day + k.days, 0, false
		       FROM accounting_periods p CROSS JOIN (SELECT DISTINCT currency FROM ledger_entries WHERE event = 'revalued') c
		      CROSS JOIN (VALUES ('', 'revalued', 0), ('/reversal', 'revalued_reversed', 1)) k (part, event, days)
		     UNION ALL
		     SELECT 'valuation/' || e.key, 'valued', e.document, e.customer_id, e.currency, NULL, 0, false
		       FROM ledger_entries v JOIN ledger_entries e ON e.id = v.values_entry WHERE v.values_entry IS NOT NULL
		)
		SELECT e.key, CASE WHEN d.key IS NULL THEN format('is the %s of nothing that is there', e.event)
		       ELSE format('of %s, %s, %s, for %s; its document is of %s, %s, %s, for %s', e.business_date, coalesce(e.customer_id, 'nobody'), e.currency, e.document,
		                   d.day, coalesce(d.customer_id, 'nobody'), d.currency, d.document) END
		  FROM ledger_entries e LEFT JOIN documents d ON d.key = e.key AND d.event = e.event
		 WHERE d.key IS NULL OR (e.document, e.currency) <> (d.document, d.currency) OR abs(e.business_date - d.day) > d.within
		    OR e.customer_id IS DISTINCT FROM d.customer_id AND NOT (d.of_nobody AND e.customer_id IS NULL)`},
}
