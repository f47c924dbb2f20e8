package auth_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/composable-go/composable/auth"
	"github.com/composable-go/composable/auth/authtest"
	"github.com/composable-go/composable/email"
	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/memory"
	"github.com/composable-go/composable/web"
	"github.com/composable-go/composable/ws"
)

// TestNothingThatLetsAnybodyInOrTellsWhoTheyAreIsLeft runs every flow, and then looks
// for what was secret in it where others can look: the database, the log, the headers
// of mails, answers that refuse, what a socket is sent.
func TestNothingThatLetsAnybodyInOrTellsWhoTheyAreIsLeft(t *testing.T) {
	t.Parallel()
	for _, f := range flows() {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			s := startScrub(t)
			f.run(t, s)
			s.close(t)
			s.check(t)
		})
	}
}

// scrub is a site whose every trace is kept.
type scrub struct {
	*site
	provider *authtest.Provider // "example"
	log      *recorder

	mu      sync.Mutex
	secrets map[string]string
	places  map[string]*bytes.Buffer
	sockets []*websocket.Conn
	reading sync.WaitGroup
}

const canarySecretKey = "canary-secret-key-of-32-bytes-xx"

func startScrub(t *testing.T) *scrub {
	t.Helper()
	s := &scrub{log: &recorder{Backend: memory.New()}, secrets: map[string]string{}, places: map[string]*bytes.Buffer{}}
	box := authtest.NewMailbox()
	s.provider = authtest.NewProvider(t)
	s.site = start(t, s.log, knows(s.provider), func(o *auth.Options) {
		o.SecretKey, o.Sender = []byte(canarySecretKey), postman{s, box}
	})
	s.box = box
	s.openSockets(t)
	s.secret("key", canarySecretKey)
	s.secret("key in hex", hex.EncodeToString([]byte(canarySecretKey)))
	s.secret("key in base64", base64.StdEncoding.EncodeToString([]byte(canarySecretKey)))
	return s
}

