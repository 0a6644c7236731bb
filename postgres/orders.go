package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"o2c/models"
)

// Order is an order as the process works on it: its row and its lines.
type Order struct {
	ID              string
	CustomerID      string
	PONumber        string
	Currency        models.Currency
	WarehouseID     string
	WarehouseMode   string
	ShipComplete    bool
	AllowSplit      bool // other warehouses than its own may serve it
	Stage           models.Stage
	Outcome         models.Outcome
	Approved        bool
	Allocated       bool
	ReleaseID       string                    // the release by which it goes on, "" for none
	ReleaseUntil    models.Date               // its last day
	Question        *models.BackorderQuestion // what its customer was asked about its backorder, or chose; nil: nothing
	HoldPlan        []models.HoldTimer        // what is left to do about an order that waits for credit, the next first
	Version         int
	Confirmed       int // the newest version that was confirmed to the customer
	Total           decimal.Decimal
	ChargeGross     decimal.Decimal // the charges' share of Total
	DiscountPercent decimal.Decimal
	Terms           models.PaymentTerms
	Deposits        decimal.Decimal // what has come for it and was not given back
	DepositsApplied decimal.Decimal // of that, what has paid its invoices
	Proforma        string          // the newest one, "" for none
	ProformaVersion int             // of the order, that it is for
	ProformaRef     string          // its creditor reference
	Invoicing       models.InvoicingMode
	BillingPeriod   models.BillingPeriod
	BlockedCode     string
	BlockedDetail   string
	CustomerBlock   models.CreditBlock // of its customer
	RecheckAt       *time.Time         `db:"-"` // when its credit is checked by itself, see RecheckAt
	SharedInvoices  []string           `db:"-"` // open invoices of several orders, this one among them, see PlanBilling
	BillAt          *time.Time         `db:"-"` // when what is shipped and not invoiced is billed with the rest of its period
	Lines           []OrderLine        `db:"-"`
	Milestones      []Milestone        `db:"-"` // by which it is billed, where it is
}

// OrderLine is a line with what has become of it.
type OrderLine struct {
	Line            int
	SKU             string `db:"sku"`
	Description     string
	UnitCode        string
	Quantity        decimal.Decimal
	UnitPrice       decimal.Decimal
	BaseQuantity    decimal.Decimal
	DiscountPercent decimal.Decimal
	PriceSource     string
	PriceReason     string
	GrossAmount     decimal.Decimal
	TaxCategory     string
	TaxRate         decimal.Decimal
	TaxExemption    string
	ExemptionCode   string `db:"tax_exemption_code"`
	Stocked         bool
	Reserved        decimal.Decimal
	Shipped         decimal.Decimal
	Invoiced        decimal.Decimal
	Cancelled       decimal.Decimal
	ToReturn        decimal.Decimal // is to come back
	Returned        decimal.Decimal
	Unbilled        decimal.Decimal            // of what is returned, what came before it was invoiced
	Replaced        decimal.Decimal            // of what is returned, what was shipped again
	Held            map[string]decimal.Decimal // what is reserved, by warehouse; of a service nothing
}

// DepositsLeft is what has come for the order and is neither applied nor given back.
func (o *Order) DepositsLeft() models.Money {
	return models.MustMoney(o.Deposits.Sub(o.DepositsApplied), o.Currency)
}

// Worth is what is ordered and not cancelled, gross.
func (o *Order) Worth() models.Money {
	return models.Worth(o.LineProgress(), models.MustMoney(o.ChargeGross, o.Currency))
}

// Prepayment is what is to be paid before the order goes on, nil where nothing is asked for.
func (o *Order) Prepayment() *models.Prepayment {
	if o.Stage != models.AwaitingPrepayment || o.Proforma == "" {
		return nil
	}
	return &models.Prepayment{Proforma: o.Proforma, Reference: o.ProformaRef, Amount: o.Worth(), Deposited: models.MustMoney(o.Deposits, o.Currency)}
}

