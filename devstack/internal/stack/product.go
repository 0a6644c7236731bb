package stack

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"o2c/devstack/internal/ports"
	"o2c/devstack/internal/proc"
)

const (
	// readyWithin is how long the product may take from its start until it is ready.
	readyWithin = 2 * time.Minute
	// productGrace is how long the product may take to finish what it does before it is killed. It survives being killed.
	productGrace = 15 * time.Second
)

// product is a child that runs a subcommand of the product.
type product struct {
	*proc.Child
	what string // "o2c serve"
	log  *logFile
}

// startProduct starts a subcommand of the product with the stack's environment.
func (s *Stack) startProduct(subcommand string) (*product, error) {
	program := filepath.Base(s.program)
	log, err := openLog(s.settings.Dir, program+"-"+subcommand)
	if err != nil {
		return nil, err
	}
	child, err := proc.Start(proc.Spec{
		Name: program + " " + subcommand, Path: s.program, Args: []string{subcommand}, Env: s.Environment(),
		// A killed supervisor leaves no engine and soon no database: there is nothing to finish in order.
		Stdout: log.File, Stderr: log.File, OwnGroup: true, Death: syscall.SIGKILL,
	})
	if err != nil {
		return nil, errors.Join(err, log.Close())
	}
	return &product{child, child.Name, log}, nil
}

// ended is the sentence about a child that has ended and should not have.
func (p *product) ended(verb string) error {
	return fmt.Errorf("%s %s (%s); its log is %s%s", p.what, verb, p.Ending(), show(p.log.path), p.log.tail())
}

// once runs a subcommand of the product to its end. It fails when the exit code is not 0 or ctx ends.
func (s *Stack) once(ctx context.Context, subcommand string) error {
	p, err := s.startProduct(subcommand)
	if err != nil {
		return err
	}
	defer p.log.Close()
	select {
	case <-p.Done():
	case <-ctx.Done():
		p.Stop(context.Background(), proc.Step{Signal: syscall.SIGTERM, Wait: productGrace})
		return context.Cause(ctx)
	}
	if p.ExitCode() != 0 {
		return p.ended("failed")
	}
	return nil
}

// serve starts the product and returns when it is ready.
func (s *Stack) serve(ctx context.Context) error {
	p, err := s.startProduct("serve")
	if err != nil {
		return err
	}
	s.product = p
	ctx, cancel := context.WithTimeoutCause(ctx, readyWithin, fmt.Errorf("%s was not ready within %s; its log is %s", p.what, readyWithin, show(p.log.path)))
	defer cancel()
	return awaitReady(ctx, s.settings.API, p)
}

// awaitReady returns when the product that listens on address says that it is ready. It fails when the product p, if any is
// given, ends before that, or when ctx ends.
func awaitReady(ctx context.Context, address string, p *product) error {
	var ended <-chan struct{}
	if p != nil {
		ended = p.Done()
	}
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		if answers(ctx, address, "/readyz") {
			return nil
		}
		select {
		case <-tick.C:
		case <-ended:
			return p.ended("ended before it was ready")
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// answers tells whether a GET of a path of the API is answered with 200.
func answers(ctx context.Context, address, path string) bool {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+ports.Reachable(address)+path, nil)
	if err != nil {
		return false
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return false
	}
	return response.Body.Close() == nil && response.StatusCode == http.StatusOK
}

// findProgram is the absolute path of the product's binary.
func findProgram(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil || info.IsDir() {
		return "", fmt.Errorf("there is no o2c binary at %s: build it, and name it with --product", path)
	}
	return filepath.Abs(path)
}
