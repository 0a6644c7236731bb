package models_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"o2c/models"
)

// What goes through workflows as JSON must come back as it was: a replay reads what an earlier run wrote.
func TestPayloadsRoundTrip(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 12, 29, 9, 0, 0, 123456000, time.UTC)
	order, faults := models.PriceOrder(models.Order{
		ID: "ord_1", CustomerID: "acme", PONumber: "PO-7", Currency: "EUR", WarehouseID: "main", ShipComplete: true, RequestedDate: day("2026-12-24"),
		ShipTo: &models.Address{Line1: "Quai 1", City: "Wien", Postcode: "1010", Country: "AT"}, Terms: models.PaymentTerms{NetDays: new(0), EndOfMonth: true},
		DiscountPercent: dec("2.5"), EnteredBy: "key:sales",
	}, []models.LineRequest{{SKU: "nail", Quantity: dec("12.5"), RequestedDate: day("2026-12-20")}, {SKU: "book", Quantity: dec("1")}}, buyer(), catalogue())
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	progress := models.OrderProgress{
		OrderID: "ord_1", CustomerID: "acme", PONumber: "PO-7", Currency: "EUR", Stage: models.Collecting, BlockedBy: &models.Block{Code: "a", Detail: "b"},
		Unreserved: true, Backordered: true, ToShip: true, ToInvoice: true, Messages: []string{"invoice/INV-2026-000001"},
		Receivables: []models.Receivable{{Invoice: "INV-2026-000001", Version: 2, DueDate: day("2026-12-22"), Open: eur("10.5"), Disputed: eur("0"),
			Next: &models.PlannedNotice{Level: 1, At: at, Channel: "email", Action: models.ActionNotice}}},
		RecheckAt: &at,
		Refused:   models.Conflict("nothing-to-dispute", "nothing").At("/x"), Outcome: models.OutcomePaid,
	}
	roundTrip(t, order)
	roundTrip(t, models.Order{})
	roundTrip(t, progress)
	roundTrip(t, models.OrderProgress{})
	roundTrip(t, models.Dispute{ID: "d", Invoice: "i", Amount: new(money("7", "JPY")), Reason: "pricing"})
	roundTrip(t, models.Dispute{})
	roundTrip(t, models.Payment{ID: "p", Amount: eur("1"), ValueDate: day("2026-01-01"), Remittance: []models.Remittance{{Invoice: "i", Amount: eur("1")}}})
	roundTrip(t, models.ShipmentConfirmation{OrderID: "o", Lines: []models.LineQuantity{{Line: 1, Quantity: "1.5"}}, ShippedAt: &at})
	roundTrip(t, models.CreditLimitChange{CustomerID: "c", Limit: models.CreditLimit{Unlimited: true}, Currency: "EUR", ValidUntil: day("2027-01-01")})
	roundTrip(t, models.CreditLimitChange{CustomerID: "c", Limit: models.CreditLimit{Amount: eur("100")}, Currency: "EUR"})
	roundTrip(t, models.CreditRuling{ID: "r", Decision: models.Release, UpTo: new(eur("5")), ValidUntil: day("2027-01-01")})
	roundTrip(t, models.CreditInputs{Exposure: exposure("1", "2", "3", "4", "5", "6"), Cover: eur("7"), Secured: eur("1"), OrderTotal: eur("8"), Date: day("2027-01-01"),
		Limits: []models.LimitCheck{{Source: models.GroupLimit, ID: "l", Holder: "top", Amount: new(eur("9")), ValidUntil: day("2027-12-31"), Exposure: eur("3")}},
		Rules:  []models.RuleCheck{{Rule: models.OverduePercent, Value: dec("12.5"), Threshold: dec("10")}}})
	roundTrip(t, models.CreditStandingChange{CustomerID: "c", ParentID: new(""), RiskClass: new("A"), Block: new(models.NoShipment), Reason: "r"})
	roundTrip(t, models.CollateralChange{CustomerID: "c", Name: "n", Kind: "insurance", Amount: eur("5"), CoverPercent: dec("90"), ValidUntil: day("2027-01-01")})
}

func roundTrip[T any](t *testing.T, want T) {
	t.Helper()
	data, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got T
	if err = json.Unmarshal(data, &got); err != nil {
		t.Fatalf("%s can't be read: %v", data, err)
	}
	if diff := cmp.Diff(want, got, sameDates); diff != "" {
		t.Errorf("%T came back from %s changed (-want +got):\n%s", want, data, diff)
	}
}

func TestDocumentNumber(t *testing.T) {
	t.Parallel()
	for want, got := range map[string]string{
		"INV-2026-000001":  models.DocumentNumber(models.InvoiceSeries, 2026, 1),
		"CN-2027-123456":   models.DocumentNumber(models.CreditNoteSeries, 2027, 123456),
		"INV-2026-1000000": models.DocumentNumber(models.InvoiceSeries, 2026, 1_000_000),
	} {
		if got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
