package postgres_test

import "maps"

func init() {
	maps.Copy(breaks, map[string]map[string]string{
		"calendars_name": {
			"a blank": `INSERT INTO calendars VALUES (' ', '{}', 'x')`,
		},
		"calendars_weekend": {
			"a day of the week that is none": `UPDATE calendars SET weekend = '{7}' WHERE name = 'DE'`,
			"a week without a business day":  `UPDATE calendars SET weekend = '{0,1,2,3,4,5,6}' WHERE name = 'DE'`,
			"no day at all":                  `UPDATE calendars SET weekend = '{NULL}' WHERE name = 'DE'`,
		},
		"calendars_none": {
			"a weekend": `UPDATE calendars SET weekend = '{0}' WHERE name = 'none'`,
		},
		"calendar_holidays_name": {
			"a blank": `UPDATE calendar_holidays SET name = ' ' WHERE calendar = 'DE-BY'`,
		},
		"calendar_holidays_none": {
			"a holiday": `INSERT INTO calendar_holidays VALUES ('none', '2026-12-25', 'x')`,
		},
		"reference_rates_base": {
			"a blank": `UPDATE reference_rates SET base = ' ' WHERE base = 'ecb'`,
		},
		"reference_rates_percent": {
			"five decimals":  `UPDATE reference_rates SET percent = 2.15001`,
			"more than all":  `UPDATE reference_rates SET percent = 100.0001`,
			"less than none": `UPDATE reference_rates SET percent = -100.0001`,
			"no number":      `UPDATE reference_rates SET percent = 'NaN'`,
		},
		"dunning_policies_name": {
			"a blank": `INSERT INTO dunning_policies (name, version) VALUES (' ', 1)`,
		},
		"dunning_policies_version": {
			"the one before the first": `INSERT INTO dunning_policies (name, version) VALUES ('standard', 0)`,
		},
		"dunning_levels_fee": {
			"below 0":       `UPDATE dunning_levels SET fee = -1 WHERE level = 1`,
			"five decimals": `UPDATE dunning_levels SET fee = 1.00005 WHERE level = 1`,
			"too much":      `UPDATE dunning_levels SET fee = 1e15 WHERE level = 1`,
			"no number":     `UPDATE dunning_levels SET fee = 'NaN' WHERE level = 1`,
		},
		"dunning_levels_interest_regime": {
			"an unknown one": `UPDATE dunning_levels SET interest_regime = 'usury' WHERE level = 1`,
		},
		"dunning_levels_margin": {
			"a percent of no regime":   `UPDATE dunning_levels SET interest_percent = 5 WHERE level = 1`,
			"a base of no regime":      `UPDATE dunning_levels SET interest_base = 'ecb' WHERE level = 1`,
			"fixed at nothing":         `UPDATE dunning_levels SET interest_regime = 'fixed' WHERE level = 1`,
			"fixed with a base":        `UPDATE dunning_levels SET interest_regime = 'fixed', interest_percent = 5, interest_base = 'ecb' WHERE level = 1`,
			"less than the EU's":       `UPDATE dunning_levels SET interest_regime = 'eu_2011_7', interest_percent = 7.9999 WHERE level = 1`,
			"more than Ireland's":      `UPDATE dunning_levels SET interest_regime = 'ie_2012', interest_percent = 9 WHERE level = 1`,
			"other than the kingdom's": `UPDATE dunning_levels SET interest_regime = 'uk_1998', interest_percent = 1 WHERE level = 1`,
		},
		"dunning_levels_charge": {
			"a fee before due":    `UPDATE dunning_levels SET fee = 1 WHERE level = 0`,
			"interest before due": `UPDATE dunning_levels SET interest_regime = 'uk_1998' WHERE level = 0`,
		},
	})
}
