package testkit

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// Where the servers are, when somebody else runs them (`devstack servers -- CMD` does).
const (
	databaseVariable = "O2C_TEST_DATABASE_URL"
	temporalVariable = "O2C_TEST_TEMPORAL_ADDRESS"
	uiVariable       = "O2C_TEST_TEMPORAL_UI" // may be unset where nothing looks at it
)

// startTimeout bounds the start of the servers themselves; building them first is not part of it.
const startTimeout = 2 * time.Minute

// servers are the addresses of the two servers that tests use.
type servers struct {
	databaseURL     string // superuser DSN of a maintenance database
	temporalAddress string // host:port of the engine's frontend
	temporalUI      string // URL of the engine's web interface, or ""

	// lifeline is the writing end of the standard input of servers that this process started. It is never closed: its end is
	// this process's end. It is kept because the garbage collector would close a pipe that nothing refers to.
	lifeline io.Closer
}

// TemporalAddress returns host:port of a Temporal engine that allows time skipping and knows the product's search
// attributes. The engine is shared by all tests of a run: give workflows ids of their own.
func TemporalAddress(t testing.TB) string {
	t.Helper()
	s, err := running()
	if err != nil {
		t.Fatalf("testkit: %v", err)
	}
	return s.temporalAddress
}

// Root returns the folder of the product's go.mod, found from the working directory upwards.
func Root(t testing.TB) string {
	t.Helper()
	root, err := moduleRoot()
	if err != nil {
		t.Fatalf("testkit: %v", err)
	}
	return root
}

// running returns the servers of this test binary: the ones of the environment, else its own, started once.
var running = sync.OnceValues(func() (servers, error) {
	s := servers{databaseURL: os.Getenv(databaseVariable), temporalAddress: os.Getenv(temporalVariable), temporalUI: os.Getenv(uiVariable)}
	switch {
	case s.databaseURL != "" && s.temporalAddress != "":
		return s, nil
	case s.databaseURL != "" || s.temporalAddress != "":
		return servers{}, fmt.Errorf("set both %s and %s, or none of them", databaseVariable, temporalVariable)
	}
	return start()
})

// start runs `devstack servers`. The child lives until its standard input ends, and the only writing end of that pipe
// belongs to this process, so it goes with the test binary even when that is killed.
func start() (servers, error) {
	root, err := moduleRoot()
	if err != nil {
		return servers{}, err
	}
	devstack, err := devstackBinary(root)
	if err != nil {
		return servers{}, err
	}
	log, err := os.CreateTemp("", "o2c-test-servers-*.log")
	if err != nil {
		return servers{}, err
	}
	defer func() { _ = log.Close() }() // the child has its own descriptor
	cmd := exec.Command(devstack, "servers")
	cmd.Dir = root
	cmd.Stderr = log
	lifeline, err := cmd.StdinPipe()
	if err != nil {
		return servers{}, err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return servers{}, err
	}
	if err := cmd.Start(); err != nil {
		return servers{}, fmt.Errorf("starting %s servers: %w", devstack, err)
	}

	type answer struct {
		servers
		error
	}
	ready := make(chan answer, 1)
	go func() {
		s, err := readServers(stdout)
		ready <- answer{s, err}
		_, _ = io.Copy(io.Discard, stdout) // never let the child block on a full pipe
	}()
	select {
	case a := <-ready:
		if a.error != nil {
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
			return servers{}, fmt.Errorf("devstack servers: %w; its log is %s and ends with:\n%s",
				a.error, log.Name(), tail(log.Name()))
		}
		_ = os.Remove(log.Name()) // still written through the child's descriptor, gone with it
		a.lifeline = lifeline
		return a.servers, nil
	case <-time.After(startTimeout):
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		return servers{}, fmt.Errorf("devstack servers were not ready after %s; their log is %s and ends with:\n%s",
			startTimeout, log.Name(), tail(log.Name()))
	}
}

// readServers reads KEY=value lines until both addresses are there; that of the UI comes before them.
func readServers(r io.Reader) (servers, error) {
	var s servers
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		key, value, _ := strings.Cut(lines.Text(), "=")
		switch key {
		case databaseVariable:
			s.databaseURL = value
		case temporalVariable:
			s.temporalAddress = value
		case uiVariable:
			s.temporalUI = value
		}
		if s.databaseURL != "" && s.temporalAddress != "" {
			return s, nil
		}
	}
	if err := lines.Err(); err != nil {
		return servers{}, err
	}
	return servers{}, errors.New("it ended before it was ready")
}

// devstackBinary returns .dev/bin/devstack, building it when it is missing. A lock file keeps test binaries that run at the
// same time from building it twice.
func devstackBinary(root string) (string, error) {
	binary := filepath.Join(root, ".dev", "bin", "devstack")
	if err := os.MkdirAll(filepath.Dir(binary), 0o755); err != nil {
		return "", err
	}
	lock, err := os.OpenFile(filepath.Join(filepath.Dir(binary), ".devstack.lock"), os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return "", err
	}
	defer func() { _ = lock.Close() }() // releases the lock
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return "", fmt.Errorf("waiting for another build of devstack: %w", err)
	}
	if _, err := os.Stat(binary); err == nil {
		return binary, nil
	}
	fmt.Fprintln(os.Stderr, "testkit: building .dev/bin/devstack; the first build of the engine takes some minutes")
	build := exec.Command("go", "build", "-o", binary, ".")
	build.Dir = filepath.Join(root, "devstack")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building devstack: %w\n%s", err, out)
	}
	return binary, nil
}

// moduleRoot finds the nearest go.mod of module o2c above the working directory, which for a test is its package's folder.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		content, err := os.ReadFile(filepath.Join(dir, "go.mod"))
		if err == nil && strings.HasPrefix(string(content), "module o2c\n") {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("no go.mod of module o2c above the working directory")
		}
		dir = parent
	}
}

// tail returns the last lines of a file, for an error message.
func tail(path string) string {
	const n = 20
	content, err := os.ReadFile(path)
	if err != nil {
		return err.Error()
	}
	lines := strings.Split(strings.TrimSpace(string(content)), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}
