package activities

import (
	"context"
	"time"

	"o2c/models"
	"o2c/postgres"
)

// HoldInput is a person's decision to hold the dunning of an invoice, or to lift its hold.
type HoldInput struct {
	OrderID  string              `json:"order_id,omitempty"`
	Decision models.HoldDecision `json:"decision"`
	At       time.Time           `json:"at"`
}

// HoldDunning holds the dunning of an invoice until the end of a day, or lifts the hold; it then goes on with the time that was left. A
// new hold replaces the one that is active. Errors: "invoice-settled", "hold-in-the-past", "invalid-reason", "no-dunning-hold".
func (c *Collections) HoldDunning(ctx context.Context, in HoldInput) (models.OrderProgress, error) {
	return onInvoice(ctx, c.Pool, in.OrderID, in.Decision.Invoice, in.At, func(s *collectingStep) error {
		item, err := postgres.LockOpenItem(ctx, s.tx, in.Decision.Invoice)
		if err != nil {
			return err
		}
		if item.OrderID != s.orderID || item.Kind != models.InvoiceItem {
			return models.NotFound("invoice", in.Decision.Invoice)
		}
		if done, err := postgres.Happened(ctx, s.tx, in.Decision.ID); err != nil || done {
			return err
		}
		active, err := postgres.ActiveHold(ctx, s.tx, item.Invoice)
		if err != nil {
			return err
		}
		if in.Decision.Lift {
			err = s.lift(ctx, item, active, in.Decision)
		} else {
			err = s.hold(ctx, item, active, in.Decision)
		}
		if err != nil {
			return err
		}
		return postgres.SaveOpenItem(ctx, s.tx, item)
	})
}

func (s *collectingStep) hold(ctx context.Context, item *postgres.OpenItem, active *postgres.Hold, decision models.HoldDecision) error {
	if !item.Open().IsPositive() {
		return models.Conflict("invoice-settled", "nothing is open of invoice %s", item.Invoice)
	}
	customer, err := postgres.LoadCustomer(ctx, s.tx, item.CustomerID)
	if err != nil {
		return err
	}
	// Where the dunning stood is kept with each instalment.
	made, refusal := models.MakeHold(models.DunningHold{ID: decision.ID, Invoice: item.Invoice, Until: decision.Until, Reason: decision.Reason}, nil, nil, s.at, customer.Zone())
	if refusal != nil {
		return refusal
	}
	if active != nil {
		if err = s.endHold(ctx, item, active, models.HoldReplaced, decision.Actor); err != nil {
			return err
		}
	}
	if err = postgres.InsertHold(ctx, s.tx, postgres.Hold{DunningHold: made, CustomerID: item.CustomerID, HeldBy: decision.Actor, HeldAt: s.at}); err != nil {
		return err
	}
	item.Rest(s.at)
	item.Await(models.DueHold, made.ID, made.EndsAt)
	return s.decided(ctx, decision.ID, item.Invoice, "dunning-held", decision.Actor, "Dunning of "+item.Invoice+" held until "+made.Until.String()+": "+made.Reason)
}

func (s *collectingStep) lift(ctx context.Context, item *postgres.OpenItem, active *postgres.Hold, decision models.HoldDecision) error {
	if active == nil {
		return models.Conflict("no-dunning-hold", "the dunning of %s is not held", item.Invoice)
	}
	if err := s.endHold(ctx, item, active, models.HoldLifted, decision.Actor); err != nil {
		return err
	}
	if err := replan(ctx, s.tx, item, s.at); err != nil {
		return err
	}
	return s.decided(ctx, decision.ID, item.Invoice, "dunning-hold-lifted", decision.Actor, "Dunning of "+item.Invoice+" goes on")
}

func (s *collectingStep) endHold(ctx context.Context, item *postgres.OpenItem, active *postgres.Hold, state models.HoldState, by string) error {
	item.Reached(models.DueHold)
	return postgres.EndHold(ctx, s.tx, active.ID, state, by, s.at)
}

// expireHold ends the hold of an item whose time is over.
func (s *collectingStep) expireHold(ctx context.Context, item *postgres.OpenItem) error {
	active, err := postgres.ActiveHold(ctx, s.tx, item.Invoice)
	if err != nil || active == nil {
		item.Reached(models.DueHold)
		return err
	}
	if active.Judge(s.at) != models.HoldExpired {
		return nil
	}
	if err = s.endHold(ctx, item, active, models.HoldExpired, system); err != nil {
		return err
	}
	if err = replan(ctx, s.tx, item, s.at); err != nil {
		return err
	}
	return s.decided(ctx, "hold/"+active.ID+"/expired", item.Invoice, "dunning-hold-expired", system, "The dunning hold of "+item.Invoice+" is over")
}

// decided records a decision on an invoice under its id, or what followed from one.
func (s *collectingStep) decided(ctx context.Context, id, invoice, kind, by, summary string) error {
	_, err := s.event(ctx, postgres.Event{Key: id, Invoice: invoice, Kind: kind, Actor: by, Summary: summary})
	return err
}
