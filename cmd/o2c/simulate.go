package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"time"

	"github.com/spf13/cobra"

	"o2c/internal/demo"
)

func simulateCommand() *cobra.Command {
	var data, api, run string
	var parallel int
	var patience time.Duration
	var verifying bool
	command := &cobra.Command{
		Use:   "simulate",
		Short: "play real orders on the development stack through its REST API",
		Long: `Plays orders from entry to cash: most are paid, some are dunned for months on the stack's clock, two are disputed. At the end it
compares invoices, notices and totals with what must come out, and checks the books (o2c verify). The exit code is 1 when
anything differs.

It is a client of the REST API and uses the keys of the development stack. It may be run any number of times: every run has
ids of its own. When the API goes away it waits, and goes on where it was.

An order file is CSV with the columns InvoiceNo (the purchase order's number), StockCode, Description, Quantity, InvoiceDate,
UnitPrice (GBP, net), CustomerID and Country.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			plan, err := demo.Shipped()
			if data != "" {
				plan, err = demo.ReadFile(data)
			}
			if err != nil {
				return err
			}
			err = demo.Play(c.Context(), demo.Options{
				API: cmp.Or(api, defaultAPI()), Run: cmp.Or(run, demo.NewRun(time.Now())), Plan: plan, Parallel: parallel, Patience: patience, Out: c.OutOrStdout(),
			})
			if err != nil || !verifying {
				return err
			}
			return verifyInProcess(c.Context(), c.OutOrStdout(), c.ErrOrStderr())
		},
	}
	flags := command.Flags()
	flags.StringVar(&data, "data", "", "the order file to play (default: a small one of o2c's own)")
	flags.StringVar(&api, "api", "", "URL of the API (default: http:// and O2C_API_ADDR)")
	flags.StringVar(&run, "run", "", "id of a run that was interrupted, to go on with it")
	flags.IntVar(&parallel, "parallel", 4, "how many orders are worked on at a time")
	flags.DurationVar(&patience, "patience", 5*time.Minute, "how long the API may be away, and an order may take for one thing")
	flags.BoolVar(&verifying, "verify", true, "check the books at the end; needs the settings of o2c verify")
	return command
}

// defaultAPI is where the API of this environment answers. One that listens on all addresses answers on the local one.
func defaultAPI() string {
	address := cmp.Or(os.Getenv("O2C_API_ADDR"), "127.0.0.1:8080")
	if host, port, err := net.SplitHostPort(address); err == nil && (host == "" || net.ParseIP(host).IsUnspecified()) {
		address = net.JoinHostPort("127.0.0.1", port)
	}
	return "http://" + address
}

// verifyInProcess runs "o2c verify" as a process of its own, as anybody else would.
func verifyInProcess(ctx context.Context, out, errs io.Writer) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	fmt.Fprintln(out, "\no2c verify")
	command := exec.CommandContext(ctx, self, "verify")
	command.Stdout, command.Stderr = out, errs
	if err = command.Run(); err != nil {
		return fmt.Errorf("verify: %w", err)
	}
	return nil
}
