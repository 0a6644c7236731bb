package postgres

// What dunning notices charge, and what became of them.
var feeInvariants = []Invariant{
	{Name: "notices-charged", Meaning: "what a notice charges is charged by its debit notes, on the same invoice", query: `
		SELECT n.invoice, format('level %s charges %s, %s and %s, its debit notes are %s, %s and %s', n.level, n.fee, n.interest, n.compensation,
		            coalesce(d.fee, 0), coalesce(d.interest, 0), coalesce(d.compensation, 0))
		  FROM dunning_notices n
		  LEFT JOIN (SELECT notice_id, sum(amount) FILTER (WHERE kind = 'fee') AS fee, sum(amount) FILTER (WHERE kind = 'interest') AS interest,
		                    sum(amount) FILTER (WHERE kind = 'compensation') AS compensation
		               FROM debit_notes WHERE notice_id IS NOT NULL GROUP BY 1) d ON d.notice_id = n.id
		 WHERE (n.fee, n.interest, n.compensation) <> (coalesce(d.fee, 0), coalesce(d.interest, 0), coalesce(d.compensation, 0))
		UNION ALL SELECT d.number, format('of %s is charged by a notice of %s', d.invoice, n.invoice)
		  FROM debit_notes d JOIN dunning_notices n ON n.id = d.notice_id
		 WHERE (d.invoice, d.currency) IS DISTINCT FROM (n.invoice, n.currency) OR d.kind NOT IN ('fee', 'interest', 'compensation')`},

	{Name: "interest-accrued", Meaning: "interest is charged for its segments, each rounded, and never more than has accrued to the notice's day", query: `
		SELECT d.number, format('%s charged, %s before, %s accrued; its segments are %s', d.amount, b.charged, n.accrued, s.interest)
		  FROM debit_notes d
		  JOIN dunning_notices n ON n.id = d.notice_id
		  CROSS JOIN LATERAL (
		       SELECT coalesce(sum((x #>> '{interest,amount}')::numeric), 0) AS interest,
		              coalesce(bool_and((x #>> '{interest,amount}')::numeric = round((x #>> '{principal,amount}')::numeric * (x ->> 'percent')::numeric * (x ->> 'days')::integer / 36500,
		                                minor_units(d.currency)) AND (x ->> 'last')::date - (x ->> 'first')::date + 1 = (x ->> 'days')::integer), true) AS right_each
		         FROM jsonb_array_elements(d.segments) AS x) s
		  CROSS JOIN LATERAL (
		       SELECT coalesce(sum(e.amount), 0) AS charged FROM debit_notes e JOIN dunning_notices m ON m.id = e.notice_id
		        WHERE e.invoice = d.invoice AND e.kind = 'interest' AND m.instalment = n.instalment AND m.id < n.id) b
		 WHERE d.kind = 'interest' AND (s.interest <> n.accrued OR NOT s.right_each OR b.charged + d.amount > n.accrued)`},

	{Name: "notices-resolved", Meaning: "a notice is resolved while no more is open of its instalment than it left", query: `
		SELECT n.invoice, format('level %s is %s; %s of its instalment is open, it left %s', n.level, n.state, c.open, n.left_open)
		  FROM dunning_notices n
		  JOIN open_items i ON i.number = n.invoice
		  CROSS JOIN LATERAL (
		       SELECT (e ->> 'instalment')::integer AS instalment, least((e ->> 'amount')::numeric,
		              greatest(sum((e ->> 'amount')::numeric) OVER (ORDER BY o) - (i.total - i.open_amount), 0)) AS open
		         FROM jsonb_array_elements(i.dunned) WITH ORDINALITY AS x (e, o)) c
		 WHERE c.instalment = n.instalment AND n.state <> 'skipped' AND n.left_open IS NOT NULL AND (n.state = 'resolved') <> (c.open <= n.left_open)`},
}
