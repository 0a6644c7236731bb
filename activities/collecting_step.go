package activities

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"o2c/models"
	"o2c/postgres"
)

// collectingStep is one transaction on what a workflow collects, with the customer's credit account locked and the order or, where
// there is no orderID, the one open item: what is done about an invoice is the same for both. The exposure is saved when it ends.
type collectingStep struct {
	tx         pgx.Tx
	orderID    string
	customerID string
	poNumber   string
	exposure   models.Exposure
	at         time.Time
	refused    *models.Error
}

// onInvoice runs one step on an invoice in a transaction: as a step of its order or, where it belongs to no single order, as one of
// the invoice alone. It returns the progress after it.
func onInvoice(ctx context.Context, pool *pgxpool.Pool, orderID, invoice string, at time.Time, work func(*collectingStep) error) (progress models.OrderProgress, err error) {
	err = postgres.InTx(ctx, pool, func(tx pgx.Tx) error {
		progress, err = runOnInvoice(ctx, tx, orderID, invoice, at, work)
		return err
	})
	return progress, err
}

// onInvoiceFreeingCredit is onInvoice for a step that may free credit, see freeingCredit.
func onInvoiceFreeingCredit(ctx context.Context, pool *pgxpool.Pool, orders Orders, orderID, invoice, cause string, at time.Time, work func(*collectingStep) error) (models.OrderProgress, error) {
	return freeingCredit(ctx, pool, orders, cause, at, func(tx pgx.Tx) (models.OrderProgress, error) {
		return runOnInvoice(ctx, tx, orderID, invoice, at, work)
	})
}

func runOnInvoice(ctx context.Context, tx pgx.Tx, orderID, invoice string, at time.Time, work func(*collectingStep) error) (models.OrderProgress, error) {
	if orderID == "" {
		return runReceivable(ctx, tx, invoice, at, work)
	}
	return runStep(ctx, tx, orderID, at, func(s *step) error { return work(&s.collectingStep) })
}

// runReceivable locks, lets the step do its work on an invoice that belongs to no single order, saves the exposure, and reports the
// progress: that of an order which is one invoice, and which is closed by its workflow alone.
func runReceivable(ctx context.Context, tx pgx.Tx, invoice string, at time.Time, work func(*collectingStep) error) (models.OrderProgress, error) {
	shared, exposure, err := postgres.LockReceivable(ctx, tx, invoice)
	if err != nil {
		return models.OrderProgress{}, err
	}
	s := &collectingStep{tx: tx, customerID: shared.CustomerID, poNumber: shared.PONumber, exposure: exposure, at: at}
	if err = work(s); err != nil {
		return models.OrderProgress{}, err
	}
	if err = postgres.SaveExposure(ctx, tx, shared.CustomerID, s.exposure); err != nil {
		return models.OrderProgress{}, err
	}
	item, err := postgres.LockOpenItem(ctx, tx, invoice)
	if err != nil {
		return models.OrderProgress{}, err
	}
	progress := item.Progress()
	progress.PONumber, progress.Refused = shared.PONumber, s.refused
	progress.Messages, err = postgres.QueuedMessageKeysOfInvoice(ctx, tx, invoice)
	return progress, err
}

// event adds a row to the timeline of the order, or of the customer where there is none; false means that its key happened before.
func (s *collectingStep) event(ctx context.Context, e postgres.Event) (bool, error) {
	e.OrderID, e.CustomerID, e.At = s.orderID, s.customerID, s.at
	return postgres.RecordEvent(ctx, s.tx, e)
}

// queue records a message, which the step's answer has sent.
func (s *collectingStep) queue(ctx context.Context, m postgres.Message) error {
	m.OrderID, m.CustomerID = s.orderID, s.customerID
	return postgres.QueueMessage(ctx, s.tx, m, s.at)
}

// refuse settles a fact that lost a race: it stays recorded with its reason, and nothing else happens.
func (s *collectingStep) refuse(ctx context.Context, factID, actor string, reason *models.Error) error {
	s.refused = reason
	if err := postgres.SettleFact(ctx, s.tx, factID, reason); err != nil {
		return err
	}
	_, err := s.event(ctx, postgres.Event{Key: "refused/" + factID, Kind: "fact-refused", Actor: actor, Summary: "Refused: " + reason.Detail, Detail: reason})
	return err
}
