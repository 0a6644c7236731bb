package activities

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"o2c/bank"
	"o2c/document"
	"o2c/ledger"
	"o2c/models"
	"o2c/postgres"
)

// Invoicing issues invoices for what was shipped.
type Invoicing struct {
	Pool   *pgxpool.Pool
	Orders Orders
}

// Issue invoices the shipments of an order that have no invoice, each by itself, or, where the customer is invoiced per order,
// all together once every line is shipped or cancelled: number, document, open item with its dunning plan, ledger entry,
// exposure and the message to the customer in one transaction. What was delivered is invoiced once
// (invoice_lines_once_per_delivery).
func (i *Invoicing) Issue(ctx context.Context, in OrderStep) (models.OrderProgress, error) {
	return onOrder(ctx, i.Pool, in.OrderID, in.At, func(s *step) error {
		if !s.order.ToInvoice() {
			return nil
		}
		shipments, err := postgres.UninvoicedShipments(ctx, s.tx, s.order.ID)
		if err != nil || len(shipments) == 0 {
			return err
		}
		issue, err := newIssuing(ctx, &s.collectingStep)
		if err != nil {
			return err
		}
		drawn, err := s.unbilled(ctx)
		if err != nil {
			return err
		}
		if s.order.Invoicing == models.PerOrder {
			return s.invoice(ctx, issue, drawn, shipments)
		}
		for _, shipment := range shipments {
			drawn.ShipmentID = shipment.ID
			if err = s.invoice(ctx, issue, drawn, []postgres.Shipment{shipment}); err != nil {
				return err
			}
			drawn.Charges = nil // the first invoice has them
		}
		return nil
	})
}

// issuing is what the invoices of one step have in common.
type issuing struct {
	*collectingStep

	company  models.Company
	customer models.Customer
	policy   models.DunningPolicy
}

func newIssuing(ctx context.Context, s *collectingStep) (i issuing, err error) {
	i.collectingStep = s
	if i.company, err = postgres.LoadCompany(ctx, s.tx); err != nil {
		return i, err
	}
	if i.customer, err = postgres.LoadCustomer(ctx, s.tx, s.customerID); err != nil {
		return i, err
	}
	i.policy, err = postgres.LoadPolicyFor(ctx, s.tx, i.customer, i.customer.DunningPolicy, 0)
	return i, err
}

// unbilled is an invoice of the order without lines: what it takes over from it, with its charges until its first invoice bills them.
func (s *step) unbilled(ctx context.Context) (invoice models.Invoice, err error) {
	invoice = models.Invoice{
		OrderID: s.order.ID, CustomerID: s.order.CustomerID, PONumber: s.order.PONumber, DiscountPercent: s.order.DiscountPercent,
	}
	if invoice.Header, err = postgres.HeaderOf(ctx, s.tx, s.order.ID); err != nil {
		return invoice, err
	}
	invoice.Charges, err = unbilledCharges(ctx, s.tx, s.order)
	return invoice, err
}

// unbilledCharges are an order's charges until its first invoice bills them.
func unbilledCharges(ctx context.Context, db postgres.DB, order *postgres.Order) ([]models.InvoiceCharge, error) {
	if order.ChargeGross.IsZero() {
		return nil, nil
	}
	for _, line := range order.Lines {
		if line.Invoiced.IsPositive() {
			return nil, nil
		}
	}
	charges, err := postgres.ChargesOf(ctx, db, order.ID)
	billed := make([]models.InvoiceCharge, len(charges))
	for n, charge := range charges {
		billed[n] = models.InvoiceCharge{Charge: charge, OrderID: order.ID, N: n + 1}
	}
	return billed, err
}

// invoice bills shipments of the order with one invoice, and counts their quantities as invoiced.
func (s *step) invoice(ctx context.Context, issue issuing, invoice models.Invoice, shipments []postgres.Shipment) error {
	invoice.Lines, invoice.Deposits = linesOf(s.order, shipments), s.order.DepositsLeft()
	invoice, err := issue.issue(ctx, invoice, s.order.Currency, s.order.Terms, shipments[len(shipments)-1].ShippedAt)
	if err != nil {
		return err
	}
	s.countInvoiced(shipments)
	if err = s.invoiced(ctx, "invoiced/"+shipments[0].ID, invoice); err != nil {
		return err
	}
	return s.applyDeposits(ctx, invoice)
}

// linesOf are the lines of an invoice for shipments of an order, the oldest first.
func linesOf(order *postgres.Order, shipments []postgres.Shipment) []models.InvoiceLine {
	var lines []models.InvoiceLine
	for _, shipment := range shipments {
		for _, part := range shipment.Lines {
			line := order.Line(part.Line)
			lines = append(lines, models.InvoiceLine{
				OrderID: order.ID, OrderLine: line.Line, ShipmentID: shipment.ID, SKU: line.SKU, Description: line.Description, UnitCode: line.UnitCode,
				Quantity: part.Quantity, UnitPrice: line.UnitPrice, BaseQuantity: line.BaseQuantity, DiscountPercent: line.DiscountPercent,
				Tax: models.TaxClass{Category: line.TaxCategory, Rate: line.TaxRate}, TaxExemption: line.TaxExemption, ExemptionCode: line.ExemptionCode,
			})
		}
	}
	return lines
}

func (s *step) countInvoiced(shipments []postgres.Shipment) {
	for _, shipment := range shipments {
		for _, part := range shipment.Lines {
			line := s.order.Line(part.Line)
			line.Invoiced = line.Invoiced.Add(part.Quantity)
		}
	}
}

