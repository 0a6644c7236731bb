// Package demo plays real orders on the development stack: it enters them, ships them, pays most of them, disputes some, lets
// the months pass in which the rest is dunned, and then counts whether everything is where it belongs.
//
// It owns the stories that an order can have (plan.go), the reading of order files (file.go, shipped.go) and its own
// arithmetic of what must come out, which it does from the file alone. It does not own any rule of the product: it is a
// client, and uses nothing but the public REST API through api/client.
//
// What always holds: who pays, disputes or stays silent follows from the data, so two runs end with the same totals; every
// request has an Idempotency-Key that says which fact of which run it is, so any of them may be sent again, and a run goes
// on when the API comes back; what differs from what was expected is named, and the run fails.
package demo
