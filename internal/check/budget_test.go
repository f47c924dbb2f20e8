package check

import (
	"fmt"
	"go/ast"
	"slices"
	"strings"
	"testing"
)

// The budgets are a smell, not a law: what exceeds them is listed and fails nothing.
const (
	fileBudget = 400 // lines
	p90Budget  = 30  // lines, of nine functions in ten
	funcBudget = 60  // lines
)

func TestBudgets(t *testing.T) {
	t.Parallel()
	var heights []int
	var findings []string
	files, exported := 0, 0
	for _, p := range list(t) {
		for _, f := range parse(t, p) {
			files++
			if f.lines > fileBudget {
				findings = append(findings, fmt.Sprintf("%s has %d lines", f.name, f.lines))
			}
			for _, fn := range functions(f) {
				heights = append(heights, f.height(fn))
				if f.height(fn) > funcBudget {
					findings = append(findings, fmt.Sprintf("%s:%d: %s has %d lines", f.name, f.line(fn), fn.Name.Name, f.height(fn)))
				}
			}
			for _, d := range exports(f) {
				exported++
				if !d.documented {
					findings = append(findings, fmt.Sprintf("%s:%d: %s is not documented", f.name, f.line(d.name), d.name.Name))
				}
			}
		}
	}
	slices.Sort(heights)
	t.Logf("%d files (budget: %d lines), %d functions (p50 %d, p90 %d, longest %d lines; budget: p90 %d, longest %d), %d exported identifiers",
		files, fileBudget, len(heights), heights[len(heights)/2], heights[len(heights)*9/10], heights[len(heights)-1], p90Budget, funcBudget, exported)
	t.Logf("%d over budget\n%s", len(findings), strings.Join(findings, "\n"))
}

func functions(f file) []*ast.FuncDecl {
	var found []*ast.FuncDecl
	for _, d := range f.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok {
			found = append(found, fn)
		}
	}
	return found
}

// export is an identifier that other packages can name.
type export struct {
	name       *ast.Ident
	documented bool
}

func exports(f file) []export {
	var found []export
	add := func(name *ast.Ident, docs ...*ast.CommentGroup) {
		if name.IsExported() {
			found = append(found, export{name, slices.ContainsFunc(docs, func(d *ast.CommentGroup) bool { return d != nil })})
		}
	}
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if ofExported(d.Recv) {
				add(d.Name, d.Doc)
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch s := spec.(type) {
				case *ast.TypeSpec:
					add(s.Name, d.Doc, s.Doc, s.Comment)
				case *ast.ValueSpec:
					for _, name := range s.Names {
						add(name, d.Doc, s.Doc, s.Comment)
					}
				}
			}
		}
	}
	return found
}

// ofExported reports whether a method with that receiver, or a function when it
// has none, can be called from elsewhere.
func ofExported(receiver *ast.FieldList) bool {
	exported := true
	if receiver != nil {
		ast.Inspect(receiver.List[0].Type, func(n ast.Node) bool {
			if name, ok := n.(*ast.Ident); ok {
				exported = exported && name.IsExported()
			}
			return true
		})
	}
	return exported
}
