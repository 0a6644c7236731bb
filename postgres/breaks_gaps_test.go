package postgres_test

import "maps"

func init() {
	maps.Copy(passes, map[string][]passing{
		"approvals_requested_first": {
			{"approvals_requested_first", copyOf("approvals", `{"id": "x", "decision": "approve", "decision_id": "y", "decision_reason": "", "decided_by": "manager", "decided_at": "2026-11-22"}`)},
			{"approvals_requested_first", copyOf("approvals", `{"id": "x", "decided_by": "manager"}`)},
		},
	})
}
