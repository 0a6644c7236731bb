package postgres_test

import "maps"

func init() {
	maps.Copy(breaks, map[string]map[string]string{
		"customers_tax_id_checked": {
			"a check of nothing": `UPDATE customers SET tax_id = ''`,
		},
		"customers_payer_is_another": {
			"itself": `UPDATE customers SET payer_id = id`,
		},
		"products_tax_class": {
			"capitals": `UPDATE products SET tax_class = 'Standard'`,
			"none":     `UPDATE products SET tax_class = ''`,
		},
		"price_lists_scope": {
			"for a customer and a segment": `UPDATE price_lists SET customer_id = 'acme' WHERE id = 'wholesale'`,
		},
		"price_lists_segment": {
			"of no name": `UPDATE price_lists SET segment = '' WHERE id = 'wholesale'`,
		},
		"price_lists_once_per_scope": {
			"two for a segment":  copyOf("price_lists", `{"id": "x", "segment": "wholesale", "customer_id": null}`),
			"two for a customer": copyOf("price_lists", `{"id": "x", "segment": null, "customer_id": "acme"}`) + ` WHERE id = 'acme'`,
			"two for all": `INSERT INTO price_lists (id, name, currency) VALUES ('x', 'X', 'EUR');
				INSERT INTO price_lists (id, name, currency) VALUES ('y', 'Y', 'EUR')`,
		},
		"price_list_versions_validity": {
			"an end before its start": copyOf("price_list_versions", `{"revision": 2, "valid_until": "2025-12-31"}`),
		},
		"price_list_entries_base_quantity": {
			"for nothing": copyOf("price_list_entries", `{"min_quantity": 20, "base_quantity": 0}`),
		},
		"tax_areas_area": {
			"the moon": `INSERT INTO tax_areas VALUES ('moon', 'DE', '2026-01-01')`,
		},
		"tax_areas_country": {
			"small letters": `INSERT INTO tax_areas VALUES ('eu', 'de', '2026-01-01')`,
		},
		"tax_areas_validity": {
			"an end before its start": `UPDATE tax_areas SET valid_until = '1900-01-01'`,
		},
		"vat_id_patterns_country": {
			"small letters": `UPDATE vat_id_patterns SET country = 'de'`,
		},
		"tax_rates_country": {
			"small letters": `UPDATE tax_rates SET country = 'de'`,
		},
		"tax_rates_tax_class": {
			"capitals": `UPDATE tax_rates SET tax_class = 'Standard'`,
		},
		"tax_rules_validity": {
			"an end before its start": `UPDATE tax_rules SET valid_until = '1900-01-01'`,
		},
		"tax_rules_seller": {
			"an unknown place": `UPDATE tax_rules SET seller = 'domestic'`,
		},
		"tax_rules_ship_to": {
			"an unknown place": `UPDATE tax_rules SET ship_to = 'moon'`,
		},
		"tax_rules_customer_kind": {
			"a friend": `UPDATE tax_rules SET customer_kind = 'friend'`,
		},
		"tax_rules_vat_id": {
			"hoped for": `UPDATE tax_rules SET vat_id = 'hoped'`,
		},
		"tax_rules_supply": {
			"air": `UPDATE tax_rules SET supply = 'air'`,
		},
		"tax_rules_category": {
			"an unknown one": `UPDATE tax_rules SET category = 'X', rate_of = 'none'`,
		},
		"tax_rules_rate_of": {
			"a rate where none is charged": `UPDATE tax_rules SET rate_of = 'product' WHERE category = 'G'`,
			"no rate for a tax":            `UPDATE tax_rules SET rate_of = 'none' WHERE category = 'S'`,
			"from the moon":                `UPDATE tax_rules SET rate_of = 'moon' WHERE category = 'S'`,
		},
		"tax_rules_rate": {
			"a rate beside the table's":      `UPDATE tax_rules SET rate = 19 WHERE rate_of = 'seller'`,
			"a fixed rate that is not there": `UPDATE tax_rules SET rate_of = 'fixed' WHERE category = 'S'`,
		},
		"tax_rules_exemption": {
			"no reason for no tax": `UPDATE tax_rules SET exemption = '', exemption_code = '' WHERE category = 'G'`,
			"a reason for a tax":   `UPDATE tax_rules SET exemption = 'x' WHERE category = 'S'`,
		},
		"orders_charges": {
			"below nothing":              `UPDATE orders SET charge_total = -1`,
			"less with tax than without": `UPDATE orders SET charge_total = 10, charge_gross = 9.99`,
			"more than the order":        `UPDATE orders SET charge_total = 10, charge_gross = 119.01`,
			"half a cent":                `UPDATE orders SET charge_total = 10.005, charge_gross = 11.90`,
			"half a cent with tax":       `UPDATE orders SET charge_total = 10, charge_gross = 11.905`,
		},
		"order_lines_price_source": {
			"out of thin air":            `UPDATE order_lines SET price_source = 'order'`,
			"nothing":                    `UPDATE order_lines SET price_source = ''`,
			"a price list without a day": `UPDATE order_lines SET price_source = 'price_list:wholesale#10'`,
		},
		"order_lines_tax_source": {
			"out of thin air": `UPDATE order_lines SET tax_source = 'guess'`,
			"nothing":         `UPDATE order_lines SET tax_source = ''`,
		},
		"order_lines_overridden": {
			"a price that was not overridden": `UPDATE order_lines SET overridden_price = 1, overridden_source = 'product'`,
		},
		"order_lines_overridden_source": {
			"a price of nowhere":       `UPDATE order_lines SET price_source = 'override', overridden_price = 1`,
			"a source without a price": `UPDATE order_lines SET price_source = 'override', overridden_source = 'product'`,
		},
		"order_charges_amount": {
			"of nothing":                 copyOf("order_charges", `{"charge": 2, "amount": 0}`),
			"half a cent":                copyOf("order_charges", `{"charge": 2, "amount": 1.005}`),
			"half a cent with tax":       copyOf("order_charges", `{"charge": 2, "gross_amount": 11.905}`),
			"less with tax than without": copyOf("order_charges", `{"charge": 2, "gross_amount": 9.99}`),
		},
		"order_charges_reason": {
			"a whim": copyOf("order_charges", `{"charge": 2, "reason_code": "whim"}`),
		},
		"order_charges_tax": {
			"an unknown category":          copyOf("order_charges", `{"charge": 2, "tax_category": "X"}`),
			"a rate where none is charged": copyOf("order_charges", `{"charge": 2, "tax_category": "G"}`),
		},
		"invoice_taxes_charge": {
			"below nothing": copyOf("invoice_taxes", `{"rate": 7, "charge": -1}`),
		},
		"invoice_charges_once": {
			"freight on a second invoice": copyOf("invoices", `{"number": "INV-2026-000002", "sequence": 2, "shipment_id": null, "payment_reference": "x"}`) + `; ` +
				copyOf("invoice_charges", `{"invoice": "INV-2026-000002"}`),
			"a part of it twice": milestoneInvoice + `INSERT INTO order_charges SELECT (jsonb_populate_record(c, '{"order_id": "ord_2"}')).* FROM order_charges c; ` +
				`INSERT INTO invoice_charges SELECT (jsonb_populate_record(c, '{"invoice": "x", "order_id": "ord_2", "milestone": 1}')).* FROM invoice_charges c; ` +
				`INSERT INTO invoices SELECT (jsonb_populate_record(v, '{"number": "y", "sequence": 3, "milestone": 2, "payment_reference": "y"}')).* FROM invoices v WHERE number = 'x'; ` +
				`INSERT INTO invoice_charges SELECT (jsonb_populate_record(c, '{"invoice": "y"}')).* FROM invoice_charges c WHERE invoice = 'x'`,
		},
		"invoice_charges_amount": {
			"of nothing": `INSERT INTO order_charges SELECT (jsonb_populate_record(c, '{"charge": 2}')).* FROM order_charges c; ` +
				copyOf("invoice_charges", `{"charge": 2, "amount": 0}`),
			"half a cent": `INSERT INTO order_charges SELECT (jsonb_populate_record(c, '{"charge": 2}')).* FROM order_charges c; ` +
				copyOf("invoice_charges", `{"charge": 2, "amount": 1.005}`),
		},
	})
	passes["invoice_taxes_scale"] = append(passes["invoice_taxes_scale"], passing{"invoice_taxes_scale", copyOf("invoice_taxes", `{"rate": 7, "charge": 0.005}`)})
	maps.Copy(breaks["invoices_totals"], map[string]string{
		"a charge that is not in the net": copyOf("invoices", `{"number": "x", "charge_total": 1}`),
		"a charge below nothing":          copyOf("invoices", `{"number": "x", "charge_total": -1, "net_total": 49, "total": 58.50}`),
		"half a cent of charges":          copyOf("invoices", `{"number": "x", "charge_total": 0.005, "net_total": 50.005, "tax_total": 9.495}`),
	})
}
