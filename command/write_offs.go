package command

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/shopspring/decimal"

	"o2c/models"
	"o2c/postgres"
	"o2c/workflows"
)

// WriteOff gives up an amount, in the invoice's currency, of what is open of an invoice and not disputed; "" is all of that. Above the
// authority of whoever asks it then waits for a second person. Errors: "invoice-not-found", "invalid-amount", those of
// models.WriteOffAmount, "write-off-waits", "worker-unavailable", "engine-unavailable".
func (s *Service) WriteOff(ctx context.Context, request models.WriteOffRequest, amount string) (Finished, error) {
	// An earlier attempt may have lost its answer.
	if known, err := postgres.WriteOffKnown(ctx, s.DB, request.ID); err != nil || known {
		return Finished(known), err
	}
	invoice, err := postgres.ReadInvoice(ctx, s.DB, request.Invoice)
	if err != nil {
		return false, err
	}
	if amount != "" {
		money, err := models.ParsePositiveMoney(amount, invoice.Currency)
		if err != nil {
			var faults faults
			faults.at("/amount", err)
			return false, faults.err()
		}
		request.Amount = &money
	}
	money := func(d decimal.Decimal) models.Money { return models.MustMoney(d, invoice.Currency) }
	if _, err = models.WriteOffAmount(request.Amount, money(invoice.OpenAmount), money(invoice.DisputedAmount)); err != nil {
		return false, err
	}
	return s.decideAlways(ctx, collectorOf(invoice.OrderID, invoice.Number, invoice.CustomerID), request.ID, workflows.WriteOff, request)
}

// decideWriteOff has a write-off carried out, or turned down, by a second person: by the workflow that collects its invoice.
func (s *Service) decideWriteOff(ctx context.Context, asked postgres.Approval, ruling models.ApprovalRuling) (Finished, error) {
	var request models.WriteOffRequest
	if err := json.Unmarshal(asked.Content, &request); err != nil {
		return false, fmt.Errorf("command.decideWriteOff %s: %w", asked.ID, err)
	}
	item, err := postgres.ReadOpenItem(ctx, s.DB, asked.Subject)
	if err != nil {
		return false, err
	}
	request.Approval = &ruling
	return s.decideAlways(ctx, collector{OrderID: item.OrderID, Invoice: item.Number, CustomerID: item.CustomerID}, ruling.ID, workflows.WriteOff, request)
}
