package models

import "fmt"

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
