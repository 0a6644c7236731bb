package demo

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/shopspring/decimal"

	"o2c/api/client"
)

// When it is told in the stories, in days after the invoice. An invoice is due on day 30, and dunned by the policy "standard"
// on the days 27 (a reminder), 37, 51, 65 and 79 (the agency).
const (
	paysLateDay  = 60
	paysRestDay  = 70
	agencyDay    = 90
	disputeDay   = 32
	rejectionDay = 52
	givesInDay   = 75
)

// settleEarly has paid what is paid before it is due, and accepts the disputes that are right.
func (p *player) settleEarly(ctx context.Context) error {
	early := p.byCustomer(func(s Story) bool { return s.ships() && (!s.takesMonths() || s == PaysShort) })
	return each(ctx, p, "payments and disputes before due", early, func(ctx context.Context, o *played) error {
		switch o.Story {
		case DisputesRightly:
			return p.disputeAll(ctx, o, func(ctx context.Context, dispute client.Dispute) error {
				return p.resolve(ctx, dispute, client.NewResolutionOutcomeAccepted, "the goods were damaged on the way")
			})
		case PaysShort:
			return p.pay(ctx, o, "short", func(total decimal.Decimal) decimal.Decimal { return total.Sub(shortBy(total)) })
		case PaysTwice:
			if err := p.pay(ctx, o, "payment", inFull); err != nil {
				return err
			}
			return p.pay(ctx, o, "again", inFull)
		default:
			return p.pay(ctx, o, "payment", inFull)
		}
	})
}

func inFull(total decimal.Decimal) decimal.Decimal { return total }

// pay pays a part of each invoice of an order in one payment: by the creditor reference of a single invoice, else with a
// list of the invoices.
func (p *player) pay(ctx context.Context, o *played, fact string, part func(total decimal.Decimal) decimal.Decimal) error {
	body := client.NewPayment{CustomerID: new(p.name(o.Customer)), Currency: p.Plan.Currency, Method: client.PaymentMethodBankTransfer, PayerName: &o.buyer.Name}
	sum := decimal.Zero
	var remittance []client.RemittanceLine
	for _, invoice := range o.invoices {
		total, err := decimal.NewFromString(invoice.Total)
		if err != nil {
			return about("invoice "+invoice.Number, err)
		}
		amount := part(total)
		sum = sum.Add(amount)
		remittance = append(remittance, client.RemittanceLine{Invoice: invoice.Number, Amount: amount.StringFixed(2)})
	}
	if len(o.invoices) == 1 {
		body.Reference = &o.invoices[0].PaymentReference
	} else {
		body.Remittance = &remittance
	}
	body.Amount = sum.StringFixed(2)
	what := fmt.Sprintf("payment %q of order %s", fact, o.PO)
	payment, err := take[client.Payment](p.api.CreatePaymentWithResponse(ctx, &client.CreatePaymentParams{IdempotencyKey: p.key(fact, o.PO)}, body, as("cashier")))
	if err != nil {
		return about(what, err)
	}
	err = p.until(ctx, what+" is not booked", func(ctx context.Context) (bool, error) {
		payment, err = take[client.Payment](p.api.GetPaymentWithResponse(ctx, payment.ID, as("cashier")))
		return err == nil && payment.State != client.PaymentStateProcessing, about(what, err)
	})
	if err != nil {
		return err
	}
	wanted := client.PaymentStateApplied
	if fact == "again" {
		wanted = client.PaymentStateUnapplied
	}
	if payment.State != wanted {
		return fmt.Errorf("%s is %s, expected %s", what, payment.State, wanted)
	}
	return nil
}

// disputeAll disputes every invoice of an order, and then does something with each dispute.
func (p *player) disputeAll(ctx context.Context, o *played, then func(context.Context, client.Dispute) error) error {
	for _, invoice := range o.invoices {
		what := "dispute of " + invoice.Number
		dispute, err := take[client.Dispute](p.api.RaiseDisputeWithResponse(ctx, invoice.Number, &client.RaiseDisputeParams{IdempotencyKey: p.key("dispute", o.PO, invoice.Number)},
			client.NewDispute{ID: new(p.disputeOf(invoice)), Reason: client.DisputeReasonDamaged, Note: "the parcel arrived crushed", RaisedBy: o.buyer.Name}, as("collector")))
		if err != nil {
			return about(what, err)
		}
		err = p.until(ctx, what+" is not opened", func(ctx context.Context) (bool, error) {
			dispute, err = take[client.Dispute](p.api.GetDisputeWithResponse(ctx, dispute.ID, as("collector")))
			if err == nil && dispute.State == client.DisputeStateRefused {
				err = fmt.Errorf("it was refused: %s", *dispute.Refusal)
			}
			return err == nil && dispute.State != client.DisputeStateProcessing, about(what, err)
		})
		if err != nil {
			return err
		}
		if err = then(ctx, dispute); err != nil {
			return err
		}
	}
	return nil
}

