package activities_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"o2c/activities"
	"o2c/internal/testkit"
	"o2c/ledger"
	"o2c/models"
)

// givingUp asks for a write-off of the first invoice of ord_1 as a manager, who may decide on 1,000.00 alone; "" is all.
func givingUp(id, amount string) activities.WriteOffInput {
	in := activities.WriteOffInput{OrderID: "ord_1", At: issued, Request: models.WriteOffRequest{
		ID: id, Invoice: invoice1, Reason: "no assets", Actor: "manager", Roles: []string{"collector", "manager"},
	}}
	if amount != "" {
		in.Request.Amount = new(eur(amount))
	}
	return in
}

// asking is givingUp by somebody who may decide on nothing alone.
func asking(id, amount string) activities.WriteOffInput {
	in := givingUp(id, amount)
	in.Request.Roles = []string{"collector"}
	return in
}

// ruled is a request with a second person's decision on it.
func ruled(in activities.WriteOffInput, id string, decision models.ApprovalDecision) activities.WriteOffInput {
	in.Request.Approval = &models.ApprovalRuling{ID: id, ApprovalID: in.Request.ID, Decision: decision, Reason: "seen", Actor: "admin"}
	return in
}

func (w *world) writesOff(in activities.WriteOffInput) models.OrderProgress {
	w.t.Helper()
	return w.done(w.writeOffs.WriteOff(w.t.Context(), in))
}

// refusesWriteOff checks that a write-off is refused and leaves nothing.
func (w *world) refusesWriteOff(in activities.WriteOffInput, kind models.Kind, code string) {
	w.t.Helper()
	w.unchanged(func() {
		_, err := w.writeOffs.WriteOff(w.t.Context(), in)
		wantCode(w.t, err, kind, code)
	})
}

// allow puts an amount into the loss allowance, as its owner does when the books begin.
func (w *world) allow(amount string) {
	w.t.Helper()
	w.asOwner(`INSERT INTO ledger_flows (debit, credit) VALUES ('bad_debt_expense', 'loss_allowance')`)
	w.post(func(tx pgx.Tx) error {
		return ledger.Post(w.t.Context(), tx, ledger.Entry{
			Key: "allowance/" + amount, Event: "x", BusinessDate: models.NewDate(2026, 11, 1), Description: "x",
			Lines: []ledger.Line{ledger.Debit(ledger.BadDebtExpense, eur(amount)), ledger.Credit(ledger.LossAllowance, eur(amount))},
		})
	})
}

func TestWriteOff(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		before   func(w *world)
		amount   string
		open     string
		status   string
		exposure string
		entry    []string
	}{
		"all of it": {nil, "", "0.00", "written_off", "0.00 0.00 0.00 0.00", []string{"bad_debt_expense 119", "receivables -119"}},
		"a part":    {nil, "19", "100.00", "open", "0.00 0.00 100.00 0.00", []string{"bad_debt_expense 19", "receivables -19"}},
		"the rest of what was paid in part": {func(w *world) {
			w.pay("pay_1", models.Payment{CustomerID: "acme", Amount: eur("100"), Reference: invoice1}, issued)
		}, "", "0.00", "written_off", "0.00 0.00 0.00 0.00", []string{"bad_debt_expense 19", "receivables -19"}},
		"all but what is disputed": {func(w *world) { w.dispute("dsp_1", "ord_1", invoice1, "40", issued) }, "", "40.00", "open",
			"0.00 0.00 40.00 0.00", []string{"bad_debt_expense 79", "receivables -79"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newDebt(t)
			if c.before != nil {
				c.before(w)
			}
			got := w.writesOff(givingUp("wof_1", c.amount))
			var open, status string
			w.must(w.pool.QueryRow(t.Context(), `SELECT open_amount, status FROM open_items`).Scan(&open, &status))
			if models.MustMoney(dec(open), "EUR").String() != c.open || status != c.status {
				t.Errorf("%s open, %s; want %s, %s", open, status, c.open, c.status)
			}
			if diff := cmp.Diff(c.entry, w.entry("write-off/wof_1")); diff != "" {
				t.Errorf("the entry (-want +got):\n%s", diff)
			}
			w.wantExposure("acme", c.exposure)
			if c.open == "0.00" {
				wantNext(t, got, -1, issued)
				got = w.done(w.reconciliation.Close(t.Context(), at("ord_1", issued)))
				if got.Stage != models.Closed || got.Outcome != models.OutcomeWrittenOff || got.BlockedBy != nil {
					t.Errorf("%s %s, blocked by %v", got.Stage, got.Outcome, got.BlockedBy)
				}
			}
			w.unchanged(func() { w.writesOff(givingUp("wof_1", c.amount)) })
			w.balanced()
		})
	}
}

