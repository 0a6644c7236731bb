package postgres

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"o2c/models"
)

// PaymentView is a payment as it is shown, with what it paid and what became of it. One that was accepted and that no worker has
// booked yet is processing, all of it unapplied; one that was refused has failed, with the Reason.
type PaymentView struct {
	ID            string
	CustomerID    *string
	Currency      models.Currency
	Amount        decimal.Decimal
	ValueDate     models.Date
	Method        string
	Reference     string
	PayerName     string
	PayerAccount  string
	Applied       decimal.Decimal
	Recovered     decimal.Decimal
	TakenToIncome decimal.Decimal
	Deposits      decimal.Decimal
	Refunded      decimal.Decimal
	Reversed      decimal.Decimal
	Unapplied     decimal.Decimal
	State         string
	ReceivedAt    *time.Time
	RecordedAt    time.Time
	Reason        string            `db:"-"`
	Applications  []ApplicationView `db:"-"` // those that stand
	Undone        []ApplicationView `db:"-"`
	Reversals     []ReversalView    `db:"-"`
	Refunds       []RefundView      `db:"-"`
	Recoveries    []RecoveryView    `db:"-"`
}

// FailedPayment is the state of a payment that was refused.
const FailedPayment = "failed"

// Undoable is nil when an application of the payment can be taken back: "application-not-found", "application-undone".
func (v *PaymentView) Undoable(n int) error {
	is := func(a ApplicationView) bool { return a.N == n }
	switch {
	case slices.ContainsFunc(v.Applications, is):
		return nil
	case slices.ContainsFunc(v.Undone, is):
		return models.Conflict("application-undone", "application %d is undone already", n)
	}
	return models.NotFound("application", strconv.Itoa(n))
}

// Winnable is nil when a reversal of the payment can be won back: "reversal-not-found", "reversal-won".
func (v *PaymentView) Winnable(n int) error {
	at := slices.IndexFunc(v.Reversals, func(r ReversalView) bool { return r.N == n })
	switch {
	case at < 0:
		return models.NotFound("reversal", strconv.Itoa(n))
	case v.Reversals[at].WonAt != nil:
		return models.Conflict("reversal-won", "what reversal %d took back came again already", n)
	}
	return nil
}

// ApplicationView is what a payment paid of an invoice, and by which rule that was found. UndoneAt is set when it was taken back.
type ApplicationView struct {
	PaymentID         string
	N                 int
	Invoice           string
	Amount            decimal.Decimal
	Discount          decimal.Decimal
	PaymentDifference decimal.Decimal
	DifferenceReason  string
	TakenToIncome     decimal.Decimal
	Deduction         decimal.Decimal
	DeductionReason   string
	Rule              string
	AppliedAt         time.Time
	UndoneAt          *time.Time
}

// ReversalView is what the bank took back of a payment. WonAt is set when it came again.
type ReversalView struct {
	PaymentID  string
	N          int
	Amount     decimal.Decimal
	Claimed    decimal.Decimal
	Fee        decimal.Decimal
	Reason     string
	ReasonCode string
	DebitNotes []string
	ReversedAt time.Time
	WonAt      *time.Time
}

// RecoveryView is what of a payment was for a written-off invoice. UndoneAt is set when it was taken back.
type RecoveryView struct {
	PaymentID   string
	N           int
	Invoice     string
	Amount      decimal.Decimal
	RecoveredAt time.Time
	UndoneAt    *time.Time
}

// RefundView is what was given back of a payment.
type RefundView struct {
	PaymentID  string
	N          int
	Amount     decimal.Decimal
	Reason     string
	RefundedAt time.Time
}

const paymentViewColumns = `
	SELECT id, customer_id, currency, amount, value_date, method, reference, payer_name, payer_account, applied, recovered, taken_to_income, deposits,
	       refunded, reversed, unapplied, state, received_at, recorded_at
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
	return found[0], readParts(ctx, db, found)
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
		view.State, view.Reason = FailedPayment, refusal.Detail
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
	return found, next, readParts(ctx, db, found)
}

// readParts fills in what the payments paid, and what was reversed and refunded of them.
func readParts(ctx context.Context, db DB, payments []PaymentView) error {
	index := make(map[string]*PaymentView, len(payments))
	ids := make([]string, len(payments))
	for i := range payments {
		index[payments[i].ID], ids[i] = &payments[i], payments[i].ID
	}
	applications, err := readRows[ApplicationView](ctx, db, `
		SELECT a.payment_id, a.n, a.invoice, a.amount, a.discount, a.payment_difference, a.difference_reason, a.taken_to_income, a.deduction,
		       a.deduction_reason, a.rule, a.applied_at, u.applied_at AS undone_at
		  FROM payment_applications a LEFT JOIN payment_applications u ON u.payment_id = a.payment_id AND u.undoes = a.n
		 WHERE a.payment_id = ANY($1) AND a.undoes IS NULL ORDER BY a.payment_id, a.n`, ids)
	if err != nil {
		return err
	}
	for _, a := range applications {
		if v := index[a.PaymentID]; a.UndoneAt == nil {
			v.Applications = append(v.Applications, a)
		} else {
			v.Undone = append(v.Undone, a)
		}
	}
	reversals, err := readRows[ReversalView](ctx, db, `
		SELECT r.payment_id, r.n, r.amount, r.claimed, r.fee, r.reason, r.reason_code,
		       ARRAY(SELECT number FROM debit_notes WHERE cause = r.id ORDER BY number) AS debit_notes, r.reversed_at, u.reversed_at AS won_at
		  FROM payment_reversals r LEFT JOIN payment_reversals u ON u.payment_id = r.payment_id AND u.undoes = r.n
		 WHERE r.payment_id = ANY($1) AND r.undoes IS NULL ORDER BY r.payment_id, r.n`, ids)
	if err != nil {
		return err
	}
	for _, r := range reversals {
		index[r.PaymentID].Reversals = append(index[r.PaymentID].Reversals, r)
	}
	recoveries, err := readRows[RecoveryView](ctx, db, `
		SELECT r.payment_id, r.n, r.invoice, r.amount, r.recovered_at, u.recovered_at AS undone_at
		  FROM payment_recoveries r LEFT JOIN payment_recoveries u ON u.payment_id = r.payment_id AND u.undoes = r.n
		 WHERE r.payment_id = ANY($1) AND r.undoes IS NULL ORDER BY r.payment_id, r.n`, ids)
	if err != nil {
		return err
	}
	for _, r := range recoveries {
		index[r.PaymentID].Recoveries = append(index[r.PaymentID].Recoveries, r)
	}
	refunds, err := readRows[RefundView](ctx, db, `
		SELECT payment_id, n, amount, reason, refunded_at FROM payment_refunds WHERE payment_id = ANY($1) ORDER BY payment_id, n`, ids)
	for _, r := range refunds {
		index[r.PaymentID].Refunds = append(index[r.PaymentID].Refunds, r)
	}
	return err
}

func readRows[View any](ctx context.Context, db DB, query string, args ...any) ([]View, error) {
	rows, err := db.Query(ctx, query, args...)
	if err != nil {
		return nil, TranslateError(fmt.Errorf("postgres.readRows: %w", err))
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[View])
	if err != nil {
		return nil, TranslateError(fmt.Errorf("postgres.readRows: %w", err))
	}
	return found, nil
}
