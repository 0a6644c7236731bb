package postgres_test

import (
	"fmt"
	"maps"
	"strings"
)

// entryOf inserts an entry and then its lines, in a second statement. The columns of the entry may be given otherwise.
func entryOf(other map[string]string, lines ...string) string {
	columns := map[string]string{
		"key": "'k'", "event": "'e'", "business_date": "'2026-11-22'", "currency": "'EUR'", "description": "'d'", "actor": "'a'", "customer_id": "'acme'",
	}
	maps.Copy(columns, other)
	var names, values []string
	for name, value := range columns {
		names, values = append(names, name), append(values, value)
	}
	sql := fmt.Sprintf("INSERT INTO ledger_entries (%s) VALUES (%s)", strings.Join(names, ", "), strings.Join(values, ", "))
	if len(lines) > 0 {
		sql += "; " + linesOf("(SELECT max(id) FROM ledger_entries)", lines...)
	}
	return sql
}

// linesOf inserts lines of an entry, each "account document currency debit credit base_currency base_debit base_credit".
func linesOf(entry string, lines ...string) string {
	rows := make([]string, len(lines))
	for i, line := range lines {
		f := strings.Fields(line)
		rows[i] = fmt.Sprintf("(%s, %d, '%s', '%s', '%s', %s, %s, '%s', %s, %s, (SELECT posting_date FROM ledger_entries WHERE id = %s))",
			entry, i+9, f[0], strings.Trim(f[1], "-"), f[2], f[3], f[4], f[5], f[6], f[7], entry)
	}
	return "INSERT INTO ledger_lines (entry_id, line, account, document, currency, debit, credit, base_currency, base_debit, base_credit, posting_date) VALUES " + strings.Join(rows, ", ")
}

const (
	firstEntry = "(SELECT min(id) FROM ledger_entries)"
	bank1      = "bank - EUR 1 0 EUR 1 0"
	clearing1  = "bank_clearing pay_1 EUR 0 1 EUR 0 1"
)

var aBalancedEntry = entryOf(nil, bank1, clearing1)

// unguarded takes the triggers of a table away, where they would refuse before a constraint is looked at.
func unguarded(table, sql string) string {
	return "ALTER TABLE " + table + " DISABLE TRIGGER USER; " + sql
}

