package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"o2c/devstack/internal/proc"
)

// exitCode is the exit code of a command that devstack ran for a person; it is not a failure of devstack.
type exitCode int

func (e exitCode) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

// interruptedBefore is the outcome of a command that never ran because a signal came first.
func interruptedBefore(err error) error {
	if interrupted, ok := errors.AsType[proc.Interrupted](err); ok {
		return exitCode(128 + int(interrupted.Signal))
	}
	return err
}

func main() {
	parent := os.Getppid() // before anything else: a parent that dies later must be noticed
	err := root(parent).ExecuteContext(context.Background())
	var code exitCode
	var interrupted proc.Interrupted
	switch {
	case err == nil, errors.As(err, &interrupted): // somebody who stops the stack gets what they asked for
	case errors.As(err, &code):
		os.Exit(int(code))
	default:
		fmt.Fprintln(os.Stderr, "devstack: "+err.Error())
		os.Exit(1)
	}
}

func root(parent int) *cobra.Command {
	var withParent bool
	command := &cobra.Command{
		Use:           "devstack",
		Short:         "Runs the servers that o2c needs on one machine: PostgreSQL, Temporal and a mail catcher",
		SilenceErrors: true, SilenceUsage: true,
		PersistentPreRunE: func(*cobra.Command, []string) error {
			if withParent {
				return proc.StopWithParent(parent)
			}
			return nil
		},
	}
	command.PersistentFlags().BoolVar(&withParent, "with-parent", false, "stop when the process that started devstack dies")
	command.AddCommand(upCommand(), runCommand(), serversCommand(), envCommand(), browserCommand())
	return command
}
