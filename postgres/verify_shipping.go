package postgres

// The invariants of how goods leave.
var shippingInvariants = []Invariant{
	{Name: "backorder-choices-told", Meaning: "what was chosen last about a backorder is in the order's timeline, by who chose it", query: `
		SELECT q.order_id, format('%s by %s: %s is not in the timeline', q.choice, q.chosen_by, q.answer_id)
		  FROM backorder_questions q
		  LEFT JOIN events e ON e.key = q.answer_id AND e.order_id = q.order_id AND e.actor = q.chosen_by
		        AND e.kind = CASE q.state WHEN 'answered' THEN 'backorder-choice' ELSE 'backorder-timed-out' END
		 WHERE q.choice IS NOT NULL AND e.key IS NULL`},

	{Name: "backorder-questions-open", Meaning: "a customer is asked to choose about an order only while something of it is missing", query: `
		SELECT o.id, format('the order is %s, and nothing of it is missing', o.stage)
		  FROM backorder_questions q
		  JOIN orders o ON o.id = q.order_id
		 WHERE q.state = 'open' AND o.stage NOT IN ('fulfilling', 'credit_hold', 'awaiting_prepayment')`},

	{Name: "fulfilment-orders-complete", Meaning: "what a warehouse outside was told of an order has a row for each revision, each in the timeline, and what waits is the newest", query: `
		SELECT id, format('revision %s of %s with %s rows is %s', revision, last, n, state)
		  FROM (SELECT f.id, f.state, f.revision, e.key, max(f.revision) OVER w AS last, count(*) OVER w AS n
		          FROM fulfilment_orders f
		          LEFT JOIN events e ON e.key = f.id AND e.order_id = f.order_id AND e.kind = 'warehouse-told'
		        WINDOW w AS (PARTITION BY f.order_id, f.warehouse_id)) f
		 WHERE key IS NULL OR last <> n OR state = 'queued' AND revision <> last`},

	{Name: "fulfilment-orders-ordered", Meaning: "the warehouses outside are to ship together no more of a line than is ordered and not cancelled", query: `
		SELECT l.order_id, format('line %s: %s to ship of %s', l.line, t.quantity, l.quantity - l.cancelled)
		  FROM (SELECT f.order_id, k.key::integer AS line, sum(k.value::numeric) AS quantity
		          FROM (SELECT DISTINCT ON (order_id, warehouse_id) order_id, lines FROM fulfilment_orders ORDER BY order_id, warehouse_id, revision DESC) f,
		               jsonb_each_text(f.lines) k GROUP BY 1, 2) t
		  JOIN order_lines l USING (order_id, line)
		 WHERE t.quantity > l.quantity - l.cancelled`},
}
