package command

import (
	"context"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"

	"o2c/models"
	"o2c/postgres"
	"o2c/workflows"
)

// Finished says whether the order has carried a decision out, or has only accepted it so far.
type Finished bool

// DecideCredit releases or rejects an order that waits for credit. upTo, in the order's currency, may be empty. Errors:
// "order-not-found", "not-on-hold", "invalid-amount", those of the order, "worker-unavailable", "engine-unavailable".
func (s *Service) DecideCredit(ctx context.Context, orderID string, ruling models.CreditRuling, upTo string) (Finished, error) {
	order, err := postgres.ReadOrder(ctx, s.DB, orderID)
	if err != nil {
		return false, err
	}
	var faults faults
	if upTo != "" {
		amount, err := models.ParsePositiveMoney(upTo, order.Currency)
		if err != nil {
			faults.at("/up_to", err)
		}
		ruling.UpTo = &amount
		if ruling.Decision == models.Reject {
			faults.add(models.Invalid("invalid-amount", "a rejection takes no amount").At("/up_to"))
		}
	}
	if err = ruling.Validate(); err != nil {
		faults.at("/decision", err)
	}
	if err = faults.err(); err != nil {
		return false, err
	}
	return s.decide(ctx, orderID, ruling.ID, workflows.DecideCredit, ruling)
}

// DecideReview releases or rejects an order in review. Errors: "order-not-found", those of models.ReviewRuling and of the order
// ("order-not-in-review"), "worker-unavailable", "engine-unavailable".
func (s *Service) DecideReview(ctx context.Context, orderID string, ruling models.ReviewRuling) (Finished, error) {
	var faults faults
	for _, fault := range ruling.Validate() {
		faults.add(fault)
	}
	if err := faults.err(); err != nil {
		return false, err
	}
	return s.decide(ctx, orderID, ruling.ID, workflows.DecideReview, ruling)
}

// AmendOrder gives lines of an order other quantities. Errors: "order-not-found", those of models.Amendment and of the order
// ("order-not-amendable"), "worker-unavailable", "engine-unavailable".
func (s *Service) AmendOrder(ctx context.Context, orderID string, amendment models.Amendment) (Finished, error) {
	var faults faults
	for _, fault := range amendment.Validate() {
		faults.add(fault)
	}
	if err := faults.err(); err != nil {
		return false, err
	}
	return s.decide(ctx, orderID, amendment.ID, workflows.Amend, amendment)
}

// CancelOrder cancels what is not shipped. Errors: "order-not-found", those of the order ("nothing-to-cancel",
// "order-closed"), "worker-unavailable", "engine-unavailable".
func (s *Service) CancelOrder(ctx context.Context, orderID string, cancellation models.Cancellation) (Finished, error) {
	return s.decide(ctx, orderID, cancellation.ID, workflows.Cancel, cancellation)
}

// ChooseBackorder says what becomes of what an order waits for. Errors: "order-not-found", those of models.BackorderAnswer and of the
// order ("order-not-backordered", "order-on-hold", "order-closed"), "worker-unavailable", "engine-unavailable".
func (s *Service) ChooseBackorder(ctx context.Context, orderID string, answer models.BackorderAnswer) (Finished, error) {
	if err := answer.Validate(); err != nil {
		var faults faults
		faults.at("/choice", err)
		return false, faults.err()
	}
	return s.decide(ctx, orderID, answer.ID, workflows.ChooseBackorder, answer)
}

// Intervene moves a parked order on. Errors: "order-not-found", those of the order ("not-parked"), "worker-unavailable",
// "engine-unavailable".
func (s *Service) Intervene(ctx context.Context, orderID string, intervention models.Intervention) (Finished, error) {
	return s.decide(ctx, orderID, intervention.ID, workflows.Intervene, intervention)
}

// decideOn sends an update to whoever collects an invoice: its order, or its own workflow where it belongs to no single one.
func (s *Service) decideOn(ctx context.Context, orderID *string, invoice, id, update string, decision any) (Finished, error) {
	if orderID == nil {
		return s.decideOnInvoice(ctx, invoice, id, update, decision)
	}
	return s.decide(ctx, *orderID, id, update, decision)
}

