// Package bank knows the bank's side of cash: creditor references (ISO 11649) and the rules by which a payment finds the
// open items that it settles.
//
// It owns the making and checking of references and the order in which the rules of cash application are tried. It does
// not own payments, open items or postings, and reads no statement files yet.
//
// What always holds: its functions are pure; an application never exceeds the payment nor the item that it settles; a tie
// between two candidates is never decided by chance.
package bank