// disputeOf is the id of the dispute of an invoice.
func (p *player) disputeOf(invoice client.Invoice) string { return p.name("dispute-" + invoice.Number) }

func (p *player) resolve(ctx context.Context, dispute client.Dispute, outcome client.NewResolutionOutcome, note string) error {
	what := "resolution of " + dispute.ID
	_, err := take[struct{}](p.api.ResolveDisputeWithResponse(ctx, dispute.ID, &client.ResolveDisputeParams{IdempotencyKey: p.key("resolution", dispute.ID)},
		client.NewResolution{Outcome: outcome, Note: note}, as("collector")))
	if err != nil {
		return about(what, err)
	}
	return p.until(ctx, what+" is not carried out", func(ctx context.Context) (bool, error) {
		dispute, err = take[client.Dispute](p.api.GetDisputeWithResponse(ctx, dispute.ID, as("collector")))
		return string(dispute.State) == string(outcome), about(what, err)
	})
}

// letMonthsPass plays the orders that are not settled before they are due, each customer on its own clock.
func (p *player) letMonthsPass(ctx context.Context) error {
	return each(ctx, p, "months that passed for an order", p.byCustomer(Story.takesMonths), func(ctx context.Context, o *played) error {
		switch o.Story {
		case PaysLate:
			if err := p.forwardTo(ctx, o, paysLateDay); err != nil {
				return err
			}
			return p.pay(ctx, o, "payment", inFull)
		case PaysShort:
			if err := p.forwardTo(ctx, o, paysRestDay); err != nil {
				return err
			}
			return p.pay(ctx, o, "rest", shortBy)
		case DisputesWrongly:
			return p.disputeInVain(ctx, o)
		default:
			return p.forwardTo(ctx, o, agencyDay)
		}
	})
}

func (p *player) disputeInVain(ctx context.Context, o *played) error {
	if err := p.forwardTo(ctx, o, disputeDay); err != nil {
		return err
	}
	var disputes []client.Dispute
	err := p.disputeAll(ctx, o, func(_ context.Context, dispute client.Dispute) error {
		disputes = append(disputes, dispute)
		return nil
	})
	if err != nil {
		return err
	}
	if err = p.forwardTo(ctx, o, rejectionDay); err != nil {
		return err
	}
	for _, dispute := range disputes {
		if err = p.resolve(ctx, dispute, client.NewResolutionOutcomeRejected, "the carrier's photos show a sound parcel"); err != nil {
			return err
		}
	}
	if err = p.forwardTo(ctx, o, givesInDay); err != nil {
		return err
	}
	return p.pay(ctx, o, "payment", inFull)
}

// forwardTo moves the clock of an order's customer to a day after the issue of the order's first invoice. Days that have passed
// already, because the run was interrupted, are not passed again.
func (p *player) forwardTo(ctx context.Context, o *played, day int) error {
	target := o.invoices[0].IssueDate.AddDate(0, 0, day)
	what := fmt.Sprintf("fast-forward of order %s to %s", o.PO, target.Format(time.DateOnly))
	for attempt := 0; ; attempt++ {
		account, err := take[client.Account](p.api.GetAccountWithResponse(ctx, p.name(o.Customer), nil, as("auditor")))
		if err != nil {
			return about(what, err)
		}
		days := int(target.Sub(account.AsOf.Time).Hours() / 24)
		if days <= 0 {
			return nil
		}
		fact := p.key("fast-forward", o.PO, strconv.Itoa(day), strconv.Itoa(days), strconv.Itoa(attempt))
		_, err = take[client.FastForward](p.api.FastForwardWithResponse(ctx, o.id, &client.FastForwardParams{IdempotencyKey: fact}, client.NewFastForward{Days: days}, as("admin")))
		if err != nil && (!refusedWith(err, "activity-failing") || attempt == 20) {
			return about(what, err)
		}
		if err != nil { // a step that was cut off is tried again soon; then time may pass
			if err = pause(ctx, time.Second); err != nil {
				return err
			}
		}
	}
}
