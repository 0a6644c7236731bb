package activities

import (
	"context"

	"github.com/jackc/pgx/v5"

	"o2c/bank"
	"o2c/ledger"
	"o2c/models"
	"o2c/postgres"
)

// charged is a debit note on its way into the books, with the event of the postings table that it is. key is what the entry's key is made
// of, where that is not the note's number.
type charged struct {
	postgres.DebitNote

	event string
	lines func(models.Money) []ledger.Line
	key   string
}

// charge issues a debit note and returns it: the document, its open item, the entry, the exposure, which the caller saves, and the
// customer's timeline. The customer's credit account is locked; the number is taken under the last lock of all.
func charge(ctx context.Context, tx pgx.Tx, exposure *models.Exposure, c charged) (postgres.DebitNote, error) {
	c.Year = c.ChargedOn.Year()
	sequence, err := postgres.NextNumber(ctx, tx, models.DebitNoteSeries, c.Year)
	if err != nil {
		return c.DebitNote, err
	}
	c.Sequence, c.Number = sequence, models.DocumentNumber(models.DebitNoteSeries, c.Year, sequence)
	c.Reference = bank.CreditorReference(c.Number)
	if err = postgres.InsertDebitNote(ctx, tx, c.DebitNote); err != nil {
		return c.DebitNote, err
	}
	exposure.OpenInvoices = exposure.OpenInvoices.Add(c.Amount)
	if c.key == "" {
		c.key = string(c.Kind) + "/" + c.Number
	}
	err = ledger.Post(ctx, tx, ledger.Entry{
		Key: c.key, Event: c.event, BusinessDate: c.ChargedOn, CustomerID: c.CustomerID, Document: c.Number, Description: c.Reason, Actor: c.By,
		Lines: c.lines(c.Amount),
	})
	if err != nil {
		return c.DebitNote, err
	}
	_, err = postgres.RecordEvent(ctx, tx, postgres.Event{
		Key: "charged/" + c.Number, CustomerID: c.CustomerID, Invoice: c.Invoice, Kind: "charged", At: c.At, Actor: c.By,
		Summary: c.Amount.Text() + " charged as " + c.Number + ": " + c.Reason, Detail: chargeDetail{Number: c.Number, Kind: c.Kind},
	})
	return c.DebitNote, err
}

// chargeDetail is what the timeline says of a debit note.
type chargeDetail struct {
	Number string          `json:"number"`
	Kind   models.ItemKind `json:"kind"`
}
