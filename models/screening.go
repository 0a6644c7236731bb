package models

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/shopspring/decimal"
)

// BlockedParty is the code of the finding of an order of which a party is on a list.
const BlockedParty = "blocked-party"

// ScreeningList is a list of parties with whom no business is done, such as one of sanctions. A version replaces the whole of it.
type ScreeningList struct {
	Name       string           `json:"name"`
	Version    int              `json:"version"`
	Similarity decimal.Decimal  `json:"similarity"` // how alike two names have to be, from 0.4 to 1: the trigrams that they share ÷ all that they have
	Entries    []ScreeningEntry `json:"entries"`
}

// ScreeningEntry is a party on a list. Reference is its own in the list, by which it stays the same from version to version.
type ScreeningEntry struct {
	Reference  string   `json:"reference"`
	Name       string   `json:"name"`
	Aliases    []string `json:"aliases"`
	Country    string   `json:"country"` // ISO 3166-1 alpha-2; for whoever decides: a hit in another country is a hit
	Source     string   `json:"source"`  // where it comes from
	ValidFrom  Date     `json:"valid_from,omitzero"`
	ValidUntil Date     `json:"valid_until,omitzero"`
}

// ScreeningChange is a version of a list that was uploaded, by which open orders are looked at again.
type ScreeningChange struct {
	List    string `json:"list"`
	Version int    `json:"version"`
}

// ScreeningHit is an entry of a list that a party of an order looks like.
type ScreeningHit struct {
	Role       string          `json:"role"` // sold_to, payer, bill_to or ship_to
	Party      string          `json:"party"`
	Compared   string          `json:"compared"` // the party's name as it is compared
	EntryID    int64           `json:"entry_id"`
	List       string          `json:"list"`
	Reference  string          `json:"reference"`
	Name       string          `json:"name"`
	Country    string          `json:"country"`
	Matched    string          `json:"matched"` // the entry's name or alias that it looks like, as it is compared
	Similarity decimal.Decimal `json:"similarity"`
	Cause      string          `json:"cause"` // the check or the list's change that found it
}

// Finding is why a person has to look at the order.
func (h ScreeningHit) Finding() Finding {
	entry := h.Name
	if h.Country != "" {
		entry += ", " + h.Country
	}
	return Finding{Code: BlockedParty, Hit: &h, Detail: fmt.Sprintf("%s %q looks like %s %s (%s), similarity %s",
		strings.ReplaceAll(h.Role, "_", "-"), h.Party, h.List, h.Reference, entry, h.Similarity)}
}

// The bounds of a list. Below minSimilarity everybody looks like somebody.
var minSimilarity, maxSimilarity = decimal.New(4, -1), decimal.New(1, 0)

const (
	similarityDigits = 4
	maxReference     = 100
)

// Validate checks a list for itself and returns all faults, each with its JSON pointer: "invalid-screening-list".
func (l *ScreeningList) Validate() []*Error {
	var faults []*Error
	fault := func(at, format string, args ...any) {
		faults = append(faults, Invalid("invalid-screening-list", format, args...).At(at))
	}
	if l.Similarity.LessThan(minSimilarity) || l.Similarity.GreaterThan(maxSimilarity) || !l.Similarity.Equal(l.Similarity.Truncate(similarityDigits)) {
		fault("/similarity", "must be from %s to %s, with at most %d decimals", minSimilarity, maxSimilarity, similarityDigits)
	}
	name := func(at, text string) {
		if !strings.ContainsFunc(text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
			fault(at, "must have a letter or a digit")
		}
		if err := checkLine(text); err != nil {
			faults = append(faults, err.At(at))
		}
	}
	seen := map[string]bool{}
	for i, entry := range l.Entries {
		at := fmt.Sprintf("/entries/%d", i)
		if strings.TrimSpace(entry.Reference) == "" || len(entry.Reference) > maxReference {
			fault(at+"/reference", "must have 1 to %d characters", maxReference)
		}
		if seen[entry.Reference] {
			fault(at+"/reference", "%q is named twice", clip(entry.Reference))
		}
		seen[entry.Reference] = true
		name(at+"/name", entry.Name)
		for n, alias := range entry.Aliases {
			name(fmt.Sprintf("%s/aliases/%d", at, n), alias)
		}
		if entry.Country != "" && !countryCode.MatchString(entry.Country) {
			fault(at+"/country", "not an ISO 3166-1 alpha-2 code")
		}
		if !entry.ValidFrom.IsZero() && !entry.ValidUntil.IsZero() && entry.ValidUntil.Before(entry.ValidFrom) {
			fault(at+"/valid_until", "is before valid_from")
		}
	}
	return faults
}
