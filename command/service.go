package command

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"go.temporal.io/sdk/client"

	"o2c/models"
	"o2c/workflows"
)

// Patience is how long a command waits for its effect, or a decision to be accepted.
const Patience = 5 * time.Second

// factPatience is how long the answer to a fact waits for its effect; the fact is accepted either way.
const factPatience = 2 * time.Second

// Service tells the process. DB and Temporal are required.
type Service struct {
	DB       *pgxpool.Pool
	Temporal client.Client
	// Namespace is the client's; empty is "default".
	Namespace string
	// TaskQueue is where the workers listen; empty is workflows.TaskQueue.
	TaskQueue string
	// Tax says how orders are taxed; nil is the engine that is built in.
	Tax TaxEngine
	// Clock tells the time; nil is the system clock.
	Clock func() time.Time
	// Dev allows clocks of customers to run ahead. In production it is false, and no clock is ever looked up or moved.
	Dev bool
}

func (s *Service) now() time.Time {
	if s.Clock != nil {
		return s.Clock()
	}
	return time.Now().UTC()
}

func (s *Service) queue() string {
	if s.TaskQueue != "" {
		return s.TaskQueue
	}
	return workflows.TaskQueue
}

// Ready says whether the engine answers; "engine-unavailable".
func (s *Service) Ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, factPatience)
	defer cancel()
	_, err := s.Temporal.CheckHealth(ctx, &client.CheckHealthRequest{})
	return engineError(err)
}

// patience is until when a command that begins now waits.
func patience() time.Time { return time.Now().Add(Patience) }

// await asks again and again, with growing pauses, until done or the deadline, and returns whether it is done. Whoever gives
// up waiting (the context) is not told that it was done.
func await(ctx context.Context, deadline time.Time, ask func(context.Context) (bool, error)) (bool, error) {
	ctx, cancel := context.WithDeadline(ctx, deadline)
	defer cancel()
	pause := 10 * time.Millisecond
	for {
		done, err := ask(ctx)
		if done || err != nil && ctx.Err() == nil {
			return done, err
		}
		select {
		case <-ctx.Done():
			if errors.Is(ctx.Err(), context.Canceled) {
				return false, ctx.Err()
			}
			return false, nil
		case <-time.After(pause):
			pause = min(pause*3/2, 200*time.Millisecond)
		}
	}
}

// AwaitStage waits until an order is in a stage or a later one, at most for the timeout; "order-not-found". Whether it got
// there is for the caller to read.
func (s *Service) AwaitStage(ctx context.Context, orderID string, stage models.Stage, timeout time.Duration) error {
	_, err := await(ctx, time.Now().Add(timeout), func(ctx context.Context) (bool, error) { return s.reached(ctx, orderID, stage) })
	return err
}
