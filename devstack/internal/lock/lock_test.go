package lock

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

func TestALockHasOneHolder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	if held, _, err := Held(path); held || err != nil {
		t.Fatalf("before anybody took it: held %t, %v", held, err)
	}
	first, err := Acquire(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Acquire(path); !errors.Is(err, ErrHeld) {
		t.Errorf("a second holder: %v", err)
	}
	if held, pid, err := Held(path); !held || pid != fmt.Sprint(os.Getpid()) || err != nil {
		t.Errorf("while it is held: held %t by %q, %v", held, pid, err)
	}
	first.Release()
	second, err := Acquire(path)
	if err != nil {
		t.Fatalf("after its release: %v", err)
	}
	second.Release()
}
