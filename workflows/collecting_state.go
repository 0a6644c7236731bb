package workflows

import (
	"time"

	"o2c/models"
)

// CollectingState is what one run of a workflow that collects hands to the next; it is a part of the input of each. Resume brings
// one back for a message that came after it closed.
type CollectingState struct {
	Resume   bool                 `json:"resume,omitempty"`
	Progress models.OrderProgress `json:"progress,omitzero"`
	Inbox    []Message            `json:"inbox,omitempty"`    // heard and not dealt with
	Seen     []string             `json:"seen,omitempty"`     // ids of the facts that were heard
	Versions map[string]int       `json:"versions,omitempty"` // the newest version that was heard of each invoice
	Parked   *Parking             `json:"parked,omitempty"`
	// Skipped is how far the customer's clock runs ahead of the engine's at the start, where the start can't be delayed by it.
	Skipped time.Duration `json:"skipped,omitempty"`
	// HistoryLimit is how many events a run may have before it continues as new; 0 is the default.
	HistoryLimit int `json:"history_limit,omitempty"`
}

// Message is something that a signal told a workflow that collects.
type Message struct {
	Signal     string             `json:"signal"`
	ID         string             `json:"id,omitempty"`
	Receivable *models.Receivable `json:"receivable,omitempty"`
}

// Parking is why a step can't be taken.
type Parking struct {
	Code   string `json:"code"`
	Detail string `json:"detail"`
	Step   string `json:"step"`
	Fact   string `json:"fact,omitempty"` // the fact of the inbox that the step deals with
}

const defaultHistoryLimit = 500
