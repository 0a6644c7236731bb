package models_test

import (
	"testing"

	"o2c/models"
)

func TestWriteOffAmount(t *testing.T) {
	t.Parallel()
	some := func(amount string) *models.Money { return new(eur(amount)) }
	for name, c := range map[string]struct {
		asked          *models.Money
		open, disputed string
		want, code     string
	}{
		"without an amount it is all that is open":  {nil, "119", "0", "119.00", ""},
		"but not what is disputed":                  {nil, "119", "40", "79.00", ""},
		"a part is what was asked for":              {some("0.01"), "119", "40", "0.01", ""},
		"up to the undisputed part":                 {some("79"), "119", "40", "79.00", ""},
		"a cent more is refused":                    {some("79.01"), "119", "40", "", "write-off-exceeds-open"},
		"all that is disputed is nothing to ask of": {nil, "119", "119", "", "nothing-to-write-off"},
		"nor is what is settled":                    {some("1"), "0", "0", "", "nothing-to-write-off"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := models.WriteOffAmount(c.asked, eur(c.open), eur(c.disputed))
			if c.code != "" {
				wantCode(t, err, models.KindConflict, c.code)
				return
			}
			if err != nil || got.String() != c.want {
				t.Errorf("%s, %v, want %s", got, err, c.want)
			}
		})
	}
}

func TestAWriteOffNeedsAnAmountAboveNothing(t *testing.T) {
	t.Parallel()
	for amount, code := range map[string]string{"0": "invalid-amount", "-1": "invalid-amount", "0.01": ""} {
		err := models.WriteOffRequest{Amount: new(eur(amount))}.Validate()
		if code == "" && err != nil || code != "" && err == nil {
			t.Errorf("%s: %v", amount, err)
		}
	}
	if err := (models.WriteOffRequest{}).Validate(); err != nil {
		t.Error(err)
	}
}
