package activities

import (
	"context"
	"fmt"
	"strings"

	"o2c/document"
	"o2c/ledger"
	"o2c/models"
	"o2c/postgres"
)

// notice is a dunning notice that is on its way to its customer.
type notice struct {
	postgres.Notice

	due     models.Date
	charged []postgres.DebitNote // by it
}

// key is the natural key of the notice, and the cause of all that it charges.
func (n *notice) key() string {
	if n.Instalment > 0 {
		return fmt.Sprintf("dunning/%s/instalment/%d/%d", n.Invoice, n.Instalment, n.Level)
	}
	return fmt.Sprintf("dunning/%s/%d", n.Invoice, n.Level)
}

func (n *notice) words() string {
	return fmt.Sprintf("Dunning level %d of %s", n.Level, models.ItemKey{Invoice: n.Invoice, Instalment: n.Instalment})
}

// notify records the notice that is due of an instalment, charges what it costs, and does what its action says; or records that it was
// skipped.
func (s *collectingStep) notify(ctx context.Context, d *dunning, state *postgres.Dunned, standing models.Standing) error {
	amount, skipped := d.policy.Demand(standing, s.at)
	planned := *state.Next
	n := notice{due: state.Due, Notice: postgres.Notice{
		Invoice: d.item.Invoice, CustomerID: d.item.CustomerID, Instalment: planned.Instalment, Level: planned.Level, At: s.at, Amount: amount,
		LeftOpen: standing.Open.Sub(amount), Charges: models.NothingCharged(d.item.Currency), Channel: planned.Channel, Action: planned.Action, State: "queued",
	}}
	if skipped != models.NotSkipped {
		n.State, n.Reason = "skipped", string(skipped)
		if _, err := postgres.InsertNotice(ctx, s.tx, n.Notice); err != nil {
			return err
		}
		_, err := s.event(ctx, postgres.Event{Invoice: n.Invoice, Kind: "dunning-skipped", Actor: system, Summary: n.words() + " skipped: " + n.Reason})
		return err
	}
	company, err := postgres.LoadCompany(ctx, s.tx)
	if err != nil {
		return err
	}
	level, _ := d.policy.Level(planned.Level)
	day := models.DateIn(s.at, company.Zone())
	if n.Charges, err = s.noticeCharges(ctx, d, state, level, amount, company); err != nil {
		return err
	}
	if n.Action == models.ActionProposeWriteOff {
		n.State = "sent" // to whoever decides on it
	}
	if n.ID, err = postgres.InsertNotice(ctx, s.tx, n.Notice); err != nil || n.ID == 0 {
		return err
	}
	d.sent = append(d.sent, postgres.SentNotice{Instalment: planned.Instalment, Level: planned.Level, At: s.at})
	before, err := postgres.OpenCharges(ctx, s.tx, n.CustomerID)
	if err != nil {
		return err
	}
	if err = s.chargeNotice(ctx, &n, day); err != nil {
		return err
	}
	if err = s.act(ctx, d, &n, company, before); err != nil {
		return err
	}
	if err = s.reportCharges(ctx, &n, level, day); err != nil {
		return err
	}
	summary := n.words() + ": " + n.Amount.Text() + " demanded"
	if total := n.Charges.Total(); total.IsPositive() {
		summary += ", " + total.Text() + " charged"
	}
	if n.Action == models.ActionAccountHold {
		summary += "; the customer's account is held"
	}
	_, err = s.event(ctx, postgres.Event{Key: n.key(), Invoice: n.Invoice, Kind: "dunned", Actor: system, Summary: summary})
	return err
}

// noticeCharges is what a notice of a level charges for an instalment.
func (s *collectingStep) noticeCharges(ctx context.Context, d *dunning, state *postgres.Dunned, level models.DunningLevel, amount models.Money, company models.Company) (models.NoticeCharges, error) {
	basis := models.ChargeBasis{
		Day: models.DateIn(s.at, company.Zone()), Due: state.Due, CustomerKind: d.customer.Kind, Demanded: amount, Charged: models.Zero(d.item.Currency),
	}
	if level.Interest.Charges(d.customer.Kind) {
		if err := interestBasis(ctx, s.tx, d.item, state.Instalment, level.Interest, company, &basis); err != nil {
			return models.NoticeCharges{}, err
		}
	}
	return level.Charge(basis), nil
}

// interestBasis fills in what interest is made of.
func interestBasis(ctx context.Context, db postgres.DB, item *postgres.OpenItem, instalment int, terms models.InterestTerms, company models.Company, basis *models.ChargeBasis) error {
	lowered, pauses, err := postgres.PrincipalOf(ctx, db, item, company.Zone())
	if err != nil {
		return err
	}
	basis.Principal = models.Principal(item.Schedule(), instalment, lowered, pauses)
	charged, err := postgres.ChargedBeforeOf(ctx, db, item.Invoice, instalment)
	if err != nil {
		return err
	}
	basis.Charged, basis.Compensated = models.MustMoney(charged.Interest, item.Currency), charged.Compensated
	if base := terms.BaseName(); base != "" {
		basis.Rates, err = postgres.LoadReferenceRates(ctx, db, base)
	}
	return err
}

