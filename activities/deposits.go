package activities

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"github.com/shopspring/decimal"

	"o2c/document"
	"o2c/ledger"
	"o2c/models"
	"o2c/postgres"
)

// takeDeposit records what has come for the order: the prepayment invoice with the tax that is due at once, its entry, its message. An
// order that waits for credit is decided again, and goes on when all of it has come.
func (s *step) takeDeposit(ctx context.Context, cash *cashStep, d deposited) error {
	about, err := s.about(ctx)
	if err != nil {
		return err
	}
	invoice := postgres.PrepaymentInvoice{
		OrderID: s.order.ID, CustomerID: s.order.CustomerID, PaymentID: cash.payment.ID, Proforma: d.proforma, IssueDate: cash.date, Year: cash.date.Year(),
		Cause: cash.cause, IssuedBy: cash.actor, IssuedAt: s.at,
	}
	if invoice.Groups, err = s.taxAtReceipt(ctx, d.amount); err != nil {
		return err
	}
	invoice.Net, invoice.Tax = models.NetAndTax(invoice.Groups, s.order.Currency)
	if invoice.Sequence, err = postgres.NextNumber(ctx, s.tx, models.PrepaymentInvoiceSeries, invoice.Year); err != nil {
		return err
	}
	invoice.Number = models.DocumentNumber(models.PrepaymentInvoiceSeries, invoice.Year, invoice.Sequence)
	if err = postgres.InsertPrepaymentInvoice(ctx, s.tx, invoice); err != nil {
		return err
	}
	s.order.Deposits = s.order.Deposits.Add(d.amount.Decimal())
	err = ledger.Post(ctx, s.tx, ledger.Entry{
		Key: depositKey(invoice.Number), Event: "deposit_received", BusinessDate: cash.date, CustomerID: s.order.CustomerID, OrderID: s.order.ID,
		Document: cash.payment.ID, Description: "Prepayment invoice " + invoice.Number, Actor: cash.actor, Lines: ledger.DepositReceived(invoice.Net, invoice.Tax),
	})
	if err != nil {
		return err
	}
	_, err = s.event(ctx, postgres.Event{
		Key: depositKey(invoice.Number), Kind: "deposit-received", Actor: cash.actor,
		Summary: d.amount.Text() + " of payment " + cash.payment.ID + " is a deposit: prepayment invoice " + invoice.Number,
	})
	if err != nil {
		return err
	}
	text := document.PrepaymentInvoiceMail(invoice.Number, s.prepaymentText(about, d.amount))
	err = s.queue(ctx, postgres.Message{
		Key: depositKey(invoice.Number), Kind: "prepayment_invoice", Channel: "email", Recipient: about.customer.Email, Subject: text.Subject, Body: text.Body,
	})
	if err != nil || !s.order.Stage.WaitsForCredit() {
		return err
	}
	return s.checkCredit(ctx, models.AtRecheck, postgres.RecheckKey(cash.cause, s.order.ID))
}

// taxAtReceipt splits a deposit over the order's tax groups.
func (s *step) taxAtReceipt(ctx context.Context, amount models.Money) ([]models.CreditGroup, error) {
	taxes := make([]models.TaxClass, len(s.order.Lines))
	for i, line := range s.order.Lines {
		taxes[i] = models.TaxClass{Category: line.TaxCategory, Rate: line.TaxRate}
	}
	var charges []models.Charge
	var err error
	if s.order.ChargeGross.IsPositive() {
		if charges, err = postgres.ChargesOf(ctx, s.tx, s.order.ID); err != nil {
			return nil, err
		}
	}
	earlier, err := postgres.DepositsOfOrder(ctx, s.tx, s.order.ID)
	if err != nil {
		return nil, err
	}
	var before []models.CreditGroup
	for _, deposit := range earlier {
		before = models.AddGroups(before, deposit.Kept)
	}
	return models.TaxAtReceipt(amount, models.WorthByGroup(s.order.LineProgress(), taxes, charges), before)
}

