package house

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"o2c/models"
)

// What is put together of a word and a value: the values.
var builtKinds = map[string][]string{
	"credit-":  {string(models.Approve), string(models.Hold), string(models.AwaitPrepayment), string(models.Release), string(models.Reject)},
	"review-":  {string(models.ReviewRelease), string(models.ReviewReject)},
	"plan-":    {string(models.PlanKept), string(models.PlanBroken), string(models.PlanReplaced), string(models.PlanWithdrawn)},
	"promise-": {string(models.PromiseKept), string(models.PromisePartlyKept), string(models.PromiseBroken), string(models.PromiseReplaced), string(models.PromiseWithdrawn)},
}

// carrierKinds are what carriers tell; how a kind of theirs is called on the timeline is a method's.
var carrierKinds = []models.ShipmentEventKind{
	models.ShipmentPicked, models.ShipmentPacked, models.ShipmentShipped, models.ShipmentInTransit, models.ShipmentDelivered, models.ShipmentRefused, models.ShipmentLost,
}

// Whoever reads a timeline, or takes it by a webhook, finds on one page what each of its kinds says.
func TestEveryKindOfEventIsOnItsPage(t *testing.T) {
	t.Parallel()
	recorded := map[string]string{}
	for _, kind := range carrierKinds {
		recorded[kind.Event()] = "models/shipment.go"
	}
	for name, file := range parsed(t, "activities") {
		for _, expr := range eventKinds(file) {
			for _, kind := range written(t, name, file, expr) {
				recorded[kind] = name
			}
		}
	}
	if len(recorded) < 60 {
		t.Errorf("only %d kinds are found in the code", len(recorded))
	}
	compare(t, "docs/events.md", "", recorded)
}

// Whoever has a task finds what it asks for.
func TestEveryKindOfTaskIsOnItsPage(t *testing.T) {
	t.Parallel()
	constraint := regexp.MustCompile(`CONSTRAINT tasks_kind CHECK \(\(kind = ANY \(ARRAY\[(.*?)\]\)\)\)`).FindStringSubmatch(content(t, "postgres/schema.sql"))
	if constraint == nil {
		t.Fatal("postgres/schema.sql has no constraint tasks_kind")
	}
	kinds := map[string]string{}
	for _, kind := range regexp.MustCompile(`'([a-z_]+)'`).FindAllStringSubmatch(constraint[1], -1) {
		kinds[kind[1]] = "postgres/schema.sql"
	}
	compare(t, "docs/tasks.md", "", kinds)
}

// Whoever sees an order that is blocked finds what to do by the code.
func TestEveryCodeThatBlocksHasARunbook(t *testing.T) {
	t.Parallel()
	codes := map[string]string{models.BlockedParty: "models", models.DuplicatePO: "models", models.FraudSignals: "models"}
	block := parsed(t, "models")["models/block.go"]
	ast.Inspect(block, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		for i := 0; ok && i < len(spec.Names); i++ {
			switch value := spec.Values[i].(type) {
			case *ast.BasicLit:
				codes[unquote(t, value)] = "models/block.go"
			case *ast.BinaryExpr:
				codes[models.Technical+unquote(t, value.Y.(*ast.BasicLit))] = "models/block.go"
			}
		}
		return true
	})
	if len(codes) < 12 {
		t.Errorf("only %d codes are found: %v", len(codes), codes)
	}
	compare(t, "docs/runbooks/README.md", "## By `blocked_by`", codes)
	links := regexp.MustCompile(`\]\(([a-z-]+\.md)(#[a-z-]+)?\)`)
	for _, link := range links.FindAllStringSubmatch(content(t, "docs/runbooks/README.md"), -1) {
		page := content(t, "docs/runbooks/"+link[1])
		if anchor := strings.TrimPrefix(link[2], "#"); anchor != "" && !strings.Contains(page, "\n## `"+anchor+"`\n") {
			t.Errorf("docs/runbooks/%s has no heading `%s`", link[1], anchor)
		}
	}
}