// Progress is the line as the rules of models see it.
func (l OrderLine) Progress(currency models.Currency) models.LineProgress {
	return models.LineProgress{
		Quantity: l.Quantity, Reserved: l.Reserved, Shipped: l.Shipped, Invoiced: l.Invoiced, Cancelled: l.Cancelled, Unbilled: l.Unbilled,
		Gross: models.MustMoney(l.GrossAmount, currency), Stocked: l.Stocked,
	}
}

// Hold reserves a quantity of a stocked line in a warehouse, or with a negative one takes it back.
func (l *OrderLine) Hold(warehouseID string, quantity decimal.Decimal) {
	l.Reserved = l.Reserved.Add(quantity)
	l.Held[warehouseID] = l.Held[warehouseID].Add(quantity)
}

// ReadyIn is what of the line can leave a warehouse. A service can leave from one warehouse: that which takes services along.
func (l *OrderLine) ReadyIn(warehouseID, services string) decimal.Decimal {
	switch {
	case l.Stocked:
		return l.Held[warehouseID]
	case warehouseID == services:
		return l.Reserved
	default:
		return decimal.Zero
	}
}

// LineProgress are all lines as the rules of models see them.
func (o *Order) LineProgress() []models.LineProgress {
	lines := make([]models.LineProgress, len(o.Lines))
	for i, line := range o.Lines {
		lines[i] = line.Progress(o.Currency)
	}
	return lines
}

// ProgressWith is the order as its workflow knows it, with those of its open items that are not settled.
func (o *Order) ProgressWith(items []OpenItem) models.OrderProgress {
	p := models.OrderProgress{
		OrderID: o.ID, CustomerID: o.CustomerID, PONumber: o.PONumber, Stage: o.Stage, Outcome: o.Outcome,
		Unreserved: o.Approved && !o.Allocated, Currency: o.Currency, ToInvoice: o.ToInvoice(), RecheckAt: o.RecheckAt,
		SharedInvoices: o.SharedInvoices, BillAt: o.BillAt, Prepayment: o.Prepayment(),
	}
	if o.Approved && o.Stage != models.Closed {
		p.MilestonesLeft = o.Billed().Left()
	}
	if len(o.HoldPlan) > 0 {
		p.Hold = &o.HoldPlan[0]
	}
	if o.Stage == models.Fulfilling && o.Allocated {
		p.Backorder = o.Question.Timer()
	}
	switch {
	case o.BlockedCode != "":
		p.BlockedBy = &models.Block{Code: o.BlockedCode, Detail: o.BlockedDetail}
	case o.Stage == models.Fulfilling && o.CustomerBlock.StopsShipping():
		blocked := o.CustomerBlock.CustomerBlocked()
		p.BlockedBy = &models.Block{Code: blocked.Code, Detail: blocked.Detail}
	}
	for _, line := range o.LineProgress() {
		p.Backordered = p.Backordered || o.Allocated && line.ToReserve().IsPositive()
		p.ToShip = p.ToShip || line.Reserved.IsPositive()
	}
	for _, line := range o.Lines {
		p.Returning = p.Returning || line.ToReturn.IsPositive()
	}
	for i := range items {
		p.Receivables = append(p.Receivables, items[i].Receivable())
	}
	return p
}

// ToInvoice is true while something is to be invoiced now. An order that is invoiced as a whole waits until every line is shipped
// or cancelled, a consolidated one is invoiced with the others of its period, and one
// with milestones by these.
func (o *Order) ToInvoice() bool {
	if o.Invoicing == models.Consolidated || o.Invoicing == models.Milestones {
		return false
	}
	shipped := false
	for _, line := range o.LineProgress() {
		if o.Invoicing == models.PerOrder && line.Open().IsPositive() {
			return false
		}
		shipped = shipped || line.Billable().GreaterThan(line.Invoiced)
	}
	return shipped
}

// ShipsComplete is true for an order that leaves only when nothing is missing: so it was agreed, and nobody has chosen otherwise.
func (o *Order) ShipsComplete() bool {
	return o.ShipComplete && (o.Question == nil || o.Question.Choice != models.BackorderShipPart)
}

