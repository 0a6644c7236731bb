package postgres_test

import "maps"

func init() {
	maps.Copy(breaks, map[string]map[string]string{
		"disputes_kind": {
			"a quarrel": `UPDATE disputes SET kind = 'quarrel', amount = 0`,
		},
		"disputes_inquiry": {
			"an amount":                       `UPDATE disputes SET kind = 'inquiry'`,
			"one that waits to be accepted":   `UPDATE disputes SET kind = 'inquiry', amount = 0, state = 'awaiting_approval'`,
			"one that is accepted for a part": `UPDATE disputes SET kind = 'inquiry', amount = 0, state = 'partly_accepted'`,
			"of what was kept back":           `UPDATE disputes SET kind = 'inquiry', amount = 0, payment_id = 'pay_1', application = 1`,
		},
		"disputes_root_cause": {
			"a sentence": `UPDATE disputes SET root_cause = 'the price list was old'`,
		},
		"disputes_department": {
			"capital letters": `UPDATE disputes SET department = 'Sales'`,
		},
		"disputes_deducted_once": {
			"two of one deduction": `UPDATE disputes SET payment_id = 'pay_1', application = 1; ` + copyOf("disputes", `{"id": "dsp_2", "resolution_id": null}`),
		},
		"dispute_evidence_n": {
			"before the first": copyOf("dispute_evidence", `{"n": 0}`),
		},
		"dispute_evidence_kind": {
			"a rumour": copyOf("dispute_evidence", `{"n": 2, "kind": "rumour", "sha256": null}`),
		},
		"dispute_evidence_text": {
			"no word":  copyOf("dispute_evidence", `{"n": 2, "text": " "}`),
			"too much": `INSERT INTO dispute_evidence SELECT dispute_id, 2, kind, repeat('x', 2001), sha256, added_by, added_at FROM dispute_evidence`,
		},
		"dispute_evidence_sha256": {
			"a document without": copyOf("dispute_evidence", `{"n": 2, "sha256": null}`),
			"a note with":        copyOf("dispute_evidence", `{"n": 2, "kind": "note"}`),
			"too short":          copyOf("dispute_evidence", `{"n": 2, "sha256": "abc"}`),
		},
		"service_times_reason": {
			"a whim": copyOf("service_times", `{"reason": "whim"}`),
		},
		"service_times_version": {
			"no version": copyOf("service_times", `{"version": 0}`),
		},
		"service_times_hours": {
			"never due":                  copyOf("service_times", `{"version": 2, "escalate_hours": 0}`),
			"below nothing":              copyOf("service_times", `{"version": 2, "assign_hours": -1}`),
			"more than a year":           copyOf("service_times", `{"version": 2, "escalate_hours": 2001}`),
			"reminded before it is his":  copyOf("service_times", `{"version": 2, "remind_hours": 8}`),
			"escalated before it is his": copyOf("service_times", `{"version": 2, "remind_hours": 0, "escalate_hours": 8}`),
		},
		"service_times_opening": {
			"closed when it opens": copyOf("service_times", `{"version": 2, "closes": 9}`),
			"closed at 25":         copyOf("service_times", `{"version": 2, "closes": 25}`),
			"open before midnight": copyOf("service_times", `{"version": 2, "opens": -1}`),
		},
		"approvals_one_of_dispute": {
			"two requests wait for one dispute": copyOf("approvals", `{"id": "dec_8", "kind": "dispute"}`) + `;` + copyOf("approvals", `{"id": "dec_9", "kind": "dispute"}`),
		},
	})
}