// invoiced tells the order's timeline of an invoice.
func (s *step) invoiced(ctx context.Context, key string, invoice models.Invoice) error {
	_, err := s.event(ctx, postgres.Event{
		Key: key, Invoice: invoice.Number, Kind: "invoiced", Actor: system,
		Summary: "Invoice " + invoice.Number + " over " + invoice.Totals.Total.Text() + " is due on " + invoice.DueDate.String(),
	})
	return err
}

// issue issues an invoice that has its lines: it gets its totals, its due dates and its number, an open item, its entry in the ledger,
// its place in the exposure and its message to the customer. It was delivered, and is taxed, when the last shipment left.
func (s issuing) issue(ctx context.Context, invoice models.Invoice, currency models.Currency, terms models.PaymentTerms, delivered time.Time) (models.Invoice, error) {
	invoice.IssueDate, invoice.DeliveryDate, invoice.IssuedAt = models.DateIn(s.at, s.company.Zone()), models.DateIn(delivered, s.company.Zone()), s.at
	invoice.DunningPolicy, invoice.DunningVersion = s.policy.Name, s.policy.Version
	invoice = models.DrawInvoice(invoice, currency, terms)
	sequence, err := postgres.NextNumber(ctx, s.tx, models.InvoiceSeries, invoice.Year)
	if err != nil {
		return invoice, err
	}
	invoice.Sequence = sequence
	invoice.Number = models.DocumentNumber(models.InvoiceSeries, invoice.Year, sequence)
	invoice.PaymentReference = bank.CreditorReference(invoice.Number)
	if err = postgres.InsertInvoice(ctx, s.tx, invoice); err != nil {
		return invoice, err
	}
	if err = s.openItem(ctx, invoice); err != nil {
		return invoice, err
	}
	err = ledger.Post(ctx, s.tx, ledger.Entry{
		Key: "invoice/" + invoice.Number, Event: "invoice_issued", BusinessDate: invoice.IssueDate, CustomerID: invoice.CustomerID,
		OrderID: invoice.OrderID, Document: invoice.Number, Description: "Invoice " + invoice.Number,
		Lines: ledger.InvoiceIssued(invoice.Totals.Net, invoice.Totals.Tax),
	})
	if err != nil {
		return invoice, err
	}
	s.exposure.OpenInvoices = s.exposure.OpenInvoices.Add(invoice.Totals.Total)
	text := document.InvoiceMail(receivableText(s.company, s.customer, invoice.PONumber, invoice.Number, invoice.PaymentReference, invoice.DueDate, invoice.Totals.Total),
		invoice.Prepaid())
	return invoice, s.queue(ctx, postgres.Message{
		Key: "invoice/" + invoice.Number, Invoice: invoice.Number, Kind: "invoice", Channel: "email", Recipient: s.customer.Email,
		Subject: text.Subject, Body: text.Body,
	})
}

// openItem opens the invoice's item. Each of its instalments is dunned by the plan of its policy's present version. Levels whose day is
// past already are recorded as skipped.
func (s issuing) openItem(ctx context.Context, invoice models.Invoice) error {
	item := postgres.OpenItem{
		Number: invoice.Number, Kind: models.InvoiceItem, Invoice: invoice.Number, CustomerID: invoice.CustomerID, OrderID: invoice.OrderID,
		Currency: invoice.Totals.Total.Currency(), DueDate: invoice.DueDate, Total: invoice.Totals.Total.Decimal(),
	}
	past := s.plan(&item, invoice.Schedule)
	if err := postgres.InsertOpenItem(ctx, s.tx, &item); err != nil {
		return err
	}
	for _, notice := range past {
		_, err := postgres.InsertNotice(ctx, s.tx, postgres.Notice{
			Invoice: invoice.Number, Instalment: notice.Instalment, Level: notice.Level, At: s.at, Amount: models.Zero(item.Currency),
			Channel: notice.Channel, Action: notice.Action, State: "skipped", Reason: string(models.SkippedPast),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// plan plans the dunning of an item by a schedule, and returns the levels whose day is past.
func (s issuing) plan(item *postgres.OpenItem, schedule []models.Instalment) (past []models.PlannedNotice) {
	item.DunningPlan = []models.PlannedNotice{}
	for n, part := range schedule {
		instalment := 0
		if len(schedule) > 1 {
			instalment = n + 1
		}
		plan, gone := s.policy.Plan(part.DueDate, s.customer.Zone(), s.at)
		item.DunningPlan = append(item.DunningPlan, ofInstalment(plan, instalment)...)
		past = append(past, ofInstalment(gone, instalment)...)
		state := postgres.Dunned{Instalment: instalment, Due: part.DueDate, Amount: part.Amount.Decimal()}
		if part.Amount.IsPositive() {
			state.Plan(s.policy.NextNotice(plan, models.NothingSent, time.Time{}, s.customer.Zone()))
		}
		item.Dunned = append(item.Dunned, state)
	}
	return past
}

func ofInstalment(plan []models.PlannedNotice, instalment int) []models.PlannedNotice {
	for n := range plan {
		plan[n].Instalment = instalment
	}
	return plan
}

// receivableText is what messages say about an invoice.
func receivableText(company models.Company, customer models.Customer, poNumber, invoice, reference string, due models.Date, amount models.Money) document.Receivable {
	text := document.Receivable{
		Seller: company.LegalName, Customer: customer.Name, Invoice: invoice, PONumber: poNumber, Reference: reference, DueDate: due, Amount: amount,
	}
	for _, account := range company.BankAccounts {
		if account.Currency == amount.Currency() {
			text.IBAN = account.IBAN
			break
		}
	}
	return text
}
