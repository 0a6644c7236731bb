package postgres_test

import "maps"

const (
	milestone = `INSERT INTO order_milestones (order_id, n, name, percent) VALUES `

	// An order that is billed by milestones, with a line and nothing shipped, and the invoice of its first milestone.
	milestoneOrder = `INSERT INTO orders SELECT (jsonb_populate_record(o, '{"id": "ord_2", "invoicing": "milestones"}')).* FROM orders o; ` +
		`INSERT INTO order_lines SELECT (jsonb_populate_record(l, '{"order_id": "ord_2", "stocked": false, "reserved": 0, "shipped": 0, "invoiced": 0, "returned": 0}')).* FROM order_lines l; ` +
		milestone + `('ord_2', 1, 'Signed', 30), ('ord_2', 2, 'Accepted', 70); `
	milestoneInvoice = milestoneOrder +
		`INSERT INTO invoices SELECT (jsonb_populate_record(v, '{"number": "x", "sequence": 2, "order_id": "ord_2", "milestone": 1, "shipment_id": null, "payment_reference": "x"}')).* FROM invoices v; `
	milestoneLine = `INSERT INTO invoice_lines SELECT (jsonb_populate_record(l, '{"invoice": "x", "order_id": "ord_2", "shipment_id": null, "milestone": 1, "quantity": 1}')).*
		FROM invoice_lines l WHERE invoice = 'INV-2026-000001' AND line = 1; `
)

func init() {
	maps.Copy(breaks, map[string]map[string]string{
		"order_milestones_n":         {"the 61st": milestone + `('ord_1', 61, 'x', 1)`, "the one before the first": milestone + `('ord_1', 0, 'x', 1)`},
		"order_milestones_name":      {"no name": milestone + `('ord_1', 2, '', 1)`},
		"order_milestones_name_once": {"the same name again": milestone + `('ord_1', 2, 'Signed', 1)`},
		"order_milestones_percent":   {"of nothing": milestone + `('ord_1', 2, 'x', 0)`},
		"invoices_once_per_milestone": {
			"the same milestone again": milestoneInvoice +
				`INSERT INTO invoices SELECT (jsonb_populate_record(v, '{"number": "y", "sequence": 3, "payment_reference": "y"}')).* FROM invoices v WHERE number = 'x'`,
		},
		"invoices_milestone_alone": {
			"with a shipment": `INSERT INTO invoices SELECT (jsonb_populate_record(v, '{"number": "x", "sequence": 2, "milestone": 1, "payment_reference": "x"}')).* FROM invoices v`,
			"of no order":     `INSERT INTO invoices SELECT (jsonb_populate_record(v, '{"number": "x", "sequence": 2, "milestone": 1, "order_id": null, "shipment_id": null, "payment_reference": "x"}')).* FROM invoices v`,
		},
		"invoice_lines_delivery_or_milestone": {
			"of neither": copyOf("invoice_lines", `{"line": 9, "shipment_id": null}`),
			"of both":    copyOf("invoice_lines", `{"line": 9, "milestone": 1}`),
		},
		"invoice_lines_once_per_milestone": {
			"an order line twice": milestoneInvoice + milestoneLine + `INSERT INTO invoice_lines SELECT (jsonb_populate_record(l, '{"line": 2}')).* FROM invoice_lines l WHERE invoice = 'x'`,
		},
	})
	maps.Copy(passes, map[string][]passing{
		"order_milestones_whole": {
			{"order_milestones_whole", milestoneOrder + milestone + `('ord_2', 3, 'More', 0.0001)`},
			{"order_milestones_whole", milestone + `('ord_1', 2, 'More', 1)`}, // 101, of an order that is billed otherwise
		},
		"orders_milestones_whole": {
			{"order_milestones_whole", `INSERT INTO orders SELECT (jsonb_populate_record(o, '{"id": "ord_2", "invoicing": "milestones"}')).* FROM orders o`},
		},
		"invoice_lines_of_milestone": {
			{"invoice_lines_of_milestone", milestoneInvoice + `INSERT INTO invoice_lines SELECT (jsonb_populate_record(l, '{"invoice": "x", "shipment_id": null, "milestone": 1, "quantity": 1}')).* FROM invoice_lines l`}, // another order's
			{"invoice_lines_of_milestone", milestoneInvoice + `INSERT INTO invoice_lines SELECT (jsonb_populate_record(l, '{"invoice": "x", "order_id": "ord_2", "shipment_id": null, "milestone": 2, "quantity": 1}')).* FROM invoice_lines l`},
			// What is billed by milestones is not billed by shipment.
			{"invoice_lines_of_milestone", `UPDATE orders SET invoicing = 'milestones' WHERE id = 'ord_1'; ` + anotherNail +
				`INSERT INTO invoice_lines SELECT (jsonb_populate_record(l, '{"line": 2, "shipment_id": "shp_2", "quantity": 1}')).* FROM invoice_lines l`},
		},
		"invoice_charges_of_milestone": {
			{"invoice_charges_of_milestone", milestoneInvoice + `INSERT INTO order_charges SELECT (jsonb_populate_record(c, '{"order_id": "ord_2"}')).* FROM order_charges c; ` +
				`INSERT INTO invoice_charges SELECT (jsonb_populate_record(c, '{"invoice": "x", "order_id": "ord_2", "milestone": 2}')).* FROM invoice_charges c`},
		},
	})
}
