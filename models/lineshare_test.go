package models_test

import (
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"o2c/models"
)

func shareOf(t testing.TB, open string, line int, c models.Creditable) string {
	t.Helper()
	shares, _ := models.LineShares(models.MustMoney(decimal.RequireFromString(open), "EUR"), c)
	return shares[line].String()
}

// Two lines at 6 and 21 per cent and freight of 10.00 at 21: 183.23 + 10.99 and 56.37 + 11.84, together 262.43.
func TestLineShares(t *testing.T) {
	t.Parallel()
	money := func(s string) models.Money { return models.MustMoney(decimal.RequireFromString(s), "EUR") }
	six, standard := models.TaxClass{Category: "S", Rate: decimal.NewFromInt(6)}, models.TaxClass{Category: "S", Rate: decimal.NewFromInt(21)}
	group := func(tax models.TaxClass, net, amount string) models.CreditableGroup {
		return models.CreditableGroup{Tax: tax, Taxable: money(net), Allowance: money("0"), Left: models.CreditGroup{Tax: tax, Taxable: money(net), Amount: money(amount)}}
	}
	invoice := models.Creditable{
		Lines: []models.CreditableLine{
			{Line: 1, Tax: six, Net: money("183.23"), CreditedNet: money("0")}, {Line: 2, Tax: standard, Net: money("46.37"), CreditedNet: money("0")},
		},
		Groups: []models.CreditableGroup{group(six, "183.23", "10.99"), group(standard, "56.37", "11.84")},
	}
	for name, c := range map[string]struct {
		open string
		line int
		want string
	}{
		"of an invoice of which nothing is settled it is the line with its tax": {"262.43", 1, "194.22"},
		"freight is no line's":                          {"262.43", 2, "56.11"}, // 68.21 × 46.37 ÷ 56.37
		"of one that is half paid it is the half of it": {"131.21", 1, "97.11"},
		"of a cent it is all where it is most":          {"0.01", 1, "0.01"},
		"and nothing where it is less":                  {"0.01", 2, "0.00"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := shareOf(t, c.open, c.line, invoice); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}

// Whatever is billed, allowed, charged and credited, the shares are not below nothing, sum to what is open, and none is more than the
// line had.
func TestLineSharesSumToWhatIsOpen(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		amount := func(label string, most int64) models.Money {
			return models.MustMoney(decimal.New(rapid.Int64Range(0, most).Draw(t, label), -2), "EUR")
		}
		c, total := models.Creditable{}, models.Zero("EUR")
		for _, rate := range rapid.SampledFrom([][]int64{{19}, {0, 7, 19}}).Draw(t, "rates") {
			tax := models.TaxClass{Category: "S", Rate: decimal.NewFromInt(rate)}
			nets, credited := models.Zero("EUR"), models.Zero("EUR")
			for range rapid.IntRange(0, 4).Draw(t, "lines") {
				line := models.CreditableLine{Line: len(c.Lines) + 1, Tax: tax, Net: amount("net", 99_999)}
				line.CreditedNet = models.Min(line.Net, amount("credited", 99_999))
				nets, credited = nets.Add(line.Net), credited.Add(line.CreditedNet)
				c.Lines = append(c.Lines, line)
			}
			group := models.CreditableGroup{Tax: tax, Allowance: models.Min(nets, amount("allowance", 9_999))}
			group.Taxable = nets.Sub(group.Allowance).Add(amount("charge", 9_999))
			left := models.Min(group.Taxable, nets.Sub(credited))
			group.Left = models.CreditGroup{Tax: tax, Taxable: left, Amount: left.Share(tax.Rate, decimal.NewFromInt(100))}
			total = total.Add(group.Left.Left())
			c.Groups = append(c.Groups, group)
		}
		open := models.Min(total, amount("open", 999_999))
		shares, rest := models.LineShares(open, c)
		sum := rest
		for line, share := range shares {
			if share.IsNegative() {
				t.Fatalf("line %d has %s", line, share)
			}
			sum = sum.Add(share)
		}
		if open.IsPositive() && !sum.Equal(open) {
			t.Fatalf("the shares %v and the rest %s are %s, open is %s", shares, rest, sum, open)
		}
		whole, _ := models.LineShares(total, c)
		for line, share := range shares {
			if share.Sub(whole[line]).MoreThan(models.MustMoney(decimal.New(1, -2), "EUR")) {
				t.Fatalf("line %d has %s of %s, and %s when all is open", line, share, open, whole[line])
			}
		}
	})
}
