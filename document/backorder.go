package document

import (
	"fmt"
	"strings"

	"o2c/models"
)

// BackorderNotice is the question what becomes of what an order waits for.
type BackorderNotice struct {
	Seller       string
	Customer     string
	Order        string
	PONumber     string
	Reminder     bool
	ShipComplete bool
	AnswerBy     models.Date
	Otherwise    models.BackorderChoice
	Missing      []Goods
}

// BackorderMail asks the customer.
func BackorderMail(n BackorderNotice) Text {
	var b strings.Builder
	fmt.Fprintf(&b, "Dear %s,\n\nof your order%s (%s) we do not have in stock:\n\n", n.Customer, order(n.PONumber), n.Order)
	for _, goods := range n.Missing {
		goods.write(&b, "")
	}
	b.WriteString("\nPlease tell us whether you wait for it or cancel it")
	if n.ShipComplete {
		b.WriteString(", or whether we ship what we have now, although your order was to be shipped complete")
	}
	fmt.Fprintf(&b, ".\nIf we do not hear from you until the end of %s, ", n.AnswerBy)
	if n.Otherwise == models.BackorderCancel {
		b.WriteString("what is missing then will be cancelled.\n")
	} else {
		b.WriteString("your order will wait.\n")
	}
	fmt.Fprintf(&b, "\nKind regards\n%s\n", n.Seller)
	subject := "Your order " + n.Order + ": please choose about a backorder"
	if n.Reminder {
		subject = "Reminder: y" + strings.TrimPrefix(subject, "Y")
	}
	return Text{Subject: subject, Body: b.String()}
}
