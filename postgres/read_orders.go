package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"o2c/models"
)

// OrderView is an order as it is shown. Amounts are in Currency.
type OrderView struct {
	ID                string
	CustomerID        string
	PONumber          string `db:"po_number"`
	Currency          models.Currency
	WarehouseID       string
	ShipComplete      bool
	AllowSplit        bool
	RequestedDate     models.Date
	BuyerReference    string
	ShipTo            *models.Address
	BillTo            *models.Address
	PaymentTerms      models.PaymentTerms
	DiscountPercent   decimal.Decimal
	PayerID           string
	DeliveryTerms     string
	ContractReference string
	ProjectReference  string
	ChargeTotal       decimal.Decimal
	NetTotal          decimal.Decimal
	TaxTotal          decimal.Decimal
	Total             decimal.Decimal
	Stage             models.Stage
	Outcome           *models.Outcome
	BlockedCode       *string
	BlockedDetail     *string
	Allocated         bool
	EnteredAt         time.Time
	ClosedAt          *time.Time
	RecordedAt        time.Time
	OverrideReason    string
	Backorder         *models.BackorderQuestion // what its customer was asked about what it waits for, or chose
	Lines             []OrderLineView           `db:"-"`
	Charges           []models.Charge           `db:"-"`
	Overrides         []models.Override         `db:"-"`
	Milestones        []MilestoneView           `db:"-"`
}

// OrderLineView is a line with what has become of it.
type OrderLineView struct {
	Line             int
	SKU              string `db:"sku"`
	Description      string
	UnitCode         string
	POLine           string `db:"po_line"`
	RequestedDate    models.Date
	Quantity         decimal.Decimal
	UnitPrice        decimal.Decimal
	BaseQuantity     decimal.Decimal
	DiscountPercent  decimal.Decimal
	NetAmount        decimal.Decimal
	TaxCategory      string
	TaxRate          decimal.Decimal
	PriceSource      string
	PriceReason      string
	OverriddenPrice  *decimal.Decimal
	OverriddenSource string
	TaxSource        string
	TaxReason        string
	TaxExemption     string
	TaxExemptionCode string
	ShipTo           *models.Address
	Stocked          bool
	Reserved         decimal.Decimal
	Shipped          decimal.Decimal
	Invoiced         decimal.Decimal
	ToReturn         decimal.Decimal
	Returned         decimal.Decimal
	Replaced         decimal.Decimal
	Cancelled        decimal.Decimal
	Held             []ReservationView
}

// Backordered is what of a line waits for stock: offered to the warehouse, neither reserved, shipped nor cancelled. A
// service never waits.
func (o OrderView) Backordered(l OrderLineView) decimal.Decimal {
	if !l.Stocked || !o.Allocated {
		return decimal.Zero
	}
	return l.Quantity.Sub(l.Reserved).Sub(l.Shipped).Sub(l.Cancelled)
}

const orderViewColumns = `
	SELECT id, customer_id, po_number, currency, warehouse_id, ship_complete, allow_split, requested_date, buyer_reference, ship_to, bill_to,
	       payment_terms, discount_percent, coalesce(payer_id, customer_id) AS payer_id, delivery_terms, contract_reference, project_reference,
	       charge_total, net_total, tax_total, total, stage, outcome, blocked_code, blocked_detail, allocated,
	       entered_at, closed_at, recorded_at, override_reason,` + questionOf + `AS backorder
	  FROM orders o `

// ReadOrder reads an order with its lines. One that was accepted and that no worker has entered yet is read from its claim,
// in stage received. "order-not-found".
func ReadOrder(ctx context.Context, db DB, id string) (OrderView, error) {
	rows, err := db.Query(ctx, orderViewColumns+`WHERE id = $1`, id)
	if err != nil {
		return OrderView{}, TranslateError(fmt.Errorf("postgres.ReadOrder: %w", err))
	}
	order, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[OrderView])
	if errors.Is(err, pgx.ErrNoRows) {
		return readAcceptedOrder(ctx, db, id)
	}
	if err != nil {
		return OrderView{}, TranslateError(fmt.Errorf("postgres.ReadOrder: %w", err))
	}
	rows, err = db.Query(ctx, `
		SELECT line, sku, description, unit_code, po_line, requested_date, quantity, unit_price, base_quantity, discount_percent, net_amount,
		       tax_category, tax_rate, price_source, price_reason, overridden_price, overridden_source, tax_source, tax_reason, tax_exemption,
		       tax_exemption_code, ship_to, stocked, reserved, shipped, invoiced, to_return, returned, replaced, cancelled,
		       coalesce((SELECT jsonb_agg(jsonb_build_object('warehouse_id', r.warehouse_id, 'quantity', r.quantity::text) ORDER BY r.warehouse_id)
		                   FROM reservations r WHERE r.order_id = l.order_id AND r.line = l.line AND r.quantity > 0), '[]') AS held
		  FROM order_lines l WHERE order_id = $1 ORDER BY line`, id)
	if err != nil {
		return OrderView{}, TranslateError(fmt.Errorf("postgres.ReadOrder lines: %w", err))
	}
	if order.Lines, err = pgx.CollectRows(rows, pgx.RowToStructByName[OrderLineView]); err != nil {
		return order, TranslateError(err)
	}
	if order.Milestones, err = readMilestones(ctx, db, id); err != nil {
		return order, err
	}
	if order.Overrides, err = OverridesOf(ctx, db, id); err != nil || order.ChargeTotal.IsZero() {
		return order, err
	}
	order.Charges, err = ChargesOf(ctx, db, id)
	return order, TranslateError(err)
}

