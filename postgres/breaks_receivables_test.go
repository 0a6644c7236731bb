package postgres_test

import "maps"

const (
	billing = `INSERT INTO billings (id, customer_id, period, billing_period, first_day, last_day, due_at, billed_at) VALUES `
	share   = `INSERT INTO invoice_shares (invoice, order_id, currency, amount) VALUES `

	// An invoice of 59.50 that belongs to no single order.
	sharedInvoice = `INSERT INTO invoices SELECT (jsonb_populate_record(v, '{"number": "x", "sequence": 2, "order_id": null, "shipment_id": null, "payment_reference": "x"}')).* FROM invoices v; `
	// Another order, of a customer.
	anotherOrder = `INSERT INTO orders SELECT (jsonb_populate_record(o, '{"id": "ord_2"}')).* FROM orders o; `
)

func init() {
	maps.Copy(breaks, map[string]map[string]string{
		"customers_billing_period": {"when we feel like it": `UPDATE customers SET billing_period = 'sometimes'`},
		"orders_billing_period":    {"when we feel like it": `UPDATE orders SET billing_period = 'sometimes'`},
		"billings_once":            {"again": billing + `('x', 'acme', '2026-11', 'monthly', '2026-11-01', '2026-11-30', '2026-12-01T00:00:00Z', NULL)`},
		"billings_kind":            {"daily": billing + `('acme/2026-12', 'acme', '2026-12', 'daily', '2026-12-01', '2026-12-31', '2027-01-01T00:00:00Z', NULL)`},
		"billings_days":            {"over before it begins": billing + `('acme/2026-12', 'acme', '2026-12', 'monthly', '2026-12-31', '2026-12-01', '2027-01-01T00:00:00Z', NULL)`},
		"billings_not_early": {
			"billed before it is over": billing + `('acme/2026-12', 'acme', '2026-12', 'monthly', '2026-12-01', '2026-12-31', '2027-01-01T00:00:00Z', '2026-12-31T23:59:59Z')`,
		},
		"invoice_shares_amount": {
			"below nothing": share + `('x', 'ord_1', 'EUR', -0.01)`,
			"1.00005":       share + `('x', 'ord_1', 'EUR', 1.00005)`,
		},
	})
	maps.Copy(passes, map[string][]passing{
		"billings_billed_once": {
			{"billings_billed_once", `UPDATE billings SET billed_at = NULL`},
			{"billings_billed_once", `UPDATE billings SET billed_at = billed_at + interval '1 day'`},
		},
		"invoice_shares_total": {
			{"invoice_shares_total", sharedInvoice + share + `('x', 'ord_1', 'EUR', 59.49)`},
			{"invoice_shares_total", sharedInvoice + share + `('x', 'ord_1', 'GBP', 59.50)`},
			{"invoice_shares_total", sharedInvoice + anotherOrder + share + `('x', 'ord_1', 'EUR', 59.50), ('x', 'ord_2', 'EUR', 0.01)`},
			{"invoice_shares_total", anotherOrder + share + `('INV-2026-000001', 'ord_2', 'EUR', 0)`}, // it is of one order
			{"invoice_shares_total", sharedInvoice + otherCustomer + `INSERT INTO orders SELECT (jsonb_populate_record(o, '{"id": "ord_2", "customer_id": "other"}')).* FROM orders o; ` +
				share + `('x', 'ord_2', 'EUR', 59.50)`},
		},
	})
}
