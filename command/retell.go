package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"

	"o2c/models"
	"o2c/postgres"
	"o2c/workflows"
)

// tellFact tells the process of a fact that is recorded: an order by a signal, which brings a closed one back, or a short
// workflow of its own. Telling twice changes nothing.
func (s *Service) tellFact(ctx context.Context, deadline time.Time, fact postgres.Fact) error {
	switch fact.Kind {
	case postgres.ShipmentFact:
		return s.tell(ctx, deadline, collectorOf(fact.OrderID, "", *fact.CustomerID), workflows.ShipmentConfirmed, workflows.FactSignal{ID: fact.ID})
	case postgres.DeliveryFact:
		return s.tell(ctx, deadline, collectorOf(fact.OrderID, "", *fact.CustomerID), workflows.DeliveryConfirmed, workflows.FactSignal{ID: fact.ID})
	case postgres.CarrierEventFact:
		return s.tell(ctx, deadline, collectorOf(fact.OrderID, "", *fact.CustomerID), workflows.CarrierTold, workflows.FactSignal{ID: fact.ID})
	case postgres.ReturnFact:
		return s.tell(ctx, deadline, collectorOf(fact.OrderID, "", *fact.CustomerID), workflows.ReturnRequested, workflows.FactSignal{ID: fact.ID})
	case postgres.ReturnReceiptFact:
		return s.tell(ctx, deadline, collectorOf(fact.OrderID, "", *fact.CustomerID), workflows.ReturnReceived, workflows.FactSignal{ID: fact.ID})
	case postgres.DisputeFact:
		var dispute models.Dispute
		if err := json.Unmarshal(fact.Content, &dispute); err != nil {
			return fmt.Errorf("command.tellFact %s: %w", fact.ID, err)
		}
		return s.tell(ctx, deadline, collectorOf(fact.OrderID, dispute.Invoice, *fact.CustomerID), workflows.DisputeRaised, workflows.FactSignal{ID: fact.ID})
	case postgres.PromiseFact:
		var promise models.Promise
		if err := json.Unmarshal(fact.Content, &promise); err != nil {
			return fmt.Errorf("command.tellFact %s: %w", fact.ID, err)
		}
		return s.tell(ctx, deadline, collectorOf(fact.OrderID, promise.Invoice, *fact.CustomerID), workflows.PromiseMade, workflows.FactSignal{ID: fact.ID})
	case postgres.PaymentFact:
		return s.startFor(ctx, deadline, fact, workflows.PaymentID(fact.ID), workflows.PaymentType, workflows.PaymentInput{PaymentID: fact.ID})
	case postgres.PaymentChangeFact:
		return s.startFor(ctx, deadline, fact, workflows.PaymentChangeID(fact.ID), workflows.PaymentChangeType, workflows.PaymentChangeInput{ChangeID: fact.ID})
	case postgres.StockReceiptFact:
		return s.startFor(ctx, deadline, fact, workflows.StockReceiptID(fact.ID), workflows.StockReceiptType, workflows.StockReceiptInput{ReceiptID: fact.ID})
	case postgres.CreditLimitFact:
		return s.startFor(ctx, deadline, fact, workflows.CreditLimitID(fact.ID), workflows.CreditLimitType, workflows.CreditLimitInput{LimitID: fact.ID})
	case postgres.CreditApplicationFact:
		return s.startFor(ctx, deadline, fact, workflows.CreditUseID(fact.ID), workflows.CreditApplicationType, workflows.CreditUseInput{UseID: fact.ID})
	case postgres.CreditRefundFact:
		return s.startFor(ctx, deadline, fact, workflows.CreditUseID(fact.ID), workflows.CreditRefundType, workflows.CreditUseInput{UseID: fact.ID})
	case postgres.CollateralFact:
		return s.startFor(ctx, deadline, fact, workflows.CollateralID(fact.ID), workflows.CollateralType, workflows.CreditChangeInput{FactID: fact.ID})
	case postgres.StandingFact:
		return s.startFor(ctx, deadline, fact, workflows.StandingID(fact.ID), workflows.StandingType, workflows.CreditChangeInput{FactID: fact.ID})
	case postgres.TaskClosureFact:
		return s.startFor(ctx, deadline, fact, workflows.TaskClosureID(fact.ID), workflows.TaskClosureType, workflows.TaskClosureInput{FactID: fact.ID})
	case postgres.ScreeningFact:
		return s.startFor(ctx, deadline, fact, workflows.ScreeningID(fact.ID), workflows.ScreeningType, workflows.ScreeningInput{FactID: fact.ID})
	default:
		return fmt.Errorf("command.tellFact: nobody is to be told of a fact of kind %q", fact.Kind)
	}
}

func (s *Service) startFor(ctx context.Context, deadline time.Time, fact postgres.Fact, id, workflowType string, input any) error {
	customerID := ""
	if fact.CustomerID != nil {
		customerID = *fact.CustomerID
	}
	summary := workflowType + " " + fact.ID
	if customerID != "" {
		summary += " of " + customerID
	}
	return s.start(ctx, deadline, customerID, client.StartWorkflowOptions{
		ID: id, StaticSummary: summary,
		// One that failed for a reason that nobody foresaw starts anew when it is told again.
		WorkflowIDReusePolicy: enumspb.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE_FAILED_ONLY,
	}, workflowType, input)
}

// Retell tells the process again of facts that were accepted some time ago and that it has not acted on: the engine was away
// when they were to be told, or the one who told them died. The pauses between two tellings of a fact double. It returns how
// many it told.
func (s *Service) Retell(ctx context.Context, olderThan time.Duration) (told int, err error) {
	facts, err := postgres.FactsToRetell(ctx, s.DB, olderThan, retellAtOnce)
	if err != nil {
		return 0, err
	}
	var failures []error
	for _, fact := range facts {
		if err = s.tellFact(ctx, patience(), fact); err != nil {
			failures = append(failures, err)
		} else {
			told++
		}
	}
	billings, err := postgres.LateBillings(ctx, s.DB, olderThan, retellAtOnce)
	if err != nil {
		return told, errors.Join(append(failures, err)...)
	}
	for _, billing := range billings {
		if err = s.StartBilling(ctx, billing.ID, billing.CustomerID, billing.DueAt); err != nil {
			failures = append(failures, err)
		}
	}
	return told, errors.Join(failures...)
}

// retellAtOnce bounds the facts of one Retell; the oldest come first.
const retellAtOnce = 100