// applyDeposits pays an invoice of the order that was just issued with what is left of its deposits, the oldest first. What they relieve of
// the tax was due when they came.
func (s *step) applyDeposits(ctx context.Context, invoice models.Invoice) error {
	if !s.order.DepositsLeft().IsPositive() {
		return nil
	}
	deposits, err := postgres.DepositsOfOrder(ctx, s.tx, s.order.ID)
	if err != nil {
		return err
	}
	item, err := postgres.LockOpenItem(ctx, s.tx, invoice.Number)
	if err != nil {
		return err
	}
	left := make([][]models.CreditGroup, len(deposits))
	for i, deposit := range deposits {
		left[i] = deposit.Left
	}
	parts, err := models.ApplyDeposits(item.Open(), models.GrossOf(invoice.Totals), left)
	if err != nil {
		return err
	}
	for i, deposit := range deposits {
		if len(parts[i]) == 0 {
			continue
		}
		net, tax := models.NetAndTax(parts[i], s.order.Currency)
		amount := net.Add(tax)
		use := postgres.DepositUse{
			Deposit: deposit.Number, N: deposit.Uses + 1, Invoice: invoice.Number, Groups: parts[i], Cause: "invoice/" + invoice.Number, Reason: "Invoice " + invoice.Number,
			On: invoice.IssueDate, By: system, At: s.at,
		}
		if err = s.useDeposit(ctx, use); err != nil {
			return err
		}
		s.order.DepositsApplied = s.order.DepositsApplied.Add(amount.Decimal())
		s.exposure.OpenInvoices = s.exposure.OpenInvoices.Sub(amount)
		item.DepositsApplied = item.DepositsApplied.Add(amount.Decimal())
	}
	if err = replan(ctx, s.tx, item, s.at); err != nil {
		return err
	}
	return postgres.SaveOpenItem(ctx, s.tx, item)
}

// useDeposit records an application to an invoice with its entry and its event.
func (s *collectingStep) useDeposit(ctx context.Context, use postgres.DepositUse) error {
	currency := use.Groups[0].Amount.Currency()
	if err := postgres.InsertDepositUse(ctx, s.tx, use, currency); err != nil {
		return err
	}
	net, tax := models.NetAndTax(use.Groups, currency)
	key := depositUseKey(use.Deposit, "application", use.N)
	err := ledger.Post(ctx, s.tx, ledger.Entry{
		Key: key, Event: "deposit_applied", BusinessDate: use.On, CustomerID: s.customerID, OrderID: s.orderID, Document: use.Invoice,
		Description: "Deposit " + use.Deposit + " applied to " + use.Invoice, Actor: use.By, Lines: ledger.DepositApplied(net, tax),
	})
	if err != nil {
		return err
	}
	_, err = s.event(ctx, postgres.Event{
		Key: key, Invoice: use.Invoice, Kind: "deposit-applied", Actor: use.By, Summary: net.Add(tax).Text() + " of prepayment invoice " + use.Deposit + " is applied to " + use.Invoice,
	})
	return err
}

// giveBackExcess gives back what is left of the deposits when nothing of the order is to be invoiced any more, or what they are more than
// the order is worth where it is worth less than before. It is the customer's cash then, and follows its policy.
func (s *step) giveBackExcess(ctx context.Context, worthBefore models.Money) error {
	left := s.order.DepositsLeft()
	if !left.IsPositive() {
		return nil
	}
	excess := models.Zero(s.order.Currency)
	open, delivered := s.values()
	switch worth := s.order.Worth(); {
	case s.order.Stage == models.Closed || open.Add(delivered).IsZero():
		excess = left
	case worth.LessThan(worthBefore):
		excess = models.Min(left, models.MustMoney(s.order.Deposits, s.order.Currency).Sub(worth))
	}
	if !excess.IsPositive() {
		return nil
	}
	about, err := s.about(ctx)
	if err != nil {
		return err
	}
	deposits, err := postgres.DepositsOfOrder(ctx, s.tx, s.order.ID)
	if err != nil {
		return err
	}
	slices.Reverse(deposits)
	for _, deposit := range deposits {
		amount := models.Min(excess, deposit.LeftOver(s.order.Currency))
		if !amount.IsPositive() {
			continue
		}
		excess = excess.Sub(amount)
		if err = s.giveBackOf(ctx, about, deposit, amount); err != nil {
			return err
		}
	}
	return nil
}

// giveBackOf gives back a part of one deposit to the payment that it came from.
func (s *step) giveBackOf(ctx context.Context, about parties, deposit postgres.Deposit, amount models.Money) error {
	groups, err := models.CreditByAmount(amount, deposit.Left)
	if err != nil {
		return err
	}
	payment, err := postgres.LockPayment(ctx, s.tx, deposit.PaymentID)
	if err != nil {
		return err
	}
	cash := &cashStep{
		tx: s.tx, payment: payment, exposure: s.exposure, at: s.at, date: models.DateIn(s.at, about.company.Zone()), actor: system, cause: "order/" + s.order.ID,
	}
	use, err := cash.giveBack(ctx, postgres.DepositUse{Deposit: deposit.Number, N: deposit.Uses + 1, Groups: groups, Reason: "Nothing more is to be invoiced for it"}, s.order.ID)
	if err != nil {
		return err
	}
	s.order.Deposits = s.order.Deposits.Sub(amount.Decimal())
	if about.customer.OverpaymentPolicy == models.OverpaymentRefund {
		if err = cash.refund(ctx, depositUseKey(use.Deposit, "given-back", use.N), amount, "Deposit of order "+s.order.ID); err != nil {
			return err
		}
	}
	s.exposure = cash.exposure
	if err = postgres.SavePayment(ctx, s.tx, payment); err != nil {
		return err
	}
	text := document.CreditNoteMail(use.CreditNote, receivableText(about.company, about.customer, s.order.PONumber, deposit.Number, "", models.Date{}, amount))
	return s.queue(ctx, postgres.Message{
		Key: depositUseKey(use.Deposit, "given-back", use.N), Kind: "credit_note", Channel: "email", Recipient: about.customer.Email, Subject: text.Subject, Body: text.Body,
	})
}

