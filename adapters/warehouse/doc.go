// Package warehouse tells warehouses outside by signed HTTP calls (standardwebhooks.com): the adapter behind the port WarehouseCaller of
// package activities.
//
// It owns how a call is signed, which addresses may be called, and how long an answer is waited for. It does not own what is said, or when
// it is tried again.
//
// What always holds: a call is signed with the warehouse's secret and carries the id of what it tells; no redirect is followed; a private
// address is called only where the configuration allows it, whatever name it goes by; every failure can be tried again (KindUnavailable).
package warehouse
