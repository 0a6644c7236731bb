package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"o2c/models"
)

// HeaderOf is what the invoices of an order take over from it.
func HeaderOf(ctx context.Context, db DB, orderID string) (h models.InvoiceHeader, err error) {
	err = db.QueryRow(ctx, `
		SELECT coalesce(payer_id, customer_id), bill_to, ship_to, buyer_reference, contract_reference, project_reference, delivery_terms
		  FROM orders WHERE id = $1`, orderID).
		Scan(&h.PayerID, &h.BillTo, &h.ShipTo, &h.BuyerReference, &h.ContractReference, &h.ProjectReference, &h.DeliveryTerms)
	if err != nil {
		return h, fmt.Errorf("postgres.HeaderOf %s: %w", orderID, err)
	}
	return h, nil
}

// ChargesOf are the charges of an order, as they were accepted.
func ChargesOf(ctx context.Context, db DB, orderID string) ([]models.Charge, error) {
	rows, err := db.Query(ctx, `
		SELECT reason_code, reason, currency, amount, tax_category, tax_rate, gross_amount FROM order_charges WHERE order_id = $1 ORDER BY charge`, orderID)
	if err != nil {
		return nil, fmt.Errorf("postgres.ChargesOf %s: %w", orderID, err)
	}
	charges, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (c models.Charge, err error) {
		var currency models.Currency
		var amount, gross decimal.Decimal
		if err = row.Scan(&c.ReasonCode, &c.Reason, &currency, &amount, &c.Tax.Category, &c.Tax.Rate, &gross); err != nil {
			return c, err
		}
		c.Amount, c.Gross = models.MustMoney(amount, currency), models.MustMoney(gross, currency)
		return c, nil
	})
	if err != nil {
		return nil, fmt.Errorf("postgres.ChargesOf %s: %w", orderID, err)
	}
	return charges, nil
}

// InsertInvoice records an issued invoice, with its instalments where its terms have several, and the shares of its orders where it
// belongs to no single one. A second invoice for its shipment
// is refused (invoices_once_per_shipment), as is one for its milestone (invoices_once_per_milestone), and so are a second line for what was delivered (invoice_lines_once_per_delivery) and a
// charge that another invoice has billed (invoice_charges_once).
func InsertInvoice(ctx context.Context, tx pgx.Tx, i models.Invoice) error {
	t := i.Totals
	batch := &pgx.Batch{}
	batch.Queue(`
		INSERT INTO invoices (number, series, year, sequence, order_id, shipment_id, customer_id, po_number, currency, issue_date, due_date,
		                      delivery_date, tax_point_date, discount_percent, line_total, allowance_total, net_total, tax_total, total,
		                      payment_reference, dunning_policy, dunning_version, issued_at, charge_total, payer_id, bill_to, ship_to, buyer_reference,
		                      contract_reference, project_reference, delivery_terms, billing_id, milestone)
		VALUES ($1, $2, $3, $4, nullif($5, ''), nullif($6, ''), $7, $8, $9, $10, $11, $12, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, nullif($24, ''), $25, $26,
		        $27, $28, $29, $30, nullif($31, ''), nullif($32, 0))`,
		i.Number, models.InvoiceSeries, i.Year, i.Sequence, i.OrderID, i.ShipmentID, i.CustomerID, i.PONumber, t.Total.Currency(),
		i.IssueDate, i.DueDate, i.DeliveryDate, i.DiscountPercent, t.LineTotal, t.Allowance, t.Net, t.Tax, t.Total,
		i.PaymentReference, i.DunningPolicy, i.DunningVersion, i.IssuedAt, t.Charge, i.Header.PayerID, i.Header.BillTo, i.Header.ShipTo,
		i.Header.BuyerReference, i.Header.ContractReference, i.Header.ProjectReference, i.Header.DeliveryTerms, i.BillingID, i.Milestone)
	for n, l := range i.Lines {
		batch.Queue(`
			INSERT INTO invoice_lines (invoice, line, order_id, order_line, shipment_id, sku, description, quantity, unit_code, unit_price,
			                           base_quantity, discount_percent, net_amount, tax_category, tax_rate, milestone)
			VALUES ($1, $2, $3, $4, nullif($5, ''), $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, nullif($16, 0))`,
			i.Number, n+1, l.OrderID, l.OrderLine, l.ShipmentID, l.SKU, l.Description, l.Quantity, l.UnitCode,
			l.UnitPrice, l.BaseQuantity, l.DiscountPercent, l.Net, l.Tax.Category, l.Tax.Rate, l.Milestone)
	}
	for _, c := range i.Charges {
		batch.Queue(`
			INSERT INTO invoice_charges (invoice, order_id, charge, currency, reason_code, reason, amount, tax_category, tax_rate, milestone)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, nullif($10, 0))`,
			i.Number, c.OrderID, c.N, c.Amount.Currency(), c.ReasonCode, c.Reason, c.Amount, c.Tax.Category, c.Tax.Rate, c.Milestone)
	}
	for _, g := range t.Groups {
		reason, code := i.Exemption(g.Tax)
		batch.Queue(`
			INSERT INTO invoice_taxes (invoice, category, rate, allowance, charge, taxable, tax, exemption_reason, exemption_code)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
			i.Number, g.Tax.Category, g.Tax.Rate, g.Allowance, g.Charge, g.Taxable, g.TaxAmount, reason, code)
	}
	if len(i.Schedule) > 1 {
		for n, part := range i.Schedule {
			batch.Queue(`INSERT INTO invoice_instalments (invoice, n, due_date, currency, amount) VALUES ($1, $2, $3, $4, $5)`,
				i.Number, n+1, part.DueDate, part.Amount.Currency(), part.Amount)
		}
	}
	if i.OrderID == "" {
		for _, share := range i.Shares() {
			batch.Queue(`INSERT INTO invoice_shares (invoice, order_id, currency, amount) VALUES ($1, $2, $3, $4)`,
				i.Number, share.OrderID, share.Amount.Currency(), share.Amount)
		}
	}
	if err := tx.SendBatch(ctx, batch).Close(); err != nil {
		return fmt.Errorf("postgres.InsertInvoice %s: %w", i.Number, err)
	}
	return nil
}
