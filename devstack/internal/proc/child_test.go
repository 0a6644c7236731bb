package proc

import (
	"context"
	"os"
	"syscall"
	"testing"
	"time"
)

func sh(t *testing.T, script string) *Child {
	t.Helper()
	child, err := Start(Spec{Name: "sh", Path: "sh", Args: []string{"-c", script}, Death: syscall.SIGKILL})
	if err != nil {
		t.Fatal(err)
	}
	return child
}

func TestTheEndOfAChildIsToldAsAShellTellsIt(t *testing.T) {
	for script, want := range map[string]struct {
		code   int
		ending string
	}{
		"exit 0":        {0, "exit code 0"},
		"exit 3":        {3, "exit code 3"},
		"kill -TERM $$": {143, "signal terminated"},
	} {
		child := sh(t, script)
		if code, ending := child.ExitCode(), child.Ending(); code != want.code || ending != want.ending {
			t.Errorf("%s: %d, %s", script, code, ending)
		}
	}
}

func TestAChildThatDoesNotListenIsKilled(t *testing.T) {
	said, says, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	silence, silent, err := os.Pipe() // held open, so that the child waits for ever
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	child, err := Start(Spec{Name: "sh", Path: "sh", Args: []string{"-c", `trap "" TERM; echo; read forever`}, Stdin: silence, Stdout: says})
	if err != nil {
		t.Fatal(err)
	}
	_, _ = said.Read(make([]byte, 1)) // the trap is set
	child.Stop(context.Background(), Step{Signal: syscall.SIGTERM, Wait: 50 * time.Millisecond})
	if child.Ending() != "signal killed" {
		t.Errorf("the child ended with %s", child.Ending())
	}
}

func TestImpatienceSkipsTheWaiting(t *testing.T) {
	now, cancel := context.WithCancel(t.Context())
	cancel()
	child := sh(t, `trap "" TERM; while :; do sleep 1; done`)
	began := time.Now()
	child.Stop(now, Step{Signal: syscall.SIGTERM, Wait: time.Minute})
	if waited := time.Since(began); waited > 10*time.Second {
		t.Errorf("it took %s", waited)
	}
}
