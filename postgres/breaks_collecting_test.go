package postgres_test

import "maps"

func init() {
	maps.Copy(breaks, map[string]map[string]string{
		"dunning_notices_instalment": {"below the first": `UPDATE dunning_notices SET instalment = -1`},
		"dunning_notices_reason":     {"skipped for no reason": `UPDATE dunning_notices SET state = 'skipped', reason = ''`},

		"promises_state": {"an unknown one": `UPDATE promises SET state = 'forgotten', ended_at = now(), received = 0`},
		"promises_amount": {
			"nothing": copyOf("promises", `{"id": "prm_2", "amount": 0, "state": "kept", "received": 0, "ended_at": "2027-01-01T00:00:00Z"}`),
			"1.00005": copyOf("promises", `{"id": "prm_2", "amount": 1.00005, "state": "kept", "received": 0, "ended_at": "2027-01-01T00:00:00Z"}`),
		},
		"promises_paid_before": {
			"below nothing": `UPDATE promises SET paid_before = -1`,
			"half a cent":   `UPDATE promises SET paid_before = 0.005`,
		},
		"promises_received": {
			"more than was promised": `UPDATE promises SET state = 'kept', ended_at = now(), received = amount + 1`,
			"below nothing":          `UPDATE promises SET state = 'broken', ended_at = now(), received = -1`,
		},
		"promises_level": {"below the first": copyOf("promises", `{"id": "prm_2", "level": 0, "state": "kept", "received": 0, "ended_at": "2027-01-01T00:00:00Z"}`)},
		"promises_ended": {
			"without an end": `UPDATE promises SET state = 'kept', received = 0`,
			"without a sum":  `UPDATE promises SET state = 'kept', ended_at = now()`,
			"an open end":    `UPDATE promises SET ended_at = now()`,
		},
		"promises_one_open": {"two at once": copyOf("promises", `{"id": "prm_2"}`)},

		"dunning_holds_state":      {"an unknown one": `UPDATE dunning_holds SET state = 'forgotten', ended_at = now(), ended_by = 'x'`},
		"dunning_holds_reason":     {"none": copyOf("dunning_holds", `{"id": "hld_2", "reason": " ", "state": "lifted", "ended_at": "2027-01-01T00:00:00Z", "ended_by": "x"}`)},
		"dunning_holds_days":       {"over before it begins": copyOf("dunning_holds", `{"id": "hld_2", "ends_at": "2000-01-01T00:00:00Z", "state": "lifted", "ended_at": "2027-01-01T00:00:00Z", "ended_by": "x"}`)},
		"dunning_holds_ended":      {"by nobody": `UPDATE dunning_holds SET state = 'lifted', ended_at = now()`, "an open end": `UPDATE dunning_holds SET ended_at = now(), ended_by = 'x'`},
		"dunning_holds_one_active": {"two at once": copyOf("dunning_holds", `{"id": "hld_2"}`)},
	})
	maps.Copy(passes, map[string][]passing{
		"promises_final": {{"promises_final", `UPDATE promises SET state = 'kept', received = 0, ended_at = now(); UPDATE promises SET state = 'broken'`}},
		"dunning_holds_final": {{"dunning_holds_final",
			`UPDATE dunning_holds SET state = 'lifted', ended_at = now(), ended_by = 'x'; UPDATE dunning_holds SET state = 'active', ended_at = NULL, ended_by = NULL`}},
	})
}
