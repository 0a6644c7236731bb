package command

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"go.temporal.io/sdk/client"

	"o2c/models"
	"o2c/postgres"
	"o2c/workflows"
)

// The clocks of customers (architecture, rule 17). On the development stack a customer's clock can run ahead of the
// system's; everything that starts for the customer starts at its time. Outside of it (Service.Dev is false) nothing here
// looks at, or moves, any clock but the system's.

// CustomerNow is the instant that it is for a customer; "customer-not-found".
func (s *Service) CustomerNow(ctx context.Context, customerID string) (time.Time, error) {
	if !s.Dev {
		return s.now(), nil
	}
	clock, err := postgres.ReadClock(ctx, s.DB, customerID)
	return s.now().Add(clock.Skipped), err
}

// Today is the seller's date at the instant that it is for a customer; "customer-not-found". An empty id is nobody's clock,
// the system's.
func (s *Service) Today(ctx context.Context, customerID string) (models.Date, error) {
	clock, err := postgres.ReadClock(ctx, s.DB, customerID)
	if err != nil {
		return models.Date{}, err
	}
	if !s.Dev {
		clock.Skipped = 0
	}
	return models.DateIn(s.now().Add(clock.Skipped), clock.Zone), nil
}

// onClockOf makes a workflow start at the customer's time: its first step is delayed by the time that was skipped for the
// customer, and the workflow's own clock is moved over that delay at once.
func (s *Service) onClockOf(ctx context.Context, customerID string, options client.StartWorkflowOptions) (context.Context, client.StartWorkflowOptions, error) {
	if !s.Dev || customerID == "" {
		return ctx, options, nil
	}
	clock, err := postgres.ReadClock(ctx, s.DB, customerID)
	if err != nil || clock.Skipped <= 0 {
		return ctx, options, err
	}
	options.StartDelay = clock.Skipped
	return withSkip(ctx, clock.Skipped), options, nil
}

// FastForwarded is what a fast-forward came to: the customer's time, and whether the order closed on the way.
type FastForwarded struct {
	Now    time.Time
	Closed bool
}

// FastForward moves the clock of an order's customer by days, and with it all of the customer's open workflows, step by step to
// each next due instant. It may take long. An attempt that was cut short is taken up where it stopped. Errors:
// "order-not-found", "order-closed", "activity-failing" (whose retries would be skipped over), "clock-moving" while another
// one runs, "engine-unavailable".
func (s *Service) FastForward(ctx context.Context, claim *Claim, orderID string, days int) (FastForwarded, error) {
	if !s.Dev {
		return FastForwarded{}, models.NotFound("route", "fast-forward")
	}
	order, err := postgres.ReadOrder(ctx, s.DB, orderID)
	if err != nil {
		return FastForwarded{}, err
	}
	if order.Stage == models.Closed && claim.Content == nil {
		return FastForwarded{}, models.Conflict("order-closed", "the order is closed")
	}
	unlock, err := s.lockClock(ctx, order.CustomerID)
	if err != nil {
		return FastForwarded{}, err
	}
	defer unlock()
	now, err := s.CustomerNow(ctx, order.CustomerID)
	if err != nil {
		return FastForwarded{}, err
	}
	plan := struct {
		Target time.Time `json:"target"`
	}{now.AddDate(0, 0, days)}
	if err = s.keep(ctx, claim, &plan); err != nil {
		return FastForwarded{}, err
	}
	for now.Before(plan.Target) {
		if now, err = s.step(ctx, order.CustomerID, now, plan.Target); err != nil {
			return FastForwarded{}, err
		}
	}
	stage, err := postgres.ReadStage(ctx, s.DB, orderID)
	return FastForwarded{Now: now, Closed: stage == models.Closed}, err
}

// pastDue is how far past a due instant a step goes: the timer that waits for it has surely fired, and what it began has ended while the clock
// still stands before the goal. The engine (1.32) looks for the next instant when a workflow becomes idle: where the goal has passed by then, and is
// not noted yet, it takes the next timer for the goal, and the clock runs weeks ahead.
const pastDue = 30 * time.Second

// step moves the customer's clock to its next due instant, at most to the target, and returns where it stands then.
func (s *Service) step(ctx context.Context, customerID string, now, target time.Time) (time.Time, error) {
	stop := target
	if due, err := nextDue(ctx, s.DB, customerID, now); err != nil {
		return now, err
	} else if due != nil && due.Add(pastDue).Before(target) {
		stop = due.Add(pastDue)
	}
	moved, err := s.moveAll(ctx, customerID, stop, nil)
	if err != nil {
		return now, err
	}
	if err = s.awaitNotices(ctx, customerID, stop); err != nil {
		return now, err
	}
	if _, err = s.moveAll(ctx, customerID, stop, moved); err != nil { // what a billing has begun
		return now, err
	}
	_, err = s.DB.Exec(ctx, `
		INSERT INTO customer_clocks (customer_id, skipped) VALUES ($1, $2)
		ON CONFLICT (customer_id) DO UPDATE SET skipped = greatest(customer_clocks.skipped, excluded.skipped)`,
		customerID, max(0, stop.Sub(s.now())))
	return stop, postgres.TranslateError(err)
}

