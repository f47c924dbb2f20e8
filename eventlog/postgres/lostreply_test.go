package postgres_test

import (
	"bytes"
	"io"
	"net"
	"net/url"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/composable-go/composable/internal/pgtest"
)

// line stands between a log and its server. Once cut is set, what the server answers
// to the next append of the log gets lost with the connection, when it was carried
// out to the end.
type line struct {
	server  string // a unix socket
	cut     atomic.Bool
	running sync.WaitGroup
}

// readyForQuery is the message that ends each answer, outside of a transaction.
var readyForQuery = []byte{'Z', 0, 0, 0, 5, 'I'}

// open returns the URL of the database by way of the line.
func (l *line) open(t *testing.T, database string) string {
	t.Helper()
	config, err := pgx.ParseConfig(database)
	if err != nil {
		t.Fatal(err)
	}
	l.server = filepath.Join(config.Host, ".s.PGSQL.5432")
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.running.Go(func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			l.running.Go(func() { l.carry(client) })
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		l.running.Wait()
	})
	u := url.URL{Scheme: "postgres", User: url.User(config.User), Host: listener.Addr().String(), Path: config.Database, RawQuery: "sslmode=disable"}
	return u.String()
}

func (l *line) carry(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("unix", l.server)
	if err != nil {
		return
	}
	defer server.Close()
	var appends atomic.Bool
	l.running.Go(func() {
		buffer := make([]byte, 1<<16)
		for {
			n, err := client.Read(buffer)
			if bytes.Contains(buffer[:n], []byte("eventlog append")) {
				appends.Store(true)
			}
			if _, writeErr := server.Write(buffer[:n]); err != nil || writeErr != nil {
				_ = server.Close()
				return
			}
		}
	})
	buffer := make([]byte, 1<<16)
	for {
		n, err := server.Read(buffer)
		if err != nil {
			return
		}
		if appends.Load() && l.cut.Load() {
			if bytes.HasSuffix(buffer[:n], readyForQuery) {
				l.cut.Store(false)
				return
			}
			continue
		}
		if _, err := io.Copy(client, bytes.NewReader(buffer[:n])); err != nil {
			return
		}
	}
}

// An append that was committed while its answer got lost must not be taken for one
// that was not: it would be decided again, on itself.
func TestAnAppendWhoseAnswerIsLostIsNotRepeated(t *testing.T) {
	t.Parallel()
	database := pgtest.URL(t)
	var l line
	log := open(t, l.open(t, database))
	for version := range int64(3) { // from the second on the node knows the stream
		happened(t, log, streams[0], version, 1)
	}
	l.cut.Store(true)
	outcomes, err := log.Append(t.Context(), happening(streams[0], 3, 1))
	if err == nil {
		t.Errorf("outcomes %+v of an append whose answer was lost; want an error", outcomes)
	}
	if events, err := log.ReadStream(t.Context(), streams[0], 0, 10); err != nil || len(events) != 4 {
		t.Errorf("%d events, %v; want 4", len(events), err)
	}
	if o := happened(t, log, streams[0], 4, 1); o.Err != nil || o.Version != 5 {
		t.Errorf("the next append: %+v", o)
	}
}
