package command

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/temporal"

	"o2c/models"
	"o2c/postgres"
)

func TestIDsSortByAgeAndSayWhatTheyAreOf(t *testing.T) {
	t.Parallel()
	var ids []string
	for range 1000 {
		ids = append(ids, NewID(OrderPrefix))
	}
	if !slices.IsSorted(ids) {
		t.Error("ids that were made one after the other do not sort so")
	}
	if len(slices.Compact(slices.Clone(ids))) != len(ids) {
		t.Error("two ids are the same")
	}
	if suffix, ok := strings.CutPrefix(ids[0], "ord_"); !ok || len(suffix) != 26 || strings.ToLower(suffix) != suffix {
		t.Errorf("an id is %q", ids[0])
	}
}

func TestShipmentsThatTheBookContradicts(t *testing.T) {
	t.Parallel()
	n := decimal.NewFromInt
	order := func(stage models.Stage) postgres.OrderView {
		return postgres.OrderView{Stage: stage, Lines: []postgres.OrderLineView{{Line: 1, Quantity: n(6), Shipped: n(2), Cancelled: n(1)}}}
	}
	for name, c := range map[string]struct {
		stage models.Stage
		lines []models.LineQuantity
		want  string
	}{
		"what is left":                {models.Fulfilling, []models.LineQuantity{{Line: 1, Quantity: "3"}}, ""},
		"more than is left":           {models.Fulfilling, []models.LineQuantity{{Line: 1, Quantity: "3.000001"}}, "more-than-ordered"},
		"a line that is not there":    {models.Fulfilling, []models.LineQuantity{{Line: 2, Quantity: "1"}}, "line-not-found"},
		"a line named twice":          {models.Fulfilling, []models.LineQuantity{{Line: 1, Quantity: "1"}, {Line: 1, Quantity: "1"}}, "line-repeated"},
		"an order on hold":            {models.CreditHold, []models.LineQuantity{{Line: 1, Quantity: "1"}}, "order-on-hold"},
		"an order that is closed":     {models.Closed, []models.LineQuantity{{Line: 1, Quantity: "1"}}, "order-closed"},
		"an order that is just taken": {models.Received, []models.LineQuantity{{Line: 1, Quantity: "1"}}, "order-on-hold"},
	} {
		got := ""
		if fault, is := errors.AsType[*models.Error](checkShipment(order(c.stage), c.lines)); is {
			got = fault.Code
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestErrorsOfTheEngineInTheWordsOfTheBusiness(t *testing.T) {
	t.Parallel()
	kept := models.Invalid("invalid-amount", "too much").At("/amount")
	for name, c := range map[string]struct {
		err  error
		kind models.Kind
		code string
	}{
		"a refusal with its error":     {temporal.NewNonRetryableApplicationError("too much", "invalid-amount", nil, kept), models.KindInvalid, "invalid-amount"},
		"a refusal without":            {temporal.NewNonRetryableApplicationError("closed", "order-closed", nil), models.KindConflict, "order-closed"},
		"no worker in time":            {context.DeadlineExceeded, models.KindUnavailable, "worker-unavailable"},
		"a workflow that is not there": {serviceerror.NewNotFound("gone"), models.KindUnavailable, "not-running"},
		"an engine that is away":       {serviceerror.NewUnavailable("away"), models.KindUnavailable, "engine-unavailable"},
		"an engine that is overloaded": {serviceerror.NewResourceExhausted(0, "slow down"), models.KindUnavailable, "engine-unavailable"},
	} {
		fault, is := errors.AsType[*models.Error](decisionError(c.err))
		if !is || fault.Kind != c.kind || fault.Code != c.code {
			t.Errorf("%s is %v, want %s %s", name, fault, c.kind, c.code)
		}
	}
	if err := decisionError(nil); err != nil {
		t.Errorf("nothing is %v", err)
	}
	unknown := errors.New("something else")
	if got := decisionError(unknown); !errors.Is(got, unknown) {
		t.Errorf("an error of nobody is %v", got)
	}
}

func TestAwaitStopsWhenItIsDoneWhenItFailsAndWhenThePatienceEnds(t *testing.T) {
	t.Parallel()
	asked := 0
	done, err := await(t.Context(), time.Now().Add(time.Minute), func(context.Context) (bool, error) { asked++; return asked == 3, nil })
	if !done || err != nil || asked != 3 {
		t.Errorf("done %v, %v after %d", done, err, asked)
	}
	broken := errors.New("broken")
	if done, err = await(t.Context(), time.Now().Add(time.Minute), func(context.Context) (bool, error) { return false, broken }); done || !errors.Is(err, broken) {
		t.Errorf("broken: %v, %v", done, err)
	}
	if done, err = await(t.Context(), time.Now().Add(time.Millisecond), func(context.Context) (bool, error) { return false, nil }); done || err != nil {
		t.Errorf("out of patience: %v, %v", done, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if done, err = await(ctx, time.Now().Add(time.Minute), func(context.Context) (bool, error) { return false, nil }); done || !errors.Is(err, context.Canceled) {
		t.Errorf("given up: %v, %v", done, err)
	}
}

func TestOutsideTheDevelopmentStackNoClockRunsAhead(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
	s := &Service{Clock: func() time.Time { return at }} // without a database: it is not asked
	if now, err := s.CustomerNow(t.Context(), "cus_x"); err != nil || !now.Equal(at) {
		t.Errorf("it is %s, %v", now, err)
	}
	if _, err := s.FastForward(t.Context(), &Claim{}, "ord_x", 1); models.KindOf(err) != models.KindNotFound {
		t.Errorf("fast-forward answers %v", err)
	}
}
