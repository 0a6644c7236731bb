package activities_test

import (
	"testing"

	"o2c/models"
)

// newActions is a world in which acme owes 119.00 since 22 December and one level does something.
func newActions(t *testing.T, channel, action string) *world {
	t.Helper()
	w := newWorld(t)
	w.customer("acme", "unlimited")
	w.exec(`INSERT INTO dunning_policies (name, version) VALUES ('own', 1)`)
	w.exec(`INSERT INTO dunning_levels (policy, version, level, days_after_due, channel, action, fee) VALUES ('own', 1, 1, 7, $1, $2, 5)`, channel, action)
	w.exec(`UPDATE customers SET dunning_policy = 'own'`)
	w.invoiced("ord_1", "acme", want{"nail", "10"})
	w.sent()
	w.allSent()
	return w
}

// What a level does follows its action, and then its channel; what a person is to do is queued until it is done.
func TestChannelsAndActions(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ channel, action, task, state string }{
		"a mail":                       {"email", "notice", "", "queued"},
		"a letter":                     {"letter", "notice", "letter", "queued"},
		"a call":                       {"call", "notice", "call", "queued"},
		"a call by its action":         {"email", "call_task", "call", "queued"},
		"a held account, by letter":    {"letter", "account_hold", "letter", "queued"},
		"an agency":                    {"letter", "agency", "agency", "queued"},
		"a write-off that is proposed": {"email", "propose_write_off", "", "sent"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newActions(t, c.channel, c.action)
			w.dun("ord_1", 1, day(2026, 12, 29))
			w.unchanged(func() { w.dun("ord_1", 1, day(2026, 12, 29)) })
			if n := w.count(`SELECT count(*) FROM dunning_notices WHERE state = $1 AND total = 124`, c.state); n != 1 {
				t.Errorf("no notice is %s", c.state)
			}
			if n := w.count(`SELECT count(*) FROM tasks WHERE kind = $1 AND role = 'collector' AND invoice = 'INV-2026-000001' AND detail LIKE '%INV-2026-000001%'`, c.task); n != map[bool]int{true: 0, false: 1}[c.task == ""] {
				t.Errorf("%d tasks %q", n, c.task)
			}
			mails := 0
			if c.task == "" && c.action == "notice" {
				mails = 1
			}
			if n := w.count(`SELECT count(*) FROM messages WHERE kind = 'dunning'`); n != mails {
				t.Errorf("%d mails", n)
			}
			waits := 0
			if c.action == "propose_write_off" {
				waits = 1
			}
			if n := w.count(`SELECT count(*) FROM approvals WHERE kind = 'write_off' AND amount = 119 AND requested_by = 'o2c' AND decided_at IS NULL AND id = 'wof_dunning-INV-2026-000001-1'`); n != waits {
				t.Errorf("%d write-offs are proposed", n)
			}
			w.balanced()
		})
	}
}

// A payment that covers what a notice demanded resolves it, also one that was queued; its reversal brings it back as what it was.
func TestANoticeIsResolvedAndComesBack(t *testing.T) {
	t.Parallel()
	w := newActions(t, "email", "notice")
	w.dispute("dsp_1", "ord_1", invoice1, "39", day(2026, 12, 28))
	w.dun("ord_1", 1, day(2026, 12, 29)) // of 80
	state := func(want string) {
		t.Helper()
		if n := w.count(`SELECT count(*) FROM dunning_notices WHERE state = $1`, want); n != 1 {
			t.Errorf("the notice is not %s", want)
		}
	}
	state("queued")
	w.pay("pay_1", models.Payment{CustomerID: "acme", Amount: eur("79.99"), Reference: invoice1}, day(2026, 12, 30))
	state("queued")
	w.pay("pay_2", models.Payment{CustomerID: "acme", Amount: eur("0.01"), Reference: invoice1}, day(2026, 12, 31))
	state("resolved")
	w.must(w.change("pch_1", models.PaymentChange{PaymentID: "pay_1", Kind: models.ReversePayment, Reason: "returned"}, day(2027, 1, 2)))
	state("queued")
	// What is accepted of the dispute pays nothing of what was demanded.
	_, err := w.resolve("res_1", "ord_1", "dsp_1", models.DisputeAccepted, "", day(2027, 1, 3))
	w.must(err)
	w.pay("pay_3", models.Payment{CustomerID: "acme", Amount: eur("41"), Reference: invoice1}, day(2027, 1, 4))
	state("queued")
	w.pay("pay_4", models.Payment{CustomerID: "acme", Amount: eur("38.99"), Reference: invoice1}, day(2027, 1, 5))
	state("resolved")
	w.balanced()
}

