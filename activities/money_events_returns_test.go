package activities_test

import (
	"fmt"
	"slices"

	"pgregory.net/rapid"

	"o2c/activities"
	"o2c/models"
	"o2c/postgres"
)

// returnEvents are goods that come back.
var returnEvents = map[string]moneyEvent{
	"return asked": func(p *moneyPlay) (string, string, error) {
		o, ok := pick(p, "order", p.model.orders, func(o *modelOrder) bool {
			return slices.ContainsFunc(o.lines, func(line *modelOrderLine) bool { return line.shipped > line.returned+line.asked })
		})
		if !ok {
			return "", "", nil
		}
		in := activities.FactStep{OrderID: o.id, FactID: p.id("ret"), At: p.now}
		quantities := p.quantities(len(o.lines), func(i int) []int64 {
			return []int64{0, 1, 2, o.lines[i].shipped - o.lines[i].returned - o.lines[i].asked}
		})
		request := models.ReturnRequest{OrderID: o.id}
		for _, line := range lineQuantities(quantities) {
			request.Lines = append(request.Lines, models.ReturnRequestLine{Line: line.Line, Quantity: line.Quantity, Reason: "quality"})
		}
		if len(request.Lines) == 0 {
			return "", "", nil
		}
		p.fact(postgres.ReturnFact, in.FactID, request)
		progress, err := p.returns().RequestReturn(p.ctx, in)
		return fmt.Sprintf("%s of %v of %s", in.FactID, quantities, o.id), o.ask(in.FactID, quantities), refusedOr(progress, err)
	},
	"return received": func(p *moneyPlay) (string, string, error) {
		var asked []*modelReturn
		for _, o := range p.model.orders {
			asked = append(asked, o.returns...)
		}
		r, ok := pick(p, "return", asked, func(r *modelReturn) bool { return !r.over })
		if !ok {
			return "", "", nil
		}
		in := activities.FactStep{OrderID: r.of.id, FactID: p.id("rrc"), At: p.now}
		came := p.quantities(len(r.quantities), func(i int) []int64 { return []int64{r.quantities[i], r.quantities[i], 0, 1} })
		receipt := models.ReturnReceipt{ReturnID: r.id, WarehouseID: "auto"}
		receipt.Disposition = rapid.SampledFrom([]models.Disposition{models.DisposeCredit, models.DisposeRefund, models.DisposeReplace}).Draw(p.rt, "disposition")
		saleable := rapid.Bool().Draw(p.rt, "saleable")
		for _, line := range lineQuantities(came) {
			receipt.Lines = append(receipt.Lines, models.ReceivedLine{Line: line.Line, Quantity: line.Quantity, Saleable: saleable})
		}
		p.fact(postgres.ReturnReceiptFact, in.FactID, receipt)
		progress, err := p.returns().ReceiveReturn(p.ctx, in)
		refused := p.model.receive(r, came, receipt.Disposition, func(v *modelInvoice) string { return p.note(in.FactID + "/" + v.number) })
		return fmt.Sprintf("%v of %s, to %s", came, r.id, receipt.Disposition), refused, refusedOr(progress, err)
	},
}
