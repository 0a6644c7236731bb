package postgres_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"o2c/internal/testkit"
)

var updateSchema = flag.Bool("update-schema", false, "write schema.sql anew (make generate does it)")

// schema.sql is what the migrations amount to, so that a reader sees the tables without adding migrations up, and a review
// sees what a migration changes.
func TestSchema(t *testing.T) {
	t.Parallel()
	dump, major := testkit.Schema(t)
	heading := fmt.Sprintf("-- The schema that the migrations make, as PostgreSQL %d dumps it. Written by `make generate`.\n\n", major)
	if *updateSchema {
		if err := os.WriteFile("schema.sql", []byte(heading+dump), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	content, err := os.ReadFile("schema.sql")
	if err != nil {
		t.Fatalf("%v: run make generate", err)
	}
	written := string(content)
	if !strings.HasPrefix(written, heading) {
		t.Skipf("schema.sql was dumped by another major version than this server's (%d), which words things differently", major)
	}
	if diff := cmp.Diff(strings.TrimPrefix(written, heading), dump); diff != "" {
		t.Errorf("schema.sql has drifted, run make generate (- is schema.sql, + the migrations):\n%s", diff)
	}
}
