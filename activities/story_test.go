package activities_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"o2c/activities"
	"o2c/models"
	"o2c/postgres"
)

// TestMain lets fewer stories be told than rapid would, for each is dozens of transactions; -count=10 tells more.
func TestMain(m *testing.M) {
	for name, value := range map[string]string{"rapid.checks": "40", "rapid.steps": "15"} {
		if err := flag.Set(name, value); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

// Any order of steps on an order, wise or not, leaves the book in balance after each of them: the exposure is what the
// documents say, the ledger's receivables are the open items, no part of anything is lost or doubled. Every step may also
// be tried twice, as the engine does.
func TestAnyStoryKeepsTheBookInBalance(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		n++
		s := begin(w, rt, n)
		before := w.imbalances() // of a story that went wrong earlier, and is told again to be shortened
		for range rapid.IntRange(1, 16).Draw(rt, "steps") {
			s.at = s.at.AddDate(0, 0, rapid.IntRange(0, 20).Draw(rt, "days"))
			total := s.total()
			name, again := s.step()
			s.check(name, before)
			s.moves(name, total)
			if rapid.Bool().Draw(rt, "tried again") {
				rows := w.rows()
				again()
				for table, count := range w.rows() {
					if count != rows[table] {
						rt.Fatalf("%s, tried again, changes %s from %d to %d", name, table, rows[table], count)
					}
				}
				s.check(name+" again", before)
			}
		}
	})
	t.Log(w.rows(), w.count(`SELECT count(*) FROM orders WHERE stage='closed'`), w.count(`SELECT count(*) FROM facts WHERE refused_code IS NOT NULL`), w.count(`SELECT count(*) FROM disputes WHERE state <> 'open'`))
}

// story is one order of one customer, with a product of its own.
type story struct {
	*world
	rt       *rapid.T
	ctx      context.Context
	customer string
	order    string
	sku      string
	at       time.Time
	ids      int
}

func begin(w *world, rt *rapid.T, n int) *story {
	s := &story{world: w, rt: rt, ctx: w.t.Context(), customer: fmt.Sprint("customer_", n), order: fmt.Sprint("ord_", n), sku: fmt.Sprint("sku_", n), at: issued}
	w.customer(s.customer, "unlimited")
	w.exec(`UPDATE customers SET tolerance_absolute = $2, tolerance_percent = 5, overpayment_policy = $3 WHERE id = $1`, s.customer,
		rapid.SampledFrom([]string{"0", "0.05", "3"}).Draw(rt, "tolerance"), rapid.SampledFrom([]string{"keep", "apply_oldest", "refund"}).Draw(rt, "overpayment"))
	w.exec(`UPDATE customers SET invoicing = $2 WHERE id = $1`, s.customer, rapid.SampledFrom([]string{"per_shipment", "per_order"}).Draw(rt, "invoicing"))
	w.product(s.sku, decimal.New(rapid.Int64Range(0, 5000).Draw(rt, "price"), -3).String(), rapid.SampledFrom([]string{"0", "7.7", "19"}).Draw(rt, "rate"), true)
	s.accept(s.order, s.customer, rapid.SampledFrom([]string{"main", "auto"}).Draw(rt, "warehouse"), func(o *models.Order) {
		o.DiscountPercent = rapid.SampledFrom([]decimal.Decimal{dec("0"), dec("0"), dec("3.5"), dec("100")}).Draw(rt, "discount")
		o.ShipComplete = rapid.IntRange(0, 9).Draw(rt, "complete") == 0
		for range rapid.SampledFrom([]int{0, 0, 1, 2}).Draw(rt, "charges") {
			o.Charges = append(o.Charges, freight(decimal.New(rapid.Int64Range(1, 3000).Draw(rt, "charge"), -2).String(), rapid.SampledFrom([]string{"0", "7.7", "19"}).Draw(rt, "charge's rate")))
		}
		if rapid.Bool().Draw(rt, "early") {
			o.Terms = models.PaymentTerms{DiscountPercent: dec("3"), DiscountDays: 30, DiscountTaxUnchanged: rapid.Bool().Draw(rt, "tax unchanged")}
		} else if rapid.Bool().Draw(rt, "instalments") {
			o.Terms = models.PaymentTerms{Instalments: []models.InstalmentTerm{{Percent: dec("33.33"), NetDays: 10}, {Percent: dec("33.33"), NetDays: 20}, {Percent: dec("33.34"), NetDays: 90}}}
		}
	}, want{s.sku, fmt.Sprint(rapid.IntRange(1, 9).Draw(rt, "quantity"))}, want{"advice", "1.5"}, want{s.sku, "3"})
	s.done(w.credit.Approve(s.ctx, at(s.order, s.at)))
	if rapid.IntRange(0, 4).Draw(rt, "how far it is") > 0 { // most stories are about money
		s.receipt(s.id("rcp"), "auto", s.sku, "12")
		s.receipt(s.id("rcp"), "main", s.sku, "12")
		s.done(w.fulfillment.Fulfil(s.ctx, at(s.order, s.at)))
		steps["the warehouse ships"](s)
		s.done(w.invoicing.Issue(s.ctx, at(s.order, s.at)))
	}
	return s
}

