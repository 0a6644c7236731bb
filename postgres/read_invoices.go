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

// InvoiceView is an invoice as it is shown, with what is open of it. Amounts are in Currency.
type InvoiceView struct {
	Number            string
	OrderID           *string
	CustomerID        string
	PONumber          string `db:"po_number"`
	Currency          models.Currency
	TypeCode          string
	IssueDate         models.Date
	DueDate           models.Date
	DeliveryDate      models.Date
	TaxPointDate      models.Date
	LineTotal         decimal.Decimal
	AllowanceTotal    decimal.Decimal
	ChargeTotal       decimal.Decimal
	PayerID           string
	BillTo            *models.Address
	ShipTo            *models.Address
	BuyerReference    string
	ContractReference string
	ProjectReference  string
	DeliveryTerms     string
	NetTotal          decimal.Decimal
	TaxTotal          decimal.Decimal
	Total             decimal.Decimal
	PaymentReference  string
	PaymentMeans      string
	Status            string
	Paid              decimal.Decimal
	Credited          decimal.Decimal
	DepositsApplied   decimal.Decimal
	CreditApplied     decimal.Decimal
	Discount          decimal.Decimal
	PaymentDifference decimal.Decimal
	Withheld          decimal.Decimal
	WrittenOff        decimal.Decimal
	Recovered         decimal.Decimal
	OpenAmount        decimal.Decimal
	DisputedAmount    decimal.Decimal
	DunningLevel      *int
	NextDunningAt     *time.Time
	RecordedAt        time.Time
	Lines             []InvoiceLineView `db:"-"`
	Taxes             []InvoiceTaxView  `db:"-"`
	Charges           []models.Charge   `db:"-"`
	Instalments       []InstalmentView  `db:"-"`
	PlanID            string            // the instalment plan by which it is paid; "": none
	Plan              *PlanView         `db:"-"`
	OrderIDs          []string          `db:"order_ids"` // all orders of which it bills something
}

// InstalmentView is a part of an invoice with a due date of its own, and what is open of it: what is settled fills the parts
// by due date (models.OpenInstalments).
type InstalmentView struct {
	DueDate    models.Date
	Amount     decimal.Decimal
	OpenAmount decimal.Decimal
}

// InvoiceLineView is a line of an invoice.
type InvoiceLineView struct {
	Line            int
	OrderID         string
	OrderLine       int
	ShipmentID      *string // nil where it bills a milestone
	Milestone       *int
	SKU             string `db:"sku"`
	Description     string
	Quantity        decimal.Decimal
	UnitCode        string
	UnitPrice       decimal.Decimal
	BaseQuantity    decimal.Decimal
	DiscountPercent decimal.Decimal
	NetAmount       decimal.Decimal
	TaxCategory     string
	TaxRate         decimal.Decimal
}

// TaxView is a row of a tax breakdown.
type TaxView struct {
	Category        string
	Rate            decimal.Decimal
	Taxable         decimal.Decimal
	Tax             decimal.Decimal
	ExemptionReason string
}

// InvoiceTaxView is a row of an invoice's tax breakdown, with what the document's discount and charges are in it.
type InvoiceTaxView struct {
	TaxView

	Allowance     decimal.Decimal
	Charge        decimal.Decimal
	ExemptionCode string
}

const invoiceViewColumns = `
	SELECT v.number, v.order_id, v.customer_id, v.po_number, v.currency, v.type_code, v.issue_date, v.due_date, v.delivery_date,
	       v.tax_point_date, v.line_total, v.allowance_total, v.charge_total, coalesce(v.payer_id, v.customer_id) AS payer_id, v.bill_to, v.ship_to,
	       v.buyer_reference, v.contract_reference, v.project_reference, v.delivery_terms, v.net_total, v.tax_total, v.total, v.payment_reference, v.payment_means, i.status, i.paid, i.credited,
	       i.deposits_applied, i.credit_applied, i.discount, i.payment_difference, i.withheld, i.written_off, i.recovered, i.open_amount,
	       i.disputed_amount, i.next_dunning_at, v.recorded_at, coalesce(i.plan, '') AS plan_id,
	       coalesce((SELECT array_agg(order_id ORDER BY order_id) FROM invoice_shares WHERE invoice = v.number), ARRAY[v.order_id]) AS order_ids,
	       (SELECT max(level) FROM dunning_notices WHERE invoice = v.number AND state <> 'skipped') AS dunning_level
	  FROM invoices v
	  JOIN open_items i ON i.number = v.number `

