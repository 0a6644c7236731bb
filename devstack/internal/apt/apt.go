// Package apt installs packages of the distribution.
//
// It owns: the call of apt-get. It does not own: which package, or what is done where it can't be had. What always holds: a
// package that is there is not asked for again by its callers.
package apt

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"

	"o2c/devstack/internal/proc"
)

// Available tells whether this process may install packages: as root, on a machine with apt-get.
func Available() bool {
	_, err := exec.LookPath("apt-get")
	return err == nil && os.Geteuid() == 0
}

// Install installs a package. It updates the package lists only when the first try fails, because that takes longer than the
// rest.
func Install(ctx context.Context, name string) error {
	attempt := []string{"install", "-y", "--no-install-recommends", name}
	if run(ctx, attempt...) == nil {
		return nil
	}
	if err := run(ctx, "update"); err != nil {
		return err
	}
	return run(ctx, attempt...)
}

func run(ctx context.Context, args ...string) error {
	cmd := exec.CommandContext(ctx, "apt-get", args...)
	cmd.Env = append(proc.Without(os.Environ(), "DEBIAN_FRONTEND="), "DEBIAN_FRONTEND=noninteractive")
	if output, err := cmd.CombinedOutput(); err != nil {
		lines := strings.Split(strings.TrimSpace(string(output)), "\n")
		return fmt.Errorf("apt-get %s failed: %s", args[0], lines[len(lines)-1])
	}
	return nil
}
