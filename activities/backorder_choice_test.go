package activities_test

import (
	"sync"
	"testing"

	"o2c/activities"
	"o2c/models"
)

// asked is an order of ten of which four are there, whose customer is asked: a reminder after two days, and the end after five.
func (w *world) asked(id, sku, warehouse string, otherwise models.BackorderChoice, change func(*models.Order)) models.OrderProgress {
	w.t.Helper()
	w.exec(`INSERT INTO backorder_policies (customer_id, version, answer_days, remind_days, otherwise, set_by)
		SELECT 'acme', coalesce(max(version), 0) + 1, 5, 2, $1, 'x' FROM backorder_policies WHERE customer_id = 'acme'`, string(otherwise))
	w.receipt("rcp_"+id, warehouse, sku, "4")
	w.approved(id, warehouse, change, want{sku, "10"})
	return w.done(w.fulfillment.Fulfil(w.t.Context(), at(id, issued)))
}

func (w *world) choose(id, order string, choice models.BackorderChoice) (models.OrderProgress, error) {
	return w.fulfillment.ChooseBackorder(w.t.Context(), activities.BackorderAnswerInput{
		OrderID: order, Answer: models.BackorderAnswer{ID: id, Choice: choice, Actor: "sales"}, At: issued,
	})
}

func (w *world) actOnBackorder(order string, timer models.BackorderTimer) (models.OrderProgress, error) {
	return w.fulfillment.ActOnBackorder(w.t.Context(), activities.BackorderInput{OrderID: order, Timer: timer, At: timer.At})
}

func (w *world) questionOf(order string) (state string) {
	w.t.Helper()
	w.must(w.pool.QueryRow(w.t.Context(), `SELECT state || coalesce(' ' || choice || ' by ' || chosen_by, '') FROM backorder_questions WHERE order_id = $1`, order).Scan(&state))
	return state
}

func (w *world) lineOf(order string) (line string) {
	w.t.Helper()
	w.must(w.pool.QueryRow(w.t.Context(), `SELECT concat_ws(' ', reserved, shipped, cancelled) FROM order_lines WHERE order_id = $1`, order).Scan(&line))
	return line
}

// wantBackorder compares where a question stands, what of the order's line is reserved, shipped and cancelled, and its stage.
func (w *world) wantBackorder(progress models.OrderProgress, question, line string, stage models.Stage) {
	w.t.Helper()
	if got := w.questionOf(progress.OrderID); got != question {
		w.t.Errorf("the question of %s is %q, want %q", progress.OrderID, got, question)
	}
	if got := w.lineOf(progress.OrderID); got != line {
		w.t.Errorf("of %s are reserved, shipped, cancelled: %s, want %s", progress.OrderID, got, line)
	}
	if progress.Stage != stage {
		w.t.Errorf("%s is in stage %s, want %s", progress.OrderID, progress.Stage, stage)
	}
}

func TestACustomerIsAskedOnceRemindedOnceAndThenThePolicyDecides(t *testing.T) {
	t.Parallel()
	for otherwise, want := range map[models.BackorderChoice]struct{ question, line string }{
		models.BackorderWait:   {"timed_out wait by o2c", "4 0 0"},
		models.BackorderCancel: {"timed_out cancel by o2c", "4 0 6"},
	} {
		t.Run(string(otherwise), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.customer("acme", "unlimited")
			asked := w.asked("ord_1", "nail", "main", otherwise, nil)
			first := models.BackorderTimer{Step: models.BackorderRemind, At: issued.AddDate(0, 0, 2)}
			if asked.Backorder == nil || *asked.Backorder != first {
				t.Fatalf("asked, it waits for %v", asked.Backorder)
			}
			w.unchanged(func() { w.done(w.fulfillment.Fulfil(t.Context(), at("ord_1", issued))) })
			w.wantBackorder(asked, "open", "4 0 0", models.Fulfilling)
			reminded := w.done(w.actOnBackorder("ord_1", first))
			w.unchanged(func() { w.done(w.actOnBackorder("ord_1", first)) })
			end := models.BackorderTimer{Step: models.BackorderEnd, At: issued.AddDate(0, 0, 5)}
			if reminded.Backorder == nil || *reminded.Backorder != end {
				t.Fatalf("reminded, it waits for %v", reminded.Backorder)
			}
			ended := w.done(w.actOnBackorder("ord_1", end))
			w.unchanged(func() { w.done(w.actOnBackorder("ord_1", end)) })
			w.wantBackorder(ended, want.question, want.line, models.Fulfilling)
			if ended.Backorder != nil {
				t.Errorf("ended, it waits for %v", ended.Backorder)
			}
			if n := w.count(`SELECT count(*) FROM messages WHERE kind = 'backorder'`); n != 2 {
				t.Errorf("%d mails about the backorder, want the question and a reminder", n)
			}
			if otherwise == models.BackorderCancel {
				w.wantExposure("acme", "47.60 0.00 0.00 0.00") // four nails
			}
			w.balanced()
			w.verified()
		})
	}
}

