package postgres_test

import "maps"

func init() {
	maps.Copy(breaks, map[string]map[string]string{
		"dunning_notices_charges": {
			"a fee below nothing":           `UPDATE dunning_notices SET fee = -1`,
			"more interest than accrued":    `UPDATE dunning_notices SET interest = accrued + 1`,
			"half a cent":                   `UPDATE dunning_notices SET compensation = 0.005`,
			"1.00005 EUR":                   `UPDATE dunning_notices SET fee = 1.00005`,
			"by a notice that was not sent": `UPDATE dunning_notices SET state = 'skipped', reason = 'past' WHERE fee > 0`,
		},
		"dunning_notices_customer":    {"an account that nobody holds": `UPDATE dunning_notices SET action = 'account_hold', customer_id = NULL`},
		"dunning_notices_not_charged": {"for a reason of its own": `UPDATE dunning_notices SET not_charged = 'forgotten'`},
		"dunning_notices_left_open": {
			"below nothing": `UPDATE dunning_notices SET left_open = -1`,
			"half a cent":   `UPDATE dunning_notices SET left_open = 0.005`,
		},
		"dunning_notices_resolved": {
			"from nothing":   `UPDATE dunning_notices SET state = 'resolved'`,
			"and still open": `UPDATE dunning_notices SET resolved_from = 'sent'`,
			"from a skipped": `UPDATE dunning_notices SET state = 'resolved', resolved_from = 'skipped'`,
		},
		"debit_notes_of_notice":        {"two fees of one notice": debitNote(`'notice_id'`, `(SELECT min(notice_id) FROM debit_notes)`)},
		"debit_notes_one_compensation": {"two of one invoice": debitNote(`'kind'`, `'compensation'`)},
		"debit_notes_segments":         {"of a fee": debitNote(`'segments'`, `'[{}]'::jsonb`)},
		"tasks_closed": {
			"by somebody, and still open": `UPDATE tasks SET closed_by = 'x'`,
			"with an outcome":             `UPDATE tasks SET outcome = 'x'`,
		},
	})
}
