package demo

import (
	"errors"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"o2c/internal/testkit"
)

// The real file lies beside the checkout; where it does not, the test is skipped.
func TestTheRealFileComesToItsKnownTotals(t *testing.T) {
	t.Parallel()
	plan, err := ReadFile(filepath.Join(testkit.Root(t), "..", "shared", "data", "online_retail.csv"))
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("../shared/data/online_retail.csv is not there")
	}
	if err != nil {
		t.Fatal(err)
	}
	if got := []int{len(plan.Orders), len(plan.Customers), len(plan.Products), len(plan.LeftOut)}; !cmp.Equal(got, []int{37, 26, 285, 0}) {
		t.Errorf("orders, customers, products and rows left out are %v", got)
	}
	invoiced := plan.Invoiced()
	if !invoiced.Equal(Amounts{Net: dec("15193.04"), Tax: dec("2771.07"), Total: dec("17964.11")}) {
		t.Errorf("invoiced %v", invoiced)
	}
	prices := map[string]map[string]bool{}
	stories := map[Story]int{}
	byHand := 0
	for _, order := range plan.Orders {
		stories[order.Story]++
		if order.Warehouse == "main" {
			byHand++
		}
		for _, line := range order.Lines {
			if prices[line.SKU] == nil {
				prices[line.SKU] = map[string]bool{}
			}
			prices[line.SKU][line.Price.String()] = true
		}
	}
	several := 0
	for _, of := range prices {
		if len(of) > 1 {
			several++
		}
	}
	if several != 24 {
		t.Errorf("%d codes have several prices, want 24", several)
	}
	if byHand != 9 {
		t.Errorf("%d orders ship from the manual warehouse, want 9", byHand)
	}
	want := map[Story]int{Pays: 28, PaysTwice: 1, PaysShort: 1, PaysLate: 3, NeverPays: 2, DisputesRightly: 1, DisputesWrongly: 1}
	if diff := cmp.Diff(want, stories); diff != "" {
		t.Error(diff)
	}
}

func TestRowsThatCannotBeSoldAreLeftOutWithTheirReason(t *testing.T) {
	t.Parallel()
	plan, err := readOrders(strings.NewReader(strings.Join(columns, ",") + `
1,A,"Lamp, large ",2,01-12-2010 08:26,1.25,7,United Kingdom
C2,A,Lamp,-2,01-12-2010 08:26,1.25,7,United Kingdom
3,A,Lamp,-1,01-12-2010 08:26,1.25,7,United Kingdom
4,A,Lamp,1,01-12-2010 08:26,0,7,United Kingdom
5,A,Lamp,1,01-12-2010 08:26,1.25,,United Kingdom
6,A,Lamp,1,01-12-2010 08:26,1.25,7,Unspecified
7,A B,Lamp,1,01-12-2010 08:26,1.25,7,United Kingdom
1,A,Lamp,3,01-12-2010 08:26,1.10,8,France
1,A,Lamp,3,01-12-2010 08:26,1.10,7,United Kingdom
`))
	if err != nil {
		t.Fatal(err)
	}
	want := []LeftOut{
		{3, "a cancellation, not an order"}, {4, "a quantity that is not above 0"}, {5, "a price that is not above 0"}, {6, "no customer"},
		{7, `country "Unspecified" is not known`}, {8, "an invoice number, customer or stock code that can't be an id"}, {9, "order 1 belongs to customer 7"},
	}
	if diff := cmp.Diff(want, plan.LeftOut); diff != "" {
		t.Error(diff)
	}
	if len(plan.Orders) != 1 || len(plan.Orders[0].Lines) != 2 || len(plan.Customers) != 1 || len(plan.Products) != 1 {
		t.Errorf("plan %+v", plan)
	}
	if name := plan.Products[0].Name; name != "Lamp, large" {
		t.Errorf("the product's name is %q", name)
	}
	if got := plan.Invoiced(); !got.Equal(Amounts{Net: dec("5.80"), Tax: dec("1.16"), Total: dec("6.96")}) {
		t.Errorf("invoiced %v", got)
	}
}

func TestAFileThatCannotBeReadIsRefusedWithItsRow(t *testing.T) {
	t.Parallel()
	header := strings.Join(columns, ",") + "\n"
	for name, c := range map[string]struct{ file, want string }{
		"empty":                    {"", "no header"},
		"other columns":            {"a,b\n", "columns"},
		"columns in another order": {strings.Replace(header, "InvoiceNo,StockCode", "StockCode,InvoiceNo", 1), "columns"},
		"no rows":                  {header, "no order"},
		"too few fields":           {header + "1,A,Lamp\n", "wrong number of fields"},
		"no quantity":              {header + "1,A,Lamp,two,01-12-2010,1.25,7,France\n", `row 2: "two" is not a quantity`},
		"a price with comma":       {header + `1,A,Lamp,2,01-12-2010,"1,25",7,France` + "\n", `row 2: "1,25" is not a price`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := readOrders(strings.NewReader(c.file))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q", err, c.want)
			}
		})
	}
}

func TestTheShippedDataHasAnOrderForEachThingThatCanHappen(t *testing.T) {
	t.Parallel()
	plan, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	if n := len(plan.Orders); n < 6 || n > 8 {
		t.Errorf("%d orders", n)
	}
	stories := map[Story]bool{}
	inStock, missing := map[string]bool{}, map[string]bool{}
	for _, order := range plan.Orders {
		stories[order.Story] = true
		buyer := plan.customer(order.Customer)
		if buyer.ID == "" {
			t.Errorf("order %s has no customer", order.PO)
		}
		if _, known := ends[order.Story]; !known {
			t.Errorf("order %s has no story: %q", order.PO, order.Story)
		}
		held := plan.OrderAmounts(order).Total.GreaterThan(buyer.Limit)
		if meant := order.Story == Released || order.Story == Rejected; held != meant {
			t.Errorf("order %s: over the credit limit is %t, its story is %s", order.PO, held, order.Story)
		}
		for _, line := range order.Lines {
			switch order.Story {
			case Backordered:
				missing[order.Warehouse+"/"+line.SKU] = true
			case Rejected: // needs no stock
			default:
				inStock[order.Warehouse+"/"+line.SKU] = true
			}
		}
	}
	for _, story := range []Story{Pays, PaysLate, NeverPays, DisputesRightly, Released, Rejected, Backordered, Cancelled} {
		if !stories[story] {
			t.Errorf("no order tells the story %s", story)
		}
	}
	for sku := range missing {
		if inStock[sku] {
			t.Errorf("%s is meant to be missing, and another order has it in stock", sku)
		}
	}
	if got := plan.Invoiced(); !got.Equal(Amounts{Net: dec("2950.15"), Tax: dec("437.66"), Total: dec("3387.81")}) {
		t.Errorf("invoiced %v", got)
	}
}

func dec(s string) decimal.Decimal { return decimal.RequireFromString(s) }
