package app_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/go-chi/chi/v5"

	"github.com/composable-go/composable/app"
	"github.com/composable-go/composable/app/apptest"
	"github.com/composable-go/composable/auth"
	"github.com/composable-go/composable/auth/authtest"
	"github.com/composable-go/composable/internal/pgtest"
	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/web"
	"github.com/composable-go/composable/ws"
)

// account is a feature whose transfers each need the owner's passkey.
type account struct{ Sent int }

type accountAction interface{ account() }

type (
	transfer    struct{ To, Amount any }
	transferred struct{ To, Amount any }
)

func (transfer) account()    {}
func (transferred) account() {}

type accountReducer struct{}

func (accountReducer) Actions() store.Actions[accountAction] {
	return store.Actions[accountAction]{Commands: []accountAction{transfer{}}, Events: []accountAction{transferred{}}}
}

func (accountReducer) Reduce(s *account, action accountAction, env store.Env) (store.Effects, error) {
	switch a := action.(type) {
	case transfer:
		confirmed, err := auth.Confirmed(env, "account.Transfer", a)
		if err != nil {
			return nil, err
		}
		return store.Effects{confirmed, store.Record(transferred(a))}, nil
	case transferred:
		s.Sent++
	}
	return nil, nil
}

// bank is a program with transfers over HTTP and over sockets.
type bank struct {
	t   *testing.T
	url string
	box *authtest.Mailbox
}

func openBank(t *testing.T, database string) bank {
	t.Helper()
	b := bank{t: t, box: authtest.NewMailbox()}
	b.url = apptest.Serve(t, func(a *app.App) {
		a.Auth(auth.Options{App: "Bank", Sender: b.box})
		accounts := store.New(a.Runtime, "account", accountReducer{})
		a.Realtime("/ws", ws.Expose(accounts, ws.Commands(transfer{})))
		a.Routes(func(r chi.Router) {
			r.Post("/transfer", web.Command(accounts, func(r *web.Request) (string, accountAction, error) {
				var command transfer
				err := r.JSON(&command)
				return r.Actor().ID, command, err
			}, web.OK(func(_ *web.Request, s account) (any, error) { return s, nil })))
		})
	}, "DATABASE_URL="+database, "SECRET_KEY="+strings.Repeat("k", 32))
	return b
}

// transfer sends the command by HTTP and returns the status and the problem.
func (b bank) transfer(as authtest.Session, command transfer) (status int, problem struct {
	Code          string
	Action        string
	RequiredLevel int `json:"required_level"`
},
) {
	b.t.Helper()
	body, err := json.Marshal(command)
	if err != nil {
		b.t.Fatal(err)
	}
	status, answer := send(b.t, as, http.MethodPost, b.url+"/transfer", string(body))
	if err := json.Unmarshal([]byte(answer), &problem); err != nil {
		b.t.Fatalf("%v: %s", err, answer)
	}
	return status, problem
}

func (b bank) socket(as authtest.Session) socket {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	b.t.Cleanup(cancel)
	header := http.Header{"Authorization": {"Bearer " + as.Token}}
	conn, _, err := websocket.Dial(ctx, b.url+"/ws", &websocket.DialOptions{HTTPHeader: header})
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() { _ = conn.CloseNow() })
	return socket{b.t, ctx, conn}
}

// transfer sends the command by socket and returns "" or the refusal's code.
func (c socket) transfer(id, key string, command transfer) (code string) {
	c.t.Helper()
	body, err := json.Marshal(command)
	if err != nil {
		c.t.Fatal(err)
	}
	c.send(fmt.Sprintf(`{"type":"command","id":%q,"store":"account","key":%q,"action":{"transfer":%s}}`, id, key, body))
	_, data, err := c.Read(c.ctx)
	if err != nil {
		c.t.Fatal(err)
	}
	var answer struct{ Code string }
	if err := json.Unmarshal(data, &answer); err != nil {
		c.t.Fatal(err)
	}
	return answer.Code
}

func TestATransferIsConfirmedByAPasskeyEachTime(t *testing.T) {
	t.Parallel()
	for name, database := range map[string]func(*testing.T) string{
		"sqlite":   func(t *testing.T) string { return "sqlite:" + filepath.Join(t.TempDir(), "bank.db") },
		"postgres": func(t *testing.T) string { return pgtest.URL(t) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			testTransfers(t, openBank(t, database(t)))
		})
	}
}

func testTransfers(t *testing.T, b bank) {
	ada := authtest.SignIn(t, b.url, b.box, "ada@example.com")
	key := authtest.NewAuthenticator(b.url)
	key.Register(t, b.url, ada)
	five, six := transfer{"bob", 5}, transfer{"bob", 6}
	open := b.socket(ada) // which stays, whatever becomes of the token

	if status, p := b.transfer(ada, five); status != http.StatusForbidden || p.Code != "step_up_required" || p.RequiredLevel != auth.LevelStrong || p.Action != "account.Transfer" {
		t.Errorf("unconfirmed: %d %+v", status, p)
	}
	if code := open.transfer("c1", ada.User.ID, five); code != "step_up_required" {
		t.Errorf("unconfirmed, by socket: %q", code)
	}
	ada = key.StepUp(t, b.url, ada, "account.Transfer", five)
	if status, p := b.transfer(ada, six); status != http.StatusForbidden || p.Code != "step_up_required" {
		t.Errorf("another amount: %d %+v", status, p)
	}
	if status, p := b.transfer(ada, five); status != http.StatusOK {
		t.Errorf("confirmed: %d %+v", status, p)
	}
	if status, p := b.transfer(ada, five); status != http.StatusForbidden || p.Code != "step_up_required" {
		t.Errorf("confirmed once, used twice: %d %+v", status, p)
	}
	ada = key.StepUp(t, b.url, ada, "account.Transfer", six)
	for i, want := range []struct {
		command transfer
		code    string
	}{{five, "step_up_required"}, {six, ""}, {six, "step_up_required"}} {
		if code := open.transfer(fmt.Sprintf("d%d", i), ada.User.ID, want.command); code != want.code {
			t.Errorf("transfer %d by socket: %q, want %q", i, code, want.code)
		}
	}
}