// giveBack makes a part of a deposit unapplied cash of its payment, under a credit note to its prepayment invoice.
func (s *cashStep) giveBack(ctx context.Context, use postgres.DepositUse, orderID string) (postgres.DepositUse, error) {
	var err error
	use.Cause, use.On, use.By, use.At, use.Year = s.cause, s.date, s.actor, s.at, s.date.Year()
	if use.Sequence, err = postgres.NextNumber(ctx, s.tx, models.PrepaymentCreditNoteSeries, use.Year); err != nil {
		return use, err
	}
	use.CreditNote = models.DocumentNumber(models.PrepaymentCreditNoteSeries, use.Year, use.Sequence)
	if err = postgres.InsertDepositUse(ctx, s.tx, use, s.payment.Currency); err != nil {
		return use, err
	}
	net, tax := models.NetAndTax(use.Groups, s.payment.Currency)
	amount := net.Add(tax)
	s.payment.Deposits = s.payment.Deposits.Sub(amount.Decimal())
	s.cash(amount)
	key := depositUseKey(use.Deposit, "given-back", use.N)
	err = ledger.Post(ctx, s.tx, ledger.Entry{
		Key: key, Event: "deposit_given_back", BusinessDate: s.date, CustomerID: s.payment.CustomerID, OrderID: orderID, Document: s.payment.ID,
		Description: "Credit note " + use.CreditNote + " to " + use.Deposit, Actor: s.actor, Lines: ledger.DepositGivenBack(net, tax),
	})
	if err != nil {
		return use, err
	}
	return use, s.event(ctx, postgres.Event{
		Key: key, OrderID: orderID, Kind: "deposit-given-back", Summary: amount.Text() + " of prepayment invoice " + use.Deposit + " is given back with credit note " + use.CreditNote + ": " + use.Reason,
	})
}

// lessDeposits is what a step on a payment changes of an order's deposits.
type lessDeposits struct{ deposits, applied decimal.Decimal }

// freeDeposits makes deposits of the payment unapplied until so much is: the newest first, of each what is left before what has paid an
// invoice, which is open again for it.
func (s *cashStep) freeDeposits(ctx context.Context, standing []postgres.DepositUse, amount models.Money, reason string) error {
	missing := func() models.Money { return amount.Sub(s.payment.Unapplied()) }
	if !missing().IsPositive() || s.payment.Deposits.IsZero() {
		return nil
	}
	made, err := postgres.DepositsOfPayment(ctx, s.tx, s.payment.ID)
	if err != nil {
		return err
	}
	for i := range made {
		deposit := &made[i]
		if err = s.freeOf(ctx, deposit, models.Min(missing(), deposit.LeftOver(s.payment.Currency)), deposit.Left, reason); err != nil {
			return err
		}
		for _, use := range standing {
			if use.Deposit != deposit.Number || !missing().IsPositive() {
				continue
			}
			if err = s.undoDeposit(ctx, deposit, use, missing(), reason); err != nil {
				return err
			}
		}
	}
	return nil
}

// freeOf gives back an amount out of the groups that are left of a deposit.
func (s *cashStep) freeOf(ctx context.Context, deposit *postgres.Deposit, amount models.Money, left []models.CreditGroup, reason string) error {
	if !amount.IsPositive() {
		return nil
	}
	groups, err := models.CreditByAmount(amount, left)
	if err != nil {
		return err
	}
	deposit.Uses++
	use := postgres.DepositUse{Deposit: deposit.Number, N: deposit.Uses, Groups: groups, Reason: reason}
	if _, err = s.giveBack(ctx, use, deposit.OrderID); err != nil {
		return err
	}
	s.changeDeposits(deposit.OrderID, amount.Neg(), models.Zero(s.payment.Currency))
	return nil
}

