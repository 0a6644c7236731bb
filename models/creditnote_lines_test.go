package models_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"o2c/models"
)

// creditable is what can be credited of an invoice of which nothing was credited yet. Charges are added to the group of
// their place.
func creditable(i models.Invoice, charges ...models.Money) models.Creditable {
	var c models.Creditable
	currency := i.Totals.Total.Currency()
	for n, line := range i.Lines {
		c.Lines = append(c.Lines, models.CreditableLine{Line: n + 1, Tax: line.Tax, Quantity: line.Quantity, Net: line.Net, CreditedNet: models.Zero(currency)})
	}
	for n, group := range i.Totals.Groups {
		taxable := group.Taxable
		if n < len(charges) {
			taxable = taxable.Add(charges[n])
		}
		tax := taxable.Share(group.Tax.Rate, dec("100"))
		c.Groups = append(c.Groups, models.CreditableGroup{Tax: group.Tax, Taxable: taxable, Allowance: group.Allowance,
			Left: models.CreditGroup{Tax: group.Tax, Taxable: taxable, Amount: tax}})
	}
	return c
}

// billed draws an invoice of lines "quantity × price, line discount, rate".
func billed(currency models.Currency, discount string, lines ...[4]string) models.Invoice {
	i := models.Invoice{IssueDate: day("2026-11-22"), DiscountPercent: dec(discount)}
	for _, line := range lines {
		i.Lines = append(i.Lines, models.InvoiceLine{Quantity: dec(line[0]), UnitPrice: dec(line[1]), DiscountPercent: dec(line[2]), BaseQuantity: dec("1"), Tax: standard(line[3])})
	}
	return models.DrawInvoice(i, currency, models.PaymentTerms{})
}

// record takes a note off what is left of an invoice, as the book does. It fails when the note has more than is left.
func record(t interface{ Fatalf(string, ...any) }, c models.Creditable, note models.Drawn) models.Creditable {
	c.Lines, c.Groups = append([]models.CreditableLine(nil), c.Lines...), append([]models.CreditableGroup(nil), c.Groups...)
	for _, part := range note.Lines {
		line := &c.Lines[part.Line-1]
		line.CreditedQuantity, line.CreditedNet = line.CreditedQuantity.Add(part.Quantity), line.CreditedNet.Add(part.Net)
		if part.Net.IsNegative() || line.CreditedQuantity.GreaterThan(line.Quantity) || line.CreditedNet.MoreThan(line.Net) {
			t.Fatalf("line %d: %s credited of %s, net %s of %s", part.Line, line.CreditedQuantity, line.Quantity, line.CreditedNet, line.Net)
		}
	}
	for _, part := range note.Groups {
		for i := range c.Groups {
			if left := &c.Groups[i].Left; left.Tax.Category == part.Tax.Category && left.Tax.Rate.Equal(part.Tax.Rate) {
				left.Taxable, left.Amount = left.Taxable.Sub(part.Taxable), left.Amount.Sub(part.Amount)
				if part.Taxable.IsNegative() || part.Amount.IsNegative() || left.Taxable.IsNegative() || left.Amount.IsNegative() {
					t.Fatalf("a note of %s and %s tax leaves %s and %s of %s %%", part.Taxable, part.Amount, left.Taxable, left.Amount, part.Tax.Rate)
				}
			}
		}
	}
	return c
}

func part(line int, quantity string) models.LineQuantity {
	return models.LineQuantity{Line: line, Quantity: quantity}
}

// written writes a note's groups as "rate: taxable + tax".
func written(note models.Drawn) (groups []string) {
	for _, g := range note.Groups {
		groups = append(groups, g.Tax.Rate.String()+": "+g.Taxable.String()+" + "+g.Amount.String())
	}
	return groups
}

