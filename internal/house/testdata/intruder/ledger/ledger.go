// Package ledger of the intruder breaks the rules of its room; each line that the linters must refuse says so.
package ledger

import (
	"net/http" // want depguard
	"strconv"
)

// Post reads an amount as a float.
func Post(s string) string {
	f, err := strconv.ParseFloat(s, 64) // want forbidigo
	if err != nil || f > 1 {
		return http.MethodPost
	}
	return ""
}
