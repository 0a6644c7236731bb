package bank_test

import (
	"math/big"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"o2c/bank"
)

func TestCreditorReference(t *testing.T) {
	t.Parallel()
	for number, want := range map[string]string{
		"539007547034":    "RF18539007547034", // the example of ISO 11649
		"INV-2026-000001": "RF94INV2026000001",
		"inv-2026-000001": "RF94INV2026000001",
	} {
		if got := bank.CreditorReference(number); got != want {
			t.Errorf("reference of %s is %s, want %s", number, got, want)
		}
	}
}

func TestValidCreditorReference(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		in   string
		want bool
	}{
		"the example of ISO 11649":               {"RF18539007547034", true},
		"one character is enough":                {"RF97C", false},
		"check digits that are off by one":       {"RF19539007547034", false},
		"two digits that changed places":         {"RF18539007547043", false},
		"small letters":                          {"rf18539007547034", false},
		"printed in groups, it has to be joined": {"RF18 5390 0754 7034", false},
		"no body":                                {"RF18", false},
		"22 characters of body":                  {"RF00" + strings.Repeat("1", 22), false},
		"a body of another alphabet":             {"RF18ÄÖÜ", false},
		"another prefix":                         {"FR18539007547034", false},
		"a line break behind":                    {"RF18539007547034\n", false},
		"nothing":                                {"", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := bank.ValidCreditorReference(c.in); got != c.want {
				t.Errorf("%q valid: %v", c.in, got)
			}
		})
	}
}

// The remainder of the whole number, made another way.
func remainder(reference string) int64 {
	var digits strings.Builder
	for _, c := range reference[4:] + reference[:4] {
		if c >= 'A' {
			digits.WriteString(big.NewInt(int64(c - 'A' + 10)).String())
		} else {
			digits.WriteRune(c)
		}
	}
	number, _ := new(big.Int).SetString(digits.String(), 10)
	return new(big.Int).Mod(number, big.NewInt(97)).Int64()
}

func TestCreditorReferencesAreValid(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		number := rapid.StringMatching(`[A-Z0-9]{1,21}`).Draw(t, "number")
		reference := bank.CreditorReference(number)
		if !bank.ValidCreditorReference(reference) || remainder(reference) != 1 {
			t.Fatalf("%s is not valid", reference)
		}
		// One wrong digit is always found.
		at := rapid.IntRange(2, len(reference)-1).Draw(t, "place")
		wrong := []byte(reference)
		if wrong[at] >= '0' && wrong[at] <= '9' {
			wrong[at] = '0' + (wrong[at]-'0'+byte(rapid.IntRange(1, 9).Draw(t, "off")))%10
			if bank.ValidCreditorReference(string(wrong)) {
				t.Fatalf("%s is taken for %s", wrong, reference)
			}
		}
	})
}

func FuzzCreditorReference(f *testing.F) {
	for _, seed := range []string{"INV-2026-000001", "CN-2027-1", "", "ÄÖÜ", "a b c", "RF18539007547034", strings.Repeat("Z", 21), strings.Repeat("9", 40)} {
		f.Add(seed)
	}
	form := regexp.MustCompile(`^RF[0-9]{2}[A-Z0-9]{1,21}$`)
	f.Fuzz(func(t *testing.T, number string) {
		reference := bank.CreditorReference(number)
		body := reference[4:]
		if want := len(body) >= 1 && len(body) <= 21; bank.ValidCreditorReference(reference) != want {
			t.Errorf("%q makes %q, valid: %v", number, reference, !want)
		}
		if bank.ValidCreditorReference(number) && (!form.MatchString(number) || remainder(number) != 1) {
			t.Errorf("%q is called valid", number)
		}
	})
}
