package activities_test

import (
	"strconv"
	"sync"
	"testing"

	"o2c/models"
	"o2c/postgres"
)

func (w *world) fraudPolicy(threshold int, rules ...models.FraudRule) {
	w.t.Helper()
	_, err := postgres.PutFraudPolicy(w.t.Context(), w.pool, models.FraudPolicy{
		Threshold: threshold, Rules: rules, Blocked: []models.BlockedMark{{Kind: models.MarkEmailDomain, Value: "fake.example"}},
	}, "manager")
	w.must(err)
}

// An order whose signals are worth more than the threshold waits for a person, with its factors; others go on and keep theirs.
func TestASuspiciousOrderWaitsForAPerson(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.customer("acme", "unlimited")
	w.customer("fake", "unlimited")
	entered := func(id, customer string, change func(*models.Order)) models.OrderProgress {
		w.accept(id, customer, "main", change, want{"nail", "5"})
		return w.done(w.credit.Approve(t.Context(), at(id, issued)))
	}
	if got := entered("ord_0", "acme", nil); got.Stage != models.Fulfilling {
		t.Errorf("without a rule the order is %s", got.Stage)
	}
	if check, err := postgres.ReadFraudCheck(t.Context(), w.pool, "ord_0"); err != nil || check != nil {
		t.Errorf("it was scored: %v, %v", check, err)
	}
	w.fraudPolicy(50, models.FraudRule{Signal: models.ShipToCountry, Points: 50}, models.FraudRule{Signal: models.BlockedList, Points: 10},
		models.FraudRule{Signal: models.FirstOrder, Points: 10, Above: map[models.Currency]models.Money{"EUR": eur("10.00")}})
	abroad := func(o *models.Order) {
		o.ShipTo = &models.Address{Line1: "Rue 1", City: "Paris", Postcode: "75001", Country: "FR"}
	}
	if got := entered("ord_1", "acme", abroad); got.Stage != models.Fulfilling {
		t.Errorf("at the threshold the order is %s", got.Stage)
	}
	if check, err := postgres.ReadFraudCheck(t.Context(), w.pool, "ord_1"); err != nil || check.Score != 50 || check.Version != 2 {
		t.Errorf("it was scored as %v, %v", check, err)
	}
	w.exec(`UPDATE customers SET email = 'who@FAKE.example' WHERE id = 'fake'`)
	got := entered("ord_2", "fake", abroad)
	wanted := models.Block{Code: "fraud-signals", Detail: "fraud score 70 is above 50: first_order 10 (the first order is of 59.50 EUR, more than 10.00 EUR), " +
		"ship_to_country 50 (goods go to FR, the invoice to DE), blocked_list 10 (email domain fake.example is on the blocked list)"}
	if got.Stage != models.Review || *got.BlockedBy != wanted {
		t.Errorf("the order is %s, blocked by %v", got.Stage, got.BlockedBy)
	}
	w.unchanged(func() { w.done(w.credit.Approve(t.Context(), at("ord_2", issued))) })
	if got = w.done(w.reviewed("dec_1", "ord_2", models.ReviewRelease)); got.Stage != models.Fulfilling {
		t.Errorf("released it is %s", got.Stage)
	}
	// A duplicate that is suspicious as well: one decision on both findings.
	got = entered("ord_3", "fake", func(o *models.Order) {
		abroad(o)
		o.PONumber, o.DuplicateOf = "PO-ord_2", "ord_2"
	})
	if got.Stage != models.Review || got.BlockedBy.Code != "duplicate-purchase-order" {
		t.Errorf("the order is %s, blocked by %v", got.Stage, got.BlockedBy)
	}
	w.done(w.reviewed("dec_2", "ord_3", models.ReviewReject))
	w.verified()
}

// Of fifty orders at once, as many as the policy takes for usual go on, and the others wait.
func TestFiftyOrdersAtOnceAgainstTheVelocity(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.customer("acme", "unlimited")
	w.fraudPolicy(0, models.FraudRule{Signal: models.Velocity, Points: 1, Orders: 10, Hours: 1}, models.FraudRule{Signal: models.BlockedList, Points: 1})
	var group sync.WaitGroup
	stages := make([]models.Stage, 50)
	for i := range stages {
		id := "ord_" + strconv.Itoa(i)
		w.accept(id, "acme", "main", nil, want{"nail", "1"})
		group.Go(func() {
			progress, err := w.credit.Approve(t.Context(), at(id, issued))
			for models.KindOf(err) == models.KindUnavailable && err != nil {
				progress, err = w.credit.Approve(t.Context(), at(id, issued))
			}
			if err != nil {
				t.Error(err)
			}
			stages[i] = progress.Stage
		})
	}
	group.Wait()
	count := map[models.Stage]int{}
	for _, stage := range stages {
		count[stage]++
	}
	if count[models.Fulfilling] != 10 || count[models.Review] != 40 {
		t.Errorf("they are %v, want 10 that go on and 40 that wait", count)
	}
	w.verified()
	w.balanced()
}
