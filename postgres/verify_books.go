package postgres

// The invariants of periods, reversals, base amounts, open items in the ledger, seals, and the audit trail of postings.
var bookInvariants = []Invariant{
	{Name: "ledger-flows", Meaning: "every entry debits and credits only accounts that belong together", query: `
		SELECT DISTINCT e.key, format('%s against %s', d.account, c.account)
		  FROM ledger_lines d JOIN ledger_lines c ON c.entry_id = d.entry_id AND d.debit + d.base_debit > 0 AND c.credit + c.base_credit > 0
		  JOIN ledger_entries e ON e.id = d.entry_id AND e.reverses IS NULL
		 WHERE NOT EXISTS (SELECT FROM ledger_flows f WHERE f.debit = d.account AND f.credit = c.account)`},

	{Name: "ledger-reversals", Meaning: "a reversal is the exact mirror of its entry, and says who and why", query: `
		WITH reversals AS (SELECT id, key, reverses, actor, reason FROM ledger_entries WHERE reverses IS NOT NULL),
		     own AS (SELECT l.* FROM ledger_lines l WHERE entry_id IN (SELECT id FROM reversals)),
		     original AS (SELECT r.id AS reversal, l.* FROM reversals r JOIN ledger_lines l ON l.entry_id = r.reverses)
		SELECT r.key, format('line %s differs', coalesce(own.line, original.line))
		  FROM own FULL JOIN original ON original.reversal = own.entry_id AND original.line = own.line
		  JOIN reversals r ON r.id = coalesce(own.entry_id, original.reversal)
		 WHERE (own.account, own.customer_id, own.document, own.currency, own.debit, own.credit, own.base_currency, own.base_debit, own.base_credit) IS DISTINCT FROM
		       (original.account, original.customer_id, original.document, original.currency, original.credit, original.debit, original.base_currency, original.base_credit, original.base_debit)
		UNION ALL SELECT key, 'does not say who or why' FROM reversals WHERE actor = '' OR reason = ''`},

	{Name: "ledger-closed-periods", Meaning: "nothing was posted in a period after its close, and closed periods follow each other", query: `
		SELECT e.key, format('posted on %s at %s, %s was closed at %s', e.posting_date, e.recorded_at, p.period, p.closed_at)
		  FROM accounting_periods p JOIN ledger_entries e ON e.posting_date BETWEEN p.first_day AND p.last_day AND e.recorded_at > p.closed_at
		UNION ALL
		SELECT period, 'does not follow ' || before FROM (SELECT period, first_day, lag(period) OVER w AS before, lag(last_day) OVER w AS last FROM accounting_periods WINDOW w AS (ORDER BY first_day)) p
		 WHERE last <> first_day - 1`},

	{Name: "ledger-late", Meaning: "an entry is posted on its business date, or late in a later period, linked to its own that is closed", query: `
		SELECT e.key, format('of %s, posted on %s, late for %s', e.business_date, e.posting_date, coalesce(e.late_for, 'nothing'))
		  FROM ledger_entries e LEFT JOIN accounting_periods p ON p.period = e.late_for
		 WHERE e.posting_date <> e.business_date AND (e.posting_date < e.business_date OR e.late_for IS NULL OR e.business_date > p.last_day OR e.posting_date <= p.last_day)
		    OR e.posting_date = e.business_date AND e.late_for IS NOT NULL`},

	{Name: "ledger-base-currency", Meaning: "all base amounts are in the seller's base currency, and equal the amounts where these are in it", query: `
		SELECT e.key, format('line %s: %s %s is %s %s', l.line, l.debit - l.credit, l.currency, l.base_debit - l.base_credit, l.base_currency)
		  FROM ledger_lines l JOIN ledger_entries e ON e.id = l.entry_id
		 WHERE l.base_currency <> (SELECT base_currency FROM company)
		    OR l.currency = l.base_currency AND (l.debit <> l.base_debit OR l.credit <> l.base_credit) AND l.account NOT IN ('fx_clearing', 'fx_gain', 'fx_loss')`},

	// An item can have something left only in the base currency if one of its lines has another amount there.
	{Name: "ledger-items-relieved", Meaning: "an open item that has nothing left in its currency has nothing left in the base currency", query: `
		WITH remains AS (
		     SELECT l.account, l.customer_id, l.document, l.currency, sum(l.base_debit - l.base_credit) AS amount, min(l.base_currency) AS base_currency
		       FROM ledger_lines l
		      WHERE l.document IN (SELECT document FROM ledger_lines WHERE document <> '' AND debit - credit <> base_debit - base_credit)
		        AND l.account NOT IN ('receivables_revaluation', 'fx_clearing')
		      GROUP BY 1, 2, 3, 4
		     HAVING sum(l.debit - l.credit) = 0 AND sum(l.base_debit - l.base_credit) <> 0
		)
		SELECT r.document, format('%s: %s %s is left', r.account, r.amount, r.base_currency)
		  FROM remains r
		 WHERE NOT EXISTS (SELECT FROM ledger_lines l JOIN ledger_entries e ON e.id = l.entry_id
		                    WHERE (l.document, l.account, l.currency) = (r.document, r.account, r.currency) AND l.customer_id IS NOT DISTINCT FROM r.customer_id
		                      AND e.unvalued AND NOT EXISTS (SELECT FROM ledger_entries v WHERE v.values_entry = e.id))`},

	{Name: "fx-clearing-empty", Meaning: "FX clearing holds nothing of a conversion whose two halves are posted", query: `
		SELECT document, format('%s %s is left', sum(base_debit - base_credit), min(base_currency))
		  FROM ledger_lines WHERE account = 'fx_clearing' GROUP BY document
		HAVING count(DISTINCT currency) > 1 AND sum(base_debit) <> sum(base_credit)`},

	{Name: "receivables-items", Meaning: "each invoice, and whatever else is charged, is open in the receivables account with its open amount", query: `
		SELECT i.number, format('%s in the ledger, open %s', coalesce(l.amount, 0), i.open_amount)
		  FROM open_items i
		  LEFT JOIN (SELECT document, customer_id, currency, sum(debit - credit) AS amount FROM ledger_lines WHERE account = 'receivables' GROUP BY 1, 2, 3) l
		    ON (l.document, l.customer_id, l.currency) = (i.number, i.customer_id, i.currency)
		 WHERE coalesce(l.amount, 0) <> i.open_amount`},

	{Name: "unapplied-cash-items", Meaning: "each payment is in the unapplied cash account with what is unapplied of it", query: `
		SELECT p.id, format('%s in the ledger, unapplied %s', coalesce(l.amount, 0), p.unapplied)
		  FROM payments p
		  LEFT JOIN (SELECT document, currency, sum(credit - debit) AS amount FROM ledger_lines WHERE account = 'unapplied_cash' GROUP BY 1, 2) l
		    ON (l.document, l.currency) = (p.id, p.currency)
		 WHERE coalesce(l.amount, 0) <> p.unapplied`},

	{Name: "control-accounts-every-day", Meaning: "at the end of every day, receivables and unapplied cash are made of the open items of their customers", query: `
		WITH stray AS (
		     SELECT account, customer_id, currency, posting_date AS day, sum(debit - credit) AS amount
		       FROM (SELECT l.* FROM ledger_lines l LEFT JOIN open_items i ON i.number = l.document
		              WHERE l.account = 'receivables' AND (i.customer_id, i.currency) IS DISTINCT FROM (l.customer_id, l.currency)
		             UNION ALL
		             SELECT l.* FROM ledger_lines l LEFT JOIN payments p ON p.id = l.document AND p.currency = l.currency
		              WHERE l.account = 'unapplied_cash' AND (p.id IS NULL OR p.customer_id IS DISTINCT FROM l.customer_id AND l.customer_id IS NOT NULL)) l
		      GROUP BY 1, 2, 3, 4
		), days AS (
		     SELECT *, sum(amount) OVER (PARTITION BY account, customer_id, currency ORDER BY day) AS difference FROM stray
		)
		SELECT coalesce(customer_id, '(nobody)'), format('%s: %s %s on %s that no open item explains', account, (array_agg(difference ORDER BY day))[1], currency, min(day))
		  FROM days WHERE difference <> 0 GROUP BY account, customer_id, currency`},

	{Name: "ledger-seals", Meaning: "the hash chain covers its entries as they are, one after the other", query: `
		WITH contents AS (
		     SELECT e.id, e.key, ledger_content(e, l.lines) AS content
		       FROM ledger_entries e JOIN (SELECT entry_id, string_agg(content, ',') AS lines
		                                 FROM (SELECT entry_id, ledger_content(l) AS content FROM ledger_lines l ORDER BY entry_id, line) ordered GROUP BY 1) l ON l.entry_id = e.id
		), chain AS (
		     SELECT position, entry_id, hash, lag(hash, 1, '') OVER w AS before, lag(position, 1, 0) OVER w AS last FROM ledger_seals WINDOW w AS (ORDER BY position)
		)
		SELECT coalesce(c.key, 'entry ' || s.entry_id), CASE
		       WHEN c.id IS NULL THEN format('is sealed at %s and gone', position)
		       WHEN last <> position - 1 THEN format('the seals between %s and %s are gone', last, position)
		       ELSE format('is not what was sealed at %s', position) END
		  FROM chain s LEFT JOIN contents c ON c.id = s.entry_id
		 WHERE c.id IS NULL OR last <> position - 1 OR hash <> sha256(before || c.content)`},

	{Name: "ledger-sealed", Meaning: "what was posted more than an hour ago is sealed", Warning: true, query: `
		SELECT e.key, format('posted at %s', e.recorded_at)
		  FROM ledger_entries e WHERE e.recorded_at < now() - interval '1 hour' AND NOT EXISTS (SELECT FROM ledger_seals s WHERE s.entry_id = e.id)`},

	{Name: "ledger-valued", Meaning: "every entry has its amounts in the base currency; one for which no exchange rate was known gets them before its period is closed", Warning: true, query: `
		SELECT e.key, format('no exchange rate from %s was known', e.currency)
		  FROM ledger_entries e WHERE e.unvalued AND NOT EXISTS (SELECT FROM ledger_entries v WHERE v.values_entry = e.id)`},

	{Name: "postings-audited", Meaning: "every entry was recorded together with an event of its customer, or a row of the audit log, that says who did it", query: `
		SELECT e.key, 'no event of the customer in its transaction'
		  FROM ledger_entries e
		 WHERE NOT EXISTS (SELECT FROM events v WHERE v.xid = e.xid AND v.customer_id IS NOT DISTINCT FROM e.customer_id)
		   AND NOT EXISTS (SELECT FROM audit_log a WHERE a.xid = e.xid)`},
}
