package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"o2c/models"
)

// PutCalendar sets a calendar, whole. It must be valid (models.Calendar.Validate).
func PutCalendar(ctx context.Context, pool *pgxpool.Pool, c models.Calendar, actor string) error {
	return InTx(ctx, pool, func(tx pgx.Tx) error {
		weekend := make([]int, len(c.Weekend))
		for i, day := range c.Weekend {
			weekend[i] = int(day)
		}
		days, names := make([]string, 0, len(c.Holidays)), make([]string, 0, len(c.Holidays))
		for day, name := range c.Holidays {
			days, names = append(days, day.String()), append(names, name)
		}
		batch := &pgx.Batch{}
		batch.Queue(`
			INSERT INTO calendars (name, weekend, set_by) VALUES ($1, $2, $3)
			ON CONFLICT (name) DO UPDATE SET weekend = excluded.weekend, set_by = excluded.set_by, set_at = now()`, c.Name, weekend, actor)
		batch.Queue(`DELETE FROM calendar_holidays WHERE calendar = $1`, c.Name)
		batch.Queue(`INSERT INTO calendar_holidays (calendar, day, name) SELECT $1, day, name FROM unnest($2::text[]::date[], $3::text[]) AS given (day, name)`,
			c.Name, days, names)
		if err := tx.SendBatch(ctx, batch).Close(); err != nil {
			return fmt.Errorf("postgres.PutCalendar: %w", err)
		}
		return Audit(ctx, tx, AuditEntry{Actor: actor, Action: "set", ObjectKind: "calendar", ObjectID: c.Name, Detail: c})
	})
}

// LoadCalendar reads a calendar with all its holidays; "none" without asking. "calendar-not-found".
func LoadCalendar(ctx context.Context, db DB, name string) (models.Calendar, error) {
	c := models.Calendar{Name: name}
	if name == models.NoCalendar {
		return c, nil
	}
	var weekend []int
	var days []models.Date
	var names []string
	err := db.QueryRow(ctx, `
		SELECT weekend,
		       ARRAY(SELECT day FROM calendar_holidays WHERE calendar = $1 ORDER BY day),
		       ARRAY(SELECT h.name FROM calendar_holidays h WHERE calendar = $1 ORDER BY day)
		  FROM calendars WHERE name = $1`, name).Scan(&weekend, &days, &names)
	if errors.Is(err, pgx.ErrNoRows) {
		return models.Calendar{}, models.NotFound("calendar", name)
	}
	if err != nil {
		return models.Calendar{}, fmt.Errorf("postgres.LoadCalendar %s: %w", name, err)
	}
	for _, day := range weekend {
		c.Weekend = append(c.Weekend, time.Weekday(day))
	}
	c.Holidays = make(map[models.Date]string, len(days))
	for i, day := range days {
		c.Holidays[day] = names[i]
	}
	return c, nil
}

// CalendarView is a calendar without its holidays.
type CalendarView struct {
	Name         string
	Weekend      []int
	FirstHoliday models.Date
	LastHoliday  models.Date
	SetBy        string
	SetAt        time.Time
}

// ReadCalendar reads a calendar as a client sees it; "calendar-not-found".
func ReadCalendar(ctx context.Context, db DB, name string) (models.Calendar, error) {
	c, err := LoadCalendar(ctx, db, name)
	return c, TranslateError(err)
}

// ListCalendars reads a page of the calendars, by name.
func ListCalendars(ctx context.Context, db DB, page Page) ([]CalendarView, *string, error) {
	_, key, err := page.after()
	if err != nil {
		return nil, nil, err
	}
	rows, err := db.Query(ctx, `
		SELECT c.name, c.weekend, h.first_holiday, h.last_holiday, c.set_by, c.set_at
		  FROM calendars c, LATERAL (SELECT min(day) AS first_holiday, max(day) AS last_holiday FROM calendar_holidays WHERE calendar = c.name) h
		 WHERE $1::text IS NULL OR c.name > $1
		 ORDER BY c.name
		 LIMIT $2`, key, page.Limit+1)
	if err != nil {
		return nil, nil, TranslateError(fmt.Errorf("postgres.ListCalendars: %w", err))
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[CalendarView])
	if err != nil {
		return nil, nil, TranslateError(fmt.Errorf("postgres.ListCalendars: %w", err))
	}
	found, next := cut(page, found, func(c CalendarView) position { return position{Key: c.Name} })
	return found, next, nil
}

// requireCalendar checks that a calendar is there, at /calendar.
func requireCalendar(ctx context.Context, db DB, name string) error {
	var known bool
	if err := db.QueryRow(ctx, `SELECT EXISTS (SELECT FROM calendars WHERE name = $1)`, name).Scan(&known); err != nil {
		return fmt.Errorf("postgres.requireCalendar: %w", err)
	}
	if !known {
		return models.Invalid("calendar-not-found", "there is no calendar %q", name).At("/calendar")
	}
	return nil
}
