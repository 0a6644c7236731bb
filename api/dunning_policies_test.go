package api

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
)

const (
	aDunningPolicy = `{"name": "strict", "calendar": "DE", "hour": 8, "grace_days": 2, "min_days_between": 7, "min_amount": "10.00", "promise_tolerance_days": 1, "levels": [
		{"level": 0, "days_after_due": -3, "channel": "email"},
		{"level": 1, "days_after_due": 7, "channel": "email", "fee": "2.50"},
		{"level": 2, "days_after_due": 21, "channel": "letter", "fee": "5", "interest_regime": "eu_2011_7", "interest_percent": "9.0", "interest_base": "de_basiszins"},
		{"level": 3, "days_after_due": 28, "channel": "call", "action": "call_task", "interest_percent": "6"},
		{"level": 5, "days_after_due": 49, "channel": "letter", "action": "agency"}]}`
	aCalendar = `{"name": "DE-BY", "weekend": ["saturday", "sunday"], "holidays": [{"date": "2027-11-01", "name": "Allerheiligen"}, {"date": "2027-01-06", "name": "Heilige Drei Könige"}]}`
)

func TestADunningPolicyIsMadeInVersions(t *testing.T) {
	t.Parallel()
	b := start(t)
	made := b.must(http.StatusCreated, http.MethodPost, "/dunning-policies", manager, aDunningPolicy)
	want := `{"calendar":"DE","grace_days":2,"hour":8,"levels":[` +
		`{"action":"notice","channel":"email","days_after_due":-3,"fee":"0","interest_base":null,"interest_percent":"0","interest_regime":null,"level":0},` +
		`{"action":"notice","channel":"email","days_after_due":7,"fee":"2.5","interest_base":null,"interest_percent":"0","interest_regime":null,"level":1},` +
		`{"action":"notice","channel":"letter","days_after_due":21,"fee":"5","interest_base":"de_basiszins","interest_percent":"9","interest_regime":"eu_2011_7","level":2},` +
		`{"action":"call_task","channel":"call","days_after_due":28,"fee":"0","interest_base":null,"interest_percent":"6","interest_regime":"fixed","level":3},` +
		`{"action":"agency","channel":"letter","days_after_due":49,"fee":"0","interest_base":null,"interest_percent":"0","interest_regime":null,"level":5}],` +
		`"min_amount":"10","min_days_between":7,"name":"strict","promise_tolerance_days":1,"version":1}` + "\n"
	if diff := cmp.Diff(want, made.body); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := made.header.Get("Location"); got != base+"/dunning-policies/strict?version=1" {
		t.Errorf("Location is %s", got)
	}
	second := b.must(http.StatusCreated, http.MethodPost, "/dunning-policies", manager, strings.Replace(aDunningPolicy, `"hour": 8`, `"hour": 10`, 1))
	for path, body := range map[string]string{"/dunning-policies/strict": second.body, "/dunning-policies/strict?version=1": made.body, "/dunning-policies/strict?version=2": second.body} {
		if got := b.must(http.StatusOK, http.MethodGet, path, auditor, ""); got.body != body {
			t.Errorf("%s answers %s", path, got.body)
		}
	}
	var page DunningPolicyPage
	b.must(http.StatusOK, http.MethodGet, "/dunning-policies", auditor, "").into(t, &page)
	if len(page.Data) != 2 || page.Data[0].Name != "standard" || page.Data[1].Version != 2 || len(page.Data[1].Levels) != 5 {
		t.Errorf("the list is %+v", page.Data)
	}
	b.must(http.StatusNotFound, http.MethodGet, "/dunning-policies/ghost", auditor, "")
	b.must(http.StatusNotFound, http.MethodGet, "/dunning-policies/strict?version=3", auditor, "")
	b.must(http.StatusUnprocessableEntity, http.MethodGet, "/dunning-policies/strict?version=0", auditor, "")
	if n := b.count("SELECT count(*) FROM audit_log WHERE object_kind = 'dunning_policy' AND object_id = 'strict' AND actor = 'dev-manager'"); n != 2 {
		t.Errorf("%d audit rows, want 2", n)
	}
}

