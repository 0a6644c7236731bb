package models

import (
	"cmp"
	"strconv"
)

// ItemKey names what is dunned by itself: an instalment of an invoice, or the part of it that a dispute set apart. With the level it
// is the key of a notice.
type ItemKey struct {
	Invoice    string `json:"invoice"`
	Instalment int    `json:"instalment,omitempty"` // from 1; 0: the invoice is due at once
	Part       string `json:"part,omitempty"`       // the dispute; "": the item itself
}

// Compare orders items by invoice, instalment and part.
func (k ItemKey) Compare(other ItemKey) int {
	return cmp.Or(cmp.Compare(k.Invoice, other.Invoice), cmp.Compare(k.Instalment, other.Instalment), cmp.Compare(k.Part, other.Part))
}

// String writes the item for people: "INV-2026-000001", "instalment 2 of INV-2026-000001".
func (k ItemKey) String() string {
	text := k.Invoice
	if k.Instalment > 0 {
		text = "instalment " + strconv.Itoa(k.Instalment) + " of " + text
	}
	if k.Part != "" {
		text = "the disputed part of " + text
	}
	return text
}

// Claim is an instalment with what is open of it.
type Claim struct {
	Instalment int // from 1; 0: the only one
	Due        Date
	Open       Money
	Disputed   Money
	Promised   Money
}

// Claims spreads what is settled, disputed and promised of an invoice over its instalments, in their order. Money fills the
// instalments by due date and settles what is disputed last, so a dispute lies on the last ones; a promise, as the money that
// it will bring, on the first. All that is open, disputed or promised is in exactly one; what exceeds the open amount in none.
func Claims(schedule []Instalment, settled, disputed, promised Money) []Claim {
	claims := make([]Claim, len(schedule))
	open := OpenInstalments(schedule, settled)
	for i := len(schedule) - 1; i >= 0; i-- {
		claims[i] = Claim{Due: schedule[i].DueDate, Open: open[i], Disputed: Min(disputed, open[i])}
		disputed = disputed.Sub(claims[i].Disputed)
		if len(schedule) > 1 {
			claims[i].Instalment = i + 1
		}
	}
	for i := range claims {
		claims[i].Promised = Min(promised, claims[i].Open.Sub(claims[i].Disputed))
		promised = promised.Sub(claims[i].Promised)
	}
	return claims
}
