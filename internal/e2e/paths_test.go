package e2e_test

import (
	"maps"
	"net/http"
	"strings"

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
	return s.entered(s.post("sales", "/v1/orders", request))
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

func (s *stack) resolve(dispute, outcome string) {
	s.post("collector", "/v1/disputes/"+dispute+"/resolution", body{"outcome": outcome, "note": ""}).want(http.StatusOK)
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
		first := s.dispute(invoice, "50.00")
		s.skip(order, 39)
		s.resolve(first, "rejected")
		s.skip(order, 30)
		s.resolve(s.dispute(invoice, "38.00"), "accepted")
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
		s.post("collector", "/v1/invoices/"+invoice+"/dunning-holds", body{"until": inDays(50), "reason": "new system"}).want(http.StatusCreated)
		s.skip(order, 40)
		s.call("collector", http.MethodDelete, "/v1/invoices/"+invoice+"/dunning-holds", nil).want(http.StatusOK)
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
		s.post("manager", "/v1/invoices/"+invoice+"/write-offs", body{"reason": "gone"}).want(http.StatusCreated)
		ended := s.ends(order)
		s.paid(customer, "238.00", invoice)
		return customer, []string{ended}
	}},
	{"paid, and the payment taken back after closing", func(s *stack) (string, []string) {
		customer := s.customer("100000.00")
		order, invoice := s.owed(customer)
		payment := s.paid(customer, "238.00", invoice).str("id")
		s.ends(order)
		s.post("cashier", "/v1/payments/"+payment+"/reversals", body{"reason": "no funds"}).want(http.StatusCreated)
		s.skip(order, 40)
		s.paid(customer, "238.00", invoice)
		return customer, []string{s.ends(order)}
	}},
	{"amended and shipped in parts", func(s *stack) (string, []string) {
		customer := s.customer("100000.00")
		order := s.ordered(customer, "main", "2")
		s.post("sales", "/v1/orders/"+order+"/amendments", body{"lines": []body{{"line": 1, "quantity": "3"}}}).want(http.StatusOK)
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
		s.post("sales", "/v1/orders/"+order+"/cancellation", body{"reason": "changed our mind"}).want(http.StatusOK)
		s.paid(customer, "119.00", s.invoice(order))
		return customer, []string{s.ends(order)}
	}},
	{"reviewed and released", func(s *stack) (string, []string) {
		customer := s.customer("100000.00", body{"duplicate_po": "flag"})
		first := s.ordered(customer, "main", "1", body{"po_number": "1"})
		order := s.ordered(customer, "auto", "1", body{"po_number": "1"})
		s.review("credit", order, "release", "known").want(http.StatusOK)
		s.in(models.Collecting, subject{order: order})
		s.post("sales", "/v1/orders/"+first+"/cancellation", body{"reason": "twice"}).want(http.StatusOK)
		s.paid(customer, "119.00", s.invoice(order))
		return customer, []string{s.ends(order), s.ends(first)}
	}},
	{"held, rechecked and backordered", func(s *stack) (string, []string) {
		customer := s.customer("100.00")
		sku := s.product("auto", "")
		order := s.entered(s.post("sales", "/v1/orders", orderOf(customer, "auto", sku, "1")))
		s.call("credit", http.MethodPut, "/v1/customers/"+customer+"/credit-limit", body{"amount": "1000.00", "currency": "EUR", "reason": "known"}).want(http.StatusOK, http.StatusAccepted)
		s.in(models.Fulfilling, subject{order: order})
		s.receive(sku, "auto", "5")
		s.in(models.Collecting, subject{order: order})
		s.paid(customer, "119.00", s.invoice(order))
		return customer, []string{s.ends(order)}
	}},
	{"billed by milestones", func(s *stack) (string, []string) {
		customer := s.customer("100000.00")
		order := s.ordered(customer, "main", "2", body{"milestones": []body{{"name": "Signed", "percent": "50"}, {"name": "Accepted", "percent": "50"}}})
		complete := func(n string) string {
			return s.post("sales", "/v1/orders/"+order+"/milestones/"+n+"/completion", body{}).want(http.StatusOK).str("invoice")
		}
		first := complete("1")
		s.ship(order, "2")
		s.skip(order, 38)
		second := complete("2")
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
