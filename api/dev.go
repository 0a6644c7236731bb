package api

import (
	"context"

	"o2c/models"
)

// FastForward moves the clock of an order's customer, on the development stack.
func (s *server) FastForward(ctx context.Context, r FastForwardRequestObject) (FastForwardResponseObject, error) {
	if !s.dev {
		return nil, models.NotFound("route", "fast-forward")
	}
	moved, err := s.commands.FastForward(ctx, claimOf(ctx), r.OrderID, r.Body.Days)
	if err != nil {
		return nil, err
	}
	return FastForward200JSONResponse{Body: FastForward{Now: moved.Now.UTC(), Closed: moved.Closed}}, nil
}
