package main

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// mutant is a package with one event or effect too few or too many.
type mutant struct {
	pkg    string
	at     token.Position
	change string // "deleted" or "duplicated"
	text   string // what was
	source []byte // of the file, mutated
}

func (m mutant) String() string {
	text := strings.Join(strings.Fields(m.text), " ")
	if len(text) > 60 {
		text = text[:60] + "…"
	}
	return fmt.Sprintf("%s:%d: %s %s", m.at.Filename, m.at.Line, m.change, text)
}

// mutants finds every item of a list of effects or events.
func (p *pkg) mutants() (all []mutant) {
	for i, f := range p.files {
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CompositeLit:
				if p.isList(n) {
					all = append(all, p.mutate(p.sources[i], n.Elts, token.NoPos)...)
				}
			case *ast.CallExpr:
				all = append(all, p.mutate(p.sources[i], p.listed(n), n.Ellipsis)...)
			}
			return true
		})
	}
	return all
}

// listed returns what a call to append or store.Record puts on a list.
func (p *pkg) listed(call *ast.CallExpr) []ast.Expr {
	switch {
	case types.ExprString(call.Fun) == "append" && p.isList(call):
		return call.Args[1:]
	case isRecord(call):
		return call.Args
	}
	return nil
}

func isRecord(e ast.Expr) bool {
	call, ok := e.(*ast.CallExpr)
	return ok && types.ExprString(call.Fun) == "store.Record"
}

// isList reports whether an expression is a list of effects, or of events that are
// still to be recorded.
func (p *pkg) isList(e ast.Expr) bool {
	slice, ok := p.info.TypeOf(e).Underlying().(*types.Slice)
	if !ok {
		return false
	}
	item := slice.Elem().String()
	return item == "any" || strings.HasSuffix(item, "/store.Effect")
}

// mutate makes two mutants of each item. A record on a list is left to its events.
func (p *pkg) mutate(source []byte, items []ast.Expr, ellipsis token.Pos) (all []mutant) {
	for _, item := range items {
		if isRecord(item) {
			continue
		}
		at, end := p.set.Position(item.Pos()), p.set.Position(item.End()).Offset
		text := string(source[at.Offset:end])
		twice := text + ", " + text
		if ellipsis.IsValid() { // the item is itself a list
			twice = "append(" + text + ", " + text + "...)..."
			end = p.set.Position(ellipsis).Offset + len("...")
		}
		before, after := string(source[:at.Offset]), string(source[end:])
		without, _ := strings.CutPrefix(after, ",")
		all = append(all,
			mutant{p.path, at, "deleted", text, []byte(before + without)},
			mutant{p.path, at, "duplicated", text, []byte(before + twice + after)})
	}
	return all
}
