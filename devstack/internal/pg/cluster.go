package pg

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"o2c/devstack/internal/proc"
)

// superuser is the only account of a cluster. On the development stack the product is the cluster's owner.
const superuser = "o2c"

func dataDir(home string) string { return filepath.Join(home, "data") }

// create makes the cluster of a home unless it is there. It is made in a folder of another name, which then gets its name
// at once, so that one that was interrupted is never taken for a cluster. Without a password everybody who can connect is
// trusted, and nothing is synchronised to the disk.
func create(ctx context.Context, programs Programs, home Home, password string) error {
	if _, err := os.Stat(dataDir(home.Dir)); err == nil || !os.IsNotExist(err) {
		return err
	}
	draft := filepath.Join(home.Dir, "data.new")
	if err := os.RemoveAll(draft); err != nil {
		return err
	}
	args := []string{"--pgdata=" + draft, "--username=" + superuser, "--encoding=UTF8", "--locale=C", "--no-instructions"}
	if password == "" {
		args = append(args, "--auth=trust", "--no-sync")
	} else {
		file, err := passwordFile(home, password)
		if err != nil {
			return err
		}
		defer os.Remove(file)
		args = append(args, "--auth=scram-sha-256", "--pwfile="+file)
	}
	if err := initdb(ctx, programs, home, args); err != nil {
		return err
	}
	return os.Rename(draft, dataDir(home.Dir))
}

// passwordFile writes the password where only the server's account can read it, for as long as initdb runs.
func passwordFile(home Home, password string) (string, error) {
	file, err := os.CreateTemp(home.Dir, "password-") // mode 0600
	if err != nil {
		return "", err
	}
	_, err = file.WriteString(password + "\n")
	return file.Name(), errors.Join(err, file.Close(), home.give(file.Name()))
}

func initdb(ctx context.Context, programs Programs, home Home, args []string) error {
	output, err := os.CreateTemp("", "o2c-initdb-")
	if err != nil {
		return err
	}
	defer func() {
		_ = output.Close()
		_ = os.Remove(output.Name())
	}()
	child, err := proc.Start(proc.Spec{
		Name: "initdb", Path: filepath.Join(programs.Dir, "initdb"), Args: args, Dir: home.Dir, Env: serverEnvironment(),
		Stdout: output, Stderr: output, As: home.As, OwnGroup: true, Death: syscall.SIGKILL,
	})
	if err != nil {
		return err
	}
	select {
	case <-child.Done():
	case <-ctx.Done():
		child.Stop(ctx)
		return context.Cause(ctx)
	}
	if child.ExitCode() != 0 {
		text, _ := os.ReadFile(output.Name())
		lines := bytes.Split(bytes.TrimSpace(text), []byte("\n"))
		return fmt.Errorf("the PostgreSQL cluster in %s cannot be created: %s", home.Dir, strings.TrimSpace(string(lines[len(lines)-1])))
	}
	return nil
}

// serverEnvironment is the environment without what would change the server's behaviour from outside.
func serverEnvironment() []string {
	return append(proc.Without(os.Environ(), "PG", "LC_", "LANG", "TZ="), "LC_ALL=C", "TZ=UTC")
}