// Whoever reads what an order waits for finds what to do about it.
func TestEverythingThatAnOrderWaitsForIsOnItsPage(t *testing.T) {
	t.Parallel()
	const name = "models/progress.go"
	waits := map[string]string{}
	ast.Inspect(parsed(t, "models")[name], func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			if called, ok := n.Fun.(*ast.Ident); ok && called.Name == "wait" {
				if literal, ok := n.Args[0].(*ast.BasicLit); ok {
					waits[unquote(t, literal)] = name
				}
			}
		case *ast.ValueSpec:
			if n.Names[0].Name == "termOf" {
				for _, element := range n.Values[0].(*ast.CompositeLit).Elts {
					waits[unquote(t, element.(*ast.KeyValueExpr).Value.(*ast.BasicLit))] = name
				}
			}
		}
		return true
	})
	if len(waits) < 15 {
		t.Errorf("only %d are found: %v", len(waits), waits)
	}
	compare(t, "docs/runbooks/README.md", "## By `waiting_for`", waits)
}

// A code that is written out where it blocks would miss its runbook.
func TestWhatBlocksAnOrderHasAName(t *testing.T) {
	t.Parallel()
	for _, room := range []string{"activities", "workflows", "command", "postgres"} {
		for name, file := range parsed(t, room) {
			ast.Inspect(file, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.AssignStmt:
					for i, left := range n.Lhs {
						if selector, ok := left.(*ast.SelectorExpr); ok && selector.Sel.Name == "BlockedCode" && len(n.Rhs) == len(n.Lhs) && spelled(n.Rhs[i]) {
							t.Errorf("%s sets BlockedCode to words of its own: use a constant of models", name)
						}
					}
				case *ast.CompositeLit:
					if of := typeName(n.Type); of == "models.Block" || of == "models.Finding" {
						if code := field(n, "Code"); code != nil && spelled(code) {
							t.Errorf("%s makes a %s with words of its own: use a constant of models", name, of)
						}
					}
				}
				return true
			})
		}
	}
}

// The calls that the pages for operators print are calls that there are.
func TestTheCallsOfTheRunbooksAreRoutes(t *testing.T) {
	t.Parallel()
	parameter := regexp.MustCompile(`\{[a-z_]+\}`)
	routes, path := map[string]bool{}, ""
	for line := range strings.Lines(content(t, "api/openapi.yaml")) {
		line = strings.TrimRight(line, "\n")
		if strings.HasPrefix(line, "  /") {
			path = parameter.ReplaceAllString(strings.Trim(line, " :"), "{}")
		} else if method, found := strings.CutPrefix(line, "    "); found && !strings.HasPrefix(method, " ") {
			routes[strings.ToUpper(strings.TrimSuffix(method, ":"))+" /v1"+path] = true
		}
	}
	pages, err := filepath.Glob(filepath.Join(root(t), "docs", "runbooks", "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	calls := 0
	for _, page := range append(pages, filepath.Join(root(t), "docs", "tasks.md"), filepath.Join(root(t), "docs", "events.md")) {
		name, err := filepath.Rel(root(t), page)
		if err != nil {
			t.Fatal(err)
		}
		for _, call := range regexp.MustCompile("`((?:GET|POST|PUT|PATCH|DELETE) /v1/[^`?]*)[`?]").FindAllStringSubmatch(content(t, name), -1) {
			calls++
			if !routes[parameter.ReplaceAllString(call[1], "{}")] {
				t.Errorf("%s: there is no %s", name, call[1])
			}
		}
	}
	if calls < 25 {
		t.Errorf("only %d calls are found", calls)
	}
}

func spelled(e ast.Expr) bool {
	literal, ok := e.(*ast.BasicLit)
	return ok && literal.Value != `""`
}

// compare holds the first column of the tables of a page, or of a section of it, against what there is.
func compare(t *testing.T, page, section string, there map[string]string) {
	t.Helper()
	_, text, found := strings.Cut(content(t, page), section)
	if !found {
		t.Fatalf("%s has no %q", page, section)
	}
	if section != "" {
		text, _, _ = strings.Cut(text, "\n## ")
	}
	listed := map[string]bool{}
	for _, row := range regexp.MustCompile("(?m)^\\| `([a-z][a-z_:-]*)` \\|").FindAllStringSubmatch(text, -1) {
		if listed[row[1]] {
			t.Errorf("%s has %s twice", page, row[1])
		}
		listed[row[1]] = true
		if there[row[1]] == "" {
			t.Errorf("%s has %s, which there is not", page, row[1])
		}
	}
	for what, where := range there {
		if !listed[what] {
			t.Errorf("%s lacks %s (%s)", page, what, where)
		}
	}
}

// eventKinds are the expressions that say the kind of an event in a file.
func eventKinds(file *ast.File) []ast.Expr {
	var kinds []ast.Expr
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CompositeLit:
			if kind := field(n, "Kind"); kind != nil && typeName(n.Type) == "postgres.Event" {
				kinds = append(kinds, kind)
			}
		case *ast.AssignStmt:
			for i, left := range n.Lhs {
				if selector, ok := left.(*ast.SelectorExpr); ok && typeName(selector) == "event.Kind" {
					kinds = append(kinds, n.Rhs[i])
				} else if name, ok := left.(*ast.Ident); ok && name.Name == "kind" && len(n.Rhs) == len(n.Lhs) {
					kinds = append(kinds, n.Rhs[i])
				}
			}
		case *ast.ReturnStmt: // of actionWords
			if len(n.Results) == 2 {
				if literal, ok := n.Results[0].(*ast.BasicLit); ok && strings.HasPrefix(literal.Value, `"dispute-`) {
					kinds = append(kinds, literal)
				}
			}
		case *ast.CallExpr: // decided(ctx, id, invoice, kind, …), overridden(ctx, order, key, kind, …)
			if called, ok := n.Fun.(*ast.SelectorExpr); ok && (called.Sel.Name == "decided" || called.Sel.Name == "overridden") {
				kinds = append(kinds, n.Args[3])
			}
		}
		return true
	})
	return kinds
}

