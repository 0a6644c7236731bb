package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"o2c/models"
)

// Proforma is what asks for the prepayment of a version of an order.
type Proforma struct {
	Number           string
	Year             int
	Sequence         int64
	OrderID          string
	OrderVersion     int
	CustomerID       string
	Amount           models.Money
	PaymentReference string
	IssueDate        models.Date
	IssuedAt         time.Time
}

// InsertProforma records a pro-forma. A second one of its order's version is refused (proformas_once_per_version).
func InsertProforma(ctx context.Context, tx pgx.Tx, p Proforma) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO proformas (number, series, year, sequence, order_id, order_version, customer_id, currency, amount, payment_reference, issue_date, issued_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		p.Number, models.ProformaSeries, p.Year, p.Sequence, p.OrderID, p.OrderVersion, p.CustomerID, p.Amount.Currency(), p.Amount, p.PaymentReference,
		p.IssueDate, p.IssuedAt)
	if err != nil {
		return fmt.Errorf("postgres.InsertProforma %s: %w", p.Number, err)
	}
	return nil
}

// NamedProforma is a pro-forma as a payment names it.
type NamedProforma struct {
	Number           string
	PaymentReference string
	OrderID          string
	IssueDate        models.Date
}

// ProformasNamed are those of a customer that numbers and creditor references name, one of each order: the newest, by the orders' ids.
func ProformasNamed(ctx context.Context, db DB, customerID string, numbers, references []string) ([]NamedProforma, error) {
	if len(numbers) == 0 && len(references) == 0 {
		return nil, nil
	}
	rows, err := db.Query(ctx, `
		SELECT DISTINCT ON (order_id) number, payment_reference, order_id, issue_date
		  FROM (SELECT * FROM proformas WHERE number = ANY($2) UNION ALL SELECT * FROM proformas WHERE payment_reference = ANY($3)) named
		 WHERE customer_id = $1 ORDER BY order_id, order_version DESC`, customerID, numbers, references)
	if err != nil {
		return nil, fmt.Errorf("postgres.ProformasNamed: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[NamedProforma])
}

// PrepaymentInvoice is a deposit as it is inserted: once, and never changed.
type PrepaymentInvoice struct {
	Number     string
	Year       int
	Sequence   int64
	OrderID    string
	CustomerID string
	PaymentID  string
	Proforma   string
	Groups     []models.CreditGroup
	Net        models.Money
	Tax        models.Money
	IssueDate  models.Date
	Cause      string
	IssuedBy   string
	IssuedAt   time.Time
}

// InsertPrepaymentInvoice records a deposit. A second one of its cause for the order is refused (prepayment_invoices_once).
func InsertPrepaymentInvoice(ctx context.Context, tx pgx.Tx, i PrepaymentInvoice) error {
	batch := &pgx.Batch{}
	batch.Queue(`
		INSERT INTO prepayment_invoices (number, series, year, sequence, order_id, customer_id, payment_id, proforma, currency, net_total, tax_total, total,
		                                 issue_date, cause, issued_by, issued_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
		i.Number, models.PrepaymentInvoiceSeries, i.Year, i.Sequence, i.OrderID, i.CustomerID, i.PaymentID, i.Proforma, i.Net.Currency(), i.Net, i.Tax,
		i.Net.Add(i.Tax), i.IssueDate, i.Cause, i.IssuedBy, i.IssuedAt)
	for _, g := range i.Groups {
		batch.Queue(`INSERT INTO prepayment_invoice_taxes (prepayment_invoice, category, rate, currency, taxable, tax) VALUES ($1, $2, $3, $4, $5, $6)`,
			i.Number, g.Tax.Category, g.Tax.Rate, i.Net.Currency(), g.Taxable, g.Amount)
	}
	if err := tx.SendBatch(ctx, batch).Close(); err != nil {
		return fmt.Errorf("postgres.InsertPrepaymentInvoice %s: %w", i.Number, err)
	}
	return nil
}

// Deposit is what is left of a prepayment invoice, by tax group.
type Deposit struct {
	Number    string
	OrderID   string
	PaymentID string
	Uses      int                  // how many rows it has, counter-rows included
	Kept      []models.CreditGroup // what of it was not given back
	Left      []models.CreditGroup
}

// LeftOver is what is left of it, gross.
func (d *Deposit) LeftOver(currency models.Currency) models.Money {
	net, tax := models.NetAndTax(d.Left, currency)
	return net.Add(tax)
}

// DepositsOfOrder are the deposits of an order, which must be locked, the oldest first.
func DepositsOfOrder(ctx context.Context, db DB, orderID string) ([]Deposit, error) {
	return deposits(ctx, db, `WHERE p.order_id = $1 ORDER BY p.year, p.sequence, t.category, t.rate`, orderID)
}

// DepositsOfPayment are the deposits that a payment made, the newest first.
func DepositsOfPayment(ctx context.Context, db DB, paymentID string) ([]Deposit, error) {
	return deposits(ctx, db, `WHERE p.payment_id = $1 ORDER BY p.year DESC, p.sequence DESC, t.category, t.rate`, paymentID)
}

func deposits(ctx context.Context, db DB, where, key string) ([]Deposit, error) {
	rows, err := db.Query(ctx, `
		SELECT p.number, p.order_id, p.payment_id, p.currency, (SELECT count(*) FROM deposit_uses WHERE deposit = p.number),
		       t.category, t.rate, t.taxable - coalesce(u.taxable, 0), t.tax - coalesce(u.tax, 0),
		       t.taxable - coalesce(u.given_taxable, 0), t.tax - coalesce(u.given_tax, 0)
		  FROM prepayment_invoices p
		  JOIN prepayment_invoice_taxes t ON t.prepayment_invoice = p.number
		  LEFT JOIN LATERAL (SELECT sum(g.taxable) AS taxable, sum(g.tax) AS tax, sum(g.taxable) FILTER (WHERE d.invoice IS NULL) AS given_taxable,
		                            sum(g.tax) FILTER (WHERE d.invoice IS NULL) AS given_tax
		                       FROM deposit_use_taxes g JOIN deposit_uses d ON d.deposit = g.deposit AND d.n = g.n
		                      WHERE g.deposit = p.number AND g.category = t.category AND g.rate = t.rate) u ON true `+where, key)
	if err != nil {
		return nil, fmt.Errorf("postgres.deposits of %s: %w", key, err)
	}
	var found []Deposit
	var d Deposit
	var currency models.Currency
	var class models.TaxClass
	var leftTaxable, leftTax, keptTaxable, keptTax decimal.Decimal
	scan := []any{&d.Number, &d.OrderID, &d.PaymentID, &currency, &d.Uses, &class.Category, &class.Rate, &leftTaxable, &leftTax, &keptTaxable, &keptTax}
	_, err = pgx.ForEachRow(rows, scan, func() error {
		if len(found) == 0 || found[len(found)-1].Number != d.Number {
			found = append(found, Deposit{Number: d.Number, OrderID: d.OrderID, PaymentID: d.PaymentID, Uses: d.Uses})
		}
		group := func(taxable, tax decimal.Decimal) models.CreditGroup {
			return models.CreditGroup{Tax: class, Taxable: models.MustMoney(taxable, currency), Amount: models.MustMoney(tax, currency)}
		}
		last := &found[len(found)-1]
		last.Kept = append(last.Kept, group(keptTaxable, keptTax))
		last.Left = append(last.Left, group(leftTaxable, leftTax))
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("postgres.deposits of %s: %w", key, err)
	}
	return found, nil
}

// DepositUse is what becomes of a part of a deposit: it pays an invoice, or is given back under a credit note.
type DepositUse struct {
	Deposit    string
	N          int
	Invoice    string // "" where it is given back
	CreditNote string // "" where it pays an invoice
	Year       int
	Sequence   int64
	Groups     []models.CreditGroup
	Undoes     *int
	Cause      string
	Reason     string
	On         models.Date
	By         string
	At         time.Time
}

// Amount is what is used, gross; below nothing where it undoes.
func (u DepositUse) Amount(currency models.Currency) models.Money {
	net, tax := models.NetAndTax(u.Groups, currency)
	return net.Add(tax)
}

// InsertDepositUse records a use. One beyond what there is, is refused (deposit_use_taxes_within_deposit).
func InsertDepositUse(ctx context.Context, tx pgx.Tx, u DepositUse, currency models.Currency) error {
	net, taxed := models.NetAndTax(u.Groups, currency)
	var series *string
	var year *int
	var sequence *int64
	if u.CreditNote != "" {
		series, year, sequence = new(models.PrepaymentCreditNoteSeries), &u.Year, &u.Sequence
	}
	batch := &pgx.Batch{}
	batch.Queue(`
		INSERT INTO deposit_uses (deposit, n, invoice, credit_note, series, year, sequence, currency, net, tax, amount, undoes, cause, reason, used_on, used_by, used_at)
		VALUES ($1, $2, nullif($3, ''), nullif($4, ''), $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`,
		u.Deposit, u.N, u.Invoice, u.CreditNote, series, year, sequence, currency, net, taxed, net.Add(taxed), u.Undoes, u.Cause, u.Reason, u.On, u.By, u.At)
	for _, g := range u.Groups {
		batch.Queue(`INSERT INTO deposit_use_taxes (deposit, n, category, rate, currency, taxable, tax) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			u.Deposit, u.N, g.Tax.Category, g.Tax.Rate, currency, g.Taxable, g.Amount)
	}
	if err := tx.SendBatch(ctx, batch).Close(); err != nil {
		return fmt.Errorf("postgres.InsertDepositUse %s %d: %w", u.Deposit, u.N, err)
	}
	return nil
}

// StandingDepositUses are the applications of a payment's deposits to invoices that nothing has undone, the newest first.
func StandingDepositUses(ctx context.Context, db DB, paymentID string) ([]DepositUse, error) {
	rows, err := db.Query(ctx, `
		SELECT u.deposit, u.n, u.invoice, u.currency, t.category, t.rate, t.taxable, t.tax
		  FROM prepayment_invoices p
		  JOIN deposit_uses u ON u.deposit = p.number AND u.undoes IS NULL AND u.invoice IS NOT NULL
		  JOIN deposit_use_taxes t ON t.deposit = u.deposit AND t.n = u.n
		 WHERE p.payment_id = $1 AND NOT EXISTS (SELECT FROM deposit_uses x WHERE x.deposit = u.deposit AND x.undoes = u.n)
		 ORDER BY p.year DESC, p.sequence DESC, u.n DESC, t.category, t.rate`, paymentID)
	if err != nil {
		return nil, fmt.Errorf("postgres.StandingDepositUses: %w", err)
	}
	var found []DepositUse
	var u DepositUse
	var currency models.Currency
	var class models.TaxClass
	var taxable, tax decimal.Decimal
	_, err = pgx.ForEachRow(rows, []any{&u.Deposit, &u.N, &u.Invoice, &currency, &class.Category, &class.Rate, &taxable, &tax}, func() error {
		if last := len(found) - 1; last < 0 || found[last].Deposit != u.Deposit || found[last].N != u.N {
			found = append(found, DepositUse{Deposit: u.Deposit, N: u.N, Invoice: u.Invoice})
		}
		last := &found[len(found)-1]
		last.Groups = append(last.Groups, models.CreditGroup{Tax: class, Taxable: models.MustMoney(taxable, currency), Amount: models.MustMoney(tax, currency)})
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("postgres.StandingDepositUses: %w", err)
	}
	return found, nil
}
