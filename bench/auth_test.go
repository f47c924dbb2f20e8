//go:build unix

package bench

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"testing"

	"github.com/composable-go/composable/auth"
	"github.com/composable-go/composable/auth/authtest"
	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/web"
)

// office is an application with accounts and sign-in.
type office struct {
	name string
	http http.Handler
	auth *auth.Auth
	box  *authtest.Mailbox

	devices []string // of each user: the cookie that their browser was given
}

func offices(b testing.TB, users int) []*office {
	return []*office{openOffice(b, "sqlite", openSQLite(b), users), openOffice(b, "postgres", openPostgres(b), users)}
}

// openOffice serves to anybody an account's state at /open/state and a page of accounts
// at /open/query, and the same below /own after the session was checked.
func openOffice(b testing.TB, name string, log eventlog.Backend, users int) *office {
	b.Helper()
	logger := slog.New(slog.DiscardHandler)
	rt := store.NewRuntime(log, store.Options{Logger: logger})
	accounts := store.New(rt, "account", reducer{})
	o := &office{name: name, box: authtest.NewMailbox(), devices: make([]string, users)}
	o.auth = auth.New(rt, auth.Options{
		SecretKey: bytes.Repeat([]byte("k"), 32), BaseURL: "http://localhost", From: "bench@localhost.example", Sender: o.box, Logger: logger,
	})
	if err := rt.Start(b.Context()); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := rt.Close(context.Background()); err != nil {
			b.Error(err)
		}
	})
	router := web.NewRouter(web.Options{Logger: logger})
	router.Route("/auth", o.auth.Routes)
	state := func(w http.ResponseWriter, r *web.Request) error {
		a, err := accounts.State(r.Context(), "1")
		if err != nil {
			return err
		}
		return web.Reply(w, http.StatusOK, a.State)
	}
	query := pageOfAccounts(b, log.(interface{ ReadModels() *sql.DB }).ReadModels())
	own := router.With(web.Identify(o.auth.Authenticate), web.RequireActor)
	router.Get("/open/state", web.Handle(state))
	own.Get("/own/state", web.Handle(state))
	router.Get("/open/query", query)
	own.Get("/own/query", query)
	o.http = router
	if _, err := accounts.Send(b.Context(), "1", aDeposit()); err != nil {
		b.Fatal(err)
	}
	return o
}

// pageOfAccounts serves 20 rows of a read model.
func pageOfAccounts(b testing.TB, db *sql.DB) http.HandlerFunc {
	b.Helper()
	const page = 20
	_, err := db.ExecContext(b.Context(), `CREATE TABLE accounts (id INTEGER PRIMARY KEY, balance INTEGER)`)
	for id := 0; err == nil && id < 10*page; id++ {
		_, err = db.ExecContext(b.Context(), `INSERT INTO accounts VALUES ($1, 5)`, id)
	}
	if err != nil {
		b.Fatal(err)
	}
	return web.Query(nil, func(r *web.Request) (any, error) {
		rows, err := db.QueryContext(r.Context(), `SELECT balance FROM accounts ORDER BY id LIMIT $1`, page)
		if err != nil {
			return nil, err
		}
		defer rows.Close()
		accounts := make([]account, 0, page)
		for rows.Next() {
			var a account
			if err := rows.Scan(&a.Balance); err != nil {
				return nil, err
			}
			accounts = append(accounts, a)
		}
		return map[string]any{"items": accounts}, rows.Err()
	})
}

// call sends a request of the nth user, from their device and a network that nobody else
// is in, so that limits of one do not count.
func (o *office) call(n int, method, path string, body any, headers ...string) (*httptest.ResponseRecorder, error) {
	data, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	r := httptest.NewRequest(method, path, bytes.NewReader(data))
	r.RemoteAddr = fmt.Sprintf("10.%d.%d.1:1", n/256, n%256)
	r.Header.Set("Content-Type", "application/json")
	if o.devices[n] != "" {
		r.AddCookie(&http.Cookie{Name: "device", Value: o.devices[n]})
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	o.http.ServeHTTP(w, r)
	if w.Code/100 != 2 {
		return nil, fmt.Errorf("%s %s is answered %d %s", method, path, w.Code, w.Body)
	}
	for _, cookie := range w.Result().Cookies() {
		if cookie.Name == "device" {
			o.devices[n] = cookie.Value
		}
	}
	return w, nil
}

// link has a sign-in link mailed to the nth user and returns its token.
func (o *office) link(ctx context.Context, n int) (string, error) {
	address := fmt.Sprintf("user%d@example.com", n)
	if _, err := o.call(n, http.MethodPost, "/auth/magic-link/send", map[string]string{"email": address}); err != nil {
		return "", err
	}
	for {
		mail, err := o.box.Next(ctx, address)
		if err != nil {
			return "", err
		}
		if found := regexp.MustCompile(`[?&]token=([\w-]+)`).FindStringSubmatch(mail.Text); found != nil {
			return found[1], nil
		}
	}
}

// enter signs the nth user in by a link.
func (o *office) enter(n int, link string) (session authtest.Session, err error) {
	w, err := o.call(n, http.MethodPost, "/auth/magic-link/verify", map[string]string{"token": link})
	if err == nil {
		err = json.Unmarshal(w.Body.Bytes(), &session)
	}
	return session, err
}
