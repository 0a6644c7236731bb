package demo

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/shopspring/decimal"
)

func TestAnInvoiceIsTaxedOnceOnTheSumOfItsRoundedLines(t *testing.T) {
	t.Parallel()
	order := Order{Shipments: 2, Lines: []Line{
		{Quantity: dec("3"), Price: dec("0.335")}, // 1.005 → 1.01
		{Quantity: dec("1"), Price: dec("0.02")},
		{Quantity: dec("1"), Price: dec("0.03")},
	}}
	parts := order.shipments()
	for i, want := range []Amounts{
		{Net: dec("1.03"), Tax: dec("0.21"), Total: dec("1.24")}, // 0.206
		{Net: dec("0.03"), Tax: dec("0.01"), Total: dec("0.04")}, // 0.006
	} {
		if got := order.amounts(parts[i], false); !got.Equal(want) {
			t.Errorf("shipment %d: %v, want %v", i+1, got, want)
		}
	}
	if got := order.amounts(parts[0], true); !got.Equal(Amounts{Net: dec("1.03"), Total: dec("1.03")}) {
		t.Errorf("export: %v", got)
	}
}

func TestShipmentsHaveAllOfAnOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		order := Order{Shipments: rapid.IntRange(1, 2).Draw(t, "shipments")}
		for range rapid.IntRange(1, 9).Draw(t, "lines") {
			order.Lines = append(order.Lines, Line{Quantity: decimal.NewFromInt(rapid.Int64Range(1, 50).Draw(t, "quantity"))})
		}
		shipped := map[int]string{}
		sum := map[int]decimal.Decimal{}
		for _, parts := range order.shipments() {
			if len(parts) == 0 {
				t.Fatal("an empty shipment")
			}
			for _, part := range parts {
				if !part.quantity.IsPositive() {
					t.Fatalf("line %d: a quantity of %s", part.line, part.quantity)
				}
				sum[part.line] = sum[part.line].Add(part.quantity)
				shipped[part.line] = sum[part.line].String()
			}
		}
		want := map[int]string{}
		for i, line := range order.Lines {
			want[i+1] = line.Quantity.String()
		}
		if diff := cmp.Diff(want, shipped); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestAWrongTotalIsNamed(t *testing.T) {
	t.Parallel()
	expected := Amounts{Net: dec("10"), Tax: dec("2"), Total: dec("12")}
	if err := compare("invoice 1", "10.00", "2.00", "12.00", expected); err != nil {
		t.Error(err)
	}
	err := compare("invoice 1", "10.00", "2.01", "12.01", expected)
	if err == nil || err.Error() != "invoice 1: net 10.00, tax 2.01, total 12.01; expected net 10.00, tax 2.00, total 12.00" {
		t.Errorf("error %v", err)
	}
}