func TestCreditByLines(t *testing.T) {
	t.Parallel()
	lanterns := [4]string{"3", "33.33", "0", "19"} // 99.99
	books := [4]string{"2", "10.00", "0", "7"}
	for name, c := range map[string]struct {
		invoice models.Invoice
		charges []models.Money
		notes   [][]models.LineQuantity
		want    [][]string
	}{
		"a part is billed as it was": {billed("EUR", "0", lanterns, books), nil,
			[][]models.LineQuantity{{part(1, "1")}}, [][]string{{"19: 33.33 + 6.33"}}},
		"thirds meet the line": {billed("EUR", "0", [4]string{"3", "3.333333", "0", "19"}, books), nil, // 10.00 + 1.90
			[][]models.LineQuantity{{part(1, "1")}, {part(1, "1")}, {part(1, "1")}}, [][]string{{"19: 3.33 + 0.63"}, {"19: 3.34 + 0.63"}, {"19: 3.33 + 0.64"}}},
		"all lines are the invoice": {billed("EUR", "0", lanterns, books), nil,
			[][]models.LineQuantity{{part(1, "3"), part(2, "2")}}, [][]string{{"19: 99.99 + 19.00", "7: 20.00 + 1.40"}}},
		"the document discount goes along": {billed("EUR", "10", lanterns, books), nil, // 12.00 off: 10.00 and 2.00
			[][]models.LineQuantity{{part(1, "1"), part(2, "1")}, {part(1, "2"), part(2, "1")}},
			[][]string{{"19: 30.00 + 5.70", "7: 9.00 + 0.63"}, {"19: 59.99 + 11.40", "7: 9.00 + 0.63"}}},
		"a line discount is in the line": {billed("EUR", "0", [4]string{"4", "2.50", "50", "19"}), nil,
			[][]models.LineQuantity{{part(1, "1")}, {part(1, "3")}}, [][]string{{"19: 1.25 + 0.24"}, {"19: 3.75 + 0.71"}}},
		"a charge is credited with the last quantity": {billed("EUR", "0", lanterns, books), []models.Money{eur("5.00")},
			[][]models.LineQuantity{{part(1, "3")}, {part(2, "2")}}, [][]string{{"19: 99.99 + 19.00"}, {"19: 5.00 + 0.95", "7: 20.00 + 1.40"}}},
		"yen have no decimals": {billed("JPY", "0", [4]string{"3", "333.4", "0", "10"}), nil, // 1000
			[][]models.LineQuantity{{part(1, "1")}, {part(1, "1")}, {part(1, "1")}}, [][]string{{"10: 333 + 33"}, {"10: 334 + 33"}, {"10: 333 + 34"}}},
		"dinars have three": {billed("KWD", "3", [4]string{"7", "1.001", "0", "5"}), nil, // 7.007 − 0.210
			[][]models.LineQuantity{{part(1, "2.5")}, {part(1, "4.5")}}, [][]string{{"5: 2.428 + 0.121"}, {"5: 4.369 + 0.219"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			left := creditable(c.invoice, c.charges...)
			for i, asked := range c.notes {
				note, faults := models.CreditByLines(asked, left)
				if len(faults) > 0 {
					t.Fatal(faults[0])
				}
				if diff := cmp.Diff(c.want[i], written(note)); diff != "" {
					t.Errorf("note %d (-want +got):\n%s", i+1, diff)
				}
				left = record(t, left, note)
			}
		})
	}
}

func TestCreditByLinesAfterAnAmount(t *testing.T) {
	t.Parallel()
	left := creditable(billed("EUR", "0", [4]string{"10", "10.00", "0", "19"}))
	groups, err := models.CreditByAmount(eur("59.50"), left.Left()) // 50.00 + 9.50
	if err != nil {
		t.Fatal(err)
	}
	left = record(t, left, models.Drawn{Groups: groups})
	if _, faults := models.CreditByLines([]models.LineQuantity{part(1, "6")}, left); len(faults) != 1 {
		t.Errorf("60.00 of the 50.00 that are left: %v", faults)
	} else {
		wantCode(t, faults[0], models.KindConflict, "credit-exceeds-invoice")
	}
	note, faults := models.CreditByLines([]models.LineQuantity{part(1, "10")}, left)
	if diff := cmp.Diff([]string{"19: 50.00 + 9.50"}, written(note)); diff != "" || len(faults) > 0 {
		t.Errorf("what completes the invoice takes the rest: %v\n%s", faults, diff)
	}
	_, faults = models.CreditByLines([]models.LineQuantity{part(1, "10")}, record(t, left, models.Drawn{Groups: note.Groups}))
	if len(faults) != 1 {
		t.Fatalf("nothing is left: %v", faults)
	}
	wantCode(t, faults[0], models.KindConflict, "credit-exceeds-invoice")
}

func TestCreditByLinesTellsAllFaults(t *testing.T) {
	t.Parallel()
	left := creditable(billed("EUR", "0", [4]string{"2", "10.00", "0", "19"}, [4]string{"2", "10.00", "0", "7"}))
	_, faults := models.CreditByLines([]models.LineQuantity{part(1, "2.000001"), part(2, "1"), part(2, "1"), part(3, "1"), part(1, "x"), part(1, "0")}, left)
	var got []string
	for _, fault := range faults {
		got = append(got, fault.Code+" "+fault.Pointer)
	}
	want := []string{"credit-exceeds-line /lines/0/quantity", "line-repeated /lines/2/line", "line-not-found /lines/3/line", "invalid-quantity /lines/4/quantity", "invalid-quantity /lines/5/quantity"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("faults (-want +got):\n%s", diff)
	}
}

// Any sequence of notes, by lines and by amount, on any invoice, with discounts and charges: none has anything negative, none
// goes beyond a group or a line, and when nothing is left the sums are the invoice's, group by group, whatever the order.
func TestAnyCreditNotesMeetTheirInvoice(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		currency := anyCurrency().Draw(t, "currency")
		invoice := models.Invoice{IssueDate: day("2026-11-22"), DiscountPercent: anyPercent().Draw(t, "discount")}
		for range rapid.IntRange(1, 5).Draw(t, "lines") {
			invoice.Lines = append(invoice.Lines, models.InvoiceLine{
				Quantity: anyDecimal(1, 12_000, 3).Draw(t, "quantity"), UnitPrice: anyDecimal(0, 50_000, 3).Draw(t, "price"),
				BaseQuantity: anyDecimal(1, 7, 0).Draw(t, "base"), DiscountPercent: anyPercent().Draw(t, "line discount"), Tax: anyTax().Draw(t, "tax"),
			})
		}
		invoice = models.DrawInvoice(invoice, currency, models.PaymentTerms{})
		var charges []models.Money
		for range invoice.Totals.Groups {
			charges = append(charges, anyMoney(currency, 0, 3).Draw(t, "charge"))
		}
		left := creditable(invoice, charges...)
		for range 30 {
			open := models.Drawn{Groups: left.Left()}.Total(currency)
			if open.IsZero() {
				break
			}
			if rapid.Bool().Draw(t, "by amount") {
				gross := models.MustMoney(unit(currency).Decimal().Mul(anyDecimal(1, units(open), 0).Draw(t, "units")), currency)
				groups, err := models.CreditByAmount(gross, left.Left())
				if err != nil {
					t.Fatal(err)
				}
				note := models.Drawn{Groups: groups}
				if !note.Total(currency).Equal(gross) {
					t.Fatalf("a note over %s sums to %s", gross, note.Total(currency))
				}
				left = record(t, left, note)
				continue
			}
			var asked []models.LineQuantity
			for _, line := range left.Lines {
				rest := line.Quantity.Sub(line.CreditedQuantity)
				if part := rest.Mul(decimal.New(rapid.SampledFrom([]int64{0, 1, 3, 5, 10}).Draw(t, "tenths"), -1)).Truncate(6); part.IsPositive() {
					asked = append(asked, models.LineQuantity{Line: line.Line, Quantity: part.String()})
				}
			}
			note, faults := models.CreditByLines(asked, left)
			if len(faults) > 0 {
				if faults[0].Code != "credit-exceeds-invoice" {
					t.Fatal(faults[0])
				}
				continue
			}
			left = record(t, left, note)
		}
		// The last quantities, or what is left by amount, complete it.
		if rest := (models.Drawn{Groups: left.Left()}).Total(currency); rest.IsPositive() {
			var asked []models.LineQuantity
			for _, line := range left.Lines {
				if rest := line.Quantity.Sub(line.CreditedQuantity); rest.IsPositive() {
					asked = append(asked, models.LineQuantity{Line: line.Line, Quantity: rest.String()})
				}
			}
			note, faults := models.CreditByLines(asked, left)
			if len(asked) == 0 {
				groups, err := models.CreditByAmount(rest, left.Left())
				if err != nil {
					t.Fatal(err)
				}
				note = models.Drawn{Groups: groups}
			} else if len(faults) > 0 {
				t.Fatalf("the completing note over %s: %v", rest, faults[0])
			}
			left = record(t, left, note)
		}
		for _, group := range left.Groups {
			if !group.Left.Taxable.IsZero() || !group.Left.Amount.IsZero() {
				t.Fatalf("everything is credited, and %s + %s of %v is left", group.Left.Taxable, group.Left.Amount, group.Tax)
			}
		}
	})
}

