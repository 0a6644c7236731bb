// Package workflows of the intruder breaks the rules of its room; each line that the linters must refuse says so.
package workflows

import (
	"net/http" // want depguard
	"os"       // want depguard
	clock "time"

	"o2c/ledger" // want depguard
	"o2c/models"
)

// Order is not deterministic.
func Order() (models.Price, string, clock.Time) {
	_ = ledger.Post
	return 0, os.Getenv("HOME") + http.MethodGet, clock.Now() // want forbidigo
}
