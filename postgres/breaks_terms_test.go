package postgres_test

import "maps"

func init() {
	maps.Copy(breaks, map[string]map[string]string{
		"sales_policies_scope": {
			"for a customer and a segment": `INSERT INTO sales_policies (version, customer_id, segment, set_by) VALUES (1, 'acme', 'gold', 'x')`,
		},
		"sales_policies_segment": {
			"of no name": `INSERT INTO sales_policies (version, segment, set_by) VALUES (1, '', 'x')`,
		},
		"sales_policies_version": {
			"no version": `INSERT INTO sales_policies (version, segment, set_by) VALUES (0, 'gold', 'x')`,
		},
		"sales_policies_complete": {
			"for all, without a word on lines":  `INSERT INTO sales_policies (version, max_order_discount, set_by) VALUES (2, 10, 'x')`,
			"for all, without a word on orders": `INSERT INTO sales_policies (version, max_line_discount, set_by) VALUES (2, 10, 'x')`,
		},
		"order_overrides_override": {
			"no number": copyOf("order_overrides", `{"override": 0}`),
		},
		"order_overrides_kind": {
			"a favour": copyOf("order_overrides", `{"override": 2, "kind": "favour"}`),
		},
		"order_overrides_pointer": {
			"nowhere": copyOf("order_overrides", `{"override": 2, "pointer": ""}`),
		},
		"order_overrides_given": {
			"nothing":            copyOf("order_overrides", `{"override": 2, "given": ""}`),
			"instead of nothing": copyOf("order_overrides", `{"override": 2, "instead": ""}`),
		},
		"order_price_steps_base_quantity": {
			"for nothing": copyOf("order_price_steps", `{"min_quantity": 10, "base_quantity": 0}`),
		},
		"order_price_steps_source": {
			"by hand": copyOf("order_price_steps", `{"min_quantity": 10, "source": "override"}`),
		},
	})
	maps.Copy(passes, map[string][]passing{
		"order_lines_price_agreed": {
			{"order_lines_price_agreed", `UPDATE order_lines SET unit_price = 9.99`},
			{"order_lines_price_agreed", `UPDATE order_lines SET price_source = 'override'`},
			{"order_lines_price_agreed", `UPDATE order_lines SET base_quantity = 100`},
		},
	})
}
