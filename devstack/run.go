package main

import (
	"context"
	"errors"
	"os"

	"github.com/spf13/cobra"

	"o2c/devstack/internal/command"
	"o2c/devstack/internal/proc"
	"o2c/devstack/internal/settings"
	"o2c/devstack/internal/stack"
)

func runCommand() *cobra.Command {
	var product string
	c := &cobra.Command{
		Use:   "run --product O2C -- COMMAND ARGS...",
		Short: "Runs a command with the development stack, which is started for it unless it runs",
		Args:  cobra.MinimumNArgs(1),
		RunE:  func(_ *cobra.Command, args []string) error { return run(product, args) },
	}
	c.Flags().StringVar(&product, "product", "", "the o2c binary")
	_ = c.MarkFlagRequired("product") // fails only for a flag that does not exist
	return c
}

func run(product string, args []string) error {
	chosen, err := settings.Read(os.Getenv)
	if err != nil {
		return err
	}
	signals := proc.Listen()
	ctx, release := signals.Context()
	environment, err := stack.Attach(ctx, chosen.Dir)
	if err == nil {
		release()
		return outcome(command.Run(args, environment, signals, nil))
	}
	if !errors.Is(err, stack.ErrNotRunning) {
		release()
		return interruptedBefore(err)
	}
	running, err := stack.Start(ctx, chosen, product, os.Stderr)
	if err == nil {
		err = context.Cause(ctx) // a signal between the start's last step and here
	}
	release()
	if running != nil {
		defer stop(running, signals)
	}
	if err != nil {
		return interruptedBefore(err)
	}
	return outcome(command.Run(args, running.Environment(), signals, running.Failed()))
}
