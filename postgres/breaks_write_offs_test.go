package postgres_test

import "maps"

// addRecovery has pay_1 recover an amount, or undo a recovery.
func addRecovery(amount, undoes string) string {
	return `INSERT INTO payment_recoveries (payment_id, n, invoice, currency, amount, undoes, cause, recovered_by, recovered_at)
		VALUES ('pay_1', 9, 'INV-2026-000001', 'EUR', ` + amount + `, ` + undoes + `, 'x', 'x', now())`
}

func init() {
	maps.Copy(breaks, map[string]map[string]string{
		"authorities_kind": {
			"to give gifts": copyOf("authorities", `{"kind": "gift"}`),
		},
		"authorities_role": {
			"of who may only read": copyOf("authorities", `{"role": "auditor"}`),
		},
		"authorities_version": {
			"no version": copyOf("authorities", `{"version": 0}`),
		},
		"authorities_amount": {
			"below nothing": copyOf("authorities", `{"version": 2, "amount": -1}`),
			"half a cent":   copyOf("authorities", `{"version": 2, "amount": 0.005, "currency": "EUR"}`),
		},
		"write_offs_amount": {
			"of nothing":    copyOf("write_offs", `{"id": "wof_9", "amount": 0, "from_allowance": 0}`),
			"below nothing": copyOf("write_offs", `{"id": "wof_9", "amount": -1, "from_allowance": -1}`),
			"1.00005 EUR":   copyOf("write_offs", `{"id": "wof_9", "amount": 1.00005}`),
		},
		"write_offs_from_allowance": {
			"more than was given up": copyOf("write_offs", `{"id": "wof_9", "from_allowance": 2.01}`),
			"below nothing":          copyOf("write_offs", `{"id": "wof_9", "from_allowance": -1}`),
			"half a cent":            copyOf("write_offs", `{"id": "wof_9", "from_allowance": 0.005}`),
		},
		"write_offs_authority": {
			"below nothing": copyOf("write_offs", `{"id": "wof_9", "authority": -1}`),
			"half a cent":   copyOf("write_offs", `{"id": "wof_9", "authority": 0.005}`),
		},
		"open_items_recovered": {
			"more than is written off": `UPDATE open_items SET recovered = 0.01 WHERE kind = 'invoice'`,
			"below nothing":            `UPDATE open_items SET recovered = -1`,
			"half a cent":              `UPDATE open_items SET written_off = 1, recovered = 0.005, disputed_amount = 0, paid = 0 WHERE kind = 'invoice'`,
		},
		"payment_recoveries_amount": {
			"of nothing":    addRecovery(`0`, `NULL`),
			"below nothing": addRecovery(`-1`, `NULL`),
			"half a cent":   addRecovery(`0.005`, `NULL`),
		},
		"payment_recoveries_undone_once": {
			"twice": addRecovery(`-2`, `1`),
		},
		"approvals_one_write_off": {
			"two requests wait for one invoice": copyOf("approvals", `{"id": "wof_8", "kind": "write_off"}`) + `;` + copyOf("approvals", `{"id": "wof_9", "kind": "write_off"}`),
		},
	})
	maps.Copy(passes, map[string][]passing{
		"payment_recoveries_mirror": {{"payment_recoveries_mirror", addRecovery(`-1`, `1`)}},
	})
}
