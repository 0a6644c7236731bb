package models_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"o2c/models"
)

func TestPayBehaviourCheck(t *testing.T) {
	t.Parallel()
	b := models.PayBehaviour{OldestOverdueDays: 31, Overdue: eur("100"), Receivables: eur("300"), DunningLevel: 2}
	rule := func(name models.RuleName, threshold string) models.CreditRule {
		return models.CreditRule{Rule: name, Threshold: dec(threshold)}
	}
	got := b.Check([]models.CreditRule{rule(models.OldestOverdueDays, "30"), rule(models.OverduePercent, "33.3333"), rule(models.DunningLevelRule, "2"), rule(models.BrokenPromises, "0")})
	want := []models.RuleCheck{
		{Rule: models.OldestOverdueDays, Value: dec("31"), Threshold: dec("30")},
		{Rule: models.OverduePercent, Value: dec("33.3334"), Threshold: dec("33.3333")}, // a third is more than 33.3333 %
		{Rule: models.DunningLevelRule, Value: dec("2"), Threshold: dec("2")},
		{Rule: models.BrokenPromises, Value: dec("0"), Threshold: dec("0")},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for i, holds := range []bool{false, false, true, true} {
		if got[i].Holds() != holds {
			t.Errorf("%s holds: %v", got[i].Rule, got[i].Holds())
		}
	}
	nothing := models.PayBehaviour{Overdue: eur("0"), Receivables: eur("0")}
	if got := nothing.Check([]models.CreditRule{rule(models.OverduePercent, "0")}); !got[0].Holds() {
		t.Errorf("of nothing %s %% is overdue", got[0].Value)
	}
}

// A share is within its threshold exactly when overdue × 100 ≤ threshold × receivables.
func TestTheShareOverdueIsComparedExactly(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		receivables := anyMoney("EUR", 1, 1000).Draw(t, "receivables")
		overdue := models.Min(receivables, anyMoney("EUR", 0, 1000).Draw(t, "overdue"))
		threshold := anyDecimal(0, 1000000, 4).Draw(t, "threshold")
		check := models.PayBehaviour{Overdue: overdue, Receivables: receivables}.Check([]models.CreditRule{{Rule: models.OverduePercent, Threshold: threshold}})[0]
		if exact := !overdue.Decimal().Mul(dec("100")).GreaterThan(threshold.Mul(receivables.Decimal())); check.Holds() != exact {
			t.Fatalf("%s of %s is %s %%, at most %s %%: %v", overdue, receivables, check.Value, threshold, exact)
		}
	})
}

func TestReleaseNeedsApproval(t *testing.T) {
	t.Parallel()
	above := models.CreditPolicy{ApprovalAbove: map[models.Currency]models.Money{"EUR": eur("100")}}
	for name, c := range map[string]struct {
		policy models.CreditPolicy
		amount models.Money
		want   bool
	}{
		"exactly the amount needs none":                       {above, eur("100"), false},
		"a cent more needs one":                               {above, eur("100.01"), true},
		"a currency that is not named needs one":              {above, money("1", "JPY"), true},
		"a policy without amounts asks for none":              {models.CreditPolicy{}, eur("1000000"), false},
		"an amount of nothing asks for one for every release": {models.CreditPolicy{ApprovalAbove: map[models.Currency]models.Money{"EUR": eur("0")}}, eur("0.01"), true},
	} {
		if got := c.policy.ReleaseNeedsApproval(c.amount); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestCreditPolicyValidate(t *testing.T) {
	t.Parallel()
	good := models.CreditPolicy{Name: "strict", RiskClasses: []string{"C", "D"}, Rules: []models.CreditRule{{Rule: models.OverduePercent, Threshold: dec("12.5")}}}
	if faults := good.Validate(); len(faults) > 0 {
		t.Error(faults)
	}
	bad := models.CreditPolicy{Name: "very strict", RiskClasses: []string{"C", "C", ""}, Rules: []models.CreditRule{
		{Rule: "mood"}, {Rule: models.DunningLevelRule, Threshold: dec("1.5")}, {Rule: models.DunningLevelRule}}}
	var got []string
	for _, fault := range bad.Validate() {
		got = append(got, fault.Pointer+" "+fault.Code)
	}
	want := []string{"/name invalid-id", "/risk_classes/1 risk-class-repeated", "/risk_classes/2 invalid-risk-class", "/rules/0/rule unknown-rule",
		"/rules/1/threshold invalid-threshold", "/rules/2/rule rule-repeated"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
