package postgres_test

import "maps"

func init() {
	maps.Copy(breaks, map[string]map[string]string{
		"instalment_plans_state": {"an unknown one": `UPDATE instalment_plans SET state = 'forgotten', ended_at = now(), settled = 0 WHERE state = 'active'`},
		"instalment_plans_amount": {
			"nothing":     copyOf("instalment_plans", `{"id": "pln_9", "amount": 0, "state": "kept", "settled": 0, "ended_at": "2027-01-01T00:00:00Z"}`),
			"1.00005 EUR": copyOf("instalment_plans", `{"id": "pln_9", "amount": 1.00005, "state": "kept", "settled": 0, "ended_at": "2027-01-01T00:00:00Z"}`),
		},
		"instalment_plans_settled_before": {"half a cent": `UPDATE instalment_plans SET settled_before = 0.005`},
		"instalment_plans_settled": {
			"more than was planned": `UPDATE instalment_plans SET state = 'kept', ended_at = now(), settled = amount + 1`,
			"below nothing":         `UPDATE instalment_plans SET state = 'broken', ended_at = now(), settled = -1`,
		},
		"instalment_plans_authority": {"below nothing": copyOf("instalment_plans", `{"id": "pln_9", "authority": -1, "state": "kept", "settled": 0, "ended_at": "2027-01-01T00:00:00Z"}`)},
		"instalment_plans_ended": {
			"without an end": `UPDATE instalment_plans SET state = 'kept', settled = 0`,
			"without a sum":  `UPDATE instalment_plans SET state = 'kept', ended_at = now()`,
			"an open end":    `UPDATE instalment_plans SET ended_at = now()`,
		},
		"instalment_plans_one_active": {"two at once": copyOf("instalment_plans", `{"id": "pln_9"}`)},
		"planned_instalments_n":       {"before the first": copyOf("planned_instalments", `{"n": 0, "due_date": "2028-01-01"}`)},
		"planned_instalments_amount": {
			"nothing":     copyOf("planned_instalments", `{"n": 9, "due_date": "2028-01-01", "amount": 0}`),
			"1.00005 EUR": copyOf("planned_instalments", `{"n": 9, "due_date": "2028-01-01", "amount": 1.00005}`),
		},
		"planned_instalments_one_a_day": {"two on a day": copyOf("planned_instalments", `{"n": 9}`)},
		"approvals_one_plan": {
			"two requests wait for one invoice": copyOf("approvals", `{"id": "pln_8", "kind": "plan"}`) + `;` + copyOf("approvals", `{"id": "pln_9", "kind": "plan"}`),
		},
	})
	maps.Copy(passes, map[string][]passing{
		"instalment_plans_final": {{"instalment_plans_final", `UPDATE instalment_plans SET state = 'kept', settled = 0, ended_at = now(); UPDATE instalment_plans SET state = 'broken'`}},
	})
}
