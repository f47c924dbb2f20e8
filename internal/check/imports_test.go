package check

import (
	"slices"
	"strings"
	"testing"
)

// rule says which of our packages a room may import. As with the go command,
// "room/..." means the room and all below it; public is all but internal packages.
type rule struct {
	room    string
	imports []string
}

const public = "public"

// table is read from top to bottom; the first rule that names a room holds.
func table() []rule {
	return []rule{
		{"eventlog", nil},
		{"eventlog/...", []string{"eventlog/...", "migrations"}},
		{"migrations", nil},
		{"store", []string{"eventlog"}},
		{"store/...", []string{"store", "eventlog/..."}},
		{"saga", []string{"eventlog", "store"}},
		{"projection", []string{"eventlog", "store"}},
		{"projection/...", []string{"projection", "eventlog"}},
		{"web/...", []string{"web", "store"}},
		{"ws/...", []string{"ws", "store", "eventlog"}},
		{"email", nil},
		{"email/...", []string{"email"}},
		{"auth/risk", nil},
		{"auth/...", []string{"auth/...", "store", "email", "web"}},
		{"typescript", nil},
		{"app/...", []string{public}},
		{"cmd/...", []string{public}},
		{"examples/...", []string{public, "examples/..."}},
		{"bench", []string{public, "internal/..."}},
		{"bench/websocket", []string{public}},
		{"internal/...", []string{public, "internal/..."}},
	}
}

func TestImportTable(t *testing.T) {
	t.Parallel()
	rules := table()
	for _, p := range list(t) {
		i := slices.IndexFunc(rules, func(r rule) bool { return matches(r.room, p.room()) })
		if i < 0 {
			t.Errorf("%s is not in the import table: say there what it may import", p.room())
			continue
		}
		for _, imported := range p.Imports {
			room, ours := strings.CutPrefix(imported, module+"/")
			if ours && !slices.ContainsFunc(rules[i].imports, func(pattern string) bool { return matches(pattern, room) }) {
				t.Errorf("%s imports %s; it may import %q", p.room(), room, rules[i].imports)
			}
		}
	}
}

func matches(pattern, room string) bool {
	if pattern == public {
		return !slices.Contains(strings.Split(room, "/"), "internal") && !strings.HasPrefix(room, "examples/")
	}
	root, below := strings.CutSuffix(pattern, "/...")
	return room == root || below && strings.HasPrefix(room, root+"/")
}

// TestContractsUseTheStandardLibraryOnly holds those packages that every
// technology has to depend on, and what must stay a function of plain values.
func TestContractsUseTheStandardLibraryOnly(t *testing.T) {
	t.Parallel()
	for _, p := range list(t) {
		if !slices.Contains([]string{"eventlog", "email", "auth/risk"}, p.room()) {
			continue
		}
		for _, imported := range p.Imports {
			if first, _, _ := strings.Cut(imported, "/"); strings.Contains(first, ".") {
				t.Errorf("%s imports %s", p.room(), imported)
			}
		}
	}
}