// entry are the lines of an entry, debits above zero.
func (w *world) entry(key string) []string {
	w.t.Helper()
	rows, err := w.pool.Query(w.t.Context(), `
		SELECT l.account || ' ' || trim_scale(l.debit - l.credit) FROM ledger_lines l JOIN ledger_entries e ON e.id = l.entry_id WHERE e.key = $1 ORDER BY l.line`, key)
	w.must(err)
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	w.must(err)
	return lines
}

func TestWriteOffIsRefused(t *testing.T) {
	t.Parallel()
	w := newDebt(t)
	w.dispute("dsp_1", "ord_1", invoice1, "40", issued)
	w.refusesWriteOff(givingUp("wof_1", "79.01"), models.KindConflict, "write-off-exceeds-open")
	w.refusesWriteOff(givingUp("wof_1", "0"), models.KindInvalid, "invalid-amount")
	elsewhere := givingUp("wof_1", "")
	elsewhere.Request.Invoice = "INV-2026-000009"
	w.refusesWriteOff(elsewhere, models.KindNotFound, "invoice-not-found")
	w.writesOff(givingUp("wof_1", ""))
	w.refusesWriteOff(givingUp("wof_2", "1"), models.KindConflict, "nothing-to-write-off")
	w.refusesWriteOff(givingUp("wof_2", ""), models.KindConflict, "nothing-to-write-off")
}

// The loss allowance bears what it can, and a second write-off what is left of it.
func TestTheLossAllowanceComesFirst(t *testing.T) {
	t.Parallel()
	w := newDebt(t)
	w.allow("50")
	w.writesOff(givingUp("wof_1", "30"))
	w.writesOff(givingUp("wof_2", ""))
	for key, want := range map[string][]string{
		"write-off/wof_1": {"loss_allowance 30", "receivables -30"},
		"write-off/wof_2": {"loss_allowance 20", "bad_debt_expense 69", "receivables -89"},
	} {
		if diff := cmp.Diff(want, w.entry(key)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", key, diff)
		}
	}
	// A credit note takes it back to where it came from: of 119.00, 50.00 were the allowance's.
	w.credits(creditOf("dec_1", "119"))
	if split := w.split("dec_1"); split != "119 + 0 (119, 0, 0)" {
		t.Errorf("split %s", split)
	}
	if n := w.count(`SELECT count(*) FROM open_items WHERE written_off = 0 AND credited = 119 AND status = 'credited'`); n != 1 {
		t.Error("the write-off is not taken back")
	}
	w.balanced()
}

