package house

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"go.yaml.in/yaml/v3"
)

// borders is the table of the architecture: what a room may import of the others, and what it may not import from outside.
// Commands (cmd), test support (internal, test) and test files may import everything.
var borders = map[string]struct {
	rooms []string // of the product; a room always knows itself
	pure  bool     // of the standard library only what does no I/O, and of other modules only libraries
	never []string // prefixes of import paths
}{
	"models":     {pure: true, never: []string{"github.com/", "golang.org/", "google.golang.org/", "gopkg.in/"}}, // decimal: see libraries
	"bank":       {rooms: []string{"models"}, pure: true},
	"document":   {rooms: []string{"models"}, pure: true},
	"workflows":  {rooms: []string{"models", "activities"}, never: []string{"os", "net", "database/sql", "syscall", "math/rand", "crypto/rand", "log", "github.com/gin-gonic", "github.com/jackc", "github.com/google/uuid", sdk + "client", sdk + "worker", sdk + "activity"}},
	"activities": {rooms: []string{"models", "ledger", "postgres", "bank", "document"}, never: []string{"os", "net/http", "github.com/gin-gonic", sdk + "client", sdk + "workflow", sdk + "worker"}},
	"ledger":     {rooms: []string{"models", "postgres"}, never: []string{"os", "net", "github.com/gin-gonic", "go.temporal.io"}},
	"postgres":   {rooms: []string{"models"}, never: []string{"os", "net/http", "github.com/gin-gonic", "go.temporal.io"}},
	"api":        {rooms: []string{"models", "postgres", "command"}, never: []string{"os", "go.temporal.io"}},
	"web":        {rooms: []string{"models", "postgres", "command"}, never: []string{"os", "go.temporal.io"}},
	"command":    {rooms: []string{"models", "postgres", "workflows"}, never: []string{"os", "net/http", "github.com/gin-gonic", sdk + "worker"}},
	"adapters":   {rooms: []string{"models"}, never: []string{"os", "github.com/gin-gonic", "go.temporal.io"}},
	"worker":     {rooms: []string{"workflows", "activities", "models", "postgres"}, never: []string{"os", "github.com/gin-gonic"}},
}

const sdk = "go.temporal.io/sdk/"

// withIO are the parts of the standard library that reach the world outside, which a pure room does not.
var withIO = []string{"database/sql", "log", "net", "net/http", "os", "syscall", "crypto/rand", "math/rand"}

// innocent are packages below a forbidden prefix that do nothing of the kind.
var innocent = []string{
	"net/url", "net/netip", "net/mail", "net/textproto", // forms of text
	"database/sql/driver", // how a value says how it is stored; it opens nothing
}

// libraries are the exceptions to a prefix that is never imported.
var libraries = []string{"github.com/shopspring/decimal"}

// listed is what `go list` says of a package.
type listed struct {
	ImportPath string
	Dir        string
	GoFiles    []string
	Imports    []string // without those of test files
}

func (p listed) room() string {
	room, _, _ := strings.Cut(strings.TrimPrefix(p.ImportPath, "o2c/"), "/")
	return room
}

func TestNoRoomImportsWhatItMayNot(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		room := p.room()
		rule, ok := borders[room]
		if !ok {
			if !slices.Contains([]string{"cmd", "internal", "test"}, room) {
				t.Errorf("%s is a room without borders: give it a row here, in .golangci.yaml and in the architecture", p.ImportPath)
			}
			continue
		}
		for _, imported := range p.Imports {
			if reason := refused(room, rule.rooms, rule.pure, rule.never, p.ImportPath, imported); reason != "" {
				t.Errorf("%s imports %s: %s", p.ImportPath, imported, reason)
			}
		}
	}
}

// refused says why a room may not import something, or "".
func refused(room string, rooms []string, pure bool, never []string, importer, imported string) string {
	if other, ours := strings.CutPrefix(imported, "o2c/"); ours {
		other, _, _ = strings.Cut(other, "/")
		switch {
		case room == "adapters" && other == room && !strings.HasPrefix(imported+"/", importer+"/"):
			return "adapters do not know each other"
		case other != room && !slices.Contains(rooms, other):
			return room + " may import " + strings.Join(append([]string{"of our own rooms only"}, rooms...), " ")
		}
		return ""
	}
	if slices.Contains(innocent, imported) || slices.Contains(libraries, imported) {
		return ""
	}
	if pure {
		never = append(append([]string{"go.temporal.io", "github.com/jackc", "github.com/gin-gonic"}, withIO...), never...)
	}
	for _, prefix := range never {
		if imported == strings.TrimSuffix(prefix, "/") || strings.HasPrefix(imported, strings.TrimSuffix(prefix, "/")+"/") {
			return room + " never imports " + prefix
		}
	}
	return ""
}

