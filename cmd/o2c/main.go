package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	slog.SetDefault(slog.New(slog.NewTextHandler(os.Stderr, nil)))
	if err := root().ExecuteContext(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "o2c:", err)
		os.Exit(1)
	}
}

func root() *cobra.Command {
	command := &cobra.Command{
		Use:           "o2c",
		Short:         "Order to cash: every order is one durable workflow, PostgreSQL is the book of record",
		Long:          "Order to cash: every order is one durable workflow, PostgreSQL is the book of record.\n\nSettings come from the environment:\n" + describeVariables(),
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	command.AddCommand(serveCommand(), apiCommand(), workerCommand(), migrateCommand(), seedCommand(), simulateCommand(), verifyCommand())
	return command
}