// undoDeposit takes an application of a deposit back, gives back what is missing of it, and applies the rest again.
func (s *cashStep) undoDeposit(ctx context.Context, deposit *postgres.Deposit, use postgres.DepositUse, missing models.Money, reason string) error {
	whole := use.Amount(s.payment.Currency)
	item := s.items[use.Invoice]
	deposit.Uses++
	counter := postgres.DepositUse{
		Deposit: deposit.Number, N: deposit.Uses, Invoice: use.Invoice, Groups: models.Negated(use.Groups), Undoes: &use.N, Cause: s.cause, Reason: reason,
		On: s.date, By: s.actor, At: s.at,
	}
	if err := postgres.InsertDepositUse(ctx, s.tx, counter, s.payment.Currency); err != nil {
		return err
	}
	err := ledger.Reverse(ctx, s.tx, ledger.Reversal{
		Key: depositUseKey(deposit.Number, "application", counter.N), OriginalKey: depositUseKey(deposit.Number, "application", use.N), BusinessDate: s.date,
		Actor: s.actor, Reason: reason,
	})
	if err != nil {
		return err
	}
	s.pay(item, deposit.OrderID, whole.Neg())
	s.touched[item.Number] = true
	err = s.event(ctx, postgres.Event{
		Key: depositUseKey(deposit.Number, "application", counter.N), OrderID: deposit.OrderID, Invoice: use.Invoice, Kind: "deposit-unapplied",
		Summary: whole.Text() + " of " + use.Invoice + " is open again: " + reason,
	})
	if err != nil {
		return err
	}
	part := models.Min(missing, whole)
	if err = s.freeOf(ctx, deposit, part, use.Groups, reason); err != nil || part.Equal(whole) {
		return err
	}
	given, err := models.CreditByAmount(part, use.Groups)
	if err != nil {
		return err
	}
	deposit.Uses++
	again := postgres.DepositUse{
		Deposit: deposit.Number, N: deposit.Uses, Invoice: use.Invoice, Groups: models.AddGroups(use.Groups, models.Negated(given)), Cause: s.cause,
		Reason: "What the bank left of it", On: s.date, By: s.actor, At: s.at,
	}
	on := &collectingStep{tx: s.tx, orderID: deposit.OrderID, customerID: s.payment.CustomerID, at: s.at}
	s.pay(item, deposit.OrderID, whole.Sub(part))
	return on.useDeposit(ctx, again)
}

// pay moves an item, its order's deposits and the exposure by an application of a deposit.
func (s *cashStep) pay(item *postgres.OpenItem, orderID string, amount models.Money) {
	item.DepositsApplied = item.DepositsApplied.Add(amount.Decimal())
	s.exposure.OpenInvoices = s.exposure.OpenInvoices.Sub(amount)
	s.changeDeposits(orderID, models.Zero(s.payment.Currency), amount)
}

func (s *cashStep) changeDeposits(orderID string, deposits, applied models.Money) {
	if s.taken == nil {
		s.taken = map[string]lessDeposits{}
	}
	t := s.taken[orderID]
	s.taken[orderID] = lessDeposits{deposits: t.deposits.Add(deposits.Decimal()), applied: t.applied.Add(applied.Decimal())}
}

// finishDeposits has the orders know what has come for them, or was taken back: the orders by id. One that waits, or of which something is
// still to be shipped, is decided again.
func (s *cashStep) finishDeposits(ctx context.Context) error {
	if len(s.deposits)+len(s.taken) == 0 {
		return nil
	}
	slices.SortFunc(s.deposits, func(a, b deposited) int { return cmp.Compare(a.orderID, b.orderID) })
	for _, d := range s.deposits {
		_, err := runStep(ctx, s.tx, d.orderID, s.at, func(o *step) error { return o.takeDeposit(ctx, s, d) })
		if err != nil {
			return err
		}
	}
	for _, orderID := range slices.Sorted(maps.Keys(s.taken)) {
		taken := s.taken[orderID]
		_, err := runStep(ctx, s.tx, orderID, s.at, func(o *step) error {
			o.order.Deposits, o.order.DepositsApplied = o.order.Deposits.Add(taken.deposits), o.order.DepositsApplied.Add(taken.applied)
			if o.nothingOpen() || o.order.ReleaseID != "" || o.order.Stage != models.Fulfilling && !o.order.Stage.WaitsForCredit() {
				return nil
			}
			return o.checkCredit(ctx, models.AtRecheck, postgres.RecheckKey(s.cause, orderID))
		})
		if err != nil {
			return err
		}
	}
	exposure, err := postgres.ReadExposure(ctx, s.tx, s.payment.CustomerID)
	s.exposure = exposure
	return err
}
