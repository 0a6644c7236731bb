// Package adapters is the outside world behind the ports of package activities, one folder each: mail, warehouse.
//
// It owns how a neighbour is spoken to and which of its answers are final. It does not own what is said or when; the
// adapters do not know each other.
//
// What always holds: a failure that a retry can cure is KindUnavailable, a refusal for good is another kind.
package adapters
