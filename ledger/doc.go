// Package ledger is the double-entry book: accounts, posting templates, posting, reversal and balances.
//
// It owns which accounts an event debits and credits (the postings table of the definitions), the key that makes an entry
// unique, and what is read from the entries. It does not own documents, open items or the transaction in which it posts.
//
// What always holds: an entry balances, in one currency; it is never changed or deleted; a second entry with the key of a
// business fact is refused by the database; a correction is a reversal that mirrors what was recorded.
package ledger
