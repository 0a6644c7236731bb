package activities_test

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"o2c/activities"
	"o2c/internal/testkit"
	"o2c/models"
	"o2c/postgres"
)

func (w *world) returns() *activities.Returns {
	return &activities.Returns{Pool: w.pool, Orders: w.told}
}

// asks wants quantities of an order's lines, the first line first, to come back.
func (w *world) asks(id, order string, quantities ...string) models.OrderProgress {
	w.t.Helper()
	request := models.ReturnRequest{OrderID: order}
	for i, quantity := range quantities {
		if quantity != "" {
			request.Lines = append(request.Lines, models.ReturnRequestLine{Line: i + 1, Quantity: quantity, Reason: "damaged"})
		}
	}
	w.fact(postgres.ReturnFact, id, request)
	return w.done(w.returns().RequestReturn(w.t.Context(), activities.FactStep{OrderID: order, FactID: id, At: issued}))
}

// takesBack receives quantities of a return; what is saleable is written with a plus: "+2".
func (w *world) takesBack(id, order, returnID string, disposition models.Disposition, quantities ...string) models.OrderProgress {
	w.t.Helper()
	receipt := models.ReturnReceipt{ReturnID: returnID, Disposition: disposition, WarehouseID: "auto"}
	for i, quantity := range quantities {
		if quantity != "" {
			receipt.Lines = append(receipt.Lines, models.ReceivedLine{Line: i + 1, Quantity: strings.TrimPrefix(quantity, "+"), Saleable: strings.HasPrefix(quantity, "+")})
		}
	}
	w.fact(postgres.ReturnReceiptFact, id, receipt)
	return w.done(w.returns().ReceiveReturn(w.t.Context(), activities.FactStep{OrderID: order, FactID: id, At: issued}))
}

// line is "shipped invoiced to_return returned unbilled replaced" of the first line of an order.
func (w *world) line(order string) (text string) {
	w.t.Helper()
	w.must(w.pool.QueryRow(w.t.Context(), `
		SELECT concat_ws(' ', trim_scale(shipped), trim_scale(invoiced), trim_scale(to_return), trim_scale(returned), trim_scale(returned_unbilled), trim_scale(replaced))
		  FROM order_lines WHERE order_id = $1 AND line = 1`, order).Scan(&text))
	return text
}

// inOrder says what o2c verify finds; the orders of these tests were not entered through claims that were answered.
func (w *world) inOrder() {
	w.t.Helper()
	w.balanced()
	findings, err := postgres.Verify(w.t.Context(), w.pool, 20)
	w.must(err)
	for _, finding := range findings {
		if finding.Count > 0 && finding.Name != "orders-entered" {
			w.t.Errorf("%s: %v", finding.Name, finding.Offenders)
		}
	}
}

// Ten nails of 11.90 each, invoiced; four come back and are credited with their tax, and what is saleable of them serves an order that
// waits for it.
func TestAReturnIsCreditedAndServesABackorder(t *testing.T) {
	t.Parallel()
	w := newDebt(t)
	w.accept("ord_2", "acme", "auto", nil, want{"nail", "3"})
	w.done(w.credit.Approve(t.Context(), at("ord_2", issued)))
	w.done(w.fulfillment.Fulfil(t.Context(), at("ord_2", issued)))
	w.told.all()

	if got := w.asks("ret_1", "ord_1", "4"); !got.Returning {
		t.Error("nothing is to come back")
	}
	wantText(t, "asked for", w.line("ord_1"), "10 10 4 0 0 0")
	for range 2 { // and once more, as if the answer was lost
		got := w.done(w.returns().RequestReturn(t.Context(), activities.FactStep{OrderID: "ord_1", FactID: "ret_1", At: issued}))
		wantText(t, "open", got.Receivables[0].Open.String(), "119.00")
	}
	got := w.takesBack("rrc_1", "ord_1", "ret_1", models.DisposeCredit, "+4")
	wantText(t, "open", got.Receivables[0].Open.String(), "71.40")
	wantText(t, "came back", w.line("ord_1"), "10 10 0 4 0 0")
	wantText(t, "credited", w.split("rrc_1/"+invoice1), "47.6 + 0 (0, 0, 0)")
	w.wantTrialBalance("receivables 71.40", "revenue -60.00", "tax_payable -11.40")
	wantText(t, "told", fmt.Sprint(w.told.all()), "[ord_2: stock of returned/rrc_1]")
	before := w.rows()
	w.done(w.returns().ReceiveReturn(t.Context(), activities.FactStep{OrderID: "ord_1", FactID: "rrc_1", At: issued}))
	wantText(t, "told again", fmt.Sprint(w.told.all()), "[ord_2: stock of returned/rrc_1]")
	if after := w.rows(); fmt.Sprint(before) != fmt.Sprint(after) {
		t.Errorf("a retry changed %v to %v", before, after)
	}
	w.done(w.fulfillment.Fulfil(t.Context(), at("ord_2", issued)))
	w.inOrder()
}