// A write-off that the allowance bore alone is given back to it alone.
func TestACreditNoteGivesTheAllowanceBack(t *testing.T) {
	t.Parallel()
	w := newDebt(t)
	w.allow("200")
	w.writesOff(givingUp("wof_1", ""))
	w.credits(creditOf("dec_1", "11.90"))
	if diff := cmp.Diff([]string{"receivables 11.9", "loss_allowance -11.9"}, w.entry("credit-note/CN-2026-000001/taken-back")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	w.balanced()
}

// Above the authority of whoever asks, nothing is given up before a second person says so.
func TestAWriteOffNeedsASecondPerson(t *testing.T) {
	t.Parallel()
	w := newDebt(t)
	w.exec(`INSERT INTO authorities (kind, role, currency, version, amount, set_by) VALUES ('write_off', 'manager', 'EUR', 2, 118.99, 'admin')`)
	in := givingUp("wof_1", "")
	w.writesOff(in)
	w.wantExposure("acme", "0.00 0.00 119.00 0.00")
	if n := w.count(`SELECT count(*) FROM approvals WHERE id = 'wof_1' AND kind = 'write_off' AND subject = $1 AND amount = 119 AND decided_at IS NULL`, invoice1); n != 1 {
		t.Error("nobody is asked")
	}
	w.unchanged(func() { w.writesOff(in) })
	w.refusesWriteOff(givingUp("wof_2", "119"), models.KindConflict, "write-off-waits")
	own := ruled(in, "dec_1", models.Approved)
	own.Request.Approval.Actor = "manager"
	w.refusesWriteOff(own, models.KindForbidden, "own-approval")
	w.refusesWriteOff(ruled(asking("wof_9", ""), "dec_1", models.Approved), models.KindNotFound, "approval-not-found")

	w.writesOff(ruled(in, "dec_1", models.Approved))
	w.unchanged(func() { w.writesOff(ruled(in, "dec_1", models.Approved)) })
	w.refusesWriteOff(ruled(in, "dec_2", models.Rejected), models.KindConflict, "approval-decided")
	w.wantExposure("acme", "0.00 0.00 0.00 0.00")
	if n := w.count(`SELECT count(*) FROM write_offs WHERE id = 'wof_1' AND amount = 119 AND authority = 118.99 AND requested_by = 'manager'`); n != 1 {
		t.Error("it is not written off")
	}
	w.balanced()
}

func TestWhatIsNotApprovedStaysOpen(t *testing.T) {
	t.Parallel()
	w := newDebt(t)
	in := asking("wof_1", "50")
	w.writesOff(in)
	w.writesOff(ruled(in, "dec_1", models.Rejected))
	w.unchanged(func() { w.writesOff(ruled(in, "dec_1", models.Rejected)) })
	w.refusesWriteOff(ruled(in, "dec_2", models.Approved), models.KindConflict, "approval-decided")
	w.wantExposure("acme", "0.00 0.00 119.00 0.00")
	w.writesOff(asking("wof_2", "50")) // and may be asked for again
	w.balanced()
}

// What comes between the request and the approval counts: what was asked for as a whole is cut to what is left, an amount that is not there
// any more is refused, and when nothing is left the request lapses.
func TestAnApprovalComesAfterAPayment(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		asked, paid string
		code        string
		exposure    string
		request     string
	}{
		"all of it is cut to what is left": {"", "100", "", "0.00 0.00 0.00 0.00", "approve"},
		"an amount that still fits":        {"19", "100", "", "0.00 0.00 0.00 0.00", "approve"},
		"an amount that does not":          {"19.01", "100", "write-off-exceeds-open", "0.00 0.00 19.00 0.00", ""},
		"nothing is left":                  {"", "119", "approval-decided", "0.00 0.00 0.00 0.00", "lapse"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newDebt(t)
			in := asking("wof_1", c.asked)
			w.writesOff(in)
			w.pay("pay_1", models.Payment{CustomerID: "acme", Amount: eur(c.paid), Reference: invoice1}, issued)
			if c.code != "" {
				w.refusesWriteOff(ruled(in, "dec_1", models.Approved), models.KindConflict, c.code)
			} else {
				w.writesOff(ruled(in, "dec_1", models.Approved))
			}
			w.wantExposure("acme", c.exposure)
			if n := w.count(`SELECT count(*) FROM approvals WHERE coalesce(decision, '') = $1`, c.request); n != 1 {
				t.Errorf("the request is not %q", c.request)
			}
			w.balanced()
		})
	}
}

