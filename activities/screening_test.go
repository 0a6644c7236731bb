package activities_test

import (
	"context"
	"strconv"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"o2c/activities"
	"o2c/models"
	"o2c/postgres"
)

// list uploads a list and has open orders looked at by it.
func (w *world) list(id string, entries ...models.ScreeningEntry) {
	w.t.Helper()
	w.upload(id, entries...)
	w.must(w.screen(id))
}

func (w *world) upload(id string, entries ...models.ScreeningEntry) {
	w.t.Helper()
	_, _, err := postgres.PutScreeningList(w.t.Context(), w.pool, models.ScreeningList{Name: "eu", Similarity: dec("0.7"), Entries: entries}, id, "manager")
	w.must(err)
}

func (w *world) screen(id string) error {
	in := activities.ScreeningInput{FactID: id, At: issued}
	for {
		last, err := w.credit.Screen(context.Background(), in)
		if err != nil || last == "" {
			return err
		}
		in.After = last
	}
}

func (w *world) cleared(id, order string, findings int) (models.OrderProgress, error) {
	return w.credit.Review(w.t.Context(), activities.ReviewInput{OrderID: order, At: issued, Ruling: models.ReviewRuling{
		ID: id, Decision: models.ReviewRelease, Reason: "somebody else", Actor: "manager", Findings: findings, MayClear: true,
	}})
}

func TestNamesAreComparedWithoutTheirSpelling(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, want := range map[string]string{
		"Évil  Trading, Ltd.": "evil trading", "TRADING Evil": "evil trading", "Müller & Söhne GmbH": "muller sohne", "O'Neil": "oneil", "Łódź Straße": "lodz strasse",
		"Ltd.": "ltd", "Юрий Чайковский": "chaikovskii yurii", "Αθήνα": "athina", "上海贸易": "上海贸易", "S.A. Ørsted": "orsted", "...": "", "ﬁrst": "first",
	} {
		var got string
		w.must(w.pool.QueryRow(t.Context(), `SELECT screening_name($1)`, name).Scan(&got))
		if got != want {
			t.Errorf("%q is compared as %q, want %q", name, got, want)
		}
	}
}

// What is alike by at least the list's similarity is a hit, and nothing else.
func TestPartiesAreFoundByNamesThatAreAlike(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.customer("acme", "unlimited")
	w.list("scr_1", models.ScreeningEntry{Reference: "1", Name: "Evil Trading", Aliases: []string{"Wicked Commerce"}, Country: "KP"},
		models.ScreeningEntry{Reference: "2", Name: "Past Ltd", ValidUntil: models.DateIn(issued, issued.Location()).AddDays(-1)}, models.ScreeningEntry{Reference: "3", Name: "Future Ltd", ValidFrom: models.DateIn(issued, issued.Location()).AddDays(1)},
		models.ScreeningEntry{Reference: "4", Name: "上海贸易"})
	for n, c := range []struct{ name, want string }{
		{"Acme", ""}, {"TRADING, évil GmbH", `sold-to "TRADING, évil GmbH" looks like eu 1 (Evil Trading, KP), similarity 1`},
		{"Evil Tradin", `sold-to "Evil Tradin" looks like eu 1 (Evil Trading, KP), similarity 0.7857`}, {"Evil Trains", ""}, {"Good Trading", ""},
		{"Wicked Comerce", `sold-to "Wicked Comerce" looks like eu 1 (Evil Trading, KP), similarity 0.8235`}, {"Past", ""}, {"Future", ""},
		{"上海贸易", `sold-to "上海贸易" looks like eu 4 (上海贸易), similarity 1`},
	} {
		w.exec(`UPDATE customers SET name = $1`, c.name)
		id := "ord_" + strconv.Itoa(n)
		w.accept(id, "acme", "main", nil, want{"nail", "1"})
		got := w.done(w.credit.Approve(t.Context(), at(id, issued)))
		detail := ""
		if got.BlockedBy != nil {
			detail = got.BlockedBy.Detail
		}
		if detail != c.want || (got.Stage == models.Review) != (c.want != "") {
			t.Errorf("%s: %s, %s", c.name, got.Stage, detail)
		}
	}
	w.verified()
}

