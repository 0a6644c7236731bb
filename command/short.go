package command

import (
	"context"
	"fmt"
	"time"

	"go.temporal.io/sdk/client"

	"o2c/models"
	"o2c/postgres"
	"o2c/workflows"
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
	err = s.start(ctx, deadline, payment.CustomerID, client.StartWorkflowOptions{
		ID:            workflows.PaymentID(fact.ID),
		StaticSummary: fmt.Sprintf("Payment %s, %s", fact.ID, payment.Amount.Text()),
	}, workflows.PaymentType, workflows.PaymentInput{PaymentID: fact.ID})
	if err != nil {
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
	for i, line := range payment.Remittance {
		named = named.Add(line.Amount)
		invoice, err := postgres.ReadInvoice(ctx, s.DB, line.Invoice)
		pointer := fmt.Sprintf("/remittance/%d/invoice", i)
		switch {
		case models.KindOf(err) == models.KindNotFound && err != nil:
			faults.add(models.Invalid("invoice-not-found", "there is no invoice %q", line.Invoice).At(pointer))
		case err != nil:
			return err
		case invoice.Currency != payment.Amount.Currency():
			faults.add(models.Invalid("currency-mismatch", "invoice %s is in %s", invoice.Number, invoice.Currency).At(pointer))
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
	err = s.start(ctx, deadline, "", client.StartWorkflowOptions{
		ID:            workflows.StockReceiptID(fact.ID),
		StaticSummary: fmt.Sprintf("Receipt %s of %s %s in %s", fact.ID, receipt.Quantity, receipt.SKU, receipt.WarehouseID),
	}, workflows.StockReceiptType, workflows.StockReceiptInput{ReceiptID: fact.ID})
	if err != nil {
		return view, false, err
	}
	if booked, err = s.awaitDone(ctx, deadline, fact.ID, postgres.StockReceiptFact); err != nil || !booked {
		return view, false, err
	}
	view, err = postgres.ReadReceipt(ctx, s.DB, fact.ID)
	return view, true, err
}

// SetCreditLimit accepts a new credit limit under an id, has it set and the held orders rechecked, and waits for the first.
// set is false when no worker has done so yet. Errors: "customer-not-found", "currency-mismatch", "engine-unavailable".
func (s *Service) SetCreditLimit(ctx context.Context, id, actor string, change models.CreditLimitChange) (view postgres.LimitView, set bool, err error) {
	deadline := patience()
	customer, err := postgres.LoadCustomer(ctx, s.DB, change.CustomerID)
	if err != nil {
		return view, false, postgres.TranslateError(err)
	}
	if customer.Currency != change.Currency {
		return view, false, models.Invalid("currency-mismatch", "the customer is billed in %s", customer.Currency).At("/currency")
	}
	fact, err := s.accept(ctx, id, actor, postgres.CreditLimitFact, change.CustomerID, "", change)
	if err != nil {
		return view, false, err
	}
	err = s.start(ctx, deadline, change.CustomerID, client.StartWorkflowOptions{
		ID:            workflows.CreditLimitID(fact.ID),
		StaticSummary: "Credit limit " + fact.ID + " of " + change.CustomerID,
	}, workflows.CreditLimitType, workflows.CreditLimitInput{LimitID: fact.ID})
	if err != nil {
		return view, false, err
	}
	if set, err = s.awaitDone(ctx, deadline, fact.ID, postgres.CreditLimitFact); err != nil || !set {
		return view, false, err
	}
	view, err = postgres.ReadLimit(ctx, s.DB, fact.ID)
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