func readAcceptedOrder(ctx context.Context, db DB, id string) (OrderView, error) {
	claim, err := ReadClaimOf(ctx, db, id)
	if errors.Is(err, pgx.ErrNoRows) {
		return OrderView{}, models.NotFound("order", id)
	}
	if err != nil {
		return OrderView{}, TranslateError(err)
	}
	var order models.Order
	if err = json.Unmarshal(claim.Content, &order); err != nil || order.ID != id {
		return OrderView{}, models.NotFound("order", id)
	}
	return AcceptedOrder(order, claim.ClaimedAt), nil
}

// AcceptedOrder shows an order that is priced and accepted, before anything has happened to it.
func AcceptedOrder(o models.Order, at time.Time) OrderView {
	view := OrderView{
		ID: o.ID, CustomerID: o.CustomerID, PONumber: o.PONumber, Currency: o.Currency, WarehouseID: o.WarehouseID, ShipComplete: o.ShipComplete, AllowSplit: o.AllowSplit,
		RequestedDate: o.RequestedDate, BuyerReference: o.BuyerReference, ShipTo: o.ShipTo, BillTo: o.BillTo, PaymentTerms: o.Terms,
		PayerID: o.PayerID, DeliveryTerms: o.DeliveryTerms, ContractReference: o.ContractReference, ProjectReference: o.ProjectReference,
		ChargeTotal: o.ChargeTotal.Decimal(), Charges: o.Charges, Overrides: o.Overrides, OverrideReason: o.OverrideReason,
		DiscountPercent: o.DiscountPercent, NetTotal: o.NetTotal.Decimal(), TaxTotal: o.TaxTotal.Decimal(), Total: o.Total.Decimal(),
		Stage: models.Received, EnteredAt: at, RecordedAt: at, Lines: make([]OrderLineView, len(o.Lines)),
	}
	for i, m := range o.Milestones {
		view.Milestones = append(view.Milestones, MilestoneView{N: i + 1, Name: m.Name, Percent: m.Percent})
	}
	for i, l := range o.Lines {
		view.Lines[i] = OrderLineView{
			Line: l.Line, SKU: l.SKU, Description: l.Description, UnitCode: l.UnitCode, POLine: l.POLine, RequestedDate: l.RequestedDate,
			Quantity: l.Quantity, UnitPrice: l.UnitPrice, BaseQuantity: l.BaseQuantity, DiscountPercent: l.DiscountPercent,
			NetAmount: l.Net.Decimal(), TaxCategory: l.Tax.Category, TaxRate: l.Tax.Rate, PriceSource: l.PriceSource, PriceReason: l.PriceReason,
			OverriddenPrice: l.OverriddenPrice, OverriddenSource: l.OverriddenSource, TaxSource: l.TaxSource, TaxReason: l.TaxReason,
			TaxExemption: l.TaxExemption, TaxExemptionCode: l.TaxExemptionCode, ShipTo: l.ShipTo,
		}
	}
	return view
}

// OrderFilter narrows a list of orders; nil takes all.
type OrderFilter struct {
	CustomerID *string
	Stage      *string
	PONumber   *string
}

// ListOrders reads a page of orders without their lines, newest first.
func ListOrders(ctx context.Context, db DB, f OrderFilter, page Page) ([]OrderView, *string, error) {
	at, key, err := page.after()
	if err != nil {
		return nil, nil, err
	}
	rows, err := db.Query(ctx, orderViewColumns+`
		 WHERE ($1::text IS NULL OR customer_id = $1) AND ($2::text IS NULL OR stage = $2) AND ($3::text IS NULL OR po_number = $3)
		   AND ($4::timestamptz IS NULL OR (recorded_at, id) < ($4, $5))
		 ORDER BY recorded_at DESC, id DESC
		 LIMIT $6`, pgx.QueryExecModeCacheDescribe, f.CustomerID, f.Stage, f.PONumber, at, key, page.Limit+1)
	if err != nil {
		return nil, nil, TranslateError(fmt.Errorf("postgres.ListOrders: %w", err))
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[OrderView])
	if err != nil {
		return nil, nil, TranslateError(fmt.Errorf("postgres.ListOrders: %w", err))
	}
	found, next := cut(page, found, func(o OrderView) position { return latest(o.RecordedAt, o.ID) })
	return found, next, nil
}

// ReadStage is where an order stands; "order-not-found".
func ReadStage(ctx context.Context, db DB, id string) (models.Stage, error) {
	var stage models.Stage
	err := db.QueryRow(ctx, `SELECT stage FROM orders WHERE id = $1`, id).Scan(&stage)
	if errors.Is(err, pgx.ErrNoRows) {
		order, err := readAcceptedOrder(ctx, db, id)
		return order.Stage, err
	}
	return stage, TranslateError(err)
}
