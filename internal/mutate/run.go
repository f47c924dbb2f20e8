package main

import (
	"encoding/json"
	"errors"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// outcome is what became of a mutant.
type outcome string

const (
	killed   outcome = "killed"
	survived outcome = "survived"
	broken   outcome = "not compiled"
)

// run tests the mutant's own package, and then the others as long as nobody
// notices anything.
func (m mutant) run(dir string, also []string) outcome {
	overlay := m.overlay(dir)
	for _, p := range append([]string{m.pkg}, also...) {
		if o := test(p, overlay); o != survived {
			return o
		}
	}
	return survived
}

// overlay writes the file that puts the mutant in the place of its original.
func (m mutant) overlay(dir string) string {
	own, err := os.MkdirTemp(dir, "")
	source, overlay := filepath.Join(own, "mutant.go"), filepath.Join(own, "overlay.json")
	replace, _ := json.Marshal(map[string]any{"Replace": map[string]string{m.at.Filename: source}})
	err = errors.Join(err, os.WriteFile(source, m.source, 0o600), os.WriteFile(overlay, replace, 0o600))
	if err != nil {
		log.Fatal("mutate: ", err)
	}
	return overlay
}

// test runs one package's tests. A mutant that never ends counts as noticed.
func test(pkg, overlay string) outcome {
	cmd := exec.Command("go", "test", "-overlay", overlay, "-vet=off", "-count=1", "-failfast", "-timeout=5m", pkg)
	cmd.Env = append(os.Environ(), "RAPID_NOFAILFILE=true")
	out, err := cmd.CombinedOutput()
	switch {
	case err == nil:
		return survived
	case strings.Contains(string(out), "[build failed]"), strings.Contains(string(out), "[setup failed]"):
		return broken
	}
	return killed
}
