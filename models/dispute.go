package models

import "time"

// DisputeState is where a dispute stands.
type DisputeState string

// The states of a dispute.
const (
	DisputeOpen           DisputeState = "open"
	DisputeAccepted       DisputeState = "accepted"
	DisputePartlyAccepted DisputeState = "partly_accepted"
	DisputeRejected       DisputeState = "rejected"
	DisputeWithdrawn      DisputeState = "withdrawn"
	DisputeAwaitsCustomer DisputeState = "awaiting_customer"
	DisputeAwaitsApproval DisputeState = "awaiting_approval"
)

// DisputeServiceDays is how many calendar days a dispute has until it is due for an answer.
const DisputeServiceDays = 14

// Active is true while a dispute pauses its part of the invoice.
func (s DisputeState) Active() bool {
	return s == DisputeOpen || s == DisputeAwaitsCustomer || s == DisputeAwaitsApproval
}

// Dispute is a part of an invoice that the customer contests, as it was raised. Amount nil disputes all that is undisputed.
type Dispute struct {
	ID       string `json:"id"`
	Invoice  string `json:"invoice"`
	Amount   *Money `json:"amount,omitempty"`
	Line     int    `json:"line,omitempty"`
	Reason   string `json:"reason"`
	Note     string `json:"note"`
	RaisedBy string `json:"raised_by"`
}

// DisputeAmount is how much a dispute covers at the moment it opens: what was asked, cut to what is undisputed and open.
// Nothing undisputed is "nothing-to-dispute".
func DisputeAmount(asked *Money, open, disputed Money) (Money, *Error) {
	undisputed := open.Sub(disputed)
	if !undisputed.IsPositive() {
		return Money{}, Conflict("nothing-to-dispute", "nothing undisputed is open")
	}
	if asked == nil {
		return undisputed, nil
	}
	return Min(*asked, undisputed), nil
}

// ResolveDispute says what a resolution of an open dispute does: the accepted amount, which becomes a credit note, and the
// new state. Accepted without an amount is all of it; "invalid-outcome", "invalid-amount" and "dispute-not-open" are the
// errors.
func ResolveDispute(state DisputeState, disputed Money, outcome DisputeState, amount *Money) (accepted Money, err error) {
	none := Zero(disputed.Currency())
	if !state.Active() {
		return none, Conflict("dispute-not-open", "the dispute is %s", state)
	}
	switch outcome {
	case DisputeAccepted:
		if amount != nil && !amount.Equal(disputed) {
			return none, Invalid("invalid-amount", "accepted means all of %s; use partly_accepted for a part", disputed.Text()).At("/amount")
		}
		return disputed, nil
	case DisputePartlyAccepted:
		if amount == nil || !amount.IsPositive() || !amount.LessThan(disputed) {
			return none, Invalid("invalid-amount", "partly_accepted needs an amount above 0 and below %s", disputed.Text()).At("/amount")
		}
		return *amount, nil
	case DisputeRejected, DisputeWithdrawn:
		if amount != nil {
			return none, Invalid("invalid-amount", "%s takes no amount", outcome).At("/amount")
		}
		return none, nil
	default:
		return none, Invalid("invalid-outcome", "%q is not one of accepted, partly_accepted, rejected, withdrawn", clip(string(outcome))).At("/outcome")
	}
}

// PausedPart is a disputed part of an invoice whose dispute was rejected or withdrawn: its dunning stood at Level and it
// joins the invoice's notices again from JoinsAt on.
type PausedPart struct {
	Level   int
	JoinsAt time.Time
	Amount  Money
}
