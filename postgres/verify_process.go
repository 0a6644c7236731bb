package postgres

// What the process owes to those who told it something.
var processInvariants = []Invariant{
	{Name: "orders-entered", Meaning: "every order that was answered as accepted is entered within two minutes", query: `
		SELECT resource_id, format('accepted at %s, answered with %s, and never entered', claimed_at, response_status)
		  FROM claims
		 WHERE resource_id LIKE 'ord\_%' AND content IS NOT NULL AND response_status BETWEEN 200 AND 299 AND claimed_at < now() - interval '2 minutes'
		   AND NOT EXISTS (SELECT FROM orders WHERE id = claims.resource_id)`},

	{Name: "facts-carried-out", Meaning: "every accepted fact is carried out or refused within two minutes", query: `
		SELECT id, format('%s accepted at %s, neither carried out nor refused', kind, accepted_at)
		  FROM facts WHERE settled_at IS NULL AND accepted_at < now() - interval '2 minutes'`},

	// A message is queued at its customer's clock, which can run ahead on the development stack; the event of the same step
	// says when that was.
	{Name: "messages-sent", Meaning: "every message is sent or refused within ten minutes", Warning: true, query: `
		SELECT m.key, format('queued at %s', q.since)
		  FROM messages m
		  CROSS JOIN LATERAL (SELECT coalesce(min(e.recorded_at), m.queued_at) AS since FROM events e WHERE e.order_id = m.order_id AND e.at = m.queued_at) q
		 WHERE m.state = 'queued' AND q.since < now() - interval '10 minutes'`},
}
