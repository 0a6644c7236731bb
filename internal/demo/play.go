package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"
	"golang.org/x/sync/errgroup"

	"o2c/api/client"
)

// Options say what is played, and how.
type Options struct {
	API      string        // URL of the API, without /v1
	Run      string        // prefixes every id; a run that was interrupted goes on under the same
	Plan     Plan          // the same for a run that goes on
	Parallel int           // how many orders are worked on at a time
	Patience time.Duration // how long the API may be away, and how long an order may take for one thing
	Out      io.Writer     // where progress and result are printed
}

// NewRun makes the id of a new run from the time, short and unique on a stack.
func NewRun(now time.Time) string {
	return "r" + strconv.FormatInt(now.UnixMilli()/100, 36)
}

// Play plays a plan to its end and prints what came out. It fails when anything differs from what the plan must come to,
// naming every difference.
func Play(ctx context.Context, o Options) error {
	p := newPlayer(o)
	began := time.Now()
	p.show.say(fmt.Sprintf("run %s on %s: %d orders of %d customers over %d products, from %s", o.Run, o.API, len(o.Plan.Orders),
		len(o.Plan.Customers), len(o.Plan.Products), o.Plan.Source))
	for _, left := range o.Plan.LeftOut {
		p.show.say(fmt.Sprintf("row %d is left out: %s", left.Row, left.Reason))
	}
	for _, phase := range []func(context.Context) error{
		p.setUp, p.enterOrders, p.decideCredit, p.ship, p.checkInvoices, p.settleEarly, p.letMonthsPass, p.awaitEnds,
	} {
		if err := phase(ctx); err != nil {
			return fmt.Errorf("run %s stopped (the same command with --run %s goes on with it): %w", o.Run, o.Run, err)
		}
	}
	err := p.report(ctx)
	p.show.say(fmt.Sprintf("played in %s", time.Since(began).Round(time.Second)))
	return err
}

// player plays one run.
type player struct {
	Options

	api    *client.ClientWithResponses
	show   *progress
	orders []*played
}

// played is an order and what has become of it. One goroutine at a time works on an order.
type played struct {
	Order

	buyer    Customer
	id       string
	invoices []client.Invoice // as issued, by number
}

func newPlayer(o Options) *player {
	p := &player{Options: o, show: newProgress(o.Out)}
	// It fails only if an option does, and these don't.
	p.api, _ = client.NewClientWithResponses(strings.TrimSuffix(o.API, "/")+"/v1", client.WithHTTPClient(newPatient(o.Patience, p.show.say)))
	for _, order := range o.Plan.Orders {
		p.orders = append(p.orders, &played{Order: order, buyer: o.Plan.customer(order.Customer)})
	}
	return p
}

// name is an id of the plan as it is on the stack.
func (p *player) name(id string) string { return p.Run + "-" + id }

// key is the Idempotency-Key of a fact of this run.
func (p *player) key(fact ...string) string { return p.Run + "/" + strings.Join(fact, "/") }

// each does something for every item of a phase, several groups at a time, the items of a group one after the other.
func each[T any](ctx context.Context, p *player, phase string, groups [][]T, do func(context.Context, T) error) error {
	total := 0
	for _, group := range groups {
		total += len(group)
	}
	if total == 0 {
		return nil
	}
	p.show.begin(phase, total)
	defer p.show.end()
	running, ctx := errgroup.WithContext(ctx)
	running.SetLimit(p.Parallel)
	for _, group := range groups {
		running.Go(func() error {
			for _, item := range group {
				if ctx.Err() != nil {
					return context.Cause(ctx)
				}
				if err := do(ctx, item); err != nil {
					return err
				}
				p.show.step()
			}
			return nil
		})
	}
	return running.Wait()
}

// singly puts every item into a group of its own.
func singly[T any](items []T) [][]T {
	groups := make([][]T, len(items))
	for i := range items {
		groups[i] = items[i : i+1]
	}
	return groups
}

// byCustomer groups the orders of each customer that are chosen.
func (p *player) byCustomer(chosen func(Story) bool) [][]*played {
	var groups [][]*played
	index := map[string]int{}
	for _, o := range p.orders {
		if !chosen(o.Story) {
			continue
		}
		i, known := index[o.Customer]
		if !known {
			i = len(groups)
			index[o.Customer] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], o)
	}
	return groups
}

func all(Story) bool { return true }

