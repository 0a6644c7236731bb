package postgres

// The invariants of orders and stock.
var orderInvariants = []Invariant{
	{Name: "orders-add-up", Meaning: "an order's totals are the sums of its lines and charges", query: `
		SELECT o.id, format('net %s, total %s, charges %s, gross %s; lines: net %s, gross %s; charges: %s, gross %s', o.net_total, o.total, o.charge_total,
		            o.charge_gross, l.net, l.gross, coalesce(c.amount, 0), coalesce(c.gross, 0))
		  FROM orders o
		  LEFT JOIN (SELECT order_id, sum(net_amount) AS net, sum(gross_amount) AS gross FROM order_lines GROUP BY 1) l ON l.order_id = o.id
		  LEFT JOIN (SELECT order_id, sum(amount) AS amount, sum(gross_amount) AS gross FROM order_charges GROUP BY 1) c ON c.order_id = o.id
		 WHERE o.total IS DISTINCT FROM l.gross + o.charge_gross
		    OR o.net_total IS DISTINCT FROM l.net - round(l.net * o.discount_percent * 0.01, minor_units(o.currency)) + o.charge_total
		    OR (o.charge_total, o.charge_gross) IS DISTINCT FROM (coalesce(c.amount, 0), coalesce(c.gross, 0))`},

	{Name: "order-versions", Meaning: "an amended order keeps every version, and is what the last of them ordered", query: `
		SELECT o.id, format('version %s with total %s; %s kept, the last with total %s', o.version, o.total, coalesce(v.kept, 0), v.total)
		  FROM orders o
		  LEFT JOIN (SELECT order_id, count(*) AS kept, max(version) AS version, (array_agg(total ORDER BY version DESC))[1] AS total
		               FROM order_versions GROUP BY 1) v ON v.order_id = o.id
		 WHERE CASE WHEN o.version = 1 THEN v.kept IS NOT NULL ELSE (v.kept, v.version, v.total) IS DISTINCT FROM (o.version, o.version, o.total) END
		UNION ALL
		SELECT o.id, format('line %s: quantity %s, net %s; the last version: quantity %s, net %s', l.line, l.quantity, l.net_amount, v.quantity, v.net_amount)
		  FROM orders o
		  JOIN order_versions k ON (k.order_id, k.version) = (o.id, o.version)
		  JOIN order_lines l ON l.order_id = o.id
		  LEFT JOIN order_version_lines v ON (v.order_id, v.version, v.line) = (l.order_id, o.version, l.line)
		 WHERE (v.quantity, v.net_amount, v.gross_amount) IS DISTINCT FROM (l.quantity, l.net_amount, l.gross_amount)`},

	{Name: "shipped-quantities", Meaning: "what is shipped of an order line is the sum of its shipments", query: `
		SELECT l.order_id, format('line %s: shipped %s, shipments %s', l.line, l.shipped, coalesce(s.quantity, 0))
		  FROM order_lines l LEFT JOIN (SELECT p.order_id, p.line, sum(p.quantity) AS quantity FROM shipment_lines p JOIN shipments k ON k.id = p.shipment_id AND k.return_id IS NULL GROUP BY 1, 2) s USING (order_id, line)
		 WHERE l.shipped <> coalesce(s.quantity, 0)`},

	{Name: "stock-reserved", Meaning: "what is reserved in a warehouse is what it holds for order lines, and is on hand", query: `
		SELECT coalesce(s.warehouse_id, r.warehouse_id) || '/' || coalesce(s.sku, r.sku),
		       format('reserved %s of %s on hand, for order lines %s', coalesce(s.reserved, 0), coalesce(s.on_hand, 0), coalesce(r.quantity, 0))
		  FROM stock s
		  FULL JOIN (SELECT warehouse_id, sku, sum(quantity) AS quantity FROM reservations GROUP BY 1, 2) r
		         ON r.warehouse_id = s.warehouse_id AND r.sku = s.sku
		 WHERE coalesce(s.reserved, 0) <> coalesce(r.quantity, 0) OR s.reserved > s.on_hand`},

	{Name: "lines-reserved", Meaning: "what an order line has reserved is what the warehouses hold for it, of its product, and one that the order allows", query: `
		SELECT l.order_id, format('line %s: reserved %s, held %s', l.line, l.reserved, coalesce(r.quantity, 0))
		  FROM order_lines l JOIN orders o ON o.id = l.order_id
		  LEFT JOIN (SELECT order_id, line, sum(quantity) AS quantity, count(DISTINCT sku) AS skus, min(sku) AS sku,
		                    array_agg(warehouse_id) FILTER (WHERE quantity > 0) AS warehouses FROM reservations GROUP BY 1, 2) r USING (order_id, line)
		 WHERE l.stocked AND (l.reserved <> coalesce(r.quantity, 0) OR r.skus > 1 OR r.sku <> l.sku
		                      OR NOT o.allow_split AND r.warehouses <> ARRAY[o.warehouse_id])`},

	{Name: "stock-on-hand", Meaning: "what is on hand in a warehouse is what was received and came back, less what was shipped", query: `
		WITH moved AS (
		     SELECT warehouse_id, sku, quantity::numeric FROM stock_receipts
		     UNION ALL
		     SELECT s.warehouse_id, l.sku, -p.quantity FROM shipments s
		       JOIN shipment_lines p ON p.shipment_id = s.id JOIN order_lines l ON l.order_id = p.order_id AND l.line = p.line
		      WHERE l.stocked
		     UNION ALL
		     SELECT r.warehouse_id, l.sku, b.restocked::numeric FROM returns r
		       JOIN return_lines b ON b.return_id = r.id JOIN order_lines l ON l.order_id = b.order_id AND l.line = b.line
		      WHERE b.restocked > 0
		), sums AS (SELECT warehouse_id, sku, sum(quantity) AS quantity FROM moved GROUP BY 1, 2)
		SELECT coalesce(s.warehouse_id, m.warehouse_id) || '/' || coalesce(s.sku, m.sku),
		       format('on hand %s, received less shipped %s', coalesce(s.on_hand, 0), coalesce(m.quantity, 0))
		  FROM stock s FULL JOIN sums m ON m.warehouse_id = s.warehouse_id AND m.sku = s.sku
		 WHERE coalesce(s.on_hand, 0) <> coalesce(m.quantity, 0)`},

	{Name: "returned-quantities", Meaning: "what is asked to come back of an order line, came back, was taken off the bill and replaced is the sum of its returns", query: `
		SELECT l.order_id, format('line %s: to_return %s, returned %s, unbilled %s, replaced %s; returns: %s, %s, %s, %s', l.line, l.to_return, l.returned,
		            l.returned_unbilled, l.replaced, coalesce(r.to_return, 0), coalesce(r.returned, 0), coalesce(d.unbilled, 0), coalesce(d.replaced, 0))
		  FROM order_lines l
		  LEFT JOIN (SELECT b.order_id, b.line, sum(b.quantity) FILTER (WHERE r.state = 'requested') AS to_return, sum(b.received) AS returned
		               FROM return_lines b JOIN returns r ON r.id = b.return_id GROUP BY 1, 2) r USING (order_id, line)
		  LEFT JOIN (SELECT order_id, line, sum(quantity) AS quantity, sum(quantity) FILTER (WHERE effect = 'unbilled') AS unbilled,
		                    sum(quantity) FILTER (WHERE effect = 'replaced') AS replaced FROM return_deliveries GROUP BY 1, 2) d USING (order_id, line)
		 WHERE (l.to_return, l.returned, l.returned, l.returned_unbilled, l.replaced)
		    <> (coalesce(r.to_return, 0), coalesce(r.returned, 0), coalesce(d.quantity, 0), coalesce(d.unbilled, 0), coalesce(d.replaced, 0))
		UNION ALL
		SELECT r.order_id, format('return %s is replaced by %s of line %s, and %s came back', r.id, coalesce(s.quantity, 0), b.line, b.received)
		  FROM returns r JOIN return_lines b ON b.return_id = r.id
		  LEFT JOIN (SELECT k.return_id, p.line, p.quantity FROM shipments k JOIN shipment_lines p ON p.shipment_id = k.id WHERE k.return_id IS NOT NULL) s
		         ON (s.return_id, s.line) = (r.id, b.line)
		 WHERE coalesce(s.quantity, 0) <> CASE r.disposition WHEN 'replace' THEN b.received ELSE 0 END`},

	{Name: "shipment-states", Meaning: "where a shipment stands follows from all that was told of it: the latest end of its way, and the earliest delivery as the proof", query: `
		SELECT s.id, format('%s, delivered at %s; told: %s, delivered at %s', s.state, s.delivered_at, coalesce(e.state, 'shipped'), e.delivered_at)
		  FROM shipments s
		  LEFT JOIN (SELECT shipment_id, (array_agg(kind ORDER BY at DESC, kind = 'delivered' DESC, kind = 'refused' DESC))[1] AS state,
		                    min(at) FILTER (WHERE kind = 'delivered') AS delivered_at
		               FROM shipment_events WHERE kind IN ('delivered', 'refused', 'lost') GROUP BY 1) e ON e.shipment_id = s.id
		 WHERE s.state <> coalesce(e.state, 'shipped') OR s.delivered_at IS DISTINCT FROM CASE WHEN e.state = 'delivered' THEN e.delivered_at END`},

	{Name: "closed-orders-settled", Meaning: "of a closed order everything is shipped and invoiced (or came back before), or cancelled, and nothing is open; of a rejected one nothing was shipped", query: `
		SELECT o.id, format('closed as %s: %s line(s) neither shipped nor cancelled, %s line(s) not invoiced, %s open', o.outcome, l.open, l.uninvoiced, coalesce(i.open, 0))
		  FROM orders o
		  LEFT JOIN (SELECT order_id, count(*) FILTER (WHERE quantity <> shipped + cancelled) AS open, count(*) FILTER (WHERE shipped <> invoiced + returned_unbilled AND order_id NOT IN (SELECT order_id FROM order_milestones)) AS uninvoiced,
		                    count(*) FILTER (WHERE shipped > 0 OR reserved > 0) AS touched FROM order_lines GROUP BY 1) l ON l.order_id = o.id
		  LEFT JOIN (SELECT order_id, sum(open_amount) AS open FROM open_items GROUP BY 1) i ON i.order_id = o.id
		 WHERE o.stage = 'closed'
		   AND (CASE o.outcome WHEN 'rejected' THEN l.touched > 0 WHEN 'cancelled' THEN l.open > 0 OR l.touched > 0 ELSE l.open > 0 OR l.touched = 0 END
		        OR l.uninvoiced > 0 OR i.open <> 0)`},
}
