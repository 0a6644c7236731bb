package models

import (
	"strconv"
	"strings"
	"time"
)

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

// Active is true while a dispute pauses its part of the invoice.
func (s DisputeState) Active() bool {
	return s == DisputeOpen || s == DisputeAwaitsCustomer || s == DisputeAwaitsApproval
}

// DisputeReasons are what a dispute, or a deduction, can be about.
var DisputeReasons = []string{
	"pricing", "quantity", "quality", "damaged", "late", "not_received", "returned", "duplicate", "freight", DiscountReason, "tax", "other",
}

// DiscountReason is the reason of a deduction of an early-payment discount that was not earned.
const DiscountReason = "discount"

// Inquiry is the kind of a dispute that is a complaint without an amount: it pauses nothing, and has an owner and a clock like any
// other. The kind of one with an amount is "dispute".
const (
	DisputeOfAmount = "dispute"
	Inquiry         = "inquiry"
)

// Dispute is a part of an invoice that the customer contests, as it was raised. Without an Amount it is about what is still open of
// its Line or, without a line, all that is undisputed.
type Dispute struct {
	ID       string     `json:"id"`
	Kind     string     `json:"kind,omitempty"` // "" is a dispute
	Invoice  string     `json:"invoice"`
	Amount   *Money     `json:"amount,omitempty"`
	Line     int        `json:"line,omitempty"`
	Reason   string     `json:"reason"`
	Note     string     `json:"note"`
	RaisedBy string     `json:"raised_by"`
	Owner    string     `json:"owner,omitempty"`
	Evidence []Evidence `json:"evidence,omitempty"`
}

// The kinds of evidence that a person adds; what the customer was asked and answered is kept beside it.
const (
	EvidenceNote     = "note"
	EvidenceURL      = "url"
	EvidenceDocument = "document" // named, with the SHA-256 of its content, which is kept elsewhere
	EvidenceQuestion = "question"
	EvidenceAnswer   = "answer"
)

// Evidence is what speaks for or against a dispute: words, or a reference.
type Evidence struct {
	Kind   string `json:"kind"`
	Text   string `json:"text"`             // the words, the address, or the document's name
	SHA256 string `json:"sha256,omitempty"` // of a document, in small hexadecimal digits
}

// Validate checks a piece of evidence: "invalid-evidence".
func (e Evidence) Validate() *Error {
	switch {
	case strings.TrimSpace(e.Text) == "":
		return Invalid("invalid-evidence", "evidence needs a text").At("/text")
	case e.Kind == EvidenceURL && (!strings.HasPrefix(e.Text, "https://") && !strings.HasPrefix(e.Text, "http://") || strings.ContainsAny(e.Text, " \n\r\t")):
		return Invalid("invalid-evidence", "not an address of the web").At("/text")
	case (e.Kind == EvidenceDocument) != (e.SHA256 != ""):
		return Invalid("invalid-evidence", "a document, and nothing else, has a hash").At("/sha256")
	case e.SHA256 != "" && (len(e.SHA256) != 64 || strings.Trim(e.SHA256, "0123456789abcdef") != ""):
		return Invalid("invalid-evidence", "a hash has 64 small hexadecimal digits").At("/sha256")
	}
	return nil
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
	if !asked.IsPositive() {
		return Money{}, Conflict("nothing-to-dispute", "nothing undisputed is open of the line")
	}
	return Min(*asked, undisputed), nil
}

