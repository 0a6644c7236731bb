package activities

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"o2c/document"
	"o2c/models"
	"o2c/postgres"
)

// BackorderInput is a step of the question about an order's backorder that is due.
type BackorderInput struct {
	OrderID string                `json:"order_id"`
	Timer   models.BackorderTimer `json:"timer"`
	At      time.Time             `json:"at"`
}

// BackorderAnswerInput is a choice about an order's backorder.
type BackorderAnswerInput struct {
	OrderID string                 `json:"order_id"`
	Answer  models.BackorderAnswer `json:"answer"`
	At      time.Time              `json:"at"`
}

// ChooseBackorder carries out what was chosen about what an order waits for. Whoever chooses may choose again as long as something is
// missing. Errors: those of the answer, "order-on-hold", "order-not-backordered", "milestones-billed".
func (f *Fulfillment) ChooseBackorder(ctx context.Context, in BackorderAnswerInput) (models.OrderProgress, error) {
	answer := in.Answer
	if err := answer.Validate(); err != nil {
		return models.OrderProgress{}, err
	}
	return f.choosing(ctx, in.OrderID, answer.ID, answer.Actor, in.At, func(s *step) error {
		summary := "Chosen about the backorder: " + string(answer.Choice)
		if answer.Note != "" {
			summary += " (" + answer.Note + ")"
		}
		first, err := s.event(ctx, postgres.Event{Key: answer.ID, Kind: "backorder-choice", Actor: answer.Actor, Summary: summary, Detail: answer})
		if err != nil || !first {
			return err
		}
		switch {
		case s.order.Stage.WaitsForCredit():
			return models.Conflict("order-on-hold", "the order is in stage %s", s.order.Stage)
		case s.order.Stage != models.Fulfilling || !s.order.Allocated || !s.backordered():
			return models.Conflict("order-not-backordered", "nothing of the order waits for stock")
		}
		return s.choose(ctx, models.QuestionAnswered, answer)
	})
}

// ActOnBackorder takes a step of a question that has no answer: it reminds the customer, or does what the policy said when it was asked.
// One that was answered, or of which nothing is missing any more, is left alone.
func (f *Fulfillment) ActOnBackorder(ctx context.Context, in BackorderInput) (models.OrderProgress, error) {
	cause := fmt.Sprintf("backorder/%s/%s", in.OrderID, in.Timer.Step)
	return f.choosing(ctx, in.OrderID, cause, system, in.At, func(s *step) error {
		timer := s.order.Question.Timer()
		if timer == nil || timer.Step != in.Timer.Step || !timer.At.Equal(in.Timer.At) || s.order.Stage != models.Fulfilling || !s.order.Allocated || !s.backordered() {
			return nil
		}
		question := *s.order.Question
		if timer.Step == models.BackorderRemind {
			question.RemindAt = nil
			if err := s.putQuestion(ctx, question); err != nil {
				return err
			}
			return s.askCustomer(ctx, cause, true)
		}
		return s.timeOut(ctx, models.BackorderAnswer{ID: cause, Choice: question.Otherwise, Actor: system})
	})
}

// timeOut does what the policy said. What milestones have billed is not cancelled by a timer: the order waits.
func (s *step) timeOut(ctx context.Context, answer models.BackorderAnswer) error {
	before := slices.Clone(s.order.Lines)
	summary := "Nobody has chosen about the backorder in time: " + string(answer.Choice)
	err := s.choose(ctx, models.QuestionTimedOut, answer)
	if refusal, ok := errors.AsType[*models.Error](err); ok && refusal.Kind == models.KindConflict {
		s.order.Lines = before
		answer.Choice = models.BackorderWait
		summary = "Nobody has chosen about the backorder in time, and it can't be cancelled: " + refusal.Detail
		err = s.choose(ctx, models.QuestionTimedOut, answer)
	}
	if err != nil {
		return err
	}
	_, err = s.event(ctx, postgres.Event{Key: answer.ID, Kind: "backorder-timed-out", Actor: system, Summary: summary, Detail: answer})
	return err
}

// choosing runs a step that may give up what an order waits for: its place in the queues, and its credit.
func (f *Fulfillment) choosing(ctx context.Context, orderID, cause, actor string, at time.Time, work func(*step) error) (models.OrderProgress, error) {
	var left queues
	progress, err := onOrderFreeingCredit(ctx, f.Pool, f.Orders, orderID, cause, at, func(s *step) error {
		left = s.leaves(ctx, cause)
		left.actor = actor
		return work(s)
	})
	if err != nil {
		return progress, err
	}
	return progress, left.serve(ctx, f.Pool, f.Orders)
}

