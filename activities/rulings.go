package activities

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"o2c/models"
	"o2c/postgres"
)

// RuleInput is a person's decision on an order.
type RuleInput struct {
	OrderID string              `json:"order_id"`
	Ruling  models.CreditRuling `json:"ruling"`
	At      time.Time           `json:"at"`
}

// Rule carries out a person's decision on an order that waits for credit. A release covers the order's present version up to
// an amount, until a date; above the policy's amount it waits for a second person, whose decision comes as the ruling's Approval.
// Errors: "order-not-on-hold", "release-below-total", "release-expired", "partly-shipped", "milestones-billed"; of an approval "approval-not-found",
// "approval-decided", "own-approval".
func (c *Credit) Rule(ctx context.Context, in RuleInput) (models.OrderProgress, error) {
	ruling := in.Ruling
	if err := ruling.Validate(); err != nil {
		return models.OrderProgress{}, err
	}
	return onOrder(ctx, c.Pool, in.OrderID, in.At, func(s *step) error {
		if ruling.Approval != nil {
			return s.ruleTogether(ctx, ruling)
		}
		if ruled, err := postgres.Ruled(ctx, s.tx, ruling.ID); err != nil || ruled {
			return err
		}
		file, err := s.checkRuling(ctx, ruling)
		if err != nil {
			return err
		}
		if covers := s.covers(ruling); ruling.Decision == models.Release && file.Policy.ReleaseNeedsApproval(covers) {
			return s.requestApproval(ctx, ruling, covers)
		}
		return s.carryOut(ctx, ruling, file)
	})
}

// ruleTogether carries out what a second person has decided on a ruling.
func (s *step) ruleTogether(ctx context.Context, ruling models.CreditRuling) error {
	approval := *ruling.Approval
	_, decided, err := takeRequest(ctx, s.tx, approval)
	if err != nil || decided {
		return err
	}
	if approval.Decision == models.Rejected {
		if err = postgres.DecideApproval(ctx, s.tx, approval, s.at); err != nil {
			return err
		}
		_, err = s.event(ctx, postgres.Event{Key: approval.ID, Kind: "approval-rejected", Actor: approval.Actor, Summary: "Release not approved: " + approval.Reason})
		return err
	}
	file, err := s.checkRuling(ctx, ruling)
	if err != nil {
		return err
	}
	if err = postgres.DecideApproval(ctx, s.tx, approval, s.at); err != nil {
		return err
	}
	_, err = s.event(ctx, postgres.Event{Key: approval.ID, Kind: "approved", Actor: approval.Actor, Summary: "Release approved: " + approval.Reason})
	if err != nil {
		return err
	}
	return s.carryOut(ctx, ruling, file)
}

func (s *step) requestApproval(ctx context.Context, ruling models.CreditRuling, covers models.Money) error {
	content, err := json.Marshal(ruling)
	if err != nil {
		return fmt.Errorf("activities.requestApproval: %w", err)
	}
	err = postgres.RequestApproval(ctx, s.tx, postgres.Approval{
		ID: ruling.ID, Kind: models.ReleaseApproval, Subject: s.order.ID, CustomerID: s.order.CustomerID, Currency: covers.Currency(),
		Amount: covers.Decimal(), Reason: ruling.Reason, Content: content, RequestedBy: ruling.Actor, RequestedAt: s.at,
	})
	if err != nil {
		return err
	}
	_, err = s.event(ctx, postgres.Event{
		Key: ruling.ID, Kind: "approval-requested", Actor: ruling.Actor,
		Summary: "Release of " + covers.Text() + " waits for a second person: " + ruling.Reason,
	})
	return err
}

