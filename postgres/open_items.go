package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"o2c/models"
)

// OpenItem is what is open of an invoice, or of a debit note, and where its dunning stands, as the process works on it. Invoice is the one
// that it came from, "" where there is none; an invoice's own item came from itself.
type OpenItem struct {
	Number           string
	Kind             models.ItemKind
	Invoice          string
	CustomerID       string
	OrderID          string
	Currency         models.Currency
	DueDate          models.Date
	PaymentReference string
	Total            decimal.Decimal

	// What has lowered the total; each is the sum of its documents.
	Paid              decimal.Decimal
	Credited          decimal.Decimal
	DepositsApplied   decimal.Decimal
	CreditApplied     decimal.Decimal
	Discount          decimal.Decimal
	PaymentDifference decimal.Decimal
	Withheld          decimal.Decimal
	WrittenOff        decimal.Decimal
	Recovered         decimal.Decimal // what of it came all the same

	DisputedAmount decimal.Decimal
	DunningPlan    []models.PlannedNotice
	Dunned         []Dunned         // where the dunning of each instalment stands
	Waits          []models.DueStep // what else comes due
	Plan           string           // the instalment plan by which it is paid, "": none
	DunningPolicy  string
	DunningVersion int
	Version        int
}

// Settled is the sum of everything that has lowered the total.
func (i *OpenItem) Settled() models.Money {
	return models.MustMoney(decimal.Sum(i.Paid, i.Credited, i.DepositsApplied, i.CreditApplied, i.Discount, i.PaymentDifference, i.Withheld, i.WrittenOff), i.Currency)
}

// Open is the open amount.
func (i *OpenItem) Open() models.Money { return models.MustMoney(i.Total, i.Currency).Sub(i.Settled()) }

// Disputed is the part of it that is disputed.
func (i *OpenItem) Disputed() models.Money { return models.MustMoney(i.DisputedAmount, i.Currency) }

// Pay lowers the open amount by an application of a payment, or raises it by one that undoes another.
func (i *OpenItem) Pay(a Application) {
	i.Paid, i.Discount, i.PaymentDifference = i.Paid.Add(a.Amount), i.Discount.Add(a.Discount), i.PaymentDifference.Add(a.PaymentDifference)
}

// Credit takes a credit note: it lowers the open amount, and stands for what it takes back.
func (i *OpenItem) Credit(split models.CreditSplit) {
	i.Credited = i.Credited.Add(split.OnInvoice().Decimal())
	i.WrittenOff = i.WrittenOff.Sub(split.WrittenOff.Decimal())
	i.PaymentDifference = i.PaymentDifference.Sub(split.PaymentDifference.Decimal())
	i.Discount = i.Discount.Sub(split.Discount.Decimal())
}

// Recoverable is what is written off and has not come yet.
func (i *OpenItem) Recoverable() models.Money {
	return models.MustMoney(i.WrittenOff.Sub(i.Recovered), i.Currency)
}

// SettledBy is how the item stands for a credit note; given is the customer credit that its earlier notes gave. Money that came for what is
// written off is cash like any other.
func (i *OpenItem) SettledBy(given models.Money) models.SettledBy {
	money := func(d decimal.Decimal) models.Money { return models.MustMoney(d, i.Currency) }
	return models.SettledBy{
		Open: i.Open(), WrittenOff: i.Recoverable(), PaymentDifference: money(i.PaymentDifference), Discount: money(i.Discount),
		Cash: money(decimal.Sum(i.Paid, i.DepositsApplied, i.CreditApplied, i.Recovered)).Sub(given),
	}
}

// Receivable is the item of an invoice as its order's workflow knows it.
func (i *OpenItem) Receivable() models.Receivable {
	r := models.Receivable{Invoice: i.Invoice, Version: i.Version, DueDate: i.DueDate, Open: i.Open(), Disputed: i.Disputed(), Next: i.Next()}
	if len(i.Waits) > 0 { // nothing is nil, as it is after a journey through JSON
		r.Waits = i.Waits
	}
	return r
}

// InsertOpenItem opens the item of an issued invoice or debit note.
func InsertOpenItem(ctx context.Context, tx pgx.Tx, i *OpenItem) error {
	instalment, level, at := i.columns()
	_, err := tx.Exec(ctx, `
		INSERT INTO open_items (number, kind, invoice, customer_id, order_id, currency, due_date, total, dunning_plan, dunned, next_instalment, next_level, next_dunning_at)
		VALUES ($1, $2, nullif($3, ''), $4, nullif($5, ''), $6, $7, $8, $9, $10, $11, $12, $13)`,
		i.Number, i.Kind, i.Invoice, i.CustomerID, i.OrderID, i.Currency, i.DueDate, i.Total, i.DunningPlan, append([]Dunned{}, i.Dunned...), instalment, level, at)
	if err != nil {
		return fmt.Errorf("postgres.InsertOpenItem: %w", err)
	}
	return nil
}