// moveAll moves the clocks of a customer's open workflows, but for those that are moved already, and returns which they are.
func (s *Service) moveAll(ctx context.Context, customerID string, stop time.Time, moved []string) ([]string, error) {
	open, err := openWorkflows(ctx, s.DB, customerID)
	if err != nil {
		return nil, err
	}
	for _, workflowID := range open {
		if slices.Contains(moved, workflowID) {
			continue
		}
		if err = s.moveTo(ctx, workflowID, stop); err != nil {
			return nil, err
		}
	}
	return open, nil
}

// awaitNotices waits until the steps that were due are carried out, so that the next due instant can be read, and until what was
// billed is collected. An order whose step is not carried out in time is not waited for: moving it on names what fails.
func (s *Service) awaitNotices(ctx context.Context, customerID string, at time.Time) error {
	_, err := await(ctx, patience(), func(ctx context.Context) (bool, error) {
		var left int
		var billed []string
		err := s.DB.QueryRow(ctx, `
			SELECT (SELECT count(*)
			          FROM open_items i LEFT JOIN orders o ON o.id = i.order_id
			         WHERE i.customer_id = $1 AND i.status IN ('open', 'partly_paid') AND least(i.next_dunning_at, i.judge_at) < $2
			           AND (o.id IS NULL OR o.stage <> 'closed' AND o.blocked_code IS NULL))
			     + (SELECT count(*) FROM billings WHERE customer_id = $1 AND billed_at IS NULL AND due_at < $2),
			       (SELECT coalesce(array_agg(id), '{}') FROM billings WHERE customer_id = $1 AND billed_at > $2 - interval '1 minute')`,
			customerID, at).Scan(&left, &billed)
		for _, id := range billed {
			_, running, clockErr := s.clockOf(ctx, workflows.BillingID(id))
			err = errors.Join(err, clockErr)
			if running {
				left++
			}
		}
		return err == nil && left == 0, postgres.TranslateError(err)
	})
	return err
}

func nextDue(ctx context.Context, db *pgxpool.Pool, customerID string, now time.Time) (*time.Time, error) {
	var due *time.Time
	err := db.QueryRow(ctx, `
		SELECT least((SELECT min(next_dunning_at) FROM open_items
		               WHERE customer_id = $1 AND status IN ('open', 'partly_paid') AND next_dunning_at >= $2),
		             (SELECT min(judge_at) FROM open_items
		               WHERE customer_id = $1 AND status IN ('open', 'partly_paid') AND judge_at >= $2),
		             (SELECT min(due_at) FROM billings WHERE customer_id = $1 AND billed_at IS NULL AND due_at >= $2))`, customerID, now).Scan(&due)
	return due, postgres.TranslateError(err)
}

// openWorkflows are the ids of a customer's workflows that wait for time to pass: its orders, the invoices that belong to none of
// them alone, and its billings.
func openWorkflows(ctx context.Context, db *pgxpool.Pool, customerID string) ([]string, error) {
	var orders, invoices, billings []string
	err := db.QueryRow(ctx, `
		SELECT (SELECT coalesce(array_agg(id ORDER BY entered_at, id), '{}') FROM orders WHERE customer_id = $1 AND stage <> 'closed'),
		       (SELECT coalesce(array_agg(invoice ORDER BY invoice), '{}') FROM open_items
		         WHERE customer_id = $1 AND kind = 'invoice' AND order_id IS NULL AND status IN ('open', 'partly_paid')),
		       (SELECT coalesce(array_agg(id ORDER BY due_at), '{}') FROM billings WHERE customer_id = $1 AND billed_at IS NULL)`,
		customerID).Scan(&orders, &invoices, &billings)
	ids := make([]string, 0, len(orders)+len(invoices)+len(billings))
	for _, id := range orders {
		ids = append(ids, workflows.OrderID(id))
	}
	for _, id := range invoices {
		ids = append(ids, workflows.ReceivableID(id))
	}
	for _, id := range billings {
		ids = append(ids, workflows.BillingID(id))
	}
	return ids, postgres.TranslateError(err)
}

// lockClock lets one fast-forward of a customer run at a time.
func (s *Service) lockClock(ctx context.Context, customerID string) (unlock func(), err error) {
	select {
	case moving <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() {
		if err != nil {
			<-moving
		}
	}()
	conn, err := s.DB.Acquire(ctx)
	if err != nil {
		return nil, postgres.TranslateError(err)
	}
	var locked bool
	key := "customer-clock/" + customerID
	err = conn.QueryRow(ctx, `SELECT pg_try_advisory_lock(hashtextextended($1, 0))`, key).Scan(&locked)
	if err != nil || !locked {
		conn.Release()
		return nil, errors.Join(postgres.TranslateError(err), notLocked(locked || err != nil))
	}
	return func() {
		// The caller may have given up; the lock must go all the same. A connection that can't unlock is closed.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), Patience)
		defer cancel()
		if _, err := conn.Exec(ctx, `SELECT pg_advisory_unlock(hashtextextended($1, 0))`, key); err != nil {
			_ = conn.Conn().Close(ctx)
		}
		conn.Release()
		<-moving
	}, nil
}

// moving bounds the fast-forwards of a process: each keeps a connection for its lock and needs more of them for its steps.
var moving = make(chan struct{}, 4)

func notLocked(otherwise bool) error {
	if otherwise {
		return nil
	}
	return models.Unavailable("clock-moving", "another fast-forward of this customer is running")
}

// activityFailing names an activity whose retries would be skipped over.
func activityFailing(workflowID, activity string, attempts int32, failure string) error {
	return models.Conflict("activity-failing", "%s of %s has failed %s: %s", activity, workflowID, times(attempts), failure)
}

func times(n int32) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}
