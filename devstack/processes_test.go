package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// processes lists the command lines of all processes that belong to the bench: they have its folder in their environment or
// on their command line. PostgreSQL's own children are found by their working folder. Linux only; elsewhere it is empty.
func (b *bench) processes() []string {
	var found []string
	folders, _ := filepath.Glob("/proc/[0-9]*")
	for _, folder := range folders {
		command, err := os.ReadFile(filepath.Join(folder, "cmdline"))
		if err != nil || len(command) == 0 {
			continue // ended, or a zombie that its parent has not looked at yet
		}
		environment, _ := os.ReadFile(filepath.Join(folder, "environ"))
		working, _ := os.Readlink(filepath.Join(folder, "cwd"))
		if bytes.Contains(command, []byte(b.dir)) || bytes.Contains(environment, []byte(b.dir)) || strings.HasPrefix(working, b.dir) {
			found = append(found, string(bytes.ReplaceAll(command, []byte{0}, []byte{' '})))
		}
	}
	return found
}

// expectNothingLeft fails the test when a process of the bench does not vanish.
func (b *bench) expectNothingLeft() {
	b.Helper()
	b.until("no process is left", func() bool {
		left := b.processes()
		if b.ctx.Err() != nil {
			b.Logf("left: %q", left)
		}
		return len(left) == 0
	})
}

func needLinux(t *testing.T) {
	t.Helper()
	if _, err := os.Stat("/proc/self/environ"); err != nil {
		t.Skip("only Linux ties the life of a child to its parent's")
	}
}

func TestAKilledSupervisorLeavesNoProcessAndNoDamage(t *testing.T) {
	needLinux(t)
	b := newBench(t)
	s := b.up()
	if count := len(b.processes()); count < 5 {
		t.Fatalf("only %d processes are seen of a running stack", count)
	}
	_ = s.cmd.Process.Signal(syscall.SIGKILL)
	<-s.done
	b.expectNothingLeft()

	again := b.up()
	if rows := b.rows(); rows != 2 {
		t.Errorf("%d rows after the second start, want 2", rows)
	}
	again.stop()
}

func TestAStackStopsWithTheProcessThatStartedIt(t *testing.T) {
	needLinux(t)
	b := newBench(t)
	// The shell waits for the supervisor, as make does.
	s := b.launch(exec.CommandContext(b.ctx, "sh", "-c", `"$0" up --with-parent --product "$0" & wait`, os.Args[0]))
	s.awaitOutput("is ready.")
	_ = s.cmd.Process.Signal(syscall.SIGKILL)
	b.expectNothingLeft()
	if _, err := os.Stat(filepath.Join(b.dir, "env")); !os.IsNotExist(err) {
		t.Errorf("the stack was not stopped in order: its environment file is still there")
	}
}

func TestTestServersStopWithTheTestThatHoldsTheirInput(t *testing.T) {
	b := newBench(t)
	cmd := exec.CommandContext(b.ctx, os.Args[0], "servers", "--dir", filepath.Dir(b.dir))
	input, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	s := b.launch(cmd)
	s.awaitOutput("O2C_TEST_TEMPORAL_ADDRESS=127.0.0.1:")
	if err := input.Close(); err != nil {
		t.Fatal(err)
	}
	if code := s.exit(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(b.dir), "o2c-servers-*")); len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
}

func TestTestServersOfAKilledRunAreSweptByTheNext(t *testing.T) {
	needLinux(t)
	b := newBench(t)
	servers := func(command string) *supervisor {
		return b.start("servers", "--dir", filepath.Dir(b.dir), "--", "sh", "-c", command)
	}
	s := servers("echo started; read forever </dev/zero")
	s.awaitOutput("started")
	_ = s.cmd.Process.Signal(syscall.SIGKILL)
	b.expectNothingLeft()

	if code := servers(`test -n "$O2C_TEST_DATABASE_URL" && exit 7`).exit(); code != 7 {
		t.Errorf("exit code %d, want the command's 7", code)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(b.dir), "o2c-servers-*")); len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
}