func init() {
	line := func(l string) string { return linesOf(firstEntry, l) }
	rate := func(currency, rate string) string {
		return fmt.Sprintf("INSERT INTO exchange_rates (base_currency, currency, valid_from, rate, set_by) VALUES ('EUR', '%s', '2026-11-02', %s, 'x')", currency, rate)
	}
	seal := func(position, entry, hash string) string {
		return fmt.Sprintf("INSERT INTO ledger_seals (position, entry_id, hash, horizon) VALUES (%s, %s, %s, '0')", position, entry, hash)
	}
	maps.Copy(breaks, map[string]map[string]string{
		"accounting_periods_month": {
			"half a month": unguarded("accounting_periods", "INSERT INTO accounting_periods (first_day, closed_by) VALUES ('2026-11-15', 'x')"),
		},
		"exchange_rates_rate": {
			"nothing":           rate("USD", "0"),
			"below nothing":     rate("USD", "-1"),
			"thirteen decimals": rate("USD", "0.0000000000001"),
			"no number":         rate("USD", "'NaN'"),
			"10^15":             rate("USD", "1e15"),
		},
		"exchange_rates_foreign": {"of a currency to itself": rate("EUR", "1")},
		"ledger_entries_actor":   {"nobody did it": entryOf(map[string]string{"actor": "''"})},
		"ledger_entries_valued_once": {
			"base amounts twice": entryOf(map[string]string{"values_entry": firstEntry}) + "; " + entryOf(map[string]string{"key": "'k2'", "values_entry": firstEntry}),
		},
		"ledger_lines_one_side": {
			"both sides":                line("bank - EUR 1 1 EUR 1 1"),
			"no side":                   line("bank - EUR 0 0 EUR 0 0"),
			"below nothing":             line("bank - EUR -1 0 EUR -1 0"),
			"one side in each currency": line("bank - USD 1 0 EUR 0 1"),
			"base amounts on two sides": line("fx_gain - USD 0 0 EUR 1 1"),
			"a base amount below":       line("bank - USD 1 0 EUR -1 0"),
		},
		"ledger_lines_scale": {
			"half a cent": line("bank - EUR 0.005 0 USD 1 0"),
			"half a yen":  line("bank - JPY 0 0.5 EUR 0 0.5"),
		},
		"ledger_lines_base_scale": {
			"half a cent": line("bank - JPY 1 0 EUR 0.005 0"),
			"half a yen":  line("bank - EUR 0 1 JPY 0 0.5"),
			"10^15":       line("bank - JPY 1 0 EUR 1e15 0"),
		},
		"ledger_lines_base_equals": {
			"another amount in the same currency": line("bank - EUR 1 0 EUR 1.01 0"),
			"a base amount only":                  line("bank - EUR 0 0 EUR 1 0"),
		},
		"ledger_lines_item": {
			"a receivable of no document": line("receivables - EUR 1 0 EUR 1 0"),
			"cash of no payment":          line("unapplied_cash - EUR 0 1 EUR 0 1"),
		},
		"ledger_seals_position": {"before the first": seal("0", "2", "sha256('y')")},
		"ledger_seals_entry":    {"an entry twice": seal("2", firstEntry, "sha256('y')")},
		"ledger_seals_hash":     {"half a hash": seal("2", "2", "'\\x00'")},
	})
	closes := func(month string) string {
		return "INSERT INTO accounting_periods (first_day, closed_by) VALUES ('" + month + "', 'x')"
	}
	maps.Copy(passes, map[string][]passing{
		"ledger_entries_balanced": {{"ledger_entries_balanced", entryOf(nil)}},
		"ledger_lines_checked": {
			{"ledger_entries_sealed", linesOf(firstEntry, bank1, clearing1)},
			{"ledger_entries_balanced", entryOf(nil, bank1)},
			{"ledger_entries_balanced", entryOf(nil, bank1, "bank_clearing pay_1 EUR 0 0.99 EUR 0 0.99")},
			{"ledger_entries_balanced", entryOf(nil, bank1, "bank_clearing pay_1 GBP 0 1 EUR 0 1")},
			{"ledger_entries_balanced", entryOf(nil, "bank - GBP 1 0 EUR 1 0", "bank_clearing pay_1 GBP 0 1 EUR 0 1")},
			{"ledger_entries_balanced", entryOf(map[string]string{"currency": "'GBP'"}, "bank - GBP 1 0 EUR 1.15 0", "bank_clearing pay_1 GBP 0 1 EUR 0 1.14")},
			{"ledger_entries_balanced", entryOf(map[string]string{"currency": "'GBP'"}, "bank - GBP 1 0 USD 1 0", "bank_clearing pay_1 GBP 0 1 USD 0 1")},
			{"ledger_entries_balanced", entryOf(nil) + "; " + strings.Replace(linesOf("(SELECT max(id) FROM ledger_entries)", bank1, clearing1), "(SELECT posting_date", "(SELECT posting_date + 1", 2)},
			{"ledger_entries_flows", entryOf(nil, bank1, "revenue - EUR 0 1 EUR 0 1")},
			{"ledger_entries_flows", entryOf(nil, "bank_clearing pay_1 EUR 1 0 EUR 1 0", "bank - EUR 0 1 EUR 0 1")},
			{"ledger_entries_flows", entryOf(nil, bank1, "bank_charges - EUR 1 0 EUR 1 0", "bank_clearing pay_1 EUR 0 1 EUR 0 1", "revenue - EUR 0 1 EUR 0 1")},
			{"ledger_entries_mirror", entryOf(map[string]string{"reverses": "(SELECT max(id) FROM ledger_entries)", "reason": "'x'"}, bank1, clearing1)},
		},
		"ledger_entries_period_open": {
			{"ledger_entries_period_open", entryOf(map[string]string{"business_date": "'2026-10-31'", "posting_date": "'2026-10-31'"}, bank1, clearing1)},
			{"ledger_entries_late", entryOf(map[string]string{"business_date": "'2026-10-31'", "posting_date": "'2026-11-01'"}, bank1, clearing1)},
			{"ledger_entries_late", entryOf(map[string]string{"late_for": "'2026-10'", "posting_date": "'2026-11-22'"}, bank1, clearing1)},
			{"ledger_entries_late", entryOf(map[string]string{"business_date": "'2026-12-01'", "posting_date": "'2026-11-01'"}, bank1, clearing1)},
			{"ledger_entries_reason", entryOf(map[string]string{"reverses": "(SELECT max(id) FROM ledger_entries)"}, bank1, clearing1)},
		},
		"accounting_periods_close": {
			{"accounting_periods_once", closes("2026-10-01")},
			{"accounting_periods_once", closes("2026-01-01")},
			{"accounting_periods_in_order", closes("2026-12-01")},
			{"accounting_periods_in_order", unguarded("accounting_periods", "DELETE FROM accounting_periods; ALTER TABLE accounting_periods ENABLE TRIGGER USER; ") + closes("2026-12-01")},
			{"accounting_periods_valued", entryOf(map[string]string{"currency": "'GBP'", "unvalued": "true"}, "bank - GBP 1 0 EUR 0 0", "bank_clearing pay_1 GBP 0 1 EUR 0 0") + "; " + closes("2026-11-01")},
		},
		"company_base_currency_fixed": {{"company_base_currency_fixed", "UPDATE company SET base_currency = 'USD'"}},
	})
}
