package redistest

import (
	"bufio"
	"cmp"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/redis/go-redis/v9"
)

// ServerVariable names the redis-server to run; default is that on the PATH.
const ServerVariable = "REDIS_SERVER"

// Server is a Redis that belongs to one test.
type Server struct {
	dir      string
	args     []string
	lifeline io.WriteCloser
	wait     func() error
}

// script kills the server when a line comes in, and removes its files too when the
// input ends without one, which the kernel sees to even when our process is killed.
// Its output ends with the server.
const script = `
server=$1 dir=$2; shift 2
"$server" --dir "$dir" --unixsocket "$dir/socket" --port 0 --save "" "$@" 2>&1 &
exec >/dev/null 2>&1
read -r _ || ended=yes
kill -9 $!
wait $! 2>/dev/null
if [ "$ended" ]; then rm -rf "$dir"; fi`

// Start starts a server that writes nothing to disk, unless arguments say so, as
// "--appendonly", "yes" do. It is killed when the test ends. Without Redis the test
// fails with the remedy.
func Start(t testing.TB, args ...string) *Server {
	t.Helper()
	dir, err := os.MkdirTemp("", "redistest-") // t.TempDir is too long for a socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	s := &Server{dir: dir, args: args}
	s.Restart(t)
	t.Cleanup(func() {
		_ = s.lifeline.Close()
		_ = s.wait() // killed
	})
	return s
}

// Restart starts the server that was killed, on the files it left.
func (s *Server) Restart(t testing.TB) {
	t.Helper()
	server, err := exec.LookPath(cmp.Or(os.Getenv(ServerVariable), "redis-server"))
	if err != nil {
		t.Fatalf("redistest: %v: run export %s=$(scripts/redis)", err, ServerVariable)
	}
	if err := s.start(server); err != nil {
		t.Fatalf("redistest: %s does not start: %v", server, err)
	}
}

func (s *Server) start(server string) error {
	cmd := exec.Command("sh", append([]string{"-c", script, "sh", server, s.dir}, s.args...)...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // an interrupt of the terminal is ours to pass on
	var err error
	if s.lifeline, err = cmd.StdinPipe(); err != nil {
		return err
	}
	said, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	s.wait = cmd.Wait
	log := bufio.NewReader(said)
	var all strings.Builder
	for !strings.Contains(strings.ToLower(all.String()), "ready to accept connections") {
		line, err := log.ReadString('\n')
		all.WriteString(line)
		if err != nil {
			_ = s.lifeline.Close()
			_ = cmd.Wait()
			return errors.New(all.String())
		}
	}
	return nil
}

// Kill kills the server as a power cut would.
func (s *Server) Kill(t testing.TB) {
	t.Helper()
	if _, err := s.lifeline.Write([]byte("\n")); err != nil {
		t.Fatal(err)
	}
	_ = s.wait() // killed
}

// Client returns a client that is closed when the test ends.
func (s *Server) Client(t testing.TB) *redis.Client {
	client := redis.NewClient(&redis.Options{Network: "unix", Addr: filepath.Join(s.dir, "socket")})
	t.Cleanup(func() { _ = client.Close() })
	return client
}