// step takes the first of some steps, in an order that is drawn, by which anything happens.
func (s *story) step() (name string, again func()) {
	for _, name = range rapid.Permutation(slices.Sorted(maps.Keys(steps))).Draw(s.rt, "steps") {
		if again = steps[name](s); again != nil {
			return name, again
		}
	}
	panic("goods can always come")
}

// total is the customer's exposure.
func (s *story) total() models.Money {
	e, err := postgres.ReadExposure(s.ctx, s.pool, s.customer)
	s.must(err)
	return e.Total()
}

// moves fails the story when a step that only moves value from bucket to bucket changes the exposure. An invoice is exact by itself:
// it may miss what it replaces by a minor unit for each of its lines and tax groups.
func (s *story) moves(step string, before models.Money) {
	slack, known := map[string]string{"goods come": "0", "it is offered to the warehouse": "0", "the warehouse ships": "0", "the customer disputes": "0",
		"a notice is due": "0", "it is closed": "0", "it is invoiced": "0.05"}[step]
	if change := s.total().Sub(before); known && change.Decimal().Abs().GreaterThan(dec(slack)) {
		s.rt.Fatalf("%s changes the exposure by %s", step, change)
	}
}

// check fails the story when anything does not hold that held before it.
func (s *story) check(step string, before []string) {
	for _, words := range s.imbalances() {
		if !slices.Contains(before, words) {
			s.rt.Fatalf("after %s: %s", step, words)
		}
	}
	if diff := s.exposureDiff(s.customer); diff != "" {
		s.rt.Fatalf("after %s: exposure (-recomputed +stored):\n%s", step, diff)
	}
	order, err := postgres.LoadOrder(s.ctx, s.pool, s.order)
	s.must(err)
	items, err := postgres.OpenItemsOfOrder(s.ctx, s.pool, s.order)
	s.must(err)
	if want := models.StageOf(order.LineProgress(), len(items)); order.Stage != models.Closed && order.BlockedCode == "" && order.Stage != want && !s.paidSince(order, want) {
		s.rt.Fatalf("after %s: the order is %s, its lines and items say %s", step, order.Stage, want)
	}
}

// paidSince is true where the order's own next step has yet to hear of a payment.
func (s *story) paidSince(order *postgres.Order, want models.Stage) bool {
	return order.Stage == models.Collecting && want == models.Reconciling
}

func (s *story) id(kind string) string {
	s.ids++
	return fmt.Sprintf("%s_%s_%d", kind, s.order, s.ids)
}

// lawful lets the refusals of the business pass, and nothing else.
func (s *story) lawful(err error) {
	var business *models.Error
	if err != nil && (!errors.As(err, &business) || business.Kind != models.KindConflict && business.Kind != models.KindInvalid) {
		s.rt.Fatal(err)
	}
}

func (s *story) fromTable(sql string) []string {
	rows, err := s.pool.Query(s.ctx, sql, s.order)
	s.must(err)
	found, err := pgx.CollectRows(rows, pgx.RowTo[string])
	s.must(err)
	return found
}

