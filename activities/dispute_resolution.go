package activities

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"o2c/models"
	"o2c/postgres"
)

// ResolveInput is a person's resolution of a dispute of an order's invoice, or of an invoice that belongs to no single order.
type ResolveInput struct {
	OrderID    string                   `json:"order_id,omitempty"`
	Invoice    string                   `json:"invoice,omitempty"`
	Resolution models.DisputeResolution `json:"resolution"`
	At         time.Time                `json:"at"`
}

// ResolveDispute ends a dispute, money and state in one transaction: what is accepted becomes a credit note; what is not is
// dunned again, with the time that was left when it was paused. What is accepted above the authority of whoever resolves it waits for a
// second person, whose decision comes as the resolution's Approval. Errors: those of models.ResolveDispute; of an approval
// "approval-not-found", "approval-decided", "own-approval".
func (c *Collections) ResolveDispute(ctx context.Context, in ResolveInput) (models.OrderProgress, error) {
	resolution, cause := in.Resolution, in.Resolution.ID
	if resolution.Approval != nil {
		cause = resolution.Approval.ID
	}
	return onInvoiceFreeingCredit(ctx, c.Pool, c.Orders, in.OrderID, in.Invoice, cause, in.At, func(s *collectingStep) error {
		unlocked, err := postgres.LoadDispute(ctx, s.tx, resolution.DisputeID)
		if err != nil {
			return err
		}
		item, err := postgres.LockOpenItem(ctx, s.tx, unlocked.Invoice)
		if err != nil {
			return err
		}
		dispute, err := postgres.LoadDispute(ctx, s.tx, resolution.DisputeID)
		if err != nil {
			return err
		}
		if resolution.Approval != nil {
			return s.resolveTogether(ctx, item, dispute, resolution)
		}
		if done, err := postgres.Happened(ctx, s.tx, resolution.ID); err != nil || done {
			return err
		}
		accepted, err := models.ResolveDispute(dispute.Kind, dispute.State, dispute.Money(), resolution.Outcome, resolution.Amount)
		if err != nil {
			return err
		}
		dispute.Blame(resolution.RootCause, resolution.Department)
		authority, err := postgres.AuthorityOf(ctx, s.tx, models.DisputeApproval, resolution.Roles, item.Currency)
		if err != nil {
			return err
		}
		if accepted.MoreThan(authority) {
			return s.requestAcceptance(ctx, item, dispute, resolution, accepted)
		}
		return s.resolve(ctx, item, dispute, resolution, accepted)
	})
}

// resolve carries a resolution out.
func (s *collectingStep) resolve(ctx context.Context, item *postgres.OpenItem, dispute *postgres.Dispute, r models.DisputeResolution, accepted models.Money) error {
	if err := s.leaveLess(ctx, item, dispute, accepted); err != nil {
		return err
	}
	if err := s.settleBeside(ctx, item, accepted); err != nil {
		return err
	}
	item.DisputedAmount = item.DisputedAmount.Sub(dispute.Amount)
	disputed := dispute.Money()
	dispute.Accepted, dispute.ResolutionID = accepted.Decimal(), &r.ID
	if err := endDispute(ctx, s.tx, item, dispute, r.Outcome, r.Note, r.Actor, s.at); err != nil {
		return err
	}
	if accepted.IsPositive() {
		if err := s.accept(ctx, item, dispute, accepted, r); err != nil {
			return err
		}
	}
	if err := replan(ctx, s.tx, item, s.at); err != nil {
		return err
	}
	if err := postgres.SaveOpenItem(ctx, s.tx, item); err != nil {
		return err
	}
	if err := lapseRequests(ctx, s.tx, item, s.at); err != nil {
		return err
	}
	what := "Dispute over " + disputed.Text() + " of "
	if dispute.Kind == models.Inquiry {
		what = "Inquiry about "
	}
	return s.decided(ctx, r.ID, item.Invoice, "dispute-resolved", r.Actor, what+item.Invoice+": "+string(r.Outcome))
}

// leaveLess takes what was accepted of a dispute off what notices left of the instalments that it lies on.
func (s *collectingStep) leaveLess(ctx context.Context, item *postgres.OpenItem, dispute *postgres.Dispute, accepted models.Money) error {
	claims := item.Claims(item.Disputed(), models.Zero(item.Currency))
	for n := len(claims) - 1; n >= 0 && accepted.IsPositive(); n-- {
		part := models.Min(accepted, claims[n].Disputed)
		if err := postgres.NoticesLeaveLess(ctx, s.tx, item.Invoice, claims[n].Instalment, part, dispute.OpenedAt); err != nil {
			return err
		}
		accepted = accepted.Sub(part)
	}
	return nil
}

