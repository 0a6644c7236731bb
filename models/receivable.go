package models

import (
	"fmt"
	"slices"
	"time"
)

// Receivable is an invoice as its order's workflow knows it. Version counts the changes of the open item: of two messages
// the higher version is the truth, whatever the order in which they come.
type Receivable struct {
	Invoice  string         `json:"invoice"`
	Version  int            `json:"version"`
	DueDate  Date           `json:"due_date"`
	Open     Money          `json:"open"`
	Disputed Money          `json:"disputed"`
	Next     *PlannedNotice `json:"next,omitempty"` // nil: nothing is to be dunned
	// Waits is what else comes due of it: a promise that is judged, a hold that ends.
	Waits []DueStep `json:"waits,omitempty"`
}

// Steps lists all that it waits for.
func (r Receivable) Steps() []DueStep {
	steps := slices.Clone(r.Waits)
	if r.Next != nil {
		steps = append(steps, DueStep{Kind: DueNotice, At: r.Next.At, Item: ItemKey{Invoice: r.Invoice, Instalment: r.Next.Instalment}, Notice: r.Next})
	}
	return steps
}

// Settled is true when nothing is open.
func (r Receivable) Settled() bool { return r.Open.IsZero() }

// PlannedNotice is one step of a dunning plan at its recorded instant.
type PlannedNotice struct {
	Instalment int       `json:"instalment,omitempty"` // of its invoice, from 1; 0: it has none
	Level      int       `json:"level"`
	At         time.Time `json:"at"`
	Channel    string    `json:"channel"`
	Action     string    `json:"action"`
}

// Purpose names the notice in words, for a timer or a status.
func (n PlannedNotice) Purpose(invoice string) string {
	if n.Instalment > 0 {
		invoice = ItemKey{Invoice: invoice, Instalment: n.Instalment}.String()
	}
	switch {
	case n.Action == ActionAgency:
		return "agency hand-over of " + invoice
	case n.Level == 0:
		return "reminder of " + invoice + " before it is due"
	default:
		return fmt.Sprintf("dunning level %d of %s", n.Level, invoice)
	}
}

// Merge takes news of a receivable into a list: the higher version wins, a settled one leaves the list, one that is not
// known yet is added. The list stays in the order in which invoices became known.
func Merge(known []Receivable, news Receivable) []Receivable {
	merged := make([]Receivable, 0, len(known)+1)
	found := false
	for _, r := range known {
		if r.Invoice == news.Invoice {
			found = true
			if news.Version > r.Version {
				r = news
			}
		}
		if !r.Settled() {
			merged = append(merged, r)
		}
	}
	if !found && !news.Settled() {
		merged = append(merged, news)
	}
	return merged
}