// choose carries a choice out and writes it down. What it makes complete, or lets go in part, is offered to the warehouses again: they may
// ship it now.
func (s *step) choose(ctx context.Context, state models.QuestionState, answer models.BackorderAnswer) error {
	question := models.BackorderQuestion{}
	if s.order.Question != nil {
		question = *s.order.Question
	}
	question.State, question.RemindAt = state, nil
	question.Choice, question.AnswerID, question.ChosenBy, question.ChosenAt = answer.Choice, answer.ID, answer.Actor, &s.at
	if answer.Choice == models.BackorderCancel {
		if err := s.cancelMissing(ctx); err != nil {
			return err
		}
	}
	if answer.Choice != models.BackorderWait {
		s.order.Allocated = false
	}
	return s.putQuestion(ctx, question)
}

// cancelMissing cancels what is open and not reserved.
func (s *step) cancelMissing(ctx context.Context) error {
	for i := range s.order.Lines {
		line := &s.order.Lines[i]
		line.Cancelled = line.Cancelled.Add(line.Progress(s.order.Currency).ToReserve())
	}
	if err := s.mayCancelBilled(ctx); err != nil {
		return err
	}
	if s.nothingOpen() {
		s.endOpen()
	}
	return nil
}

func (s *step) putQuestion(ctx context.Context, question models.BackorderQuestion) error {
	s.order.Question = &question
	return postgres.SaveQuestion(ctx, s.tx, s.order.ID, question)
}

// followBackorder asks the customer once when the order begins to wait for stock, if its policy says so, and lets a question lapse of
// which nothing is missing any more. What is on hold, or not offered to the warehouses yet, waits for that.
func (s *step) followBackorder(ctx context.Context) error {
	if s.order.Stage.WaitsForCredit() || s.order.Stage == models.Fulfilling && !s.order.Allocated {
		return nil
	}
	missing := s.order.Stage == models.Fulfilling && s.backordered()
	question := s.order.Question
	switch {
	case question == nil && missing:
		return s.ask(ctx)
	case question != nil && question.State == models.QuestionOpen && !missing:
		lapsed := *question
		lapsed.State, lapsed.RemindAt = models.QuestionLapsed, nil
		_, err := s.event(ctx, postgres.Event{
			Key: "backorder/" + s.order.ID + "/lapsed", Kind: "backorder-lapsed", Actor: system, Summary: "Nothing is missing any more, and the customer need not choose",
		})
		if err != nil {
			return err
		}
		return s.putQuestion(ctx, lapsed)
	default:
		return nil
	}
}

// ask asks the customer, if its policy says so.
func (s *step) ask(ctx context.Context) error {
	policy, err := postgres.LoadBackorderPolicy(ctx, s.tx, s.order.CustomerID)
	if err != nil || policy.AnswerDays == 0 {
		return err
	}
	company, err := postgres.LoadCompany(ctx, s.tx)
	if err != nil {
		return err
	}
	if err = s.putQuestion(ctx, *policy.Ask(s.at, company.Zone())); err != nil {
		return err
	}
	return s.askCustomer(ctx, "backorder/"+s.order.ID+"/asked", false)
}

// askCustomer queues the question, or its reminder.
func (s *step) askCustomer(ctx context.Context, key string, reminder bool) error {
	about, err := s.about(ctx)
	if err != nil {
		return err
	}
	question := s.order.Question
	notice := document.BackorderNotice{
		Seller: about.company.LegalName, Customer: about.customer.Name, Order: s.order.ID, PONumber: s.order.PONumber, Reminder: reminder,
		ShipComplete: s.order.ShipComplete, AnswerBy: models.DateIn(*question.EndsAt, about.company.Zone()), Otherwise: question.Otherwise,
	}
	for _, line := range s.order.Lines {
		if missing := line.Progress(s.order.Currency).ToReserve(); missing.IsPositive() {
			g := goods(line)
			g.Quantity = missing
			notice.Missing = append(notice.Missing, g)
		}
	}
	kind, summary := "backorder-asked", "The customer is asked what becomes of what is missing"
	if reminder {
		kind, summary = "backorder-reminded", "The customer is reminded to choose about the backorder"
	}
	if _, err = s.event(ctx, postgres.Event{Key: key, Kind: kind, Actor: system, Summary: summary, Detail: question}); err != nil {
		return err
	}
	text := document.BackorderMail(notice)
	return s.queue(ctx, postgres.Message{
		Key: key, Kind: "backorder", Channel: "email", Recipient: about.customer.Email, Subject: text.Subject, Body: text.Body,
	})
}