// accept issues the credit note for the accepted part of a dispute.
func (s *collectingStep) accept(ctx context.Context, item *postgres.OpenItem, dispute *postgres.Dispute, amount models.Money, r models.DisputeResolution) error {
	drawn, err := s.draw(ctx, item, models.CreditRequest{Invoice: item.Invoice, Amount: &amount})
	if err != nil {
		return err
	}
	return s.credit(ctx, item, postgres.CreditNote{DecisionID: r.ID, Reason: dispute.Reason, Drawn: drawn, DisputeID: dispute.ID, IssuedBy: r.Actor})
}

// requestAcceptance has an acceptance wait for a second person. The dispute goes on pausing its part, and its service time runs on.
func (s *collectingStep) requestAcceptance(ctx context.Context, item *postgres.OpenItem, dispute *postgres.Dispute, r models.DisputeResolution, accepted models.Money) error {
	if _, err := s.draw(ctx, item, models.CreditRequest{Invoice: item.Invoice, Amount: &accepted}); err != nil {
		return err // nobody is asked for what can't be credited
	}
	content, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("activities.requestAcceptance: %w", err)
	}
	err = postgres.RequestApproval(ctx, s.tx, postgres.Approval{
		ID: r.ID, Kind: models.DisputeApproval, Subject: dispute.ID, CustomerID: item.CustomerID, Currency: item.Currency,
		Amount: accepted.Decimal(), Reason: r.Note, Content: content, RequestedBy: r.Actor, RequestedAt: s.at,
	})
	if err != nil {
		return err
	}
	if err = s.move(ctx, item, dispute, models.DisputeAwaitsApproval); err != nil {
		return err
	}
	return s.decided(ctx, r.ID, item.Invoice, "approval-requested", r.Actor,
		"Acceptance of "+accepted.Text()+" of the dispute of "+item.Invoice+" waits for a second person: "+r.Note)
}

// resolveTogether carries out what a second person has decided on an acceptance. A payment may have shrunk the dispute meanwhile: never
// more is accepted than is left of it, nor than was approved. One that is turned down is open again.
func (s *collectingStep) resolveTogether(ctx context.Context, item *postgres.OpenItem, dispute *postgres.Dispute, r models.DisputeResolution) error {
	approval := *r.Approval
	asked, decided, err := takeRequest(ctx, s.tx, approval)
	if err != nil || decided {
		return err
	}
	if err = postgres.DecideApproval(ctx, s.tx, approval, s.at); err != nil {
		return err
	}
	if approval.Decision != models.Approved {
		if err = s.move(ctx, item, dispute, models.DisputeOpen); err != nil {
			return err
		}
		return s.decided(ctx, approval.ID, item.Invoice, "approval-rejected", approval.Actor, "Acceptance of a dispute of "+item.Invoice+" not approved: "+approval.Reason)
	}
	accepted := models.Min(models.MustMoney(asked.Amount, asked.Currency), dispute.Money())
	r.Outcome = models.DisputePartlyAccepted
	if accepted.Equal(dispute.Money()) {
		r.Outcome = models.DisputeAccepted
	}
	// The request's own id is the key of the approval that was asked for; the credit note and the resolution have the decision's.
	requestID := r.ID
	r.ID = approval.ID
	if err = s.resolve(ctx, item, dispute, r, accepted); err != nil {
		return err
	}
	return s.decided(ctx, requestID+"/approved", item.Invoice, "approved", approval.Actor, "Acceptance of a dispute of "+item.Invoice+" approved: "+approval.Reason)
}

// move gives a dispute that goes on another state, and its clock what that asks for: it stands still while the customer is asked.
func (s *collectingStep) move(ctx context.Context, item *postgres.OpenItem, dispute *postgres.Dispute, state models.DisputeState) error {
	if (state == models.DisputeAwaitsCustomer) != dispute.Service.Paused {
		in, err := business(ctx, s.tx)
		if err != nil {
			return err
		}
		if dispute.Service.Paused {
			dispute.Serve(dispute.Service.Resume(s.at, in))
		} else {
			dispute.Serve(dispute.Service.Pause(s.at, in))
		}
	}
	dispute.State = state
	item.AwaitService(dispute)
	if err := postgres.SaveDispute(ctx, s.tx, dispute); err != nil {
		return err
	}
	return postgres.SaveOpenItem(ctx, s.tx, item)
}
