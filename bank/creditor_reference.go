package bank

import (
	"fmt"
	"regexp"
	"strings"
)

// CreditorReference makes the ISO 11649 reference of an invoice from the letters and digits of its number: "RF", two check
// digits (98 − the number that the reference with 00 stands for, mod 97), at most 21 characters.
func CreditorReference(number string) string {
	body := notAlphanumeric.ReplaceAllString(strings.ToUpper(number), "")
	return fmt.Sprintf("RF%02d%s", 98-mod97(body+"RF00"), body)
}

// ValidCreditorReference checks an ISO 11649 reference without spaces: with its first four characters moved to the end and
// A = 10 … Z = 35 it must be 1 mod 97.
func ValidCreditorReference(s string) bool {
	return creditorReference.MatchString(s) && mod97(s[4:]+s[:4]) == 1
}

var (
	notAlphanumeric   = regexp.MustCompile(`[^A-Z0-9]`)
	creditorReference = regexp.MustCompile(`^RF[0-9]{2}[A-Z0-9]{1,21}$`)
)

func mod97(s string) int {
	rest := 0
	for _, c := range s {
		if c >= 'A' && c <= 'Z' {
			rest = (rest*100 + int(c-'A') + 10) % 97
		} else {
			rest = (rest*10 + int(c-'0')) % 97
		}
	}
	return rest
}
