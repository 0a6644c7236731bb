package e2e_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"o2c/models"
	"o2c/workflows"
)

// A path is one way through the life of an order, as a script that any stack can play. It returns the workflows that it led through, each
// at its end. The tests that need every path range over paths: what is added here is compared, counted and replayed.
type path struct {
	name string
	play func(*stack) (customer string, ended []string)
}

// ordered is an order of so many pieces in a warehouse, for a customer.
func (s *stack) ordered(customer, warehouse, quantity string, more ...body) string {
	request := orderOf(customer, warehouse, s.product(warehouse, "10"), quantity)
	for _, extra := range more {
		maps.Copy(request, extra)
	}
	order := s.entered(s.post("sales", "/v1/orders", request))
	s.quiet(order)
	return order
}

// owed is an order of two pieces, 238.00, that is shipped and invoiced.
func (s *stack) owed(customer string) (order, invoice string) {
	order = s.ordered(customer, "auto", "2")
	s.in(models.Collecting, subject{order: order})
	return order, s.invoice(order)
}

// ends waits for the end of an order.
func (s *stack) ends(order string) string {
	s.in(models.Closed, subject{order: order})
	s.awaitEnd(workflows.OrderID(order))
	return workflows.OrderID(order)
}

func (s *stack) dispute(invoice, amount string) string {
	return s.post("collector", "/v1/invoices/"+invoice+"/disputes", body{"amount": amount, "reason": "quality", "note": "", "raised_by": "buyer"}).want(http.StatusAccepted).str("id")
}

// opened waits until a dispute is.
func (s *stack) opened(dispute string) string {
	s.t.Helper()
	s.eventually("the dispute to be opened", func() bool { return s.get("/v1/disputes/"+dispute).str("state") == "open" })
	return dispute
}

// decides posts a decision about an order and waits until it is carried out, which on a busy machine takes longer than its answer.
func (s *stack) decides(role, order, path string, request body) answer {
	s.t.Helper()
	return s.decided(order, s.post(role, path, request).want(http.StatusOK, http.StatusCreated, http.StatusAccepted))
}

func (s *stack) decided(order string, a answer) answer {
	s.t.Helper()
	if a.Status == http.StatusAccepted {
		if _, refused := s.outcome(order, a.str("id")); refused != nil {
			s.t.Fatalf("%s: %v", a.what, refused)
		}
	}
	return a
}

// outcome waits for the end of a decision that an order has accepted.
func (s *stack) outcome(order, decision string) (progress models.OrderProgress, refused *models.Error) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), 90*time.Second)
	defer cancel()
	err := s.engine.GetWorkflowUpdateHandle(client.GetWorkflowUpdateHandleOptions{WorkflowID: workflows.OrderID(order), UpdateID: decision}).Get(ctx, &progress)
	if failure, ok := errors.AsType[*temporal.ApplicationError](err); ok && failure.HasDetails() && failure.Details(&refused) == nil {
		return progress, refused
	}
	if err != nil {
		s.t.Fatal(err)
	}
	return progress, nil
}

// completed bills a milestone and returns its invoice.
func (s *stack) completed(order string, n int) string {
	s.t.Helper()
	s.decides("sales", order, fmt.Sprintf("/v1/orders/%s/milestones/%d/completion", order, n), body{})
	return s.get("/v1/orders/" + order).str(fmt.Sprintf("milestones.%d.invoice", n-1))
}

func (s *stack) resolve(order, dispute, outcome string) {
	s.t.Helper()
	s.decides("collector", order, "/v1/disputes/"+dispute+"/resolution", body{"outcome": outcome, "note": ""})
}

// reversed takes a payment back.
func (s *stack) reversed(payment, reason string) {
	s.t.Helper()
	s.post("cashier", "/v1/payments/"+payment+"/reversals", body{"reason": reason}).want(http.StatusCreated, http.StatusAccepted)
	s.eventually("the payment to be reversed", func() bool { return s.get("/v1/payments/"+payment).str("state") == "reversed" })
}

func (s *stack) promise(invoice, amount string, days int) {
	s.post("collector", "/v1/invoices/"+invoice+"/promises", body{"amount": amount, "date": inDays(days)}).want(http.StatusAccepted)
}

