// Package ledger is the double-entry book: accounts, posting templates, posting in two currencies, reversal, the close of
// periods, and the seals.
//
// It owns which accounts an event debits and credits (the postings table of the definitions), the key that makes an entry
// unique, and the base amounts. It does not own documents, open items or the transaction in which it posts; what is read of the
// entries is in package postgres.
//
// What always holds: an entry balances, in one currency and in the base currency; it is never changed or deleted; a second entry
// with the key of a business fact is refused by the database; a correction is a reversal that mirrors what was recorded; a closed
// period takes no entry.
package ledger