// Lines alone, in any parts and any order, meet every line and the invoice. The nets do not depend on the order of the notes.
func TestTheOrderOfPartsDoesNotMatter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		currency := anyCurrency().Draw(t, "currency")
		invoice := billed(currency, rapid.SampledFrom([]string{"0", "2.5", "33.3333"}).Draw(t, "discount"),
			[4]string{"3", "33.335", "0", "19"}, [4]string{"7", "0.999", "10", "19"}, [4]string{"2", "12.345", "0", "7"})
		var parts []models.LineQuantity
		for n, line := range invoice.Lines {
			for range line.Quantity.IntPart() {
				parts = append(parts, part(n+1, "1"))
			}
		}
		left := creditable(invoice)
		sum := models.Zero(currency)
		for _, asked := range rapid.Permutation(parts).Draw(t, "order") {
			note, faults := models.CreditByLines([]models.LineQuantity{asked}, left)
			if len(faults) > 0 {
				if faults[0].Code == "credit-exceeds-invoice" { // a part that is worth less than a minor unit
					continue
				}
				t.Fatal(faults[0])
			}
			sum = sum.Add(note.Total(currency))
			left = record(t, left, note)
		}
		var rest []models.LineQuantity
		for n, line := range left.Lines {
			if q := line.Quantity.Sub(line.CreditedQuantity); q.IsPositive() {
				rest = append(rest, part(n+1, q.String()))
			}
		}
		if len(rest) > 0 {
			note, faults := models.CreditByLines(rest, left)
			if len(faults) > 0 {
				t.Fatal(faults[0])
			}
			sum = sum.Add(note.Total(currency))
			left = record(t, left, note)
		}
		if !sum.Equal(invoice.Totals.Total) {
			t.Fatalf("the notes sum to %s, the invoice is %s", sum, invoice.Totals.Total)
		}
		for _, line := range left.Lines {
			if !line.CreditedNet.Equal(line.Net) {
				t.Fatalf("%s of the %s of line %d are credited", line.CreditedNet, line.Net, line.Line)
			}
		}
	})
}