// ResolveDispute says what a resolution of an open dispute does: the accepted amount, which becomes a credit note, and the
// new state. Accepted without an amount is all of it; "invalid-outcome", "invalid-amount", "dispute-awaits-approval" and
// "dispute-not-open" are the errors. Of an inquiry there is no amount to accept. While a second person is to decide it can still be ended
// without money.
func ResolveDispute(kind string, state DisputeState, disputed Money, outcome DisputeState, amount *Money) (accepted Money, err error) {
	none := Zero(disputed.Currency())
	switch {
	case state == DisputeAwaitsApproval && (outcome == DisputeAccepted || outcome == DisputePartlyAccepted):
		return none, Conflict("dispute-awaits-approval", "a second person is to decide on the dispute")
	case !state.Active():
		return none, Conflict("dispute-not-open", "the dispute is %s", state)
	case kind == Inquiry && (outcome == DisputePartlyAccepted || amount != nil):
		return none, Invalid("invalid-amount", "an inquiry has no amount").At("/amount")
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

// DisputeAction is what a person does about a dispute that is not resolved, without resolving it. What is not set stays as it is.
type DisputeAction struct {
	ID         string     `json:"id"`
	DisputeID  string     `json:"dispute_id"`
	Invoice    string     `json:"invoice"`
	Owner      string     `json:"owner,omitempty"`
	RootCause  string     `json:"root_cause,omitempty"`
	Department string     `json:"department,omitempty"`
	Evidence   []Evidence `json:"evidence,omitempty"`
	Ask        string     `json:"ask,omitempty"`    // of the customer
	Answer     string     `json:"answer,omitempty"` // by the customer
	Actor      string     `json:"actor"`
}

// Validate returns all faults, each with its JSON pointer: "invalid-action", "invalid-root-cause", "invalid-department",
// "invalid-evidence".
func (a DisputeAction) Validate() []*Error {
	var faults []*Error
	if a.Owner == "" && a.RootCause == "" && a.Department == "" && len(a.Evidence) == 0 && a.Ask == "" && a.Answer == "" {
		faults = append(faults, Invalid("invalid-action", "nothing is to be done"))
	}
	if a.Ask != "" && a.Answer != "" {
		faults = append(faults, Invalid("invalid-action", "the customer is asked, or answers").At("/answer"))
	}
	faults = append(faults, checkCause(a.RootCause, a.Department)...)
	return append(faults, CheckEvidence(a.Evidence)...)
}

// checkCause checks why a dispute came about, and who is to cure that.
func checkCause(cause, department string) []*Error {
	var faults []*Error
	if cause != "" && !slug(cause) {
		faults = append(faults, Invalid("invalid-root-cause", "a root cause is written as a word of small letters, digits and underscores").At("/root_cause"))
	}
	if department != "" && !slug(department) {
		faults = append(faults, Invalid("invalid-department", "a department is written as a word of small letters, digits and underscores").At("/department"))
	}
	return faults
}

// CheckEvidence returns the faults of a list of evidence, each with its JSON pointer.
func CheckEvidence(list []Evidence) []*Error {
	var faults []*Error
	for i, piece := range list {
		if fault := piece.Validate(); fault != nil {
			fault.Pointer = "/evidence/" + strconv.Itoa(i) + fault.Pointer
			faults = append(faults, fault)
		}
	}
	return faults
}

// Act is the state of a dispute after an action: asking stops its clock, an answer lets it go on. Errors: "dispute-not-open",
// "dispute-awaits-customer", "dispute-awaits-approval", "dispute-not-asked".
func (s DisputeState) Act(a DisputeAction) (DisputeState, error) {
	switch {
	case !s.Active():
		return s, Conflict("dispute-not-open", "the dispute is %s", s)
	case a.Ask != "" && s == DisputeAwaitsCustomer:
		return s, Conflict("dispute-awaits-customer", "the customer is asked already")
	case a.Ask != "" && s == DisputeAwaitsApproval:
		return s, Conflict("dispute-awaits-approval", "a second person is to decide on the dispute")
	case a.Ask != "":
		return DisputeAwaitsCustomer, nil
	case a.Answer != "" && s != DisputeAwaitsCustomer:
		return s, Conflict("dispute-not-asked", "the customer was not asked")
	case a.Answer != "":
		return DisputeOpen, nil
	default:
		return s, nil
	}
}

// PausedPart is a disputed part of an invoice whose dispute was rejected or withdrawn: its dunning stood at Level and it
// joins the invoice's notices again from JoinsAt on.
type PausedPart struct {
	Level   int
	JoinsAt time.Time
	Amount  Money
}
