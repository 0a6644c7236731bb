package activities_test

import (
	"fmt"
	"strings"
	"time"

	"pgregory.net/rapid"

	"o2c/activities"
	"o2c/models"
	"o2c/postgres"
)

// orderEvents are what happens to the order that is on its way, the last one.
var orderEvents = map[string]moneyEvent{
	"amendment": func(p *moneyPlay) (string, string, error) {
		o := p.onItsWay()
		quantities, words := make([]int64, len(o.lines)), make([]string, len(o.lines))
		for i, line := range o.lines {
			quantities[i] = rapid.SampledFrom([]int64{asItIs, 0, 2, line.quantity, line.quantity + 3}).Draw(p.rt, "quantity")
			if quantities[i] != asItIs {
				words[i] = fmt.Sprint(quantities[i])
			}
		}
		if strings.Join(words, "") == "" {
			return "", "", nil
		}
		in := amend(o.id, p.id("dec"), words...)
		in.At = p.now
		_, err := p.fulfillment.Amend(p.ctx, in)
		refused := o.amend(quantities)
		if err == nil {
			p.done(p.fulfillment.Fulfil(p.ctx, at(o.id, p.now)))
		}
		return fmt.Sprintf("to %q", words), refused, err
	},
	"shipment": func(p *moneyPlay) (string, string, error) {
		o := p.onItsWay()
		return p.ships(o, p.quantities(len(o.lines), func(i int) []int64 { return []int64{0, 1, 2, o.lines[i].quantity - o.lines[i].shipped} }))
	},
	"invoice": func(p *moneyPlay) (string, string, error) {
		o := p.onItsWay()
		if o.byPeriod || len(o.milestones) > 0 {
			return "", "", nil
		}
		bills := o.bill(nil)
		if len(bills) == 0 {
			return "", "", nil
		}
		_, err := p.invoicing.Issue(p.ctx, at(o.id, p.now))
		words := p.billed(o.id, p.now, bills...)
		for _, v := range bills {
			p.model.applyDeposits(o, v)
		}
		o.giveBack(o.worth())
		return words, "", err
	},
	"the month is over": func(p *moneyPlay) (string, string, error) {
		together := &modelInvoice{}
		for _, o := range p.model.orders {
			if o.byPeriod {
				o.bill(together)
			}
		}
		if len(together.lines) == 0 {
			return "", "", nil
		}
		waiting, err := postgres.WaitingBillings(p.ctx, p.pool, p.customer)
		p.must(err)
		if len(waiting) != 1 {
			p.rt.Fatalf("%d periods wait to be billed", len(waiting))
		}
		p.now = waiting[0].DueAt.Add(time.Hour)
		err = p.invoicing.Bill(p.ctx, activities.BillInput{BillingID: waiting[0].ID, At: p.now})
		return p.billed("", p.now, together), "", err
	},
	"milestone": func(p *moneyPlay) (string, string, error) {
		o := p.onItsWay()
		if len(o.milestones) == 0 {
			return "", "", nil
		}
		n, in := number(p, o.milestones, func(m *modelMilestone) bool { return m.bill != nil }), activities.CompleteInput{OrderID: o.id, At: p.now}
		in.Completion = models.MilestoneCompletion{ID: p.id("dec"), N: n, Note: "done", Actor: "billing"}
		v, refused := o.complete(n)
		_, err := p.invoicing.CompleteMilestone(p.ctx, in)
		if v == nil {
			return fmt.Sprint(n), refused, err
		}
		return p.billed(o.id, p.now, v), refused, err
	},
	"cancellation": func(p *moneyPlay) (string, string, error) {
		if rapid.IntRange(0, 3).Draw(p.rt, "really") > 0 {
			return "", "", nil
		}
		o := p.onItsWay()
		in := activities.CancelInput{OrderID: o.id, Cancellation: models.Cancellation{ID: p.id("can"), Actor: "sales"}, At: p.now}
		_, err := p.fulfillment.Cancel(p.ctx, in)
		return "of the rest", o.cancel(), err
	},
}

// ships has the warehouse confirm quantities, if there are any.
func (p *moneyPlay) ships(o *modelOrder, quantities []int64) (string, string, error) {
	lines := lineQuantities(quantities)
	if len(lines) == 0 {
		return "", "", nil
	}
	in := activities.FactStep{OrderID: o.id, FactID: p.id("shp"), At: p.now}
	p.fact(postgres.ShipmentFact, in.FactID, models.ShipmentConfirmation{OrderID: o.id, Lines: lines})
	progress, err := p.fulfillment.ConfirmShipment(p.ctx, in)
	return fmt.Sprint("of ", quantities), o.ship(quantities), refusedOr(progress, err)
}

func (p *moneyPlay) onItsWay() *modelOrder { return p.model.orders[len(p.model.orders)-1] }

// quantities draws one for each of some lines.
func (p *moneyPlay) quantities(lines int, of func(line int) []int64) []int64 {
	quantities := make([]int64, lines)
	for i := range quantities {
		quantities[i] = rapid.SampledFrom(of(i)).Draw(p.rt, "quantity")
	}
	return quantities
}

func lineQuantities(quantities []int64) (lines []models.LineQuantity) {
	for i, quantity := range quantities {
		if quantity > 0 {
			lines = append(lines, models.LineQuantity{Line: i + 1, Quantity: fmt.Sprint(quantity)})
		}
	}
	return lines
}

// refusedOr is the refusal of a fact that a step carried out, else its error.
func refusedOr(progress models.OrderProgress, err error) error {
	if err == nil && progress.Refused != nil {
		return progress.Refused
	}
	return err
}

// billed gives bills the numbers that the book gave the newest invoices of an order, or of no single one.
func (p *moneyPlay) billed(order string, instant time.Time, bills ...*modelInvoice) string {
	numbers := p.numbers(order)
	if len(numbers) < len(bills) {
		p.rt.Fatalf("%d bills are %v", len(bills), numbers)
	}
	words := make([]string, len(bills))
	for i, v := range bills {
		v.number, v.due = numbers[len(numbers)-len(bills)+i], sellersDay(instant.AddDate(0, 0, 30))
		p.orders[v.number] = order
		p.model.invoices = append(p.model.invoices, v)
		words[i] = fmt.Sprintf("%s over %s", v.number, euros(v.total()))
	}
	return strings.Join(words, ", ")
}

// sellersDay is the seller's date of an instant.
func sellersDay(instant time.Time) string { return instant.In(berlin).Format(time.DateOnly) }

var berlin = func() *time.Location {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		panic(err)
	}
	return zone
}()