func TestAChoiceSaysWhatBecomesOfWhatIsMissing(t *testing.T) {
	t.Parallel()
	complete := func(o *models.Order) { o.ShipComplete = true }
	for name, c := range map[string]struct {
		change   func(*models.Order)
		choice   models.BackorderChoice
		question string
		line     string // after the warehouse was asked again
		stage    models.Stage
	}{
		"a complete order waits":                         {complete, models.BackorderWait, "answered wait by sales", "4 0 0", models.Fulfilling},
		"a complete order ships what is there":           {complete, models.BackorderShipPart, "answered ship_part by sales", "0 4 0", models.Fulfilling},
		"a complete order is complete without the rest":  {complete, models.BackorderCancel, "answered cancel by sales", "0 4 6", models.Invoicing},
		"an order that ships in parts gives up the rest": {nil, models.BackorderCancel, "answered cancel by sales", "0 4 6", models.Invoicing},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.customer("acme", "unlimited")
			w.asked("ord_1", "nail", "auto", models.BackorderWait, c.change)
			chosen := w.done(w.choose("dec_1", "ord_1", c.choice))
			w.unchanged(func() { w.done(w.choose("dec_1", "ord_1", c.choice)) })
			if chosen.Unreserved {
				chosen = w.done(w.fulfillment.Fulfil(t.Context(), at("ord_1", issued)))
			}
			w.wantBackorder(chosen, c.question, c.line, c.stage)
			if chosen.Backorder != nil {
				t.Errorf("answered, it waits for %v", chosen.Backorder)
			}
			if c.choice == models.BackorderCancel {
				_, err := w.choose("dec_2", "ord_1", models.BackorderWait)
				wantCode(t, err, models.KindConflict, "order-not-backordered")
			}
			w.balanced()
			w.verified()
		})
	}
}

func TestAnOrderOfWhichNothingIsThereIsCancelledWithItsBackorder(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.customer("acme", "unlimited")
	w.approved("ord_1", "main", nil, want{"nail", "10"})
	fulfilled := w.done(w.fulfillment.Fulfil(t.Context(), at("ord_1", issued)))
	if fulfilled.Backorder != nil || w.count(`SELECT count(*) FROM backorder_questions`) != 0 {
		t.Errorf("without a policy the customer was asked, and it waits for %v", fulfilled.Backorder)
	}
	w.wantBackorder(w.done(w.choose("dec_1", "ord_1", models.BackorderWait)), "answered wait by sales", "0 0 0", models.Fulfilling)
	w.wantBackorder(w.done(w.choose("dec_2", "ord_1", models.BackorderCancel)), "answered cancel by sales", "0 0 10", models.Closed)
	_, err := w.choose("dec_3", "ord_1", "perhaps")
	wantCode(t, err, models.KindInvalid, "invalid-choice")
	w.wantExposure("acme", "0.00 0.00 0.00 0.00")
	w.verified()
}

// A choice to cancel, the end of the time to choose and stock that arrives race: each ends in one order of events, nothing is both
// cancelled and reserved, and what a cancellation leaves goes to who waits behind.
func TestAChoiceRacesTheTimeoutAndTheStock(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.customer("acme", "unlimited")
	for _, id := range []string{"ord_1", "ord_2", "ord_3", "ord_4", "ord_5", "ord_6"} {
		sku := "nail of " + id
		w.product(sku, "10", "19", true)
		asked := w.asked(id, sku, "main", models.BackorderCancel, nil)
		w.done(w.actOnBackorder(id, *asked.Backorder))
		w.approved(id+"_behind", "main", nil, want{sku, "2"})
		w.done(w.fulfillment.Fulfil(t.Context(), at(id+"_behind", issued)))
		var choice, timeout error
		var group sync.WaitGroup
		group.Go(func() { _, choice = w.choose("dec/"+id, id, models.BackorderCancel) })
		group.Go(func() {
			_, timeout = w.actOnBackorder(id, models.BackorderTimer{Step: models.BackorderEnd, At: issued.AddDate(0, 0, 5)})
		})
		group.Go(func() { w.receipt("more/"+id, "main", sku, "8") })
		group.Wait()
		if timeout != nil {
			t.Error(timeout)
		}
		end := w.done(w.fulfillment.Fulfil(t.Context(), at(id, issued)))
		question, line := w.questionOf(id), w.lineOf(id)
		switch question {
		case "answered cancel by sales", "timed_out cancel by o2c":
			if line != "4 0 6" || (choice == nil) != (question == "answered cancel by sales") {
				t.Errorf("%s: %s, %s, choice: %v", id, question, line, choice)
			}
		case "lapsed":
			if line != "10 0 0" || codeOf(choice) != "order-not-backordered" {
				t.Errorf("%s: %s, %s, choice: %v", id, question, line, choice)
			}
		default:
			t.Errorf("%s: the question is %s", id, question)
		}
		if end.Backordered || end.Backorder != nil {
			t.Errorf("%s still waits", id)
		}
		if behind := w.lineOf(id + "_behind"); behind != "2 0 0" {
			t.Errorf("behind %s are reserved, shipped, cancelled: %s", id, behind)
		}
	}
	w.verified()
}
