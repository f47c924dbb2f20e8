package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// process is the real program, started from its binary and killed at will.
type process struct {
	t       *testing.T
	url     string
	dataDir string
	env     []string
	command *exec.Cmd
}

var binary = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "ticketing-*")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "ticketing")
	out, err := exec.Command("go", "build", "-o", path, ".").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%w\n%s", err, out)
	}
	return path, nil
})

// launch starts the program on a port and a data directory of its own.
func launch(t *testing.T, database func(dataDir string) string, settings ...string) *process {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().(*net.TCPAddr)
	listener.Close()
	dir := t.TempDir()
	p := &process{t: t, dataDir: dir, url: fmt.Sprintf("http://localhost:%d", address.Port)}
	p.env = append(os.Environ(), append([]string{
		"DEV=1", "LISTEN=" + address.String(), "BASE_URL=" + p.url, "DATA_DIR=" + dir, "DATABASE_URL=" + database(dir),
	}, settings...)...)
	p.start()
	t.Cleanup(func() {
		p.kill()
		if t.Failed() {
			t.Logf("the program's log:\n%s", p.log())
		}
	})
	return p
}

func (p *process) start() {
	p.t.Helper()
	path, err := binary()
	if err != nil {
		p.t.Fatal(err)
	}
	log, err := os.OpenFile(filepath.Join(p.dataDir, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		p.t.Fatal(err)
	}
	defer log.Close()
	p.command = exec.Command(path)
	p.command.Env, p.command.Stdout, p.command.Stderr = p.env, log, log
	if err := p.command.Start(); err != nil {
		p.t.Fatal(err)
	}
	eventually(p.t, "the program to be ready", func() bool {
		response, err := http.Get(p.url + "/ready")
		if err != nil {
			return false
		}
		response.Body.Close()
		return response.StatusCode == http.StatusOK
	})
}

// kill ends the program as a power cut would.
func (p *process) kill() {
	_ = p.command.Process.Kill()
	_ = p.command.Wait()
}

// restart kills the program and starts it again on the same data.
func (p *process) restart() {
	p.t.Helper()
	p.kill()
	p.start()
}

// eventually asks again and again, for at most a minute.
func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	again := time.NewTicker(10 * time.Millisecond)
	defer again.Stop()
	for !done() {
		select {
		case <-again.C:
		case <-ctx.Done():
			t.Fatalf("waited a minute for %s", what)
		}
	}
}

func (p *process) log() string {
	f, err := os.Open(filepath.Join(p.dataDir, "log"))
	if err != nil {
		return err.Error()
	}
	defer f.Close()
	data, _ := io.ReadAll(io.LimitReader(f, 64<<10))
	return string(data)
}
