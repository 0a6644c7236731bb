package postgres

import (
	"encoding/base64"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"o2c/models"
)

// Page asks for a part of a list: at most Limit rows after the Cursor, which is empty at the start.
type Page struct {
	Limit  int
	Cursor string
}

// position is where a page ended: the instant and the key of its last row. A list that has no instants leaves At zero.
type position struct {
	At  *time.Time `json:"at,omitempty"`
	Key string     `json:"key"`
}

// after decodes the cursor; none is the start, with nil for both. A cursor that no list gave is "invalid-cursor".
func (p Page) after() (at *time.Time, key *string, err error) {
	if p.Cursor == "" {
		return nil, nil, nil
	}
	var pos position
	raw, err := base64.RawURLEncoding.DecodeString(p.Cursor)
	if err == nil {
		err = json.Unmarshal(raw, &pos)
	}
	if err != nil || strings.ContainsRune(pos.Key, 0) {
		return nil, nil, models.Invalid("invalid-cursor", "not a cursor of this list").At("?cursor")
	}
	if pos.At == nil {
		pos.At = &time.Time{}
	}
	return pos.At, &pos.Key, nil
}

// afterNumber is after for a list whose key is a number; none is 0.
func (p Page) afterNumber() (int64, error) {
	_, key, err := p.after()
	if err != nil || key == nil {
		return 0, err
	}
	number, err := p.number(*key)
	if err != nil {
		return 0, err
	}
	return *number, nil
}

// number reads a key that is a number.
func (p Page) number(key string) (*int64, error) {
	number, err := strconv.ParseInt(key, 10, 64)
	if err != nil {
		return nil, models.Invalid("invalid-cursor", "not a cursor of this list").At("?cursor")
	}
	return &number, nil
}

// afterThree is after for a list whose key has three parts; none is the start, with nil for all.
func (p Page) afterThree() (a, b, c *string, err error) {
	_, key, err := p.after()
	if err != nil || key == nil {
		return nil, nil, nil, err
	}
	parts := strings.SplitN(*key, "\n", 3)
	if len(parts) != 3 {
		return nil, nil, nil, models.Invalid("invalid-cursor", "not a cursor of this list").At("?cursor")
	}
	return &parts[0], &parts[1], &parts[2], nil
}

// three is the position in a list whose key has three parts. None of them holds a line break but the last, perhaps.
func three(a, b, c string) position { return position{Key: a + "\n" + b + "\n" + c} }

// cut takes the row that was read beyond the limit off again; when there is one, the cursor of the last row that stays is
// where the next page starts.
func cut[T any](p Page, rows []T, where func(T) position) (page []T, next *string) {
	if len(rows) <= p.Limit {
		return rows, nil
	}
	rows = rows[:p.Limit]
	raw, err := json.Marshal(where(rows[len(rows)-1]))
	if err != nil {
		return rows, nil // a position holds an instant and a string: it always can be written
	}
	cursor := base64.RawURLEncoding.EncodeToString(raw)
	return rows, &cursor
}

// latest is the position in a list that is newest first.
func latest(at time.Time, key string) position {
	at = at.UTC()
	return position{At: &at, Key: key}
}
