package pg

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"o2c/devstack/internal/apt"
)

// noMainCluster keeps Debian's package from starting a server of its own on port 5432.
const noMainCluster = "/etc/postgresql-common/createcluster.d/o2c-devstack.conf"

// install installs the distribution's PostgreSQL server package.
func install(ctx context.Context) error {
	if err := forbidMainCluster(); err != nil {
		return err
	}
	return apt.Install(ctx, "postgresql")
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