// setUp creates the run's customers and products, and has the goods in stock that are not meant to be missing.
func (p *player) setUp(ctx context.Context) error {
	if err := p.ensureSeller(ctx); err != nil {
		return err
	}
	if err := each(ctx, p, "customers created", singly(p.Plan.Customers), p.createCustomer); err != nil {
		return err
	}
	if err := each(ctx, p, "products created", singly(p.Plan.Products), p.createProduct); err != nil {
		return err
	}
	return each(ctx, p, "stock received", singly(p.stock(func(s Story) bool { return s != Backordered && s != Rejected })), p.receive)
}

// ensureSeller sets up a seller where there is none.
func (p *player) ensureSeller(ctx context.Context) error {
	_, err := take[client.Company](p.api.GetCompanyWithResponse(ctx, as("billing")))
	if refused, is := errors.AsType[*refusal](err); !is || refused.status != http.StatusNotFound {
		return err
	}
	_, err = take[client.Company](p.api.PutCompanyWithResponse(ctx, client.Company{
		LegalName: "Demo Trading Ltd", Address: client.Address{Line1: "1 Demo Street", City: "London", Postcode: "EC1A 1AA", Country: home},
		TaxID: "GB999999973", TimeZone: "Europe/London", BaseCurrency: p.Plan.Currency, Calendar: "none",
		Contact:      client.Contact{Name: "Accounts receivable", Phone: "+44 20 7946 0000", Email: "billing@demo.example"},
		BankAccounts: []client.BankAccount{},
	}, as("billing")))
	return err
}

func (p *player) createCustomer(ctx context.Context, c Customer) error {
	treatment := client.TaxTreatmentDomestic
	if c.isExport() {
		treatment = client.TaxTreatmentExport
	}
	_, err := take[client.Customer](p.api.CreateCustomerWithResponse(ctx, &client.CreateCustomerParams{IdempotencyKey: p.key("customer", c.ID)}, client.NewCustomer{
		ID: new(p.name(c.ID)), Name: c.Name, Email: "payables@" + strings.ToLower(c.ID) + ".example", Country: c.Country, Currency: p.Plan.Currency,
		TaxTreatment: &treatment, TimeZone: &c.TimeZone, PaymentTerms: &client.PaymentTerms{NetDays: new(netDays)}, CreditLimit: new(c.Limit.StringFixed(2)),
	}, as("credit")))
	return about("customer "+c.ID, err)
}

// netDays are the payment terms of every order.
const netDays = 30

func (p *player) createProduct(ctx context.Context, product Product) error {
	_, err := take[client.Product](p.api.CreateProductWithResponse(ctx, &client.CreateProductParams{IdempotencyKey: p.key("product", product.SKU)}, client.NewProduct{
		Sku: p.name(product.SKU), Name: product.Name, Prices: client.Prices{p.Plan.Currency: product.Price.String()},
		TaxCategory: client.TaxCategoryS, TaxRate: vat.String(), Stocked: new(true),
	}, as("billing")))
	return about("product "+product.SKU, err)
}

// delivery is a quantity of goods that arrives in a warehouse.
type delivery struct {
	warehouse, sku string
	quantity       decimal.Decimal
}

// stock adds up what the chosen orders need in each warehouse.
func (p *player) stock(chosen func(Story) bool) []delivery {
	var needed []delivery
	index := map[[2]string]int{}
	for _, o := range p.orders {
		if !chosen(o.Story) {
			continue
		}
		for _, line := range o.Lines {
			i, known := index[[2]string{o.Warehouse, line.SKU}]
			if !known {
				i = len(needed)
				index[[2]string{o.Warehouse, line.SKU}] = i
				needed = append(needed, delivery{warehouse: o.Warehouse, sku: line.SKU})
			}
			needed[i].quantity = needed[i].quantity.Add(line.Quantity)
		}
	}
	return needed
}

// receive books goods. When no worker is there, the order that needs them waits for them.
func (p *player) receive(ctx context.Context, d delivery) error {
	_, err := take[client.StockReceipt](p.api.ReceiveStockWithResponse(ctx, p.name(d.sku), &client.ReceiveStockParams{IdempotencyKey: p.key("receipt", d.warehouse, d.sku)},
		client.NewStockReceipt{WarehouseID: &d.warehouse, Quantity: d.quantity.String()}, as("warehouse")))
	return about("receipt of "+d.sku, err)
}

