package stack

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"o2c/devstack/internal/lock"
	"o2c/devstack/internal/settings"
)

// ErrNotRunning says that no stack runs in the folder.
var ErrNotRunning = errors.New("no stack runs")

// EnvironmentOfRunning returns the text of the environment file of the stack that runs in dir, ErrNotRunning when none does.
func EnvironmentOfRunning(dir string) (string, error) {
	held, _, err := lock.Held(lockFile(dir))
	if err != nil {
		return "", err
	}
	if !held {
		return "", fmt.Errorf("%w in %s", ErrNotRunning, show(dir))
	}
	text, err := os.ReadFile(environmentFile(dir))
	if errors.Is(err, os.ErrNotExist) {
		return "", fmt.Errorf("the stack in %s is still starting or already stopping", show(dir))
	}
	return string(text), err
}

// Attach returns the environment for a command that uses the stack that runs in dir, ErrNotRunning when none does. A stack
// that is just starting gets a minute to become ready.
func Attach(ctx context.Context, dir string) ([]string, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, time.Minute, fmt.Errorf("the stack in %s does not become ready", show(dir)))
	defer cancel()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		if held, _, err := lock.Held(lockFile(dir)); err != nil {
			return nil, err
		} else if !held {
			return nil, ErrNotRunning
		}
		if entries, err := readEnvironment(dir); err == nil && answers(ctx, apiAddress(entries), "/readyz") {
			return append(os.Environ(), entries...), nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}

func apiAddress(entries []string) string {
	for _, entry := range entries {
		if address, ok := strings.CutPrefix(entry, settings.API+"="); ok {
			return address
		}
	}
	return ""
}
