//go:build linux

package main

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"syscall"
)

// machine says what the numbers were measured on; load is loadAverage before that.
func machine(load string) string {
	return fmt.Sprintf("Measured on %d cores of %s (%s/%s, kernel %s), load average %s before the\nfirst run; %s, coder/websocket %s.",
		runtime.NumCPU(), processor(), runtime.GOOS, runtime.GOARCH, kernel(), load, runtime.Version(), library())
}

// loadAverage tells whether the machine had other work; the numbers are low then.
func loadAverage() string { return firstWord("/proc/loadavg") }

func kernel() string { return firstWord("/proc/sys/kernel/osrelease") }

func firstWord(path string) string {
	data, err := os.ReadFile(path)
	if err != nil {
		return "unknown"
	}
	return strings.Fields(string(data))[0]
}

func processor() string {
	info, _ := os.ReadFile("/proc/cpuinfo") // without it the processor is unknown
	for line := range strings.Lines(string(info)) {
		if name, model, _ := strings.Cut(line, ":"); strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(model)
		}
	}
	return "an unknown processor"
}

func library() string {
	info, _ := debug.ReadBuildInfo()
	for _, m := range info.Deps {
		if m.Path == "github.com/coder/websocket" {
			return m.Version
		}
	}
	return "of unknown version"
}

// allowFiles raises the limit of open files so that so many connections fit in, and
// some more.
func allowFiles(connections int) error {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return err
	}
	needed := uint64(connections + 200)
	if limit.Cur >= needed {
		return nil
	}
	limit = syscall.Rlimit{Cur: needed, Max: max(limit.Max, needed)}
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return errors.Join(fmt.Errorf("%d open files are needed; raise the limit with ulimit -n", needed), err)
	}
	return nil
}