// An open dispute about what came back ends with it; one over more goes on over the rest, and its part is not dunned.
func TestAReturnMovesTheDisputeAboutIt(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ disputed, state, left, accepted string }{
		"over just that":  {"47.60", "accepted", "47.60", "47.60"},
		"over more":       {"60.00", "open", "12.40", "0"},
		"over less":       {"40.00", "withdrawn", "0", "0"},
		"over everything": {"", "open", "71.40", "0"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newDebt(t)
			w.dispute("dsp_1", "ord_1", invoice1, c.disputed, issued) // its reason is quality
			w.asks("ret_1", "ord_1", "4")
			w.takesBack("rrc_1", "ord_1", "ret_1", models.DisposeCredit, "4")
			var state, left, accepted string
			w.must(w.pool.QueryRow(t.Context(), `SELECT state, amount::text, trim_scale(accepted)::text FROM disputes`).Scan(&state, &left, &accepted))
			if state != c.state || !dec(left).Equal(dec(c.left)) || !dec(accepted).Equal(dec(c.accepted)) {
				t.Errorf("%s over %s, accepted %s; want %v", state, left, accepted, c)
			}
			w.inOrder()
		})
	}
}

// What was paid is paid back, also of an order that is closed; it stays closed.
func TestAReturnOfAClosedOrderIsRefunded(t *testing.T) {
	t.Parallel()
	w := newDebt(t)
	w.pay("pay_1", models.Payment{CustomerID: "acme", Amount: eur("119"), Reference: invoice1}, issued)
	w.done(w.reconciliation.Close(t.Context(), at("ord_1", issued)))
	w.asks("ret_1", "ord_1", "2")
	got := w.takesBack("rrc_1", "ord_1", "ret_1", models.DisposeRefund, "+2")
	if got.Stage != models.Closed || got.Outcome != models.OutcomePaid {
		t.Errorf("%s, %s", got.Stage, got.Outcome)
	}
	w.wantTrialBalance("bank -23.80", "bank_clearing 119.00", "revenue -80.00", "tax_payable -15.20")
	w.inOrder()
}

// What came back before it was invoiced is not invoiced, and the order closes: shipped = invoiced + returned before invoicing.
func TestAReturnBeforeInvoicingLowersWhatIsInvoiced(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		back, line, total string
		outcome           models.Outcome
	}{
		"a part of it": {"4", "10 6 0 4 4 0", "71.4", models.OutcomePaid},
		"all of it":    {"10", "10 0 0 10 10 0", "", models.OutcomeCredited},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.customer("acme", "unlimited")
			w.accept("ord_1", "acme", "auto", nil, want{"nail", "10"})
			w.receipt("rcp_1", "auto", "nail", "10")
			w.done(w.credit.Approve(t.Context(), at("ord_1", issued)))
			w.done(w.fulfillment.Fulfil(t.Context(), at("ord_1", issued)))
			w.asks("ret_1", "ord_1", c.back)
			got := w.takesBack("rrc_1", "ord_1", "ret_1", models.DisposeCredit, "+"+c.back)
			w.inOrder()
			if c.total != "" {
				got = w.done(w.invoicing.Issue(t.Context(), at("ord_1", issued)))
				wantText(t, "invoiced", got.Receivables[0].Open.Decimal().String(), c.total)
				w.pay("pay_1", models.Payment{CustomerID: "acme", Amount: eur(c.total), Reference: invoice1}, issued)
			}
			if got.ToInvoice {
				t.Error("something is still to invoice")
			}
			wantText(t, "the line", w.line("ord_1"), c.line)
			if closed := w.done(w.reconciliation.Close(t.Context(), at("ord_1", issued))); closed.Stage != models.Closed || closed.Outcome != c.outcome {
				t.Errorf("%s, %s: %v", closed.Stage, closed.Outcome, closed.BlockedBy)
			}
			w.inOrder()
		})
	}
}

