package models

import (
	"cmp"
	"slices"
	"time"
)

// ShipmentEventKind is what can be told of a shipment on its way.
type ShipmentEventKind string

// What carriers tell.
const (
	ShipmentPicked    ShipmentEventKind = "picked"
	ShipmentPacked    ShipmentEventKind = "packed"
	ShipmentShipped   ShipmentEventKind = "shipped"
	ShipmentInTransit ShipmentEventKind = "in_transit"
	ShipmentDelivered ShipmentEventKind = "delivered"
	ShipmentRefused   ShipmentEventKind = "refused" // by who should have got it
	ShipmentLost      ShipmentEventKind = "lost"
)

// Event is the kind of the timeline's row.
func (k ShipmentEventKind) Event() string {
	if k == ShipmentDelivered {
		return string(k)
	}
	return "shipment-" + string(k)
}

// CarrierEvent is what a carrier tells of a shipment (the fact "carrier_event"). EventID is the carrier's, At when it happened.
type CarrierEvent struct {
	ShipmentID string            `json:"shipment_id"`
	EventID    string            `json:"event_id"`
	Kind       ShipmentEventKind `json:"kind"`
	At         time.Time         `json:"at"`
	Location   string            `json:"location,omitempty"`
	SignedBy   string            `json:"signed_by,omitempty"` // of a delivery
	Note       string            `json:"note,omitempty"`
}

// Words says what happened.
func (e CarrierEvent) Words() string {
	words := string(e.Kind)
	if e.Location != "" {
		words += " in " + e.Location
	}
	if e.Note != "" {
		words += " (" + e.Note + ")"
	}
	return words
}

// Contradicts says why an event can't be told that has the id of this one, or nil when it is the same: "event-id-taken". Instants are
// compared at the microsecond, at which they are kept.
func (e CarrierEvent) Contradicts(again CarrierEvent) *Error {
	if !e.At.Truncate(time.Microsecond).Equal(again.At.Truncate(time.Microsecond)) || e.Kind != again.Kind || e.SignedBy != again.SignedBy {
		return Conflict("event-id-taken", "the event %q was told before as %s at %s", clip(e.EventID), e.Kind, e.At.UTC().Format(time.RFC3339))
	}
	return nil
}

// ShipmentState is where a shipment stands, with the proof of its delivery.
type ShipmentState struct {
	State       string // shipped, delivered, refused or lost
	DeliveredAt *time.Time
	SignedBy    string
}

// FoldShipment says where a shipment stands after all that was told of it: the same for any order in which it came, and however often.
// The latest of what ends a way counts (a shipment that was refused or lost can be delivered later), of one instant the delivery before the
// refusal before the loss; what happens on the way does not take an end back, and until there is one it is shipped. Of several deliveries the
// earliest is the proof.
func FoldShipment(events []CarrierEvent) ShipmentState {
	ends := map[ShipmentEventKind]int{ShipmentLost: 1, ShipmentRefused: 2, ShipmentDelivered: 3}
	sorted := slices.Clone(events)
	slices.SortFunc(sorted, func(a, b CarrierEvent) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(ends[a.Kind], ends[b.Kind]), cmp.Compare(a.EventID, b.EventID))
	})
	s := ShipmentState{State: string(ShipmentShipped)}
	var proof *CarrierEvent
	for i, e := range sorted {
		if ends[e.Kind] == 0 {
			continue
		}
		s.State = string(e.Kind)
		if e.Kind == ShipmentDelivered && proof == nil {
			proof = &sorted[i]
		}
	}
	if s.State == string(ShipmentDelivered) {
		s.DeliveredAt, s.SignedBy = &proof.At, proof.SignedBy
	}
	return s
}
