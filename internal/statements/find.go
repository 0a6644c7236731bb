package statements

import (
	"fmt"
	"go/ast"
	"go/build"
	"go/constant"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Statement is one SQL statement of the product.
type Statement struct {
	Where   string // file:line of the call
	Func    string // the function that runs it
	SQL     string
	Planned bool // each time anew, for its arguments: the call says pgx.QueryExecModeCacheDescribe
	Plain   bool // sent as text, a command that can't be prepared: the call says pgx.QueryExecModeSimpleProtocol
}

// argumentOf says which argument of a method is SQL.
var argumentOf = map[string]int{"Exec": 1, "Query": 1, "QueryRow": 1, "Queue": 0}

// outside are the folders below the root whose Go files are not the product.
var outside = []string{".dev", ".git", "devstack", "tools", "internal/testkit", "internal/statements", "internal/house"}

// Find reads every package of the product below root and returns its statements, in the order of their places. Those that
// can't be resolved come back as errors.
func Find(root string) ([]Statement, []error) {
	dirs := map[string]bool{}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		relative, _ := filepath.Rel(root, path) // both are below root
		if entry.IsDir() && (slices.Contains(outside, relative) || entry.Name() == "testdata") {
			return filepath.SkipDir
		}
		if strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") {
			dirs[filepath.Dir(path)] = true
		}
		return nil
	})
	if err != nil {
		return nil, []error{err}
	}
	var found []Statement
	var failed []error
	for dir := range dirs {
		files := token.NewFileSet()
		var parsed []*ast.File
		names, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil {
			return nil, []error{err}
		}
		for _, name := range names {
			if ok, err := build.Default.MatchFile(dir, filepath.Base(name)); strings.HasSuffix(name, "_test.go") || err != nil || !ok {
				continue
			}
			relative, _ := filepath.Rel(root, name)
			source, err := os.ReadFile(name)
			if err != nil {
				return nil, []error{err}
			}
			file, err := parser.ParseFile(files, relative, source, parser.SkipObjectResolution)
			if err != nil {
				return nil, []error{err}
			}
			parsed = append(parsed, file)
		}
		statements, errs := In(files, parsed)
		found, failed = append(found, statements...), append(failed, errs...)
	}
	slices.SortFunc(found, func(a, b Statement) int { return strings.Compare(a.Where+a.SQL, b.Where+b.SQL) })
	return slices.Compact(found), failed
}

// In returns the statements of the files of one package.
func In(files *token.FileSet, parsed []*ast.File) ([]Statement, []error) {
	r := &resolver{files: files, parsed: parsed, info: &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
		Selections: map[*ast.SelectorExpr]*types.Selection{},
	}}
	// Imports stay empty: what is looked for stands in the package itself, so the errors about them don't matter.
	config := types.Config{Error: func(error) {}, Importer: nothing{}, FakeImportC: true}
	_, _ = config.Check("package", files, parsed, r.info)
	var found []Statement
	for _, file := range parsed {
		for _, declaration := range file.Decls {
			ast.Inspect(declaration, func(node ast.Node) bool {
				call, ok := node.(*ast.CallExpr)
				if !ok {
					return true
				}
				sql := sqlOf(call)
				if sql == nil {
					return true
				}
				function := ""
				if f, ok := declaration.(*ast.FuncDecl); ok {
					function = f.Name.Name
				}
				for _, text := range r.strings(sql, 0) {
					found = append(found, Statement{Where: r.place(call), Func: function, SQL: text,
						Planned: says(call, "QueryExecModeCacheDescribe"), Plain: says(call, "QueryExecModeSimpleProtocol")})
				}
				return true
			})
		}
	}
	return found, r.failed
}

// sqlOf is the argument of a call that is SQL, or nil when it is no call that runs SQL.
func sqlOf(call *ast.CallExpr) ast.Expr {
	method, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return nil
	}
	n, ok := argumentOf[method.Sel.Name]
	if !ok || len(call.Args) <= n {
		return nil
	}
	return call.Args[n]
}

func says(call *ast.CallExpr, execMode string) bool {
	return slices.ContainsFunc(call.Args, func(arg ast.Expr) bool {
		mode, ok := arg.(*ast.SelectorExpr)
		return ok && mode.Sel.Name == execMode
	})
}

// resolver resolves expressions of one package.
type resolver struct {
	files  *token.FileSet
	parsed []*ast.File
	info   *types.Info
	failed []error
}

func (r *resolver) place(node ast.Node) string {
	position := r.files.Position(node.Pos())
	return fmt.Sprintf("%s:%d", position.Filename, position.Line)
}

