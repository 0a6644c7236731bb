package api

import (
	"context"

	"github.com/shopspring/decimal"

	"o2c/models"
	"o2c/postgres"
)

// shippingFormulas says how the columns of a shipping audit are made.
var shippingFormulas = map[string]string{
	"shipments":               "shipments that left in the period, without replacements of returns",
	"delivered":               "shipments whose delivery was told",
	"refused":                 "shipments that who should have got them refused",
	"lost":                    "shipments that the carrier lost",
	"damaged":                 "shipments of which something came back as damaged",
	"lines":                   "order lines of which something left in the period",
	"promised":                "lines with a requested date, their own or the order's",
	"on_time":                 "promised lines whose last part was delivered, or, where no delivery was told, left, by the requested date",
	"in_full":                 "lines of which the whole ordered quantity left so far, and nothing was refused, lost or came back damaged",
	"on_time_in_full":         "promised lines that are on time and in full",
	"on_time_in_full_percent": "on_time_in_full / promised * 100, to two digits",
}

// GetShippingAudit answers with what was promised against what arrived.
func (s *server) GetShippingAudit(ctx context.Context, r GetShippingAuditRequestObject) (GetShippingAuditResponseObject, error) {
	from, to := readDate(&r.Params.From), readDate(&r.Params.To)
	if to.Before(from) {
		return nil, models.Invalid("invalid-period", "it ends before it begins").At("/to")
	}
	company, err := postgres.LoadCompany(ctx, s.db)
	if err != nil {
		return nil, postgres.TranslateError(err)
	}
	zone := company.Zone()
	filter := postgres.ShippingFilter{
		From: from.At(0, zone), To: to.AddDays(1).At(0, zone), WarehouseID: r.Params.WarehouseID, Carrier: r.Params.Carrier, Zone: zone.String(),
	}
	found, err := postgres.ReadShippingAudit(ctx, s.db, filter)
	return GetShippingAudit200JSONResponse{From: r.Params.From, To: r.Params.To, Formulas: shippingFormulas, Data: each(found, shippingAuditRow)}, err
}

func shippingAuditRow(a postgres.ShippingAudit) ShippingAuditRow {
	row := ShippingAuditRow{
		WarehouseID: a.WarehouseID, Carrier: a.Carrier, Shipments: a.Shipments, Delivered: a.Delivered, Refused: a.Refused, Lost: a.Lost, Damaged: a.Damaged,
		Lines: a.Lines, Promised: a.Promised, OnTime: a.OnTime, InFull: a.InFull, OnTimeInFull: a.OnTimeInFull,
	}
	if a.Promised == 0 {
		row.Reason = new("no line has a requested date")
		return row
	}
	row.OnTimeInFullPercent = new(decimal.NewFromInt(int64(a.OnTimeInFull)).Mul(decimal.NewFromInt(100)).DivRound(decimal.NewFromInt(int64(a.Promised)), 2).String())
	return row
}
