package api

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"testing"
	"time"
)

// What a carrier tells comes twice and in any order; all of it is kept once, and the shipment stands in the end where it was last seen.
func TestCarrierEventsComeTwiceAndInAnyOrder(t *testing.T) {
	t.Parallel()
	l := startLive(t)
	l.work(postbox{})
	order, _ := l.shippedOrder()
	var shipment string
	if err := l.db.QueryRow(t.Context(), `SELECT id FROM shipments WHERE order_id = $1`, order).Scan(&shipment); err != nil {
		t.Fatal(err)
	}
	path := "/shipments/" + shipment
	at := func(hours int) string {
		return time.Now().Add(time.Duration(hours) * time.Hour).UTC().Truncate(time.Hour).Format(time.RFC3339)
	}
	events := []string{
		fmt.Sprintf(`{"event_id": "1", "kind": "picked", "at": %q}`, at(-3)),
		fmt.Sprintf(`{"event_id": "2", "kind": "in_transit", "at": %q, "location": "Leipzig"}`, at(2)),
		fmt.Sprintf(`{"event_id": "3", "kind": "refused", "at": %q, "note": "Nobody there"}`, at(20)),
		fmt.Sprintf(`{"event_id": "4", "kind": "delivered", "at": %q, "signed_by": "A. Smith"}`, at(40)),
		fmt.Sprintf(`{"event_id": "5", "kind": "in_transit", "at": %q}`, at(41)), // a late scan
	}
	told := append(append([]string{}, events...), events...)
	rand.Shuffle(len(told), func(i, j int) { told[i], told[j] = told[j], told[i] })
	for _, event := range told {
		l.must(http.StatusAccepted, http.MethodPost, path+"/events", warehouse, event)
	}
	l.must(http.StatusOK, http.MethodGet, path, auditor, "").is(t, map[string]string{
		"state": "delivered", "delivered_at": at(40), "signed_by": "A. Smith", "events.0.event_id": "1", "events.4.event_id": "5", "events.5": "", "events.1.location": "Leipzig",
	})
	l.refused("event-id-taken", l.must(http.StatusConflict, http.MethodPost, path+"/events", warehouse, fmt.Sprintf(`{"event_id": "4", "kind": "lost", "at": %q}`, at(40))))
	l.refused("delivered-before-shipped", l.must(http.StatusUnprocessableEntity, http.MethodPost, path+"/events", warehouse, `{"event_id": "6", "kind": "delivered", "at": "2001-01-01T00:00:00Z"}`))
	l.refused("not-delivered", l.must(http.StatusUnprocessableEntity, http.MethodPost, path+"/events", warehouse, fmt.Sprintf(`{"event_id": "6", "kind": "lost", "at": %q, "signed_by": "x"}`, at(1))))
	l.refused("invalid-request", l.must(http.StatusUnprocessableEntity, http.MethodPost, path+"/events", warehouse, fmt.Sprintf(`{"event_id": "6", "kind": "eaten", "at": %q}`, at(1))))
	l.must(http.StatusForbidden, http.MethodPost, path+"/events", sales, events[0])
	l.must(http.StatusNotFound, http.MethodPost, "/shipments/shp_none/events", warehouse, events[0])
	l.must(http.StatusAccepted, http.MethodPost, path+"/events", warehouse, fmt.Sprintf(`{"event_id": "7", "kind": "lost", "at": %q}`, at(60))).is(t, map[string]string{"state": "lost", "delivered_at": "<nil>"})
}