// A new list stops what is not shipped of orders that are on their way; a person who may, who has seen all of it, says that it is somebody
// else, and the same hit does not come back.
func TestANewListStopsWhatIsNotShipped(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.customer("acme", "1000")
	w.customer("other", "unlimited")
	w.receipt("rcp_1", "main", "nail", "5")
	w.approved("ord_1", "main", nil, want{"nail", "8"})
	w.done(w.fulfillment.Fulfil(t.Context(), at("ord_1", issued)))
	w.ships("ord_1", "shp_1", "2")
	w.accept("ord_2", "other", "main", func(o *models.Order) {
		o.ShipTo = &models.Address{Line1: "c/o Evil Trading", City: "X", Postcode: "1", Country: "DE"}
	}, want{"nail", "1"})
	w.done(w.credit.Approve(t.Context(), at("ord_2", issued)))
	w.told.all()

	w.upload("scr_1", models.ScreeningEntry{Reference: "1", Name: "Acme"}, models.ScreeningEntry{Reference: "2", Name: "Evil Trading co"})
	w.must(w.screen("scr_1"))
	wantTold := []string{"ord_1: a party is listed by scr_1", "ord_2: a party is listed by scr_1"}
	if diff := cmp.Diff(wantTold, w.told.all()); diff != "" {
		t.Error(diff)
	}
	w.unchanged(func() { w.must(w.screen("scr_1")) }) // told again, as after a crash
	w.told.all()
	got := w.done(w.reconciliation.Load(t.Context(), at("ord_1", issued)))
	if got.Stage != models.Review || got.BlockedBy.Code != "blocked-party" {
		t.Fatalf("the order is %s, blocked by %v", got.Stage, got.BlockedBy)
	}
	if got = w.ship("shp_2", "ord_1", models.LineQuantity{Line: 1, Quantity: "1"}); got.Refused == nil || got.Refused.Code != "blocked-party" {
		t.Errorf("shipped all the same: %v", got.Refused)
	}
	for name, c := range map[string]struct {
		ruling models.ReviewRuling
		code   string
	}{
		"by whoever may not clear": {models.ReviewRuling{Decision: models.ReviewRelease, Findings: 1}, "clearance-forbidden"},
		"without having looked":    {models.ReviewRuling{Decision: models.ReviewRelease, MayClear: true}, "findings-required"},
		"of what was not there":    {models.ReviewRuling{Decision: models.ReviewRelease, MayClear: true, Findings: 2}, "new-findings"},
		"rejected":                 {models.ReviewRuling{Decision: models.ReviewReject}, "partly-shipped"},
	} {
		c.ruling.ID, c.ruling.Reason, c.ruling.Actor = "dec_"+name, "x", "manager"
		if _, err := w.credit.Review(t.Context(), activities.ReviewInput{OrderID: "ord_1", Ruling: c.ruling, At: issued}); codeOf(err) != c.code {
			t.Errorf("%s: %v", name, err)
		}
	}
	if got = w.done(w.cleared("dec_1", "ord_1", 1)); got.Stage != models.Fulfilling {
		t.Errorf("cleared the order is %s, %v", got.Stage, got.BlockedBy)
	}
	w.unchanged(func() { w.done(w.cleared("dec_1", "ord_1", 1)) })
	w.approved("ord_3", "main", nil, want{"nail", "1"}) // the same false hit does not come back
	w.list("scr_2", models.ScreeningEntry{Reference: "1", Name: "Acme", Country: "KP"}, models.ScreeningEntry{Reference: "2", Name: "Evil Trading co"})
	w.ships("ord_1", "shp_3", "1")
	w.list("scr_3", models.ScreeningEntry{Reference: "9", Name: "Acme"}) // another entry is another question
	got = w.done(w.reconciliation.Load(t.Context(), at("ord_3", issued)))
	if got.Stage != models.Review {
		t.Errorf("the order is %s", got.Stage)
	}
	if got = w.done(w.reviewed("dec_2", "ord_3", models.ReviewReject)); got.Outcome != models.OutcomeRejected {
		t.Errorf("rejected the order is %s", got.Outcome)
	}
	if got = w.done(w.fulfillment.Cancel(t.Context(), cancellation("ord_1", "can_1"))); got.Stage == models.Closed || got.BlockedBy != nil {
		t.Errorf("of a cancelled rest the order is %s, %v", got.Stage, got.BlockedBy)
	}
	w.balanced()
	w.verified()
}

// A list that comes while orders are entered: each is looked at by it, on entry or afterwards.
func TestAListThatComesAmongOrders(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var group sync.WaitGroup
	for i := range 30 {
		id := strconv.Itoa(i)
		w.customer("cus_"+id, "unlimited")
		w.accept("ord_"+id, "cus_"+id, "main", nil, want{"nail", "1"})
	}
	for i := range 30 {
		group.Go(func() {
			id := "ord_" + strconv.Itoa(i)
			_, err := w.credit.Approve(t.Context(), at(id, issued))
			for models.KindOf(err) == models.KindUnavailable && err != nil {
				_, err = w.credit.Approve(t.Context(), at(id, issued))
			}
			if err != nil {
				t.Error(err)
			}
		})
		if i == 15 {
			group.Go(func() {
				w.upload("scr_1", models.ScreeningEntry{Reference: "1", Name: "ACME Ltd"})
				if err := w.screen("scr_1"); err != nil {
					t.Error(err)
				}
			})
		}
	}
	group.Wait()
	for i := range 30 {
		if got := w.done(w.reconciliation.Load(t.Context(), at("ord_"+strconv.Itoa(i), issued))); got.Stage != models.Review {
			t.Errorf("%s is %s", got.OrderID, got.Stage)
		}
	}
	w.verified()
}
