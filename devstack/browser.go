package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"o2c/devstack/internal/browser"
)

func browserCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "browser",
		Short: "Prints the path of a browser for tests, installing the distribution's chromium if there is none",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			path, err := browser.Find(c.Context(), func(line string) { fmt.Fprintln(os.Stderr, "devstack: "+line) })
			if err != nil {
				return err
			}
			fmt.Println(path)
			return nil
		},
	}
}
