package activities_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"o2c/activities"
	"o2c/models"
)

func freight(amount, rate string) models.Charge {
	return models.Charge{ReasonCode: "FC", Amount: eur(amount), Tax: models.TaxClass{Category: "S", Rate: dec(rate)}}
}

func withFreight(o *models.Order) {
	o.DiscountPercent = dec("10")
	o.Charges = []models.Charge{freight("10.00", "19"), freight("5.00", "7")}
}

// Charges move with the first goods: from O over D to the first invoice, whole, and no later invoice has them.
func TestChargesAreBilledWithTheFirstInvoice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.customer("acme", "unlimited")
	w.receipt("rcp_1", "main", "nail", "10")
	w.approved("ord_1", "main", withFreight, want{"nail", "10"})
	// 90.00 + 10.00 + 19 % = 119.00, and 5.00 + 7 % = 5.35
	w.wantExposure("acme", "124.35 0.00 0.00 0.00")
	w.done(w.fulfillment.Fulfil(t.Context(), at("ord_1", issued)))

	w.ship("shp_1", "ord_1", models.LineQuantity{Line: 1, Quantity: "4"})
	w.wantExposure("acme", "64.26 60.09 0.00 0.00") // 6 × 10.71; 4 × 10.71 + 11.90 + 5.35
	w.balanced()
	w.done(w.invoicing.Issue(t.Context(), at("ord_1", issued)))
	w.wantExposure("acme", "64.26 0.00 60.09 0.00")
	w.balanced()
	w.unchanged(func() { w.done(w.invoicing.Issue(t.Context(), at("ord_1", issued))) })

	w.ship("shp_2", "ord_1", models.LineQuantity{Line: 1, Quantity: "6"})
	w.done(w.invoicing.Issue(t.Context(), at("ord_1", issued)))
	w.wantExposure("acme", "0.00 0.00 124.35 0.00")
	w.wantTrialBalance("receivables 124.35", "revenue -105.00", "tax_payable -19.35")
	w.balanced()
	if n := w.count(`
		SELECT count(*) FROM invoices
		 WHERE (number, line_total, allowance_total, charge_total, total) IN (('INV-2026-000001', 40, 4, 15, 60.09), ('INV-2026-000002', 60, 6, 0, 64.26))`); n != 2 {
		t.Errorf("%d of 2 invoices are as they should be", n)
	}
	if n := w.count(`SELECT count(*) FROM invoice_charges WHERE invoice = 'INV-2026-000001' AND reason_code = 'FC' AND reason = 'Freight service'`); n != 2 {
		t.Errorf("the first invoice has %d of 2 charges", n)
	}
}

func TestTwoShipmentsAtOnceBillChargesOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.customer("acme", "unlimited")
	w.receipt("rcp_1", "main", "nail", "10")
	w.approved("ord_1", "main", withFreight, want{"nail", "10"})
	w.ship("shp_1", "ord_1", models.LineQuantity{Line: 1, Quantity: "5"})
	w.ship("shp_2", "ord_1", models.LineQuantity{Line: 1, Quantity: "5"})
	w.wantExposure("acme", "0.00 124.35 0.00 0.00")
	w.done(w.invoicing.Issue(t.Context(), at("ord_1", issued)))
	w.wantExposure("acme", "0.00 0.00 124.35 0.00")
	w.balanced()
	if n := w.count(`SELECT count(*) FROM invoices WHERE charge_total = 15`); n != 1 {
		t.Errorf("%d invoices have the charges", n)
	}
}

func TestAnOrderThatIsCancelledBeforeItShipsBillsNoCharge(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.customer("acme", "unlimited")
	w.approved("ord_1", "main", withFreight, want{"nail", "10"})
	w.wantExposure("acme", "124.35 0.00 0.00 0.00")
	cancel := activities.CancelInput{OrderID: "ord_1", Cancellation: models.Cancellation{ID: "can_1", Reason: "x", Actor: "sales"}, At: issued}
	got := w.done(w.fulfillment.Cancel(t.Context(), cancel))
	w.wantExposure("acme", "0.00 0.00 0.00 0.00")
	if got.Stage != models.Closed || got.Outcome != models.OutcomeCancelled || w.count(`SELECT count(*) FROM invoice_charges`) != 0 {
		t.Errorf("the order is %s, %s", got.Stage, got.Outcome)
	}
	w.balanced()
}

