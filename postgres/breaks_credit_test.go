package postgres_test

import "maps"

func init() {
	const decide = `UPDATE approvals SET decision_id = 'd', decision_reason = 'x', decided_at = now(), `
	customer := func(id, currency, parent string) string {
		return `INSERT INTO customers (id, name, email, country, currency, parent_id) VALUES ('` + id + `', 'x', 'x@x', 'DE', '` + currency + `', '` + parent + `'); `
	}
	maps.Copy(breaks, map[string]map[string]string{
		"customers_risk_class": {"two words": `UPDATE customers SET risk_class = 'very bad'`},
		"customers_block":      {"a whim": `UPDATE customers SET block = 'lazy'`},
		"credit_accounts_group": {
			"a customer below itself": `UPDATE credit_accounts SET group_id = customer_id`,
		},
		"collaterals_kind": {"a promise": copyOf("collaterals", `{"id": "x", "kind": "promise"}`)},
		"collaterals_amount": {
			"below nothing": copyOf("collaterals", `{"id": "x", "amount": -1}`),
			"half a cent":   copyOf("collaterals", `{"id": "x", "amount": 0.005}`),
		},
		"collaterals_validity": {"an end before the beginning": copyOf("collaterals", `{"id": "x", "valid_from": "2028-01-01"}`)},
		"credit_policies_version": {
			"none": `INSERT INTO credit_policies (name, version, set_by) VALUES ('strict', 0, 'x')`,
		},
		"credit_policy_rules_rule": {"a mood": copyOf("credit_policy_rules", `{"rule": "mood"}`)},
		"credit_policy_rules_threshold": {
			"below nothing":        copyOf("credit_policy_rules", `{"rule": "dunning_level", "threshold": -1}`),
			"half a level":         copyOf("credit_policy_rules", `{"rule": "dunning_level", "threshold": 0.5}`),
			"too many decimals":    copyOf("credit_policy_rules", `{"rule": "overdue_percent", "threshold": 0.00001}`),
			"more than is counted": copyOf("credit_policy_rules", `{"rule": "broken_promises", "threshold": 1000000}`),
		},
		"credit_policy_approvals_above": {
			"below nothing": copyOf("credit_policy_approvals", `{"currency": "USD", "above": -1}`),
			"half a yen":    copyOf("credit_policy_approvals", `{"currency": "JPY", "above": 0.5}`),
		},
		"credit_policy_classes_class": {"two words": `INSERT INTO credit_policy_classes (risk_class, policy) VALUES ('very bad', 'strict')`},
		"credit_decisions_release": {
			"an approval up to an amount": copyOf("credit_decisions", `{"id": "x", "up_to": 1}`),
			"an approval until a day":     copyOf("credit_decisions", `{"id": "x", "valid_until": "2027-01-01"}`),
		},
		"orders_release": {
			"a last day of no release":          `UPDATE orders SET release_until = '2027-01-01'`,
			"a release of what is not approved": `UPDATE orders SET release_id = 'check/ord_1', approved = false`,
		},
		"approvals_kind": {"a kiss": copyOf("approvals", `{"id": "x", "kind": "kiss"}`)},
		"approvals_amount": {
			"below nothing": copyOf("approvals", `{"id": "x", "amount": -1}`),
			"half a cent":   copyOf("approvals", `{"id": "x", "amount": 0.005}`),
		},
		"approvals_decision":  {"a shrug": decide + `decided_by = 'manager', decision = 'shrug'`},
		"approvals_decided":   {"by nobody": `UPDATE approvals SET decision = 'approve'`},
		"approvals_four_eyes": {"by whoever asked": decide + `decided_by = 'credit', decision = 'approve'`},
		"approvals_decision_id": {
			"one decision on two": copyOf("approvals", `{"id": "x"}`) + `; ` + decide + `decided_by = 'manager', decision = 'approve'`,
		},
		"warehouses_priority": {"below nothing": `UPDATE warehouses SET priority = -1`, "out of range": `UPDATE warehouses SET priority = 10000`},
	})
	chain := customer("c2", "EUR", "acme") + customer("c3", "EUR", "c2") + customer("c4", "EUR", "c3") + customer("c5", "EUR", "c4")
	maps.Copy(passes, map[string][]passing{
		"customers_group": {
			{"customers_group_circle", `UPDATE customers SET parent_id = id`},
			{"customers_group_circle", chain + `UPDATE customers SET parent_id = 'c5' WHERE id = 'acme'`},
			{"customers_group_depth", chain + customer("c6", "EUR", "c5")},
			{"customers_group_depth", `INSERT INTO customers (id, name, email, country, currency) VALUES ('top', 'x', 'x@x', 'DE', 'EUR'); ` + chain +
				`UPDATE customers SET parent_id = 'top' WHERE id = 'acme'`},
			{"customers_group_currency", customer("c2", "USD", "acme")},
		},
		"approvals_decided_once": {
			{"approvals_decided_once", `DELETE FROM approvals`},
			{"approvals_decided_once", `UPDATE approvals SET amount = 1`},
			{"approvals_decided_once", decide + `decided_by = 'manager', decision = 'reject'; UPDATE approvals SET decision = 'approve'`},
		},
	})
}
