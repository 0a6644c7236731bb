package e2e_test

import (
	"cmp"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"o2c/internal/testkit"
	"o2c/models"
	"o2c/postgres"
	"o2c/workflows"
)

var updateMessages = flag.Bool("update-messages", false, "write the table of docs/messages.md as the product behaves now")

// subject is an order that was brought to a stage, with everything that a message can name. What its stage does not have has the id of
// nothing.
type subject struct {
	order, customer, invoice, shipment, payment, dispute, promise, ret string
}

const (
	noInvoice  = "INV-1999-000001"
	fromInside = "from inside" // what another process of the product tells
	late       = "late"        // what was accepted and then lost a race: the order's process alone decides
)

// stages bring an order to each of its stages. Those with an invoice have a dispute and a promise about it, open where the invoice is open.
var stages = map[models.Stage]func(*stack) subject{
	models.Received: func(s *stack) subject {
		customer := s.customer("100000.00", body{"id": "stuck-" + uuid.NewString()[:8]})
		u := nothing(s.post("sales", "/v1/orders", orderOf(customer, "main", s.product("main", "10"), "3")).want(http.StatusCreated, http.StatusAccepted).str("id"), customer)
		s.eventually("the order to be parked", func() bool { return s.parkedAt(u.order) != "" })
		return u
	},
	models.Review: func(s *stack) subject {
		customer, sku := s.customer("100000.00", body{"duplicate_po": "flag"}), s.product("main", "10")
		s.entered(s.post("sales", "/v1/orders", numbered(customer, sku, "1", body{"warehouse_id": "main"})))
		return s.in(models.Review, nothing(s.entered(s.post("sales", "/v1/orders", numbered(customer, sku, "1", body{"warehouse_id": "main"}))), customer))
	},
	models.CreditHold: func(s *stack) subject {
		customer := s.customer("100.00")
		u := nothing(s.entered(s.post("sales", "/v1/orders", orderOf(customer, "main", s.product("main", "10"), "3"))), customer)
		u.shipment = s.tell(u, postgres.ShipmentFact, models.ShipmentConfirmation{OrderID: u.order, Lines: line1})
		return s.in(models.CreditHold, u)
	},
	models.AwaitingPrepayment: func(s *stack) subject {
		customer := s.customer("")
		return s.in(models.AwaitingPrepayment, nothing(s.entered(s.post("sales", "/v1/orders", orderOf(customer, "main", s.product("main", "10"), "3"))), customer))
	},
	models.Fulfilling: func(s *stack) subject { return s.in(models.Fulfilling, s.argued(s.shipped("2"))) },
	models.Invoicing: func(s *stack) subject {
		customer := s.customer("100000.00")
		request := orderOf(customer, "main", s.product("main", "10"), "3")
		request["milestones"] = []body{{"name": "Signed", "percent": "50"}, {"name": "Accepted", "percent": "50"}}
		u := nothing(s.entered(s.post("sales", "/v1/orders", request)), customer)
		u.invoice = s.completed(u.order, 1)
		u.shipment = s.ship(u.order, "3").str("id")
		return s.in(models.Invoicing, s.argued(u))
	},
	models.Collecting: func(s *stack) subject { return s.in(models.Collecting, s.argued(s.shipped("3"))) },
	models.Reconciling: func(s *stack) subject {
		u := s.settled(s.argued(s.shipped("3")))
		owner := testkit.Database(s.t, testkit.AsOwner, testkit.MaxConns(1))
		// A cent that is on the invoice's account and belongs there to nothing.
		for _, sql := range []string{`SET session_replication_role = replica`, `
			INSERT INTO ledger_lines (entry_id, line, account, customer_id, currency, debit, document, posting_date, base_currency, base_debit, base_credit)
			SELECT max(entry_id), 99, 'receivables', $1, 'EUR', 0.01, $2, max(posting_date), 'GBP', 0.01, 0 FROM ledger_lines WHERE document = $2`} {
			var args []any
			if strings.Contains(sql, "$1") {
				args = []any{u.customer, u.invoice}
			}
			if _, err := owner.Exec(s.t.Context(), sql, args...); err != nil {
				s.t.Fatal(err)
			}
		}
		u.payment = s.paid(u.customer, "357.00", u.invoice).str("id")
		return s.in(models.Reconciling, u)
	},
	models.Closed: func(s *stack) subject {
		u := s.settled(s.argued(s.shipped("3")))
		u.payment = s.paid(u.customer, "357.00", u.invoice).str("id")
		u = s.in(models.Closed, u)
		s.awaitEnd(workflows.OrderID(u.order))
		return u
	},
}