// enterOrders posts the orders, those of a customer in their order.
func (p *player) enterOrders(ctx context.Context) error {
	enterer := p.Plan.enterer()
	return each(ctx, p, "orders entered", p.byCustomer(all), func(ctx context.Context, o *played) error {
		body := client.NewOrder{
			CustomerID: p.name(o.Customer), PoNumber: new(p.name(o.PO)), Currency: p.Plan.Currency, WarehouseID: &o.Warehouse,
			ShipComplete: new(o.Warehouse == "auto"), // one shipment, also if a receipt comes late
		}
		for _, line := range o.Lines {
			body.Lines = append(body.Lines, client.NewOrderLine{Sku: p.name(line.SKU), Quantity: line.Quantity.String(), UnitPrice: new(line.Price.String())})
		}
		order, err := take[client.Order](p.api.CreateOrderWithResponse(ctx, &client.CreateOrderParams{IdempotencyKey: p.key("order", o.PO)}, body, as(enterer(o.Order))))
		if err != nil {
			return about("order "+o.PO, err)
		}
		o.id = order.ID
		return compare("order "+o.PO, order.NetTotal, order.TaxTotal, order.Total, p.Plan.OrderAmounts(o.Order))
	})
}

// decideCredit releases and rejects the orders that are meant to be on hold.
func (p *player) decideCredit(ctx context.Context) error {
	held := p.byCustomer(func(s Story) bool { return s == Released || s == Rejected })
	return each(ctx, p, "credit decisions", held, func(ctx context.Context, o *played) error {
		if err := p.awaitStage(ctx, o, client.StageCreditHold); err != nil {
			return err
		}
		decision := client.NewCreditDecision{Decision: client.NewCreditDecisionDecisionRelease, Reason: "a good customer"}
		if o.Story == Rejected {
			decision = client.NewCreditDecision{Decision: client.NewCreditDecisionDecisionReject, Reason: "too much for this customer"}
		}
		_, err := take[struct{}](p.api.DecideCreditWithResponse(ctx, o.id, &client.DecideCreditParams{IdempotencyKey: p.key("credit-decision", o.PO)}, decision, as("credit")))
		return about("credit decision on "+o.PO, err)
	})
}

// ship has the goods of every order leave its warehouse: confirmed by hand in a manual one, with a receipt where they are
// missing. The orders to be cancelled are cancelled instead.
func (p *player) ship(ctx context.Context) error {
	open := p.byCustomer(func(s Story) bool { return s != Rejected })
	return each(ctx, p, "orders shipped and invoiced", open, func(ctx context.Context, o *played) error {
		switch {
		case o.Story == Cancelled:
			return p.cancel(ctx, o)
		case o.Story == Backordered:
			if err := p.serveBackorder(ctx, o); err != nil {
				return err
			}
		case o.Warehouse == "main":
			if err := p.confirmShipments(ctx, o); err != nil {
				return err
			}
		}
		return p.awaitStage(ctx, o, client.StageCollecting)
	})
}

func (p *player) cancel(ctx context.Context, o *played) error {
	if err := p.awaitReserved(ctx, o); err != nil {
		return err
	}
	_, err := take[struct{}](p.api.CancelOrderWithResponse(ctx, o.id, &client.CancelOrderParams{IdempotencyKey: p.key("cancellation", o.PO)},
		client.NewCancellation{Reason: "the customer changed their mind"}, as("sales")))
	return about("cancellation of "+o.PO, err)
}

func (p *player) serveBackorder(ctx context.Context, o *played) error {
	err := p.await(ctx, o, "is not backordered", func(order client.Order) bool {
		return order.Lines[0].Backordered != "0" || beyond(order.Stage, client.StageFulfilling)
	})
	if err != nil {
		return err
	}
	for _, d := range p.stock(func(s Story) bool { return s == Backordered }) {
		if slices.ContainsFunc(o.Lines, func(line Line) bool { return line.SKU == d.sku }) {
			if err = p.receive(ctx, d); err != nil {
				return err
			}
		}
	}
	return nil
}

