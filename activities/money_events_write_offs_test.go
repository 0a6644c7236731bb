package activities_test

import (
	"fmt"

	"pgregory.net/rapid"

	"o2c/activities"
	"o2c/models"
)

// authorities are how much those who ask for a write-off may decide alone.
var authorities = map[string]int64{"manager": 1000_00, "billing": 20_00, "collector": 0}

// writeOffEvents are what is given up, alone or by two.
var writeOffEvents = map[string]moneyEvent{
	"write-off": func(p *moneyPlay) (string, string, error) {
		v, ok := pick(p, "invoice", p.model.invoices, func(v *modelInvoice) bool { return v.undisputed() > 0 })
		if !ok {
			return "", "", nil
		}
		role := rapid.SampledFrom([]string{"manager", "billing", "collector"}).Draw(p.rt, "role")
		r := &modelRequest{id: p.id("wof"), of: v, roles: []string{role}}
		if rapid.Bool().Draw(p.rt, "a part") {
			r.asked = p.amount("the write-off", v.undisputed(), v.undisputed()/2, 20_00)
		}
		_, err := p.writeOffs.WriteOff(p.ctx, p.writeOff(r))
		return fmt.Sprintf("%s of %s of %s by a %s", r.id, euros(r.asked), v.number, role), p.model.writeOff(r, authorities[role]), err
	},
	"write-off decided": func(p *moneyPlay) (string, string, error) {
		r, ok := pick(p, "request", p.model.requests, func(r *modelRequest) bool { return !r.over })
		if !ok {
			return "", "", nil
		}
		in := ruled(p.writeOff(r), p.id("dec"), models.Rejected)
		approved, own := rapid.IntRange(0, 3).Draw(p.rt, "rejected") < 3, rapid.IntRange(0, 9).Draw(p.rt, "by the same") == 9
		if approved {
			in.Request.Approval.Decision = models.Approved
		}
		if own {
			in.Request.Approval.Actor = in.Request.Actor
		}
		_, err := p.writeOffs.WriteOff(p.ctx, in)
		return fmt.Sprintf("%s: %s by %s", r.id, in.Request.Approval.Decision, in.Request.Approval.Actor), p.model.decide(r, approved, own), err
	},
}

// writeOff is a request as it is told to the book.
func (p *moneyPlay) writeOff(r *modelRequest) activities.WriteOffInput {
	in := activities.WriteOffInput{OrderID: p.orders[r.of.number], At: p.now, Request: models.WriteOffRequest{
		ID: r.id, Invoice: r.of.number, Reason: "no assets", Actor: "manager", Roles: r.roles,
	}}
	if r.asked > 0 {
		in.Request.Amount = new(money(r.asked))
	}
	return in
}
