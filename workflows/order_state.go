package workflows

import (
	"time"

	"o2c/models"
)

// OrderState is the input of an order's workflow, and all that one run hands to the next. {order_id} starts a new order;
// {order_id, resume: true} brings one back for a message that came after it closed.
type OrderState struct {
	OrderID  string               `json:"order_id"`
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

// Message is something that a signal told the order.
type Message struct {
	Signal     string             `json:"signal"`
	ID         string             `json:"id,omitempty"`
	Receivable *models.Receivable `json:"receivable,omitempty"`
}

// Parking is why an order can't take its next step.
type Parking struct {
	Code   string `json:"code"`
	Detail string `json:"detail"`
	Step   string `json:"step"`
	Fact   string `json:"fact,omitempty"` // the fact of the inbox that the step deals with
}

const defaultHistoryLimit = 500
