package activities_test

import (
	"context"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"o2c/activities"
	"o2c/models"
	"o2c/postgres"
)

// promise accepts and records a promise to pay.
func (w *world) promise(id, amount string, date models.Date, instant time.Time) models.OrderProgress {
	w.t.Helper()
	w.fact(postgres.PromiseFact, id, models.Promise{ID: id, Invoice: invoice1, Amount: eur(amount), Date: date})
	return w.done(w.collections.RecordPromise(w.t.Context(), activities.FactStep{OrderID: "ord_1", FactID: id, At: instant}))
}

// judge lets what comes due of the invoice come, at an instant.
func (w *world) judge(kind models.DueKind, id string, instant time.Time) models.OrderProgress {
	w.t.Helper()
	return w.done(w.collections.Judge(w.t.Context(), activities.JudgeInput{OrderID: "ord_1", Invoice: invoice1, Kind: kind, ID: id, At: instant}))
}

// promises are the invoice's: "id level state received".
func (w *world) promises() (out string) {
	w.t.Helper()
	w.must(w.pool.QueryRow(w.t.Context(), `
		SELECT coalesce(string_agg(concat_ws(' ', id, level, state, trim_scale(received)), ', ' ORDER BY recorded_at, id), '') FROM promises`).Scan(&out))
	return out
}

func (w *world) wantPromises(want string) {
	w.t.Helper()
	if got := w.promises(); got != want {
		w.t.Errorf("promises: %s, want %s", got, want)
	}
}

// wantWait checks what else the only receivable waits for, beside the service time of disputes; the zero time for nothing.
func wantWait(t testing.TB, p models.OrderProgress, kind models.DueKind, instant time.Time) {
	t.Helper()
	waits := slices.DeleteFunc(slices.Clone(p.Receivables[0].Waits), func(due models.DueStep) bool { return due.Kind == models.DueOfDispute })
	switch {
	case instant.IsZero() && len(waits) > 0, !instant.IsZero() && (len(waits) != 1 || waits[0].Kind != kind || !waits[0].At.Equal(instant)):
		t.Errorf("it waits for %+v, want %s at %s", waits, kind, instant)
	}
}

var promisedDay = models.NewDate(2027, time.January, 6)

// A level that falls into a promise is skipped and not used up; when the promise is broken it comes on the next business day.
func TestABrokenPromiseIsDunnedTheNextBusinessDay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.customer("acme", "unlimited")
	w.dunnedBy(", calendar, promise_tolerance_days", ", 'DE', 2", [2]int{0, -1}, [2]int{1, 7}, [2]int{2, 40})
	w.exec(`UPDATE customers SET time_zone = 'Europe/Berlin'`)
	w.invoiced("ord_1", "acme", want{"nail", "10"})
	berlin := func(month time.Month, d, hour int) time.Time {
		return time.Date(2027, month, d, hour-1, 0, 0, 0, time.UTC)
	}
	w.dun("ord_1", 0, time.Date(2026, 12, 21, 8, 0, 0, 0, time.UTC))
	got := w.promise("prm_1", "119", promisedDay, time.Date(2026, 12, 23, 8, 0, 0, 0, time.UTC))
	judged := berlin(1, 9, 0) // Wednesday the 6th and two business days end with Friday the 8th
	wantWait(t, got, models.DuePromise, judged)
	wantNext(t, w.dun("ord_1", 1, time.Date(2026, 12, 29, 8, 0, 0, 0, time.UTC)), 2, time.Date(2027, 2, 1, 8, 0, 0, 0, time.UTC))
	w.unchanged(func() { w.judge(models.DuePromise, "prm_1", judged.Add(-time.Microsecond)) })
	got = w.judge(models.DuePromise, "prm_1", judged)
	wantWait(t, got, "", time.Time{})
	wantNext(t, got, 1, berlin(1, 11, 9)) // Saturday and Sunday are none
	w.unchanged(func() { w.judge(models.DuePromise, "prm_1", judged.Add(time.Hour)) })
	wantNext(t, w.dun("ord_1", 1, berlin(1, 11, 9)), 2, berlin(2, 1, 9))
	w.wantNoticesOf("0/0 119", "0/1 0 promised", "0/1 119")
	w.wantPromises("prm_1 1 broken 0")
	w.balanced()
}

