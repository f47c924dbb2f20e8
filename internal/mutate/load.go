package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// pkg is a package with types; test files are left out.
type pkg struct {
	path    string
	files   []*ast.File
	sources [][]byte // of the files
	set     *token.FileSet
	info    *types.Info
}

// load returns those of the packages that have a reducer.
func load(patterns []string) (packages []pkg, err error) {
	args := []string{"list", "-export", "-deps", "-json=ImportPath,Dir,GoFiles,Export,DepOnly"}
	cmd := exec.Command("go", append(args, patterns...)...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	exports := map[string]string{} // files with compiled declarations
	here, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	set := token.NewFileSet()
	imports := importer.ForCompiler(set, "gc", func(path string) (io.ReadCloser, error) { return os.Open(exports[path]) })
	for d := json.NewDecoder(bytes.NewReader(out)); d.More(); { // what a package imports comes before it
		var l struct {
			ImportPath, Dir, Export string
			GoFiles                 []string
			DepOnly                 bool
		}
		if err := d.Decode(&l); err != nil {
			return nil, err
		}
		exports[l.ImportPath] = l.Export
		if l.DepOnly {
			continue
		}
		p := pkg{path: l.ImportPath, set: set, info: &types.Info{Types: map[ast.Expr]types.TypeAndValue{}}}
		if err := p.parse(strings.TrimPrefix(l.Dir, here+"/"), l.GoFiles); err != nil {
			return nil, err
		}
		if _, err := (&types.Config{Importer: imports}).Check(p.path, set, p.files, p.info); err != nil {
			return nil, err
		}
		if p.reduces() {
			packages = append(packages, p)
		}
	}
	return packages, nil
}

func (p *pkg) parse(dir string, names []string) error {
	for _, name := range names {
		path := filepath.Join(dir, name)
		source, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		f, err := parser.ParseFile(p.set, path, source, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		p.files, p.sources = append(p.files, f), append(p.sources, source)
	}
	return nil
}

func (p *pkg) reduces() bool {
	return slices.ContainsFunc(p.sources, func(s []byte) bool { return bytes.Contains(s, []byte(") Reduce(")) })
}
