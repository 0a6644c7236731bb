package models

// Payment is money that a customer paid. CustomerID is empty while nobody knows who it was.
type Payment struct {
	ID           string       `json:"id"`
	CustomerID   string       `json:"customer_id"`
	Amount       Money        `json:"amount"`
	ValueDate    Date         `json:"value_date"`
	Method       string       `json:"method"`
	Reference    string       `json:"reference"`
	PayerName    string       `json:"payer_name"`
	PayerAccount string       `json:"payer_account"`
	Remittance   []Remittance `json:"remittance,omitempty"`
	ReceivedBy   string       `json:"received_by"`
}

// Remittance names an invoice that a payment is for, and how much of it.
type Remittance struct {
	Invoice string `json:"invoice"`
	Amount  Money  `json:"amount"`
}
