package activities_test

import (
	"github.com/jackc/pgx/v5"
	"pgregory.net/rapid"

	"o2c/activities"
	"o2c/models"
	"o2c/postgres"
)

// laterSteps are what is given up, what comes back, and what is billed by milestones.
var laterSteps = map[string]func(*story) func(){
	"an invoice is written off": func(s *story) func() {
		invoices := s.invoices()
		if len(invoices) == 0 {
			return nil
		}
		in := activities.WriteOffInput{At: s.at, Request: models.WriteOffRequest{
			ID: s.id("wof"), Invoice: rapid.SampledFrom(invoices).Draw(s.rt, "invoice"), Reason: "no assets", Actor: "manager",
			Roles: []string{rapid.SampledFrom([]string{"manager", "collector"}).Draw(s.rt, "role")},
		}}
		in.OrderID = s.collector(in.Request.Invoice)
		if rapid.Bool().Draw(s.rt, "a part") {
			in.Request.Amount = new(eur(rapid.SampledFrom([]string{"0.01", "1.11", "7.77"}).Draw(s.rt, "given up")))
		}
		return s.decides(in)
	},
	"a write-off is decided": func(s *story) func() {
		waiting := s.fromTable(`SELECT a.id FROM approvals a JOIN orders o ON o.customer_id = a.customer_id WHERE o.id = $1 AND a.decided_at IS NULL AND a.kind = 'write_off' ORDER BY 1`)
		if len(waiting) == 0 {
			return nil
		}
		var in activities.WriteOffInput
		s.must(s.pool.QueryRow(s.ctx, `SELECT content FROM approvals WHERE id = $1`, rapid.SampledFrom(waiting).Draw(s.rt, "request")).Scan(&in.Request))
		in.OrderID, in.At = s.collector(in.Request.Invoice), s.at
		return s.decides(ruled(in, s.id("dec"), rapid.SampledFrom([]models.ApprovalDecision{models.Approved, models.Approved, models.Rejected}).Draw(s.rt, "decision")))
	},
	"goods are to come back": func(s *story) func() {
		in := activities.FactStep{OrderID: s.order, FactID: s.id("ret"), At: s.at}
		request := models.ReturnRequest{OrderID: s.order}
		for line := range 3 {
			if quantity := rapid.SampledFrom([]string{"", "0.5", "1", "3"}).Draw(s.rt, "quantity"); quantity != "" {
				request.Lines = append(request.Lines, models.ReturnRequestLine{Line: line + 1, Quantity: quantity, Reason: "damaged"})
			}
		}
		if len(request.Lines) == 0 {
			return nil
		}
		s.fact(postgres.ReturnFact, in.FactID, request)
		ask := func() { _, err := s.returns().RequestReturn(s.ctx, in); s.lawful(err) }
		ask()
		return ask
	},
	"goods come back": func(s *story) func() {
		asked := s.fromTable(`SELECT id FROM returns WHERE order_id = $1 AND state = 'requested' ORDER BY 1`)
		if len(asked) == 0 {
			return nil
		}
		in := activities.FactStep{OrderID: s.order, FactID: s.id("rrc"), At: s.at}
		receipt := models.ReturnReceipt{ReturnID: rapid.SampledFrom(asked).Draw(s.rt, "return"),
			Disposition: rapid.SampledFrom([]models.Disposition{models.DisposeCredit, models.DisposeRefund, models.DisposeReplace}).Draw(s.rt, "disposition")}
		rows, err := s.pool.Query(s.ctx, `SELECT line, trim_scale(quantity)::text AS quantity FROM return_lines WHERE return_id = $1 ORDER BY 1`, receipt.ReturnID)
		s.must(err)
		lines, err := pgx.CollectRows(rows, pgx.RowToStructByName[models.LineQuantity])
		s.must(err)
		for _, line := range lines {
			quantity := rapid.SampledFrom([]string{line.Quantity, line.Quantity, "0.5", ""}).Draw(s.rt, "came")
			if quantity != "" {
				receipt.Lines = append(receipt.Lines, models.ReceivedLine{Line: line.Line, Quantity: quantity, Saleable: rapid.Bool().Draw(s.rt, "saleable")})
			}
		}
		s.fact(postgres.ReturnReceiptFact, in.FactID, receipt)
		receive := func() { _, err := s.returns().ReceiveReturn(s.ctx, in); s.lawful(err) }
		receive()
		return receive
	},
	"a milestone is completed": func(s *story) func() {
		in := activities.CompleteInput{OrderID: s.order, At: s.at, Completion: models.MilestoneCompletion{
			ID: s.id("dec"), N: rapid.IntRange(1, 2).Draw(s.rt, "n"), Note: "done", Actor: "billing",
		}}
		if len(s.fromTable(`SELECT name FROM order_milestones WHERE order_id = $1`)) == 0 {
			return nil
		}
		if _, err := s.invoicing.CompleteMilestone(s.ctx, in); err != nil {
			s.lawful(err)
			return nil
		}
		return func() { s.done(s.invoicing.CompleteMilestone(s.ctx, in)) }
	},
}

// decides carries a write-off, or the decision on one, out.
func (s *story) decides(in activities.WriteOffInput) func() {
	if _, err := s.writeOffs.WriteOff(s.ctx, in); err != nil {
		s.lawful(err)
		return nil
	}
	return func() { s.done(s.writeOffs.WriteOff(s.ctx, in)) }
}