// Line finds a line by its number, or nil.
func (o *Order) Line(number int) *OrderLine {
	for i := range o.Lines {
		if o.Lines[i].Line == number {
			return &o.Lines[i]
		}
	}
	return nil
}

// InsertOrder enters an order with its lines at a stage, to be invoiced by its milestones or else as its customer is now; false means that it was entered
// before.
func InsertOrder(ctx context.Context, tx pgx.Tx, o models.Order, stage models.Stage, approved bool, at time.Time) (bool, error) {
	tag, err := tx.Exec(ctx, `
		INSERT INTO orders (id, customer_id, po_number, currency, warehouse_id, ship_complete, requested_date, buyer_reference, ship_to,
		                    bill_to, payment_terms, discount_percent, net_total, tax_total, total, stage, approved, entered_by, entered_at,
		                    payer_id, delivery_terms, contract_reference, project_reference, charge_total, charge_gross, allow_split, override_reason,
		                    duplicate_of, invoicing, billing_period)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, nullif($20, ''), $21, $22, $23, $24, $25, $26, $27, nullif($28, ''),
		        CASE WHEN $29 THEN 'milestones' ELSE (SELECT invoicing FROM customers WHERE id = $2) END, (SELECT billing_period FROM customers WHERE id = $2))
		ON CONFLICT (id) DO NOTHING`,
		o.ID, o.CustomerID, o.PONumber, o.Currency, o.WarehouseID, o.ShipComplete, o.RequestedDate, o.BuyerReference, o.ShipTo,
		o.BillTo, o.Terms, o.DiscountPercent, o.NetTotal, o.TaxTotal, o.Total, stage, approved, o.EnteredBy, at,
		o.PayerID, o.DeliveryTerms, o.ContractReference, o.ProjectReference, o.ChargeTotal, o.ChargeGross, o.AllowSplit, o.OverrideReason, o.DuplicateOf,
		len(o.Milestones) > 0)
	if err != nil {
		return false, fmt.Errorf("postgres.InsertOrder: %w", err)
	}
	if tag.RowsAffected() == 0 {
		return false, nil
	}
	batch := &pgx.Batch{}
	for _, l := range o.Lines {
		batch.Queue(`
			INSERT INTO order_lines (order_id, line, sku, description, unit_code, po_line, requested_date, quantity, unit_price, base_quantity,
			                         discount_percent, net_amount, gross_amount, tax_category, tax_rate, tax_exemption, price_source, stocked,
			                         ship_to, price_reason, overridden_price, overridden_source, tax_source, tax_reason, tax_exemption_code)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25)`,
			o.ID, l.Line, l.SKU, l.Description, l.UnitCode, l.POLine, l.RequestedDate, l.Quantity, l.UnitPrice, l.BaseQuantity,
			l.DiscountPercent, l.Net, l.Gross, l.Tax.Category, l.Tax.Rate, l.TaxExemption, l.PriceSource, l.Stocked,
			l.ShipTo, l.PriceReason, l.OverriddenPrice, l.OverriddenSource, l.TaxSource, l.TaxReason, l.TaxExemptionCode)
	}
	for i, c := range o.Charges {
		batch.Queue(`
			INSERT INTO order_charges (order_id, charge, currency, reason_code, reason, amount, tax_category, tax_rate, gross_amount)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
			o.ID, i+1, o.Currency, c.ReasonCode, c.Reason, c.Amount, c.Tax.Category, c.Tax.Rate, c.Gross)
	}
	insertTerms(batch, o)
	insertMilestones(batch, o)
	if err = tx.SendBatch(ctx, batch).Close(); err != nil {
		return false, fmt.Errorf("postgres.InsertOrder lines: %w", err)
	}
	return true, nil
}

// LockOrder locks the credit account of an order's customer and then the order, and reads both; "order-not-found".
func LockOrder(ctx context.Context, tx pgx.Tx, id string) (*Order, models.Exposure, error) {
	var customerID string
	err := tx.QueryRow(ctx, `SELECT customer_id FROM orders WHERE id = $1`, id).Scan(&customerID)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, models.Exposure{}, models.NotFound("order", id)
	}
	if err != nil {
		return nil, models.Exposure{}, fmt.Errorf("postgres.LockOrder %s: %w", id, err)
	}
	exposure, err := LockCredit(ctx, tx, customerID)
	if err != nil {
		return nil, models.Exposure{}, err
	}
	order, err := loadOrder(ctx, tx, id, "FOR UPDATE OF o")
	return order, exposure, err
}

// LoadOrder reads an order without a lock; "order-not-found".
func LoadOrder(ctx context.Context, db DB, id string) (*Order, error) {
	return loadOrder(ctx, db, id, "")
}

func loadOrder(ctx context.Context, db DB, id, lock string) (*Order, error) {
	rows, err := db.Query(ctx, `
		SELECT o.id, o.customer_id, o.po_number, o.currency, o.warehouse_id, w.mode AS warehouse_mode, o.ship_complete, o.allow_split, o.stage,
		       coalesce(o.outcome, '') AS outcome, o.approved, o.allocated, coalesce(o.release_id, '') AS release_id, o.release_until, o.hold_plan, o.version,`+questionOf+`AS question,
		       coalesce(o.confirmed_version, o.version) AS confirmed, o.total, o.charge_gross, o.discount_percent, o.payment_terms AS terms, o.deposits, o.deposits_applied,
		       coalesce(p.number, '') AS proforma, coalesce(p.order_version, 0) AS proforma_version, coalesce(p.payment_reference, '') AS proforma_ref, o.invoicing, o.billing_period, coalesce(o.blocked_code, '') AS blocked_code,
		       coalesce(o.blocked_detail, '') AS blocked_detail, c.block AS customer_block
		  FROM orders o JOIN warehouses w ON w.id = o.warehouse_id JOIN customers c ON c.id = o.customer_id
		  LEFT JOIN LATERAL (SELECT number, order_version, payment_reference FROM proformas WHERE order_id = o.id ORDER BY order_version DESC LIMIT 1) p ON true
		 WHERE o.id = $1 `+lock, id)
	if err != nil {
		return nil, fmt.Errorf("postgres.loadOrder %s: %w", id, err)
	}
	order, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Order])
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, models.NotFound("order", id)
	}
	if err != nil {
		return nil, fmt.Errorf("postgres.loadOrder %s: %w", id, err)
	}
	rows, err = db.Query(ctx, `
		SELECT line, sku, description, unit_code, quantity, unit_price, base_quantity, discount_percent, price_source, price_reason, gross_amount, tax_category,
		       tax_rate, tax_exemption, tax_exemption_code, stocked, reserved, shipped, invoiced, cancelled,
		       to_return, returned, returned_unbilled AS unbilled, replaced,
		       coalesce((SELECT jsonb_object_agg(warehouse_id, r.quantity::text) FROM reservations r
		                  WHERE r.order_id = l.order_id AND r.line = l.line AND r.quantity > 0), '{}') AS held
		  FROM order_lines l WHERE order_id = $1 ORDER BY line`, id)
	if err != nil {
		return nil, fmt.Errorf("postgres.loadOrder %s lines: %w", id, err)
	}
	if order.Lines, err = pgx.CollectRows(rows, pgx.RowToStructByName[OrderLine]); err != nil {
		return nil, fmt.Errorf("postgres.loadOrder %s lines: %w", id, err)
	}
	if order.Invoicing == models.Milestones {
		order.Milestones, err = MilestonesOf(ctx, db, id)
	}
	return &order, err
}

// SaveOrder writes what a step changed of a locked order: stage, approval, release, allocation, block and the lines' quantities.
// Closing needs the instant.
func SaveOrder(ctx context.Context, tx pgx.Tx, o *Order, at time.Time) error {
	if o.HoldPlan == nil {
		o.HoldPlan = []models.HoldTimer{}
	}
	batch := &pgx.Batch{}
	for _, l := range o.Lines {
		batch.Queue(`
			UPDATE order_lines
			   SET reserved = $3, shipped = $4, invoiced = $5, cancelled = $6, to_return = $7, returned = $8, returned_unbilled = $9, replaced = $10
			 WHERE order_id = $1 AND line = $2
			   AND (reserved, shipped, invoiced, cancelled, to_return, returned, returned_unbilled, replaced) IS DISTINCT FROM ($3, $4, $5, $6, $7, $8, $9, $10)`,
			o.ID, l.Line, l.Reserved, l.Shipped, l.Invoiced, l.Cancelled, l.ToReturn, l.Returned, l.Unbilled, l.Replaced)
	}
	batch.Queue(`
		UPDATE orders
		   SET stage = $2, outcome = nullif($3, ''), approved = $4, allocated = $5, blocked_code = nullif($6, ''), blocked_detail = nullif($7, ''),
		       closed_at = CASE WHEN $2 = 'closed' THEN coalesce(closed_at, $8) END, release_id = nullif($9, ''), release_until = $10, hold_plan = $11,
		       deposits = $12, deposits_applied = $13
		 WHERE id = $1`,
		o.ID, o.Stage, o.Outcome, o.Approved, o.Allocated, o.BlockedCode, o.BlockedDetail, at, o.ReleaseID, o.ReleaseUntil, o.HoldPlan,
		o.Deposits, o.DepositsApplied)
	if err := tx.SendBatch(ctx, batch).Close(); err != nil {
		return fmt.Errorf("postgres.SaveOrder %s: %w", o.ID, err)
	}
	return nil
}

// SettlementOf adds up how the invoices of an order were settled, beside what the ledger still shows as receivable for
// their documents.
func SettlementOf(ctx context.Context, db DB, o *Order) (models.Settlement, error) {
	var invoiced, paid, deposits, creditApplied, credited, discount, difference, withheld, writtenOff, ledger decimal.Decimal
	err := db.QueryRow(ctx, `
		SELECT coalesce(sum(total), 0), coalesce(sum(paid), 0), coalesce(sum(deposits_applied), 0), coalesce(sum(credit_applied), 0),
		       coalesce(sum(credited), 0), coalesce(sum(discount), 0), coalesce(sum(payment_difference), 0), coalesce(sum(withheld), 0),
		       coalesce(sum(written_off), 0),
		       (SELECT coalesce(sum(l.debit - l.credit), 0)
		          FROM ledger_lines l
		         WHERE l.account = 'receivables' AND l.document IN (SELECT number FROM invoices WHERE order_id = $1))
		  FROM open_items WHERE order_id = $1`, o.ID).
		Scan(&invoiced, &paid, &deposits, &creditApplied, &credited, &discount, &difference, &withheld, &writtenOff, &ledger)
	if err != nil {
		return models.Settlement{}, fmt.Errorf("postgres.SettlementOf %s: %w", o.ID, err)
	}
	money := func(d decimal.Decimal) models.Money { return models.MustMoney(d, o.Currency) }
	s := models.Settlement{
		Invoiced: money(invoiced), Paid: money(paid), Deposits: money(deposits), CreditApplied: money(creditApplied),
		Credited: money(credited), Discount: money(discount), PaymentDifference: money(difference), Withheld: money(withheld),
		WrittenOff: money(writtenOff), LedgerReceivables: money(ledger), OrderedAndInvoiced: true,
	}
	if o.Invoicing == models.Consolidated {
		shared, balance, err := sharesOf(ctx, db, o)
		if err != nil {
			return models.Settlement{}, err
		}
		s.LedgerReceivables = s.LedgerReceivables.Add(money(balance))
		for _, invoice := range shared {
			s = s.Add(invoice.Part())
			s.Shared = append(s.Shared, invoice.Whole)
		}
	}
	for _, line := range o.Lines {
		invoiced := line.Shipped.Equal(line.Invoiced.Add(line.Unbilled)) || o.Billed().Any()
		if !invoiced || !line.Quantity.Equal(line.Shipped.Add(line.Cancelled)) {
			s.OrderedAndInvoiced = false
		}
	}
	if o.Billed().Left() > 0 {
		s.OrderedAndInvoiced = false
	}
	return s, nil
}