// What is cancelled after the first shipment does not take the charges with it.
func TestAnOrderThatIsCancelledInPartBillsItsCharges(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.customer("acme", "unlimited")
	w.receipt("rcp_1", "main", "nail", "10")
	w.approved("ord_1", "main", withFreight, want{"nail", "10"})
	w.ship("shp_1", "ord_1", models.LineQuantity{Line: 1, Quantity: "4"})
	w.done(w.fulfillment.Cancel(t.Context(), activities.CancelInput{OrderID: "ord_1", Cancellation: models.Cancellation{ID: "can_1", Reason: "x", Actor: "sales"}, At: issued}))
	w.wantExposure("acme", "0.00 60.09 0.00 0.00")
	got := w.done(w.invoicing.Issue(t.Context(), at("ord_1", issued)))
	w.wantExposure("acme", "0.00 0.00 60.09 0.00")
	w.pay("pay_1", models.Payment{CustomerID: "acme", Amount: eur("60.09"), Remittance: []models.Remittance{{Invoice: got.Receivables[0].Invoice, Amount: eur("60.09")}}}, issued)
	if got = w.done(w.reconciliation.Close(t.Context(), at("ord_1", issued))); got.Stage != models.Closed || got.Outcome != models.OutcomePaid {
		t.Errorf("the order is %s, %s: %v", got.Stage, got.Outcome, got.BlockedBy)
	}
	w.balanced()
}

// A charge on an order that is discounted to nothing is all there is to pay.
func TestAChargeOnAnOrderOfNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.customer("acme", "unlimited")
	w.receipt("rcp_1", "auto", "nail", "3")
	w.approved("ord_1", "auto", func(o *models.Order) {
		o.DiscountPercent, o.Charges = dec("100"), []models.Charge{freight("10.00", "19")}
	}, want{"nail", "3"})
	w.wantExposure("acme", "11.90 0.00 0.00 0.00")
	w.done(w.fulfillment.Fulfil(t.Context(), at("ord_1", issued)))
	w.done(w.invoicing.Issue(t.Context(), at("ord_1", issued)))
	w.wantExposure("acme", "0.00 0.00 11.90 0.00")
	w.balanced()
}

// A credit note of a whole invoice takes its charges back as well, with their tax.
func TestACreditNoteTakesChargesBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.customer("acme", "unlimited")
	w.receipt("rcp_1", "auto", "nail", "10")
	w.approved("ord_1", "auto", withFreight, want{"nail", "10"})
	w.done(w.fulfillment.Fulfil(t.Context(), at("ord_1", issued)))
	invoice := w.done(w.invoicing.Issue(t.Context(), at("ord_1", issued))).Receivables[0].Invoice
	w.dispute("dsp_1", "ord_1", invoice, "", issued)
	_, err := w.resolve("res_1", "ord_1", "dsp_1", models.DisputeAccepted, "", issued)
	w.must(err)
	var net, tax decimal.Decimal
	w.must(w.pool.QueryRow(t.Context(), `SELECT net_total, tax_total FROM credit_notes WHERE invoice = $1`, invoice).Scan(&net, &tax))
	if diff := cmp.Diff([2]string{"105", "19.35"}, [2]string{net.String(), tax.String()}); diff != "" {
		t.Errorf("the credit note (-want +got):\n%s", diff)
	}
	w.balanced()
}

// Who gave which price instead of which one is told once, and so is what else was given, and why.
func TestWhatIsOverriddenIsInTheTimeline(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.customer("acme", "unlimited")
	price := dec("8.5")
	order, faults := models.PriceOrder(models.Order{ID: "ord_1", CustomerID: "acme", Currency: "EUR", WarehouseID: "main", EnteredBy: "manager",
		Terms: models.PaymentTerms{NetDays: new(60)}, OverrideReason: "a fair"},
		[]models.LineRequest{{SKU: "nail", Quantity: dec("1"), UnitPrice: &price}, {SKU: "book", Quantity: dec("1")}}, &models.Customer{ID: "acme", Currency: "EUR"}, w.products)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	order.Overrides = order.FindOverrides(&models.Customer{}, models.DiscountLimits{})
	w.exec(`INSERT INTO claims (principal, key, route, request_hash, resource_id, content, leased_until) VALUES ('manager', 'k', 'x', '', 'ord_1', $1, now())`, order)
	w.done(w.credit.Approve(t.Context(), at("ord_1", issued)))
	w.unchanged(func() { w.done(w.credit.Approve(t.Context(), at("ord_1", issued))) })
	if n := w.count(`
		SELECT count(*) FROM events
		 WHERE order_id = 'ord_1' AND kind = 'price-overridden' AND actor = 'manager' AND summary = 'Price of line 1 (nail) given as 8.5 instead of 10'
		   AND detail = '{"lines": [{"line": 1, "sku": "nail", "unit_price": "8.5", "instead_of": "10", "source": "product"}], "reason": "a fair"}'`); n != 1 {
		t.Error("the timeline does not say who gave which price")
	}
	if n := w.count(`
		SELECT count(*) FROM events
		 WHERE order_id = 'ord_1' AND kind = 'terms-overridden' AND actor = 'manager' AND detail ->> 'reason' = 'a fair'
		   AND summary = 'Given: 100 % due after 60 days instead of 30 days (/payment_terms/net_days)'`); n != 1 {
		t.Error("the timeline does not say who gave which terms")
	}
	if n := w.count(`SELECT count(*) FROM order_overrides WHERE order_id = 'ord_1' AND kind IN ('price', 'payment_terms')`); n != 2 {
		t.Errorf("%d overrides are kept, want 2", n)
	}
}
