package postgres_test

import "maps"

func init() {
	maps.Copy(breaks, map[string]map[string]string{
		"dunning_policies_min_amount_scale": {
			"a part of the smallest unit of any currency": `UPDATE dunning_policies SET min_amount = 0.00005`,
			"no number": `UPDATE dunning_policies SET min_amount = 'NaN'`,
			"no end":    `UPDATE dunning_policies SET min_amount = 'infinity'`,
		},
		"orders_total_scale": {
			"out of range": `UPDATE orders SET net_total = 999999999999999, tax_total = 1, total = 1000000000000000`,
		},
		"order_lines_amounts": {
			"net below nothing":   `UPDATE order_lines SET net_amount = -1`,
			"gross below nothing": `UPDATE order_lines SET gross_amount = -1`,
		},
		"credit_decisions_up_to": {
			"below nothing": copyOf("credit_decisions", `{"id": "x", "up_to": -1, "decision": "release"}`),
		},
		"invoices_scale": {
			"half a cent on the lines, taken off again": copyOf("invoices", `{"number": "x", "line_total": 50.005, "allowance_total": 0.005}`),
			"half a cent": copyOf("invoices", `{"number": "x", "line_total": 50.005, "net_total": 50.005, "total": 59.505}`),
			"no number":   copyOf("invoices", `{"number": "x", "line_total": "NaN", "allowance_total": "NaN", "net_total": "NaN", "total": "NaN"}`),
		},
		"invoice_lines_net_amount": {
			"below nothing": copyOf("invoice_lines", `{"line": 2, "net_amount": -1}`),
		},
		"invoice_taxes_amounts": {
			"an allowance below nothing": copyOf("invoice_taxes", `{"rate": 7, "allowance": -1}`),
			"taxable below nothing":      copyOf("invoice_taxes", `{"rate": 7, "taxable": -1}`),
			"tax below nothing":          copyOf("invoice_taxes", `{"rate": 7, "tax": -1}`),
		},
		"credit_notes_scale": {
			"half a cent to each side": copyOf("credit_notes", `{"number": "x", "applied_to_invoice": 11.895, "customer_credit": 0.005}`),
		},
		"credit_note_taxes_amounts": {
			"taxable below nothing": copyOf("credit_note_taxes", `{"rate": 7, "taxable": -1}`),
			"tax below nothing":     copyOf("credit_note_taxes", `{"rate": 7, "tax": -1}`),
		},
		"open_items_settled_scale": {
			"half a cent in deposits_applied":   `UPDATE open_items SET deposits_applied = 0.005`,
			"half a cent in credit_applied":     `UPDATE open_items SET credit_applied = 0.005`,
			"half a cent in discount":           `UPDATE open_items SET discount = 0.005`,
			"half a cent in payment_difference": `UPDATE open_items SET payment_difference = 0.005`,
			"half a cent in withheld":           `UPDATE open_items SET withheld = 0.005`,
			"1.00005 EUR":                       `UPDATE open_items SET discount = 1.00005`,
		},
		"disputes_accepted_scale": {
			"half a cent": `UPDATE disputes SET accepted = 0.005`,
		},
	})
	maps.Copy(passes, map[string][]passing{
		"order_lines_scale": {
			{"order_lines_scale", `UPDATE order_lines SET net_amount = 1.00005`},
			{"order_lines_scale", `UPDATE order_lines SET gross_amount = 0.005`},
			{"order_lines_scale", `UPDATE order_lines SET gross_amount = 'infinity'`},
			{"order_lines_scale", copyOf("order_lines", `{"line": 2, "net_amount": "NaN"}`)},
		},
		"credit_decisions_scale": {{"credit_decisions_scale", copyOf("credit_decisions", `{"id": "x", "up_to": 1.00005}`)}},
		"invoice_lines_scale":    {{"invoice_lines_scale", copyOf("invoice_lines", `{"line": 2, "net_amount": 1.00005}`)}},
		"invoice_taxes_scale": {
			{"invoice_taxes_scale", copyOf("invoice_taxes", `{"rate": 7, "allowance": 1.00005}`)},
			{"invoice_taxes_scale", copyOf("invoice_taxes", `{"rate": 7, "charge": 1.00005}`)},
			{"invoice_taxes_scale", copyOf("invoice_taxes", `{"rate": 7, "taxable": 1.00005}`)},
			{"invoice_taxes_scale", copyOf("invoice_taxes", `{"rate": 7, "tax": "NaN"}`)},
		},
		"credit_note_taxes_scale": {
			{"credit_note_taxes_scale", copyOf("credit_note_taxes", `{"rate": 7, "taxable": 1.00005}`)},
			{"credit_note_taxes_scale", copyOf("credit_note_taxes", `{"rate": 7, "tax": 0.005}`)},
		},
	})
}
