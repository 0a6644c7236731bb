package api

import (
	"github.com/shopspring/decimal"

	"o2c/models"
	"o2c/postgres"
)

func readPayment(b NewPayment) (models.Payment, error) {
	var read reading
	currency := read.currency("/currency", b.Currency)
	p := models.Payment{
		CustomerID: valueOf(b.CustomerID), Amount: read.positive("/amount", b.Amount, currency), ValueDate: readDate(b.ValueDate),
		Method: string(b.Method), Reference: valueOf(b.Reference), PayerName: valueOf(b.PayerName), PayerAccount: valueOf(b.PayerAccount),
	}
	for i, line := range valueOf(b.Remittance) {
		at := pointerf("/remittance/%d", i)
		advice := models.Remittance{Invoice: line.Invoice, Amount: read.positive(at+"/amount", line.Amount, currency)}
		if line.Deduction != nil {
			advice.Deduction = &models.Deduction{
				Amount: read.positive(at+"/deduction/amount", line.Deduction.Amount, currency), Reason: string(line.Deduction.Reason),
			}
		}
		p.Remittance = append(p.Remittance, advice)
	}
	return p, read.err()
}

func payment(v postgres.PaymentView) Payment {
	amount := func(d decimal.Decimal) Money { return money(d, v.Currency) }
	application := func(a postgres.ApplicationView) PaymentApplication {
		shown := PaymentApplication{
			N: a.N, Invoice: a.Invoice, Amount: amount(a.Amount), PaymentAmount: amount(a.Amount), Discount: amount(a.Discount),
			PaymentDifference: amount(a.PaymentDifference), DifferenceReason: optional(a.DifferenceReason), TakenToIncome: amount(a.TakenToIncome),
			Rule: a.Rule, AppliedAt: a.AppliedAt.UTC(), UndoneAt: instant(a.UndoneAt),
		}
		if a.DeductionReason != "" {
			shown.Deduction = &PaymentDeduction{Amount: amount(a.Deduction), Reason: DisputeReason(a.DeductionReason)}
		}
		return shown
	}
	return Payment{
		ID: v.ID, State: PaymentState(v.State), Reason: optional(v.Reason), CustomerID: v.CustomerID, Currency: string(v.Currency),
		Amount: amount(v.Amount), ValueDate: date(v.ValueDate), Method: PaymentMethod(v.Method), Reference: v.Reference, PayerName: v.PayerName,
		PayerAccount: v.PayerAccount, Applied: amount(v.Applied), Unapplied: amount(v.Unapplied), Recovered: amount(v.Recovered),
		TakenToIncome: amount(v.TakenToIncome), Deposits: amount(v.Deposits), Refunded: amount(v.Refunded), Reversed: amount(v.Reversed),
		ReceivedAt: instant(v.ReceivedAt), Applications: each(v.Applications, application), UndoneApplications: each(v.Undone, application),
		Reversals: each(v.Reversals, func(r postgres.ReversalView) PaymentReversal {
			return PaymentReversal{
				N: r.N, Amount: amount(r.Amount), Reason: r.Reason, ReasonCode: r.ReasonCode, Fee: amount(r.Fee), Claimed: amount(r.Claimed),
				DebitNotes: r.DebitNotes, ReversedAt: r.ReversedAt.UTC(), WonAt: instant(r.WonAt),
			}
		}),
		Recoveries: each(v.Recoveries, func(r postgres.RecoveryView) PaymentRecovery {
			return PaymentRecovery{N: r.N, Invoice: r.Invoice, Amount: amount(r.Amount), RecoveredAt: r.RecoveredAt.UTC(), UndoneAt: instant(r.UndoneAt)}
		}),
		Refunds: each(v.Refunds, func(r postgres.RefundView) PaymentRefund {
			return PaymentRefund{N: r.N, Amount: amount(r.Amount), Reason: r.Reason, RefundedAt: r.RefundedAt.UTC()}
		}),
	}
}
