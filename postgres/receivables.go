package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"o2c/models"
)

// An invoice that belongs to no single order is collected by a workflow of its own. Its orders have shares in it, and wait until it
// is settled.

// Receivable is such an invoice as a step on it needs it.
type Receivable struct {
	CustomerID string
	PONumber   string
}

// LockReceivable locks the credit account of the customer of an invoice that belongs to no single order, and then its open item;
// "invoice-not-found".
func LockReceivable(ctx context.Context, tx pgx.Tx, invoice string) (r Receivable, exposure models.Exposure, err error) {
	err = tx.QueryRow(ctx, `SELECT customer_id, po_number FROM invoices WHERE number = $1 AND order_id IS NULL`, invoice).Scan(&r.CustomerID, &r.PONumber)
	if errors.Is(err, pgx.ErrNoRows) {
		return r, exposure, models.NotFound("invoice", invoice)
	}
	if err != nil {
		return r, exposure, fmt.Errorf("postgres.LockReceivable %s: %w", invoice, err)
	}
	if exposure, err = LockCredit(ctx, tx, r.CustomerID); err != nil {
		return r, exposure, err
	}
	_, err = LockOpenItem(ctx, tx, invoice)
	return r, exposure, err
}

// Progress is the item as the workflow knows it that collects it by itself.
func (i *OpenItem) Progress() models.OrderProgress {
	p := models.OrderProgress{CustomerID: i.CustomerID, Currency: i.Currency, Stage: models.Collecting}
	if r := i.Receivable(); !r.Settled() {
		p.Receivables = []models.Receivable{r}
	}
	return p
}

// Outcome is how a settled item ended.
func (i *OpenItem) Outcome() models.Outcome {
	switch {
	case i.WrittenOff.IsPositive():
		return models.OutcomeWrittenOff
	case i.Paid.IsPositive() || i.DepositsApplied.IsPositive():
		return models.OutcomePaid
	default:
		return models.OutcomeCredited
	}
}

// OrdersOfInvoice are the orders that have a share in an invoice that belongs to no single one, by id.
func OrdersOfInvoice(ctx context.Context, db DB, invoice string) ([]string, error) {
	rows, err := db.Query(ctx, `SELECT order_id FROM invoice_shares WHERE invoice = $1 ORDER BY order_id`, invoice)
	if err != nil {
		return nil, fmt.Errorf("postgres.OrdersOfInvoice %s: %w", invoice, err)
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

// OrdersToSettle are those of them that are not closed.
func OrdersToSettle(ctx context.Context, db DB, invoice string) ([]string, error) {
	rows, err := db.Query(ctx, `
		SELECT s.order_id FROM invoice_shares s JOIN orders o ON o.id = s.order_id
		 WHERE s.invoice = $1 AND o.stage <> 'closed' ORDER BY s.order_id`, invoice)
	if err != nil {
		return nil, TranslateError(fmt.Errorf("postgres.OrdersToSettle %s: %w", invoice, err))
	}
	orders, err := pgx.CollectRows(rows, pgx.RowTo[string])
	return orders, TranslateError(err)
}

// PlanBilling finds out what becomes of a consolidated order's shipments: when those that are not billed will be, and which invoices
// that it shares are open.
func (o *Order) PlanBilling(ctx context.Context, db DB) error {
	if o.Invoicing != models.Consolidated {
		return nil
	}
	err := db.QueryRow(ctx, `
		SELECT coalesce((SELECT array_agg(s.invoice ORDER BY s.invoice) FROM invoice_shares s JOIN open_items i ON i.number = s.invoice
		                  WHERE s.order_id = $1 AND i.status IN ('open', 'partly_paid')), '{}'),
		       (SELECT min(due_at) FROM billings WHERE customer_id = $2 AND billing_period = $3 AND billed_at IS NULL)`,
		o.ID, o.CustomerID, o.BillingPeriod).Scan(&o.SharedInvoices, &o.BillAt)
	if err != nil {
		return fmt.Errorf("postgres.PlanBilling %s: %w", o.ID, err)
	}
	if !o.unbilled() {
		o.BillAt = nil
	}
	return nil
}

// unbilled is true while something is shipped that is to be invoiced.
func (o *Order) unbilled() bool {
	for _, line := range o.LineProgress() {
		if line.Billable().GreaterThan(line.Invoiced) {
			return true
		}
	}
	return false
}

// sharesOf reads the invoices that an order shares with others: the parts of all orders in each, and what has settled it.
func sharesOf(ctx context.Context, db DB, o *Order) (settled []models.SharedSettlement, ledger decimal.Decimal, err error) {
	rows, err := db.Query(ctx, `
		SELECT i.paid, i.deposits_applied, i.credit_applied, i.credited, i.discount, i.payment_difference, i.withheld, i.written_off,
		       array_agg(s.amount::text ORDER BY s.order_id), array_position(array_agg(s.order_id ORDER BY s.order_id), $1) - 1,
		       (SELECT coalesce(sum(l.debit - l.credit), 0) FROM ledger_lines l WHERE l.account = 'receivables' AND l.document = i.number)
		  FROM open_items i JOIN invoice_shares s ON s.invoice = i.number
		 WHERE i.number IN (SELECT invoice FROM invoice_shares WHERE order_id = $1)
		 GROUP BY i.number`, o.ID)
	if err != nil {
		return nil, ledger, fmt.Errorf("postgres.sharesOf %s: %w", o.ID, err)
	}
	var parts [8]decimal.Decimal
	var amounts []string
	var position int
	var balance decimal.Decimal
	_, err = pgx.ForEachRow(rows, []any{&parts[0], &parts[1], &parts[2], &parts[3], &parts[4], &parts[5], &parts[6], &parts[7], &amounts, &position, &balance}, func() error {
		money := func(d decimal.Decimal) models.Money { return models.MustMoney(d, o.Currency) }
		shared := models.SharedSettlement{Mine: position}
		for _, amount := range amounts {
			d, err := decimal.NewFromString(amount)
			if err != nil {
				return err
			}
			shared.Shares = append(shared.Shares, money(d))
		}
		shared.Whole = models.Settlement{
			Paid: money(parts[0]), Deposits: money(parts[1]), CreditApplied: money(parts[2]), Credited: money(parts[3]), Discount: money(parts[4]),
			PaymentDifference: money(parts[5]), Withheld: money(parts[6]), WrittenOff: money(parts[7]),
		}
		settled, ledger = append(settled, shared), ledger.Add(balance)
		return nil
	})
	if err != nil {
		return nil, ledger, fmt.Errorf("postgres.sharesOf %s: %w", o.ID, err)
	}
	return settled, ledger, nil
}
