package models_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"o2c/models"
)

func TestNext(t *testing.T) {
	t.Parallel()
	now := instant("2026-12-01T09:00:00Z")
	notice := func(level int, at time.Time) *models.PlannedNotice {
		return &models.PlannedNotice{Level: level, At: at}
	}
	open := func(invoice string, next *models.PlannedNotice) models.Receivable {
		return models.Receivable{Invoice: invoice, Open: eur("1"), Next: next}
	}
	soon, later := now.Add(time.Hour), now.Add(48*time.Hour)
	blocked := &models.Block{Code: "x", Detail: "y"}
	for name, c := range map[string]struct {
		progress models.OrderProgress
		want     models.NextStep
	}{
		"a received order has its credit checked": {models.OrderProgress{Stage: models.Received}, models.NextStep{Action: models.ApproveCredit}},
		"an order in review waits for a person":   {models.OrderProgress{Stage: models.Review}, models.NextStep{Action: models.Wait}},
		"an order on hold waits for a person":     {models.OrderProgress{Stage: models.CreditHold, BlockedBy: blocked}, models.NextStep{Action: models.Wait}},
		"an order without limit waits for a person": {models.OrderProgress{Stage: models.AwaitingPrepayment, BlockedBy: blocked},
			models.NextStep{Action: models.Wait}},
		"a held order waits until something begins or ends": {models.OrderProgress{Stage: models.CreditHold, BlockedBy: blocked, RecheckAt: &soon},
			models.NextStep{Action: models.Wait, At: soon}},
		"its credit is checked when that day has come": {models.OrderProgress{Stage: models.CreditHold, BlockedBy: blocked, RecheckAt: &now},
			models.NextStep{Action: models.RecheckCredit, At: now}},
		"a release ends before the goods are reserved": {models.OrderProgress{Stage: models.Fulfilling, Unreserved: true, RecheckAt: &now},
			models.NextStep{Action: models.RecheckCredit, At: now}},
		"a release ends before the next notice": {models.OrderProgress{Stage: models.Fulfilling, RecheckAt: &soon, Receivables: []models.Receivable{open("A", notice(1, later))}},
			models.NextStep{Action: models.Wait, At: soon}},
		"a release ends after the next notice": {models.OrderProgress{Stage: models.Fulfilling, RecheckAt: &later, Receivables: []models.Receivable{open("A", notice(1, soon))}},
			models.NextStep{Action: models.Wait, Invoice: "A", Notice: *notice(1, soon), At: soon}},
		"an approved order is offered to its warehouse":    {models.OrderProgress{Stage: models.Fulfilling, Unreserved: true}, models.NextStep{Action: models.Fulfil}},
		"what is reserved waits for the warehouse":         {models.OrderProgress{Stage: models.Fulfilling, ToShip: true}, models.NextStep{Action: models.Wait}},
		"what is backordered waits for stock":              {models.OrderProgress{Stage: models.Fulfilling, Backordered: true}, models.NextStep{Action: models.Wait}},
		"what is shipped is invoiced":                      {models.OrderProgress{Stage: models.Invoicing, ToInvoice: true}, models.NextStep{Action: models.IssueInvoices}},
		"a part that is shipped is invoiced before others": {models.OrderProgress{Stage: models.Fulfilling, ToInvoice: true, Unreserved: true}, models.NextStep{Action: models.IssueInvoices}},
		"an invoice is invoiced before another is dunned": {models.OrderProgress{Stage: models.Fulfilling, ToInvoice: true, Receivables: []models.Receivable{open("A", notice(1, now))}},
			models.NextStep{Action: models.IssueInvoices}},
		"an open invoice waits for its notice": {models.OrderProgress{Stage: models.Collecting, Receivables: []models.Receivable{open("A", notice(1, soon))}},
			models.NextStep{Action: models.Wait, Invoice: "A", Notice: *notice(1, soon), At: soon}},
		"a notice is due at its instant": {models.OrderProgress{Stage: models.Collecting, Receivables: []models.Receivable{open("A", notice(1, now))}},
			models.NextStep{Action: models.Dun, Invoice: "A", Notice: *notice(1, now), At: now}},
		"the earliest notice comes first": {models.OrderProgress{Stage: models.Collecting, Receivables: []models.Receivable{open("A", notice(1, later)), open("B", notice(0, soon)), open("C", nil)}},
			models.NextStep{Action: models.Wait, Invoice: "B", Notice: *notice(0, soon), At: soon}},
		"of two at once the lower number comes first": {models.OrderProgress{Stage: models.Collecting, Receivables: []models.Receivable{open("B", notice(1, soon)), open("A", notice(2, soon))}},
			models.NextStep{Action: models.Wait, Invoice: "A", Notice: *notice(2, soon), At: soon}},
		"an invoice is dunned while the rest is still fulfilled": {models.OrderProgress{Stage: models.Fulfilling, ToShip: true, Receivables: []models.Receivable{open("A", notice(1, now))}},
			models.NextStep{Action: models.Dun, Invoice: "A", Notice: *notice(1, now), At: now}},
		"what is paused or at the plan's end waits for money": {models.OrderProgress{Stage: models.Collecting, Receivables: []models.Receivable{open("A", nil)}},
			models.NextStep{Action: models.Wait}},
		"a settled order is reconciled":                       {models.OrderProgress{Stage: models.Collecting}, models.NextStep{Action: models.Finish}},
		"an order of which nothing was due is reconciled":     {models.OrderProgress{Stage: models.Reconciling}, models.NextStep{Action: models.Finish}},
		"a variance waits for a person":                       {models.OrderProgress{Stage: models.Reconciling, BlockedBy: blocked}, models.NextStep{Action: models.Wait}},
		"a closed order waits for what is still said or sent": {models.OrderProgress{Stage: models.Closed, Outcome: models.OutcomePaid}, models.NextStep{Action: models.Wait}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, c.progress.Next(now)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	for _, stage := range models.Stages {
		if got := (models.OrderProgress{Stage: stage}).Next(now).Action; got == "" {
			t.Errorf("stage %s has no next action", stage)
		}
	}
}

func TestStatus(t *testing.T) {
	t.Parallel()
	at := instant("2026-12-29T09:00:00Z")
	blocked := &models.Block{Code: "credit-hold", Detail: "the limit is too small"}
	for name, c := range map[string]struct {
		progress models.OrderProgress
		want     models.OrderStatus
	}{
		"an order on hold waits for a credit decision": {models.OrderProgress{Stage: models.CreditHold, Currency: "EUR", BlockedBy: blocked},
			models.OrderStatus{Stage: models.CreditHold, BlockedBy: blocked, WaitingFor: []string{"credit_decision"}, WhoMayAct: []string{"credit", "manager", "admin"}, OpenAmount: "0.00"}},
		"an order without limit does, too": {models.OrderProgress{Stage: models.AwaitingPrepayment, Currency: "EUR"},
			models.OrderStatus{Stage: models.AwaitingPrepayment, WaitingFor: []string{"credit_decision"}, WhoMayAct: []string{"credit", "manager", "admin"}, OpenAmount: "0.00"}},
		"a variance waits for an intervention": {models.OrderProgress{Stage: models.Reconciling, Currency: "JPY", BlockedBy: blocked},
			models.OrderStatus{Stage: models.Reconciling, BlockedBy: blocked, WaitingFor: []string{"intervention"}, WhoMayAct: []string{"manager", "admin"}, OpenAmount: "0"}},
		"an order can wait for stock and shipment at once, and names each role once": {models.OrderProgress{Stage: models.Fulfilling, Currency: "EUR", Backordered: true, ToShip: true},
			models.OrderStatus{Stage: models.Fulfilling, WaitingFor: []string{"stock", "shipment"}, WhoMayAct: []string{"warehouse", "sales", "admin"}, OpenAmount: "0.00"}},
		"an open invoice waits for payment until its notice": {models.OrderProgress{Stage: models.Collecting, Currency: "EUR", Receivables: []models.Receivable{
			{Invoice: "A", Open: eur("10"), Disputed: eur("0"), Next: &models.PlannedNotice{Level: 1, At: at}}, {Invoice: "B", Open: eur("5.5"), Disputed: eur("0")}}},
			models.OrderStatus{Stage: models.Collecting, WaitingFor: []string{"payment"}, WhoMayAct: []string{"cashier", "admin"}, OpenAmount: "15.50",
				NextTimer: &models.NextTimer{At: at, Purpose: "dunning level 1 of A"}}},
		"a partly disputed one waits for both": {models.OrderProgress{Stage: models.Collecting, Currency: "EUR", Receivables: []models.Receivable{{Invoice: "A", Open: eur("10"), Disputed: eur("4")}}},
			models.OrderStatus{Stage: models.Collecting, WaitingFor: []string{"payment", "dispute_resolution"}, WhoMayAct: []string{"cashier", "admin", "collector", "manager"}, OpenAmount: "10.00"}},
		"a wholly disputed one waits for the resolution": {models.OrderProgress{Stage: models.Collecting, Currency: "EUR", Receivables: []models.Receivable{{Invoice: "A", Open: eur("10"), Disputed: eur("10")}}},
			models.OrderStatus{Stage: models.Collecting, WaitingFor: []string{"dispute_resolution"}, WhoMayAct: []string{"collector", "manager", "admin"}, OpenAmount: "10.00"}},
		"a held order tells when its credit is checked again": {models.OrderProgress{Stage: models.CreditHold, Currency: "EUR", BlockedBy: blocked, RecheckAt: &at},
			models.OrderStatus{Stage: models.CreditHold, BlockedBy: blocked, WaitingFor: []string{"credit_decision"}, WhoMayAct: []string{"credit", "manager", "admin"},
				OpenAmount: "0.00", NextTimer: &models.NextTimer{At: at, Purpose: "credit check"}}},
		"an order of a blocked customer waits for its unblocking": {models.OrderProgress{Stage: models.Fulfilling, Currency: "EUR", BlockedBy: &models.Block{Code: "customer-blocked"}},
			models.OrderStatus{Stage: models.Fulfilling, BlockedBy: &models.Block{Code: "customer-blocked"}, WaitingFor: []string{"unblocking"},
				WhoMayAct: []string{"credit", "manager", "admin"}, OpenAmount: "0.00"}},
		"what is entered waits for a worker": {models.OrderProgress{Stage: models.Received, Currency: "EUR"},
			models.OrderStatus{Stage: models.Received, WaitingFor: []string{"worker"}, WhoMayAct: []string{}, OpenAmount: "0.00"}},
		"what is shipped waits for a worker to invoice it": {models.OrderProgress{Stage: models.Invoicing, Currency: "EUR", ToInvoice: true},
			models.OrderStatus{Stage: models.Invoicing, WaitingFor: []string{"worker"}, WhoMayAct: []string{}, OpenAmount: "0.00"}},
		"what is settled waits for a worker to reconcile it": {models.OrderProgress{Stage: models.Reconciling, Currency: "EUR"},
			models.OrderStatus{Stage: models.Reconciling, WaitingFor: []string{"worker"}, WhoMayAct: []string{}, OpenAmount: "0.00"}},
		"an order in review waits for who decides": {models.OrderProgress{Stage: models.Review, Currency: "EUR", BlockedBy: &models.Block{Code: models.FraudSignals}},
			models.OrderStatus{Stage: models.Review, BlockedBy: &models.Block{Code: models.FraudSignals}, WaitingFor: []string{"review_decision"},
				WhoMayAct: []string{"credit", "manager", "admin"}, OpenAmount: "0.00"}},
		"a held order tells when somebody is reminded": {models.OrderProgress{Stage: models.CreditHold, Currency: "EUR", BlockedBy: blocked,
			Hold: &models.HoldTimer{Step: models.HoldRemind, At: at}},
			models.OrderStatus{Stage: models.CreditHold, BlockedBy: blocked, WaitingFor: []string{"credit_decision"}, WhoMayAct: []string{"credit", "manager", "admin"},
				OpenAmount: "0.00", NextTimer: &models.NextTimer{At: at, Purpose: "reminder of the credit decision"}}},
		"one that is to be paid first waits for the money, and says when it is cancelled": {models.OrderProgress{Stage: models.AwaitingPrepayment, Currency: "EUR",
			Prepayment: &models.Prepayment{Proforma: "PF-1", Amount: eur("10"), Deposited: eur("4")}, Hold: &models.HoldTimer{Step: models.CancelUnpaid, At: at}},
			models.OrderStatus{Stage: models.AwaitingPrepayment, WaitingFor: []string{"prepayment", "credit_decision"}, WhoMayAct: []string{"cashier", "credit", "manager", "admin"},
				OpenAmount: "0.00", Prepayment: &models.Prepayment{Proforma: "PF-1", Amount: eur("10"), Deposited: eur("4")},
				NextTimer: &models.NextTimer{At: at, Purpose: "cancellation for want of the prepayment"}}},
		"a backorder waits for stock and for its customer's choice": {models.OrderProgress{Stage: models.Fulfilling, Currency: "EUR", Backordered: true,
			Backorder: &models.BackorderTimer{Step: models.BackorderRemind, At: at}},
			models.OrderStatus{Stage: models.Fulfilling, WaitingFor: []string{"stock", "backorder_choice"}, WhoMayAct: []string{"warehouse", "sales", "admin"}, OpenAmount: "0.00",
				NextTimer: &models.NextTimer{At: at, Purpose: "reminder of the backorder choice"}}},
		"a promise is waited for": {models.OrderProgress{Stage: models.Collecting, Currency: "EUR", Receivables: []models.Receivable{{Invoice: "A", Open: eur("10"), Disputed: eur("0"),
			Waits: []models.DueStep{{Kind: models.DuePromise, At: at, Item: models.ItemKey{Invoice: "A"}, ID: "p"}}}}},
			models.OrderStatus{Stage: models.Collecting, WaitingFor: []string{"payment", "promise"}, WhoMayAct: []string{"cashier", "admin", "collector", "manager"}, OpenAmount: "10.00",
				NextTimer: &models.NextTimer{At: at, Purpose: "promise to pay A"}}},
		"what is held from dunning waits for the hold's end": {models.OrderProgress{Stage: models.Collecting, Currency: "EUR", Receivables: []models.Receivable{{Invoice: "A", Open: eur("10"),
			Disputed: eur("0"), Waits: []models.DueStep{{Kind: models.DueHold, At: at, Item: models.ItemKey{Invoice: "A"}, ID: "h"}}}}},
			models.OrderStatus{Stage: models.Collecting, WaitingFor: []string{"payment", "end_of_dunning_hold"}, WhoMayAct: []string{"cashier", "admin", "collector", "manager"},
				OpenAmount: "10.00", NextTimer: &models.NextTimer{At: at, Purpose: "end of the dunning hold of A"}}},
		"an inquiry is a dispute that waits, too": {models.OrderProgress{Stage: models.Collecting, Currency: "EUR", Receivables: []models.Receivable{{Invoice: "A", Open: eur("10"), Disputed: eur("0"),
			Waits: []models.DueStep{{Kind: models.DueOfDispute, At: at, Item: models.ItemKey{Invoice: "A"}, ID: "d", Service: models.ServiceAssign}}}}},
			models.OrderStatus{Stage: models.Collecting, WaitingFor: []string{"payment", "dispute_resolution"}, WhoMayAct: []string{"cashier", "admin", "collector", "manager"},
				OpenAmount: "10.00", NextTimer: &models.NextTimer{At: at, Purpose: "owner of a dispute of A"}}},
		"a parked order waits for an intervention before all else": {models.OrderProgress{Stage: models.CreditHold, Currency: "EUR", BlockedBy: &models.Block{Code: models.BlockedUnknown}},
			models.OrderStatus{Stage: models.CreditHold, BlockedBy: &models.Block{Code: models.BlockedUnknown}, WaitingFor: []string{"intervention", "credit_decision"},
				WhoMayAct: []string{"manager", "admin", "credit"}, OpenAmount: "0.00"}},
		"goods that are to come back, a period and milestones are waited for": {models.OrderProgress{Stage: models.Invoicing, Currency: "EUR", Returning: true, BillAt: &at, MilestonesLeft: 1},
			models.OrderStatus{Stage: models.Invoicing, WaitingFor: []string{"return_receipt", "billing", "milestone_completion"},
				WhoMayAct: []string{"warehouse", "admin", "sales", "billing"}, OpenAmount: "0.00", NextTimer: &models.NextTimer{At: at, Purpose: "billing of the period"}}},
		"a closed order waits for nothing and nobody": {models.OrderProgress{Stage: models.Closed, Currency: "EUR"},
			models.OrderStatus{Stage: models.Closed, WaitingFor: []string{}, WhoMayAct: []string{}, OpenAmount: "0.00"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, c.progress.Status()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
