package pg

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"o2c/devstack/internal/proc"
)

func TestAFolderIsReachableWhenEveryFolderAboveLetsTheAccountIn(t *testing.T) {
	stranger := &proc.User{UID: 54321, GID: 54321}
	for name, test := range map[string]struct {
		mode os.FileMode
		want bool
	}{
		"open to all":         {0o755, true},
		"open to pass":        {0o711, true},
		"readable, no entry":  {0o744, false},
		"closed to strangers": {0o700, false},
	} {
		t.Run(name, func(t *testing.T) {
			base := t.TempDir()
			middle := filepath.Join(base, "middle")
			inner := filepath.Join(middle, "inner")
			if err := os.MkdirAll(inner, 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(filepath.Dir(base), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(middle, test.mode); err != nil {
				t.Fatal(err)
			}
			if got := reachable(inner, stranger); got != test.want {
				t.Errorf("an existing folder: %t, want %t", got, test.want)
			}
			if got := reachable(filepath.Join(inner, "later"), stranger); got != test.want {
				t.Errorf("a folder that does not exist yet: %t, want %t", got, test.want)
			}
		})
	}
}

func TestRootKeepsAClusterWhereItsAccountCanReachIt(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root runs PostgreSQL as another user")
	}
	closed := t.TempDir() // below a folder that only root enters
	if err := os.Chmod(filepath.Dir(closed), 0o700); err != nil {
		t.Fatal(err)
	}
	home, err := Place(filepath.Join(closed, "postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(home.Dir)
	if !home.Moved || !strings.HasPrefix(home.Dir, elsewhere) {
		t.Errorf("the cluster lies in %s", home.Dir)
	}
	if home.As == nil || home.As.UID == 0 {
		t.Errorf("the server would run as %+v", home.As)
	}
	// Somebody who installs PostgreSQL later gets a user postgres, but the cluster stays with its first owner.
	if err := os.Mkdir(dataDir(home.Dir), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(dataDir(home.Dir), 54321, 54321); err != nil {
		t.Fatal(err)
	}
	again, err := Place(filepath.Join(closed, "postgres"))
	if err != nil || again.Dir != home.Dir || !again.Moved || again.As.UID != 54321 {
		t.Errorf("the second start finds %+v (%v)", again, err)
	}
}
