package models

// WriteOffApproval is the kind of approval that a write-off above the authority of whoever asks for it needs.
const WriteOffApproval = "write_off"

// WriteOffRequest gives up an amount of an invoice, gross: no amount is all that is open and not disputed. Roles are those of whoever
// asks.
type WriteOffRequest struct {
	ID      string   `json:"id"`
	Invoice string   `json:"invoice"`
	Amount  *Money   `json:"amount,omitempty"`
	Reason  string   `json:"reason"`
	Actor   string   `json:"actor"`
	Roles   []string `json:"roles,omitempty"`
	// Approval is set where another person has decided on the request, which needed that.
	Approval *ApprovalRuling `json:"approval,omitempty"`
}

// Validate checks the request for itself: "invalid-amount".
func (r WriteOffRequest) Validate() error {
	if r.Amount != nil && !r.Amount.IsPositive() {
		return Invalid("invalid-amount", "a write-off needs an amount above 0").At("/amount")
	}
	return nil
}

// WriteOffAmount is how much is given up of what is open: what was asked for, or all that is not disputed. The disputed part is not given
// up: its dispute is resolved. Errors: "nothing-to-write-off", "write-off-exceeds-open".
func WriteOffAmount(asked *Money, open, disputed Money) (Money, error) {
	undisputed := open.Sub(disputed)
	switch {
	case !undisputed.IsPositive():
		return Money{}, Conflict("nothing-to-write-off", "%s is open, %s of it disputed", open.Text(), disputed.Text())
	case asked == nil:
		return undisputed, nil
	case asked.MoreThan(undisputed):
		return Money{}, Conflict("write-off-exceeds-open", "%s is open and not disputed", undisputed.Text()).At("/amount")
	}
	return *asked, nil
}

// Authority is how much a role may decide alone of a kind of decision, in a currency. It has versions, of which the newest holds; without
// one a second person decides on any amount.
type Authority struct {
	Kind    string `json:"kind"`
	Role    string `json:"role"`
	Amount  Money  `json:"amount"`
	Version int    `json:"version"`
}