func nothing(order, customer string) subject {
	return subject{order, customer, noInvoice, "shp_none", "pay_none", "dsp_none", "prm_none", "ret_none"}
}

// in waits until a subject is in its stage and nothing more happens to it.
func (s *stack) in(stage models.Stage, u subject) subject {
	s.eventually(u.order+" to be in "+string(stage), func() bool { return s.get("/v1/orders/"+u.order).str("stage") == string(stage) })
	s.quiet(u.order)
	return u
}

// shipped is an order of three pieces of which so many are shipped and invoiced.
func (s *stack) shipped(quantity string) subject {
	customer := s.customer("100000.00")
	u := nothing(s.entered(s.post("sales", "/v1/orders", orderOf(customer, "main", s.product("main", "10"), "3"))), customer)
	u.shipment = s.ship(u.order, quantity).str("id")
	s.eventually("the invoice of "+u.order, func() bool { return len(s.invoices(u.order)) == 1 })
	u.invoice = s.invoice(u.order)
	return u
}

// argued has a part of the invoice disputed, promised and paid, and a piece to come back.
func (s *stack) argued(u subject) subject {
	u.dispute = s.post("collector", "/v1/invoices/"+u.invoice+"/disputes", body{"amount": "20.00", "reason": "quality", "note": "", "raised_by": "buyer"}).want(http.StatusAccepted).str("id")
	u.promise = s.post("collector", "/v1/invoices/"+u.invoice+"/promises", body{"amount": "10.00", "date": inDays(20)}).want(http.StatusAccepted).str("id")
	u.ret = s.post("warehouse", "/v1/orders/"+u.order+"/returns", body{"lines": []body{{"line": 1, "quantity": "1", "reason": "damaged"}}}).want(http.StatusAccepted).str("id")
	u.payment = s.paid(u.customer, "1.00", u.invoice).str("id")
	return u
}

// settled takes back what argued has begun.
func (s *stack) settled(u subject) subject {
	s.reversed(u.payment, "by mistake")
	s.resolve(u.order, s.opened(u.dispute), "rejected")
	s.quiet(u.order)
	return u
}

func (s *stack) parkedAt(order string) string {
	s.t.Helper()
	var told models.OrderStatus
	answer, err := s.engine.QueryWorkflow(s.t.Context(), workflows.OrderID(order), "", workflows.StatusQuery)
	if err != nil || answer.Get(&told) != nil || told.BlockedBy == nil || !strings.HasPrefix(told.BlockedBy.Code, "technical:") {
		return ""
	}
	return told.BlockedBy.Code
}

// quiet waits until an order's workflow has nothing to do but to wait.
func (s *stack) quiet(order string) {
	s.t.Helper()
	s.eventually(order+" to wait", func() bool {
		d, err := s.engine.DescribeWorkflowExecution(s.t.Context(), workflows.OrderID(order), "")
		return err == nil && d.GetPendingWorkflowTask() == nil && len(d.GetPendingActivities()) == 0
	})
}

// sent is how a message is sent to a subject: a request of a role, or a call from inside.
type sent func(*stack, subject) answer

func posts(role, path string, request func(subject) body) sent {
	return func(s *stack, u subject) answer {
		to := strings.NewReplacer("{order}", u.order, "{invoice}", u.invoice, "{shipment}", u.shipment, "{payment}", u.payment,
			"{dispute}", u.dispute, "{promise}", u.promise, "{return}", u.ret).Replace(path)
		method, to, found := strings.Cut(to, " ")
		if !found {
			method, to = http.MethodPost, method
		}
		var what any
		if request != nil {
			what = request(u)
		}
		return s.call(role, method, "/v1"+to, what)
	}
}

func always(b body) func(subject) body { return func(subject) body { return b } }

// inside is news that another process of the product tells an order.
func inside(tell func(*stack, subject) error) sent {
	return func(s *stack, u subject) answer {
		a := answer{t: s.t, what: fromInside, Status: http.StatusAccepted, Body: body{}}
		if err := tell(s, u); models.KindOf(err) == models.KindNotFound && err != nil {
			a.Status = 0
		} else if err != nil {
			s.t.Error(err)
		}
		return a
	}
}

