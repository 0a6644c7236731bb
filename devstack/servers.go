package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"o2c/devstack/internal/command"
	"o2c/devstack/internal/proc"
	"o2c/devstack/internal/throwaway"
)

func serversCommand() *cobra.Command {
	var dir string
	c := &cobra.Command{
		Use:   "servers [--dir DIR] [-- COMMAND ARGS...]",
		Short: "Runs a PostgreSQL and a Temporal engine for one test run and removes them after it",
		Long: `Runs a throw-away PostgreSQL and Temporal engine on free ports of 127.0.0.1.

With a COMMAND: runs it with O2C_TEST_DATABASE_URL, O2C_TEST_TEMPORAL_ADDRESS and O2C_TEST_TEMPORAL_UI set and exits with its exit code.
Without: prints the variables as lines on standard output when the servers are ready, and runs until standard input
ends or a signal comes.`,
		RunE: func(_ *cobra.Command, args []string) error { return servers(dir, args) },
	}
	c.Flags().StringVar(&dir, "dir", "", "folder for the data (default: the folder for temporary files)")
	return c
}

func servers(dir string, args []string) error {
	signals := proc.Listen()
	ctx, release := signals.Context()
	running, err := throwaway.Start(ctx, dir, func(line string) { fmt.Fprintln(os.Stderr, "devstack: "+line) })
	if err == nil && ctx.Err() != nil {
		err = context.Cause(ctx) // a signal between the start's last step and here
	}
	release()
	if running != nil {
		defer running.Stop()
	}
	if err != nil {
		return interruptedBefore(err)
	}
	if len(args) > 0 {
		return outcome(command.Run(args, append(os.Environ(), running.Environment()...), signals, running.Failed()))
	}

	for _, line := range running.Environment() {
		fmt.Println(line)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_, _ = io.Copy(io.Discard, os.Stdin)
	}()
	select {
	case <-ended:
	case <-signals.C():
	case reason := <-running.Failed():
		return errors.New(reason)
	}
	return nil
}

// outcome makes the end of a person's command the end of devstack.
func outcome(code int, reason string, err error) error {
	switch {
	case err != nil:
		return err
	case reason != "":
		return errors.New(reason)
	case code != 0:
		return exitCode(code)
	}
	return nil
}