// written are the kinds that an expression can be. What it does not know fails the test: it is to be taught.
func written(t *testing.T, name string, file *ast.File, e ast.Expr) []string {
	t.Helper()
	switch e := e.(type) {
	case *ast.BasicLit:
		if kind := unquote(t, e); kind != "" {
			return []string{kind}
		}
		return nil // not set yet
	case *ast.BinaryExpr:
		if literal, ok := e.X.(*ast.BasicLit); ok && builtKinds[unquote(t, literal)] != nil {
			var kinds []string
			for _, end := range builtKinds[unquote(t, literal)] {
				kinds = append(kinds, unquote(t, literal)+end)
			}
			return kinds
		}
	case *ast.Ident:
		if e.Name == "kind" {
			return nil // where it is set or given is looked at by itself
		}
	case *ast.CallExpr:
		if called, ok := e.Fun.(*ast.SelectorExpr); ok && called.Sel.Name == "Event" {
			return nil // carrierKinds
		}
	}
	t.Errorf("%s, offset %d: this test does not understand the kind of an event", name, e.Pos()-file.Pos())
	return nil
}

func field(literal *ast.CompositeLit, name string) ast.Expr {
	for _, element := range literal.Elts {
		if pair, ok := element.(*ast.KeyValueExpr); ok {
			if key, ok := pair.Key.(*ast.Ident); ok && key.Name == name {
				return pair.Value
			}
		}
	}
	return nil
}

func typeName(e ast.Expr) string {
	selector, ok := e.(*ast.SelectorExpr)
	if !ok {
		return ""
	}
	return fmt.Sprint(selector.X, ".", selector.Sel.Name)
}

func unquote(t *testing.T, literal *ast.BasicLit) string {
	t.Helper()
	value, err := strconv.Unquote(literal.Value)
	if err != nil {
		t.Fatal(err)
	}
	return value
}

// parsed are the parsed files of a room, without tests, by their name from the root.
func parsed(t *testing.T, room string) map[string]*ast.File {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(root(t), room, "*.go"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no files in %s (%v)", room, err)
	}
	names = slices.DeleteFunc(names, func(name string) bool { return strings.HasSuffix(name, "_test.go") })
	files := map[string]*ast.File{}
	for _, name := range names {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		files[room+"/"+filepath.Base(name)] = file
	}
	return files
}

func content(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root(t), name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