// lately is a fact that was accepted as it stands, and is told now; about is what it is about, without which there is none.
func lately(kind string, about func(subject) string, content func(subject) any) sent {
	return func(s *stack, u subject) answer {
		a := answer{t: s.t, what: late, Status: http.StatusAccepted, Body: body{}}
		if about != nil && (about(u) == noInvoice || strings.HasSuffix(about(u), "_none")) {
			a.Status = 0
			return a
		}
		a.Body["id"] = s.tell(u, kind, content(u))
		return a
	}
}

// tell accepts a fact and tells it.
func (s *stack) tell(u subject, kind string, content any) (id string) {
	id = "late_" + uuid.NewString()[:8]
	data, err := json.Marshal(content)
	if err == nil {
		_, err = postgres.AcceptFact(s.t.Context(), s.pool, postgres.Fact{ID: id, Kind: kind, CustomerID: &u.customer, OrderID: &u.order, Content: data, Actor: "dev-warehouse"})
	}
	if err == nil {
		_, err = s.commands().Retell(s.t.Context(), 0)
	}
	if err != nil {
		s.t.Error(err)
	}
	return id
}

func ofShipment(u subject) string { return u.shipment }
func ofReturn(u subject) string   { return u.ret }
func ofInvoice(u subject) string  { return u.invoice }

func one(u subject) []body { return []body{{"line": 1, "quantity": "1"}} }

var line1 = []models.LineQuantity{{Line: 1, Quantity: "1"}}

func shared() models.Receivable {
	return models.Receivable{Invoice: noInvoice, Version: 1, Open: models.Zero("EUR"), Disputed: models.Zero("EUR")}
}

func euros(s string) *models.Money {
	m, err := models.ParseMoney(s, "EUR")
	if err != nil {
		panic(err)
	}
	return &m
}

