package testkit

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Schema returns what `pg_dump --schema-only` says of the migrated template, without the parts that differ between runs and
// minor versions of PostgreSQL, and the server's major version, because major versions dump differently. It skips the test
// when no pg_dump is installed, except in CI, where it fails it.
func Schema(t testing.TB) (dump string, major int) {
	t.Helper()
	dsn := DatabaseURL(t)
	var version string
	if err := Database(t).QueryRow(t.Context(), "SHOW server_version_num").Scan(&version); err != nil {
		t.Fatalf("testkit: %v", err)
	}
	number, err := strconv.Atoi(version)
	if err != nil {
		t.Fatalf("testkit: server_version_num: %v", err)
	}
	program, err := pgDump()
	switch {
	case err != nil && os.Getenv("CI") == "":
		t.Skipf("testkit: %v", err)
	case err != nil:
		t.Fatalf("testkit: %v", err)
	}
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(t.Context(), program,
		"--schema-only", "--no-owner", "--no-privileges", "--exclude-table=goose_db_version*", "--dbname="+dsn)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("testkit: %s: %v\n%s", program, err, stderr.String())
	}
	return normaliseDump(stdout.String()), number / 10_000
}

// pgDump finds pg_dump in PATH, else in the distributions' usual folders, newest first.
func pgDump() (string, error) {
	if path, err := exec.LookPath("pg_dump"); err == nil {
		return path, nil
	}
	var found []string
	for _, pattern := range []string{
		"/usr/lib/postgresql/*/bin/pg_dump",
		"/usr/pgsql-*/bin/pg_dump",
		"/opt/homebrew/opt/postgresql@*/bin/pg_dump",
		"/usr/local/opt/postgresql@*/bin/pg_dump",
	} {
		paths, err := filepath.Glob(pattern)
		if err != nil {
			return "", fmt.Errorf("looking for pg_dump in %s: %w", pattern, err)
		}
		found = append(found, paths...)
	}
	if len(found) == 0 {
		return "", errors.New("pg_dump is not installed, so the schema cannot be compared")
	}
	slices.Sort(found)
	return found[len(found)-1], nil
}

// normaliseDump leaves the statements: no settings of the session, no headings with versions, no random keys of
// \restrict, no more than one blank line between two statements.
func normaliseDump(dump string) string {
	var out strings.Builder
	blank := true // no blank line at the beginning
	for line := range strings.Lines(dump) {
		line = strings.TrimRight(line, " \n")
		switch {
		case strings.HasPrefix(line, "--"),
			strings.HasPrefix(line, "SET "),
			strings.HasPrefix(line, "SELECT pg_catalog.set_config("),
			strings.HasPrefix(line, `\restrict `), strings.HasPrefix(line, `\unrestrict `):
			continue
		case line == "":
			if blank {
				continue
			}
			blank = true
		default:
			blank = false
		}
		out.WriteString(line + "\n")
	}
	return strings.TrimRight(out.String(), "\n") + "\n"
}