// paid is pay on a machine that is busy: the payment may be accepted before it is applied.
func (s *stack) paid(customer, amount, reference string) answer {
	a := s.post("cashier", "/v1/payments", body{
		"customer_id": customer, "amount": amount, "currency": "EUR", "method": "bank_transfer", "reference": reference,
	}).want(http.StatusCreated, http.StatusAccepted)
	s.eventually("the payment to be booked", func() bool { return s.get("/v1/payments/"+a.str("id")).str("state") != "processing" })
	return a
}

var paths = []path{
	{"paid before it is due", func(s *stack) (string, []string) {
		customer := s.customer("100000.00")
		order, invoice := s.owed(customer)
		s.paid(customer, "238.00", invoice)
		return customer, []string{s.ends(order)}
	}},
	{"dunned and paid in parts", func(s *stack) (string, []string) {
		customer := s.customer("100000.00")
		order, invoice := s.owed(customer)
		s.paid(customer, "38.00", invoice)
		s.skip(order, 40)
		s.paid(customer, "100.00", invoice)
		s.skip(order, 60)
		s.paid(customer, "100.00", invoice)
		return customer, []string{s.ends(order)}
	}},
	{"disputed twice", func(s *stack) (string, []string) {
		customer := s.customer("100000.00")
		order, invoice := s.owed(customer)
		first := s.opened(s.dispute(invoice, "50.00"))
		s.skip(order, 39)
		s.resolve(order, first, "rejected")
		s.skip(order, 30)
		s.resolve(order, s.opened(s.dispute(invoice, "38.00")), "accepted")
		s.skip(order, 30)
		s.paid(customer, "200.00", invoice)
		return customer, []string{s.ends(order)}
	}},
	{"a promise broken, and one kept", func(s *stack) (string, []string) {
		customer := s.customer("100000.00")
		order, invoice := s.owed(customer)
		s.promise(invoice, "238.00", 45)
		s.skip(order, 50)
		s.promise(invoice, "238.00", 60)
		s.paid(customer, "238.00", invoice)
		return customer, []string{s.ends(order)}
	}},
	{"dunning held and lifted", func(s *stack) (string, []string) {
		customer := s.customer("100000.00")
		order, invoice := s.owed(customer)
		s.decides("collector", order, "/v1/invoices/"+invoice+"/dunning-holds", body{"until": inDays(50), "reason": "new system"})
		s.skip(order, 40)
		s.decided(order, s.call("collector", http.MethodDelete, "/v1/invoices/"+invoice+"/dunning-holds", nil).want(http.StatusOK, http.StatusAccepted))
		s.skip(order, 40)
		s.paid(customer, "238.00", invoice)
		return customer, []string{s.ends(order)}
	}},
	{"half of it returned", func(s *stack) (string, []string) {
		customer := s.customer("100000.00")
		order, invoice := s.owed(customer)
		ret := s.post("warehouse", "/v1/orders/"+order+"/returns", body{"lines": []body{{"line": 1, "quantity": "1", "reason": "damaged"}}}).want(http.StatusAccepted).str("id")
		s.skip(order, 30)
		s.post("warehouse", "/v1/returns/"+ret+"/receipt", body{"lines": []body{{"line": 1, "quantity": "1"}}, "disposition": "credit"}).want(http.StatusAccepted)
		s.quiet(order)
		s.paid(customer, "119.00", invoice)
		return customer, []string{s.ends(order)}
	}},
	{"written off and recovered", func(s *stack) (string, []string) {
		customer := s.customer("100000.00")
		order, invoice := s.owed(customer)
		s.skip(order, 100)
		s.post("manager", "/v1/invoices/"+invoice+"/write-offs", body{"reason": "gone"}).want(http.StatusCreated, http.StatusAccepted)
		ended := s.ends(order)
		s.paid(customer, "238.00", invoice)
		return customer, []string{ended}
	}},
	{"paid, and the payment taken back after closing", func(s *stack) (string, []string) {
		customer := s.customer("100000.00")
		order, invoice := s.owed(customer)
		payment := s.paid(customer, "238.00", invoice).str("id")
		s.ends(order)
		s.reversed(payment, "no funds")
		s.skip(order, 40)
		s.paid(customer, "238.00", invoice)
		return customer, []string{s.ends(order)}
	}},
	{"amended and shipped in parts", func(s *stack) (string, []string) {
		customer := s.customer("100000.00")
		order := s.ordered(customer, "main", "2")
		s.decides("sales", order, "/v1/orders/"+order+"/amendments", body{"lines": []body{{"line": 1, "quantity": "3"}}})
		s.quiet(order)
		s.ship(order, "1")
		s.eventually("the first invoice", func() bool { return len(s.invoices(order)) == 1 })
		first := s.invoice(order)
		s.skip(order, 38)
		s.ship(order, "2")
		s.in(models.Collecting, subject{order: order})
		s.paid(customer, "119.00", first)
		for _, invoice := range s.invoices(order) {
			if invoice != first {
				s.paid(customer, "238.00", invoice)
			}
		}
		return customer, []string{s.ends(order)}
	}},
	{"cancelled after a part is shipped", func(s *stack) (string, []string) {
		customer := s.customer("100000.00")
		order := s.ordered(customer, "main", "3")
		s.ship(order, "1")
		s.eventually("the invoice", func() bool { return len(s.invoices(order)) == 1 })
		s.decides("sales", order, "/v1/orders/"+order+"/cancellation", body{"reason": "changed our mind"})
		s.paid(customer, "119.00", s.invoice(order))
		return customer, []string{s.ends(order)}
	}},
	{"reviewed and released", func(s *stack) (string, []string) {
		customer := s.customer("100000.00", body{"duplicate_po": "flag"})
		first := s.ordered(customer, "main", "1", body{"po_number": "1"})
		order := s.ordered(customer, "auto", "1", body{"po_number": "1"})
		s.decided(order, s.review("credit", order, "release", "known").want(http.StatusOK, http.StatusAccepted))
		s.in(models.Collecting, subject{order: order})
		s.decides("sales", first, "/v1/orders/"+first+"/cancellation", body{"reason": "twice"})
		s.paid(customer, "119.00", s.invoice(order))
		return customer, []string{s.ends(order), s.ends(first)}
	}},
	{"held, rechecked and backordered", func(s *stack) (string, []string) {
		customer := s.customer("100.00")
		sku := s.product("auto", "")
		order := s.entered(s.post("sales", "/v1/orders", orderOf(customer, "auto", sku, "1")))
		s.call("credit", http.MethodPut, "/v1/customers/"+customer+"/credit-limit", body{"amount": "1000.00", "currency": "EUR", "reason": "known"}).want(http.StatusOK, http.StatusAccepted)
		s.eventually("the backorder", func() bool { return s.get("/v1/orders/"+order).str("lines.0.backordered") == "1" })
		s.receive(sku, "auto", "5")
		s.in(models.Collecting, subject{order: order})
		s.paid(customer, "119.00", s.invoice(order))
		return customer, []string{s.ends(order)}
	}},
	{"billed by milestones", func(s *stack) (string, []string) {
		customer := s.customer("100000.00")
		order := s.ordered(customer, "main", "2", body{"milestones": []body{{"name": "Signed", "percent": "50"}, {"name": "Accepted", "percent": "50"}}})
		first := s.completed(order, 1)
		s.ship(order, "2")
		s.skip(order, 38)
		second := s.completed(order, 2)
		s.paid(customer, "119.00", first)
		s.paid(customer, "119.00", second)
		return customer, []string{s.ends(order)}
	}},
	{"billed with its week, dunned and paid", func(s *stack) (string, []string) {
		customer := s.customer("100000.00", body{"invoicing": "consolidated", "billing_period": "weekly"})
		a, b := s.ordered(customer, "auto", "1"), s.ordered(customer, "auto", "1")
		s.in(models.Invoicing, subject{order: a})
		s.in(models.Invoicing, subject{order: b})
		s.skip(a, 8)
		s.in(models.Collecting, subject{order: a})
		invoice := s.invoice(a)
		s.skip(a, 40)
		s.paid(customer, "238.00", invoice)
		s.ends(a)
		s.ends(b)
		s.awaitEnd(workflows.ReceivableID(invoice))
		return customer, []string{workflows.OrderID(a), workflows.ReceivableID(invoice)}
	}},
}

// file is the name of a path as one of a file.
func (p path) file() string { return strings.ReplaceAll(strings.ReplaceAll(p.name, ",", ""), " ", "-") }
