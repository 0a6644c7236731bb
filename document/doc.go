// Package document turns documents into what a customer reads.
//
// It owns the wording and layout of messages. It does not own the data of documents, nor the sending; PDF and UBL are not
// made yet.
//
// What always holds: its functions are pure; the same document gives the same bytes.
package document