// strings are the values that an expression can have.
func (r *resolver) strings(expr ast.Expr, depth int) []string {
	if value := r.info.Types[expr].Value; value != nil && value.Kind() == constant.String {
		return []string{constant.StringVal(value)}
	}
	var found []string
	switch e := expr.(type) {
	case *ast.ParenExpr:
		return r.strings(e.X, depth)
	case *ast.BinaryExpr:
		if e.Op == token.ADD {
			for _, left := range r.strings(e.X, depth) {
				for _, right := range r.strings(e.Y, depth) {
					found = append(found, left+right)
				}
			}
			return found
		}
	case *ast.Ident:
		return r.all(expr, r.valuesOf(r.info.Uses[e]), depth)
	case *ast.SelectorExpr:
		return r.all(expr, r.valuesOf(r.fieldOf(e)), depth)
	}
	return r.all(expr, nil, depth)
}

// fieldOf is the field that is selected. Where the type of what it is selected from comes out of an import, and is not known for
// that, it is the package's only field of the name.
func (r *resolver) fieldOf(selector *ast.SelectorExpr) types.Object {
	if used := r.info.Uses[selector.Sel]; used != nil {
		return used
	}
	var only types.Object
	for _, defined := range r.info.Defs {
		if field, ok := defined.(*types.Var); ok && field.IsField() && field.Name() == selector.Sel.Name {
			if only != nil {
				return nil
			}
			only = field
		}
	}
	return only
}

func (r *resolver) all(expr ast.Expr, values []ast.Expr, depth int) (found []string) {
	if len(values) == 0 || depth > 8 {
		r.failed = append(r.failed, fmt.Errorf("%s: this SQL can't be read from the source: give it as literals, constants, parameters or fields, put together with +",
			r.place(expr)))
		return nil
	}
	for _, value := range values {
		found = append(found, r.strings(value, depth+1)...)
	}
	return found
}

// valuesOf are the expressions whose values a variable or field takes; none where that can't be told.
func (r *resolver) valuesOf(object types.Object) (values []ast.Expr) {
	variable, ok := object.(*types.Var)
	if !ok {
		return nil
	}
	for _, file := range r.parsed {
		ast.Inspect(file, func(node ast.Node) bool {
			switch n := node.(type) {
			case *ast.CallExpr: // f(value), where the variable is f's parameter
				if value := r.argumentFor(n, variable); value != nil {
					values = append(values, value)
				}
			case *ast.KeyValueExpr: // struct{field: value}
				if key, ok := n.Key.(*ast.Ident); ok && r.info.Uses[key] == object {
					values = append(values, n.Value)
				}
			case *ast.AssignStmt: // variable := value, or variable += value, which only a + b can say
				for i, left := range n.Lhs {
					if !r.names(left, object) {
						continue
					}
					if len(n.Lhs) != len(n.Rhs) || n.Tok != token.ASSIGN && n.Tok != token.DEFINE {
						values = append(values, left)
						continue
					}
					values = append(values, n.Rhs[i])
				}
			case *ast.RangeStmt: // for _, variable := range []string{value, value}
				if n.Value == nil || !r.names(n.Value, object) {
					break
				}
				list, ok := n.X.(*ast.CompositeLit)
				if !ok {
					values = append(values, n.Value) // which says that it can't be told
					break
				}
				values = append(values, list.Elts...)
			case *ast.ValueSpec: // var variable = value
				for i, name := range n.Names {
					if r.info.Defs[name] == object && len(n.Values) == len(n.Names) {
						values = append(values, n.Values[i])
					}
				}
			}
			return true
		})
	}
	return values
}

func (r *resolver) names(expr ast.Expr, object types.Object) bool {
	switch e := expr.(type) {
	case *ast.Ident:
		return r.info.Defs[e] == object || r.info.Uses[e] == object
	case *ast.SelectorExpr:
		return r.info.Uses[e.Sel] == object
	}
	return false
}

// argumentFor is the argument that a call gives to a parameter, or nil when it calls another function.
func (r *resolver) argumentFor(call *ast.CallExpr, parameter *types.Var) ast.Expr {
	fun := call.Fun
	if generic, ok := fun.(*ast.IndexExpr); ok {
		fun = generic.X
	}
	var called types.Object
	switch f := fun.(type) {
	case *ast.Ident:
		called = r.info.Uses[f]
	case *ast.SelectorExpr:
		called = r.info.Uses[f.Sel]
	}
	if called == nil {
		return nil
	}
	signature, ok := called.Type().(*types.Signature)
	if !ok {
		return nil
	}
	for i := range signature.Params().Len() {
		// A generic function's instances have parameters of their own, at the same place.
		if p := signature.Params().At(i); (p == parameter || p.Pos() == parameter.Pos()) && i < len(call.Args) {
			return call.Args[i]
		}
	}
	return nil
}

// nothing imports empty packages.
type nothing struct{}

func (nothing) Import(path string) (*types.Package, error) {
	p := types.NewPackage(path, path[strings.LastIndexByte(path, '/')+1:])
	p.MarkComplete()
	return p, nil
}
