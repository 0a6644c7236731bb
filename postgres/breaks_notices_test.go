package postgres_test

import "maps"

func init() {
	maps.Copy(breaks, map[string]map[string]string{
		"orders_confirmed_version": {
			"a version that is not there": `UPDATE orders SET confirmed_version = 2`,
			"below nothing":               `UPDATE orders SET confirmed_version = -1`,
		},
		"messages_confirms_a_version": {
			"of no order":      `UPDATE messages SET kind = 'order_confirmation', key = 'order-confirmation/ord_1/1', order_id = NULL`,
			"of another order": `UPDATE messages SET kind = 'order_confirmation', key = 'order-confirmation/ord_2/1', order_id = 'ord_1'`,
			"of no version":    `UPDATE messages SET kind = 'order_confirmation', key = 'order-confirmation/ord_1/', order_id = 'ord_1'`,
			"once more":        `UPDATE messages SET kind = 'order_confirmation', key = 'order-confirmation/ord_1/1a', order_id = 'ord_1'`,
		},
		"messages_announces_a_shipment": {
			"of no order":    `UPDATE messages SET kind = 'shipping_notice', key = 'shipping-notice/shp_1', order_id = NULL`,
			"of no shipment": `UPDATE messages SET kind = 'shipping_notice', key = 'shipping-notice/', order_id = 'ord_1'`,
			"another key":    `UPDATE messages SET kind = 'shipping_notice', key = 'shp_1', order_id = 'ord_1'`,
		},
	})
}
