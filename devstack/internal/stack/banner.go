package stack

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"text/tabwriter"

	"o2c/devstack/internal/ports"
)

// Announce writes where everything is.
func (s *Stack) Announce(ctx context.Context, out io.Writer) {
	api := "http://" + ports.Reachable(s.settings.API)
	fmt.Fprintf(out, "\nThe o2c development stack is ready.\n\n")
	table := tabwriter.NewWriter(out, 0, 0, 3, ' ', 0)
	row := func(what, where string) { fmt.Fprintf(table, "  %s\t%s\n", what, where) }
	if answers(ctx, s.settings.API, "/") {
		row("Workbench", api+"/")
	}
	row("API", api)
	row("API docs", api+"/docs")
	if s.engine != nil {
		row("Temporal UI", "http://"+ports.Reachable(s.settings.UI))
	}
	row("Temporal", s.temporal)
	row("PostgreSQL", s.shownDatabase())
	row("Mails", show(mailDir(s.settings.Dir)))
	row("Logs", show(s.settings.Dir+"/log"))
	_ = table.Flush()
	fmt.Fprintf(out, "\nCtrl-C stops all of it; the data stays in %s.\n", show(s.settings.Dir))
}

// shownDatabase hides a password that is not the stack's own.
func (s *Stack) shownDatabase() string {
	if s.postgres != nil {
		return s.database
	}
	if address, err := url.Parse(s.database); err == nil && address.Host != "" {
		return address.Redacted()
	}
	return "as set in the environment"
}
