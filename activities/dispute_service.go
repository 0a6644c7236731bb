package activities

import (
	"context"
	"time"

	"o2c/document"
	"o2c/models"
	"o2c/postgres"
)

// DisputeActionInput is what a person does about a dispute without resolving it.
type DisputeActionInput struct {
	OrderID string               `json:"order_id,omitempty"`
	Action  models.DisputeAction `json:"action"`
	At      time.Time            `json:"at"`
}

// ActOnDispute gives a dispute an owner, a cause or evidence, asks the customer about it, or hears the answer. The service time stands
// still while the customer is asked. Errors: those of models.DisputeState.Act.
func (c *Collections) ActOnDispute(ctx context.Context, in DisputeActionInput) (models.OrderProgress, error) {
	action := in.Action
	return onInvoice(ctx, c.Pool, in.OrderID, action.Invoice, in.At, func(s *collectingStep) error {
		item, err := postgres.LockOpenItem(ctx, s.tx, action.Invoice)
		if err != nil {
			return err
		}
		if done, err := postgres.Happened(ctx, s.tx, action.ID); err != nil || done {
			return err
		}
		dispute, err := postgres.LoadDispute(ctx, s.tx, action.DisputeID)
		if err != nil {
			return err
		}
		state, err := dispute.State.Act(action)
		if err != nil {
			return err
		}
		if action.Owner != "" {
			if err = s.assign(ctx, dispute, action.Owner); err != nil {
				return err
			}
		}
		dispute.Blame(action.RootCause, action.Department)
		evidence := action.Evidence
		switch {
		case action.Ask != "":
			evidence = append(evidence, models.Evidence{Kind: models.EvidenceQuestion, Text: action.Ask})
			if err = s.ask(ctx, item, dispute, action); err != nil {
				return err
			}
		case action.Answer != "":
			evidence = append(evidence, models.Evidence{Kind: models.EvidenceAnswer, Text: action.Answer})
		}
		if err = postgres.AddEvidence(ctx, s.tx, dispute.ID, evidence, action.Actor, s.at); err != nil {
			return err
		}
		if err = s.move(ctx, item, dispute, state); err != nil {
			return err
		}
		kind, words := actionWords(action)
		return s.decided(ctx, action.ID, item.Invoice, kind, action.Actor, "Dispute "+dispute.ID+" of "+item.Invoice+words)
	})
}

// actionWords say what was done about a dispute: the kind of the event, and the end of its summary.
func actionWords(a models.DisputeAction) (kind, words string) {
	kind = "dispute-changed"
	if a.Owner != "" {
		kind, words = "dispute-assigned", words+", owned by "+a.Owner
	}
	if a.RootCause != "" {
		words += ", caused by " + a.RootCause
	}
	if a.Department != "" {
		words += ", for " + a.Department
	}
	if len(a.Evidence) > 0 {
		words += ", with evidence"
	}
	switch {
	case a.Ask != "":
		return "dispute-asked", words + ", the customer is asked: " + a.Ask
	case a.Answer != "":
		return "dispute-answered", words + ", the customer answers: " + a.Answer
	}
	return kind, words
}

// assign gives a dispute an owner: nobody needs to be found any more.
func (s *collectingStep) assign(ctx context.Context, dispute *postgres.Dispute, owner string) error {
	dispute.Owner, dispute.Service = owner, dispute.Service.Without(models.ServiceAssign)
	return postgres.CloseTasksOf(ctx, s.tx, []string{serviceKey(dispute.ID, models.ServiceAssign)}, s.at)
}

// ask writes to the customer.
func (s *collectingStep) ask(ctx context.Context, item *postgres.OpenItem, dispute *postgres.Dispute, action models.DisputeAction) error {
	company, err := postgres.LoadCompany(ctx, s.tx)
	if err != nil {
		return err
	}
	customer, err := postgres.LoadCustomer(ctx, s.tx, item.CustomerID)
	if err != nil {
		return err
	}
	text := document.QuestionMail(dispute.ID, action.Ask, receivableText(company, customer, s.poNumber, item.Invoice, item.PaymentReference, item.DueDate, item.Open()))
	return s.queue(ctx, postgres.Message{
		Key: "question/" + action.ID, Invoice: item.Invoice, Kind: "dispute_question", Channel: "email", Recipient: customer.Email,
		Subject: text.Subject, Body: text.Body,
	})
}

// serviceKey is the natural key of a step of a dispute's service time: of its event and of its task.
func serviceKey(disputeID string, step models.ServiceStep) string {
	return "dispute/" + disputeID + "/" + string(step)
}

// serve takes the step of a dispute's service time that is due: who is to act is told, by a task. The caller saves the item.
func (s *collectingStep) serve(ctx context.Context, item *postgres.OpenItem, disputeID string) error {
	dispute, err := postgres.LoadDispute(ctx, s.tx, disputeID)
	if err != nil {
		return err
	}
	next := dispute.Service.Next()
	if next == nil || next.At.After(s.at) || !dispute.State.Active() {
		item.AwaitService(dispute)
		return nil
	}
	role, kind, detail := "collector", "", ""
	switch next.Step {
	case models.ServiceAssign:
		kind, detail = "dispute-unassigned", "Nobody owns dispute "+dispute.ID+" of "+item.Invoice
	case models.ServiceRemind:
		kind, detail = "dispute-reminder", "Dispute "+dispute.ID+" of "+item.Invoice+" waits"
		if dispute.Owner != "" {
			detail += " for " + dispute.Owner
		}
	case models.ServiceEscalate:
		role, kind, detail = "manager", "dispute-escalated", "Dispute "+dispute.ID+" of "+item.Invoice+" is late"
	}
	key := serviceKey(dispute.ID, next.Step)
	err = postgres.OpenTask(ctx, s.tx, postgres.Task{
		Key: key, Kind: "dispute", Role: role, CustomerID: item.CustomerID, OrderID: s.orderID, Invoice: item.Invoice, Detail: detail,
	}, s.at)
	if err != nil {
		return err
	}
	dispute.Serve(dispute.Service.Without(next.Step))
	item.AwaitService(dispute)
	if err = postgres.SaveDispute(ctx, s.tx, dispute); err != nil {
		return err
	}
	return s.decided(ctx, key, item.Invoice, kind, system, detail)
}