// What is shipped again is not billed again; where there is nothing to ship the goods are not taken back either.
func TestAReturnIsReplacedWithoutAnInvoice(t *testing.T) {
	t.Parallel()
	w := newDebt(t)
	w.asks("ret_1", "ord_1", "4")
	got := w.takesBack("rrc_0", "ord_1", "ret_1", models.DisposeReplace, "4")
	if got.Refused == nil || got.Refused.Code != "insufficient-stock" {
		t.Errorf("refused: %v", got.Refused)
	}
	wantText(t, "still asked for", w.line("ord_1"), "10 10 4 0 0 0")
	w.receipt("rcp_2", "auto", "nail", "5")
	got = w.takesBack("rrc_1", "ord_1", "ret_1", models.DisposeReplace, "4")
	if got.ToInvoice || len(got.Receivables) != 1 || got.Receivables[0].Open.String() != "119.00" {
		t.Errorf("%+v", got)
	}
	wantText(t, "replaced", w.line("ord_1"), "10 10 0 4 0 4")
	if n := w.count(`SELECT on_hand::int FROM stock WHERE sku = 'nail' AND warehouse_id = 'auto'`); n != 1 {
		t.Errorf("%d are left of 5", n)
	}
	w.pay("pay_1", models.Payment{CustomerID: "acme", Amount: eur("119"), Reference: invoice1}, issued)
	if closed := w.done(w.reconciliation.Close(t.Context(), at("ord_1", issued))); closed.Stage != models.Closed {
		t.Errorf("%s: %v", closed.Stage, closed.BlockedBy)
	}
	w.inOrder()
}

// What was credited before, for whatever reason, is not credited again when it comes back.
func TestAReturnOfWhatWasCreditedBefore(t *testing.T) {
	t.Parallel()
	w := newDebt(t)
	w.credits(creditOf("dec_1", "", models.LineQuantity{Line: 1, Quantity: "8"}))
	w.credits(creditOf("dec_2", "20.00"))
	w.asks("ret_1", "ord_1", "4")
	w.takesBack("rrc_1", "ord_1", "ret_1", models.DisposeCredit, "4")
	wantText(t, "the rest is credited", w.split("rrc_1/"+invoice1), "3.8 + 0 (0, 0, 0)")
	w.asks("ret_2", "ord_1", "6")
	w.takesBack("rrc_2", "ord_1", "ret_2", models.DisposeCredit, "6")
	wantText(t, "all came back", w.line("ord_1"), "10 10 0 10 0 0")
	if n := w.count(`SELECT count(*) FROM credit_notes`); n != 3 {
		t.Errorf("%d credit notes", n)
	}
	w.inOrder()
}

