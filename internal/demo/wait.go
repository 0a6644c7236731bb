package demo

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"o2c/api/client"
)

// stages are the stages of an order, in the order of its life.
var stages = []client.Stage{
	client.StageReceived, client.StageReview, client.StageCreditHold, client.StageAwaitingPrepayment, client.StageFulfilling, client.StageInvoicing,
	client.StageCollecting, client.StageReconciling, client.StageClosed,
}

// beyond says whether a stage comes after another.
func beyond(stage, other client.Stage) bool {
	return slices.Index(stages, stage) > slices.Index(stages, other)
}

// awaitStage waits until an order is in a stage or beyond.
func (p *player) awaitStage(ctx context.Context, o *played, stage client.Stage) error {
	for deadline := time.Now().Add(p.Patience); ; {
		order, err := take[client.Order](p.api.GetOrderWithResponse(ctx, o.id, &client.GetOrderParams{WaitFor: &stage, Timeout: new("20s")}, as("auditor")))
		if err != nil {
			return about("order "+o.PO, err)
		}
		if !beyond(stage, order.Stage) {
			return nil
		}
		if time.Now().After(deadline) {
			return p.stuck(ctx, o, "is not "+string(stage))
		}
	}
}

// await waits until an order is as it should be.
func (p *player) await(ctx context.Context, o *played, not string, reached func(client.Order) bool) error {
	for deadline := time.Now().Add(p.Patience); ; {
		order, err := take[client.Order](p.api.GetOrderWithResponse(ctx, o.id, nil, as("auditor")))
		if err != nil {
			return about("order "+o.PO, err)
		}
		if reached(order) {
			return nil
		}
		if time.Now().After(deadline) {
			return p.stuck(ctx, o, not)
		}
		if err = pause(ctx, 200*time.Millisecond); err != nil {
			return err
		}
	}
}

// awaitReserved waits until a warehouse can ship an order, or has done so.
func (p *player) awaitReserved(ctx context.Context, o *played) error {
	return p.await(ctx, o, "is not reserved", func(order client.Order) bool {
		for _, line := range order.Lines {
			ready := decimal.RequireFromString(line.Reserved).Add(decimal.RequireFromString(line.Shipped)).Add(decimal.RequireFromString(line.Cancelled))
			if !ready.Equal(decimal.RequireFromString(line.Quantity)) {
				return false
			}
		}
		return true
	})
}

// stuck says why an order does not go on.
func (p *player) stuck(ctx context.Context, o *played, not string) error {
	status, err := take[client.OrderStatus](p.api.GetOrderStatusWithResponse(ctx, o.id, as("auditor")))
	if err != nil {
		return about("order "+o.PO, err)
	}
	why := "waits for " + strings.Join(status.WaitingFor, ", ")
	if blocker := status.BlockedBy; blocker != nil {
		why = fmt.Sprintf("%s: %s", blocker.Code, blocker.Detail)
	}
	return fmt.Errorf("order %s (%s) %s after %s: stage %s, %s", o.PO, o.id, not, p.Patience, status.Stage, why)
}

// until waits until something is so.
func (p *player) until(ctx context.Context, not string, so func(context.Context) (bool, error)) error {
	for deadline := time.Now().Add(p.Patience); ; {
		reached, err := so(ctx)
		if err != nil || reached {
			return err
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("%s after %s", not, p.Patience)
		}
		if err = pause(ctx, 200*time.Millisecond); err != nil {
			return err
		}
	}
}

func pause(ctx context.Context, length time.Duration) error {
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-time.After(length):
		return nil
	}
}