func TestSplitCredit(t *testing.T) {
	t.Parallel()
	of := func(open, writtenOff, difference, discount, cash string) models.SettledBy {
		return models.SettledBy{Open: eur(open), WrittenOff: eur(writtenOff), PaymentDifference: eur(difference), Discount: eur(discount), Cash: eur(cash)}
	}
	for name, c := range map[string]struct {
		total   string
		settled models.SettledBy
		want    models.CreditSplit
	}{
		"it lowers what is open":                                              {"30", of("100", "0", "0", "0", "19"), models.CreditSplit{Open: eur("30"), WrittenOff: eur("0"), PaymentDifference: eur("0"), Discount: eur("0"), CustomerCredit: eur("0")}},
		"what exceeds it is the customer's":                                   {"30", of("20", "0", "0", "0", "99"), models.CreditSplit{Open: eur("20"), WrittenOff: eur("0"), PaymentDifference: eur("0"), Discount: eur("0"), CustomerCredit: eur("10")}},
		"what was given up is taken back first":                               {"30", of("0", "5", "0.01", "0", "113.99"), models.CreditSplit{Open: eur("0"), WrittenOff: eur("5"), PaymentDifference: eur("0.01"), Discount: eur("0"), CustomerCredit: eur("24.99")}},
		"half of the invoice takes half of the discount":                      {"50", of("0", "0", "0", "2", "98"), models.CreditSplit{Open: eur("0"), WrittenOff: eur("0"), PaymentDifference: eur("0"), Discount: eur("1"), CustomerCredit: eur("49")}},
		"all of it takes all of the discount":                                 {"100", of("0", "0", "0", "2", "98"), models.CreditSplit{Open: eur("0"), WrittenOff: eur("0"), PaymentDifference: eur("0"), Discount: eur("2"), CustomerCredit: eur("98")}},
		"after a reversed payment nothing is credited beyond the open amount": {"40", of("100", "0", "0", "0", "-60"), models.CreditSplit{Open: eur("40"), WrittenOff: eur("0"), PaymentDifference: eur("0"), Discount: eur("0"), CustomerCredit: eur("0")}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := models.SplitCredit(eur(c.total), c.settled)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	_, err := models.SplitCredit(eur("100.01"), of("0", "0", "0", "2", "98"))
	wantCode(t, err, models.KindConflict, "credit-exceeds-settled")
}

// However an invoice was settled, its credit notes take back no more of anything than there was, and the customer is given
// no more than was paid: exactly that when everything is credited.
func TestCreditNotesGiveBackWhatWasPaid(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		currency := anyCurrency().Draw(t, "currency")
		some := func(name string) models.Money {
			return anyMoney(currency, 0, rapid.SampledFrom([]int64{0, 3, 5000}).Draw(t, "most")).Draw(t, name)
		}
		s := models.SettledBy{Open: some("open"), WrittenOff: some("written off"), PaymentDifference: some("difference"), Discount: some("discount"), Cash: some("cash")}
		paid, given := s.Cash, models.Zero(currency)
		for n := 0; ; n++ {
			left := models.Sum(currency, s.Open, s.WrittenOff, s.PaymentDifference, s.Discount, s.Cash)
			if left.IsZero() {
				break
			}
			total := left
			if n < 10 {
				total = models.MustMoney(unit(currency).Decimal().Mul(anyDecimal(1, units(left), 0).Draw(t, "units")), currency)
			}
			split, err := models.SplitCredit(total, s)
			if err != nil {
				t.Fatal(err)
			}
			if !split.OnInvoice().Add(split.CustomerCredit).Equal(total) {
				t.Fatalf("%s is split into %+v", total, split)
			}
			for name, pair := range map[string][2]*models.Money{
				"open": {&s.Open, &split.Open}, "written off": {&s.WrittenOff, &split.WrittenOff}, "difference": {&s.PaymentDifference, &split.PaymentDifference},
				"discount": {&s.Discount, &split.Discount}, "cash": {&s.Cash, &split.CustomerCredit},
			} {
				if *pair[0] = pair[0].Sub(*pair[1]); pair[0].IsNegative() || pair[1].IsNegative() {
					t.Fatalf("%s: %s taken, %s left", name, pair[1], pair[0])
				}
			}
			given = given.Add(split.CustomerCredit)
		}
		if !given.Equal(paid) {
			t.Fatalf("%s was paid and %s given back", paid, given)
		}
	})
}

func TestCreditRequest(t *testing.T) {
	t.Parallel()
	amount, nothing := eur("1"), eur("0")
	for name, r := range map[string]models.CreditRequest{
		"neither": {}, "both": {Lines: []models.LineQuantity{part(1, "1")}, Amount: &amount},
	} {
		t.Log(name)
		wantCode(t, r.Validate(), models.KindInvalid, "invalid-credit-note")
	}
	wantCode(t, models.CreditRequest{Amount: &nothing}.Validate(), models.KindInvalid, "invalid-amount")
	for _, r := range []models.CreditRequest{{Amount: &amount}, {Lines: []models.LineQuantity{part(1, "1")}}} {
		if err := r.Validate(); err != nil {
			t.Error(err)
		}
	}
}
