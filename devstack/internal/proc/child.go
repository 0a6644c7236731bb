package proc

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// Spec says which program to run and how.
type Spec struct {
	Name string // what people call it, for sentences
	Path string // the program, found in PATH when it has no slash
	Args []string
	Env  []string // the whole environment; nil inherits
	Dir  string   // working directory; empty inherits

	Stdin, Stdout, Stderr *os.File // nil is /dev/null

	As       *User          // nil runs as the current user
	OwnGroup bool           // keeps the terminal's Ctrl-C away, so that the supervisor alone decides the order of stopping
	Death    syscall.Signal // sent by the kernel when the supervisor dies (Linux)
}

// User is the account that a child runs as.
type User struct {
	Name     string
	UID, GID uint32
}

// Child is a started process.
type Child struct {
	Name string

	cmd  *exec.Cmd
	done chan struct{}
	err  error // what Wait returned; valid once done is closed
}

// Start starts a process. It fails when the program cannot be executed.
func Start(spec Spec) (*Child, error) {
	cmd := exec.Command(spec.Path, spec.Args...)
	cmd.Env, cmd.Dir = spec.Env, spec.Dir
	// A typed nil *os.File must not reach the interfaces of exec.Cmd.
	if spec.Stdin != nil {
		cmd.Stdin = spec.Stdin
	}
	if spec.Stdout != nil {
		cmd.Stdout = spec.Stdout
	}
	if spec.Stderr != nil {
		cmd.Stderr = spec.Stderr
	}
	cmd.SysProcAttr = attributes(spec)

	var err error
	onLastingThread(func() { err = cmd.Start() })
	if err != nil {
		return nil, fmt.Errorf("%s cannot be started: %w", spec.Name, err)
	}
	c := &Child{Name: spec.Name, cmd: cmd, done: make(chan struct{})}
	go func() {
		c.err = cmd.Wait()
		close(c.done)
	}()
	return c, nil
}

// PID is the process id.
func (c *Child) PID() int { return c.cmd.Process.Pid }

// Done is closed when the process has ended.
func (c *Child) Done() <-chan struct{} { return c.done }

// ExitCode is the exit code as a shell counts it: 128 + the signal's number for a process that a signal ended. It waits
// for the end.
func (c *Child) ExitCode() int {
	<-c.done
	state := c.cmd.ProcessState
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return 128 + int(status.Signal())
	}
	return state.ExitCode()
}

// Ending says in words how the process ended: "exit code 3", "signal killed". It waits for the end.
func (c *Child) Ending() string {
	<-c.done
	if status, ok := c.cmd.ProcessState.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return "signal " + status.Signal().String()
	}
	return fmt.Sprintf("exit code %d", c.cmd.ProcessState.ExitCode())
}

// Signal sends a signal; one to a process that has ended is ignored.
func (c *Child) Signal(signal os.Signal) {
	if err := c.cmd.Process.Signal(signal); err != nil && !errors.Is(err, os.ErrProcessDone) {
		// The process exists and is ours, or is a child that ended in between: nothing else can be done about it.
		return
	}
}

// Step is one degree of insistence: a signal and how long to wait for its effect.
type Step struct {
	Signal syscall.Signal
	Wait   time.Duration
}

// Stop sends the signals of steps, one after the other, until the process has ended, and at last SIGKILL. A cancelled ctx
// skips the waiting.
func (c *Child) Stop(ctx context.Context, steps ...Step) {
	for _, step := range steps {
		select {
		case <-c.done:
			return
		default:
		}
		c.Signal(step.Signal)
		timer := time.NewTimer(step.Wait)
		select {
		case <-c.done:
		case <-timer.C:
		case <-ctx.Done():
		}
		timer.Stop()
	}
	select {
	case <-c.done:
	default:
		c.Signal(syscall.SIGKILL)
		<-c.done
	}
}

// Without returns env without the variables whose names begin with one of prefixes.
func Without(env []string, prefixes ...string) []string {
	var kept []string
next:
	for _, entry := range env {
		for _, prefix := range prefixes {
			if strings.HasPrefix(entry, prefix) {
				continue next
			}
		}
		kept = append(kept, entry)
	}
	return kept
}
