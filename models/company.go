package models

import (
	"strings"
	"time"
)

// Company is the seller. Business dates are dates in its TimeZone.
type Company struct {
	LegalName      string        `json:"legal_name"`
	Address        Address       `json:"address"`
	TaxID          string        `json:"tax_id"`
	RegistrationID string        `json:"registration_id"`
	Endpoint       *Endpoint     `json:"endpoint,omitempty"`
	Contact        Contact       `json:"contact"`
	TimeZone       string        `json:"time_zone"`
	BaseCurrency   Currency      `json:"base_currency"`
	TaxCurrency    Currency      `json:"tax_currency,omitempty"`
	Calendar       string        `json:"calendar"`
	BankAccounts   []BankAccount `json:"bank_accounts"`
}

// Endpoint is an electronic address (EN 16931 BT-34): a scheme of the EAS code list and an id in it.
type Endpoint struct {
	Scheme string `json:"scheme"`
	ID     string `json:"id"`
}

// Contact is whom to ask.
type Contact struct {
	Name  string `json:"name"`
	Phone string `json:"phone"`
	Email string `json:"email"`
}

// BankAccount is an account of the seller to which customers pay.
type BankAccount struct {
	IBAN     string   `json:"iban"`
	BIC      string   `json:"bic"`
	Currency Currency `json:"currency"`
}

// Validate checks the seller's data and returns all faults, each with its JSON pointer.
func (c *Company) Validate() []*Error {
	var faults []*Error
	defaultTo(&c.Calendar, NoCalendar)
	if strings.TrimSpace(c.LegalName) == "" {
		faults = append(faults, Invalid("invalid-name", "the seller needs a legal name").At("/legal_name"))
	}
	if _, err := time.LoadLocation(c.TimeZone); err != nil || c.TimeZone == "" || c.TimeZone == "Local" {
		faults = append(faults, Invalid("invalid-time-zone", "%q is not an IANA time zone", clip(c.TimeZone)).At("/time_zone"))
	}
	if !c.BaseCurrency.Known() {
		faults = append(faults, unknownCurrency(string(c.BaseCurrency)).At("/base_currency"))
	}
	if c.TaxCurrency != "" && !c.TaxCurrency.Known() {
		faults = append(faults, unknownCurrency(string(c.TaxCurrency)).At("/tax_currency"))
	}
	if !customerID.MatchString(c.Calendar) {
		faults = append(faults, Invalid("invalid-calendar", "not the name of a calendar").At("/calendar"))
	}
	if !countryCode.MatchString(c.Address.Country) {
		faults = append(faults, Invalid("invalid-country", "not an ISO 3166-1 alpha-2 code").At("/address/country"))
	}
	return faults
}

// Zone is the seller's time zone; one that this machine does not know is UTC.
func (c *Company) Zone() *time.Location {
	zone, err := time.LoadLocation(c.TimeZone)
	if err != nil {
		return time.UTC
	}
	return zone
}
