package e2e_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"

	"o2c/workflows"
)

// shortRuns has every order and invoice continue as new after every turn: whoever starts one hands it a short history.
type shortRuns struct{ converter.DataConverter }

func (c shortRuns) ToPayloads(values ...any) (*commonpb.Payloads, error) {
	short := slices.Clone(values)
	for i, value := range short {
		switch state := value.(type) {
		case workflows.OrderState:
			state.HistoryLimit = 1
			short[i] = state
		case workflows.ReceivableState:
			state.HistoryLimit = 1
			short[i] = state
		}
	}
	return c.DataConverter.ToPayloads(short...)
}

// bookOf is all that the book says of a customer, without its ids: what happened and who did it, what was posted, what was demanded and
// what is open, each with the day of the path. What one step writes stands in its order; what is sent beside is sorted.
func (s *stack) bookOf(customer string) []string {
	rows, err := s.pool.Query(s.t.Context(), `
		WITH orders_of AS (SELECT id FROM orders WHERE customer_id = $1),
		     began AS (SELECT min(at)::date AS day FROM events WHERE order_id IN (SELECT id FROM orders_of)),
		     lines AS (
		SELECT 1 AS part, (at::date - day) AS day, concat_ws(' ', 'event', at::date - day, kind, actor) AS line
		  FROM events, began WHERE customer_id = $1 OR order_id IN (SELECT id FROM orders_of)
		UNION ALL
		SELECT 2, e.business_date - day, concat_ws(' ', 'posting', e.business_date - day, e.event, l.account, l.currency, l.debit, l.credit)
		  FROM ledger_entries e JOIN ledger_lines l ON l.entry_id = e.id, began WHERE e.customer_id = $1
		UNION ALL
		SELECT 3, n.at::date - day, concat_ws(' ', 'notice', n.at::date - day, n.level, n.amount, n.state, n.reason)
		  FROM dunning_notices n JOIN open_items i ON i.number = n.invoice, began WHERE i.customer_id = $1
		UNION ALL
		SELECT 4, 0, concat_ws(' ', 'open', kind, total, open_amount, status, due_date - day) FROM open_items, began WHERE customer_id = $1
		UNION ALL
		SELECT 5, 0, concat_ws(' ', 'message', kind, state) FROM messages WHERE customer_id = $1
		UNION ALL
		SELECT 6, 0, concat_ws(' ', 'order', stage, outcome, blocked_code) FROM orders WHERE customer_id = $1)
		SELECT line FROM lines ORDER BY part, day, line`, customer)
	if err != nil {
		s.t.Fatal(err)
	}
	defer rows.Close()
	var book []string
	for rows.Next() {
		var line string
		if err = rows.Scan(&line); err != nil {
			s.t.Fatal(err)
		}
		book = append(book, line)
	}
	if err = rows.Err(); err != nil {
		s.t.Fatal(err)
	}
	return book
}

// played plays a path and returns its book, and the workflows that it led through.
func (s *stack) played(p path) (book, ended []string) {
	customer, ended := p.play(s)
	s.eventually("the mails of "+p.name, func() bool {
		return !slices.ContainsFunc(s.bookOf(customer), func(line string) bool {
			return strings.HasPrefix(line, "message ") && strings.HasSuffix(line, " queued")
		})
	})
	return s.bookOf(customer), ended
}

// Every path ends with the same book when its workflows continue as new after every turn, and when the worker remembers no workflow from
// one task to the next. What the paths cost as usual is the table of docs/costs.md.
func TestEveryPathEndsTheSameHoweverItsWorkflowsRun(t *testing.T) {
	t.Parallel()
	today := time.Now().UTC().YearDay()
	asUsual, short, forgetful := startApart(t), startIn(t, newNamespace(t), func(o *client.Options) {
		o.DataConverter = shortRuns{converter.GetDefaultDataConverter()}
	}), startIn(t, newNamespace(t))
	for _, s := range []*stack{asUsual, short, forgetful} {
		s.patient = true
	}
	short.startWorker()
	forgetful.startWorkerWithoutCache()
	stacks := map[string]*stack{"continued as new at every turn": short, "without a cache": forgetful}
	costs := costTable{rows: map[string]cost{}}
	var group sync.WaitGroup
	atOnce := make(chan struct{}, 2)
	for _, path := range paths {
		atOnce <- struct{}{}
		group.Go(func() {
			defer func() { <-atOnce }()
			want, ended := asUsual.played(path)
			asUsual.keep(path.file(), ended[len(ended)-1])
			costs.add(path, asUsual, ended)
			if len(want) < 10 {
				t.Errorf("%s has a book of %d lines", path.name, len(want))
			}
			for how, s := range stacks {
				got, _ := s.played(path)
				diff := cmp.Diff(want, got)
				if diff != "" { // a busy machine can move what a clock that is skipped does by a day: then the same path, played again, does not differ
					t.Logf("%s, %s, is played again (-as usual +so):\n%s", path.name, how, diff)
					got, _ = s.played(path)
					diff = cmp.Diff(want, got)
				}
				if diff != "" && time.Now().UTC().YearDay() == today { // else the books are of two days
					t.Errorf("%s, %s (-as usual +so):\n%s", path.name, how, diff)
				}
			}
		})
	}
	group.Wait()
	for _, s := range []*stack{asUsual, short, forgetful} {
		s.wantClean()
	}
	costs.compare(t)
}
