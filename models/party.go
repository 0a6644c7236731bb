package models

import (
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/shopspring/decimal"
)

// Address is a postal address; Country is an ISO 3166-1 alpha-2 code.
type Address struct {
	Line1    string `json:"line1"`
	Line2    string `json:"line2,omitempty"`
	City     string `json:"city"`
	Postcode string `json:"postcode"`
	Region   string `json:"region,omitempty"`
	Country  string `json:"country"`
}

// check refuses an address with an empty or unprintable part, and returns all faults under a pointer. No address has none.
func (a *Address) check(pointer string) []*Error {
	if a == nil {
		return nil
	}
	var faults []*Error
	for _, part := range []struct {
		name, text string
		required   bool
	}{
		{"line1", a.Line1, true}, {"line2", a.Line2, false}, {"city", a.City, true}, {"postcode", a.Postcode, true}, {"region", a.Region, false},
	} {
		if part.required && strings.TrimSpace(part.text) == "" {
			faults = append(faults, Invalid("invalid-address", "must not be blank").At(pointer+"/"+part.name))
		}
		if err := checkLine(part.text); err != nil {
			faults = append(faults, err.At(pointer+"/"+part.name))
		}
	}
	if !countryCode.MatchString(a.Country) {
		faults = append(faults, Invalid("invalid-country", "not an ISO 3166-1 alpha-2 code").At(pointer+"/country"))
	}
	return faults
}

// checkLine refuses what can't stand on one line of a document: control characters and line breaks.
func checkLine(text string) *Error {
	for _, r := range text {
		if unicode.In(r, unicode.Cc, unicode.Zl, unicode.Zp) {
			return Invalid("invalid-text", "must not contain control characters or line breaks")
		}
	}
	return nil
}

// TaxTreatment says how a customer's purchases are taxed, over the product's own category.
type TaxTreatment string

// The tax treatments.
const (
	Determined     TaxTreatment = "determined"      // by the tax rules, else by the product's category and rate
	Domestic       TaxTreatment = "domestic"        // the product's category and rate, whatever the rules say
	Export         TaxTreatment = "export"          // category G, no tax
	ReverseCharge  TaxTreatment = "reverse_charge"  // category AE, the buyer accounts for the tax
	IntraCommunity TaxTreatment = "intra_community" // category K, no tax
)

// Customer is a buyer on account. All its orders, invoices and payments are in Currency.
type Customer struct {
	ID             string       `json:"id"`
	Name           string       `json:"name"`
	Email          string       `json:"email"`
	Country        string       `json:"country"`
	Currency       Currency     `json:"currency"`
	Kind           string       `json:"kind"` // business, public or consumer
	TaxID          string       `json:"tax_id"`
	TaxTreatment   TaxTreatment `json:"tax_treatment"`
	DuplicatePO    string       `json:"duplicate_po"` // refuse or flag
	Address        *Address     `json:"address,omitempty"`
	ShipTo         *Address     `json:"ship_to,omitempty"`
	BillTo         *Address     `json:"bill_to,omitempty"`
	Language       string       `json:"language"`
	TimeZone       string       `json:"time_zone"` // IANA name
	PaymentTerms   PaymentTerms `json:"payment_terms"`
	DunningPolicy  string       `json:"dunning_policy"`
	TaxIDCheckedOn Date         `json:"tax_id_checked_on,omitzero"` // when the tax id was last found valid; zero: never
	PayerID        string       `json:"payer_id,omitempty"`         // another customer who pays; "": itself
	Segment        string       `json:"segment,omitempty"`
	Endpoint       *Endpoint    `json:"endpoint,omitempty"`
	BuyerReference string       `json:"buyer_reference,omitempty"` // EN 16931 BT-10 of its orders that give none
	Calendar       string       `json:"calendar"`

	Invoicing InvoicingMode `json:"invoicing"`
	// How often it is billed where it is invoiced consolidated.
	BillingPeriod BillingPeriod `json:"billing_period"`
	// ParentID is the customer above it when it is made; where it stands then is its CreditStanding.
	ParentID string `db:"-" json:"parent_id,omitempty"`

	// How far a payment may miss what is open and still close it, the stricter of both (see Tolerance), and what becomes of what is
	// paid too much.
	ToleranceAbsolute decimal.Decimal `json:"tolerance_absolute"`
	TolerancePercent  decimal.Decimal `json:"tolerance_percent"`
	OverpaymentPolicy string          `json:"overpayment_policy"`
	// RechargeReturnCost makes it owe what the bank charges us for its returned payments.
	RechargeReturnCost bool `json:"recharge_return_cost"`
}

// Payer is the customer who pays.
func (c *Customer) Payer() string {
	if c.PayerID != "" {
		return c.PayerID
	}
	return c.ID
}

