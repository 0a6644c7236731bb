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
			"of nothing":          `INSERT INTO fraud_rules (version, signal, points) VALUES (1, 'velocity', 1)`,
			"without hours":       `INSERT INTO fraud_rules (version, signal, points, orders) VALUES (1, 'velocity', 1, 5)`,
			"of no order":         `INSERT INTO fraud_rules (version, signal, points, orders, hours) VALUES (1, 'velocity', 1, 0, 5)`,
			"in years":            `INSERT INTO fraud_rules (version, signal, points, orders, hours) VALUES (1, 'velocity', 1, 5, 8761)`,
			"of another signal":   `INSERT INTO fraud_rules (version, signal, points, orders) VALUES (1, 'ship_to_country', 1, 5)`,
			"hours of an address": `INSERT INTO fraud_rules (version, signal, points, hours) VALUES (1, 'ship_to_address', 1, 5)`,
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
		"screening_lists_entries": {
			"below nothing": `UPDATE screening_lists SET entries = -1`,
		},
		"screening_lists_name": {
			"with a blank": copyOf("screening_lists", `{"name": "e u"}`),
		},
		"screening_lists_version": {
			"no version": `UPDATE screening_lists SET version = 0`,
		},
		"screening_lists_similarity": {
			"everybody":         `UPDATE screening_lists SET similarity = 0.39`,
			"more than alike":   `UPDATE screening_lists SET similarity = 1.0001`,
			"of five decimals":  `UPDATE screening_lists SET similarity = 0.70001`,
			"added as not even": copyOf("screening_lists", `{"name": "x", "similarity": 0}`),
		},
		"screening_entries_reference": {
			"none":  copyOf("screening_entries", `{"id": 2, "reference": ""}`),
			"novel": `INSERT INTO screening_entries (list, reference, name, since) VALUES ('eu', repeat('x', 101), 'x', 1)`,
		},
		"screening_entries_name": {
			"nothing to compare": copyOf("screening_entries", `{"id": 2, "reference": "x", "name": "..."}`),
		},
		"screening_entries_country": {
			"in words": copyOf("screening_entries", `{"id": 2, "reference": "x", "country": "Germany"}`),
		},
		"screening_entries_validity": {
			"ended before it began": copyOf("screening_entries", `{"id": 2, "reference": "x", "valid_from": "2026-02-01", "valid_until": "2026-01-01"}`),
		},
		"screening_entries_versions": {
			"before the first":      copyOf("screening_entries", `{"id": 2, "reference": "x", "since": 0}`),
			"until before it began": copyOf("screening_entries", `{"id": 2, "reference": "x", "since": 3, "until": 2}`),
		},
		"screening_entries_current": {
			"twice on the list": copyOf("screening_entries", `{"id": 2}`),
		},
		"screening_names_compared": {
			"nothing to compare": `INSERT INTO screening_names (entry_id, position, name) VALUES (1, 1, '--')`,
		},
		"screening_hits_role": {
			"the postman": newHit(`{"role": "postman"}`),
		},
		"screening_hits_similarity": {
			"not alike":       newHit(`{"similarity": 0}`),
			"more than alike": newHit(`{"similarity": 1.1}`),
		},
		"screening_clearances_reason": {
			"without one": copyOf("screening_clearances", `{"compared": "x", "reason": ""}`),
		},
	})
}

// newHit is a hit of a finding of its own.
func newHit(change string) string {
	return `INSERT INTO order_findings (order_id, finding, code, detail, found_at) VALUES ('ord_1', 3, 'blocked-party', 'x', now());` +
		copyOf("screening_hits", `{"finding": 3, `+change[1:])
}
