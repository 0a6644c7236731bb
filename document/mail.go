package document

import (
	"fmt"

	"o2c/models"
)

// Text is the subject and the body of a plain-text message.
type Text struct {
	Subject string
	Body    string
}

// Receivable is what a message says about an invoice.
type Receivable struct {
	Seller    string
	Customer  string
	Invoice   string
	PONumber  string
	Reference string // ISO 11649 creditor reference
	DueDate   models.Date
	Amount    models.Money // what is demanded
	IBAN      string
	Charges   []Owed // fees, interest and compensation
}

// Owed is what is to be paid beside the invoice.
type Owed struct {
	Reason string
	Amount models.Money
}

// InvoiceMail announces an issued invoice, of which deposits have paid a part.
func InvoiceMail(r Receivable, prepaid models.Money) Text {
	subject := "Invoice " + r.Invoice
	switch {
	case prepaid.IsZero():
	case prepaid.Equal(r.Amount):
		return Text{Subject: subject, Body: fmt.Sprintf("Dear %s,\n\nthank you for your order%s. Invoice %s over %s is paid by your prepayment: nothing is due.\n\nKind regards\n%s\n",
			r.Customer, order(r.PONumber), r.Invoice, r.Amount.Text(), r.Seller)}
	default:
		return Text{Subject: subject, Body: fmt.Sprintf("Dear %s,\n\nthank you for your order%s. Of invoice %s over %s your prepayment has paid %s; %s is due on %s.\n\n%s\nKind regards\n%s\n",
			r.Customer, order(r.PONumber), r.Invoice, r.Amount.Text(), prepaid.Text(), r.Amount.Sub(prepaid).Text(), r.DueDate, payment(r), r.Seller)}
	}
	body := fmt.Sprintf("Dear %s,\n\nthank you for your order%s. Invoice %s over %s is due on %s.\n\n%s\nKind regards\n%s\n",
		r.Customer, order(r.PONumber), r.Invoice, r.Amount.Text(), r.DueDate, payment(r), r.Seller)
	return Text{Subject: "Invoice " + r.Invoice, Body: body}
}

// DunningMail asks for an amount that is due. Level 0 is the friendly reminder before the due date.
func DunningMail(level int, r Receivable) Text {
	if level == 0 {
		body := fmt.Sprintf("Dear %s,\n\na friendly reminder: %s of invoice %s%s will be due on %s.\n\n%s\nKind regards\n%s\n",
			r.Customer, r.Amount.Text(), r.Invoice, order(r.PONumber), r.DueDate, payment(r), r.Seller)
		return Text{Subject: "Invoice " + r.Invoice + " is due soon", Body: body}
	}
	body := fmt.Sprintf("Dear %s,\n\ninvoice %s%s was due on %s, and %s is still open. Please pay it now, or tell us what is wrong.\n\n%s%s\nKind regards\n%s\n",
		r.Customer, r.Invoice, order(r.PONumber), r.DueDate, r.Amount.Text(), charges(r), payment(r), r.Seller)
	return Text{Subject: fmt.Sprintf("Overdue notice %d: invoice %s", level, r.Invoice), Body: body}
}

// ProformaMail asks for the prepayment of an order. It is no invoice.
func ProformaMail(r Receivable) Text {
	body := fmt.Sprintf("Dear %s,\n\nthank you for your order%s. Please pay %s in advance, and we will ship it. This pro-forma is not a tax invoice.\n\n%s\nKind regards\n%s\n",
		r.Customer, order(r.PONumber), r.Amount.Text(), payment(r), r.Seller)
	return Text{Subject: "Pro-forma " + r.Invoice, Body: body}
}

// PrepaymentReminderMail reminds of one that is not paid.
func PrepaymentReminderMail(r Receivable) Text {
	body := fmt.Sprintf("Dear %s,\n\nyour order%s waits for your payment of %s in advance (pro-forma %s).\n\n%s\nKind regards\n%s\n",
		r.Customer, order(r.PONumber), r.Amount.Text(), r.Invoice, payment(r), r.Seller)
	return Text{Subject: "Your order waits for your payment: pro-forma " + r.Invoice, Body: body}
}

// PrepaymentInvoiceMail is the invoice for what was paid in advance.
func PrepaymentInvoiceMail(number string, r Receivable) Text {
	body := fmt.Sprintf("Dear %s,\n\nthank you for your payment of %s in advance for your order%s (pro-forma %s). Prepayment invoice %s is paid; the invoice for the goods will deduct it.\n\nKind regards\n%s\n",
		r.Customer, r.Amount.Text(), order(r.PONumber), r.Invoice, number, r.Seller)
	return Text{Subject: "Prepayment invoice " + number, Body: body}
}

// CreditNoteMail announces a credit note.
func CreditNoteMail(number string, r Receivable) Text {
	body := fmt.Sprintf("Dear %s,\n\nwe have credited you %s on invoice %s with credit note %s.\n\nKind regards\n%s\n",
		r.Customer, r.Amount.Text(), r.Invoice, number, r.Seller)
	return Text{Subject: "Credit note " + number, Body: body}
}

// charges are the fees, the interest and the compensation with what they come to in all; nothing where there are none.
func charges(r Receivable) string {
	if len(r.Charges) == 0 {
		return ""
	}
	text, total := "Beside it you owe us:\n", r.Amount
	for _, charge := range r.Charges {
		text += fmt.Sprintf("  %s: %s\n", charge.Reason, charge.Amount.Text())
		total = total.Add(charge.Amount)
	}
	return text + "In total: " + total.Text() + "\n\n"
}

// QuestionMail asks the customer about a dispute of an invoice.
func QuestionMail(dispute, question string, r Receivable) Text {
	body := fmt.Sprintf("Dear %s,\n\nabout what you told us of invoice %s%s we have a question:\n\n%s\n\nPlease quote %s when you answer.\n\nKind regards\n%s\n",
		r.Customer, r.Invoice, order(r.PONumber), question, dispute, r.Seller)
	return Text{Subject: "Question about invoice " + r.Invoice, Body: body}
}

func order(poNumber string) string {
	if poNumber == "" {
		return ""
	}
	return " " + poNumber
}

func payment(r Receivable) string {
	account := ""
	if r.IBAN != "" {
		account = "Account: " + r.IBAN + "\n"
	}
	return account + "Payment reference: " + r.Reference + "\n"
}
