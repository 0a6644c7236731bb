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
	major = number / 10_000
	program, err := pgDump(major)
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
	switch err := cmd.Run(); {
	case err != nil && os.Getenv("CI") == "" && strings.Contains(stderr.String(), "server version mismatch"):
		t.Skipf("testkit: %s is older than the server, so the schema cannot be compared", program)
	case err != nil:
		t.Fatalf("testkit: %s: %v\n%s", program, err, stderr.String())
	}
	return normaliseDump(stdout.String()), major
}

// pgDump finds the pg_dump of a major version in the distributions' usual folders, else the one in PATH, else the newest.
func pgDump(major int) (string, error) {
	var all []string
	for _, folder := range []string{
		"/usr/lib/postgresql/%s/bin/pg_dump", "/usr/pgsql-%s/bin/pg_dump",
		"/opt/homebrew/opt/postgresql@%s/bin/pg_dump", "/usr/local/opt/postgresql@%s/bin/pg_dump",
	} {
		if path := fmt.Sprintf(folder, strconv.Itoa(major)); isFile(path) {
			return path, nil
		}
		found, err := filepath.Glob(fmt.Sprintf(folder, "*"))
		if err != nil {
			return "", fmt.Errorf("looking for pg_dump in %s: %w", folder, err)
		}
		all = append(all, found...)
	}
	if path, err := exec.LookPath("pg_dump"); err == nil {
		return path, nil
	}
	if len(all) == 0 {
		return "", errors.New("pg_dump is not installed, so the schema cannot be compared")
	}
	return slices.Max(all), nil
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
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