// A request that comes twice makes one version; so does one whose process died between its work and its answer.
func TestAVersionOfADunningPolicyIsMadeOnce(t *testing.T) {
	t.Parallel()
	b := start(t)
	key := uuid.NewString()
	withKey := func(r *http.Request) { r.Header.Set("Idempotency-Key", key) }
	first := b.do(http.MethodPost, "/dunning-policies", manager, aDunningPolicy, withKey)
	again := b.do(http.MethodPost, "/dunning-policies", manager, aDunningPolicy, withKey)
	if first.status != http.StatusCreated || again.body != first.body || again.header.Get("Idempotency-Replayed") != "true" {
		t.Errorf("%d %s, and then %d %s", first.status, first.body, again.status, again.body)
	}
	b.must(http.StatusCreated, http.MethodPost, "/dunning-policies", manager, aDunningPolicy) // another's
	b.crash(key, true)
	if lost := b.do(http.MethodPost, "/dunning-policies", manager, aDunningPolicy, withKey); lost.status != http.StatusCreated || lost.body != first.body {
		t.Errorf("after a crash it answers %d %s", lost.status, lost.body)
	}
	if n := b.count("SELECT count(*) FROM dunning_policies WHERE name = 'strict'"); n != 2 {
		t.Errorf("%d versions, want 2", n)
	}
}

func TestBadDunningPoliciesAreRefused(t *testing.T) {
	t.Parallel()
	b := start(t)
	level := func(fields string) string {
		return `{"name": "bad", "levels": [{"level": 1, "days_after_due": 7, "channel": "email"` + fields + `}]}`
	}
	for body, want := range map[string]string{
		`{}`:                            "invalid-request /levels /name",
		`{"name": "bad", "levels": []}`: "invalid-dunning-policy /levels",
		`{"name": "", "levels": [{"level": 1, "days_after_due": 7, "channel": "email"}]}`:                                       "invalid-dunning-policy /name",
		`{"name": "bad", "calendar": "XX", "levels": [{"level": 1, "days_after_due": 7, "channel": "email"}]}`:                  "calendar-not-found /calendar",
		`{"name": "bad", "hour": 24, "min_days_between": 0, "levels": [{"level": 1, "days_after_due": 7, "channel": "email"}]}`: "invalid-dunning-policy /hour /min_days_between",
		level(`, "fee": "1.00005"`):           "invalid-request /levels/0/fee",
		level(`, "fee": "-1"`):                "invalid-request /levels/0/fee",
		level(`, "fee": 1`):                   "invalid-request /levels/0/fee",
		level(`, "fees": "1"`):                "invalid-request /levels/0/fees",
		level(`, "action": "sue"`):            "invalid-request /levels/0/action",
		level(`, "interest_regime": "x"`):     "invalid-request /levels/0/interest_regime",
		level(`, "interest_regime": "fixed"`): "invalid-dunning-policy /levels/0/interest_percent",
		level(`, "interest_regime": "eu_2011_7", "interest_percent": "7.99"`):      "invalid-dunning-policy /levels/0/interest_percent",
		level(`}, {"level": 1, "days_after_due": 7, "channel": "email"`):           "invalid-dunning-policy /levels/1/level /levels/1/days_after_due",
		level(`}, {"level": 2, "days_after_due": 99999999999, "channel": "email"`): "invalid-dunning-policy /levels/1/days_after_due",
	} {
		a := b.do(http.MethodPost, "/dunning-policies", manager, body)
		if got := strings.TrimSpace(fmt.Sprint(a.problem(t).Code, " ", strings.Join(a.pointers(t), " "))); a.status != http.StatusUnprocessableEntity || got != want {
			t.Errorf("%s answers %d %s, want %s\n%s", body, a.status, got, want, a.body)
		}
	}
	if n := b.count("SELECT count(*) FROM dunning_policies WHERE name <> 'standard'"); n != 0 {
		t.Errorf("%d versions were made", n)
	}
}

