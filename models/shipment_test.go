package models

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// Whatever carriers tell, in whatever order and however often: the same events give the same state.
func TestFoldShipmentIsTheSameInAnyOrder(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, time.March, 4, 10, 0, 0, 0, time.UTC)
	kinds := []ShipmentEventKind{ShipmentPicked, ShipmentPacked, ShipmentShipped, ShipmentInTransit, ShipmentDelivered, ShipmentRefused, ShipmentLost}
	rapid.Check(t, func(t *rapid.T) {
		var events []CarrierEvent
		for n := range rapid.IntRange(0, 6).Draw(t, "events") {
			event := CarrierEvent{
				EventID: fmt.Sprint(n), Kind: rapid.SampledFrom(kinds).Draw(t, "kind"),
				At: start.Add(time.Duration(rapid.IntRange(0, 3).Draw(t, "hour")) * time.Hour), // often the same
			}
			if event.Kind == ShipmentDelivered {
				event.SignedBy = fmt.Sprint("signature ", n)
			}
			events = append(events, event)
		}
		want := FoldShipment(events)
		again := rapid.Permutation(events).Draw(t, "again")
		for range rapid.IntRange(0, 3).Draw(t, "duplicates") {
			if len(events) > 0 {
				again = append(again, rapid.SampledFrom(events).Draw(t, "duplicate"))
			}
		}
		if diff := cmp.Diff(want, FoldShipment(rapid.Permutation(again).Draw(t, "and again"))); diff != "" {
			t.Fatalf("another order, another state:\n%s", diff)
		}
		if (want.State == "delivered") != (want.DeliveredAt != nil) {
			t.Fatalf("%+v", want)
		}
	})
}

func TestFoldShipment(t *testing.T) {
	t.Parallel()
	at := func(hour int) time.Time { return time.Date(2026, time.March, 4, hour, 0, 0, 0, time.UTC) }
	for name, c := range map[string]struct {
		events []CarrierEvent
		state  string
	}{
		"nothing is told":                            {nil, "shipped"},
		"on its way":                                 {[]CarrierEvent{{Kind: ShipmentInTransit, At: at(9)}, {Kind: ShipmentPicked, At: at(10)}}, "shipped"},
		"delivered, and a late scan":                 {[]CarrierEvent{{Kind: ShipmentDelivered, At: at(9)}, {Kind: ShipmentInTransit, At: at(10)}}, "delivered"},
		"refused, and delivered the second time":     {[]CarrierEvent{{Kind: ShipmentDelivered, At: at(11)}, {Kind: ShipmentRefused, At: at(9)}}, "delivered"},
		"lost and found":                             {[]CarrierEvent{{Kind: ShipmentLost, At: at(9)}, {Kind: ShipmentDelivered, At: at(10)}}, "delivered"},
		"left at the door, and refused by the owner": {[]CarrierEvent{{Kind: ShipmentDelivered, At: at(9)}, {Kind: ShipmentRefused, At: at(10)}}, "refused"},
		"both in one instant":                        {[]CarrierEvent{{Kind: ShipmentRefused, At: at(9)}, {Kind: ShipmentDelivered, At: at(9)}}, "delivered"},
	} {
		if got := FoldShipment(c.events).State; got != c.state {
			t.Errorf("%s: %s, want %s", name, got, c.state)
		}
	}
}
