package postgres

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"o2c/models"
)

// PaymentView is a payment as it is shown, with what it paid. One that was accepted and that no worker has booked yet is
// processing, all of it unapplied; one that was refused has failed, with the Reason.
type PaymentView struct {
	ID           string
	CustomerID   *string
	Currency     models.Currency
	Amount       decimal.Decimal
	ValueDate    models.Date
	Method       string
	Reference    string
	PayerName    string
	PayerAccount string
	Applied      decimal.Decimal
	Refunded     decimal.Decimal
	Reversed     decimal.Decimal
	Unapplied    decimal.Decimal
	State        string
	ReceivedAt   *time.Time
	RecordedAt   time.Time
	Reason       string            `db:"-"`
	Applications []ApplicationView `db:"-"`
}

// ApplicationView is what a payment paid of an invoice, and by which rule that was found.
type ApplicationView struct {
	PaymentID string
	Invoice   string
	Amount    decimal.Decimal
	Rule      string
}

const paymentViewColumns = `
	SELECT id, customer_id, currency, amount, value_date, method, reference, payer_name, payer_account, applied, refunded, reversed,
	       unapplied, state, received_at, recorded_at
	  FROM payments `

// ReadPayment reads a payment, or the fact that is to become one; "payment-not-found".
func ReadPayment(ctx context.Context, db DB, id string) (PaymentView, error) {
	rows, err := db.Query(ctx, paymentViewColumns+`WHERE id = $1`, id)
	if err != nil {
		return PaymentView{}, TranslateError(fmt.Errorf("postgres.ReadPayment: %w", err))
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[PaymentView])
	if err != nil {
		return PaymentView{}, TranslateError(fmt.Errorf("postgres.ReadPayment: %w", err))
	}
	if len(found) == 0 {
		return readAcceptedPayment(ctx, db, id)
	}
	return found[0], readApplications(ctx, db, found)
}

func readAcceptedPayment(ctx context.Context, db DB, id string) (PaymentView, error) {
	fact, err := ReadFact(ctx, db, id, PaymentFact)
	if err != nil {
		return PaymentView{}, err
	}
	var told models.Payment
	if err = json.Unmarshal(fact.Content, &told); err != nil {
		return PaymentView{}, fmt.Errorf("postgres.readAcceptedPayment %s: %w", id, err)
	}
	view := PaymentView{
		ID: id, CustomerID: fact.CustomerID, Currency: told.Amount.Currency(), Amount: told.Amount.Decimal(), ValueDate: told.ValueDate,
		Method: told.Method, Reference: told.Reference, PayerName: told.PayerName, PayerAccount: told.PayerAccount,
		Unapplied: told.Amount.Decimal(), State: Processing,
	}
	if refusal := fact.Refusal(); refusal != nil {
		view.State, view.Reason = "failed", refusal.Detail
	}
	return view, nil
}

// PaymentFilter narrows a list of payments; nil takes all.
type PaymentFilter struct {
	CustomerID *string
	State      *string
}

// ListPayments reads a page of booked payments, newest first.
func ListPayments(ctx context.Context, db DB, f PaymentFilter, page Page) ([]PaymentView, *string, error) {
	at, key, err := page.after()
	if err != nil {
		return nil, nil, err
	}
	rows, err := db.Query(ctx, paymentViewColumns+`
		 WHERE ($1::text IS NULL OR customer_id = $1) AND ($2::text IS NULL OR state = $2)
		   AND ($3::timestamptz IS NULL OR (recorded_at, id) < ($3, $4))
		 ORDER BY recorded_at DESC, id DESC
		 LIMIT $5`, pgx.QueryExecModeCacheDescribe, f.CustomerID, f.State, at, key, page.Limit+1)
	if err != nil {
		return nil, nil, TranslateError(fmt.Errorf("postgres.ListPayments: %w", err))
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[PaymentView])
	if err != nil {
		return nil, nil, TranslateError(fmt.Errorf("postgres.ListPayments: %w", err))
	}
	found, next := cut(page, found, func(p PaymentView) position { return latest(p.RecordedAt, p.ID) })
	return found, next, readApplications(ctx, db, found)
}

// readApplications fills in what the payments paid.
func readApplications(ctx context.Context, db DB, payments []PaymentView) error {
	index := make(map[string]*PaymentView, len(payments))
	ids := make([]string, len(payments))
	for i := range payments {
		index[payments[i].ID], ids[i] = &payments[i], payments[i].ID
	}
	rows, err := db.Query(ctx, `
		SELECT payment_id, invoice, amount, rule FROM payment_applications WHERE payment_id = ANY($1) ORDER BY payment_id, n`, ids)
	if err != nil {
		return TranslateError(fmt.Errorf("postgres.readApplications: %w", err))
	}
	applications, err := pgx.CollectRows(rows, pgx.RowToStructByName[ApplicationView])
	if err != nil {
		return TranslateError(fmt.Errorf("postgres.readApplications: %w", err))
	}
	for _, a := range applications {
		index[a.PaymentID].Applications = append(index[a.PaymentID].Applications, a)
	}
	return nil
}
