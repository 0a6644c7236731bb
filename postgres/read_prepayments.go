package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"o2c/models"
)

// PrepaymentsView is what was asked for before an order was shipped, and what came.
type PrepaymentsView struct {
	Proformas []ProformaView
	Invoices  []PrepaymentInvoiceView
}

// ProformaView is a pro-forma as it is shown.
type ProformaView struct {
	Number           string
	OrderVersion     int
	Currency         models.Currency
	Amount           decimal.Decimal
	PaymentReference string
	IssueDate        models.Date
}

// PrepaymentInvoiceView is a prepayment invoice as it is shown, with what became of it. Amounts are in Currency.
type PrepaymentInvoiceView struct {
	Number    string
	PaymentID string
	Proforma  string
	Currency  models.Currency
	IssueDate models.Date
	NetTotal  decimal.Decimal
	TaxTotal  decimal.Decimal
	Total     decimal.Decimal
	Taxes     []TaxView        `db:"-"`
	Uses      []DepositUseView `db:"-"`
}

// Left is what is neither applied nor given back.
func (v PrepaymentInvoiceView) Left() decimal.Decimal {
	left := v.Total
	for _, use := range v.Uses {
		left = left.Sub(use.Amount)
	}
	return left
}

// DepositUseView is what became of a part of it.
type DepositUseView struct {
	Deposit    string
	N          int
	Invoice    *string
	CreditNote *string
	Amount     decimal.Decimal
	Tax        decimal.Decimal
	Undoes     *int
	Reason     string
	UsedOn     models.Date
}

// ReadPrepayments reads the prepayments of an order, the oldest first.
func ReadPrepayments(ctx context.Context, db DB, orderID string) (v PrepaymentsView, err error) {
	fail := func(err error) (PrepaymentsView, error) {
		return v, TranslateError(fmt.Errorf("postgres.ReadPrepayments: %w", err))
	}
	rows, err := db.Query(ctx, `
		SELECT number, order_version, currency, amount, payment_reference, issue_date FROM proformas WHERE order_id = $1 ORDER BY order_version`, orderID)
	if err != nil {
		return fail(err)
	}
	if v.Proformas, err = pgx.CollectRows(rows, pgx.RowToStructByName[ProformaView]); err != nil {
		return fail(err)
	}
	rows, err = db.Query(ctx, `
		SELECT number, payment_id, proforma, currency, issue_date, net_total, tax_total, total
		  FROM prepayment_invoices WHERE order_id = $1 ORDER BY year, sequence`, orderID)
	if err != nil {
		return fail(err)
	}
	if v.Invoices, err = pgx.CollectRows(rows, pgx.RowToStructByName[PrepaymentInvoiceView]); err != nil {
		return fail(err)
	}
	of := map[string]*PrepaymentInvoiceView{}
	for i := range v.Invoices {
		of[v.Invoices[i].Number] = &v.Invoices[i]
	}
	rows, err = db.Query(ctx, `
		SELECT t.prepayment_invoice, t.category, t.rate, t.taxable, t.tax
		  FROM prepayment_invoices p JOIN prepayment_invoice_taxes t ON t.prepayment_invoice = p.number
		 WHERE p.order_id = $1 ORDER BY t.prepayment_invoice, t.category, t.rate`, orderID)
	if err != nil {
		return fail(err)
	}
	var number string
	var tax TaxView
	_, err = pgx.ForEachRow(rows, []any{&number, &tax.Category, &tax.Rate, &tax.Taxable, &tax.Tax}, func() error {
		of[number].Taxes = append(of[number].Taxes, tax)
		return nil
	})
	if err != nil {
		return fail(err)
	}
	rows, err = db.Query(ctx, `
		SELECT u.deposit, u.n, u.invoice, u.credit_note, u.amount, u.tax, u.undoes, u.reason, u.used_on
		  FROM prepayment_invoices p JOIN deposit_uses u ON u.deposit = p.number WHERE p.order_id = $1 ORDER BY u.deposit, u.n`, orderID)
	if err != nil {
		return fail(err)
	}
	uses, err := pgx.CollectRows(rows, pgx.RowToStructByName[DepositUseView])
	if err != nil {
		return fail(err)
	}
	for _, use := range uses {
		of[use.Deposit].Uses = append(of[use.Deposit].Uses, use)
	}
	return v, nil
}

// InvoicePrepaymentView is what a deposit has paid of an invoice.
type InvoicePrepaymentView struct {
	Deposit string
	Amount  decimal.Decimal
	Tax     decimal.Decimal
}

// PrepaymentsOfInvoice is what deposits have paid of an invoice, the oldest first.
func PrepaymentsOfInvoice(ctx context.Context, db DB, invoice string) ([]InvoicePrepaymentView, error) {
	rows, err := db.Query(ctx, `
		SELECT deposit, sum(amount) AS amount, sum(tax) AS tax FROM deposit_uses WHERE invoice = $1 GROUP BY deposit HAVING sum(amount) <> 0 ORDER BY deposit`, invoice)
	if err != nil {
		return nil, TranslateError(fmt.Errorf("postgres.PrepaymentsOfInvoice: %w", err))
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[InvoicePrepaymentView])
	return found, TranslateError(err)
}
