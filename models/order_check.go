package models

import "strconv"

// maxYears is how far from the day of its entry a date of an order, or the value date of a payment, may be.
const maxYears = 10

// CheckNear refuses a date that is absurdly far from today: "invalid-date".
func CheckNear(d, today Date) *Error {
	if years := d.Year() - today.Year(); years > maxYears || years < -maxYears {
		return Invalid("invalid-date", "%s is more than %d years from today, %s", d, maxYears, today)
	}
	return nil
}

// CheckOrder checks what a customer writes on an order, on the day of its entry: references stand on one line, addresses are
// complete, dates are not absurdly far. It returns all faults, each with its JSON pointer.
func CheckOrder(order Order, lines []LineRequest, today Date) []*Error {
	var faults []*Error
	text := func(pointer, value string) {
		if err := checkLine(value); err != nil {
			faults = append(faults, err.At(pointer))
		}
	}
	date := func(pointer string, d Date) {
		if d.IsZero() {
			return
		}
		if fault := CheckNear(d, today); fault != nil {
			faults = append(faults, fault.At(pointer))
		}
	}
	text("/po_number", order.PONumber)
	text("/delivery_terms", order.DeliveryTerms)
	text("/buyer_reference", order.BuyerReference)
	text("/contract_reference", order.ContractReference)
	text("/project_reference", order.ProjectReference)
	date("/requested_date", order.RequestedDate)
	faults = append(faults, order.ShipTo.check("/ship_to")...)
	faults = append(faults, order.BillTo.check("/bill_to")...)
	faults = append(faults, checkMilestones(order.Milestones)...)
	for i, line := range lines {
		at := "/lines/" + strconv.Itoa(i)
		text(at+"/po_line", line.POLine)
		text(at+"/description", line.Description)
		date(at+"/requested_date", line.RequestedDate)
		faults = append(faults, line.ShipTo.check(at+"/ship_to")...)
	}
	return faults
}