var (
	customerID  = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$`)
	countryCode = regexp.MustCompile(`^[A-Z]{2}$`)
)

// Validate checks a customer and fills the defaults in. It returns all faults, each with its JSON pointer.
func (c *Customer) Validate() []*Error {
	var faults []*Error
	check := func(ok bool, pointer, code, detail string) {
		if !ok {
			faults = append(faults, (&Error{Kind: KindInvalid, Code: code, Detail: detail}).At(pointer))
		}
	}
	defaultTo(&c.Kind, "business")
	defaultTo(&c.TaxTreatment, Determined)
	defaultTo(&c.DuplicatePO, FlagDuplicatePO)
	defaultTo(&c.Language, "en")
	defaultTo(&c.TimeZone, "UTC")
	defaultTo(&c.DunningPolicy, "standard")
	defaultTo(&c.Calendar, NoCalendar)
	if c.PayerID == c.ID {
		c.PayerID = ""
	}
	defaultTo(&c.Invoicing, PerShipment)
	defaultTo(&c.BillingPeriod, Monthly)
	defaultTo(&c.OverpaymentPolicy, OverpaymentKeep)
	check(customerID.MatchString(c.ID), "/id", "invalid-id", "an id has 1 to 64 letters, digits, dots, dashes or underscores")
	check(strings.TrimSpace(c.Name) != "", "/name", "invalid-name", "a customer needs a name")
	address, err := mail.ParseAddress(c.Email)
	check(err == nil && address.Address == c.Email, "/email", "invalid-email", "not an e-mail address")
	check(countryCode.MatchString(c.Country), "/country", "invalid-country", "not an ISO 3166-1 alpha-2 code")
	check(c.Currency.Known(), "/currency", "unknown-currency", "not a currency of ISO 4217")
	check(oneOf(c.Kind, "business", "public", "consumer"), "/kind", "invalid-kind", "not one of business, public, consumer")
	check(oneOf(c.TaxTreatment, Determined, Domestic, Export, ReverseCharge, IntraCommunity), "/tax_treatment", "invalid-tax-treatment",
		"not one of determined, domestic, export, reverse_charge, intra_community")
	check(oneOf(c.DuplicatePO, RefuseDuplicatePO, FlagDuplicatePO), "/duplicate_po", "invalid-duplicate-po", "not one of refuse, flag")
	check(oneOf(c.BillingPeriod, Weekly, Monthly), "/billing_period", "invalid-billing-period", "not one of weekly, monthly")
	check(oneOf(c.Invoicing, PerShipment, PerOrder, Consolidated), "/invoicing", "invalid-invoicing", "not one of per_shipment, per_order, consolidated")
	check(oneOf(c.OverpaymentPolicy, OverpaymentKeep, OverpaymentApplyOldest, OverpaymentRefund), "/overpayment_policy", "invalid-overpayment-policy",
		"not one of keep, apply_oldest, refund")
	_, err = time.LoadLocation(c.TimeZone)
	check(err == nil && c.TimeZone != "Local", "/time_zone", "invalid-time-zone", "not an IANA time zone")
	check(c.TaxIDCheckedOn.IsZero() || c.TaxID != "", "/tax_id_checked_on", "invalid-date", "there is no tax id that was checked")
	check(customerID.MatchString(c.Calendar), "/calendar", "invalid-calendar", "not the name of a calendar")
	if c.Segment != "" && !segmentName.MatchString(c.Segment) {
		faults = append(faults, invalidSegment.At("/segment"))
	}
	for _, text := range []struct{ pointer, value string }{{"/name", c.Name}, {"/tax_id", c.TaxID}, {"/buyer_reference", c.BuyerReference}} {
		if err := checkLine(text.value); err != nil {
			faults = append(faults, err.At(text.pointer))
		}
	}
	faults = append(faults, c.Address.check("/address")...)
	faults = append(faults, c.ShipTo.check("/ship_to")...)
	faults = append(faults, c.BillTo.check("/bill_to")...)
	faults = append(faults, c.PaymentTerms.Validate("/payment_terms")...)
	return faults
}

// Tolerance is how far its payments may miss what is open.
func (c *Customer) Tolerance() Tolerance {
	return Tolerance{Absolute: MustMoney(c.ToleranceAbsolute, c.Currency), Percent: c.TolerancePercent}
}

// Zone is the customer's time zone; one that this machine does not know is UTC.
func (c *Customer) Zone() *time.Location {
	zone, err := time.LoadLocation(c.TimeZone)
	if err != nil {
		return time.UTC
	}
	return zone
}

func defaultTo[T ~string](field *T, value T) {
	if *field == "" {
		*field = value
	}
}

func oneOf[T ~string](value T, allowed ...T) bool {
	return slices.Contains(allowed, value)
}
