package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"o2c/devstack/internal/proc"
	"o2c/devstack/internal/settings"
	"o2c/devstack/internal/stack"
)

func upCommand() *cobra.Command {
	var product string
	c := &cobra.Command{
		Use:   "up --product O2C",
		Short: "Starts the whole development stack with the product and runs until Ctrl-C",
		Args:  cobra.NoArgs,
		RunE:  func(*cobra.Command, []string) error { return up(product) },
	}
	c.Flags().StringVar(&product, "product", "", "the o2c binary")
	_ = c.MarkFlagRequired("product") // fails only for a flag that does not exist
	return c
}

func up(product string) error {
	chosen, err := settings.Read(os.Getenv)
	if err != nil {
		return err
	}
	signals := proc.Listen()
	ctx, release := signals.Context()
	running, err := stack.Start(ctx, chosen, product, os.Stdout)
	if err != nil {
		release()
		return err
	}
	running.Announce(ctx, os.Stdout)
	stopping := ctx.Err() != nil // a signal since the start's last step
	release()

	var failure error
	if !stopping {
		select {
		case <-signals.C():
		case reason := <-running.Failed():
			failure = errors.New(reason)
		}
	}
	fmt.Println() // the terminal shows ^C without a line end
	stop(running, signals)
	return failure
}

// stop stops the stack; a further signal makes it impatient.
func stop(running *stack.Stack, signals *proc.Signals) {
	ctx, release := signals.Context()
	defer release()
	running.Stop(ctx)
}
