package postgres_test

import "maps"

func init() {
	policy := func(version, answer, remind, otherwise string) string {
		return `INSERT INTO backorder_policies (customer_id, version, answer_days, remind_days, otherwise, set_by) VALUES ('acme', ` +
			version + `, ` + answer + `, ` + remind + `, '` + otherwise + `', 'x')`
	}
	asked := func(fields string) string { return `UPDATE backorder_questions SET ` + fields }
	unchosen := `choice = NULL, answer_id = NULL, chosen_by = NULL, chosen_at = NULL`
	maps.Copy(breaks, map[string]map[string]string{
		"backorder_policies_version":   {"no version": policy("0", "1", "0", "wait")},
		"backorder_policies_otherwise": {"ship it anyway": policy("1", "1", "0", "ship_part")},
		"backorder_policies_days": {
			"before today":             policy("1", "-1", "0", "wait"),
			"in years":                 policy("1", "366", "0", "wait"),
			"reminded when it is over": policy("1", "3", "3", "wait"),
			"reminded before":          policy("1", "3", "-1", "wait"),
		},
		"backorder_questions_state": {"forgotten": asked(`state = 'forgotten', ` + unchosen)},
		"backorder_questions_asked": {
			"without an end":           asked(`ends_at = NULL`),
			"open without being asked": asked(`asked_at = NULL, ends_at = NULL, otherwise = NULL, state = 'open', ` + unchosen),
			"reminded when answered":   asked(`remind_at = asked_at`),
			"reminded after the end":   asked(`remind_at = ends_at, state = 'open', ` + unchosen),
		},
		"backorder_questions_otherwise": {"ship it anyway": asked(`otherwise = 'ship_part'`)},
		"backorder_questions_choice":    {"perhaps": asked(`choice = 'perhaps'`)},
		"backorder_questions_chosen": {
			"answered by nobody":   asked(`chosen_by = NULL`),
			"a choice that lapsed": asked(`state = 'lapsed'`),
		},
		"backorder_questions_answer_once": {
			"for two orders": `INSERT INTO orders SELECT (jsonb_populate_record(o, '{"id": "ord_2", "po_number": ""}')).* FROM orders o WHERE id = 'ord_1';` +
				copyOf("backorder_questions", `{"order_id": "ord_2"}`),
		},
		"warehouses_webhook": {
			"without an address":      `UPDATE warehouses SET webhook_url = NULL WHERE id = 'outside'`,
			"without a secret":        `UPDATE warehouses SET webhook_secret = NULL WHERE id = 'outside'`,
			"of one that is not told": `UPDATE warehouses SET webhook_url = 'https://x.example', webhook_secret = 'whsec_x' WHERE id = 'main'`,
			"by post":                 `UPDATE warehouses SET webhook_url = 'mailto:x' WHERE id = 'outside'`,
			"an open secret":          `UPDATE warehouses SET webhook_secret = 'x' WHERE id = 'outside'`,
		},
		"fulfilment_orders_revision":    {"none": copyOf("fulfilment_orders", `{"id": "ful_2", "revision": 0}`)},
		"fulfilment_orders_once":        {"twice": copyOf("fulfilment_orders", `{"id": "ful_2"}`)},
		"fulfilment_orders_queued_once": {"two at once": copyOf("fulfilment_orders", `{"id": "ful_2", "revision": 2, "state": "queued", "sent_at": null}`) + `;` + copyOf("fulfilment_orders", `{"id": "ful_3", "revision": 3, "state": "queued", "sent_at": null}`)},
		"fulfilment_orders_lines":       {"a list": copyOf("fulfilment_orders", `{"id": "ful_2", "revision": 2, "lines": []}`)},
		"fulfilment_orders_attempts":    {"fewer than none": `UPDATE fulfilment_orders SET attempts = -1`},
		"fulfilment_orders_state":       {"lost": `UPDATE fulfilment_orders SET state = 'lost', sent_at = NULL`},
		"fulfilment_orders_sent":        {"never": `UPDATE fulfilment_orders SET sent_at = NULL`},
	})
}
