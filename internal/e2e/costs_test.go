package e2e_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
)

var updateCosts = flag.Bool("update-costs", false, "write the table of docs/costs.md as the paths cost now")

const costsDocument = "../../docs/costs.md"

// costTable is what the paths cost, by the name of their row.
type costTable struct {
	mutex sync.Mutex
	rows  map[string]cost
}

// rowsOfCosts names the rows of a path: one for each workflow that it led through.
func rowsOfCosts(p path, ended []string) (rows []string) {
	for _, workflowID := range ended {
		kind, _, _ := strings.Cut(workflowID, "/")
		row := p.name
		if len(ended) > 1 {
			row += fmt.Sprintf(" (%s %d)", kind, len(rows)+1)
		}
		rows = append(rows, row)
	}
	return rows
}

func (c *costTable) add(p path, s *stack, ended []string) {
	for i, row := range rowsOfCosts(p, ended) {
		cost := s.costOf(ended[i])
		c.mutex.Lock()
		c.rows[row] = cost
		c.mutex.Unlock()
	}
}

// compare holds the document's table against what the paths cost. What happens at once on a quiet machine is told apart on a busy one, so that a
// quarter more or less is the same.
func (c *costTable) compare(t *testing.T) {
	t.Helper()
	data, err := os.ReadFile(costsDocument)
	if err != nil {
		t.Fatal(err)
	}
	if *updateCosts {
		before, _, _ := strings.Cut(string(data), "| Path |")
		text := before + "| Path | Actions | Transitions | Events |\n|---|---|---|---|\n"
		for _, p := range paths {
			for _, suffix := range []string{"", " (order 1)", " (invoice 2)", " (order 2)"} {
				if got, found := c.rows[p.name+suffix]; found {
					text += fmt.Sprintf("| %s | %d | %d | %d |\n", p.name+suffix, got.actions, got.transitions, got.events)
				}
			}
		}
		if err = os.WriteFile(costsDocument, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	known := map[string]cost{}
	for line := range strings.SplitSeq(string(data), "\n") {
		columns := strings.Split(strings.Trim(line, "| "), " | ")
		var want cost
		if len(columns) != 4 {
			continue
		}
		if _, err = fmt.Sscan(strings.Join(columns[1:], " "), &want.actions, &want.transitions, &want.events); err == nil {
			known[columns[0]] = want
		}
	}
	near := func(got, want int) bool { return 4*max(got-want, want-got) <= want }
	for row, got := range c.rows {
		want, found := known[row]
		if !found || !near(got.actions, want.actions) || !near(int(got.transitions), int(want.transitions)) || !near(got.events, want.events) {
			t.Errorf("%s costs %+v, and docs/costs.md says %+v", row, got, want)
		}
		delete(known, row)
	}
	for row := range known {
		t.Errorf("docs/costs.md has %q, which is no path", row)
	}
}
