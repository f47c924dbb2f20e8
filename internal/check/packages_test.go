package check

import (
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const module = "github.com/composable-go/composable"

// pkg is a package as `go list` describes it; test files are left out.
type pkg struct {
	ImportPath string
	Name       string
	Dir        string
	Doc        string // the first sentence
	GoFiles    []string
	Imports    []string
}

// room is the package's folder within the module.
func (p pkg) room() string { return strings.TrimPrefix(p.ImportPath, module+"/") }

// isTestKit reports whether the package exists for tests only.
func (p pkg) isTestKit() bool { return strings.HasSuffix(p.Name, "test") }

func list(t *testing.T) []pkg {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Name,Dir,Doc,GoFiles,Imports", module+"/...")
	var complaints strings.Builder
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, &complaints)
	}
	var packages []pkg
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return packages
		} else if err != nil {
			t.Fatal(err)
		}
		packages = append(packages, p)
	}
}

// file is one parsed source file.
type file struct {
	*ast.File
	name  string // within the module
	set   *token.FileSet
	lines int
}

func (f file) line(n ast.Node) int { return f.set.Position(n.Pos()).Line }

func (f file) height(n ast.Node) int { return f.set.Position(n.End()).Line - f.line(n) + 1 }

func parse(t *testing.T, p pkg) []file {
	t.Helper()
	files := make([]file, len(p.GoFiles))
	for i, name := range p.GoFiles {
		set := token.NewFileSet()
		parsed, err := parser.ParseFile(set, filepath.Join(p.Dir, name), nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		files[i] = file{parsed, p.room() + "/" + name, set, set.File(parsed.Pos()).LineCount()}
	}
	return files
}
