package command

import (
	"context"
	"fmt"
	"time"

	"o2c/models"
	"o2c/postgres"
)

// What touches several orders runs as a short workflow of its own, which writes and then signals: payments, receipts of
// stock, credit limits.

// RecordPayment accepts a payment, has it booked and applied, and waits for that. booked is false when no worker has done so
// yet. A payment without a value date gets today's on the customer's clock. Errors: "customer-not-found",
// "currency-mismatch", "invoice-not-found", "remittance-exceeds-payment", "engine-unavailable"; or why it was refused.
func (s *Service) RecordPayment(ctx context.Context, claim *Claim, payment models.Payment) (view postgres.PaymentView, booked bool, err error) {
	deadline := patience()
	fact, err := s.recorded(ctx, claim.ID, postgres.PaymentFact)
	if err != nil {
		return view, false, err
	}
	if fact == nil {
		payment.ID, payment.ReceivedBy = claim.ID, claim.Principal
		if err = s.checkPayment(ctx, &payment); err != nil {
			return view, false, err
		}
		if fact, err = s.accept(ctx, claim.ID, claim.Principal, postgres.PaymentFact, payment.CustomerID, "", payment); err != nil {
			return view, false, err
		}
	}
	if err = s.tellFact(ctx, deadline, *fact); err != nil {
		return view, false, err
	}
	booked, err = s.awaitDone(ctx, deadline, fact.ID, postgres.PaymentFact)
	if err != nil {
		return view, false, err
	}
	view, err = postgres.ReadPayment(ctx, s.DB, fact.ID)
	return view, booked, err
}

// checkPayment refuses what the book already contradicts and fills in the value date.
func (s *Service) checkPayment(ctx context.Context, payment *models.Payment) error {
	var faults faults
	if payment.CustomerID != "" {
		customer, err := postgres.LoadCustomer(ctx, s.DB, payment.CustomerID)
		if models.KindOf(err) == models.KindNotFound {
			return models.Invalid("customer-not-found", "there is no customer %q", payment.CustomerID).At("/customer_id")
		}
		if err != nil {
			return postgres.TranslateError(err)
		}
		if customer.Currency != payment.Amount.Currency() {
			return models.Invalid("currency-mismatch", "the customer is billed in %s", customer.Currency).At("/currency")
		}
	}
	named := models.Zero(payment.Amount.Currency())
	numbers := make([]string, len(payment.Remittance))
	for i, line := range payment.Remittance {
		named = named.Add(line.Amount)
		numbers[i] = line.Invoice
	}
	currencies, err := postgres.ReadInvoiceCurrencies(ctx, s.DB, numbers)
	if err != nil {
		return err
	}
	for i, line := range payment.Remittance {
		pointer := fmt.Sprintf("/remittance/%d/invoice", i)
		switch currency, known := currencies[line.Invoice]; {
		case !known:
			faults.add(models.Invalid("invoice-not-found", "there is no invoice %q", line.Invoice).At(pointer))
		case currency != payment.Amount.Currency():
			faults.add(models.Invalid("currency-mismatch", "invoice %s is in %s", line.Invoice, currency).At(pointer))
		}
	}
	if named.MoreThan(payment.Amount) {
		faults.add(models.Invalid("remittance-exceeds-payment", "the remittance names %s of a payment of %s", named.Text(), payment.Amount.Text()).At("/remittance"))
	}
	if payment.ValueDate.IsZero() {
		today, err := s.Today(ctx, payment.CustomerID)
		if err != nil {
			return err
		}
		payment.ValueDate = today
	}
	return faults.err()
}

// ReceiveStock accepts a receipt of goods, has it booked, and waits for that. booked is false when no worker has done so yet.
// Errors: "product-not-found", "not-stocked", "warehouse-not-found", "engine-unavailable".
func (s *Service) ReceiveStock(ctx context.Context, claim *Claim, receipt models.StockReceipt) (view postgres.ReceiptView, booked bool, err error) {
	deadline := patience()
	fact, err := s.recorded(ctx, claim.ID, postgres.StockReceiptFact)
	if err != nil {
		return view, false, err
	}
	if fact == nil {
		product, err := postgres.ReadProduct(ctx, s.DB, receipt.SKU)
		if err != nil {
			return view, false, err
		}
		if !product.Stocked {
			return view, false, models.Conflict("not-stocked", "product %s is a service and has no stock", receipt.SKU)
		}
		if _, err = postgres.ReadWarehouse(ctx, s.DB, receipt.WarehouseID); models.KindOf(err) == models.KindNotFound && err != nil {
			return view, false, models.Invalid("warehouse-not-found", "there is no warehouse %q", receipt.WarehouseID).At("/warehouse_id")
		}
		if err != nil {
			return view, false, err
		}
		if fact, err = s.accept(ctx, claim.ID, claim.Principal, postgres.StockReceiptFact, "", "", receipt); err != nil {
			return view, false, err
		}
	}
	if err = s.tellFact(ctx, deadline, *fact); err != nil {
		return view, false, err
	}
	if booked, err = s.awaitDone(ctx, deadline, fact.ID, postgres.StockReceiptFact); err != nil || !booked {
		return view, false, err
	}
	view, err = postgres.ReadReceipt(ctx, s.DB, fact.ID)
	return view, true, err
}

// awaitDone waits until a fact is carried out. A refused one comes back as its reason.
func (s *Service) awaitDone(ctx context.Context, deadline time.Time, id, kind string) (bool, error) {
	return await(ctx, deadline, func(ctx context.Context) (bool, error) {
		fact, err := postgres.ReadFact(ctx, s.DB, id, kind)
		if err != nil || fact.SettledAt == nil {
			return false, err
		}
		if refusal := fact.Refusal(); refusal != nil {
			return false, refusal
		}
		return true, nil
	})
}
