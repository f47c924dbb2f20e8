package bench

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/go-chi/chi/v5"

	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/web"
)

const httpIntroduction = `
## Over HTTP

POST of a JSON body of 200 bytes, answered by JSON, on connections that stay open, each
with a stream of its own; Postgres. **Commands** is web.Command on a store, behind
web.NewRouter with all its middleware: correlation ids, panics, security headers,
compression, cross-origin protection, body limit. **Plain** is a chi router without
middleware whose handler inserts the event in a transaction of its own, as above. The
ratio is to be at least 2, and p99 no worse.
`

func measureHTTP(b *testing.B) string {
	var out strings.Builder
	out.WriteString(httpIntroduction)
	t := table{title: "### postgres, a stream per connection", callers: "connections", ours: "commands/s", other: "plain/s", ratio: "commands : plain"}
	for _, connections := range []int{64, 256} {
		t.rows = append(t.rows, compare(b, overHTTP(), loads()[0], connections))
	}
	t.write(&out)
	return out.String()
}

func overHTTP() system { return system{"postgres", sendHTTP, plainHTTP} }

func sendHTTP(b testing.TB) sender {
	accounts := start(b, openPostgres(b), reducer{}, store.Options{})
	r := web.NewRouter(web.Options{Logger: slog.New(slog.DiscardHandler)})
	r.Post("/accounts/{id}/deposits", web.Command(accounts, func(r *web.Request) (string, action, error) {
		var d deposit
		err := r.JSON(&d)
		return r.Param("id"), d, err
	}, web.OK(func(_ *web.Request, a account) (any, error) { return a, nil })))
	return post(b, r)
}

func plainHTTP(b testing.TB) sender {
	insert := plainPostgres(b)
	r := chi.NewRouter()
	r.Post("/accounts/{id}/deposits", func(w http.ResponseWriter, r *http.Request) {
		var d deposit
		if err := json.NewDecoder(r.Body).Decode(&d); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		if err := insert(r.Context(), chi.URLParam(r, "id")); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(account{Balance: d.Amount}) // a client that is gone shows there
	})
	return post(b, r)
}

// post sends a deposit on the connection of that key.
func post(b testing.TB, handler http.Handler) sender {
	body, err := json.Marshal(aDeposit())
	if err != nil {
		b.Fatal(err)
	}
	return repeat(b, handler, func(key string) []byte {
		return fmt.Appendf(nil, "POST /accounts/%s/deposits HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
			key, len(body), body)
	})
}

// repeat serves, and sends the request of a key on its connection.
func repeat(b testing.TB, handler http.Handler, request func(key string) []byte) sender {
	server := httptest.NewServer(handler)
	b.Cleanup(server.Close)
	var clients sync.Map
	return func(ctx context.Context, key string) error {
		found, ok := clients.Load(key)
		if !ok {
			c, err := dial(ctx, server, request(key))
			if err != nil {
				return err
			}
			b.Cleanup(func() { _ = c.conn.Close() })
			found, _ = clients.LoadOrStore(key, c)
		}
		return found.(*client).send()
	}
}

// client repeats a request on a connection. It knows just enough of HTTP to leave
// the cores to the server.
type client struct {
	conn    net.Conn
	in      *bufio.Reader
	request []byte
}

func dial(ctx context.Context, server *httptest.Server, request []byte) (*client, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", server.Listener.Addr().String())
	if err != nil {
		return nil, err
	}
	return &client{conn, bufio.NewReader(conn), request}, nil
}

// send returns when the answer has been read; its status must be 200, its body JSON.
func (c *client) send() error {
	if _, err := c.conn.Write(c.request); err != nil {
		return err
	}
	status, err := c.in.ReadSlice('\n')
	if err != nil {
		return err
	}
	if !bytes.HasPrefix(status, []byte("HTTP/1.1 200 ")) {
		return fmt.Errorf("answered %s", status)
	}
	length, err := c.header()
	if err != nil {
		return err
	}
	body := make([]byte, length)
	if _, err := io.ReadFull(c.in, body); err != nil {
		return err
	}
	if !bytes.Contains(body, []byte(`"Balance":`)) {
		return fmt.Errorf("answered %s", body)
	}
	return nil
}

// header reads the header and returns the length of the body.
func (c *client) header() (length int, err error) {
	for {
		line, err := c.in.ReadSlice('\n')
		if err != nil || len(line) == len("\r\n") {
			return length, err
		}
		if value, found := bytes.CutPrefix(line, []byte("Content-Length: ")); found {
			if length, err = strconv.Atoi(string(bytes.TrimSpace(value))); err != nil {
				return 0, err
			}
		}
	}
}
