package api

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"o2c/models"
	"o2c/postgres"
)

// policyVersion is what a claim keeps of the version that it made.
type policyVersion struct {
	Version int `json:"version"`
}

// CreateDunningPolicy adds a version of a dunning policy.
func (s *server) CreateDunningPolicy(ctx context.Context, r CreateDunningPolicyRequestObject) (CreateDunningPolicyResponseObject, error) {
	claim := claimOf(ctx)
	policy, err := readDunningPolicy(*r.Body)
	if err != nil {
		return nil, err
	}
	if claim.Content == nil {
		policy, err = postgres.CreatePolicy(ctx, s.db, policy, claim.Principal, func(made models.DunningPolicy) postgres.Within {
			return s.claims.CarriedAs(claim, policyVersion{made.Version})
		})
	} else {
		var made policyVersion
		if err = json.Unmarshal(claim.Content, &made); err == nil {
			policy, err = postgres.ReadPolicy(ctx, s.db, policy.Name, made.Version)
		}
	}
	if err != nil {
		return nil, err
	}
	return CreateDunningPolicy201JSONResponse{
		Body:    dunningPolicy(policy),
		Headers: CreateDunningPolicy201ResponseHeaders{Location: base + "/dunning-policies/" + policy.Name + "?version=" + strconv.Itoa(policy.Version)},
	}, nil
}

// GetDunningPolicy answers with a version of a dunning policy.
func (s *server) GetDunningPolicy(ctx context.Context, r GetDunningPolicyRequestObject) (GetDunningPolicyResponseObject, error) {
	policy, err := postgres.ReadPolicy(ctx, s.db, r.PolicyName, valueOf(r.Params.Version))
	return GetDunningPolicy200JSONResponse(dunningPolicy(policy)), err
}

// ListDunningPolicies answers with a page of dunning policies.
func (s *server) ListDunningPolicies(ctx context.Context, r ListDunningPoliciesRequestObject) (ListDunningPoliciesResponseObject, error) {
	found, next, err := postgres.ListDunningPolicies(ctx, s.db, pageOf(r.Params.Limit, r.Params.Cursor))
	return ListDunningPolicies200JSONResponse{Data: each(found, dunningPolicy), NextCursor: next}, err
}

// usualHour is the hour of a policy that names none.
const usualHour = 9

func readDunningPolicy(b NewDunningPolicy) (models.DunningPolicy, error) {
	var read reading
	p := models.DunningPolicy{
		Name: b.Name, Calendar: valueOf(b.Calendar), Hour: valueOr(b.Hour, usualHour), GraceDays: valueOf(b.GraceDays), MinDaysBetween: valueOr(b.MinDaysBetween, 1),
		MinAmount: read.number("/min_amount", b.MinAmount, models.ParseFee), PromiseToleranceDays: valueOf(b.PromiseToleranceDays),
	}
	for i, l := range b.Levels {
		at := pointerf("/levels/%d", i)
		p.Levels = append(p.Levels, models.DunningLevel{
			Level: l.Level, DaysAfterDue: l.DaysAfterDue, Channel: string(l.Channel), Action: string(valueOf(l.Action)),
			Fee: read.number(at+"/fee", l.Fee, models.ParseFee),
			Interest: models.InterestTerms{
				Regime: models.InterestRegime(valueOf(l.InterestRegime)), Percent: read.number(at+"/interest_percent", l.InterestPercent, models.ParsePercent),
				Base: valueOf(l.InterestBase),
			},
		})
	}
	read.all(p.Validate())
	return p, read.err()
}

func dunningPolicy(p models.DunningPolicy) DunningPolicy {
	return DunningPolicy{
		Name: p.Name, Version: p.Version, Calendar: p.Calendar, Hour: p.Hour, GraceDays: p.GraceDays, MinDaysBetween: p.MinDaysBetween,
		MinAmount: p.MinAmount.String(), PromiseToleranceDays: p.PromiseToleranceDays,
		Levels: each(p.Levels, func(l models.DunningLevel) DunningLevel {
			level := DunningLevel{
				Level: l.Level, DaysAfterDue: l.DaysAfterDue, Channel: DunningChannel(l.Channel), Action: DunningAction(l.Action),
				Fee: l.Fee.String(), InterestPercent: l.Interest.Percent.String(), InterestBase: optional(l.Interest.Base),
			}
			if !l.Interest.IsZero() {
				level.InterestRegime = new(InterestRegime(l.Interest.Regime))
			}
			return level
		}),
	}
}

// PutCalendar sets a calendar.
func (s *server) PutCalendar(ctx context.Context, r PutCalendarRequestObject) (PutCalendarResponseObject, error) {
	calendar, err := readCalendar(*r.Body)
	if err != nil {
		return nil, err
	}
	if err = postgres.PutCalendar(ctx, s.db, calendar, principalOf(ctx).Name); err != nil {
		return nil, err
	}
	return PutCalendar200JSONResponse(businessCalendar(calendar)), nil
}

// GetCalendar answers with a calendar and its holidays.
func (s *server) GetCalendar(ctx context.Context, r GetCalendarRequestObject) (GetCalendarResponseObject, error) {
	calendar, err := postgres.ReadCalendar(ctx, s.db, r.CalendarName)
	return GetCalendar200JSONResponse(businessCalendar(calendar)), err
}

// ListCalendars answers with a page of calendars.
func (s *server) ListCalendars(ctx context.Context, r ListCalendarsRequestObject) (ListCalendarsResponseObject, error) {
	found, next, err := postgres.ListCalendars(ctx, s.db, pageOf(r.Params.Limit, r.Params.Cursor))
	return ListCalendars200JSONResponse{Data: each(found, func(c postgres.CalendarView) CalendarSummary {
		return CalendarSummary{
			Name: c.Name, Weekend: each(c.Weekend, func(day int) Weekday { return weekday(time.Weekday(day)) }),
			FirstHoliday: maybeDate(c.FirstHoliday), LastHoliday: maybeDate(c.LastHoliday), SetBy: c.SetBy, SetAt: c.SetAt.UTC(),
		}
	}), NextCursor: next}, err
}

func readCalendar(b BusinessCalendar) (models.Calendar, error) {
	var read reading
	c := models.Calendar{Name: b.Name, Holidays: make(map[models.Date]string, len(b.Holidays))}
	for _, name := range b.Weekend {
		for day := time.Sunday; day <= time.Saturday; day++ {
			if weekday(day) == name {
				c.Weekend = append(c.Weekend, day)
			}
		}
	}
	for i, holiday := range b.Holidays {
		day := readDate(&holiday.Date)
		if _, twice := c.Holidays[day]; twice {
			read.take(pointerf("/holidays/%d/date", i), models.Invalid("invalid-calendar", "%s is named twice", day))
		}
		c.Holidays[day] = holiday.Name
	}
	read.all(c.Validate())
	return c, read.err()
}

func businessCalendar(c models.Calendar) BusinessCalendar {
	days := slices.SortedFunc(maps.Keys(c.Holidays), func(a, b models.Date) int { return a.DaysSince(b) })
	return BusinessCalendar{
		Name: c.Name, Weekend: each(c.Weekend, weekday),
		Holidays: each(days, func(day models.Date) Holiday { return Holiday{Date: date(day), Name: c.Holidays[day]} }),
	}
}

func weekday(day time.Weekday) Weekday { return Weekday(strings.ToLower(day.String())) }
