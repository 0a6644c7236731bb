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
type Invoicing struct{ Pool *pgxpool.Pool }

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
		company, err := postgres.LoadCompany(ctx, s.tx)
		if err != nil {
			return err
		}
		customer, err := postgres.LoadCustomer(ctx, s.tx, s.order.CustomerID)
		if err != nil {
			return err
		}
		policy, err := postgres.LoadPolicy(ctx, s.tx, customer.DunningPolicy, 0)
		if err != nil {
			return err
		}
		header, err := postgres.HeaderOf(ctx, s.tx, s.order.ID)
		if err != nil {
			return err
		}
		issue := issuing{step: s, company: company, customer: customer, policy: policy, header: header}
		if issue.charges, err = s.unbilledCharges(ctx); err != nil {
			return err
		}
		if s.order.Invoicing == models.PerOrder {
			return issue.invoice(ctx, shipments)
		}
		for _, shipment := range shipments {
			if err = issue.invoice(ctx, []postgres.Shipment{shipment}); err != nil {
				return err
			}
			issue.charges = nil // the first invoice has them
		}
		return nil
	})
}

// issuing is what the invoices of one step have in common.
type issuing struct {
	*step
	company  models.Company
	customer models.Customer
	policy   models.DunningPolicy
	header   models.InvoiceHeader
	charges  []models.Charge // of the order, not billed yet
}

// unbilledCharges are the order's charges until its first invoice bills them.
func (s *step) unbilledCharges(ctx context.Context) ([]models.Charge, error) {
	if s.order.ChargeGross.IsZero() {
		return nil, nil
	}
	for _, line := range s.order.Lines {
		if line.Invoiced.IsPositive() {
			return nil, nil
		}
	}
	return postgres.ChargesOf(ctx, s.tx, s.order.ID)
}

// invoice bills shipments with one invoice.
func (s issuing) invoice(ctx context.Context, shipments []postgres.Shipment) error {
	invoice := s.draw(shipments)
	sequence, err := postgres.NextNumber(ctx, s.tx, models.InvoiceSeries, invoice.Year)
	if err != nil {
		return err
	}
	invoice.Sequence = sequence
	invoice.Number = models.DocumentNumber(models.InvoiceSeries, invoice.Year, sequence)
	invoice.PaymentReference = bank.CreditorReference(invoice.Number)
	if err = postgres.InsertInvoice(ctx, s.tx, invoice); err != nil {
		return err
	}
	if err = s.openItem(ctx, invoice); err != nil {
		return err
	}
	err = ledger.Post(ctx, s.tx, ledger.Entry{
		Key: "invoice/" + invoice.Number, Event: "invoice_issued", BusinessDate: invoice.IssueDate, CustomerID: invoice.CustomerID,
		OrderID: s.order.ID, Document: invoice.Number, Description: "Invoice " + invoice.Number,
		Lines: ledger.InvoiceIssued(invoice.Totals.Net, invoice.Totals.Tax),
	})
	if err != nil {
		return err
	}
	s.exposure.OpenInvoices = s.exposure.OpenInvoices.Add(invoice.Totals.Total)
	_, err = s.event(ctx, postgres.Event{
		Key: "invoiced/" + shipments[0].ID, Invoice: invoice.Number, Kind: "invoiced", Actor: system,
		Summary: "Invoice " + invoice.Number + " over " + invoice.Totals.Total.Text() + " is due on " + invoice.DueDate.String(),
	})
	if err != nil {
		return err
	}
	text := document.InvoiceMail(receivableText(s.company, s.customer, s.order.PONumber, invoice.Number, invoice.PaymentReference, invoice.DueDate, invoice.Totals.Total))
	return s.queue(ctx, postgres.Message{
		Key: "invoice/" + invoice.Number, Invoice: invoice.Number, Kind: "invoice", Channel: "email", Recipient: s.customer.Email,
		Subject: text.Subject, Body: text.Body,
	})
}

// draw makes an invoice from shipments, the oldest first, all but its number, and counts their quantities as invoiced. It was
// delivered, and is taxed, when the last of them was.
func (s issuing) draw(shipments []postgres.Shipment) models.Invoice {
	invoice := models.Invoice{
		OrderID: s.order.ID, CustomerID: s.order.CustomerID, PONumber: s.order.PONumber, Header: s.header, Charges: s.charges,
		IssueDate: models.DateIn(s.at, s.company.Zone()), DeliveryDate: models.DateIn(shipments[len(shipments)-1].ShippedAt, s.company.Zone()),
		DiscountPercent: s.order.DiscountPercent, DunningPolicy: s.policy.Name, DunningVersion: s.policy.Version, IssuedAt: s.at,
	}
	if s.order.Invoicing == models.PerShipment {
		invoice.ShipmentID = shipments[0].ID
	}
	for _, shipment := range shipments {
		for _, part := range shipment.Lines {
			line := s.order.Line(part.Line)
			line.Invoiced = line.Invoiced.Add(part.Quantity)
			invoice.Lines = append(invoice.Lines, models.InvoiceLine{
				OrderLine: line.Line, ShipmentID: shipment.ID, SKU: line.SKU, Description: line.Description, UnitCode: line.UnitCode,
				Quantity: part.Quantity, UnitPrice: line.UnitPrice, BaseQuantity: line.BaseQuantity, DiscountPercent: line.DiscountPercent,
				Tax: models.TaxClass{Category: line.TaxCategory, Rate: line.TaxRate}, TaxExemption: line.TaxExemption, ExemptionCode: line.ExemptionCode,
			})
		}
	}
	return models.DrawInvoice(invoice, s.order.Currency, s.order.Terms)
}

// openItem opens the invoice's item with the dunning plan of its policy's present version. Levels whose day is past already
// are recorded as skipped. An invoice in instalments is dunned by its last due date: no notice asks for one instalment yet.
func (s issuing) openItem(ctx context.Context, invoice models.Invoice) error {
	plan, past := s.policy.Plan(invoice.DueDate, s.customer.Zone(), s.at)
	item := postgres.OpenItem{
		Number: invoice.Number, Kind: models.InvoiceItem, Invoice: invoice.Number, CustomerID: invoice.CustomerID, OrderID: s.order.ID,
		Currency: s.order.Currency, DueDate: invoice.DueDate, Total: invoice.Totals.Total.Decimal(), DunningPlan: plan,
	}
	if plan == nil {
		item.DunningPlan = []models.PlannedNotice{}
	}
	if invoice.Totals.Total.IsPositive() {
		item.Plan(s.policy.NextNotice(plan, models.NothingSent, time.Time{}, s.customer.Zone()))
	}
	if err := postgres.InsertOpenItem(ctx, s.tx, &item); err != nil {
		return err
	}
	for _, notice := range past {
		_, err := postgres.InsertNotice(ctx, s.tx, postgres.Notice{
			Invoice: invoice.Number, Level: notice.Level, At: s.at, Amount: models.Zero(s.order.Currency), Channel: notice.Channel,
			Action: notice.Action, State: "skipped", Reason: "past",
		})
		if err != nil {
			return err
		}
	}
	return nil
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