// confirmShipments confirms an order's shipments one after the other, and their delivery.
func (p *player) confirmShipments(ctx context.Context, o *played) error {
	if err := p.awaitReserved(ctx, o); err != nil {
		return err
	}
	for n, parts := range o.shipments() {
		body := client.NewShipment{Carrier: new("Parcel Express"), TrackingNumber: new(fmt.Sprintf("PX-%s-%d", p.name(o.PO), n+1))}
		for _, part := range parts {
			body.Lines = append(body.Lines, client.NewShipmentLine{Line: part.line, Quantity: part.quantity.String()})
		}
		fact := fmt.Sprintf("%s/%d", o.PO, n+1)
		shipment, err := take[client.Shipment](p.api.CreateShipmentWithResponse(ctx, o.id, &client.CreateShipmentParams{IdempotencyKey: p.key("shipment", fact)}, body, as("warehouse")))
		if err != nil {
			return about("shipment "+fact, err)
		}
		err = p.until(ctx, "shipment "+fact+" is not recorded", func(ctx context.Context) (bool, error) {
			shipment, err = take[client.Shipment](p.api.GetShipmentWithResponse(ctx, shipment.ID, as("warehouse")))
			if err == nil && shipment.State == client.ShipmentStateRefused {
				err = fmt.Errorf("it was refused: %s", *shipment.Reason)
			}
			return err == nil && shipment.State != client.ShipmentStateProcessing, about("shipment "+fact, err)
		})
		if err != nil {
			return err
		}
		_, err = take[client.Shipment](p.api.ConfirmDeliveryWithResponse(ctx, shipment.ID, &client.ConfirmDeliveryParams{IdempotencyKey: p.key("delivery", fact)},
			client.NewDelivery{DeliveredAt: *shipment.ShippedAt, SignedBy: new("goods inward")}, as("warehouse")))
		if err != nil {
			return about("delivery "+fact, err)
		}
	}
	return nil
}

// checkInvoices compares every invoice with what the plan comes to.
func (p *player) checkInvoices(ctx context.Context) error {
	shipped := p.byCustomer(Story.ships)
	return each(ctx, p, "invoices checked", shipped, func(ctx context.Context, o *played) error {
		invoices, err := p.invoicesOf(ctx, o)
		if err != nil {
			return err
		}
		expected := p.Plan.InvoiceAmounts(o.Order)
		if len(invoices) != len(expected) {
			return fmt.Errorf("order %s has %d invoices, it must have %d", o.PO, len(invoices), len(expected))
		}
		category, rate := client.TaxCategoryS, vat.String()
		if o.buyer.isExport() {
			category, rate = client.TaxCategoryG, "0"
		}
		for i, invoice := range invoices {
			what := fmt.Sprintf("invoice %s of order %s", invoice.Number, o.PO)
			if err = compare(what, invoice.NetTotal, invoice.TaxTotal, invoice.Total, expected[i]); err != nil {
				return err
			}
			if groups := invoice.TaxBreakdown; len(groups) != 1 || groups[0].Category != category || groups[0].Rate != rate {
				return fmt.Errorf("%s: the tax groups are %v, expected one of category %s at %s %%", what, groups, category, rate)
			}
		}
		o.invoices = invoices
		return nil
	})
}

// invoicesOf reads the invoices of an order, by number.
func (p *player) invoicesOf(ctx context.Context, o *played) ([]client.Invoice, error) {
	page, err := take[client.InvoicePage](p.api.ListInvoicesWithResponse(ctx, &client.ListInvoicesParams{OrderID: &o.id, Limit: new(200)}, as("auditor")))
	if err != nil {
		return nil, about("invoices of "+o.PO, err)
	}
	invoices := make([]client.Invoice, len(page.Data))
	for i, summary := range page.Data {
		if invoices[i], err = take[client.Invoice](p.api.GetInvoiceWithResponse(ctx, summary.Number, as("auditor"))); err != nil {
			return nil, about("invoice "+summary.Number, err)
		}
	}
	slices.SortFunc(invoices, func(a, b client.Invoice) int { return strings.Compare(a.Number, b.Number) })
	return invoices, nil
}

// about says what an error is about.
func about(what string, err error) error {
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

// compare names the difference between a document and what it must come to.
func compare(what, net, tax, total string, expected Amounts) error {
	if net == expected.Net.StringFixed(2) && tax == expected.Tax.StringFixed(2) && total == expected.Total.StringFixed(2) {
		return nil
	}
	return fmt.Errorf("%s: net %s, tax %s, total %s; expected net %s, tax %s, total %s", what, net, tax, total,
		expected.Net.StringFixed(2), expected.Tax.StringFixed(2), expected.Total.StringFixed(2))
}
