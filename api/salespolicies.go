package api

import (
	"context"

	"github.com/shopspring/decimal"

	"o2c/models"
	"o2c/postgres"
)

// ListSalesPolicies answers with a page of sales policies.
func (s *server) ListSalesPolicies(ctx context.Context, r ListSalesPoliciesRequestObject) (ListSalesPoliciesResponseObject, error) {
	found, next, err := postgres.ListSalesPolicies(ctx, s.db, pageOf(r.Params.Limit, r.Params.Cursor))
	return ListSalesPolicies200JSONResponse{Data: each(found, salesPolicy), NextCursor: next}, err
}

// PutSalesPolicy sets how much discount may be given.
func (s *server) PutSalesPolicy(ctx context.Context, r PutSalesPolicyRequestObject) (PutSalesPolicyResponseObject, error) {
	policy, err := readSalesPolicy(*r.Body)
	if err != nil {
		return nil, err
	}
	policy, err = postgres.PutSalesPolicy(ctx, s.db, policy, principalOf(ctx).Name)
	return PutSalesPolicy200JSONResponse(salesPolicy(policy)), err
}

func readSalesPolicy(b SalesPolicy) (models.SalesPolicy, error) {
	var read reading
	p := models.SalesPolicy{CustomerID: valueOf(b.CustomerID), Segment: valueOf(b.Segment)}
	if b.MaxLineDiscountPercent != nil {
		p.MaxLineDiscount = new(read.number("/max_line_discount_percent", b.MaxLineDiscountPercent, models.ParsePercent))
	}
	if b.MaxDiscountPercent != nil {
		p.MaxOrderDiscount = new(read.number("/max_discount_percent", b.MaxDiscountPercent, models.ParsePercent))
	}
	read.all(p.Validate())
	return p, read.err()
}

func salesPolicy(p models.SalesPolicy) SalesPolicy {
	percent := func(d *decimal.Decimal) *string {
		if d == nil {
			return nil
		}
		return new(d.String())
	}
	return SalesPolicy{
		CustomerID: optional(p.CustomerID), Segment: optional(p.Segment), Version: &p.Version,
		MaxLineDiscountPercent: percent(p.MaxLineDiscount), MaxDiscountPercent: percent(p.MaxOrderDiscount),
	}
}
