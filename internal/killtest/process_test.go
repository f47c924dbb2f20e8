package killtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"syscall"
	"testing"
)

// process is a node as seen from outside.
type process struct {
	t          *testing.T
	command    *exec.Cmd
	requests   io.WriteCloser
	replies    *json.Decoder
	complaints bytes.Buffer
	mortal     bool
	ended      bool
}

// launch starts a node and returns when it is ready, or has died of its setup.
func launch(t *testing.T, s setup) *process {
	t.Helper()
	variable, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	p := &process{t: t, command: exec.CommandContext(t.Context(), os.Args[0]), mortal: s.Point != never}
	// With -race a process would wait for a second when it ends.
	p.command.Env = append(os.Environ(), nodeVariable+"="+string(variable), "GORACE=atexit_sleep_ms=0")
	p.command.Stderr = &p.complaints
	if p.requests, err = p.command.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	replies, err := p.command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.replies = json.NewDecoder(replies)
	if err := p.command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if !p.ended {
			_ = p.command.Process.Kill()
			_ = p.command.Wait()
		}
		if t.Failed() {
			t.Logf("a node said:\n%s", p.complaints.String())
		}
	})
	p.hear()
	return p
}

// ask makes requests at once and returns the replies, in any order, that came
// while the process was alive.
func (p *process) ask(requests ...request) []reply {
	p.t.Helper()
	if p.ended {
		return nil
	}
	to := json.NewEncoder(p.requests)
	for _, r := range requests {
		_ = to.Encode(r) // of a dead process's pipe; no reply tells the same
	}
	var replies []reply
	for range requests {
		r, ok := p.hear()
		if !ok {
			break
		}
		replies = append(replies, r)
	}
	return replies
}

// hear returns the next reply; ok is false when the process has died of its setup.
func (p *process) hear() (r reply, ok bool) {
	p.t.Helper()
	err := p.replies.Decode(&r)
	if err == nil && r.Problem != "" {
		p.t.Fatalf("order %q: %s", r.Order, r.Problem)
	}
	if err == nil {
		return r, true
	}
	p.ended = true
	var exit *exec.ExitError
	if err := p.command.Wait(); !p.mortal || !errors.As(err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
		p.t.Fatalf("a node ended with %v", err)
	}
	return reply{}, false
}

// settle returns once no work is left; false when the process has died before.
func (p *process) settle() bool {
	p.t.Helper()
	return len(p.ask(request{})) == 1
}

// leave lets the process end by itself.
func (p *process) leave() {
	p.t.Helper()
	p.ended = true
	_ = p.requests.Close()
	if err := p.command.Wait(); err != nil {
		p.t.Fatalf("a node ended with %v", err)
	}
}
