package postgres_test

import "maps"

// addUse inserts a use of the deposit with its one tax group.
func addUse(invoice, creditNote, net, tax, undoes string) string {
	series := `NULL, NULL, NULL`
	if creditNote != "NULL" {
		series = `'PCN', 2026, 9`
	}
	return `INSERT INTO deposit_uses (deposit, n, invoice, credit_note, series, year, sequence, currency, net, tax, amount, undoes, cause, reason, used_on, used_by, used_at)
		VALUES ('PI-2026-000001', 9, ` + invoice + `, ` + creditNote + `, ` + series + `, 'EUR', ` + net + `, ` + tax + `, (` + net + `) + (` + tax + `), ` + undoes + `, 'x', 'x', '2026-11-22', 'x', now())`
}

func addUseTax(rate, taxable, tax string) string {
	return `INSERT INTO deposit_use_taxes (deposit, n, category, rate, currency, taxable, tax) VALUES ('PI-2026-000001', 9, 'S', ` + rate + `, 'EUR', ` + taxable + `, ` + tax + `)`
}

const onInvoice = `'INV-2026-000001'`

func init() {
	maps.Copy(breaks, map[string]map[string]string{
		"orders_deposits": {
			"more applied than has come": `UPDATE orders SET deposits = 1, deposits_applied = 2`,
			"below nothing":              `UPDATE orders SET deposits = 1, deposits_applied = -1`,
			"half a cent":                `UPDATE orders SET deposits = 0.005`,
			"half a cent applied":        `UPDATE orders SET deposits = 1, deposits_applied = 0.005`,
		},
		"credit_policies_prepayment_days": {
			"cancelled before it is reminded": copyOf("credit_policies", `{"version": 9, "prepayment_remind_days": 3, "prepayment_cancel_days": 3}`),
			"below nothing":                   copyOf("credit_policies", `{"version": 9, "prepayment_remind_days": -1}`),
			"after more than a year":          copyOf("credit_policies", `{"version": 9, "prepayment_cancel_days": 366}`),
		},
		"proformas_numbered_once": {
			"two of one number": copyOf("proformas", `{"number": "x", "order_version": 2, "payment_reference": "y"}`),
		},
		"proformas_once_per_version": {
			"twice": copyOf("proformas", `{"number": "x", "sequence": 2, "payment_reference": "y"}`),
		},
		"proformas_payment_reference": {
			"of two": copyOf("proformas", `{"number": "x", "sequence": 2, "order_version": 2}`),
		},
		"proformas_amount": {
			"nothing":     copyOf("proformas", `{"number": "x", "sequence": 2, "order_version": 2, "payment_reference": "y", "amount": 0}`),
			"1.00005 EUR": copyOf("proformas", `{"number": "x", "sequence": 2, "order_version": 2, "payment_reference": "y", "amount": 1.00005}`),
		},
		"prepayment_invoices_numbered_once": {
			"two of one number": copyOf("prepayment_invoices", `{"number": "x", "cause": "y"}`),
		},
		"prepayment_invoices_once": {
			"a payment twice": copyOf("prepayment_invoices", `{"number": "x", "sequence": 2}`),
		},
		"prepayment_invoices_total": {
			"of nothing":       copyOf("prepayment_invoices", `{"number": "x", "sequence": 2, "cause": "y", "net_total": 0, "tax_total": 0, "total": 0}`),
			"not the sum":      copyOf("prepayment_invoices", `{"number": "x", "sequence": 2, "cause": "y", "total": 6}`),
			"below nothing":    copyOf("prepayment_invoices", `{"number": "x", "sequence": 2, "cause": "y", "net_total": 6.95, "tax_total": -1}`),
			"1.00005 EUR":      copyOf("prepayment_invoices", `{"number": "x", "sequence": 2, "cause": "y", "net_total": 1.00005, "tax_total": 0, "total": 1.00005}`),
			"a tax of 0.00005": copyOf("prepayment_invoices", `{"number": "x", "sequence": 2, "cause": "y", "net_total": 1, "tax_total": 0.00005, "total": 1.00005}`),
		},
		"prepayment_invoice_taxes_amounts": {
			"below nothing":        copyOf("prepayment_invoice_taxes", `{"rate": 7, "taxable": -1}`),
			"a tax below nothing":  copyOf("prepayment_invoice_taxes", `{"rate": 7, "tax": -1}`),
			"half a cent":          copyOf("prepayment_invoice_taxes", `{"rate": 7, "taxable": 0.005}`),
			"half a cent of a tax": copyOf("prepayment_invoice_taxes", `{"rate": 7, "tax": 0.005}`),
		},
		"deposit_uses_undone_once": {
			"twice": addUse(onInvoice, `NULL`, `-3`, `-0.57`, `1`),
		},
		"deposit_uses_credit_note": {
			"two under one": addUse(`NULL`, `'PCN-2026-000001'`, `1`, `0.19`, `NULL`),
		},
		"deposit_uses_numbered_once": {
			"two of one number": `INSERT INTO deposit_uses SELECT (jsonb_populate_record(u, '{"n": 9, "credit_note": "y"}')).* FROM deposit_uses u WHERE n = 4`,
		},
		"deposit_uses_kind": {
			"for nothing":           addUse(`NULL`, `NULL`, `1`, `0.19`, `NULL`),
			"for both":              addUse(onInvoice, `'x'`, `1`, `0.19`, `NULL`),
			"a gift taken back":     addUse(`NULL`, `'x'`, `-1`, `-0.19`, `3`),
			"a number without note": `INSERT INTO deposit_uses SELECT (jsonb_populate_record(u, '{"n": 9, "series": "PCN"}')).* FROM deposit_uses u WHERE n = 3`,
		},
		"deposit_uses_amount": {
			"of nothing":         addUse(onInvoice, `NULL`, `0`, `0`, `NULL`),
			"below nothing":      addUse(onInvoice, `NULL`, `-1`, `0`, `NULL`),
			"above what undoes":  addUse(onInvoice, `NULL`, `1`, `0.19`, `3`),
			"a tax below":        addUse(onInvoice, `NULL`, `2`, `-1`, `NULL`),
			"1.00005 EUR":        addUse(onInvoice, `NULL`, `1.00005`, `0`, `NULL`),
			"half a cent of tax": addUse(onInvoice, `NULL`, `1`, `0.005`, `NULL`),
		},
		"deposit_use_taxes_amounts": {
			"half a cent":          `INSERT INTO deposit_use_taxes VALUES ('PI-2026-000001', 4, 'S', 7, 'EUR', 0.005, 0)`,
			"half a cent of a tax": `INSERT INTO deposit_use_taxes VALUES ('PI-2026-000001', 4, 'S', 7, 'EUR', 0, 0.005)`,
		},
	})
	maps.Copy(passes, map[string][]passing{
		"deposit_use_taxes_within_deposit": {
			{"deposit_use_taxes_within_deposit", addUse(onInvoice, `NULL`, `1.01`, `0.19`, `NULL`) + `;` + addUseTax(`19`, `1.01`, `0.19`)},
			{"deposit_use_taxes_within_deposit", addUse(onInvoice, `NULL`, `1`, `0.20`, `NULL`) + `;` + addUseTax(`19`, `1`, `0.20`)},
			{"deposit_use_taxes_within_deposit", addUse(onInvoice, `NULL`, `1`, `0.07`, `NULL`) + `;` + addUseTax(`7`, `1`, `0.07`)},
			{"deposit_use_taxes_within_deposit", addUse(`NULL`, `'x'`, `1`, `0.19`, `NULL`) + `;` + addUseTax(`19`, `-5`, `-0.19`)},
		},
		"prepayment_invoices_sum": {
			{"prepayment_invoices_sum", copyOf("prepayment_invoices", `{"number": "x", "sequence": 2, "cause": "y"}`)},
		},
		"prepayment_invoice_taxes_sum": {
			{"prepayment_invoices_sum", copyOf("prepayment_invoice_taxes", `{"rate": 7}`)},
		},
		"deposit_uses_sum": {
			{"deposit_uses_sum", addUse(onInvoice, `NULL`, `1`, `0.19`, `NULL`)},
			{"deposit_uses_sum", addUse(onInvoice, `NULL`, `-1`, `-0.19`, `3`) + `;` + addUseTax(`19`, `-1`, `-0.19`)},
			{"deposit_uses_sum", addUse(onInvoice, `NULL`, `-3`, `-0.57`, `3`) + `;` + addUseTax(`19`, `-3.57`, `0`)},
		},
		"deposit_use_taxes_sum": {
			{"deposit_uses_sum", `INSERT INTO deposit_uses SELECT (jsonb_populate_record(u, '{"n": 9}')).* FROM deposit_uses u WHERE n = 3; ` + addUseTax(`19`, `1`, `0.19`)},
		},
	})
}