// A request lapses whatever settled the rest of its invoice: nobody is asked to approve what is not there.
func TestARequestLapsesWithWhateverSettlesItsInvoice(t *testing.T) {
	t.Parallel()
	for name, settle := range map[string]func(*world){
		"a payment": func(w *world) {
			w.pay("pay_1", models.Payment{CustomerID: "acme", Amount: eur("119"), Reference: invoice1}, issued)
		},
		"a credit note": func(w *world) { w.credits(creditOf("dec_1", "119")) },
		"a dispute that is accepted": func(w *world) {
			w.dispute("dsp_1", "ord_1", invoice1, "", issued)
			_, err := w.resolve("res_1", "ord_1", "dsp_1", models.DisputeAccepted, "", issued)
			w.must(err)
		},
		"a return": func(w *world) {
			w.asks("ret_1", "ord_1", "10")
			w.takesBack("rrc_1", "ord_1", "ret_1", models.DisposeCredit, "10")
		},
		"another write-off": func(w *world) { w.writesOff(givingUp("wof_2", "")) },
		"customer credit": func(w *world) {
			other := w.invoiced("ord_2", "acme", want{"nail", "10"}).Receivables[0].Invoice
			w.pay("pay_1", models.Payment{CustomerID: "acme", Amount: eur("119"), Reference: other}, issued)
			note := creditOf("dec_1", "119")
			note.OrderID, note.Request.Invoice = "ord_2", other
			w.credits(note)
			w.must(w.apply("use_1", "CN-2026-000001", invoice1, "119"))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newDebt(t)
			w.writesOff(asking("wof_1", ""))
			settle(w)
			if n := w.count(`SELECT count(*) FROM approvals WHERE id = 'wof_1' AND decision = 'lapse'`); n != 1 {
				t.Error("the request still waits")
			}
			w.balanced()
		})
	}
}

// What is written off stays when what it was approved for has grown: never more than the second person has seen.
func TestAnApprovalIsNeverExceeded(t *testing.T) {
	t.Parallel()
	w := newDebt(t)
	w.dispute("dsp_1", "ord_1", invoice1, "40", issued)
	in := asking("wof_1", "")
	w.writesOff(in)
	_, err := w.resolve("res_1", "ord_1", "dsp_1", models.DisputeRejected, "", issued)
	w.must(err)
	w.writesOff(ruled(in, "dec_1", models.Approved))
	w.wantExposure("acme", "0.00 0.00 40.00 0.00")
	w.balanced()
}

// Write-offs, payments, credit notes and disputes at once on one invoice: each is carried out or refused, and the book is right.
func TestWriteOffsRace(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testkit.MaxConns(16))
	w.customer("acme", "unlimited")
	w.invoiced("ord_1", "acme", want{"nail", "10"})
	w.allow("30")
	var steps []func()
	business := func(step func(context.Context) error) func() {
		return func() {
			if err := step(t.Context()); err != nil && models.KindOf(err) != models.KindConflict {
				t.Error(err)
			}
		}
	}
	for n := range 6 {
		off := givingUp(fmt.Sprint("wof_", n), "15")
		giveUp := business(func(ctx context.Context) error { _, err := w.writeOffs.WriteOff(ctx, off); return err })
		note := creditOf(fmt.Sprint("dec_", n), "7.14")
		pay, dispute := fmt.Sprint("pay_", n), fmt.Sprint("dsp_", n)
		w.acceptPayment(pay, models.Payment{CustomerID: "acme", Amount: eur("13"), Reference: invoice1})
		w.acceptDispute(dispute, invoice1, "9")
		steps = append(steps, giveUp, giveUp, // each is tried twice at once
			business(func(ctx context.Context) error { _, err := w.creditNotes.IssueCreditNote(ctx, note); return err }),
			business(func(ctx context.Context) error {
				return w.cash.Apply(ctx, activities.PaymentInput{PaymentID: pay, At: issued})
			}),
			business(func(ctx context.Context) error {
				_, err := w.collections.OpenDispute(ctx, activities.FactStep{OrderID: "ord_1", FactID: dispute, At: issued})
				return err
			}))
	}
	together(steps...)
	if n := w.count(`SELECT count(*) FROM (SELECT sum(credit - debit) AS left FROM ledger_lines WHERE account = 'loss_allowance') l WHERE l.left < 0`); n != 0 {
		t.Error("the allowance bore more than it had")
	}
	w.balanced()
}