// What does not come does not come any more, and can be asked for again; a return of which nothing is accepted is refused, and ends once.
func TestAReturnEndsOnce(t *testing.T) {
	t.Parallel()
	w := newDebt(t)
	w.asks("ret_1", "ord_1", "10")
	if got := w.asks("ret_2", "ord_1", "0.000001"); got.Refused == nil || got.Refused.Code != "more-than-shipped" {
		t.Errorf("refused: %v", got.Refused)
	}
	w.takesBack("rrc_1", "ord_1", "ret_1", models.DisposeCredit)
	wantText(t, "refused", w.line("ord_1"), "10 10 0 0 0 0")
	if got := w.takesBack("rrc_2", "ord_1", "ret_1", models.DisposeCredit, "1"); got.Refused == nil || got.Refused.Code != "return-ended" {
		t.Errorf("refused: %v", got.Refused)
	}
	w.asks("ret_3", "ord_1", "10")
	if got := w.takesBack("rrc_3", "ord_1", "ret_3", models.DisposeCredit, "10.000001"); got.Refused == nil || got.Refused.Code != "more-than-requested" {
		t.Errorf("refused: %v", got.Refused)
	}
	w.takesBack("rrc_4", "ord_1", "ret_3", models.DisposeCredit, "3")
	wantText(t, "three came", w.line("ord_1"), "10 10 0 3 0 0")
	w.inOrder()
}

// Many returns race for ten nails: together they never ask for more, and what is taken back twice at once is taken back once.
func TestReturnsRaceForWhatWasShipped(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testkit.MaxConns(16))
	w.customer("acme", "unlimited")
	w.invoiced("ord_1", "acme", want{"nail", "10"})
	var refused atomic.Int32
	var steps []func()
	for n := range 25 {
		id := fmt.Sprint("ret_", n)
		w.fact(postgres.ReturnFact, id, models.ReturnRequest{OrderID: "ord_1", Lines: []models.ReturnRequestLine{{Line: 1, Quantity: "1", Reason: "other"}}})
		w.fact(postgres.ReturnReceiptFact, "rrc_"+id, models.ReturnReceipt{
			ReturnID: id, WarehouseID: "auto", Disposition: models.DisposeCredit, Lines: []models.ReceivedLine{{Line: 1, Quantity: "1", Saleable: true}},
		})
		ask := func() {
			got, err := w.returns().RequestReturn(t.Context(), activities.FactStep{OrderID: "ord_1", FactID: id, At: issued})
			if err != nil {
				t.Error(err)
				return
			}
			if got.Refused != nil {
				refused.Add(1)
				return
			}
			if _, err = w.returns().ReceiveReturn(t.Context(), activities.FactStep{OrderID: "ord_1", FactID: "rrc_" + id, At: issued}); err != nil {
				t.Error(err)
			}
		}
		steps = append(steps, ask, ask) // and each is tried twice at once
	}
	together(steps...)
	if refused.Load() != 30 {
		t.Errorf("%d of 50 attempts are refused, want those of 15 returns", refused.Load())
	}
	wantText(t, "all came back", w.line("ord_1"), "10 10 0 10 0 0")
	wantText(t, "credited", w.item(invoice1), "0 0 0 0 credited")
	w.exec(`UPDATE facts SET settled_at = now() WHERE settled_at IS NULL`) // of returns that there are not
	w.inOrder()
}

// Of two orders on one invoice: the return of one credits its line there, and tells who collects it; what came back before the month was
// billed is not on it.
func TestAReturnOfWhatASharedInvoiceBills(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.consolidated("acme")
	w.served("ord_1", "acme", nil, issued, want{"advice", "3"})
	w.served("ord_2", "acme", nil, issued, want{"advice", "1"})
	w.asks("ret_1", "ord_1", "1")
	w.takesBack("rrc_1", "ord_1", "ret_1", models.DisposeCredit, "1")
	wantText(t, "before the bill", w.line("ord_1"), "3 0 0 1 1 0")
	w.inOrder()
	w.bill("acme/2026-11", november)
	wantText(t, "billed", w.line("ord_1"), "3 2 0 1 1 0")
	w.asks("ret_2", "ord_1", "2")
	w.told.all()
	w.takesBack("rrc_2", "ord_1", "ret_2", models.DisposeCredit, "2")
	wantText(t, "told", fmt.Sprint(w.told.all()), "[: INV-2026-000001 v2 has 59.50 open]")
	wantText(t, "after the bill", w.line("ord_1"), "3 2 0 3 1 0")
	w.inOrder()
}