// messages are all that can be said to an order, by the name that the contract gives it: once as a client or another process says it,
// and, where it is a fact, once as one that was accepted before it was contradicted.
var messages = map[string]map[string]sent{
	workflows.ShipmentConfirmed: {
		"POST /orders/{id}/shipments": posts("warehouse", "/orders/{order}/shipments", func(u subject) body { return body{"lines": one(u)} }),
		late:                          lately(postgres.ShipmentFact, nil, func(u subject) any { return models.ShipmentConfirmation{OrderID: u.order, Lines: line1} }),
	},
	workflows.DeliveryConfirmed: {
		"POST /shipments/{id}/delivery": posts("warehouse", "/shipments/{shipment}/delivery", func(subject) body { return body{"delivered_at": time.Now().Add(time.Second)} }),
		late: lately(postgres.DeliveryFact, ofShipment, func(u subject) any {
			return models.DeliveryConfirmation{ShipmentID: u.shipment, DeliveredAt: time.Now().Add(time.Second)}
		}),
	},
	workflows.CarrierTold: {
		"POST /shipments/{id}/events": posts("warehouse", "/shipments/{shipment}/events", func(subject) body { return body{"event_id": "e1", "kind": "in_transit", "at": time.Now()} }),
		late: lately(postgres.CarrierEventFact, ofShipment, func(u subject) any {
			return models.CarrierEvent{ShipmentID: u.shipment, EventID: "e2", Kind: "in_transit", At: time.Now()}
		}),
	},
	workflows.ReturnRequested: {
		"POST /orders/{id}/returns": posts("warehouse", "/orders/{order}/returns", always(body{"lines": []body{{"line": 1, "quantity": "1", "reason": "damaged"}}})),
		late: lately(postgres.ReturnFact, nil, func(u subject) any {
			return models.ReturnRequest{OrderID: u.order, Lines: []models.ReturnRequestLine{{Line: 1, Quantity: "1", Reason: "damaged"}}}
		}),
	},
	workflows.ReturnReceived: {
		"POST /returns/{id}/receipt": posts("warehouse", "/returns/{return}/receipt", func(u subject) body { return body{"lines": one(u), "disposition": "credit"} }),
		late: lately(postgres.ReturnReceiptFact, ofReturn, func(u subject) any {
			return models.ReturnReceipt{ReturnID: u.ret, Disposition: "credit", Lines: []models.ReceivedLine{{Line: 1, Quantity: "1"}}}
		}),
	},
	workflows.DisputeRaised: {
		"POST /invoices/{number}/disputes": posts("collector", "/invoices/{invoice}/disputes", always(body{"amount": "5.00", "reason": "quality", "note": "", "raised_by": "buyer"})),
		late: lately(postgres.DisputeFact, ofInvoice, func(u subject) any {
			return models.Dispute{Invoice: u.invoice, Amount: euros("5.00"), Reason: "quality", RaisedBy: "buyer"}
		}),
	},
	workflows.PromiseMade: {
		"POST /invoices/{number}/promises": posts("collector", "/invoices/{invoice}/promises", func(subject) body { return body{"amount": "5.00", "date": inDays(9)} }),
		late: lately(postgres.PromiseFact, ofInvoice, func(u subject) any {
			return models.Promise{Invoice: u.invoice, Amount: *euros("5.00"), Date: models.DateIn(time.Now().AddDate(0, 0, 9), time.UTC)}
		}),
	},
	workflows.PaymentApplied: {
		"POST /payments": posts("cashier", "/payments", func(u subject) body {
			return body{"customer_id": u.customer, "amount": "1.00", "currency": "EUR", "method": "bank_transfer", "reference": u.invoice}
		}),
		fromInside: inside(func(s *stack, u subject) error { return s.commands().PaymentApplied(s.t.Context(), u.order, shared()) }),
	},
	workflows.PaymentReversed: {
		"POST /payments/{id}/reversals": posts("cashier", "/payments/{payment}/reversals", always(body{"reason": "no funds"})),
		fromInside:                      inside(func(s *stack, u subject) error { return s.commands().PaymentReversed(s.t.Context(), u.order, shared()) }),
	},
	workflows.StockArrived: {
		fromInside: inside(func(s *stack, u subject) error { return s.commands().StockArrived(s.t.Context(), u.order, "rcp_1") }),
	},
	workflows.CreditRecheck: {
		fromInside: inside(func(s *stack, u subject) error { return s.commands().CreditRecheck(s.t.Context(), u.order, "lim_1") }),
	},
	workflows.PartyListed: {
		fromInside: inside(func(s *stack, u subject) error { return s.commands().PartyListed(s.t.Context(), u.order, "scr_1") }),
	},
	workflows.InvoiceIssued: {
		fromInside: inside(func(s *stack, u subject) error { return s.commands().InvoiceIssued(s.t.Context(), u.order, shared()) }),
	},
	workflows.InvoiceSettled: {
		fromInside: inside(func(s *stack, u subject) error { return s.commands().InvoiceSettled(s.t.Context(), u.order, shared()) }),
	},
	workflows.DecideReview: {
		"POST /orders/{id}/review-decisions": posts("credit", "/orders/{order}/review-decisions", always(body{"decision": "release", "reason": "known"})),
	},
	workflows.DecideCredit: {
		"POST /orders/{id}/credit-decisions": posts("credit", "/orders/{order}/credit-decisions", always(body{"decision": "release", "reason": "known"})),
	},
	workflows.Amend: {
		"POST /orders/{id}/amendments": posts("sales", "/orders/{order}/amendments", always(body{"lines": []body{{"line": 1, "quantity": "4"}}})),
	},
	workflows.Cancel: {
		"POST /orders/{id}/cancellation": posts("sales", "/orders/{order}/cancellation", always(body{"reason": "changed our mind"})),
	},
	workflows.ChooseBackorder: {
		"POST /orders/{id}/backorder-choice": posts("sales", "/orders/{order}/backorder-choice", always(body{"choice": "wait"})),
	},
	workflows.ActOnDispute: {
		"POST /disputes/{id}/actions": posts("collector", "/disputes/{dispute}/actions", always(body{"owner": "j.doe"})),
	},
	workflows.CompleteMilestone: {
		"POST /orders/{id}/milestones/{n}/completion": posts("sales", "/orders/{order}/milestones/2/completion", always(body{})),
	},
	workflows.ResolveDispute: {
		"POST /disputes/{id}/resolution": posts("collector", "/disputes/{dispute}/resolution", always(body{"outcome": "accepted", "note": ""})),
	},
	workflows.Credit: {
		"POST /invoices/{number}/credit-notes": posts("billing", "/invoices/{invoice}/credit-notes", always(body{"amount": "1.00", "reason": "goodwill"})),
	},
	workflows.HoldDunning: {
		"POST /invoices/{number}/dunning-holds": posts("collector", "/invoices/{invoice}/dunning-holds", func(subject) body { return body{"until": inDays(9), "reason": "new system"} }),
	},
	workflows.WithdrawPromise: {
		"DELETE /promises/{id}": posts("collector", "DELETE /promises/{promise}", nil),
	},
	workflows.PlanInstalments: {
		"POST /invoices/{number}/instalment-plans": func(s *stack, u subject) answer {
			var open string // what of it is not disputed; where there is nothing, something
			_ = s.pool.QueryRow(context.Background(), `SELECT open_amount - disputed_amount FROM open_items WHERE number = $1 AND open_amount > disputed_amount`, u.invoice).Scan(&open)
			return s.call("collector", http.MethodPost, "/v1/invoices/"+u.invoice+"/instalment-plans",
				body{"instalments": []body{{"date": inDays(30), "amount": cmp.Or(open, "1.00")}}})
		},
	},
	workflows.WriteOff: {
		"POST /invoices/{number}/write-offs": posts("manager", "/invoices/{invoice}/write-offs", always(body{"amount": "1.00", "reason": "too small"})),
	},
	workflows.Intervene: {
		"POST /orders/{id}/interventions": posts("manager", "/orders/{order}/interventions", always(body{"action": "retry", "reason": "cured"})),
	},
}