// decide sends an update to an order and waits, all in all no longer than Patience, until it is accepted and carried out.
// The database says whether there is an order that can decide: "order-not-found", "order-closed".
func (s *Service) decide(ctx context.Context, orderID, id, update string, decision any) (Finished, error) {
	order, err := postgres.ReadOrder(ctx, s.DB, orderID) // accepted is enough: one that can't be entered is parked
	if err != nil {
		return false, err
	}
	if order.Stage == models.Closed {
		if done, err := postgres.Happened(ctx, s.DB, id); err != nil || done {
			return Finished(done), postgres.TranslateError(err) // it was this decision that closed the order
		}
		return false, models.Conflict("order-closed", "the order is closed")
	}
	return s.update(ctx, workflows.OrderID(orderID), id, update, decision)
}

// decideOnInvoice is decide for an invoice that belongs to no single order: "invoice-settled" when its workflow has ended.
func (s *Service) decideOnInvoice(ctx context.Context, invoice, id, update string, decision any) (Finished, error) {
	item, err := postgres.ReadOpenItem(ctx, s.DB, invoice)
	if err != nil {
		return false, err
	}
	if item.Open().IsZero() {
		if done, err := postgres.Happened(ctx, s.DB, id); err != nil || done {
			return Finished(done), postgres.TranslateError(err) // it was this decision that settled the invoice
		}
		return false, models.Conflict("invoice-settled", "nothing is open of invoice %s", invoice)
	}
	return s.update(ctx, workflows.ReceivableID(invoice), id, update, decision)
}

func (s *Service) update(ctx context.Context, workflowID, id, update string, decision any) (Finished, error) {
	deadline := patience()
	accepting, cancel := context.WithDeadline(ctx, deadline)
	defer cancel()
	handle, err := s.Temporal.UpdateWorkflow(accepting, client.UpdateWorkflowOptions{
		WorkflowID:   workflowID,
		UpdateID:     id,
		UpdateName:   update,
		Args:         []any{decision},
		WaitForStage: client.WorkflowUpdateStageAccepted,
	})
	if err != nil {
		return false, decisionError(err)
	}
	return finish(ctx, deadline, handle)
}

// decideAlways is decide for a decision that a workflow can take as well that has closed: it is brought back for it. Whoever asks
// has looked whether the decision was carried out before: update ids are known to one run only.
func (s *Service) decideAlways(ctx context.Context, by collector, id, update string, decision any) (Finished, error) {
	deadline := patience()
	accepting, cancel := context.WithDeadline(ctx, deadline)
	defer cancel()
	accepting, options, err := s.onClockOf(accepting, by.CustomerID, by.options())
	if err != nil {
		return false, err
	}
	options.WorkflowIDConflictPolicy, options.TaskQueue = enumspb.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING, s.queue()
	workflowType, state := by.resumed(options.StartDelay)
	options.StartDelay = 0 // the engine has none for an update with start: the workflow itself waits
	handle, err := s.Temporal.UpdateWithStartWorkflow(accepting, client.UpdateWithStartWorkflowOptions{
		StartWorkflowOperation: s.Temporal.NewWithStartWorkflowOperation(options, workflowType, state),
		UpdateOptions: client.UpdateWorkflowOptions{
			UpdateID: id, UpdateName: update, Args: []any{decision}, WaitForStage: client.WorkflowUpdateStageAccepted,
		},
	})
	if err != nil {
		return false, decisionError(err)
	}
	return finish(ctx, deadline, handle)
}

// finish waits for the outcome of an accepted decision.
func finish(ctx context.Context, deadline time.Time, handle client.WorkflowUpdateHandle) (Finished, error) {
	finishing, cancel := context.WithDeadline(ctx, deadline)
	defer cancel()
	err := decisionError(handle.Get(finishing, nil))
	if models.KindOf(err) == models.KindUnavailable && err != nil && ctx.Err() == nil {
		return false, nil // accepted, and so durable
	}
	return err == nil, err
}