// carryOut records a ruling with all that was known and moves the order.
func (s *step) carryOut(ctx context.Context, ruling models.CreditRuling, file postgres.CreditFile) error {
	_, err := postgres.InsertDecision(ctx, s.tx, postgres.RecordedDecision{
		ID: ruling.ID, OrderID: s.order.ID, Version: s.order.Version, Decision: ruling.Decision, Reason: ruling.Reason,
		Inputs: s.inputs(file, models.ByPerson), UpTo: ruling.UpTo, ValidUntil: ruling.ValidUntil, By: ruling.Actor, At: s.at,
	})
	if err != nil {
		return err
	}
	s.rule(ruling.Decision, ruling.Reason)
	verb := "rejected"
	if ruling.Decision == models.Release {
		s.order.ReleaseID, s.order.ReleaseUntil = ruling.ID, ruling.ValidUntil
		verb = "released"
	}
	key := ruling.ID
	if ruling.Approval != nil {
		key = "" // its event says that it was asked for
	}
	_, err = s.event(ctx, postgres.Event{Key: key, Kind: "credit-" + string(ruling.Decision), Actor: ruling.Actor, Summary: "Order " + verb + ": " + ruling.Reason})
	return err
}

// covers is how much a release allows.
func (s *step) covers(ruling models.CreditRuling) models.Money {
	if ruling.UpTo != nil {
		return *ruling.UpTo
	}
	return s.openValue()
}

func (s *step) checkRuling(ctx context.Context, ruling models.CreditRuling) (postgres.CreditFile, error) {
	file, err := creditFile(ctx, s.tx, s.order.CustomerID, s.at)
	if err != nil {
		return file, err
	}
	if !s.order.Stage.WaitsForCredit() {
		return file, models.Conflict("order-not-on-hold", "the order is in stage %s and waits for no credit decision", s.order.Stage)
	}
	if ruling.Decision == models.Reject {
		if s.shipped() {
			return file, models.Conflict("partly-shipped", "a part of the order is shipped: cancel what is not")
		}
		if s.order.Billed().Billed > 0 {
			return file, models.Conflict("milestones-billed", "milestones of the order are billed: credit their invoices and cancel it")
		}
		return file, nil
	}
	if total := s.openValue(); s.covers(ruling).LessThan(total) {
		return file, models.Invalid("release-below-total", "what is open of the order is %s, the release covers %s", total.Text(), ruling.UpTo.Text()).At("/up_to")
	}
	if !ruling.ValidUntil.IsZero() && ruling.ValidUntil.Before(file.Day) {
		return file, models.Invalid("release-expired", "%s is before today, %s", ruling.ValidUntil, file.Day).At("/valid_until")
	}
	return file, nil
}

// shipped is true when a part of the order is.
func (s *step) shipped() bool {
	for _, line := range s.order.Lines {
		if line.Shipped.IsPositive() {
			return true
		}
	}
	return false
}

// mayShip says why goods of the order may not leave now, or nil. A release that has ended, or does not cover the order any more,
// and, where the policy says so, credit itself are checked once more; an order that does not pass is held again.
func (s *step) mayShip(ctx context.Context, cause string) (*models.Error, error) {
	if s.order.CustomerBlock.StopsShipping() {
		return s.order.CustomerBlock.CustomerBlocked(), nil
	}
	if refusal, err := s.mayGoTo(ctx, cause); err != nil || refusal != nil {
		return refusal, err
	}
	file, err := creditFile(ctx, s.tx, s.order.CustomerID, s.at)
	if err != nil {
		return nil, err
	}
	if s.order.ReleaseID != "" {
		release, err := postgres.LoadRelease(ctx, s.tx, s.order.ReleaseID)
		if err != nil {
			return nil, err
		}
		if s.coveredBy(release, file.Day) {
			return nil, nil
		}
	} else if !file.Policy.CheckAtDelivery {
		return nil, nil
	}
	if err = s.decide(ctx, models.DecideOnCredit(s.inputs(file, models.AtDelivery)), fmt.Sprintf("delivery/%s/%d", cause, s.at.Unix())); err != nil || s.order.Approved {
		return nil, err
	}
	return models.Conflict("credit-hold", "%s", s.order.BlockedDetail), nil
}

// coveredBy says whether a release still covers what is open: the version that it was made for, up to its amount, until its day.
func (s *step) coveredBy(release postgres.CreditRelease, today models.Date) bool {
	return release.Version == s.order.Version && !(!release.ValidUntil.IsZero() && release.ValidUntil.Before(today)) &&
		(release.UpTo == nil || !s.openValue().Decimal().GreaterThan(*release.UpTo))
}
