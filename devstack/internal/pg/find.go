package pg

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"o2c/devstack/internal/apt"
)

// Oldest is the oldest major version that the product works with.
const Oldest = 14

// Programs are the PostgreSQL programs of one folder.
type Programs struct {
	Dir     string // the folder with initdb and postgres
	Version string // as the server says it: "15.18"
	Major   int
}

// usualFolders are where distributions and Homebrew put what is not in PATH.
var usualFolders = []string{
	"/usr/lib/postgresql/*/bin",         // Debian, Ubuntu
	"/usr/pgsql-*/bin",                  // Red Hat, Fedora, SUSE (PGDG)
	"/usr/libexec/postgresql*",          // Alpine
	"/opt/homebrew/opt/postgresql*/bin", // Homebrew on Apple silicon
	"/usr/local/opt/postgresql*/bin",    // Homebrew on Intel
	"/usr/local/pgsql/bin",              // built from source
}

// installed finds programs on this machine: those in PATH first, then the usual folders with the newest first. With a
// major version other than 0 only that one counts, because a cluster belongs to one.
func installed(ctx context.Context, major int) (Programs, bool) {
	if path, err := exec.LookPath("initdb"); err == nil {
		if resolved, err := filepath.EvalSymlinks(path); err == nil {
			path = resolved // a link in PATH may point to a folder that holds more than initdb
		}
		if programs, ok := inspect(ctx, filepath.Dir(path), major); ok {
			return programs, true
		}
	}
	var found []Programs
	for _, pattern := range usualFolders {
		folders, _ := filepath.Glob(pattern) // the patterns are well-formed
		for _, folder := range folders {
			if programs, ok := inspect(ctx, folder, major); ok {
				found = append(found, programs)
			}
		}
	}
	if len(found) == 0 {
		return Programs{}, false
	}
	return slices.MaxFunc(found, func(a, b Programs) int { return cmp.Compare(a.Major, b.Major) }), true
}

var versionPattern = regexp.MustCompile(`\(PostgreSQL\) ((\d+)\S*)`)

// inspect looks whether a folder holds usable programs.
func inspect(ctx context.Context, folder string, major int) (Programs, bool) {
	if info, err := os.Stat(filepath.Join(folder, "initdb")); err != nil || info.IsDir() {
		return Programs{}, false
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	output, err := exec.CommandContext(ctx, filepath.Join(folder, "postgres"), "--version").Output()
	if err != nil {
		return Programs{}, false
	}
	match := versionPattern.FindStringSubmatch(string(output))
	if match == nil {
		return Programs{}, false
	}
	programs := Programs{Dir: folder, Version: match[1]}
	programs.Major, _ = strconv.Atoi(match[2]) // digits, by the pattern
	if programs.Major < Oldest || major != 0 && programs.Major != major {
		return Programs{}, false
	}
	return programs, true
}

// Find returns PostgreSQL programs for the cluster in home: those of this machine; else, as root on a machine with apt, the
// distribution's package, which is quicker, signed and patched; else a downloaded build. A cluster that exists needs its own
// major version. say gets a line before something is installed or downloaded. Find fails with a sentence on what to install.
func Find(ctx context.Context, home string, say func(string)) (Programs, error) {
	major, err := clusterMajor(home)
	if err != nil {
		return Programs{}, err
	}
	if programs, ok := installed(ctx, major); ok {
		return programs, nil
	}
	builds, err := buildsFolder()
	if err != nil {
		return Programs{}, err
	}
	if programs, ok := downloaded(ctx, builds, major); ok {
		return programs, nil
	}
	var tried []string
	if apt.Available() {
		say("No PostgreSQL here: installing the distribution's package with apt-get.")
		if err := install(ctx); err != nil {
			tried = append(tried, err.Error())
		} else if programs, ok := installed(ctx, major); ok {
			return programs, nil
		}
	}
	say("No PostgreSQL here: downloading a build.")
	if err := download(ctx, builds, major, ""); err != nil {
		tried = append(tried, err.Error())
	} else if programs, ok := downloaded(ctx, builds, major); ok {
		return programs, nil
	}
	if ctx.Err() != nil {
		return Programs{}, context.Cause(ctx)
	}
	return Programs{}, notFound(home, major, tried)
}

func notFound(home string, major int, tried []string) error {
	reasons := ""
	if len(tried) > 0 {
		reasons = " (" + strings.Join(tried, "; ") + ")"
	}
	if major != 0 {
		return fmt.Errorf("the cluster in %s belongs to PostgreSQL %d, which this machine does not have%s: install it, set O2C_DATABASE_URL, or remove that folder to start empty", home, major, reasons)
	}
	return fmt.Errorf("no PostgreSQL %d or later on this machine%s: install it (Debian: apt-get install postgresql, Fedora: dnf install postgresql-server, macOS: brew install postgresql) or set O2C_DATABASE_URL", Oldest, reasons)
}

// clusterMajor is the major version of the cluster in home, 0 when there is none yet.
func clusterMajor(home string) (int, error) {
	text, err := os.ReadFile(filepath.Join(dataDir(home), "PG_VERSION"))
	if os.IsNotExist(err) {
		return 0, nil
	}
	if os.IsPermission(err) {
		return 0, fmt.Errorf("the PostgreSQL cluster in %s belongs to another user: start as that user or as root, or remove it to start empty", home)
	}
	if err != nil {
		return 0, err
	}
	major, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return 0, fmt.Errorf("the PostgreSQL cluster in %s has no readable version: %q", home, text)
	}
	return major, nil
}