// A promise is kept as soon as the money is there, kept in part when a part is, and only its own amount is not dunned.
func TestPromisesAreJudgedByTheMoneyThatCame(t *testing.T) {
	t.Parallel()
	noon := day(2026, 12, 23)
	judged := time.Date(2027, 1, 7, 0, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		pays []string
		want string
		next time.Time // of level 1 after all
	}{
		"nothing":                           {nil, "prm_1 1 broken 0", day(2027, 1, 7)},
		"all of it":                         {[]string{"69"}, "prm_1 1 kept 69", day(2027, 1, 12)},
		"all of it in two":                  {[]string{"9", "60"}, "prm_1 1 kept 69", day(2027, 1, 12)},
		"more than was promised":            {[]string{"100"}, "prm_1 1 kept 69", day(2027, 1, 12)},
		"a cent less":                       {[]string{"68.99"}, "prm_1 1 partly_kept 68.99", day(2027, 1, 7)},
		"so much that it is paid with that": {[]string{"119"}, "prm_1 1 kept 69", time.Time{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newDebt(t)
			w.dun("ord_1", 0, day(2026, 12, 19))
			w.promise("prm_1", "69", promisedDay, noon)
			for n, amount := range c.pays {
				w.pay("pay_"+string(rune('a'+n)), models.Payment{CustomerID: "acme", Amount: eur(amount), Reference: invoice1}, noon.AddDate(0, 0, 1))
			}
			var got models.OrderProgress
			if c.next.Equal(day(2027, 1, 12)) {
				w.dun("ord_1", 1, day(2026, 12, 29))
			}
			got = w.judge(models.DuePromise, "prm_1", judged)
			w.wantPromises(c.want)
			if c.next.IsZero() {
				if len(got.Receivables) > 0 {
					t.Errorf("%+v is open", got.Receivables)
				}
			} else if n := next(got); n == nil || !n.At.Equal(c.next) {
				t.Errorf("planned: %+v, want %s", n, c.next)
			}
			w.balanced()
		})
	}
}

// What is promised of an invoice is not dunned; the rest is, and each instalment by itself.
func TestAPromiseCoversTheFirstInstalments(t *testing.T) {
	t.Parallel()
	w, _ := newInstalments(t)
	w.promise("prm_1", "69.50", models.NewDate(2027, 3, 1), day(2026, 12, 1))
	w.dunItem("ord_1", 1, 0, day(2026, 12, 19))
	w.pay("pay_1", models.Payment{CustomerID: "acme", Amount: eur("9.50"), Reference: invoice1}, day(2026, 12, 20)) // 60 are still promised, and 50 open of the first
	w.dunItem("ord_1", 1, 1, day(2026, 12, 29))
	w.dunItem("ord_1", 1, 2, day(2027, 1, 12))
	w.dunItem("ord_1", 2, 0, day(2027, 1, 18))
	w.wantNoticesOf("1/0 0 promised", "1/1 0 promised", "1/2 0 promised", "2/0 49.5")
	w.balanced()
}

// A promise replaces the open one; its level counts those that were not kept, and more than is undisputed and open is refused.
func TestPromisesReplaceEachOther(t *testing.T) {
	t.Parallel()
	w := newDebt(t)
	w.dispute("dsp_1", "ord_1", invoice1, "19", day(2026, 12, 1))
	w.promise("prm_1", "50", promisedDay, day(2026, 12, 2))
	got := w.promise("prm_2", "100", models.NewDate(2027, 2, 1), day(2026, 12, 3))
	wantWait(t, got, models.DuePromise, time.Date(2027, 2, 2, 0, 0, 0, 0, time.UTC))
	got = w.promise("prm_3", "100.01", promisedDay, day(2026, 12, 4))
	if got.Refused == nil || got.Refused.Code != "promise-exceeds-open" {
		t.Errorf("refused: %v", got.Refused)
	}
	w.wantPromises("prm_1 1 replaced 0, prm_2 2 open")
	withdraw := activities.WithdrawInput{OrderID: "ord_1", Withdrawal: models.PromiseWithdrawal{ID: "withdraw/prm_2", Invoice: invoice1, PromiseID: "prm_2", Actor: "c"}, At: day(2026, 12, 5)}
	got = w.done(w.collections.WithdrawPromise(t.Context(), withdraw))
	wantWait(t, got, "", time.Time{})
	wantNext(t, got, 0, day(2026, 12, 19)) // it is not overdue: the plan stands
	w.unchanged(func() { w.done(w.collections.WithdrawPromise(t.Context(), withdraw)) })
	w.promise("prm_4", "10", promisedDay, day(2026, 12, 6))
	w.wantPromises("prm_1 1 replaced 0, prm_2 2 withdrawn 0, prm_4 3 open")
	withdraw.Withdrawal.ID, withdraw.Withdrawal.PromiseID = "withdraw/prm_1", "prm_1"
	_, err := w.collections.WithdrawPromise(t.Context(), withdraw)
	wantCode(t, err, models.KindConflict, "promise-not-open")
	w.balanced()
}

