package postgres_test

import "maps"

// debitNote inserts a debit note of 1 EUR and its open item, with one column another than those of a good one.
func debitNote(column, value string) string {
	return `INSERT INTO open_items (number, kind, customer_id, currency, due_date, total, dunning_plan) VALUES ('DN-9', 'fee', 'acme', 'EUR', '2026-12-02', 1, '[]');
		INSERT INTO debit_notes SELECT (jsonb_populate_record(n, jsonb_build_object('number', 'DN-9', 'sequence', 9, 'payment_reference', 'RF9', 'cause', 'y')
		    || jsonb_build_object(` + column + `, ` + value + `))).* FROM debit_notes n WHERE number = 'DN-2026-000001'`
}

// reduction takes an amount of the fee back.
func reduction(amount, reason string) string {
	return `INSERT INTO debit_note_reductions (debit_note, cause, currency, amount, reason, reduced_by, reduced_at) VALUES ('DN-2026-000001', 'y', 'EUR', ` + amount + `, '` + reason + `', 'x', now())`
}

func init() {
	maps.Copy(breaks, map[string]map[string]string{
		"debit_notes_number": {
			"a number twice": debitNote(`'sequence'`, `1`),
		},
		"debit_notes_payment_reference": {
			"a reference twice": debitNote(`'payment_reference'`, `'RF1'`),
		},
		"debit_notes_once": {
			"one fact charges a fee twice": debitNote(`'cause'`, `'rev_1'`),
		},
		"debit_notes_kind": {
			"of an invoice": debitNote(`'kind'`, `'invoice'`),
		},
		"debit_notes_amount": {
			"of nothing":    debitNote(`'amount'`, `0`),
			"below nothing": debitNote(`'amount'`, `-1`),
			"1.00005 EUR":   debitNote(`'amount'`, `1.00005`),
		},
		"debit_notes_reason": {
			"without one":     debitNote(`'reason'`, `''`),
			"without a cause": debitNote(`'cause'`, `''`),
		},
		"debit_note_reductions_amount": {
			"of nothing":    reduction(`0`, `x`),
			"below nothing": reduction(`-1`, `x`),
			"half a cent":   reduction(`0.005`, `x`),
		},
		"debit_note_reductions_reason": {
			"without one": reduction(`1`, ``),
		},
		"open_items_kind": {
			"of a gift": `UPDATE open_items SET kind = 'gift', order_id = NULL WHERE kind = 'fee'`,
		},
		"open_items_invoice": {
			"an invoice that came from none": `UPDATE open_items SET invoice = NULL WHERE kind = 'invoice'`,
		},
		"open_items_of_no_order": {
			"a fee that holds up an order": `UPDATE open_items SET order_id = 'ord_1' WHERE kind = 'fee'`,
			"a disputed fee":               `UPDATE open_items SET disputed_amount = 1 WHERE kind = 'fee'`,
			"a fee that is dunned":         `UPDATE open_items SET next_level = 1, next_dunning_at = now() WHERE kind = 'fee'`,
		},
		"payment_reversals_claimed": {
			"more than was taken back":            addReversal(`id, amount, claimed`, `'rev_9', 1, 1.01`),
			"below nothing":                       addReversal(`id, amount, claimed`, `'rev_9', 1, -1`),
			"half a cent":                         addReversal(`id, amount, claimed`, `'rev_9', 1, 0.005`),
			"a claim by what the bank pays again": `INSERT INTO payment_reversals (payment_id, n, id, currency, amount, claimed, reason, undoes, reversed_by, reversed_at) VALUES ('pay_1', 9, 'rev_9', 'EUR', -1, 1, 'x', 3, 'x', now())`,
		},
	})
	passes["payment_reversals_mirror"] = append(passes["payment_reversals_mirror"],
		passing{"payment_reversals_mirror", addReversal(`id, amount, claimed, undoes`, `'rev_9', -5, -0.01, 1`)})
}