// steps are what can happen; each returns how it is tried again, nil where nothing happened.
var steps = map[string]func(*story) func(){
	"goods come": func(s *story) func() {
		in := activities.ReceiptInput{ReceiptID: s.id("rcp"), At: s.at}
		s.fact(postgres.StockReceiptFact, in.ReceiptID, models.StockReceipt{SKU: s.sku, WarehouseID: rapid.SampledFrom([]string{"main", "auto"}).Draw(s.rt, "to"),
			Quantity: fmt.Sprint(rapid.IntRange(1, 6).Draw(s.rt, "goods"))})
		receive := func() { s.lawful(s.fulfillment.Receive(s.ctx, in)) }
		receive()
		return receive
	},
	"it is offered to the warehouse": func(s *story) func() {
		_, err := s.fulfillment.Fulfil(s.ctx, at(s.order, s.at))
		s.lawful(err)
		return func() { _, err := s.fulfillment.Fulfil(s.ctx, at(s.order, s.at)); s.lawful(err) }
	},
	"the warehouse ships": func(s *story) func() {
		in := activities.FactStep{OrderID: s.order, FactID: s.id("shp"), At: s.at}
		var lines []models.LineQuantity
		for line := range rapid.IntRange(1, 3).Draw(s.rt, "lines") {
			lines = append(lines, models.LineQuantity{Line: line + 1, Quantity: rapid.SampledFrom([]string{"0.5", "1", "1.5", "3", "9"}).Draw(s.rt, "quantity")})
		}
		s.fact(postgres.ShipmentFact, in.FactID, models.ShipmentConfirmation{OrderID: s.order, Lines: lines})
		ship := func() { _, err := s.fulfillment.ConfirmShipment(s.ctx, in); s.lawful(err) }
		ship()
		return ship
	},
	"it is invoiced": func(s *story) func() {
		issue := func() { _, err := s.invoicing.Issue(s.ctx, at(s.order, s.at)); s.lawful(err) }
		issue()
		return issue
	},
	"the customer pays": func(s *story) func() {
		in := activities.PaymentInput{PaymentID: s.id("pay"), At: s.at}
		p := models.Payment{CustomerID: s.customer, Amount: eur(decimal.New(rapid.Int64Range(1, 4000).Draw(s.rt, "cents"), -2).String())}
		if rapid.IntRange(0, 3).Draw(s.rt, "nobody knows who") == 0 {
			p.CustomerID = ""
		} else if invoices := s.fromTable(`SELECT number FROM invoices WHERE order_id = $1 ORDER BY 1`); len(invoices) > 0 && rapid.Bool().Draw(s.rt, "named") {
			p.Reference = rapid.SampledFrom(invoices).Draw(s.rt, "reference")
		}
		s.acceptPayment(in.PaymentID, p)
		pay := func() { s.lawful(s.cash.Apply(s.ctx, in)) }
		pay()
		return pay
	},
	"a person changes a payment": func(s *story) func() {
		payments := s.fromTable(`SELECT id FROM payments WHERE id LIKE 'pay_' || $1 || '_%' ORDER BY 1`)
		invoices := s.fromTable(`SELECT number FROM invoices WHERE order_id = $1 ORDER BY 1`)
		if len(payments) == 0 || len(invoices) == 0 {
			return nil
		}
		invoices = append(invoices, s.fromTable(`SELECT n.number FROM debit_notes n JOIN orders o ON o.customer_id = n.customer_id WHERE o.id = $1 ORDER BY 1`)...)
		payment := rapid.SampledFrom(payments).Draw(s.rt, "payment")
		change := models.PaymentChange{PaymentID: payment, N: rapid.IntRange(1, 4).Draw(s.rt, "n"), Reason: "x"}
		change.Kind = rapid.SampledFrom([]models.PaymentChangeKind{
			models.ApplyByHand, models.UndoApplication, models.ReversePayment, models.WinReversal, models.RefundPayment,
		}).Draw(s.rt, "kind")
		cents := rapid.SampledFrom([]int64{1, 199, 1000, 2500}).Draw(s.rt, "cents")
		switch change.Kind {
		case models.ApplyByHand:
			change.Invoice, change.Amount = rapid.SampledFrom(invoices).Draw(s.rt, "to"), new(eur(decimal.New(cents, -2).String()))
		case models.RefundPayment:
			change.Amount = new(eur(decimal.New(cents, -2).String()))
		case models.ReversePayment:
			if rapid.Bool().Draw(s.rt, "in part") {
				change.Amount = new(eur(decimal.New(cents, -2).String()))
			}
			if rapid.Bool().Draw(s.rt, "for a fee") {
				change.Fee, change.Recharge = new(eur("1")), new(rapid.Bool().Draw(s.rt, "recharged"))
			}
		case models.UndoApplication, models.WinReversal:
		}
		in := activities.PaymentChangeInput{ChangeID: s.id("pch"), At: s.at}
		s.fact(postgres.PaymentChangeFact, in.ChangeID, change)
		if err := s.cash.Change(s.ctx, in); err != nil {
			if models.KindOf(err) != models.KindNotFound {
				s.lawful(err)
			}
			return nil
		}
		return func() { s.lawful(s.cash.Change(s.ctx, in)) }
	},
	"the customer disputes": func(s *story) func() {
		invoices := s.fromTable(`SELECT number FROM invoices WHERE order_id = $1 ORDER BY 1`)
		if len(invoices) == 0 {
			return nil
		}
		in := activities.FactStep{OrderID: s.order, FactID: s.id("dsp"), At: s.at}
		s.acceptDispute(in.FactID, rapid.SampledFrom(invoices).Draw(s.rt, "invoice"), rapid.SampledFrom([]string{"", "0.01", "3.33", "20"}).Draw(s.rt, "disputed"))
		open := func() { _, err := s.collections.OpenDispute(s.ctx, in); s.lawful(err) }
		open()
		return open
	},
	"a dispute is answered": func(s *story) func() {
		disputes := s.fromTable(`SELECT d.id FROM disputes d JOIN invoices v ON v.number = d.invoice WHERE v.order_id = $1 AND d.state = 'open' ORDER BY 1`)
		if len(disputes) == 0 {
			return nil
		}
		id, dispute := s.id("res"), rapid.SampledFrom(disputes).Draw(s.rt, "dispute")
		outcome, amount := rapid.SampledFrom([]models.DisputeState{models.DisputeAccepted, models.DisputePartlyAccepted, models.DisputeRejected, models.DisputeWithdrawn}).Draw(s.rt, "outcome"), ""
		if outcome == models.DisputePartlyAccepted {
			amount = rapid.SampledFrom([]string{"0.01", "1.11"}).Draw(s.rt, "accepted")
		}
		answer := func() error {
			_, err := s.resolve(id, s.order, dispute, outcome, amount, s.at)
			s.lawful(err)
			return err
		}
		if answer() != nil {
			return nil
		}
		return func() { _ = answer() }
	},
	"an invoice is credited": func(s *story) func() {
		invoices := s.fromTable(`SELECT number FROM invoices WHERE order_id = $1 ORDER BY 1`)
		if len(invoices) == 0 {
			return nil
		}
		in := activities.CreditInput{OrderID: s.order, At: s.at, Request: models.CreditRequest{ID: s.id("cre"), Invoice: rapid.SampledFrom(invoices).Draw(s.rt, "invoice"), Actor: "billing"}}
		if rapid.Bool().Draw(s.rt, "by amount") {
			in.Request.Amount = new(eur(rapid.SampledFrom([]string{"0.01", "1.11", "7.77", "60"}).Draw(s.rt, "credited")))
		} else {
			for _, line := range rapid.Permutation([]int{1, 2, 3}).Draw(s.rt, "lines")[:rapid.IntRange(1, 3).Draw(s.rt, "how many")] {
				in.Request.Lines = append(in.Request.Lines, models.LineQuantity{Line: line, Quantity: rapid.SampledFrom([]string{"0.5", "1", "1.5", "3"}).Draw(s.rt, "quantity")})
			}
		}
		issue := func() error {
			_, err := s.creditNotes.IssueCreditNote(s.ctx, in)
			s.lawful(err)
			return err
		}
		if issue() != nil {
			return nil
		}
		return func() { _ = issue() }
	},
	"customer credit is used": func(s *story) func() {
		notes := s.fromTable(`SELECT c.credit_note FROM customer_credits c JOIN credit_notes n ON n.number = c.credit_note JOIN invoices v ON v.number = n.invoice
			WHERE v.order_id = $1 AND c.remaining > 0 ORDER BY 1`)
		if len(notes) == 0 {
			return nil
		}
		use := models.CreditUse{CreditNote: rapid.SampledFrom(notes).Draw(s.rt, "note"), Amount: eur(rapid.SampledFrom([]string{"0.01", "0.40", "1.11"}).Draw(s.rt, "used"))}
		in := activities.CreditUseInput{UseID: s.id("use"), At: s.at}
		if rapid.Bool().Draw(s.rt, "paid out") {
			s.fact(postgres.CreditRefundFact, in.UseID, use)
			refund := func() { s.lawful(s.creditNotes.RefundCredit(s.ctx, in)) }
			refund()
			return refund
		}
		use.Invoice = rapid.SampledFrom(s.fromTable(`SELECT number FROM invoices WHERE order_id = $1 ORDER BY 1`)).Draw(s.rt, "on")
		s.fact(postgres.CreditApplicationFact, in.UseID, use)
		apply := func() { s.lawful(s.creditNotes.ApplyCredit(s.ctx, in)) }
		apply()
		return apply
	},
	"a notice is due": func(s *story) func() {
		progress := s.done(s.reconciliation.Load(s.ctx, at(s.order, s.at)))
		step := progress.Next(s.at.AddDate(1, 0, 0))
		if step.Action != models.Dun {
			return nil
		}
		if s.at.Before(step.At) {
			s.at = step.At
		}
		in := activities.DunInput{OrderID: s.order, Invoice: step.Invoice, Level: step.Notice.Level, At: s.at}
		dun := func() { _, err := s.collections.Dun(s.ctx, in); s.lawful(err) }
		dun()
		return dun
	},
	"a person amends it": func(s *story) func() {
		in := activities.AmendInput{OrderID: s.order, Amendment: models.Amendment{ID: s.id("dec"), Actor: "sales"}, At: s.at}
		for line := range 3 {
			if quantity := rapid.SampledFrom([]string{"", "", "0", "0.5", "2", "7"}).Draw(s.rt, "amended quantity"); quantity != "" {
				in.Amendment.Lines = append(in.Amendment.Lines, models.LineQuantity{Line: line + 1, Quantity: quantity})
			}
		}
		if _, err := s.fulfillment.Amend(s.ctx, in); err != nil {
			s.lawful(err)
			return nil
		}
		return func() { s.done(s.fulfillment.Amend(s.ctx, in)) }
	},
	"the rest is cancelled": func(s *story) func() {
		in := activities.CancelInput{OrderID: s.order, Cancellation: models.Cancellation{ID: s.id("can"), Actor: "sales"}, At: s.at}
		if rapid.IntRange(0, 2).Draw(s.rt, "really") > 0 {
			return nil
		}
		if _, err := s.fulfillment.Cancel(s.ctx, in); err != nil {
			s.lawful(err)
			return nil
		}
		return func() { _, err := s.fulfillment.Cancel(s.ctx, in); s.lawful(err) }
	},
	"it is closed": func(s *story) func() {
		if s.done(s.reconciliation.Load(s.ctx, at(s.order, s.at))).Stage != models.Reconciling {
			return nil
		}
		closing := func() {
			if got := s.done(s.reconciliation.Close(s.ctx, at(s.order, s.at))); got.Stage != models.Closed {
				s.rt.Fatalf("a settled order is %s, blocked by %v", got.Stage, got.BlockedBy)
			}
		}
		closing()
		return closing
	},
}