// Money of before a promise that the bank takes back counts neither for nor against it.
func TestAnOlderPaymentThatIsTakenBackBreaksNoPromise(t *testing.T) {
	t.Parallel()
	w := newDebt(t)
	w.pay("pay_1", models.Payment{CustomerID: "acme", Amount: eur("19"), Reference: invoice1}, day(2026, 12, 1))
	w.promise("prm_1", "60", promisedDay, day(2026, 12, 2))
	w.must(w.change("pch_1", models.PaymentChange{PaymentID: "pay_1", Kind: models.ReversePayment, Reason: "returned"}, day(2026, 12, 3)))
	w.pay("pay_2", models.Payment{CustomerID: "acme", Amount: eur("59.99"), Reference: invoice1}, day(2026, 12, 4))
	w.wantPromises("prm_1 1 open")
	w.pay("pay_3", models.Payment{CustomerID: "acme", Amount: eur("0.01"), Reference: invoice1}, day(2026, 12, 5))
	w.wantPromises("prm_1 1 kept 60")
	w.balanced()
}

// Broken promises count in credit decisions, for a year.
func TestBrokenPromisesCountForCredit(t *testing.T) {
	t.Parallel()
	w := newDebt(t)
	w.promise("prm_1", "10", promisedDay, day(2026, 12, 2))
	w.judge(models.DuePromise, "prm_1", day(2027, 1, 7))
	w.policy(models.CreditPolicy{Name: "standard", Rules: []models.CreditRule{{Rule: models.BrokenPromises, Threshold: dec("0")}}})
	for on, want := range map[models.Date]int{models.NewDate(2027, 1, 8): 1, models.NewDate(2028, 1, 7): 1, models.NewDate(2028, 1, 9): 0} {
		file, err := postgres.LoadCreditFile(t.Context(), w.pool, "acme", on)
		w.must(err)
		if file.Behaviour.BrokenPromises != want {
			t.Errorf("on %s %d promises are broken, want %d", on, file.Behaviour.BrokenPromises, want)
		}
	}
}

// A payment against the judgement of its promise, and against the notice: one order of events, whichever comes first.
func TestAPaymentRacesWithItsPromiseAndItsNotice(t *testing.T) {
	t.Parallel()
	judged := time.Date(2027, 1, 7, 9, 0, 0, 0, time.UTC)
	for n := range 4 {
		t.Run(strconv.Itoa(n), func(t *testing.T) {
			t.Parallel()
			w := newDebt(t)
			w.dun("ord_1", 0, day(2026, 12, 19))
			w.promise("prm_1", "119", promisedDay, day(2026, 12, 23))
			w.dun("ord_1", 1, day(2026, 12, 29))
			w.acceptPayment("pay_1", models.Payment{CustomerID: "acme", Amount: eur("119"), Reference: invoice1})
			var all sync.WaitGroup
			for _, step := range []func(context.Context) error{
				func(ctx context.Context) error {
					return w.cash.Apply(ctx, activities.PaymentInput{PaymentID: "pay_1", At: judged})
				},
				func(ctx context.Context) error {
					_, err := w.collections.Judge(ctx, activities.JudgeInput{OrderID: "ord_1", Invoice: invoice1, Kind: models.DuePromise, ID: "prm_1", At: judged})
					if err == nil {
						_, err = w.collections.Dun(ctx, activities.DunInput{OrderID: "ord_1", Invoice: invoice1, Level: 1, At: judged})
					}
					return err
				},
			} {
				all.Go(func() { w.insist(step) })
			}
			all.Wait()
			sent := w.count(`SELECT count(*) FROM dunning_notices WHERE level = 1 AND state <> 'skipped'`)
			switch got := w.promises(); {
			case got == "prm_1 1 kept 119" && sent == 0:
			case got == "prm_1 1 broken 0" && sent <= 1: // the payment came after it was judged
			default:
				t.Errorf("%s, with %d notices", got, sent)
			}
			w.balanced()
		})
	}
}