// While a notice holds the account no order passes the credit check; when it is resolved those that wait do, and it is held again when the
// payment is taken back.
func TestANoticeHoldsTheAccount(t *testing.T) {
	t.Parallel()
	w := newActions(t, "email", "account_hold")
	w.dun("ord_1", 1, day(2026, 12, 29))
	enter := func(id string, want models.Stage) {
		t.Helper()
		w.accept(id, "acme", "main", nil, want10)
		if got := w.done(w.credit.Approve(t.Context(), at(id, day(2026, 12, 30)))); got.Stage != want {
			t.Errorf("%s is %s, want %s", id, got.Stage, want)
		}
	}
	enter("ord_2", models.CreditHold)
	w.pay("pay_1", models.Payment{CustomerID: "acme", Amount: eur("119"), Reference: invoice1}, day(2026, 12, 31))
	if n := w.count(`SELECT count(*) FROM orders WHERE id = 'ord_2' AND stage = 'fulfilling'`); n != 1 {
		t.Error("the order that waited is not approved")
	}
	enter("ord_3", models.Fulfilling)
	w.must(w.change("pch_1", models.PaymentChange{PaymentID: "pay_1", Kind: models.ReversePayment, Reason: "returned"}, day(2027, 1, 2)))
	enter("ord_4", models.CreditHold)
	if n := w.count(`SELECT count(*) FROM events WHERE summary LIKE '%customer''s account is held%'`); n != 3 {
		t.Errorf("the timeline tells %d times of it", n)
	}
	w.balanced()
}

var want10 = want{"nail", "1"}

// What an agency has is called back when it is settled; what nobody has handed over yet is not.
func TestAHandOverIsCalledBack(t *testing.T) {
	t.Parallel()
	for name, handedOver := range map[string]bool{"handed over": true, "not yet": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newActions(t, "letter", "agency")
			w.dun("ord_1", 1, day(2026, 12, 29))
			if handedOver {
				w.exec(`UPDATE tasks SET closed_at = $1, closed_by = 'collector', outcome = 'done' WHERE kind = 'agency'`, day(2026, 12, 30))
			}
			w.pay("pay_1", models.Payment{CustomerID: "acme", Amount: eur("119"), Reference: invoice1}, day(2026, 12, 31))
			recalls := w.count(`SELECT count(*) FROM tasks WHERE kind = 'agency_recall' AND closed_at IS NULL`)
			if recalls != map[bool]int{true: 1}[handedOver] {
				t.Errorf("%d recalls", recalls)
			}
			if n := w.count(`SELECT count(*) FROM tasks WHERE kind = 'agency' AND closed_at IS NULL`); n != 0 {
				t.Errorf("%d hand-overs are still to be done", n)
			}
			w.must(w.change("pch_1", models.PaymentChange{PaymentID: "pay_1", Kind: models.ReversePayment, Reason: "returned"}, day(2027, 1, 2)))
			if n := w.count(`SELECT count(*) FROM tasks WHERE kind = 'agency' AND closed_at IS NULL`); n != 1 {
				t.Errorf("%d hand-overs are to be done again", n)
			}
			w.balanced()
		})
	}
}

// A write-off that a level has proposed stands in nobody's way: it lapses when the customer pays after all.
func TestAProposedWriteOffLapsesWhenItIsPaid(t *testing.T) {
	t.Parallel()
	w := newActions(t, "letter", "propose_write_off")
	w.dun("ord_1", 1, day(2026, 12, 29))
	w.pay("pay_1", models.Payment{CustomerID: "acme", Amount: eur("119"), Reference: invoice1}, day(2026, 12, 30))
	if n := w.count(`SELECT count(*) FROM approvals WHERE requested_by = 'o2c' AND decided_by = 'o2c' AND decision = 'lapse'`); n != 1 {
		t.Error("it has not lapsed")
	}
	w.balanced()
}
