package models

import (
	"fmt"
	"strings"
)

// Document series (definitions, "Numbering").
const (
	InvoiceSeries    = "INV"
	CreditNoteSeries = "CN"
	DebitNoteSeries  = "DN"

	ProformaSeries             = "PF"
	PrepaymentInvoiceSeries    = "PI"
	PrepaymentCreditNoteSeries = "PCN"
)

// DocumentNumber writes a number of a series: INV-2026-000001.
func DocumentNumber(series string, year int, sequence int64) string {
	return fmt.Sprintf("%s-%d-%06d", series, year, sequence)
}

// IsProforma says whether a number is one of a pro-forma.
func IsProforma(number string) bool { return strings.HasPrefix(number, ProformaSeries+"-") }
