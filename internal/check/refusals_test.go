package check

import (
	"go/ast"
	"testing"
)

// TestRefusalsAreListed makes sure that clients can know each code: a refusal must
// stand in a list of them somewhere, such as store.Actions.Refusals.
func TestRefusalsAreListed(t *testing.T) {
	t.Parallel()
	listed := map[string]bool{} // by package and name
	for _, p := range list(t) {
		for _, f := range parse(t, p) {
			ast.Inspect(f.File, func(n ast.Node) bool {
				if l, ok := n.(*ast.CompositeLit); ok && isRefusals(l.Type) {
					for _, e := range l.Elts {
						listed[named(p.Name, e)] = true
					}
				}
				return true
			})
		}
	}
	for _, p := range list(t) {
		for _, f := range parse(t, p) {
			for _, v := range variables(f) {
				for i, value := range v.Values {
					if name := named(p.Name, v.Names[i]); isRefusal(value) && !listed[name] {
						t.Errorf("%s:%d: %s is in no list of refusals, so no client knows its code; add it to its feature's Actions or its package's list",
							f.name, f.line(v), name)
					}
				}
			}
		}
	}
}

// isRefusals reports whether a type is []*Refusal.
func isRefusals(t ast.Expr) bool {
	array, ok := t.(*ast.ArrayType)
	if !ok {
		return false
	}
	star, ok := array.Elt.(*ast.StarExpr)
	return ok && lastName(star.X) == "Refusal"
}

// isRefusal reports whether a value is made by Refuse, or is a copy of such.
func isRefusal(value ast.Expr) bool {
	call, ok := value.(*ast.CallExpr)
	if !ok {
		return false
	}
	if fn, ok := call.Fun.(*ast.SelectorExpr); ok && isRefusal(fn.X) {
		return true
	}
	return lastName(call.Fun) == "Refuse"
}

func named(pkg string, e ast.Expr) string {
	if s, ok := e.(*ast.SelectorExpr); ok {
		pkg = lastName(s.X)
	}
	return pkg + "." + lastName(e)
}

func lastName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	}
	return ""
}
