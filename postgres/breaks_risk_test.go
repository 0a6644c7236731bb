package postgres_test

import "maps"

func init() {
	maps.Copy(breaks, map[string]map[string]string{
		"fraud_policies_version": {
			"no version": copyOf("fraud_policies", `{"version": 0}`),
		},
		"fraud_policies_threshold": {
			"below nothing": copyOf("fraud_policies", `{"version": 3, "threshold": -1}`),
			"never reached": copyOf("fraud_policies", `{"version": 3, "threshold": 10001}`),
		},
		"fraud_rules_signal": {
			"a feeling": `INSERT INTO fraud_rules (version, signal, points) VALUES (2, 'feeling', 1)`,
		},
		"fraud_rules_points": {
			"none":     `INSERT INTO fraud_rules (version, signal, points) VALUES (2, 'ship_to_country', 0)`,
			"too many": `INSERT INTO fraud_rules (version, signal, points) VALUES (2, 'ship_to_country', 1001)`,
		},
		"fraud_rules_velocity": {
			"of nothing":         `INSERT INTO fraud_rules (version, signal, points) VALUES (1, 'velocity', 1)`,
			"without hours":      `INSERT INTO fraud_rules (version, signal, points, orders) VALUES (1, 'velocity', 1, 5)`,
			"of no order":        `INSERT INTO fraud_rules (version, signal, points, orders, hours) VALUES (1, 'velocity', 1, 0, 5)`,
			"in years":           `INSERT INTO fraud_rules (version, signal, points, orders, hours) VALUES (1, 'velocity', 1, 5, 8761)`,
			"of another signal":  `INSERT INTO fraud_rules (version, signal, points, orders) VALUES (1, 'ship_to_country', 1, 5)`,
			"hours of an adress": `INSERT INTO fraud_rules (version, signal, points, hours) VALUES (1, 'ship_to_address', 1, 5)`,
		},
		"fraud_first_orders_above": {
			"below nothing": copyOf("fraud_first_orders", `{"version": 1, "above": -1}`),
			"1.00005 EUR":   copyOf("fraud_first_orders", `{"version": 1, "above": 1.00005}`),
		},
		"fraud_blocked_kind": {
			"a colour": copyOf("fraud_blocked", `{"kind": "colour"}`),
		},
		"fraud_blocked_value": {
			"nothing": copyOf("fraud_blocked", `{"value": ""}`),
			"a novel": `INSERT INTO fraud_blocked (version, kind, value) VALUES (2, 'email', repeat('x', 201))`,
		},
		"fraud_checks_score": {
			"below nothing": `INSERT INTO orders SELECT (jsonb_populate_record(o, '{"id": "ord_risk", "po_number": ""}')).* FROM orders o LIMIT 1;` +
				copyOf("fraud_checks", `{"order_id": "ord_risk", "score": -1}`),
		},
		"fraud_factors_points": {
			"none": copyOf("fraud_factors", `{"signal": "velocity", "points": 0}`),
		},
		"fraud_factors_detail": {
			"without a word": copyOf("fraud_factors", `{"signal": "velocity", "detail": ""}`),
		},
	})
}
