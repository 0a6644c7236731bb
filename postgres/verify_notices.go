package postgres

// What a customer is told of its orders, each once: the keys of messages are their facts.
var noticeInvariants = []Invariant{
	{Name: "orders-confirmed", Meaning: "the present version of every order that is approved and offered to the warehouses is confirmed", query: `
		SELECT id, format('version %s is approved, version %s confirmed', version, confirmed_version)
		  FROM orders WHERE approved AND allocated AND stage <> 'closed' AND confirmed_version < version`},

	{Name: "confirmations-queued", Meaning: "every version that is confirmed has its message", query: `
		SELECT id, format('version %s is confirmed by no message', confirmed_version)
		  FROM orders o
		 WHERE confirmed_version > 0
		   AND NOT EXISTS (SELECT FROM messages WHERE key = 'order-confirmation/' || o.id || '/' || o.confirmed_version)`},

	{Name: "shipments-announced", Meaning: "every shipment of an order that is confirmed by messages has its notice", query: `
		SELECT s.id, format('a shipment of %s of which no message tells', s.order_id)
		  FROM shipments s JOIN orders o ON o.id = s.order_id
		 WHERE o.confirmed_version IS NOT NULL AND NOT EXISTS (SELECT FROM messages WHERE key = 'shipping-notice/' || s.id)`},
}