// openSockets serves the site with sockets beside it.
func (s *scrub) openSockets(t *testing.T) {
	t.Helper()
	logger := slog.New(slog.NewJSONHandler(s.logs, &slog.HandlerOptions{Level: slog.LevelDebug}))
	hub := ws.NewHub(s.rt, ws.Options{Logger: logger, Problem: web.Problem, Check: s.auth.CheckSession})
	hub.Add(ws.Expose(s.auth.Users(), ws.Commands(), ws.View(func(e ws.Recorded[auth.Action]) []ws.Message {
		return []ws.Message{{Topic: ws.Me(e.Key), Action: e.Action}} // all of it: it is sealed
	})), ws.EndSessions(s.auth.Users(), func(e ws.Recorded[auth.Action]) []string {
		if revoked, ok := e.Action.(auth.SessionRevoked); ok {
			return []string{revoked.ID}
		}
		return nil
	}))
	if err := hub.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/ws", hub.Handler(s.auth.Authenticate))
	mux.Handle("/", s.http)
	server := httptest.NewServer(mux)
	t.Cleanup(func() {
		server.Close()
		if err := hub.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	s.url = server.URL
}

// secret is looked for, by [scrub.check], in all places.
func (s *scrub) secret(name, value string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.secrets[name] = value
}

// leave notes what was left somewhere.
func (s *scrub) leave(place, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.places[place] == nil {
		s.places[place] = &bytes.Buffer{}
	}
	s.places[place].WriteString(text + "\n")
}

// signIn signs in by a link; token and cookies are secrets from then on, and a socket of
// the session hears all that it may.
func (s *scrub) signIn(t *testing.T, address string) authtest.Session {
	t.Helper()
	s.secret("address "+address, address)
	link := authtest.Link(t, s.url, s.box, address)
	s.secret("link of "+address, link)
	var session authtest.Session
	s.tell(t, s.do(t, http.MethodPost, verify, fmt.Sprintf(`{"token":%q}`, link)).want(t, http.StatusOK)).decode(t, &session)
	s.listen(t, session)
	return session
}

// tell notes what an answer gives away for good: its cookies are secrets.
func (s *scrub) tell(t *testing.T, a answer) answer {
	t.Helper()
	for _, c := range a.Cookies() {
		if c.Value != "" {
			s.secret(a.Request.URL.Path+": cookie "+c.Name, c.Value)
		}
	}
	return a
}

// refused is an answer that is a problem, which anybody may see.
func (s *scrub) refused(t *testing.T, status int, a answer) {
	t.Helper()
	s.leave("problems", a.want(t, status).body)
}

// listen opens a socket and keeps what it is sent.
func (s *scrub) listen(t *testing.T, session authtest.Session) {
	t.Helper()
	conn, _, err := websocket.Dial(t.Context(), s.url+"/ws", &websocket.DialOptions{
		HTTPHeader: http.Header{"Authorization": {"Bearer " + session.Token}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := conn.Write(t.Context(), websocket.MessageText, []byte(`{"type":"subscribe","id":"s1","topics":["me"]}`)); err != nil {
		t.Fatal(err)
	}
	s.sockets = append(s.sockets, conn)
	s.reading.Go(func() {
		for {
			_, frame, err := conn.Read(context.Background())
			if err != nil {
				s.leave("frames", err.Error())
				return
			}
			s.leave("frames", string(frame))
		}
	})
}

// close ends everything, so that nothing is written any more.
func (s *scrub) close(t *testing.T) {
	t.Helper()
	for _, conn := range s.sockets {
		_ = conn.Close(websocket.StatusNormalClosure, "")
	}
	s.reading.Wait()
	if err := s.rt.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	letters, err := s.log.DeadLetters(t.Context(), 100)
	if err != nil {
		t.Fatal(err)
	}
	s.log.note(letters)
	for _, l := range letters {
		s.log.written.Write(l.Payload)
	}
	s.leave("database", s.log.written.String())
	s.leave("logs", s.logs.String())
}

// check looks for every secret in every place.
func (s *scrub) check(t *testing.T) {
	t.Helper()
	for place, text := range s.places {
		for name, secret := range s.secrets {
			if len(secret) < 8 {
				t.Errorf("the %s is too short to be looked for: %q", name, secret)
			}
			if i := bytes.Index(text.Bytes(), []byte(secret)); i >= 0 {
				t.Errorf("%s hold the %s: …%s…", place, name, text.Bytes()[max(0, i-100):min(text.Len(), i+100)])
			}
		}
	}
	for _, what := range []string{"UserRegistered", `"Schema":`} { // events, and snapshots
		if !strings.Contains(s.places["database"].String(), what) {
			t.Errorf("nothing that was written to the database has %s", what)
		}
	}
	if s.places["mails"] == nil {
		t.Error("no mail was sent")
	}
}

// recorder remembers everything that was ever to be written to a log.
type recorder struct {
	eventlog.Backend
	mu      sync.Mutex
	written strings.Builder
}

func (r *recorder) Append(ctx context.Context, batch []eventlog.Append) ([]eventlog.Outcome, error) {
	r.note(batch)
	return r.Backend.Append(ctx, batch)
}

func (r *recorder) Release(ctx context.Context, lease eventlog.Lease, due time.Time, failure eventlog.Failure) error {
	r.note(failure)
	return r.Backend.Release(ctx, lease, due, failure)
}

func (r *recorder) Bury(ctx context.Context, lease eventlog.Lease, failure eventlog.Failure) error {
	r.note(failure)
	return r.Backend.Bury(ctx, lease, failure)
}

func (r *recorder) SaveSnapshot(ctx context.Context, snapshot eventlog.Snapshot) error {
	r.note(snapshot)
	return r.Backend.SaveSnapshot(ctx, snapshot)
}

// note writes the fields that are JSON as text, so that secrets in them are seen.
func (r *recorder) note(v any) {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.written.Write(data)
	switch v := v.(type) {
	case eventlog.Snapshot:
		r.written.Write(v.Data)
	case []eventlog.Append:
		for _, a := range v {
			r.noteParts(a)
		}
	}
}

func (r *recorder) noteParts(a eventlog.Append) {
	for _, e := range a.Events {
		r.written.Write(e.Data)
		r.written.Write(e.Journal)
	}
	for _, row := range a.Rows {
		r.written.Write(row.Row.Data)
	}
	for _, w := range a.Work {
		r.written.Write(w.Payload)
	}
}

// postman delivers to everybody whose address does not begin with "gone", and keeps
// what others than the recipient can read of a mail.
type postman struct {
	s   *scrub
	box *authtest.Mailbox
}

func (p postman) Send(ctx context.Context, m email.Message) error {
	p.s.leave("mails", m.ID+" "+m.From+" "+m.Subject)
	if strings.HasPrefix(m.To[0], "gone") { // as servers say it
		_, token, _ := strings.Cut(m.Text, "token=")
		token, _, _ = strings.Cut(token, "\n")
		p.s.secret("link that could not be mailed", token)
		return fmt.Errorf("%w: 550 5.1.1 <%s>: Recipient address rejected", email.ErrPermanent, m.To[0])
	}
	return p.box.Send(ctx, m)
}