func TestCalendarsAreSetReadAndChosen(t *testing.T) {
	t.Parallel()
	b := start(t)
	put := b.must(http.StatusOK, http.MethodPut, "/calendars", manager, aCalendar)
	if got := b.must(http.StatusOK, http.MethodGet, "/calendars/DE-BY", auditor, ""); got.body != put.body ||
		put.body != `{"holidays":[{"date":"2027-01-06","name":"Heilige Drei Könige"},{"date":"2027-11-01","name":"Allerheiligen"}],"name":"DE-BY","weekend":["saturday","sunday"]}`+"\n" {
		t.Errorf("put %s, got %s", put.body, got.body)
	}
	b.must(http.StatusOK, http.MethodPut, "/calendars", manager, `{"name": "DE-BY", "weekend": ["sunday"], "holidays": []}`) // replaced whole
	if got := b.must(http.StatusOK, http.MethodGet, "/calendars/DE-BY", auditor, ""); got.body != `{"holidays":[],"name":"DE-BY","weekend":["sunday"]}`+"\n" {
		t.Errorf("replaced it is %s", got.body)
	}
	b.must(http.StatusNotFound, http.MethodGet, "/calendars/XX", auditor, "")
	var page CalendarPage
	b.must(http.StatusOK, http.MethodGet, "/calendars?limit=100", auditor, "").into(t, &page)
	var names []string
	for _, c := range page.Data {
		names = append(names, c.Name)
	}
	if diff := cmp.Diff([]string{"AT", "BE", "DE", "DE-BY", "FR", "GB", "IT", "NL", "TARGET", "US", "none"}, names); diff != "" {
		t.Errorf("calendars (-want +got):\n%s", diff)
	}
	if de := page.Data[2]; de.FirstHoliday.String() != "2024-01-01" || de.LastHoliday.String() != "2036-12-26" || de.SetBy != "o2c" {
		t.Errorf("DE: %+v", de)
	}
	if n := b.count("SELECT count(*) FROM audit_log WHERE object_kind = 'calendar' AND object_id = 'DE-BY' AND actor = 'dev-manager'"); n != 2 {
		t.Errorf("%d audit rows, want 2", n)
	}

	customer := "/customers/" + b.customer()
	if a := b.must(http.StatusOK, http.MethodPatch, customer, credit, `{"calendar": "DE-BY", "time_zone": "Europe/Berlin"}`); a.field(t, "calendar") != "DE-BY" {
		t.Errorf("the customer is %s", a.body)
	}
	for body, want := range map[string]string{
		`{"calendar": "XX"}`:           "calendar-not-found /calendar",
		`{"calendar": " "}`:            "invalid-calendar /calendar",
		`{"time_zone": "Europe/Bonn"}`: "invalid-request /time_zone",
		`{"time_zone": "Local"}`:       "invalid-request /time_zone",
	} {
		a := b.must(http.StatusUnprocessableEntity, http.MethodPatch, customer, credit, body)
		if got := a.problem(t).Code + " " + strings.Join(a.pointers(t), " "); got != want {
			t.Errorf("%s answers %s, want %s", body, got, want)
		}
	}
	b.must(http.StatusOK, http.MethodPut, "/company", billing, strings.Replace(aCompany, `"calendar": "none"`, `"calendar": "DE"`, 1))
	if a := b.must(http.StatusUnprocessableEntity, http.MethodPut, "/company", billing, strings.Replace(aCompany, `"calendar": "none"`, `"calendar": "XX"`, 1)); a.problem(t).Code != "calendar-not-found" {
		t.Error(a.body)
	}
}