// The borders bite: what they must refuse is refused, and what they must let pass passes.
func TestTheBordersBite(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		room, imported string
		refused        bool
	}{
		{"models", "github.com/shopspring/decimal", false},
		{"models", "strings", false},
		{"models", "net/url", false},
		{"models", "net/http", true},
		{"models", "database/sql/driver", false},
		{"models", "database/sql", true},
		{"models", "os", true},
		{"models", "github.com/jackc/pgx/v5", true},
		{"models", "github.com/rickar/cal/v2", true},
		{"models", "o2c/postgres", true},
		{"workflows", "o2c/models", false},
		{"workflows", "o2c/activities", false},
		{"workflows", "go.temporal.io/sdk/workflow", false},
		{"workflows", "o2c/postgres", true},
		{"workflows", "net/http", true},
		{"workflows", "github.com/gin-gonic/gin", true},
		{"workflows", "os", true},
		{"workflows", "go.temporal.io/sdk/client", true},
		{"activities", "o2c/ledger", false},
		{"activities", "o2c/command", true},
		{"activities", "o2c/adapters/mail", true},
		{"ledger", "o2c/activities", true},
		{"postgres", "o2c/ledger", true},
		{"bank", "encoding/xml", false},
		{"bank", "os", true},
		{"document", "github.com/go-pdf/fpdf", false},
		{"document", "net/http", true},
		{"api", "github.com/gin-gonic/gin", false},
		{"api", "o2c/workflows", true},
		{"api", "go.temporal.io/sdk/client", true},
		{"command", "o2c/workflows", false},
		{"command", "o2c/activities", true},
		{"adapters", "o2c/activities", true},
		{"adapters", "o2c/adapters/gateway", true},
		{"adapters", "o2c/adapters/mail/smtp", false},
		{"worker", "o2c/api", true},
	} {
		rule := borders[c.room]
		reason := refused(c.room, rule.rooms, rule.pure, rule.never, "o2c/"+c.room+"/mail", c.imported)
		if (reason != "") != c.refused {
			t.Errorf("%s imports %s: refused = %q, want refused = %t", c.room, c.imported, reason, c.refused)
		}
	}
}

// .golangci.yaml holds the same table for editors; here it is compared, room by room.
func TestTheLintersHoldTheSameBorders(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile(filepath.Join(root(t), ".golangci.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var config struct {
		Linters struct {
			Settings struct {
				Depguard struct {
					Rules map[string]struct {
						Files []string
						Allow []string
						Deny  []struct{ Pkg string }
					}
				}
			}
		}
	}
	if err := yaml.Unmarshal(content, &config); err != nil {
		t.Fatal(err)
	}
	rules := config.Linters.Settings.Depguard.Rules
	for name := range rules {
		if _, ok := borders[name]; !ok {
			t.Errorf(".golangci.yaml has a depguard rule %s, which is no room", name)
		}
	}
	for room, border := range borders {
		rule, ok := rules[room]
		if !ok {
			t.Errorf(".golangci.yaml has no depguard rule for %s", room)
			continue
		}
		if want := "**/" + room + "/**.go"; !slices.Contains(rule.Files, want) {
			t.Errorf("the rule %s does not cover %s", room, want)
		}
		var denied []string
		for _, d := range rule.Deny {
			denied = append(denied, strings.TrimSuffix(d.Pkg, "$"))
		}
		if !slices.Contains(denied, "o2c") {
			t.Errorf("the rule %s does not deny o2c", room)
		}
		want := []string{}
		if room != "adapters" { // they do not know each other
			want = append(want, "o2c/"+room)
		}
		for _, other := range border.rooms {
			want = append(want, "o2c/"+other)
		}
		var allowed []string
		for _, a := range rule.Allow {
			if strings.HasPrefix(a, "o2c/") {
				allowed = append(allowed, a)
			}
		}
		slices.Sort(want)
		slices.Sort(allowed)
		if !slices.Equal(want, allowed) {
			t.Errorf("the rule %s allows %v, the table %v", room, allowed, want)
		}
		if border.pure {
			continue // mode strict, or the shared list; the names differ where depguard needs prefixes spelt out
		}
		for _, never := range border.never {
			if !slices.ContainsFunc(denied, func(d string) bool { return strings.HasPrefix(never, d) }) {
				t.Errorf("the rule %s does not deny %s", room, never)
			}
		}
	}
}

func TestEveryRoomSaysWhatItIsFor(t *testing.T) {
	t.Parallel()
	for room := range borders {
		content, err := os.ReadFile(filepath.Join(root(t), room, "doc.go"))
		if errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s has no doc.go", room)
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		text := strings.Join(strings.Fields(strings.ReplaceAll(strings.ToLower(string(content)), "//", " ")), " ")
		for _, words := range []string{"owns", "does not own", "always holds"} {
			if !strings.Contains(text, words) {
				t.Errorf("%s/doc.go does not say what it %s", room, words)
			}
		}
	}
}

// The embedded engine brings several hundred modules, which must not reach those who only want the product.
func TestTheProductDoesNotDependOnTheServer(t *testing.T) {
	t.Parallel()
	for line := range strings.Lines(goCommand(t, "mod", "graph")) {
		for module := range strings.FieldsSeq(line) {
			if name, _, _ := strings.Cut(module, "@"); name == "go.temporal.io/server" || strings.HasPrefix(name, "github.com/temporalio/ui-server") {
				t.Fatalf("go mod graph: %s", line)
			}
		}
	}
}

// packages lists the packages of the product, once.
func packages(t *testing.T) []listed {
	t.Helper()
	all, err := listOnce()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < len(borders)/2 {
		t.Fatalf("go list finds only %d packages", len(all))
	}
	return all
}

var listOnce = sync.OnceValues(func() ([]listed, error) {
	dir, err := findRoot()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command("go", "list", "-e", "-json=ImportPath,Dir,GoFiles,Imports", "./...")
	cmd.Dir = dir
	out, err := cmd.Output()
	if err != nil {
		return nil, err
	}
	var all []listed
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		err := decoder.Decode(&p)
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
})

// goCommand runs the go command in the product's root and returns what it prints.
func goCommand(t *testing.T, args ...string) string {
	t.Helper()
	var stderr bytes.Buffer
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Dir = root(t)
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, stderr.String())
	}
	return string(out)
}

// root is the product's folder.
func root(t *testing.T) string {
	t.Helper()
	dir, err := findRoot()
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// findRoot knows that this package lies two folders below the root.
func findRoot() (string, error) { return filepath.Abs(filepath.Join("..", "..")) }
