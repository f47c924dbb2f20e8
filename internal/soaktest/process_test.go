package soaktest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// process is a node as seen from outside.
type process struct {
	t          *testing.T
	command    *exec.Cmd
	lifeline   io.Closer
	address    string
	complaints bytes.Buffer
	ended      bool
}

// launch starts a node and returns when it serves.
func launch(t *testing.T, s setup) *process {
	t.Helper()
	variable, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	p := &process{t: t, command: exec.Command(os.Args[0])}
	// With -race a process would wait for a second when it ends.
	p.command.Env = append(os.Environ(), nodeVariable+"="+string(variable), "GORACE=atexit_sleep_ms=0")
	p.command.Stderr = &p.complaints
	if p.lifeline, err = p.command.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	said, err := p.command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if !p.ended {
			p.kill()
		}
		if t.Failed() {
			t.Logf("a node said:\n%s", p.complaints.String())
		}
	})
	line, err := bufio.NewReader(said).ReadString('\n')
	if err != nil {
		t.Fatalf("a node does not start: %v", err)
	}
	p.address = strings.TrimSpace(line)
	return p
}

// kill ends the process with SIGKILL and returns when it is gone.
func (p *process) kill() {
	p.ended = true
	_ = p.command.Process.Kill()
	_ = p.command.Wait() // killed
}

// leave lets the process end by itself.
func (p *process) leave() {
	p.t.Helper()
	p.ended = true
	_ = p.lifeline.Close()
	if err := p.command.Wait(); err != nil {
		p.t.Errorf("a node ended with %v", err)
	}
}
