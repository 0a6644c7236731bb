// Package command runs the command that a person gave to the supervisor, as if there were no supervisor: it has the
// terminal, gets the signals, and its exit code is the supervisor's.
package command

import (
	"context"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"o2c/devstack/internal/proc"
)

// Run runs args with the environment env and returns its exit code. Signals are passed on. When failed delivers, something
// that the command depends on is gone: the command is ended and the message is returned as reason.
func Run(args, env []string, signals *proc.Signals, failed <-chan string) (code int, reason string, err error) {
	child, err := proc.Start(proc.Spec{
		Name: args[0], Path: args[0], Args: args[1:], Env: env,
		Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Death: syscall.SIGTERM,
	})
	if err != nil {
		return 0, "", err
	}
	for {
		select {
		case <-child.Done():
			return child.ExitCode(), "", nil
		case received := <-signals.C():
			if received != os.Interrupt || !inForeground() {
				child.Signal(received)
			}
		case reason = <-failed:
			child.Stop(context.Background(), proc.Step{Signal: syscall.SIGTERM, Wait: 10 * time.Second})
			return 1, reason, nil
		}
	}
}

// inForeground tells whether this process and its command have the terminal. Then the terminal has already sent its
// Ctrl-C to both, and a second one would make many programs give up at once.
func inForeground() bool {
	terminal, err := os.Open("/dev/tty")
	if err != nil {
		return false
	}
	defer terminal.Close()
	group, err := unix.IoctlGetInt(int(terminal.Fd()), unix.TIOCGPGRP)
	return err == nil && group == unix.Getpgrp()
}
