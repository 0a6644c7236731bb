// Package restless holds workflows that workflowcheck must refuse; each such function says so. It is no part of the product:
// `make lint` runs workflowcheck on it to see that the configuration bites.
package restless

import (
	crand "crypto/rand"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"time"

	"github.com/google/uuid"
	"go.temporal.io/sdk/workflow"
)

// The clock and the zone of the machine.
func Clock(workflow.Context) time.Time          { return time.Now() }                          // want
func Elapsed(workflow.Context) time.Duration    { return time.Since(time.Time{}) }             // want
func Remaining(workflow.Context) time.Duration  { return time.Until(time.Time{}) }             // want
func Zone(workflow.Context) *time.Location      { return time.Local }                          // want
func NamedZone(workflow.Context) *time.Location { l, _ := time.LoadLocation("CET"); return l } // want
func Timer(workflow.Context) *time.Timer        { return time.NewTimer(1) }                    // want

// Ids.
func ID(workflow.Context) string       { return uuid.NewString() }                 // want
func RawID(workflow.Context) uuid.UUID { return uuid.New() }                       // want
func LateID(workflow.Context) string   { return uuid.Must(uuid.NewV7()).String() } // want

// The machine.
func Environment(workflow.Context) string { return os.Getenv("TZ") }                 // want
func LookedUp(workflow.Context) bool      { _, ok := os.LookupEnv("TZ"); return ok } // want
func Host(workflow.Context) string        { h, _ := os.Hostname(); return h }        // want
func File(workflow.Context) []byte        { b, _ := os.ReadFile("x"); return b }     // want

// Chance, and the order of a map.
func Die(workflow.Context) int                           { return rand.IntN(6) }                 // want
func Secret(workflow.Context) string                     { return crand.Text() }                 // want
func Keys(_ workflow.Context, m map[string]int) []string { return slices.Collect(maps.Keys(m)) } // want
func Entries(_ workflow.Context, m map[string]int) (n int) { // want
	for range m {
		n++
	}
	return n
}

// One call away.
func Indirect(workflow.Context) string { return deeper() } // want
func deeper() string                   { return os.Getenv("TZ") }

// Quiet is deterministic, and says so where it has to.
func Quiet(ctx workflow.Context, m map[string]int) ([]string, time.Time) {
	//workflowcheck:ignore
	keys := slices.Sorted(maps.Keys(m))
	return keys, workflow.Now(ctx).UTC()
}
