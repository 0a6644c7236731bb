package postgres_test

import "maps"

const (
	// A second note over the invoice's rest: 40.00 and 7.60 tax, all of it on the invoice.
	secondNote = `INSERT INTO credit_notes SELECT (jsonb_populate_record(n, '{"number": "x", "sequence": 2, "decision_id": null, "dispute_id": null,
		"net_total": 40, "tax_total": 7.60, "total": 47.60, "applied_to_invoice": 47.60, "customer_credit": 0}')).* FROM credit_notes n; `
	creditLine = `INSERT INTO credit_note_lines (credit_note, invoice, invoice_line, quantity, currency, net_amount) VALUES `
	creditTax  = `INSERT INTO credit_note_taxes (credit_note, category, rate, taxable, tax) VALUES `
	applied    = `INSERT INTO credit_applications (id, credit_note, invoice, currency, amount, applied_by, applied_at) VALUES `
	refunded   = `INSERT INTO credit_refunds (id, credit_note, currency, amount, refunded_by, refunded_at) VALUES `
	instalment = `INSERT INTO invoice_instalments (invoice, n, due_date, currency, amount) VALUES `

	// Another shipment of the order's line, of one nail.
	anotherNail = `INSERT INTO shipments (id, order_id, warehouse_id, shipped_at, confirmed_by) VALUES ('shp_2', 'ord_1', 'main', now(), 'x');
		INSERT INTO shipment_lines (shipment_id, order_id, line, quantity) VALUES ('shp_2', 'ord_1', 1, 1); `
	otherCustomer = `INSERT INTO customers (id, name, email, country, currency) VALUES ('other', 'x', 'x@x.example', 'DE', 'EUR'); `
)

func noteWith(changes string) string {
	return `INSERT INTO credit_notes SELECT (jsonb_populate_record(n, '{"number": "x", "sequence": 2, "decision_id": null, "dispute_id": null, ` + changes + `}')).* FROM credit_notes n; `
}