// chargeNotice issues the debit notes of a notice. Their numbers are the last locks.
func (s *collectingStep) chargeNotice(ctx context.Context, n *notice, day models.Date) error {
	of := models.ItemKey{Invoice: n.Invoice, Instalment: n.Instalment}.String()
	for _, c := range []struct {
		kind     models.ItemKind
		amount   models.Money
		event    string
		reason   string
		lines    func(models.Money) []ledger.Line
		segments []models.InterestSegment
	}{
		{models.FeeItem, n.Charges.Fee, "fee_charged", n.words(), ledger.FeeCharged, nil},
		{models.InterestItem, n.Charges.Interest.Charge, "interest_charged", "Late-payment interest on " + of + " to " + day.String(), ledger.InterestCharged,
			n.Charges.Interest.Segments},
		{models.CompensationItem, n.Charges.Compensation, "compensation_charged", "Compensation for the late payment of " + n.Invoice, ledger.CompensationCharged, nil},
	} {
		if !c.amount.IsPositive() {
			continue
		}
		note := postgres.DebitNote{
			CustomerID: n.CustomerID, Invoice: n.Invoice, Kind: c.kind, Amount: c.amount, ChargedOn: day, Reason: c.reason, Cause: n.key(), By: system, At: s.at,
			NoticeID: &n.ID, Segments: c.segments,
		}
		note, err := charge(ctx, s.tx, &s.exposure, charged{DebitNote: note, event: c.event, lines: c.lines})
		if err != nil {
			return err
		}
		n.charged = append(n.charged, note)
	}
	return nil
}

// reportCharges asks a person for what a notice could not charge.
func (s *collectingStep) reportCharges(ctx context.Context, n *notice, level models.DunningLevel, day models.Date) error {
	if n.Charges.NotCharged != models.NoReferenceRate {
		return nil
	}
	base := level.Interest.BaseName()
	return postgres.OpenTask(ctx, s.tx, postgres.Task{
		Key: fmt.Sprintf("reference-rate/%s/%s", base, day.HalfYear()), Kind: "reference_rate", Role: "manager",
		Detail: fmt.Sprintf("Set the reference rates %q to the half-year of %s: notices go out without interest until then", base, day.HalfYear()),
	}, s.at)
}

// act does what the notice's action says, and tells the customer by its channel, or has a person do it. A mail is sent when it leaves; what a
// person is to do, when that is done.
func (s *collectingStep) act(ctx context.Context, d *dunning, n *notice, company models.Company, before []models.OpenCharge) error {
	receivable := receivableText(company, d.customer, s.poNumber, d.item.Invoice, d.item.PaymentReference, n.due, n.Amount)
	for _, note := range n.charged {
		receivable.Charges = append(receivable.Charges, document.Owed{Reason: note.Number + ", " + note.Reason, Amount: note.Amount})
	}
	for _, charge := range before {
		receivable.Charges = append(receivable.Charges, document.Owed{Reason: charge.Number + ", still open of an earlier notice", Amount: charge.Open})
	}
	text := document.DunningMail(n.Level, receivable)
	task := postgres.Task{Key: n.key(), Role: "collector", CustomerID: n.CustomerID, OrderID: s.orderID, Invoice: n.Invoice, NoticeID: &n.ID}
	demand := n.Amount.Add(n.Charges.Total()).Text() + " for " + n.Invoice
	switch {
	case n.Action == models.ActionProposeWriteOff:
		return s.proposeWriteOff(ctx, d.item, n)
	case n.Action == models.ActionAgency:
		task.Kind, task.Detail = "agency", handOver(n.Amount, n.Invoice)
	case n.Action == models.ActionCallTask || n.Channel == "call":
		task.Kind, task.Detail = "call", "Call "+d.customer.Name+": "+demand+" is overdue"
	case n.Channel == "letter":
		task.Kind, task.Detail = "letter", "Print and send to "+d.customer.Name+":\n\n"+text.Subject+"\n\n"+text.Body
	default:
		return s.queue(ctx, postgres.Message{
			Key: n.key(), Invoice: n.Invoice, Kind: "dunning", Channel: n.Channel, Recipient: d.customer.Email, Subject: text.Subject, Body: text.Body, NoticeID: &n.ID,
		})
	}
	return postgres.OpenTask(ctx, s.tx, task, s.at)
}

// proposeWriteOff has the rest of an invoice wait for a person who gives it up, unless a write-off of it waits already.
func (s *collectingStep) proposeWriteOff(ctx context.Context, item *postgres.OpenItem, n *notice) error {
	waits, err := postgres.WriteOffWaits(ctx, s.tx, item.Number)
	if err != nil || waits {
		return err
	}
	return s.requestWriteOff(ctx, item, models.WriteOffRequest{
		ID: "wof_" + strings.ReplaceAll(n.key(), "/", "-"), Invoice: item.Number, Reason: n.words() + " proposes it", Actor: system,
	}, n.Amount)
}
