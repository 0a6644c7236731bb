package postgres_test

import "maps"

const (
	aReturn  = `INSERT INTO returns (id, order_id, customer_id, requested_by, requested_at, state, receipt_id, warehouse_id, disposition, received_by, received_at) VALUES `
	openOne  = aReturn + `('ret_2', 'ord_1', 'acme', 'sales', now(), 'requested', NULL, NULL, NULL, NULL, NULL); `
	itsLine  = `INSERT INTO return_lines (return_id, order_id, line, quantity, reason) VALUES ('ret_2', 'ord_1', 1, 3, 'other'); `
	cameBack = `INSERT INTO return_deliveries (return_id, order_id, line, shipment_id, quantity, effect, invoice, invoice_line) VALUES `

	// Another shipment of a nail that came back, in place of it, and one that is not billed yet.
	inItsPlace = `INSERT INTO shipments (id, order_id, warehouse_id, shipped_at, confirmed_by, return_id) VALUES ('shp_2', 'ord_1', 'main', now(), 'warehouse', 'ret_1'); `
	notBilled  = `INSERT INTO shipments (id, order_id, warehouse_id, shipped_at, confirmed_by) VALUES ('shp_3', 'ord_1', 'main', now(), 'warehouse'); ` +
		`INSERT INTO shipment_lines (shipment_id, order_id, line, quantity) VALUES ('shp_3', 'ord_1', 1, 2); `
)

