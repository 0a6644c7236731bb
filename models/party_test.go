package models_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/shopspring/decimal"

	"o2c/models"
)

func codesAt(faults []*models.Error) []string {
	var out []string
	for _, fault := range faults {
		out = append(out, fault.Pointer+" "+fault.Code)
	}
	return out
}

func TestCustomerValidateFillsDefaults(t *testing.T) {
	t.Parallel()
	c := models.Customer{ID: "acme", Name: "Acme", Email: "ap@acme.example", Country: "DE", Currency: "EUR"}
	if faults := c.Validate(); len(faults) > 0 {
		t.Fatal(codesAt(faults))
	}
	want := models.Customer{ID: "acme", Name: "Acme", Email: "ap@acme.example", Country: "DE", Currency: "EUR", Kind: "business", TaxTreatment: models.Determined,
		DuplicatePO: "flag", Language: "en", TimeZone: "UTC", DunningPolicy: "standard", Calendar: "none", Invoicing: models.PerShipment, BillingPeriod: models.Monthly, OverpaymentPolicy: "keep"}
	if diff := cmp.Diff(want, c, sameDates, cmpopts.IgnoreFields(models.Customer{}, "PaymentTerms")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := c.PaymentTerms.DueDate(day("2026-11-22")); got != day("2026-12-22") {
		t.Errorf("without terms an invoice of 22 November is due on %s", got)
	}
}

func TestCustomerValidate(t *testing.T) {
	t.Parallel()
	valid := models.Customer{ID: "acme", Name: "Acme", Email: "ap@acme.example", Country: "DE", Currency: "EUR"}
	for name, c := range map[string]struct {
		change func(*models.Customer)
		want   []string
	}{
		"an id with a slash":                   {func(c *models.Customer) { c.ID = "a/b" }, []string{"/id invalid-id"}},
		"an id of 64 characters is taken":      {func(c *models.Customer) { c.ID = strings.Repeat("a", 64) }, nil},
		"an id of 65 characters":               {func(c *models.Customer) { c.ID = strings.Repeat("a", 65) }, []string{"/id invalid-id"}},
		"an id with a line break behind":       {func(c *models.Customer) { c.ID = "acme\n" }, []string{"/id invalid-id"}},
		"a name of blanks":                     {func(c *models.Customer) { c.Name = " \t" }, []string{"/name invalid-name", "/name invalid-text"}},
		"an address with a name is no address": {func(c *models.Customer) { c.Email = "Acme <ap@acme.example>" }, []string{"/email invalid-email"}},
		"an address without a domain":          {func(c *models.Customer) { c.Email = "ap@" }, []string{"/email invalid-email"}},
		"two addresses":                        {func(c *models.Customer) { c.Email = "a@b.example, c@d.example" }, []string{"/email invalid-email"}},
		"an address with a line break":         {func(c *models.Customer) { c.Email = "a@b.example\r\nBcc: x@y.example" }, []string{"/email invalid-email"}},
		"a country in small letters":           {func(c *models.Customer) { c.Country = "de" }, []string{"/country invalid-country"}},
		"an unknown currency":                  {func(c *models.Customer) { c.Currency = "DEM" }, []string{"/currency unknown-currency"}},
		"an unknown kind":                      {func(c *models.Customer) { c.Kind = "friend" }, []string{"/kind invalid-kind"}},
		"an unknown treatment":                 {func(c *models.Customer) { c.TaxTreatment = "none" }, []string{"/tax_treatment invalid-tax-treatment"}},
		"an unknown rule for purchase orders":  {func(c *models.Customer) { c.DuplicatePO = "eat" }, []string{"/duplicate_po invalid-duplicate-po"}},
		"a name on two lines":                  {func(c *models.Customer) { c.Name = "Acme\nBcc: x" }, []string{"/name invalid-text"}},
		"a check of no tax id":                 {func(c *models.Customer) { c.TaxIDCheckedOn = day("2026-11-22") }, []string{"/tax_id_checked_on invalid-date"}},
		"a segment with a blank":               {func(c *models.Customer) { c.Segment = "a b" }, []string{"/segment invalid-segment"}},
		"an address without a city": {func(c *models.Customer) {
			c.ShipTo = &models.Address{Line1: "a", City: " ", Postcode: "1", Country: "DE"}
		}, []string{"/ship_to/city invalid-address"}},
		"an address on too many lines": {func(c *models.Customer) {
			c.BillTo = &models.Address{Line1: "a\r\nb", City: "c", Postcode: "1", Country: "de"}
		}, []string{"/bill_to/line1 invalid-text", "/bill_to/country invalid-country"}},
		"a payer that is itself is taken":          {func(c *models.Customer) { c.PayerID = "acme" }, nil},
		"the machine's zone":                       {func(c *models.Customer) { c.TimeZone = "Local" }, []string{"/time_zone invalid-time-zone"}},
		"a zone of no place":                       {func(c *models.Customer) { c.TimeZone = "Europe/Atlantis" }, []string{"/time_zone invalid-time-zone"}},
		"net days below nothing":                   {func(c *models.Customer) { c.PaymentTerms.NetDays = new(-1) }, []string{"/payment_terms/net_days invalid-payment-terms"}},
		"net days of more than ten years":          {func(c *models.Customer) { c.PaymentTerms.NetDays = new(3651) }, []string{"/payment_terms/net_days invalid-payment-terms"}},
		"everything that is wrong is said at once": {func(c *models.Customer) { c.ID, c.Country = "", "" }, []string{"/id invalid-id", "/country invalid-country"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			customer := valid
			c.change(&customer)
			if diff := cmp.Diff(c.want, codesAt(customer.Validate())); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestZoneOfAnUnknownPlaceIsUTC(t *testing.T) {
	t.Parallel()
	customer, company := models.Customer{TimeZone: "Europe/Atlantis"}, models.Company{TimeZone: "Europe/Berlin"}
	if got := customer.Zone().String(); got != "UTC" {
		t.Errorf("zone %s", got)
	}
	if got := company.Zone().String(); got != "Europe/Berlin" {
		t.Errorf("zone %s", got)
	}
}

func TestProductValidate(t *testing.T) {
	t.Parallel()
	valid := models.Product{SKU: "85123A", Name: "Lamp", Tax: standard("20")}
	p := valid
	if faults := p.Validate(); len(faults) > 0 || p.UnitCode != "C62" || !p.BaseQuantity.Equal(dec("1")) {
		t.Errorf("%v, unit %s, base %s", codesAt(faults), p.UnitCode, p.BaseQuantity)
	}
	for name, c := range map[string]struct {
		change func(*models.Product)
		want   []string
	}{
		"a sku with a blank":            {func(p *models.Product) { p.SKU = "85 123" }, []string{"/sku invalid-sku"}},
		"no name":                       {func(p *models.Product) { p.Name = " " }, []string{"/name invalid-name"}},
		"an unknown category":           {func(p *models.Product) { p.Tax.Category = "X" }, []string{"/tax_category invalid-tax-category"}},
		"a rate where nothing is taxed": {func(p *models.Product) { p.Tax = models.TaxClass{Category: "Z", Rate: dec("0.1")} }, []string{"/tax_rate invalid-tax-rate"}},
		"a price in no currency":        {func(p *models.Product) { p.Prices = map[models.Currency]decimal.Decimal{"XXX": dec("1")} }, []string{"/prices/XXX unknown-currency"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			product := valid
			c.change(&product)
			if diff := cmp.Diff(c.want, codesAt(product.Validate())); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestCompanyValidate(t *testing.T) {
	t.Parallel()
	c := models.Company{LegalName: "Seller Ltd", TimeZone: "Europe/London", BaseCurrency: "GBP", Address: models.Address{Country: "GB"}}
	if faults := c.Validate(); len(faults) > 0 || c.Calendar != "none" {
		t.Errorf("%v, calendar %q", codesAt(faults), c.Calendar)
	}
	wrong := models.Company{TaxCurrency: "XXX"}
	want := []string{"/legal_name invalid-name", "/time_zone invalid-time-zone", "/base_currency unknown-currency", "/tax_currency unknown-currency", "/address/country invalid-country"}
	if diff := cmp.Diff(want, codesAt(wrong.Validate())); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
