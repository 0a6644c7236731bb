package postgres_test

import "maps"

func init() {
	maps.Copy(breaks, map[string]map[string]string{
		"purchase_orders_number": {
			"no number": `UPDATE purchase_orders SET po_number = ''`,
		},
		"orders_duplicate_of": {
			"of itself":         `UPDATE orders SET po_number = 'PO-1', duplicate_of = id`,
			"without a number":  `UPDATE orders SET po_number = '', duplicate_of = 'ord_0'`,
			"entered of itself": `INSERT INTO orders SELECT (jsonb_populate_record(o, '{"id": "ord_2", "po_number": "PO-1", "duplicate_of": "ord_2"}')).* FROM orders o LIMIT 1`,
		},
		"orders_purchase_order": {
			"a second first one": `UPDATE orders SET po_number = 'PO-1', duplicate_of = NULL;
				INSERT INTO orders SELECT (jsonb_populate_record(o, '{"id": "ord_2"}')).* FROM orders o WHERE id = 'ord_1'`,
		},
		"order_findings_finding": {
			"no number": copyOf("order_findings", `{"finding": 0}`),
		},
		"order_findings_code": {
			"a feeling": copyOf("order_findings", `{"finding": 7, "code": "bad-feeling"}`),
		},
		"order_findings_detail": {
			"without a word": copyOf("order_findings", `{"finding": 7, "detail": ""}`),
		},
		"review_decisions_once": {
			"on the same findings": copyOf("review_decisions", `{"id": "dec_again"}`),
		},
		"review_decisions_decision": {
			"perhaps": `INSERT INTO order_findings (order_id, finding, code, detail, found_at) VALUES ('ord_1', 7, 'duplicate-purchase-order', 'x', now());` +
				copyOf("review_decisions", `{"id": "dec_again", "findings": 7, "decision": "perhaps"}`),
		},
		"credit_policies_hold_days": {
			"before today":            `INSERT INTO credit_policies (name, version, set_by, hold_remind_days) VALUES ('x', 1, 'x', -1)`,
			"in years":                `INSERT INTO credit_policies (name, version, set_by, hold_cancel_days) VALUES ('x', 1, 'x', 366)`,
			"in generations":          `INSERT INTO credit_policies (name, version, set_by, hold_escalate_days) VALUES ('x', 1, 'x', 9999)`,
			"escalated at once":       `INSERT INTO credit_policies (name, version, set_by, hold_remind_days, hold_escalate_days) VALUES ('x', 1, 'x', 2, 2)`,
			"reminded when cancelled": `INSERT INTO credit_policies (name, version, set_by, hold_remind_days, hold_cancel_days) VALUES ('x', 1, 'x', 2, 2)`,
			"escalated too late":      `INSERT INTO credit_policies (name, version, set_by, hold_escalate_days, hold_cancel_days) VALUES ('x', 1, 'x', 3, 2)`,
		},
		"orders_hold_plan": {
			"of an order that is not held": `UPDATE orders SET hold_plan = '[{}]'`,
			"no list":                      `UPDATE orders SET hold_plan = '{}'`,
		},
		"review_decisions_reason": {
			"without one": `INSERT INTO order_findings (order_id, finding, code, detail, found_at) VALUES ('ord_1', 7, 'duplicate-purchase-order', 'x', now());` +
				copyOf("review_decisions", `{"id": "dec_again", "findings": 7, "reason": ""}`),
		},
	})
}