func init() {
	maps.Copy(breaks, map[string]map[string]string{
		"order_lines_returned_as": {
			"more replaced than came back":                  `UPDATE order_lines SET replaced = 1.000001`,
			"more taken off the bill than came back":        `UPDATE order_lines SET invoiced = 0, returned_unbilled = 1.000001`,
			"one unit replaced and taken off the bill both": `UPDATE order_lines SET invoiced = 0, returned_unbilled = 1, replaced = 1`,
		},
		"returns_state":        {"lost": aReturn + `('x', 'ord_1', 'acme', 'sales', now(), 'lost', 'x', 'main', NULL, 'x', now())`},
		"returns_disposition":  {"burnt": aReturn + `('x', 'ord_1', 'acme', 'sales', now(), 'settled', 'x', 'main', 'burn', 'x', now())`},
		"returns_receipt_once": {"a second one by one receipt": aReturn + `('x', 'ord_1', 'acme', 'sales', now(), 'settled', 'rrc_1', 'main', 'credit', 'x', now())`},
		"returns_received": {
			"received and still asked for": aReturn + `('x', 'ord_1', 'acme', 'sales', now(), 'requested', 'x', 'main', NULL, 'x', now())`,
			"settled by nobody":            aReturn + `('x', 'ord_1', 'acme', 'sales', now(), 'settled', 'x', 'main', 'credit', NULL, now())`,
			"refused and credited":         aReturn + `('x', 'ord_1', 'acme', 'sales', now(), 'refused', 'x', 'main', 'credit', 'x', now())`,
			"settled without a way":        aReturn + `('x', 'ord_1', 'acme', 'sales', now(), 'settled', 'x', 'main', NULL, 'x', now())`,
		},
		"return_lines_quantity": {"nothing": `UPDATE return_lines SET quantity = 0`},
		"return_lines_received": {
			"more than was asked for": `UPDATE return_lines SET received = 2.000001`,
			"more than came":          `UPDATE return_lines SET restocked = 1.000001`,
		},
		"return_lines_reason":        {"a whim": `UPDATE return_lines SET reason = 'whim'`},
		"return_deliveries_quantity": {"nothing": cameBack + `('ret_1', 'ord_1', 1, 'x', 0, 'unbilled', NULL, NULL)`},
		"return_deliveries_effect":   {"a shrug": cameBack + `('ret_1', 'ord_1', 1, 'x', 1, 'shrug', NULL, NULL)`},
		"return_deliveries_credited": {
			"on no invoice":                     cameBack + `('ret_1', 'ord_1', 1, 'x', 1, 'credited', NULL, NULL)`,
			"on half of one":                    cameBack + `('ret_1', 'ord_1', 1, 'x', 1, 'credited', 'INV-2026-000001', NULL)`,
			"taken off the bill that stands on": cameBack + `('ret_1', 'ord_1', 1, 'x', 1, 'replaced', 'INV-2026-000001', 1)`,
		},
		"shipment_events_kind":   {"eaten": `INSERT INTO shipment_events (shipment_id, event_id, kind, at, told_by) VALUES ('shp_1', 'x', 'eaten', now(), 'x')`},
		"shipment_events_signed": {"signed for on the way": `INSERT INTO shipment_events (shipment_id, event_id, kind, at, signed_by, told_by) VALUES ('shp_1', 'x', 'in_transit', now(), 'x', 'x')`},
		"shipments_state":        {"eaten": `UPDATE shipments SET state = 'eaten'`},
		"shipments_delivered": {
			"at no time":       `UPDATE shipments SET state = 'delivered'`,
			"and lost":         `UPDATE shipments SET state = 'lost', delivered_at = now()`,
			"signed for, only": `UPDATE shipments SET signed_by = 'x'`,
		},
		"shipments_replace_once": {"replaced twice": inItsPlace + `UPDATE shipments SET return_id = 'ret_1' WHERE id = 'shp_1'`},
	})
	maps.Copy(passes, map[string][]passing{
		"returns_ended_once": {
			{"returns_ended_once", `UPDATE returns SET state = 'requested', receipt_id = NULL, warehouse_id = NULL, disposition = NULL, received_by = NULL, received_at = NULL`},
			{"returns_ended_once", `UPDATE returns SET disposition = 'refund'`},
		},
		"return_deliveries_delivered": {
			{"return_deliveries_delivered", openOne + itsLine + cameBack + `('ret_2', 'ord_1', 1, 'shp_1', 4.000001, 'credited', 'INV-2026-000001', 1)`},
			{"return_deliveries_delivered", openOne + itsLine + cameBack + `('ret_2', 'ord_1', 1, 'shp_1', 1, 'unbilled', NULL, NULL)`}, // it is billed
			{"return_deliveries_delivered", openOne + itsLine + notBilled + cameBack + `('ret_2', 'ord_1', 1, 'shp_3', 1, 'credited', 'INV-2026-000001', 1)`},
			{"return_deliveries_delivered", openOne + itsLine + notBilled + cameBack + `('ret_2', 'ord_1', 1, 'shp_3', 2.000001, 'unbilled', NULL, NULL)`},
		},
		"shipment_lines_replaced": {
			{"shipment_lines_replaced", inItsPlace + `INSERT INTO shipment_lines (shipment_id, order_id, line, quantity) VALUES ('shp_2', 'ord_1', 1, 1)`}, // it was credited
		},
	})
	passes["invoice_lines_delivered"] = append(passes["invoice_lines_delivered"],
		passing{"invoice_lines_delivered", openOne + itsLine + notBilled + cameBack + `('ret_2', 'ord_1', 1, 'shp_3', 1, 'unbilled', NULL, NULL); ` +
			`INSERT INTO invoice_lines SELECT (jsonb_populate_record(l, '{"line": 2, "shipment_id": "shp_3", "quantity": 1.000001}')).* FROM invoice_lines l`},
		passing{"invoice_lines_delivered", inItsPlace + `ALTER TABLE shipment_lines DISABLE TRIGGER shipment_lines_replaced; ` +
			`INSERT INTO shipment_lines (shipment_id, order_id, line, quantity) VALUES ('shp_2', 'ord_1', 1, 1); ` +
			`INSERT INTO invoice_lines SELECT (jsonb_populate_record(l, '{"line": 2, "shipment_id": "shp_2", "quantity": 1}')).* FROM invoice_lines l`})
}
