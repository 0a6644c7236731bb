package models

import (
	"strings"

	"github.com/shopspring/decimal"
)

// CollateralChange secures what a customer owes (the fact "collateral"): a guarantee, a letter of credit or an insured limit. The
// newest one of a name replaces the others; an amount of nothing ends it.
type CollateralChange struct {
	CustomerID   string          `json:"customer_id"`
	Name         string          `json:"name"`
	Kind         string          `json:"kind"` // guarantee, letter_of_credit or insurance
	Amount       Money           `json:"amount"`
	CoverPercent decimal.Decimal `json:"cover_percent"`
	ValidFrom    Date            `json:"valid_from,omitzero"`
	ValidUntil   Date            `json:"valid_until,omitzero"`
	Reason       string          `json:"reason"`
}

// CreditStanding is where a customer stands with its seller: the customer above it, if any, its risk class, and which business is
// not done with it.
type CreditStanding struct {
	CustomerID string      `json:"customer_id"`
	ParentID   string      `json:"parent_id"`
	RiskClass  string      `json:"risk_class"`
	Block      CreditBlock `json:"block"`
}

// CreditStandingChange changes what it names of a customer's standing (the fact "credit_standing"). An empty ParentID takes the
// customer out of its group.
type CreditStandingChange struct {
	CustomerID string       `json:"customer_id"`
	ParentID   *string      `json:"parent_id,omitempty"`
	RiskClass  *string      `json:"risk_class,omitempty"`
	Block      *CreditBlock `json:"block,omitempty"`
	Reason     string       `json:"reason"`
}

// Of is the standing with the change.
func (c CreditStandingChange) Of(s CreditStanding) CreditStanding {
	if c.ParentID != nil {
		s.ParentID = *c.ParentID
	}
	if c.RiskClass != nil {
		s.RiskClass = *c.RiskClass
	}
	if c.Block != nil {
		s.Block = *c.Block
	}
	return s
}

// Words says a standing in a sentence.
func (s CreditStanding) Words() string {
	words := []string{"risk class " + s.RiskClass, "block " + strings.ReplaceAll(string(s.Block), "_", " ")}
	if s.ParentID != "" {
		words = append(words, "below "+s.ParentID)
	}
	return strings.Join(words, ", ")
}
