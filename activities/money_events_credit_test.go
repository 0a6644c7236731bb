package activities_test

import (
	"fmt"

	"pgregory.net/rapid"

	"o2c/activities"
	"o2c/models"
)

// creditEvents are what is credited and disputed.
var creditEvents = map[string]moneyEvent{
	"credit note by amount": func(p *moneyPlay) (string, string, error) {
		v := p.anInvoice()
		amount := p.amount("the credit", v.total()-v.notes, v.open(), v.total()/3)
		r := models.CreditRequest{ID: p.id("cre"), Invoice: v.number, Amount: new(money(amount)), Reason: "x", Actor: "billing"}
		_, err := p.creditNotes.IssueCreditNote(p.ctx, activities.CreditInput{OrderID: p.orders[v.number], At: p.now, Request: r})
		return fmt.Sprintf("of %s on %s", euros(amount), v.number), p.model.creditAmount(v, p.note(r.ID), amount), err
	},
	"credit note by lines": func(p *moneyPlay) (string, string, error) {
		v := p.anInvoice()
		r := models.CreditRequest{ID: p.id("cre"), Invoice: v.number, Reason: "x", Actor: "billing"}
		quantities := p.quantities(len(v.lines), func(i int) []int64 {
			line := v.lines[i]
			return []int64{0, 1, 3, line.quantity, line.quantity - line.credited}
		})
		r.Lines = lineQuantities(quantities)
		if len(r.Lines) == 0 {
			return "", "", nil
		}
		_, err := p.creditNotes.IssueCreditNote(p.ctx, activities.CreditInput{OrderID: p.orders[v.number], At: p.now, Request: r})
		return fmt.Sprintf("of %v on %s", quantities, v.number), p.model.creditLines(v, p.note(r.ID), quantities), err
	},
	"customer credit used": func(p *moneyPlay) (string, string, error) {
		c, ok := pick(p, "credit", p.model.credits, func(c *modelCredit) bool { return c.left > 0 })
		if !ok {
			return "", "", nil
		}
		v, ok := pick(p, "item", p.model.items(), func(v *modelInvoice) bool { return v != c.from && v.undisputed() > 0 })
		if !ok || rapid.IntRange(0, 2).Draw(p.rt, "paid out") == 2 {
			amount := p.amount("the credit", c.left, c.left/2)
			return fmt.Sprintf("%s of %s is paid out", euros(amount), c.note), p.model.refundCredit(c, amount), p.refund(p.id("use"), c.note, euros(amount))
		}
		amount := p.amount("the credit", min(c.left, v.undisputed()), c.left/2)
		return fmt.Sprintf("%s of %s on %s", euros(amount), c.note, v.number), p.model.applyCredit(c, v, amount), p.apply(p.id("use"), c.note, v.number, euros(amount))
	},
	"dispute": func(p *moneyPlay) (string, string, error) {
		v, ok := pick(p, "invoice", p.model.invoices, func(v *modelInvoice) bool { return v.undisputed() > 0 })
		if !ok {
			return "", "", nil
		}
		amount, text := int64(0), ""
		if rapid.IntRange(0, 3).Draw(p.rt, "a part") > 0 {
			amount = p.amount("the dispute", v.undisputed(), v.undisputed()/2)
			text = euros(amount)
		}
		in := activities.FactStep{OrderID: p.orders[v.number], Invoice: v.number, FactID: p.id("dsp"), At: p.now}
		p.acceptDispute(in.FactID, v.number, text)
		progress, err := p.collections.OpenDispute(p.ctx, in)
		return fmt.Sprintf("%s of %q on %s", in.FactID, text, v.number), p.model.dispute(v, in.FactID, amount), refusedOr(progress, err)
	},
	"dispute resolved": func(p *moneyPlay) (string, string, error) {
		v, ok := pick(p, "invoice", p.model.invoices, func(v *modelInvoice) bool { return v.disputed() > 0 })
		if !ok {
			return "", "", nil
		}
		d, ok := pick(p, "dispute", v.disputes, func(d *modelDispute) bool { return d.amount > 0 })
		if !ok {
			return "", "", nil
		}
		id := p.id("res")
		outcome := rapid.SampledFrom([]models.DisputeState{models.DisputeAccepted, models.DisputePartlyAccepted, models.DisputeRejected}).Draw(p.rt, "outcome")
		accepted, text := int64(0), ""
		switch outcome {
		case models.DisputeAccepted:
			accepted = d.amount
		case models.DisputePartlyAccepted:
			if d.amount < 2 {
				return "", "", nil
			}
			accepted = rapid.Int64Range(1, d.amount-1).Draw(p.rt, "accepted")
			text = euros(accepted)
		}
		in := activities.ResolveInput{OrderID: p.orders[v.number], Invoice: v.number, At: p.now, Resolution: models.DisputeResolution{ID: id, DisputeID: d.id, Outcome: outcome, Actor: "manager", Roles: []string{"manager"}}}
		if text != "" {
			in.Resolution.Amount = new(money(accepted))
		}
		_, err := p.collections.ResolveDispute(p.ctx, in)
		return fmt.Sprintf("%s on %s: %s %s", d.id, v.number, outcome, text), p.model.resolve(v, d, p.note(id), accepted), err
	},
}
