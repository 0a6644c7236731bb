package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"o2c/devstack/internal/settings"
	"o2c/devstack/internal/stack"
)

func envCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "env",
		Short: "Prints the environment of the running development stack as lines that a shell can source",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			chosen, err := settings.Read(os.Getenv)
			if err != nil {
				return err
			}
			text, err := stack.EnvironmentOfRunning(chosen.Dir)
			if err != nil {
				return err
			}
			fmt.Print(text)
			return nil
		},
	}
}
