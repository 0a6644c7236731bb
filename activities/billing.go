package activities

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"o2c/models"
	"o2c/postgres"
)

// BillInput names the period of a customer that is over.
type BillInput struct {
	BillingID string    `json:"billing_id"`
	At        time.Time `json:"at"`
}

// Bill invoices what was shipped to a customer until the end of a period and has no invoice, in one transaction, and then has each
// invoice collected and tells its orders. There is one invoice for all orders that are alike in what an invoice says once (alike).
func (i *Invoicing) Bill(ctx context.Context, in BillInput) error {
	err := postgres.InTx(ctx, i.Pool, func(tx pgx.Tx) error { return bill(ctx, tx, in) })
	if err != nil {
		return err
	}
	return i.tellBilled(ctx, in.BillingID)
}

func bill(ctx context.Context, tx pgx.Tx, in BillInput) error {
	billing, exposure, err := postgres.LockBilling(ctx, tx, in.BillingID)
	if err != nil || billing.BilledAt != nil {
		return err
	}
	orders, err := postgres.LockOrdersToBill(ctx, tx, billing)
	if err != nil {
		return err
	}
	bills, err := drawBills(ctx, tx, orders, billing)
	if err != nil {
		return err
	}
	s := &collectingStep{tx: tx, customerID: billing.CustomerID, exposure: exposure, at: in.At}
	issue, err := newIssuing(ctx, s)
	if err != nil {
		return err
	}
	for _, b := range bills {
		if b.invoice, err = issue.issue(ctx, b.invoice, b.currency, b.terms, b.delivered); err != nil {
			return err
		}
	}
	if err = postgres.SaveExposure(ctx, tx, billing.CustomerID, s.exposure); err != nil {
		return err
	}
	if err = countBilled(ctx, tx, bills, in.At); err != nil {
		return err
	}
	return billing.Billed(ctx, tx, in.At)
}

// consolidated is one invoice of a billing on its way.
type consolidated struct {
	invoice   models.Invoice
	currency  models.Currency
	terms     models.PaymentTerms
	delivered time.Time
	shipments map[string][]postgres.Shipment // by order
}

// alike is what an invoice says once, and so is the same for all orders that one invoice bills.
type alike struct {
	Currency          models.Currency     `json:"currency"`
	Terms             models.PaymentTerms `json:"terms"`
	Discount          string              `json:"discount"`
	PayerID           string              `json:"payer_id"`
	BillTo            *models.Address     `json:"bill_to"`
	BuyerReference    string              `json:"buyer_reference"`
	ContractReference string              `json:"contract_reference"`
	ProjectReference  string              `json:"project_reference"`
	Prepaid           string              `json:"prepaid"` // an order that has deposits has an invoice of its own, which they pay
}

// drawBills makes the invoices of a billing, all but totals and numbers, in the order of the first order of each. What left after the
// period waits for the next.
func drawBills(ctx context.Context, tx pgx.Tx, orderIDs []string, billing postgres.Billing) ([]*consolidated, error) {
	var bills []*consolidated
	byKind := map[string]*consolidated{}
	for _, orderID := range orderIDs {
		order, err := postgres.LoadOrder(ctx, tx, orderID)
		if err != nil {
			return nil, err
		}
		shipments, err := postgres.UninvoicedShipments(ctx, tx, orderID)
		if err != nil {
			return nil, err
		}
		shipments = slices.DeleteFunc(shipments, func(s postgres.Shipment) bool { return !s.ShippedAt.Before(billing.DueAt) })
		if len(shipments) == 0 {
			continue
		}
		header, err := postgres.HeaderOf(ctx, tx, orderID)
		if err != nil {
			return nil, err
		}
		charges, err := unbilledCharges(ctx, tx, order)
		if err != nil {
			return nil, err
		}
		prepaid := ""
		if order.DepositsLeft().IsPositive() {
			prepaid = orderID
		}
		kind, err := json.Marshal(alike{
			Prepaid:  prepaid,
			Currency: order.Currency, Terms: order.Terms, Discount: order.DiscountPercent.String(), PayerID: header.PayerID, BillTo: header.BillTo,
			BuyerReference: header.BuyerReference, ContractReference: header.ContractReference, ProjectReference: header.ProjectReference,
		})
		if err != nil {
			return nil, err
		}
		b := byKind[string(kind)]
		if b == nil {
			b = &consolidated{currency: order.Currency, terms: order.Terms, shipments: map[string][]postgres.Shipment{}, invoice: models.Invoice{
				BillingID: billing.ID, CustomerID: order.CustomerID, PONumber: order.PONumber, Header: header, DiscountPercent: order.DiscountPercent, Deposits: order.DepositsLeft(),
			}}
			byKind[string(kind)] = b
			bills = append(bills, b)
		}
		b.add(order, header, charges, shipments)
	}
	return bills, nil
}