// says sends a message and waits until it is dealt with. The answer is a mark for what is taken, or the status and code of a refusal; where
// the stage changes, the new one follows.
func (s *stack) says(u subject, stage models.Stage, send sent) string {
	a := send(s, u)
	said := "✓"
	if a.Status == 0 {
		return "—"
	}
	if a.Status >= 500 {
		s.t.Errorf("%s: %d: nothing that is said may end so: %s", a.what, a.Status, a.raw)
	}
	if a.Status >= 300 {
		return fmt.Sprint(a.Status, " ", a.str("code"))
	}
	if id, _ := a.Body["id"].(string); a.Status == http.StatusAccepted && a.Body["state"] == "accepted" && !strings.HasPrefix(id, "late_") { // a decision
		if _, refused := s.outcome(u.order, id); refused != nil {
			status := map[models.Kind]int{models.KindConflict: http.StatusConflict, models.KindNotFound: http.StatusNotFound, models.KindInvalid: http.StatusUnprocessableEntity}
			return fmt.Sprint(status[refused.Kind], " ", refused.Code)
		}
	} else if a.Status == http.StatusAccepted && id != "" {
		s.eventually("the fact "+id+" to be settled", func() bool {
			var settled bool
			var code *string
			_ = s.pool.QueryRow(context.Background(), `SELECT settled_at IS NOT NULL, refused_code FROM facts WHERE id = $1`, id).Scan(&settled, &code)
			if code != nil {
				said = "refused " + *code
			}
			if !settled && s.parkedAt(u.order) != "" {
				said = "kept"
				return true
			}
			return settled
		})
	}
	s.quiet(u.order)
	if parked := s.parkedAt(u.order); parked != "" && stage != models.Received {
		return said + " parked " + parked
	}
	if now := s.get("/v1/orders/" + u.order).str("stage"); now != string(stage) {
		said += " → " + now
	}
	return said
}

const messagesDocument = "../../docs/messages.md"

// rowsOf are the names of the rows of the table, in the order of the contract.
func rowsOf(t *testing.T) (rows [][2]string) {
	t.Helper()
	for _, name := range slices.Concat(contracted(t, "Signals:"), contracted(t, "Updates:")) {
		if len(messages[name]) == 0 {
			t.Errorf("nobody knows how %s is said to an order", name)
		}
		var ways []string
		for way := range messages[name] {
			ways = append(ways, way)
		}
		slices.Sort(ways)
		for _, way := range ways {
			rows = append(rows, [2]string{name, way})
		}
	}
	return rows
}

// contracted are the messages of a block of constants of the contract, whose comment begins so.
func contracted(t *testing.T, begins string) (names []string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "../../workflows/contract.go", nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	for _, declaration := range file.Decls {
		group, ok := declaration.(*ast.GenDecl)
		if !ok || !strings.HasPrefix(group.Doc.Text(), begins) {
			continue
		}
		for _, spec := range group.Specs {
			if literal, ok := spec.(*ast.ValueSpec).Values[0].(*ast.BasicLit); ok {
				name, _ := strconv.Unquote(literal.Value)
				names = append(names, name)
			}
		}
	}
	if len(names) < 8 {
		t.Fatalf("the contract has %d of %q", len(names), begins)
	}
	return names
}

