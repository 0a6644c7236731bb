package models_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"o2c/models"
)

func TestCheckOrder(t *testing.T) {
	t.Parallel()
	home := models.Address{Line1: "1 Street", City: "Town", Postcode: "1", Country: "DE"}
	for name, c := range map[string]struct {
		order models.Order
		line  models.LineRequest
		want  []string
	}{
		"all of it":                     {models.Order{PONumber: "PO-1/a", DeliveryTerms: "DAP Hamburg", ShipTo: &home, RequestedDate: day("2026-12-01")}, models.LineRequest{POLine: "10", ShipTo: &home}, nil},
		"a number on two lines":         {models.Order{PONumber: "PO\n1"}, models.LineRequest{}, []string{"/po_number invalid-text"}},
		"references with control codes": {models.Order{BuyerReference: "\x07", ContractReference: "a\tb", ProjectReference: "a\u2028b"}, models.LineRequest{}, []string{"/buyer_reference invalid-text", "/contract_reference invalid-text", "/project_reference invalid-text"}},
		"a line's text on two lines":    {models.Order{}, models.LineRequest{POLine: "1\r", Description: "a\u0085b"}, []string{"/lines/0/po_line invalid-text", "/lines/0/description invalid-text"}},
		"a date in ten years is taken":  {models.Order{RequestedDate: day("2036-12-31")}, models.LineRequest{}, nil},
		"dates far away":                {models.Order{RequestedDate: day("2037-01-01")}, models.LineRequest{RequestedDate: day("1901-01-02")}, []string{"/requested_date invalid-date", "/lines/0/requested_date invalid-date"}},
		"an address of blanks":          {models.Order{BillTo: &models.Address{Line1: " ", City: "\t", Postcode: " ", Country: "D"}}, models.LineRequest{}, []string{"/bill_to/line1 invalid-address", "/bill_to/city invalid-address", "/bill_to/city invalid-text", "/bill_to/postcode invalid-address", "/bill_to/country invalid-country"}},
		"a line's address":              {models.Order{}, models.LineRequest{ShipTo: &models.Address{Line1: "a", City: "b", Postcode: "c", Region: "d\ne", Country: "DE"}}, []string{"/lines/0/ship_to/region invalid-text"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, codesAt(models.CheckOrder(c.order, []models.LineRequest{c.line}, day("2026-11-22")))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
