package postgres_test

import "maps"

func init() {
	maps.Copy(breaks, map[string]map[string]string{
		"order_versions_decision": {
			"one amendment twice": copyOf("order_versions", `{"version": 2, "decision_id": "d"}`) + "; " +
				`INSERT INTO order_versions SELECT (jsonb_populate_record(r, '{"version": 3}')).* FROM order_versions r WHERE version = 2`,
		},
		"order_versions_version": {
			"no version":                    copyOf("order_versions", `{"version": 0}`),
			"a second one by no amendment":  copyOf("order_versions", `{"version": 2}`),
			"the first one by an amendment": `INSERT INTO order_versions (order_id, version, decision_id, currency, net_total, tax_total, total, actor, at) VALUES ('ord_1', 1, 'd', 'EUR', 0, 0, 0, 'x', now())`,
		},
		"order_versions_totals": {
			"a cent off":    copyOf("order_versions", `{"version": 2, "decision_id": "d", "total": 118.99}`),
			"half a cent":   copyOf("order_versions", `{"version": 2, "decision_id": "d", "net_total": 100.005, "total": 119.005}`),
			"below nothing": copyOf("order_versions", `{"version": 2, "decision_id": "d", "net_total": -1, "total": 18}`),
		},
		"order_version_lines_quantity": {
			"nothing":                   copyOf("order_version_lines", `{"line": 1, "version": 1, "quantity": 0}`),
			"more dropped than ordered": copyOf("order_version_lines", `{"line": 1, "version": 1, "cancelled": 11}`),
		},
		"order_version_lines_amounts": {
			"below nothing": copyOf("order_version_lines", `{"net_amount": -1}`),
			"half a cent":   copyOf("order_version_lines", `{"gross_amount": 119.005}`),
		},
	})
}