func init() {
	maps.Copy(breaks, map[string]map[string]string{
		"customers_invoicing": {"when we feel like it": `UPDATE customers SET invoicing = 'sometimes'`},
		"orders_invoicing":    {"when we feel like it": `UPDATE orders SET invoicing = 'sometimes'`},
		"invoice_instalments_n": {
			"before the first": instalment + `('INV-2026-000001', 0, '2026-12-15', 'EUR', 1)`,
		},
		"invoice_instalments_due_once": {
			"two on one day": instalment + `('INV-2026-000001', 3, '2026-12-22', 'EUR', 1)`,
		},
		"invoice_instalments_amount": {
			"of nothing":  instalment + `('INV-2026-000001', 3, '2026-12-15', 'EUR', 0)`,
			"half a cent": instalment + `('INV-2026-000001', 3, '2026-12-15', 'EUR', 0.005)`,
		},
		"credit_notes_once_per_decision": {
			"two notes of one decision": noteWith(`"decision_id": "dec_1"`),
		},
		"credit_notes_split": {
			"takes back more than is on the invoice": noteWith(`"discount_reversed": 10.01`),
			"takes back less than nothing":           noteWith(`"written_off_reversed": -1`),
			"a difference below nothing":             noteWith(`"payment_difference_reversed": -1`),
			"a discount below nothing":               noteWith(`"discount_reversed": -1`),
			"half a cent written off":                noteWith(`"written_off_reversed": 0.005`),
			"half a cent of difference":              noteWith(`"payment_difference_reversed": 0.005`),
			"half a cent of discount":                noteWith(`"discount_reversed": 0.005`),
		},
		"credit_note_lines_quantity": {"of nothing": `ALTER TABLE credit_note_lines DROP CONSTRAINT credit_note_lines_pkey; ` + creditLine + `('CN-2026-000001', 'INV-2026-000001', 1, 0, 'EUR', 0)`},
		"credit_note_lines_net": {
			"below nothing": `ALTER TABLE credit_note_lines DROP CONSTRAINT credit_note_lines_pkey; ` + creditLine + `('CN-2026-000001', 'INV-2026-000001', 1, 1, 'EUR', -1)`,
			"half a cent":   `ALTER TABLE credit_note_lines DROP CONSTRAINT credit_note_lines_pkey; ` + creditLine + `('CN-2026-000001', 'INV-2026-000001', 1, 1, 'EUR', 0.005)`,
		},
		"customer_credits_amount": {
			"of nothing":  `UPDATE customer_credits SET amount = 0, applied = 0, refunded = 0`,
			"half a cent": `UPDATE customer_credits SET amount = 1.905`,
		},
		"customer_credits_used": {
			"more applied than there is": `UPDATE customer_credits SET applied = 1.41`,
			"more paid out":              `UPDATE customer_credits SET refunded = 0.91`,
			"applied below nothing":      `UPDATE customer_credits SET applied = -1`,
			"paid out below nothing":     `UPDATE customer_credits SET refunded = -1`,
			"half a cent applied":        `UPDATE customer_credits SET applied = 0.005`,
			"half a cent paid out":       `UPDATE customer_credits SET refunded = 0.005`,
		},
		"credit_applications_amount": {
			"of nothing":  applied + `('u', 'CN-2026-000001', 'INV-2026-000001', 'EUR', 0, 'x', now())`,
			"half a cent": applied + `('u', 'CN-2026-000001', 'INV-2026-000001', 'EUR', 0.005, 'x', now())`,
			"1.00005":     applied + `('u', 'CN-2026-000001', 'INV-2026-000001', 'EUR', 1.00005, 'x', now())`,
		},
		"credit_refunds_amount": {
			"of nothing": refunded + `('u', 'CN-2026-000001', 'EUR', 0, 'x', now())`,
			"1.00005":    refunded + `('u', 'CN-2026-000001', 'EUR', 1.00005, 'x', now())`,
		},
	})
	maps.Copy(passes, map[string][]passing{
		"invoice_lines_delivered": {
			{"invoice_lines_delivered", anotherNail + `INSERT INTO invoice_lines SELECT (jsonb_populate_record(l, '{"line": 2, "shipment_id": "shp_2", "quantity": 1.000001}')).* FROM invoice_lines l`},
		},
		"invoice_instalments_total": {
			{"invoice_instalments_total", instalment + `('INV-2026-000001', 3, '2026-12-15', 'EUR', 0.01)`},
		},
		"credit_note_lines_within_invoice": {
			{"credit_note_lines_within_invoice", secondNote + creditLine + `('x', 'INV-2026-000001', 1, 4.000001, 'EUR', 40)`},
			{"credit_note_lines_within_invoice", secondNote + creditLine + `('x', 'INV-2026-000001', 1, 4, 'EUR', 40.01)`},
			{"credit_note_lines_within_invoice", secondNote + creditLine + `('x', 'INV-2026-000001', 1, 1, 'GBP', 1)`},
		},
		"credit_note_taxes_within_invoice": {
			{"credit_note_taxes_within_invoice", secondNote + creditTax + `('x', 'S', 19, 40.01, 7.60)`},
			{"credit_note_taxes_within_invoice", secondNote + creditTax + `('x', 'S', 19, 40, 7.61)`},
			{"credit_note_taxes_within_invoice", secondNote + creditTax + `('x', 'S', 7, 1, 0)`},
		},
		"credit_notes_sum": {
			{"credit_notes_sum", secondNote},
			{"credit_notes_sum", secondNote + creditTax + `('x', 'S', 19, 40, 7.59)`},
			{"credit_notes_sum", otherCustomer + noteWith(`"customer_id": "other", "applied_to_invoice": 11.90, "customer_credit": 0`) + creditTax + `('x', 'S', 19, 10, 1.90)`},
			{"credit_notes_sum", noteWith(`"applied_to_invoice": 10, "customer_credit": 1.90`) + creditTax + `('x', 'S', 19, 10, 1.90)`}, // and no credit
		},
		"credit_note_taxes_sum": {
			{"credit_notes_sum", `ALTER TABLE credit_note_taxes DISABLE TRIGGER credit_note_taxes_within_invoice; ` + creditTax + `('CN-2026-000001', 'S', 20, 1, 0)`},
		},
		"customer_credits_sum": {
			{"credit_notes_sum", `UPDATE customer_credits SET amount = 2`},
			{"credit_notes_sum", otherCustomer + `UPDATE customer_credits SET customer_id = 'other'`},
			{"credit_notes_sum", secondNote + creditTax + `('x', 'S', 19, 40, 7.60); INSERT INTO customer_credits (credit_note, customer_id, currency, amount) VALUES ('x', 'acme', 'EUR', 1)`},
		},
		"customer_credits_uses": {
			{"customer_credits_uses", `UPDATE customer_credits SET applied = applied + 0.01`},
			{"customer_credits_uses", `UPDATE customer_credits SET refunded = refunded - 0.01`},
		},
		"credit_applications_uses": {
			{"customer_credits_uses", applied + `('u', 'CN-2026-000001', 'INV-2026-000001', 'EUR', 0.10, 'x', now())`},
			{"customer_credits_uses", applied + `('u', 'CN-2026-000001', 'INV-2026-000001', 'GBP', 0.10, 'x', now()); UPDATE customer_credits SET applied = applied + 0.10`},
		},
		"credit_refunds_uses": {
			{"customer_credits_uses", refunded + `('u', 'CN-2026-000001', 'EUR', 0.10, 'x', now())`},
			{"customer_credits_uses", refunded + `('u', 'CN-2026-000001', 'GBP', 0.10, 'x', now()); UPDATE customer_credits SET refunded = refunded + 0.10`},
		},
	})
}
