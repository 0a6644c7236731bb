package command

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"o2c/models"
	"o2c/postgres"
	"o2c/workflows"
)

// PlanInstalments lets what is undisputed and open of an invoice be paid in instalments, whose amounts are in its currency. Above the
// authority of whoever agrees to it it then waits for a second person. Errors: "invoice-not-found", "invalid-amount", those of
// models.MakeInstalmentPlan, "plan-waits", "order-closed", "invoice-settled", "worker-unavailable", "engine-unavailable".
func (s *Service) PlanInstalments(ctx context.Context, decision models.PlanDecision, amounts []string) (Finished, error) {
	// An earlier attempt may have lost its answer.
	if known, err := postgres.PlanKnown(ctx, s.DB, decision.ID); err != nil || known {
		return Finished(known), err
	}
	invoice, err := postgres.ReadInvoice(ctx, s.DB, decision.Invoice)
	if err != nil {
		return false, err
	}
	today, err := s.Today(ctx, invoice.CustomerID)
	if err != nil {
		return false, err
	}
	var faults faults
	for i, amount := range amounts {
		money, err := models.ParsePositiveMoney(amount, invoice.Currency)
		if err != nil {
			faults.at("/instalments/"+strconv.Itoa(i)+"/amount", err)
			continue
		}
		decision.Instalments[i].Amount = money
	}
	if err = faults.err(); err != nil {
		return false, err
	}
	undisputed := models.MustMoney(invoice.OpenAmount.Sub(invoice.DisputedAmount), invoice.Currency)
	_, refused := models.MakeInstalmentPlan(decision.Instalments, undisputed, today, 0, models.Calendar{}, time.UTC) // when each is judged, its process says
	for _, fault := range refused {
		faults.add(fault)
	}
	if err = faults.err(); err != nil {
		return false, err
	}
	return s.decideOn(ctx, invoice.OrderID, invoice.Number, decision.ID, workflows.PlanInstalments, decision)
}

// WithdrawPlan takes the active instalment plan of an invoice back, and answers with its id; one that was withdrawn before stays so. Errors:
// "invoice-not-found", "no-instalment-plan", "worker-unavailable", "engine-unavailable".
func (s *Service) WithdrawPlan(ctx context.Context, number, actor string) (string, Finished, error) {
	invoice, err := postgres.ReadInvoice(ctx, s.DB, number)
	if err != nil {
		return "", false, err
	}
	plans, err := postgres.ReadPlans(ctx, s.DB, number)
	if err != nil {
		return "", false, err
	}
	last := len(plans) - 1
	switch {
	case last >= 0 && plans[last].State == models.PlanWithdrawn:
		return plans[last].ID, true, nil
	case last < 0 || plans[last].State != models.PlanActive:
		return "", false, models.Conflict("no-instalment-plan", "invoice %s has no instalment plan that is active", number)
	}
	decision := models.PlanDecision{ID: "withdraw/" + plans[last].ID, Invoice: number, Withdraw: plans[last].ID, Actor: actor}
	finished, err := s.decideOn(ctx, invoice.OrderID, number, decision.ID, workflows.PlanInstalments, decision)
	return plans[last].ID, finished, err
}

// decidePlan has an instalment plan carried out, or turned down, by a second person: by the workflow that collects its invoice.
func (s *Service) decidePlan(ctx context.Context, asked postgres.Approval, ruling models.ApprovalRuling) (Finished, error) {
	var decision models.PlanDecision
	if err := json.Unmarshal(asked.Content, &decision); err != nil {
		return false, fmt.Errorf("command.decidePlan %s: %w", asked.ID, err)
	}
	item, err := postgres.ReadOpenItem(ctx, s.DB, asked.Subject)
	if err != nil {
		return false, err
	}
	decision.Approval = &ruling
	var orderID *string
	if item.OrderID != "" {
		orderID = &item.OrderID
	}
	return s.decideOn(ctx, orderID, item.Number, ruling.ID, workflows.PlanInstalments, decision)
}