// add takes an order's shipments in. What the orders do not have in common the invoice does not say.
func (b *consolidated) add(order *postgres.Order, header models.InvoiceHeader, charges []models.InvoiceCharge, shipments []postgres.Shipment) {
	of := &b.invoice
	if of.PONumber != order.PONumber {
		of.PONumber = ""
	}
	if of.Header.DeliveryTerms != header.DeliveryTerms {
		of.Header.DeliveryTerms = ""
	}
	if ours, theirs := of.Header.ShipTo, header.ShipTo; ours != nil && (theirs == nil || *ours != *theirs) {
		of.Header.ShipTo = nil
	}
	of.Lines, of.Charges = append(of.Lines, linesOf(order, shipments)...), append(of.Charges, charges...)
	b.shipments[order.ID] = shipments
	if last := shipments[len(shipments)-1].ShippedAt; last.After(b.delivered) {
		b.delivered = last
	}
}

// countBilled counts in every order what was billed of it, the orders by id.
func countBilled(ctx context.Context, tx pgx.Tx, bills []*consolidated, at time.Time) error {
	type billed struct {
		orderID string
		by      *consolidated
	}
	var orders []billed
	for _, b := range bills {
		for orderID := range b.shipments {
			orders = append(orders, billed{orderID, b})
		}
	}
	slices.SortFunc(orders, func(a, b billed) int { return cmp.Compare(a.orderID, b.orderID) })
	for _, order := range orders {
		_, err := runStep(ctx, tx, order.orderID, at, func(s *step) error {
			shipments := order.by.shipments[order.orderID]
			s.countInvoiced(shipments)
			if err := s.invoiced(ctx, "invoiced/"+shipments[0].ID, order.by.invoice); err != nil {
				return err
			}
			return s.applyDeposits(ctx, order.by.invoice)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// tellBilled has the invoices of a billing collected, and tells their orders. They are read back, so that a retry after a crash
// finds the same.
func (i *Invoicing) tellBilled(ctx context.Context, billingID string) error {
	invoices, err := postgres.InvoicesOfBilling(ctx, i.Pool, billingID)
	if err != nil {
		return err
	}
	for _, invoice := range invoices {
		item, err := postgres.ReadOpenItem(ctx, i.Pool, invoice)
		if err != nil {
			return err
		}
		if err = i.Orders.Collect(ctx, invoice, item.CustomerID); err != nil {
			return err
		}
		orders, err := postgres.OrdersToSettle(ctx, i.Pool, invoice)
		if err != nil {
			return err
		}
		for _, orderID := range orders {
			if err = i.Orders.InvoiceIssued(ctx, orderID, item.Receivable()); err != nil {
				return err
			}
		}
	}
	return nil
}

// awaitBilling makes sure that a shipment of a consolidated order is billed with its period.
func (s *step) awaitBilling(ctx context.Context, shippedAt time.Time) error {
	if s.order.Invoicing != models.Consolidated {
		return nil
	}
	company, err := postgres.LoadCompany(ctx, s.tx)
	if err != nil {
		return err
	}
	if shippedAt.Before(s.at) {
		shippedAt = s.at
	}
	return postgres.AwaitBilling(ctx, s.tx, s.order.BillingPeriod, s.order.CustomerID, shippedAt, company.Zone())
}

// startBillings starts what will bill the shipments of an order, unless it runs already.
func (f *Fulfillment) startBillings(ctx context.Context, progress models.OrderProgress) error {
	if progress.BillAt == nil {
		return nil
	}
	billings, err := postgres.WaitingBillings(ctx, f.Pool, progress.CustomerID)
	if err != nil {
		return err
	}
	for _, billing := range billings {
		if err = f.Orders.StartBilling(ctx, billing.ID, billing.CustomerID, billing.DueAt); err != nil {
			return err
		}
	}
	return nil
}
