package activities

import (
	"context"
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"o2c/models"
	"o2c/postgres"
)

// CompleteInput is a person's word that a milestone of an order is completed.
type CompleteInput struct {
	OrderID    string                     `json:"order_id"`
	Completion models.MilestoneCompletion `json:"completion"`
	At         time.Time                  `json:"at"`
}

// CompleteMilestone bills a milestone of an order, whatever of it is shipped: its share of every line and charge, in one transaction
// with its open item, its entry, the exposure and the message to the customer. Its natural key is the milestone: one that is billed
// stays as it is (invoices_once_per_milestone). Errors: "milestone-not-found", "order-closed", "order-on-hold".
func (i *Invoicing) CompleteMilestone(ctx context.Context, in CompleteInput) (models.OrderProgress, error) {
	return onOrder(ctx, i.Pool, in.OrderID, in.At, func(s *step) error {
		n := in.Completion.N
		if n < 1 || n > len(s.order.Milestones) {
			return models.NotFound("milestone", fmt.Sprintf("%s/%d", in.OrderID, n))
		}
		milestone := &s.order.Milestones[n-1]
		switch {
		case milestone.Invoice != "":
			return nil
		case s.order.Stage == models.Closed:
			return models.Conflict("order-closed", "the order is closed")
		case !s.order.Approved:
			return models.Conflict("order-on-hold", "the order is in stage %s: nothing of it is billed", s.order.Stage)
		}
		_, err := s.event(ctx, postgres.Event{
			Key: in.Completion.ID, Kind: "milestone-completed", Actor: in.Completion.Actor, Summary: "Milestone completed: " + milestone.Name, Detail: in.Completion,
		})
		if err != nil {
			return err
		}
		return s.billMilestone(ctx, milestone)
	})
}

func (s *step) billMilestone(ctx context.Context, milestone *postgres.Milestone) error {
	issue, err := newIssuing(ctx, &s.collectingStep)
	if err != nil {
		return err
	}
	agreed, err := s.agreed(ctx)
	if err != nil {
		return err
	}
	billed, err := postgres.BilledByMilestones(ctx, s.tx, s.order)
	if err != nil {
		return err
	}
	invoice := agreed.DrawMilestone(milestone.N, milestone.Milestone, s.kept(), billed)
	invoice.CustomerID, invoice.PONumber = s.order.CustomerID, s.order.PONumber
	if invoice.Header, err = postgres.HeaderOf(ctx, s.tx, s.order.ID); err != nil {
		return err
	}
	invoice.Deposits = s.order.DepositsLeft()
	if invoice, err = issue.issue(ctx, invoice, s.order.Currency, s.order.Terms, s.at); err != nil {
		return err
	}
	milestone.Invoice, milestone.Total = invoice.Number, invoice.Totals.Total.Decimal()
	if err = s.invoiced(ctx, fmt.Sprintf("invoiced/%s/milestone/%d", s.order.ID, milestone.N), invoice); err != nil {
		return err
	}
	return s.applyDeposits(ctx, invoice)
}

// kept is what is not cancelled of each line.
func (s *step) kept() []decimal.Decimal {
	kept := make([]decimal.Decimal, len(s.order.Lines))
	for i, line := range s.order.Lines {
		kept[i] = line.Quantity.Sub(line.Cancelled)
	}
	return kept
}

// keepsBilled refuses a step that would leave less of an order than its milestones have billed of it: "milestones-billed". What they
// have not billed yet takes the change.
func (s *step) keepsBilled(ctx context.Context) error {
	if s.order.Billed().Billed == 0 {
		return nil
	}
	agreed, err := s.agreed(ctx)
	if err != nil {
		return err
	}
	billed, err := postgres.BilledByMilestones(ctx, s.tx, s.order)
	if err != nil {
		return err
	}
	return agreed.KeepsBilled(s.kept(), billed)
}

// mayCancelBilled is keepsBilled for a cancellation, which takes what is billed as well when all of it is credited.
func (s *step) mayCancelBilled(ctx context.Context) error {
	refusal := s.keepsBilled(ctx)
	if refusal == nil {
		return nil
	}
	if credited, err := postgres.MilestonesCredited(ctx, s.tx, s.order.ID); err != nil || credited {
		return err
	}
	return refusal
}
