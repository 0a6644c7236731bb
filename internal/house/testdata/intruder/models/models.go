// Package models of the intruder breaks the rules of its room; each line that the linters must refuse says so.
package models

import (
	"net/http" // want depguard
	"os"       // want depguard
	"time"
)

// Price is a float.
type Price float64 // want forbidigo

// Today asks the machine.
func Today() (time.Time, string, string) {
	return time.Now(), os.Getenv("TZ"), http.MethodGet // want forbidigo
}
