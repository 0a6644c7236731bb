package activities_test

import (
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"o2c/activities"
)

// The levels of the policy by which customers are dunned here charge fees; the second one compensates for the late payment, once per invoice.
// Of interest it charges nothing, for nobody has set its reference rates.
var noticeFees = map[int]int64{1: 2_50, 2: 5_00}

const compensation = 40_00

func (w *world) feesPolicy() {
	w.exec(`INSERT INTO dunning_policies (name, version) VALUES ('fees', 1)`)
	w.exec(`INSERT INTO dunning_levels (policy, version, level, days_after_due, channel, fee, interest_regime, interest_percent, interest_base)
		VALUES ('fees', 1, 1, 7, 'email', 2.50, '', 0, ''), ('fees', 1, 2, 14, 'email', 5, 'eu_2011_7', 0, 'nobodys')`)
}

// noticeEvents are notices for what is overdue.
var noticeEvents = map[string]moneyEvent{
	"notice": func(p *moneyPlay) (string, string, error) {
		v, ok := pick(p, "invoice", p.model.invoices, func(v *modelInvoice) bool { return v.undisputed() > 0 })
		if !ok || v.pausedFor || p.model.waitsForTheMonth() { // when a part is demanded again that was disputed, its own tests say
			return "", "", nil
		}
		in := activities.DunInput{OrderID: p.orders[v.number], Invoice: v.number}
		var due time.Time
		err := p.pool.QueryRow(p.ctx, `SELECT next_level, next_dunning_at FROM open_items WHERE number = $1 AND next_level IS NOT NULL`, v.number).Scan(&in.Level, &due)
		if errors.Is(err, pgx.ErrNoRows) {
			return "", "", nil
		}
		p.must(err)
		if p.now.Before(due) {
			p.now = due
		}
		in.At = p.now
		_, err = p.collections.Dun(p.ctx, in)
		p.model.dun(v, in.Level, sellersDay(p.now))
		return fmt.Sprintf("%d for %s on %s", in.Level, v.number, p.now.Format(time.DateOnly)), "", err
	},
}

// waitsForTheMonth is true while something that was shipped is to be billed with its month.
func (m *moneyModel) waitsForTheMonth() bool {
	for _, o := range m.orders {
		if _, delivered := o.committed(); o.byPeriod && delivered > 0 {
			return true
		}
	}
	return false
}

// dun charges what a level costs, if there is anything to demand.
func (m *moneyModel) dun(v *modelInvoice, level int, today string) {
	if v.undisputed() == 0 {
		return
	}
	charges := []int64{noticeFees[level]}
	if level == 2 && !v.compensated {
		v.compensated = true
		charges = append(charges, compensation)
	}
	for _, amount := range charges {
		m.charge(amount, today).last = true
		m.charged += amount
	}
}
