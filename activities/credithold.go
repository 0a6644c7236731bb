package activities

import (
	"context"
	"fmt"
	"slices"
	"time"

	"o2c/models"
	"o2c/postgres"
)

// CreditHoldInput is a step of an order's hold that is due.
type CreditHoldInput struct {
	OrderID string           `json:"order_id"`
	Timer   models.HoldTimer `json:"timer"`
	At      time.Time        `json:"at"`
}

// holdTask is the kind of the tasks that an order on hold calls for.
const holdTask = "credit_hold"

// ActOnHold takes a step of a hold: it puts a task on the list of who is to decide, or cancels what is not shipped as a person would. An
// order that has left the hold meanwhile is left alone.
func (c *Credit) ActOnHold(ctx context.Context, in CreditHoldInput) (models.OrderProgress, error) {
	cause := fmt.Sprintf("hold/%s/%s/%d", in.OrderID, in.Timer.Step, in.Timer.At.Unix())
	if in.Timer.Step == models.RemindPrepayment {
		return onOrder(ctx, c.Pool, in.OrderID, in.At, func(s *step) error {
			if !s.due(in.Timer) {
				return nil
			}
			return s.remindPrepayment(ctx, cause)
		})
	}
	if in.Timer.Step != models.HoldCancel && in.Timer.Step != models.CancelUnpaid {
		return onOrder(ctx, c.Pool, in.OrderID, in.At, func(s *step) error { return s.callFor(ctx, in.Timer, cause) })
	}
	var left queues
	progress, err := onOrderFreeingCredit(ctx, c.Pool, c.Orders, in.OrderID, cause, in.At, func(s *step) error {
		left = s.leaves(ctx, cause)
		if !s.due(in.Timer) {
			return nil
		}
		why := "nobody has decided on its credit in time"
		if in.Timer.Step == models.CancelUnpaid {
			why = "it was not paid in time"
		}
		_, err := s.event(ctx, postgres.Event{Key: cause, Kind: "cancelled", Actor: system, Summary: "What is not shipped is cancelled: " + why})
		if err != nil {
			return err
		}
		return s.cancelOpen(ctx)
	})
	if err != nil {
		return progress, err
	}
	return progress, left.serve(ctx, c.Pool, c.Orders)
}

// due takes a timer off the plan; false means that the hold has ended, or that an earlier attempt has taken it.
func (s *step) due(timer models.HoldTimer) bool {
	plan := s.order.HoldPlan
	if !s.order.Stage.WaitsForCredit() || len(plan) == 0 || plan[0].Step != timer.Step || !plan[0].At.Equal(timer.At) {
		return false
	}
	s.order.HoldPlan = slices.Clone(plan[1:])
	return true
}

// callFor reminds who decides on credit, or escalates to who decides above them.
func (s *step) callFor(ctx context.Context, timer models.HoldTimer, cause string) error {
	if !s.due(timer) {
		return nil
	}
	role, kind := "credit", "hold-reminder"
	if timer.Step == models.HoldEscalate {
		role, kind = "manager", "hold-escalated"
	}
	_, err := s.event(ctx, postgres.Event{Key: cause, Kind: kind, Actor: system, Summary: "The order still waits for credit, and the role " + role + " is told: " + s.order.BlockedDetail})
	if err != nil {
		return err
	}
	return postgres.OpenTask(ctx, s.tx, postgres.Task{
		Key: cause, Kind: holdTask, Role: role, CustomerID: s.order.CustomerID, OrderID: s.order.ID, Detail: s.order.BlockedDetail,
	}, s.at)
}

// beginOrEndHold plans the steps of a hold, or of a wait for prepayment, that begins, and ends what was planned and asked for of one that
// ends.
func (s *step) beginOrEndHold(ctx context.Context, before models.Stage) error {
	if s.order.Stage == before {
		return nil
	}
	if before.WaitsForCredit() {
		s.order.HoldPlan = nil
		if err := postgres.CloseTasks(ctx, s.tx, holdTask, s.order.ID, s.at); err != nil {
			return err
		}
	}
	if !s.order.Stage.WaitsForCredit() {
		return nil
	}
	file, err := creditFile(ctx, s.tx, s.order.CustomerID, s.at)
	if err != nil {
		return err
	}
	company, err := postgres.LoadCompany(ctx, s.tx)
	if err != nil {
		return err
	}
	if s.order.Stage == models.AwaitingPrepayment {
		s.order.HoldPlan = file.Policy.Prepayment.Plan(s.at, company.Zone())
	} else {
		s.order.HoldPlan = file.Policy.Hold.Plan(s.at, company.Zone())
	}
	return nil
}
