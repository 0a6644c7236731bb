package models

import (
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"time"
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

// TaxTreatment says how a customer's purchases are taxed, over the product's own category.
type TaxTreatment string

// The tax treatments.
const (
	Domestic       TaxTreatment = "domestic"        // the product's category and rate
	Export         TaxTreatment = "export"          // category G, no tax
	ReverseCharge  TaxTreatment = "reverse_charge"  // category AE, the buyer accounts for the tax
	IntraCommunity TaxTreatment = "intra_community" // category K, no tax
)

// Customer is a buyer on account. All its orders, invoices and payments are in Currency.
type Customer struct {
	ID            string       `json:"id"`
	Name          string       `json:"name"`
	Email         string       `json:"email"`
	Country       string       `json:"country"`
	Currency      Currency     `json:"currency"`
	Kind          string       `json:"kind"` // business, public or consumer
	TaxID         string       `json:"tax_id"`
	TaxTreatment  TaxTreatment `json:"tax_treatment"`
	DuplicatePO   string       `json:"duplicate_po"` // refuse or flag
	Address       *Address     `json:"address,omitempty"`
	ShipTo        *Address     `json:"ship_to,omitempty"`
	BillTo        *Address     `json:"bill_to,omitempty"`
	Language      string       `json:"language"`
	TimeZone      string       `json:"time_zone"` // IANA name
	PaymentTerms  PaymentTerms `json:"payment_terms"`
	DunningPolicy string       `json:"dunning_policy"`
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
	defaultTo(&c.TaxTreatment, Domestic)
	defaultTo(&c.DuplicatePO, "flag")
	defaultTo(&c.Language, "en")
	defaultTo(&c.TimeZone, "UTC")
	defaultTo(&c.DunningPolicy, "standard")
	check(customerID.MatchString(c.ID), "/id", "invalid-id", "an id has 1 to 64 letters, digits, dots, dashes or underscores")
	check(strings.TrimSpace(c.Name) != "", "/name", "invalid-name", "a customer needs a name")
	address, err := mail.ParseAddress(c.Email)
	check(err == nil && address.Address == c.Email, "/email", "invalid-email", "not an e-mail address")
	check(countryCode.MatchString(c.Country), "/country", "invalid-country", "not an ISO 3166-1 alpha-2 code")
	check(c.Currency.Known(), "/currency", "unknown-currency", "not a currency of ISO 4217")
	check(oneOf(c.Kind, "business", "public", "consumer"), "/kind", "invalid-kind", "not one of business, public, consumer")
	check(oneOf(c.TaxTreatment, Domestic, Export, ReverseCharge, IntraCommunity), "/tax_treatment", "invalid-tax-treatment",
		"not one of domestic, export, reverse_charge, intra_community")
	check(oneOf(c.DuplicatePO, "refuse", "flag"), "/duplicate_po", "invalid-duplicate-po", "not one of refuse, flag")
	_, err = time.LoadLocation(c.TimeZone)
	check(err == nil && c.TimeZone != "Local", "/time_zone", "invalid-time-zone", "not an IANA time zone")
	faults = append(faults, c.PaymentTerms.Validate("/payment_terms")...)
	return faults
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
