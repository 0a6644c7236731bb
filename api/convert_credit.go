package api

import (
	"o2c/models"
	"o2c/postgres"
)

func creditLimit(v postgres.LimitView) CreditLimit {
	return CreditLimit{
		ID: v.ID, CustomerID: v.CustomerID, Amount: maybeMoney(v.Amount, v.Currency), Unlimited: v.Unlimited, Currency: string(v.Currency),
		ValidFrom: maybeDate(v.ValidFrom), ValidUntil: maybeDate(v.ValidUntil), Reason: v.Reason, SetBy: v.SetBy, SetAt: v.SetAt.UTC(),
	}
}

func limitCheck(l models.LimitCheck) LimitCheck {
	check := LimitCheck{
		Source: LimitSource(l.Source), ID: l.ID, CustomerID: l.Holder, Unlimited: l.Unlimited(), ValidFrom: maybeDate(l.ValidFrom),
		ValidUntil: maybeDate(l.ValidUntil), Exposure: l.Exposure.String(),
	}
	if !l.Unlimited() {
		check.Limit, check.Available = new(l.Amount.String()), new(l.Amount.Sub(l.Exposure).String())
	}
	return check
}

func collateral(v postgres.CollateralView) Collateral {
	return Collateral{
		ID: v.ID, Name: v.Name, Kind: CollateralKind(v.Kind), Amount: money(v.Amount, v.Currency), CoverPercent: v.CoverPercent.String(),
		Cover: money(v.Cover, v.Currency), Currency: string(v.Currency), ValidFrom: maybeDate(v.ValidFrom), ValidUntil: maybeDate(v.ValidUntil),
		Valid: v.Valid, Reason: v.Reason, SetBy: v.SetBy, SetAt: v.SetAt.UTC(),
	}
}

func creditDecision(v postgres.DecisionView, currency models.Currency) CreditDecision {
	in := v.Inputs
	answer := CreditDecision{
		ID: v.ID, Version: v.Version, Decision: CreditDecisionDecision(v.Decision), Reason: v.Reason, UpTo: maybeMoney(v.UpTo, currency),
		ValidUntil: maybeDate(v.ValidUntil), DecidedBy: v.DecidedBy, ApprovedBy: v.ApprovedBy, DecidedAt: v.DecidedAt.UTC(),
		Inputs: CreditInputs{
			CheckPoint: CreditInputsCheckPoint(in.CheckPoint), Date: date(in.Date), OrderTotal: in.OrderTotal.String(),
			OpenOrders: in.Exposure.OpenOrders.String(), DeliveredNotInvoiced: in.Exposure.DeliveredNotInvoiced.String(),
			OpenInvoices: in.Exposure.OpenInvoices.String(), UnappliedCash: in.Exposure.UnappliedCash.String(),
			CustomerCredit: in.Exposure.CustomerCredit.String(), Deposits: in.Exposure.Deposits.String(), Cover: in.Cover.String(),
			Secured: in.Secured.String(), Limits: each(in.Limits, limitCheck), Block: CreditBlock(in.Block), RiskClass: in.RiskClass,
			Policy: in.Policy, PolicyVersion: in.PolicyVersion, Rules: each(in.Rules, ruleCheck),
		},
	}
	if in.Deposits.IsPositive() {
		answer.Inputs.OwnDeposits = new(in.Deposits.String())
	}
	if in.PaysFirst {
		answer.Inputs.PaysFirst = &in.PaysFirst
	}
	if in.Prepaid {
		answer.Inputs.Prepaid = &in.Prepaid
	}
	return answer
}

func ruleCheck(r models.RuleCheck) RuleCheck {
	return RuleCheck{Rule: RuleName(r.Rule), Value: r.Value.String(), Threshold: r.Threshold.String(), Holds: r.Holds()}
}

func readCreditPolicy(b CreditPolicy) (models.CreditPolicy, error) {
	var read reading
	p := models.CreditPolicy{
		Name: b.Name, RiskClasses: valueOf(b.RiskClasses), CheckAtDelivery: valueOf(b.CheckAtDelivery), ApprovalAbove: map[models.Currency]models.Money{},
	}
	if b.Hold != nil {
		p.Hold = models.HoldDays{Remind: valueOf(b.Hold.RemindDays), Escalate: valueOf(b.Hold.EscalateDays), Cancel: valueOf(b.Hold.CancelDays)}
	}
	if b.Prepayment != nil {
		p.Prepayment = models.PrepaymentDays{Remind: valueOf(b.Prepayment.RemindDays), Cancel: valueOf(b.Prepayment.CancelDays)}
	}
	for i, rule := range valueOf(b.Rules) {
		threshold := read.number(pointerf("/rules/%d/threshold", i), &rule.Threshold, models.ParsePrice)
		p.Rules = append(p.Rules, models.CreditRule{Rule: models.RuleName(rule.Rule), Threshold: threshold})
	}
	for code, above := range valueOf(b.ApprovalAbove) {
		at := "/approval_above/" + escape(code)
		currency := read.currency(at, code)
		p.ApprovalAbove[currency] = read.amount(at, above, currency)
	}
	read.all(p.Validate())
	return p, read.err()
}

func creditPolicy(p models.CreditPolicy) CreditPolicy {
	answer := CreditPolicy{
		Name: p.Name, Version: &p.Version, RiskClasses: &p.RiskClasses, CheckAtDelivery: &p.CheckAtDelivery, ApprovalAbove: new(map[string]Amount),
		Hold:       &HoldDays{RemindDays: &p.Hold.Remind, EscalateDays: &p.Hold.Escalate, CancelDays: &p.Hold.Cancel},
		Prepayment: &PrepaymentDays{RemindDays: &p.Prepayment.Remind, CancelDays: &p.Prepayment.Cancel},
		Rules: new(each(p.Rules, func(r models.CreditRule) CreditRule {
			return CreditRule{Rule: RuleName(r.Rule), Threshold: r.Threshold.String()}
		})),
	}
	*answer.ApprovalAbove = make(map[string]Amount, len(p.ApprovalAbove))
	for currency, above := range p.ApprovalAbove {
		(*answer.ApprovalAbove)[string(currency)] = above.String()
	}
	return answer
}

func approval(a postgres.Approval) Approval {
	return Approval{
		ID: a.ID, Kind: ApprovalKind(a.Kind), Subject: a.Subject, CustomerID: optional(a.CustomerID), Currency: string(a.Currency),
		Amount: money(a.Amount, a.Currency), Reason: a.Reason, RequestedBy: a.RequestedBy, RequestedAt: a.RequestedAt.UTC(),
		Decision: (*ApprovalDecision)(a.Decision), DecisionReason: a.DecisionReason, DecidedBy: a.DecidedBy, DecidedAt: instant(a.DecidedAt),
	}
}
