package models

// ItemKind is what a customer owes an open item for.
type ItemKind string

// The kinds of open items. All but invoices are charged by debit notes.
const (
	InvoiceItem        ItemKind = "invoice"
	FeeItem            ItemKind = "fee"             // of dunning, or of a payment that the bank returned
	InterestItem       ItemKind = "interest"        // for paying late
	CompensationItem   ItemKind = "compensation"    // the lump sum that the law gives for paying late
	RefundRecoveryItem ItemKind = "refund_recovery" // money that was refunded, and that the bank then took back

	// ProformaItem is what a payment can name and nobody owes: what comes for it is a deposit.
	ProformaItem ItemKind = "proforma"
)

// Incidental is true for what is paid last by money that names nothing: fees and interest (definitions, "Payments"). Money that we
// gave back and have to ask for again is owed like an invoice.
func (k ItemKind) Incidental() bool {
	return k == FeeItem || k == InterestItem || k == CompensationItem
}
