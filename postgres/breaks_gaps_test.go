package postgres_test

import "maps"

func init() {
	maps.Copy(breaks, map[string]map[string]string{
		"record_seals_position": {"before the first": copyOf("record_seals", `{"position": 0, "events": "{[900,901)}", "audit": "{}"}`)},
		"record_seals_covers":   {"nothing": copyOf("record_seals", `{"position": 2, "events": "{}", "audit": "{}"}`)},
		"record_seals_hash":     {"half a hash": copyOf("record_seals", `{"position": 2, "events": "{[900,901)}", "audit": "{}", "hash": "\\\\x00"}`)},
		"record_seals_events_once": {
			"an event a second time": copyOf("record_seals", `{"position": 2, "audit": "{}"}`),
		},
		"record_seals_audit_once": {
			"an audit row a second time": copyOf("record_seals", `{"position": 2, "events": "{}"}`),
		},
	})
	maps.Copy(passes, map[string][]passing{
		"approvals_requested_first": {
			{"approvals_requested_first", copyOf("approvals", `{"id": "x", "decision": "approve", "decision_id": "y", "decision_reason": "", "decided_by": "manager", "decided_at": "2026-11-22"}`)},
			{"approvals_requested_first", copyOf("approvals", `{"id": "x", "decided_by": "manager"}`)},
		},
	})
}