const openItemColumns = `
	SELECT i.number, i.kind, coalesce(i.invoice, '') AS invoice, i.customer_id, coalesce(i.order_id, '') AS order_id, i.currency, i.due_date,
	       coalesce(v.payment_reference, d.payment_reference) AS payment_reference, i.total,
	       i.paid, i.credited, i.deposits_applied, i.credit_applied, i.discount, i.payment_difference, i.withheld, i.written_off, i.recovered,
	       i.disputed_amount, i.dunning_plan, i.dunned, i.waits, coalesce(i.plan, '') AS plan,
	       coalesce(v.dunning_policy, '') AS dunning_policy, coalesce(v.dunning_version, 0) AS dunning_version, i.version
	  FROM open_items i
	  LEFT JOIN invoices v ON v.number = i.number
	  LEFT JOIN debit_notes d ON d.number = i.number `

// LockOpenItem locks one item; "invoice-not-found".
func LockOpenItem(ctx context.Context, tx pgx.Tx, number string) (*OpenItem, error) {
	return openItem(ctx, tx, number, "FOR UPDATE OF i")
}

// ReadOpenItem reads one item without a lock; "invoice-not-found".
func ReadOpenItem(ctx context.Context, db DB, number string) (*OpenItem, error) {
	item, err := openItem(ctx, db, number, "")
	return item, TranslateError(err)
}

func openItem(ctx context.Context, db DB, number, lock string) (*OpenItem, error) {
	rows, err := db.Query(ctx, openItemColumns+`WHERE i.number = $1 `+lock, number)
	if err != nil {
		return nil, fmt.Errorf("postgres.openItem: %w", err)
	}
	item, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[OpenItem])
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, models.NotFound("invoice", number)
	}
	if err != nil {
		return nil, fmt.Errorf("postgres.openItem %s: %w", number, err)
	}
	return &item, nil
}

// LockOpenItemsOfCustomer locks all items of a customer that are not settled, by number.
func LockOpenItemsOfCustomer(ctx context.Context, tx pgx.Tx, customerID string) ([]OpenItem, error) {
	rows, err := tx.Query(ctx, openItemColumns+`
		WHERE i.customer_id = $1 AND i.status IN ('open', 'partly_paid') ORDER BY i.number FOR UPDATE OF i`, customerID)
	if err != nil {
		return nil, fmt.Errorf("postgres.LockOpenItemsOfCustomer: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[OpenItem])
}

// OpenItemsOfOrder reads the items of an order that are not settled, by number: its invoices. What else is charged holds up no order.
func OpenItemsOfOrder(ctx context.Context, db DB, orderID string) ([]OpenItem, error) {
	rows, err := db.Query(ctx, openItemColumns+`
		WHERE i.order_id = $1 AND i.status IN ('open', 'partly_paid') ORDER BY i.number`, orderID)
	if err != nil {
		return nil, fmt.Errorf("postgres.OpenItemsOfOrder: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[OpenItem])
}

// LockOpenItems locks items by their numbers, settled or not, in the order of the numbers.
func LockOpenItems(ctx context.Context, tx pgx.Tx, numbers []string) ([]OpenItem, error) {
	rows, err := tx.Query(ctx, openItemColumns+`WHERE i.number = ANY($1) ORDER BY i.number FOR UPDATE OF i`, numbers)
	if err != nil {
		return nil, fmt.Errorf("postgres.LockOpenItems: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[OpenItem])
}

// OpenItemsTouchedBy reads the items that a payment, or a change of one, settled or opened again, itself or by a deposit.
func OpenItemsTouchedBy(ctx context.Context, db DB, cause string) ([]OpenItem, error) {
	rows, err := db.Query(ctx, openItemColumns+`
		WHERE i.number IN (SELECT invoice FROM payment_applications WHERE cause = $1 UNION SELECT invoice FROM deposit_uses WHERE cause = $1) ORDER BY i.number`, cause)
	if err != nil {
		return nil, fmt.Errorf("postgres.OpenItemsTouchedBy: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[OpenItem])
}

// SaveOpenItem writes what a step changed of a locked item and raises its version.
func SaveOpenItem(ctx context.Context, tx pgx.Tx, i *OpenItem) error {
	i.Version++
	instalment, level, at := i.columns()
	_, err := tx.Exec(ctx, `
		UPDATE open_items
		   SET paid = $2, credited = $3, deposits_applied = $4, credit_applied = $5, discount = $6, payment_difference = $7, withheld = $8,
		       written_off = $9, disputed_amount = $10, dunning_plan = $11, dunned = $12, next_instalment = $13, next_level = $14, next_dunning_at = $15, version = $16,
		       waits = $17, judge_at = $18, recovered = $19, plan = nullif($20, '')
		 WHERE number = $1`,
		i.Number, i.Paid, i.Credited, i.DepositsApplied, i.CreditApplied, i.Discount, i.PaymentDifference, i.Withheld, i.WrittenOff,
		i.DisputedAmount, i.DunningPlan, append([]Dunned{}, i.Dunned...), instalment, level, at, i.Version,
		append([]models.DueStep{}, i.Waits...), i.judgeAt(), i.Recovered, i.Plan)
	if err != nil {
		return fmt.Errorf("postgres.SaveOpenItem %s: %w", i.Number, err)
	}
	return nil
}
