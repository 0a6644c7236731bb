package api

import (
	"context"

	"o2c/models"
	"o2c/postgres"
)

// GetFraudPolicy answers with a version of the fraud policy.
func (s *server) GetFraudPolicy(ctx context.Context, r GetFraudPolicyRequestObject) (GetFraudPolicyResponseObject, error) {
	policy, err := postgres.LoadFraudPolicy(ctx, s.db, valueOf(r.Params.Version))
	return GetFraudPolicy200JSONResponse(fraudPolicy(policy)), err
}

// PutFraudPolicy adds a version of the fraud policy.
func (s *server) PutFraudPolicy(ctx context.Context, r PutFraudPolicyRequestObject) (PutFraudPolicyResponseObject, error) {
	policy, err := readFraudPolicy(*r.Body)
	if err != nil {
		return nil, err
	}
	policy, err = postgres.PutFraudPolicy(ctx, s.db, policy, principalOf(ctx).Name)
	return PutFraudPolicy200JSONResponse(fraudPolicy(policy)), err
}

func readFraudPolicy(b FraudPolicy) (models.FraudPolicy, error) {
	var read reading
	p := models.FraudPolicy{Threshold: b.Threshold}
	for i, rule := range valueOf(b.Rules) {
		r := models.FraudRule{Signal: models.FraudSignal(rule.Signal), Points: rule.Points, Orders: valueOf(rule.Orders), Hours: valueOf(rule.Hours)}
		for code, above := range valueOf(rule.Above) {
			at := pointerf("/rules/%d/above", i) + "/" + escape(code)
			currency := read.currency(at, code)
			if r.Above == nil {
				r.Above = map[models.Currency]models.Money{}
			}
			r.Above[currency] = read.amount(at, above, currency)
		}
		p.Rules = append(p.Rules, r)
	}
	for _, mark := range valueOf(b.Blocked) {
		p.Blocked = append(p.Blocked, models.BlockedMark{Kind: string(mark.Kind), Value: mark.Value, Note: valueOf(mark.Note)})
	}
	read.all(p.Validate())
	return p, read.err()
}

func fraudPolicy(p models.FraudPolicy) FraudPolicy {
	return FraudPolicy{
		Version: &p.Version, Threshold: p.Threshold,
		Rules: new(each(p.Rules, func(r models.FraudRule) FraudRule {
			rule := FraudRule{Signal: FraudSignal(r.Signal), Points: r.Points}
			if r.Signal == models.Velocity {
				rule.Orders, rule.Hours = &r.Orders, &r.Hours
			}
			if len(r.Above) > 0 {
				rule.Above = new(make(map[string]Amount, len(r.Above)))
				for currency, above := range r.Above {
					(*rule.Above)[string(currency)] = above.String()
				}
			}
			return rule
		})),
		Blocked: new(each(p.Blocked, func(m models.BlockedMark) BlockedMark {
			return BlockedMark{Kind: BlockedMarkKind(m.Kind), Value: m.Value, Note: optional(m.Note)}
		})),
	}
}

func fraudCheck(c *models.FraudCheck) *FraudCheck {
	if c == nil {
		return nil
	}
	return &FraudCheck{
		PolicyVersion: c.Version, Score: c.Score, Threshold: c.Threshold,
		Factors: each(c.Factors, func(f models.FraudFactor) FraudFactor {
			return FraudFactor{Signal: FraudSignal(f.Signal), Points: f.Points, Detail: f.Detail}
		}),
	}
}