// ReadInvoice reads an invoice; "invoice-not-found".
func ReadInvoice(ctx context.Context, db DB, number string) (InvoiceView, error) {
	rows, err := db.Query(ctx, invoiceViewColumns+`WHERE v.number = $1`, number)
	if err != nil {
		return InvoiceView{}, TranslateError(fmt.Errorf("postgres.ReadInvoice: %w", err))
	}
	invoice, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[InvoiceView])
	if errors.Is(err, pgx.ErrNoRows) {
		return InvoiceView{}, models.NotFound("invoice", number)
	}
	if err != nil {
		return InvoiceView{}, TranslateError(fmt.Errorf("postgres.ReadInvoice: %w", err))
	}
	rows, err = db.Query(ctx, `
		SELECT line, order_id, order_line, shipment_id, milestone, sku, description, quantity, unit_code, unit_price, base_quantity, discount_percent, net_amount,
		       tax_category, tax_rate
		  FROM invoice_lines WHERE invoice = $1 ORDER BY line`, number)
	if err != nil {
		return InvoiceView{}, TranslateError(fmt.Errorf("postgres.ReadInvoice lines: %w", err))
	}
	if invoice.Lines, err = pgx.CollectRows(rows, pgx.RowToStructByName[InvoiceLineView]); err != nil {
		return InvoiceView{}, TranslateError(fmt.Errorf("postgres.ReadInvoice lines: %w", err))
	}
	rows, err = db.Query(ctx, `
		SELECT category, rate, taxable, tax, allowance, charge, exemption_reason, exemption_code FROM invoice_taxes WHERE invoice = $1 ORDER BY category, rate`, number)
	if err != nil {
		return InvoiceView{}, TranslateError(fmt.Errorf("postgres.ReadInvoice taxes: %w", err))
	}
	if invoice.Taxes, err = pgx.CollectRows(rows, pgx.RowToStructByName[InvoiceTaxView]); err != nil {
		return InvoiceView{}, TranslateError(fmt.Errorf("postgres.ReadInvoice taxes: %w", err))
	}
	if invoice.PlanID != "" {
		if invoice.Plan, err = ReadPlan(ctx, db, number, invoice.PlanID); err != nil {
			return InvoiceView{}, err
		}
	}
	rows, err = db.Query(ctx, `SELECT due_date, amount, open_amount FROM open_instalments WHERE invoice = $1 ORDER BY due_date`, number)
	if err != nil {
		return InvoiceView{}, TranslateError(fmt.Errorf("postgres.ReadInvoice instalments: %w", err))
	}
	if invoice.Instalments, err = pgx.CollectRows(rows, pgx.RowToStructByName[InstalmentView]); err != nil || invoice.ChargeTotal.IsZero() {
		return invoice, TranslateError(err)
	}
	rows, err = db.Query(ctx, `
		SELECT reason_code, reason, amount, tax_category, tax_rate FROM invoice_charges WHERE invoice = $1 ORDER BY charge`, number)
	if err != nil {
		return InvoiceView{}, TranslateError(fmt.Errorf("postgres.ReadInvoice charges: %w", err))
	}
	var c models.Charge
	var amount decimal.Decimal
	_, err = pgx.ForEachRow(rows, []any{&c.ReasonCode, &c.Reason, &amount, &c.Tax.Category, &c.Tax.Rate}, func() error {
		c.Amount = models.MustMoney(amount, invoice.Currency)
		invoice.Charges = append(invoice.Charges, c)
		return nil
	})
	return invoice, TranslateError(err)
}

// InvoiceFilter narrows a list of invoices; nil takes all. Overdue compares the due date with today on the customer's clock.
type InvoiceFilter struct {
	CustomerID *string
	OrderID    *string
	Status     *string
	Overdue    *bool
}

// ListInvoices reads a page of invoices without lines and taxes, newest first.
func ListInvoices(ctx context.Context, db DB, f InvoiceFilter, page Page) ([]InvoiceView, *string, error) {
	at, key, err := page.after()
	if err != nil {
		return nil, nil, err
	}
	rows, err := db.Query(ctx, invoiceViewColumns+`
		  LEFT JOIN customer_clocks k ON k.customer_id = v.customer_id
		  LEFT JOIN company c ON true
		 WHERE ($1::text IS NULL OR v.customer_id = $1) AND ($3::text IS NULL OR i.status = $3)
		   AND ($2::text IS NULL OR v.number = ANY (ARRAY(
		            SELECT number FROM invoices WHERE order_id = $2 UNION ALL SELECT invoice FROM invoice_shares WHERE order_id = $2)))
		   AND ($4::boolean IS DISTINCT FROM true OR i.status IN ('open', 'partly_paid')
		        AND i.due_date < ((now() + coalesce(k.skipped, '0')) AT TIME ZONE coalesce(c.time_zone, 'UTC'))::date)
		   AND ($4::boolean IS DISTINCT FROM false OR i.status NOT IN ('open', 'partly_paid')
		        OR i.due_date >= ((now() + coalesce(k.skipped, '0')) AT TIME ZONE coalesce(c.time_zone, 'UTC'))::date)
		   AND ($5::timestamptz IS NULL OR (v.recorded_at, v.number) < ($5, $6))
		 ORDER BY v.recorded_at DESC, v.number DESC
		 LIMIT $7`, pgx.QueryExecModeCacheDescribe, f.CustomerID, f.OrderID, f.Status, f.Overdue, at, key, page.Limit+1)
	if err != nil {
		return nil, nil, TranslateError(fmt.Errorf("postgres.ListInvoices: %w", err))
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[InvoiceView])
	if err != nil {
		return nil, nil, TranslateError(fmt.Errorf("postgres.ListInvoices: %w", err))
	}
	found, next := cut(page, found, func(v InvoiceView) position { return latest(v.RecordedAt, v.Number) })
	return found, next, nil
}

// ReadItemCurrencies reads the currencies of some open items, settled or not, by their numbers; one that does not exist is not among them.
func ReadItemCurrencies(ctx context.Context, db DB, numbers []string) (map[string]models.Currency, error) {
	rows, err := db.Query(ctx, `
		SELECT number, currency FROM open_items WHERE number = ANY($1) UNION ALL SELECT number, currency FROM proformas WHERE number = ANY($1)`, numbers)
	if err != nil {
		return nil, TranslateError(fmt.Errorf("postgres.ReadItemCurrencies: %w", err))
	}
	currencies := make(map[string]models.Currency, len(numbers))
	var number string
	var currency models.Currency
	_, err = pgx.ForEachRow(rows, []any{&number, &currency}, func() error {
		currencies[number] = currency
		return nil
	})
	return currencies, TranslateError(err)
}
