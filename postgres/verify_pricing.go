package postgres

// The invariants of prices, taxes and charges.
var pricingInvariants = []Invariant{
	{Name: "charges-billed", Meaning: "an order's charges are billed with the first of its goods that are invoiced, all of them and once", query: `
		SELECT o.id, format('charges %s, billed %s, %s', o.charge_total, coalesce(b.amount, 0), CASE WHEN l.invoiced THEN 'invoiced' ELSE 'not invoiced' END)
		  FROM orders o
		  JOIN (SELECT order_id, bool_or(invoiced > 0) AS invoiced FROM order_lines GROUP BY 1) l ON l.order_id = o.id
		  LEFT JOIN (SELECT order_id, sum(amount) AS amount FROM invoice_charges GROUP BY 1) b ON b.order_id = o.id
		 WHERE coalesce(b.amount, 0) <> CASE WHEN l.invoiced THEN o.charge_total ELSE 0 END`},

	{Name: "prices-explained", Meaning: "a price of an order that was given by hand is in the timeline, and one that was determined comes from a price list that is there, or from the product", query: `
		SELECT l.order_id, format('line %s: %s', l.line, l.price_source)
		  FROM order_lines l
		  LEFT JOIN price_list_versions v
		         ON v.revision = 1 AND l.price_source LIKE 'price\_list:%' AND v.price_list = split_part(substr(l.price_source, 12), '@', 1)
		        AND v.valid_from::text = split_part(split_part(l.price_source, '@', 2), '#', 1)
		 WHERE CASE WHEN l.price_source = 'override' THEN NOT EXISTS (SELECT FROM events WHERE key = 'overridden/' || l.order_id)
		            WHEN l.price_source LIKE 'price\_list:%' THEN v.price_list IS NULL
		            ELSE l.price_source <> 'product' END`},

	{Name: "taxes-explained", Meaning: "the tax of an order line comes from a rule that is there, from its customer, from the product or from an engine, and has a rate only in category S", query: `
		SELECT l.order_id, format('line %s: %s %s %%, %s', l.line, l.tax_category, l.tax_rate, l.tax_source)
		  FROM order_lines l
		  LEFT JOIN tax_rules r
		         ON l.tax_source LIKE 'rule:%' AND r.id = split_part(substr(l.tax_source, 6), '@', 1) AND r.valid_from::text = split_part(l.tax_source, '@', 2)
		 WHERE l.tax_source LIKE 'rule:%' AND r.id IS NULL OR l.tax_category <> 'S' AND l.tax_rate <> 0 OR l.tax_source = ''`},
}
