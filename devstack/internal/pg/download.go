package pg

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	embedded "github.com/fergusstrange/embedded-postgres"
)

// builds are the downloadable versions by major version; 0 is the one for a new cluster.
var builds = map[int]embedded.PostgresVersion{
	0: embedded.V17, 14: embedded.V14, 15: embedded.V15, 16: embedded.V16, 17: embedded.V17, 18: embedded.V18,
}

// buildsFolder is where downloaded builds are kept, for every stack and test run of this machine. Root's own cache is closed
// to the account that the server then runs as.
func buildsFolder() (string, error) {
	if os.Geteuid() == 0 {
		return filepath.Join(elsewhere, "builds"), nil
	}
	cache, err := os.UserCacheDir()
	return filepath.Join(cache, "o2c-devstack"), err
}

func buildFolder(builds string, version embedded.PostgresVersion) string {
	return filepath.Join(builds, "postgresql-"+string(version))
}

// downloaded finds a build that an earlier start downloaded.
func downloaded(ctx context.Context, folder string, major int) (Programs, bool) {
	version, ok := builds[major]
	if !ok {
		return Programs{}, false
	}
	return inspect(ctx, filepath.Join(buildFolder(folder, version), "bin"), major)
}

// download fetches a build of PostgreSQL for this operating system into folder and checks its sum. repository is another
// place to download from than the library's own; empty is that.
//
// The library also starts the server, as a daemon, which would survive a killed supervisor and cannot run as another user.
// So it gets a data folder that looks like a cluster but is none: it downloads, unpacks and then fails to start it.
func download(ctx context.Context, folder string, major int, repository string) error {
	version, ok := builds[major]
	if !ok {
		return fmt.Errorf("no build of PostgreSQL %d can be downloaded", major)
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	draft, err := os.MkdirTemp(folder, "download-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(draft)
	decoy := filepath.Join(draft, "decoy")
	if err := os.Mkdir(decoy, 0o700); err != nil {
		return err
	}
	decoyVersion, _, _ := strings.Cut(string(version), ".")
	if err := os.WriteFile(filepath.Join(decoy, "PG_VERSION"), []byte(decoyVersion), 0o600); err != nil {
		return err
	}
	programs := filepath.Join(draft, "programs")
	config := embedded.DefaultConfig().Version(version).Logger(io.Discard).
		CachePath(filepath.Join(draft, "cache")).RuntimePath(filepath.Join(draft, "runtime")).
		BinariesPath(programs).DataPath(decoy).Port(0) // the library refuses a port that is in use or needs a privilege
	if repository != "" {
		config = config.BinaryRepositoryURL(repository)
	}

	result := make(chan error, 1)
	go func() { result <- embedded.NewDatabase(config).Start() }() // it has no way to be cancelled
	ctx, cancel := context.WithTimeoutCause(ctx, 5*time.Minute, errors.New("it took more than 5 minutes"))
	defer cancel()
	select {
	case err = <-result:
	case <-ctx.Done():
		return fmt.Errorf("the download of PostgreSQL %s failed: %w", version, context.Cause(ctx))
	}
	if _, missing := os.Stat(filepath.Join(programs, "bin", "postgres")); missing != nil {
		return fmt.Errorf("the download of PostgreSQL %s failed: %w", version, err)
	}
	if err := os.Chmod(programs, 0o755); err != nil {
		return err
	}
	if err := os.Rename(programs, buildFolder(folder, version)); err != nil {
		if _, ok := downloaded(context.WithoutCancel(ctx), folder, major); !ok { // another start was quicker
			return err
		}
	}
	return nil
}
