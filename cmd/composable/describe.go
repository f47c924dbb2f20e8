package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

const (
	appPackage   = "github.com/composable-go/composable/app"
	describeTime = time.Minute // for a program to describe itself
)

// describe builds the program of a package and returns its description of itself.
func describe(ctx context.Context, pkg string) ([]byte, error) {
	if err := usesApp(ctx, pkg); err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "composable")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	program, file := filepath.Join(dir, "program.exe"), filepath.Join(dir, "data", "api.ts")
	build := exec.CommandContext(ctx, "go", "build", "-buildvcs=false", "-ldflags=-s -w", "-o", program, pkg) // it runs once: what debuggers need would take longer
	if _, err := run(build); err != nil {
		return nil, fmt.Errorf("%s does not build: %w", pkg, err)
	}
	if err := os.Mkdir(filepath.Dir(file), 0o700); err != nil {
		return nil, err
	}
	limited, cancel := context.WithTimeout(ctx, describeTime)
	defer cancel()
	command := exec.CommandContext(limited, program)
	command.Env = append(os.Environ(), "COMPOSABLE_DESCRIBE="+file)
	command.WaitDelay = time.Second
	_, err = run(command)
	switch {
	case limited.Err() != nil && ctx.Err() == nil:
		return nil, fmt.Errorf("%s did not describe itself within %v; its main function has to call Run of an app.App that has app.FromEnv", pkg, describeTime)
	case err != nil:
		return nil, fmt.Errorf("%s does not describe itself: %w", pkg, err)
	}
	module, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s ended without describing itself; its main function has to call Run of an app.App that has app.FromEnv", pkg)
	}
	return module, err
}

// usesApp makes sure that pkg is one program, and of the kind that describes itself.
func usesApp(ctx context.Context, pkg string) error {
	list, err := run(exec.CommandContext(ctx, "go", "list", "-f", `{{.Name}} {{join .Deps " "}}`, pkg))
	if err != nil {
		return err
	}
	packages := strings.Split(strings.TrimSpace(list), "\n")
	words := strings.Fields(packages[0])
	switch {
	case len(packages) != 1:
		return fmt.Errorf("%s is %d packages; name one", pkg, len(packages))
	case words[0] != "main":
		return fmt.Errorf("%s is no program but the package %s; name the one with the main function", pkg, words[0])
	case !slices.Contains(words, appPackage):
		return fmt.Errorf("%s does not use %s, so it cannot describe itself", pkg, appPackage)
	}
	return nil
}

// run returns what a command prints. When it fails the error is what it says.
func run(command *exec.Cmd) (output string, err error) {
	var said bytes.Buffer
	command.Stderr = &said
	data, err := command.Output()
	if text := strings.TrimSpace(said.String()); err != nil && text != "" {
		err = fmt.Errorf("%w\n%s", err, text)
	}
	return string(data), err
}
