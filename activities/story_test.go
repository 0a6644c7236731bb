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
	invoicing := rapid.SampledFrom([]string{"per_shipment", "per_order", "consolidated", "milestones"}).Draw(rt, "invoicing")
	if invoicing != "milestones" {
		w.exec(`UPDATE customers SET invoicing = $2 WHERE id = $1`, s.customer, invoicing)
	}
	w.product(s.sku, decimal.New(rapid.Int64Range(0, 5000).Draw(rt, "price"), -3).String(), rapid.SampledFrom([]string{"0", "7.7", "19"}).Draw(rt, "rate"), true)
	s.accept(s.order, s.customer, rapid.SampledFrom([]string{"main", "auto"}).Draw(rt, "warehouse"), func(o *models.Order) {
		o.DiscountPercent = rapid.SampledFrom([]decimal.Decimal{dec("0"), dec("0"), dec("3.5"), dec("100")}).Draw(rt, "discount")
		o.ShipComplete = rapid.IntRange(0, 9).Draw(rt, "complete") == 0
		for range rapid.SampledFrom([]int{0, 0, 1, 2}).Draw(rt, "charges") {
			o.Charges = append(o.Charges, freight(decimal.New(rapid.Int64Range(1, 3000).Draw(rt, "charge"), -2).String(), rapid.SampledFrom([]string{"0", "7.7", "19"}).Draw(rt, "charge's rate")))
		}
		if invoicing == "milestones" {
			o.Milestones = []models.Milestone{{Name: "Signed", Percent: dec("33.33")}, {Name: "Accepted", Percent: dec("66.67")}}
		}
		if rapid.IntRange(0, 3).Draw(rt, "paid first") == 0 {
			o.Terms.Prepayment = true
		} else if rapid.Bool().Draw(rt, "early") {
			o.Terms = models.PaymentTerms{DiscountPercent: dec("3"), DiscountDays: 30, DiscountTaxUnchanged: rapid.Bool().Draw(rt, "tax unchanged")}
		} else if rapid.Bool().Draw(rt, "instalments") {
			o.Terms = models.PaymentTerms{Instalments: []models.InstalmentTerm{{Percent: dec("33.33"), NetDays: 10}, {Percent: dec("33.33"), NetDays: 20}, {Percent: dec("33.34"), NetDays: 90}}}
		}
	}, want{s.sku, fmt.Sprint(rapid.IntRange(1, 9).Draw(rt, "quantity"))}, want{"advice", "1.5"}, want{s.sku, "3"})
	s.done(w.credit.Approve(s.ctx, at(s.order, s.at)))
	if rapid.IntRange(0, 4).Draw(rt, "how far it is") > 0 { // most stories are about money
		if rapid.IntRange(0, 3).Draw(rt, "it is paid for") > 0 {
			s.prepays(0)
		}
		s.receipt(s.id("rcp"), "auto", s.sku, "12")
		s.receipt(s.id("rcp"), "main", s.sku, "12")
		s.done(w.fulfillment.Fulfil(s.ctx, at(s.order, s.at)))
		steps["the warehouse ships"](s)
		steps["it is invoiced"](s)
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
		"a notice is due": "0", "it is closed": "0", "goods are to come back": "0", "it is invoiced": "0.05", "a milestone is completed": "0.05"}[step]
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
	want := models.StageOf(order.LineProgress(), len(items))
	if billed := order.Billed(); billed.Any() {
		want = billed.Stage(order.LineProgress(), len(items))
	}
	if order.Invoicing != models.Consolidated && order.Stage != models.Closed && order.BlockedCode == "" && order.Stage != want && !s.paidSince(order, want) {
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

func (s *story) invoices() []string {
	return s.fromTable(`SELECT v.number FROM invoices v JOIN orders o ON o.customer_id = v.customer_id WHERE o.id = $1 ORDER BY 1`)
}

// collector is the order that collects an invoice; "" where it belongs to no single one.
func (s *story) collector(invoice string) (order string) {
	s.must(s.pool.QueryRow(s.ctx, `SELECT coalesce(order_id, '') FROM invoices WHERE number = $1`, invoice).Scan(&order))
	return order
}

// steps are what can happen; each returns how it is tried again, nil where nothing happened. They are filled below, for some begin with others.
var steps = map[string]func(*story) func(){}

func init() {
	maps.Copy(steps, orderSteps)
	maps.Copy(steps, moneySteps)
	maps.Copy(steps, laterSteps)
}
