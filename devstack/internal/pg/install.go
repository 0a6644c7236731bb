package pg

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"o2c/devstack/internal/proc"
)

// canInstall tells whether this process may install packages with apt-get.
func canInstall() bool {
	_, err := exec.LookPath("apt-get")
	return err == nil && os.Geteuid() == 0
}

// noMainCluster keeps Debian's package from starting a server of its own on port 5432.
const noMainCluster = "/etc/postgresql-common/createcluster.d/o2c-devstack.conf"

// install installs the distribution's PostgreSQL server package. It updates the package lists only when the first try
// fails, because that takes longer than the rest.
func install(ctx context.Context) error {
	if err := forbidMainCluster(); err != nil {
		return err
	}
	attempt := []string{"install", "-y", "--no-install-recommends", "postgresql"}
	if aptGet(ctx, attempt...) == nil {
		return nil
	}
	if err := aptGet(ctx, "update"); err != nil {
		return err
	}
	return aptGet(ctx, attempt...)
}

func forbidMainCluster() error {
	if err := os.MkdirAll(filepath.Dir(noMainCluster), 0o755); err != nil {
		return err
	}
	err := os.WriteFile(noMainCluster, []byte("# Written by the o2c development stack: it makes its own cluster.\ncreate_main_cluster = false\n"), 0o644)
	if errors.Is(err, fs.ErrPermission) {
		return fmt.Errorf("%s cannot be written", noMainCluster)
	}
	return err
}

func aptGet(ctx context.Context, args ...string) error {
	cmd := exec.CommandContext(ctx, "apt-get", args...)
	cmd.Env = append(proc.Without(os.Environ(), "DEBIAN_FRONTEND="), "DEBIAN_FRONTEND=noninteractive")
	if output, err := cmd.CombinedOutput(); err != nil {
		lines := strings.Split(strings.TrimSpace(string(output)), "\n")
		return fmt.Errorf("apt-get %s failed: %s", args[0], lines[len(lines)-1])
	}
	return nil
}