func TestBadCalendarsAreRefused(t *testing.T) {
	t.Parallel()
	b := start(t)
	with := func(name, weekend, holidays string) string {
		return fmt.Sprintf(`{"name": %q, "weekend": [%s], "holidays": [%s]}`, name, weekend, holidays)
	}
	for body, want := range map[string]string{
		`{}`:                                "invalid-request /holidays /name /weekend",
		with("none", ``, ``):                "invalid-calendar /name",
		with(" ", ``, ``):                   "invalid-calendar /name",
		with("X", `"someday"`, ``):          "invalid-request /weekend/0",
		with("X", `"monday", "monday"`, ``): "invalid-calendar /weekend/1",
		with("X", `"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"`, ``): "invalid-calendar /weekend",
		with("X", ``, `{"date": "2026-02-30", "name": "x"}`):                                          "invalid-request /holidays/0/date",
		with("X", ``, `{"date": "2026-02-28", "name": ""}`):                                           "invalid-request /holidays/0/name",
		with("X", ``, `{"date": "2026-02-28", "name": " "}`):                                          "invalid-calendar /holidays",
		with("X", ``, `{"date": "2026-02-28", "name": "x"}, {"date": "2026-02-28", "name": "y"}`):     "invalid-calendar /holidays/1/date",
	} {
		a := b.do(http.MethodPut, "/calendars", manager, body)
		if got := a.problem(t).Code + " " + strings.Join(a.pointers(t), " "); a.status != http.StatusUnprocessableEntity || got != want {
			t.Errorf("%s answers %d %s, want %s", body, a.status, got, want)
		}
	}
}

func TestReferenceRatesAreSetAndRead(t *testing.T) {
	t.Parallel()
	b := start(t)
	one := func(base, from, percent string) string {
		return fmt.Sprintf(`{"base": %q, "valid_from": %q, "percent": %s}`, base, from, percent)
	}
	b.must(http.StatusOK, http.MethodPut, "/reference-rates", billing, `{"rates": [`+one("ecb", "2026-07-01", `"2.15"`)+`, `+one("ecb", "2026-01-01", `"2.4"`)+`, `+one("de_basiszins", "2016-07-01", `"-0.88"`)+`]}`)
	b.must(http.StatusOK, http.MethodPut, "/reference-rates", manager, `{"rates": [`+one("ecb", "2026-07-01", `"2.65"`)+`]}`) // replaced
	var first, second, ecb ReferenceRatePage
	b.must(http.StatusOK, http.MethodGet, "/reference-rates?limit=2", auditor, "").into(t, &first)
	b.must(http.StatusOK, http.MethodGet, "/reference-rates?limit=2&cursor="+*first.NextCursor, auditor, "").into(t, &second)
	b.must(http.StatusOK, http.MethodGet, "/reference-rates?base=ecb", auditor, "").into(t, &ecb)
	var got []string
	for _, r := range append(first.Data, second.Data...) {
		got = append(got, fmt.Sprint(r.Base, " ", r.ValidFrom, " ", r.Percent, " ", r.SetBy))
	}
	want := []string{"ecb 2026-07-01 2.65 dev-manager", "ecb 2026-01-01 2.4 dev-billing", "de_basiszins 2016-07-01 -0.88 dev-billing"}
	if diff := cmp.Diff(want, got); diff != "" || second.NextCursor != nil || len(ecb.Data) != 2 {
		t.Errorf("(-want +got):\n%s, and %d of ecb", diff, len(ecb.Data))
	}
	good := one("ecb", "2026-07-01", `"1"`)
	for body, want := range map[string]string{
		`{"rates": []}`: "invalid-request /rates",
		`{"rates": [` + one("ecb", "2026-07-01", `"1.00001"`) + `]}`: "invalid-request /rates/0/percent",
		`{"rates": [` + one("ecb", "2026-07-01", `"-100.1"`) + `]}`:  "invalid-request /rates/0/percent",
		`{"rates": [` + one("ecb", "2026-07-01", `1`) + `]}`:         "invalid-request /rates/0/percent",
		`{"rates": [` + one(" ", "2026-07-01", `"1"`) + `]}`:         "invalid-request /rates/0/base",
		`{"rates": [` + one("ecb", "2026-07-32", `"1"`) + `]}`:       "invalid-request /rates/0/valid_from",
		`{"rates": [` + good + `, ` + good + `]}`:                    "duplicate-rate /rates/1",
	} {
		a := b.do(http.MethodPut, "/reference-rates", billing, body)
		if got := a.problem(t).Code + " " + strings.Join(a.pointers(t), " "); a.status != http.StatusUnprocessableEntity || got != want {
			t.Errorf("%s answers %d %s, want %s", body, a.status, got, want)
		}
	}
}
