package postgres_test

import "maps"

// addApplication inserts an application of pay_1 with some columns.
func addApplication(columns, values string) string {
	return `INSERT INTO payment_applications (payment_id, n, invoice, currency, rule, applied_at, ` + columns + `)
		VALUES ('pay_1', 9, 'INV-2026-000001', 'EUR', 'x', now(), ` + values + `)`
}

// addReversal inserts a reversal of pay_1 with some columns.
func addReversal(columns, values string) string {
	return `INSERT INTO payment_reversals (payment_id, n, currency, reason, reversed_by, reversed_at, ` + columns + `)
		VALUES ('pay_1', 9, 'EUR', 'x', 'x', now(), ` + values + `)`
}

func addRefund(amount, id string) string {
	return `INSERT INTO payment_refunds (payment_id, n, id, currency, amount, reason, refunded_by, refunded_at) VALUES ('pay_1', 9, '` + id + `', 'EUR', ` + amount + `, 'x', 'x', now())`
}

func init() {
	maps.Copy(breaks, map[string]map[string]string{
		"customers_tolerance": {
			"below nothing": `UPDATE customers SET tolerance_absolute = -1`,
			"half a cent":   `UPDATE customers SET tolerance_absolute = 0.005`,
		},
		"customers_overpayment_policy": {
			"it is eaten": `UPDATE customers SET overpayment_policy = 'eat'`,
		},
		"payments_split_scale": {
			"half a cent applied":         `UPDATE payments SET applied = 0.005`,
			"half a cent recovered":       `UPDATE payments SET recovered = 0.005`,
			"half a cent taken to income": `UPDATE payments SET taken_to_income = 0.005`,
			"half a cent kept as deposit": `UPDATE payments SET deposits = 0.005`,
			"half a cent refunded":        `UPDATE payments SET refunded = 0.005`,
			"half a cent reversed":        `UPDATE payments SET reversed = 0.005`,
		},
		"payment_applications_scale": {
			"half a cent":               addApplication(`amount`, `0.005`),
			"half a cent of discount":   addApplication(`amount, discount`, `1, 0.005`),
			"half a cent of its tax":    addApplication(`amount, discount, discount_tax`, `1, 1, 0.005`),
			"half a cent of difference": addApplication(`amount, payment_difference, difference_reason`, `1, 0.005, 'x'`),
			"half a cent of income":     addApplication(`amount, taken_to_income`, `1, 0.005`),
			"half a cent of deduction":  addApplication(`amount, deduction, deduction_reason`, `1, 0.005, 'x'`),
		},
		"payment_applications_reasons": {
			"a difference without one": addApplication(`amount, payment_difference`, `1, 1`),
			"a deduction without one":  addApplication(`amount, deduction`, `1, 1`),
		},
		"payment_applications_undone_once": {
			"twice": addApplication(`amount, undoes`, `-5, 2`),
		},
		"payment_reversals_id": {
			"one fact twice": addReversal(`id, amount`, `'rev_1', 1`),
		},
		"payment_reversals_amount": {
			"of nothing":      addReversal(`id, amount`, `'rev_9', 0`),
			"below nothing":   addReversal(`id, amount`, `'rev_9', -1`),
			"a fee below":     addReversal(`id, amount, fee`, `'rev_9', 1, -1`),
			"a fee for a win": `INSERT INTO payment_reversals (payment_id, n, id, currency, amount, fee, reason, undoes, reversed_by, reversed_at) VALUES ('pay_1', 9, 'rev_9', 'EUR', -5, 1, 'x', 1, 'x', now())`,
		},
		"payment_reversals_scale": {
			"half a cent":          addReversal(`id, amount`, `'rev_9', 0.005`),
			"half a cent of a fee": addReversal(`id, amount, fee`, `'rev_9', 1, 0.005`),
		},
		"payment_reversals_undone_once": {
			"won twice": addReversal(`id, amount, undoes`, `'rev_9', -5, 1`),
		},
		"payment_refunds_id": {
			"one fact twice": addRefund(`1`, `ref_1`),
		},
		"payment_refunds_amount": {
			"of nothing":    addRefund(`0`, `ref_9`),
			"below nothing": addRefund(`-1`, `ref_9`),
			"half a cent":   addRefund(`0.005`, `ref_9`),
		},
	})
	maps.Copy(passes, map[string][]passing{
		"payment_applications_mirror": {
			{"payment_applications_mirror", addApplication(`amount, undoes`, `-19, 1`)},
			{"payment_applications_mirror", addApplication(`amount, discount, undoes`, `-20, -0.01, 1`)},
			{"payment_applications_mirror", addApplication(`amount, undoes`, `-5, 3`)}, // what undoes is not undone
			{"payment_applications_mirror", `INSERT INTO payment_applications (payment_id, n, invoice, currency, amount, rule, undoes, applied_at)
				VALUES ('pay_1', 9, 'INV-2026-000099', 'EUR', -20, 'x', 1, now())`},
		},
		"payment_reversals_mirror": {{"payment_reversals_mirror", addReversal(`id, amount, undoes`, `'rev_9', -4, 1`)}},
	})
}