// table reads the table of the document: the answer by message, way and stage.
func table(t *testing.T) map[[3]string]string {
	t.Helper()
	data, err := os.ReadFile(messagesDocument)
	if err != nil {
		t.Fatal(err)
	}
	cells := map[[3]string]string{}
	for row := range strings.SplitSeq(string(data), "\n") {
		columns := strings.Split(strings.Trim(row, "|"), "|")
		if len(columns) != len(models.Stages)+2 || strings.Contains(row, "---") {
			continue
		}
		for i, stage := range models.Stages {
			cells[[3]string{strings.Trim(columns[0], " `"), strings.Trim(columns[1], " `"), string(stage)}] = strings.TrimSpace(columns[i+2])
		}
	}
	return cells
}

// Everything that can be said to an order is said to one in every stage, on the real engine and database: it is taken, or refused with a
// code. docs/messages.md is that table; a message or stage that it does not have fails.
func TestEveryMessageIsTakenOrRefusedInEveryStage(t *testing.T) {
	t.Parallel()
	rows, want := rowsOf(t), table(t)
	for _, stage := range models.Stages {
		if stages[stage] == nil {
			t.Fatalf("nobody knows how an order comes to stage %s", stage)
		}
	}
	s := startApart(t)
	s.patient = true
	owner := testkit.Database(t, testkit.AsOwner, testkit.MaxConns(1))
	if _, err := owner.Exec(t.Context(), `ALTER TABLE orders ADD CONSTRAINT orders_under_repair CHECK (customer_id NOT LIKE 'stuck%') NOT VALID`); err != nil {
		t.Fatal(err)
	}
	var mutex sync.Mutex
	got := map[[3]string]string{}
	atOnce := make(chan struct{}, 4)
	var group sync.WaitGroup
	say := func(u subject, stage models.Stage, row [2]string) {
		said := s.says(u, stage, messages[row[0]][row[1]])
		mutex.Lock()
		defer mutex.Unlock()
		got[[3]string{row[0], row[1], string(stage)}] = said
	}
	run := func(work func()) {
		atOnce <- struct{}{}
		group.Go(func() {
			defer func() { <-atOnce }()
			work()
		})
	}
	decisions := contracted(t, "Updates:")
	for _, stage := range models.Stages {
		// What leaves the order in its stage is said to one order, one after the other: facts, decisions, and what comes late, each to theirs.
		// What moves it on, or is not in the table, gets an order of its own.
		said := map[string][][2]string{}
		for _, row := range rows {
			cell, group := want[[3]string{row[0], row[1], string(stage)}], "facts"
			switch {
			case cell == "" || strings.Contains(cell, "→") || cell == "✓" && row[0] == workflows.ResolveDispute: // others speak of the dispute
				group = row[0] + row[1]
			case row[1] == late:
				group = late
			case slices.Contains(decisions, row[0]):
				group = "decisions"
			}
			said[group] = append(said[group], row)
		}
		for _, rows := range said {
			run(func() {
				u := stages[stage](s)
				for _, row := range rows {
					say(u, stage, row)
				}
			})
		}
	}
	group.Wait()
	if *updateMessages && !t.Failed() {
		write(t, rows, got)
		return
	}
	for _, row := range rows {
		for _, stage := range models.Stages {
			cell := [3]string{row[0], row[1], string(stage)}
			if got[cell] != want[cell] {
				t.Errorf("%s (%s) in %s: %q, want %q", row[0], row[1], stage, got[cell], want[cell])
			}
			delete(want, cell)
		}
	}
	for cell := range want {
		if cell[0] != "Message" {
			t.Errorf("docs/messages.md has %v, which nobody says", cell)
		}
	}
}

// write puts the table into the document.
func write(t *testing.T, rows [][2]string, cells map[[3]string]string) {
	t.Helper()
	data, err := os.ReadFile(messagesDocument)
	if err != nil {
		t.Fatal(err)
	}
	before, _, _ := strings.Cut(string(data), "| Message |")
	var b strings.Builder
	b.WriteString(before + "| Message | How |")
	for _, stage := range models.Stages {
		b.WriteString(" `" + string(stage) + "` |")
	}
	b.WriteString("\n|---|---|" + strings.Repeat("---|", len(models.Stages)) + "\n")
	for _, row := range rows {
		b.WriteString("| `" + row[0] + "` | " + row[1] + " |")
		for _, stage := range models.Stages {
			b.WriteString(" " + cells[[3]string{row[0], row[1], string(stage)}] + " |")
		}
		b.WriteString("\n")
	}
	if err = os.WriteFile(messagesDocument, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}
