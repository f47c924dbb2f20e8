package check

import (
	"go/ast"
	"go/token"
	"strings"
	"testing"
)

func TestEachPackageSaysWhatLivesThere(t *testing.T) {
	t.Parallel()
	for _, p := range list(t) {
		begin := "Package " + p.Name + " "
		if p.Name == "main" {
			begin = "Command "
		}
		if !strings.HasPrefix(p.Doc, begin) || !strings.HasSuffix(p.Doc, ".") {
			t.Errorf("%s: the documentation begins with %q; want a sentence that begins with %q", p.room(), p.Doc, begin)
		}
	}
}

func TestNothingHappensBeforeMain(t *testing.T) {
	t.Parallel()
	for _, p := range list(t) {
		for _, f := range parse(t, p) {
			for _, d := range f.Decls {
				if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
					t.Errorf("%s:%d: init runs before anybody has asked for it; let a constructor do its work", f.name, f.line(fn))
				}
			}
		}
	}
}

func TestPackageVariablesNeverChange(t *testing.T) {
	t.Parallel()
	for _, p := range list(t) {
		if p.isTestKit() {
			continue
		}
		for _, f := range parse(t, p) {
			for _, v := range variables(f) {
				if !constant(v) {
					t.Errorf("%s:%d: the variable %s is shared by everybody who imports the package; make it a field, an argument or a function",
						f.name, f.line(v), v.Names[0].Name)
				}
			}
		}
	}
}

func variables(f file) []*ast.ValueSpec {
	var found []*ast.ValueSpec
	for _, d := range f.Decls {
		if group, ok := d.(*ast.GenDecl); ok && group.Tok == token.VAR {
			for _, spec := range group.Specs {
				found = append(found, spec.(*ast.ValueSpec))
			}
		}
	}
	return found
}

// constant reports whether a variable would be a constant if the language had one
// of its type: error sentinels, embedded files, parsed templates and patterns,
// and assertions that a type implements an interface.
func constant(v *ast.ValueSpec) bool {
	if v.Names[0].Name == "_" {
		return true
	}
	if s, ok := v.Type.(*ast.SelectorExpr); ok && s.Sel.Name == "FS" {
		return true
	}
	for _, value := range v.Values {
		if !makesConstant(value) {
			return false
		}
	}
	return len(v.Values) > 0
}

func makesConstant(value ast.Expr) bool {
	call, ok := value.(*ast.CallExpr)
	if !ok {
		return false
	}
	switch fn := call.Fun.(type) {
	case *ast.Ident:
		return fn.Name == "Refuse"
	case *ast.SelectorExpr:
		from, _ := fn.X.(*ast.Ident)
		switch {
		case from == nil:
			return makesConstant(fn.X) // a copy: Refuse(…).With(…)
		case from.Name == "errors":
			return fn.Sel.Name == "New"
		}
		return fn.Sel.Name == "Refuse" || fn.Sel.Name == "Must" || fn.Sel.Name == "MustCompile"
	}
	return false
}
