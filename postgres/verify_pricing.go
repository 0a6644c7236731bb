package postgres

// The invariants of prices, taxes and charges.
var pricingInvariants = []Invariant{
	{Name: "charges-billed", Meaning: "an order's charges are billed with the first of its goods that are invoiced, all of them and once; by milestones at most", query: `
		SELECT o.id, format('charges %s, billed %s, %s', o.charge_total, coalesce(b.amount, 0), CASE WHEN l.invoiced THEN 'invoiced' ELSE 'not invoiced' END)
		  FROM orders o
		  JOIN (SELECT order_id, bool_or(invoiced > 0) AS invoiced FROM order_lines GROUP BY 1) l ON l.order_id = o.id
		  LEFT JOIN (SELECT order_id, sum(amount) AS amount FROM invoice_charges GROUP BY 1) b ON b.order_id = o.id
		 WHERE CASE WHEN o.invoicing = 'milestones' THEN b.amount > o.charge_total
		            ELSE coalesce(b.amount, 0) <> CASE WHEN l.invoiced THEN o.charge_total ELSE 0 END END`},

	{Name: "prices-explained", Meaning: "a price of an order that was given by hand is among its overrides, and one that was determined comes from a price list that is there, or from the product", query: `
		SELECT l.order_id, format('line %s: %s', l.line, l.price_source)
		  FROM order_lines l
		  LEFT JOIN price_list_versions v
		         ON v.revision = 1 AND l.price_source LIKE 'price\_list:%' AND v.price_list = split_part(substr(l.price_source, 12), '@', 1)
		        AND v.valid_from::text = split_part(split_part(l.price_source, '@', 2), '#', 1)
		 WHERE CASE WHEN l.price_source = 'override' THEN NOT EXISTS (SELECT FROM order_overrides v WHERE v.order_id = l.order_id AND v.kind = 'price'
		                 AND v.pointer = format('/lines/%s/unit_price', l.line - 1))
		            WHEN l.price_source LIKE 'price\_list:%' THEN v.price_list IS NULL
		            ELSE l.price_source <> 'product' END`},

	{Name: "overrides-recorded", Meaning: "what was given on an order beyond what was determined is in its timeline", query: `
		SELECT v.order_id, format('override %s of %s is not in the timeline', v.override, v.kind)
		  FROM order_overrides v
		 WHERE NOT EXISTS (SELECT FROM events WHERE key = CASE v.kind WHEN 'price' THEN 'overridden/' ELSE 'terms-overridden/' END || v.order_id)`},

	{Name: "prices-agreed", Meaning: "a line is priced by the step of its quantity, of those that its order was accepted with, or, where goods were shipped, by one of them", query: `
		SELECT l.order_id, format('line %s: %s of %s at %s', l.line, l.quantity, l.sku, l.unit_price)
		  FROM order_lines l
		 WHERE l.price_source <> 'override'
		   AND EXISTS (SELECT FROM order_price_steps p WHERE p.order_id = l.order_id AND p.sku = l.sku)
		   AND NOT EXISTS (
		       SELECT FROM order_price_steps p
		        WHERE p.order_id = l.order_id AND p.sku = l.sku
		          AND (p.unit_price, p.base_quantity, p.source) = (l.unit_price, l.base_quantity, l.price_source)
		          AND (l.shipped > 0 OR p.min_quantity = (SELECT max(min_quantity) FROM order_price_steps
		                WHERE order_id = l.order_id AND sku = l.sku AND min_quantity <= l.quantity)))`},

	{Name: "taxes-explained", Meaning: "the tax of an order line comes from a rule that is there, from its customer, from the product or from an engine, and has a rate only in category S", query: `
		SELECT l.order_id, format('line %s: %s %s %%, %s', l.line, l.tax_category, l.tax_rate, l.tax_source)
		  FROM order_lines l
		  LEFT JOIN tax_rules r
		         ON l.tax_source LIKE 'rule:%' AND r.id = split_part(substr(l.tax_source, 6), '@', 1) AND r.valid_from::text = split_part(l.tax_source, '@', 2)
		 WHERE l.tax_source LIKE 'rule:%' AND r.id IS NULL OR l.tax_category <> 'S' AND l.tax_rate <> 0 OR l.tax_source = ''`},
}
