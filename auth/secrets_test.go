package auth_test

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/composable-go/composable/auth"
	"github.com/composable-go/composable/auth/authtest"
	"github.com/composable-go/composable/email"
	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/memory"
)

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

// note writes the fields that are JSON as text, so that secrets in them are seen.
func (r *recorder) note(v any) {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.written.Write(data)
	appends, _ := v.([]eventlog.Append)
	for _, a := range appends {
		for _, e := range a.Events {
			r.written.Write(e.Data)
		}
		for _, row := range a.Rows {
			r.written.Write(row.Row.Data)
		}
		for _, w := range a.Work {
			r.written.Write(w.Payload)
		}
	}
}

// halfDead delivers to everybody but gone@example.com.
type halfDead struct {
	*authtest.Mailbox
	refused chan email.Message
}

func (h halfDead) Send(ctx context.Context, m email.Message) error {
	if m.To[0] == "gone@example.com" {
		h.refused <- m
		return fmt.Errorf("%w: no such user", email.ErrPermanent)
	}
	return h.Mailbox.Send(ctx, m)
}

func TestNothingThatLetsAnybodyInIsWrittenDown(t *testing.T) {
	t.Parallel()
	log := &recorder{Backend: memory.New()}
	key := []byte("canary-secret-key-of-32-bytes-xx")
	mails := halfDead{authtest.NewMailbox(), make(chan email.Message, 1)}
	s := start(t, log, func(o *auth.Options) { o.SecretKey, o.Sender = key, mails })
	s.box = mails.Mailbox

	secrets := map[string]string{
		"key": string(key), "key in hex": hex.EncodeToString(key), "key in base64": base64.StdEncoding.EncodeToString(key),
		"idempotency key": "canary-idempotency-key", "form key": "canary-form-key", "bad token": "canary-bad-token",
	}
	token := authtest.Link(t, s.url, s.box, "ada@example.com")
	s.do(t, http.MethodGet, verify+"?token="+token, "").want(t, http.StatusOK)
	var session authtest.Session
	body := fmt.Sprintf(`{"token":%q}`, token)
	s.do(t, http.MethodPost, verify, body, with("Idempotency-Key", "canary-idempotency-key")).want(t, http.StatusOK).decode(t, &session)
	s.do(t, http.MethodPost, verify, body).want(t, http.StatusBadRequest)
	secrets["used link"], secrets["session"] = token, session.Token

	secrets["link of a form"] = authtest.Link(t, s.url, s.box, "ada@example.com")
	fields := url.Values{"token": {secrets["link of a form"]}, "once": {"canary-form-key"}}
	secrets["cookie"] = s.do(t, http.MethodPost, verify, fields.Encode(), form).want(t, http.StatusSeeOther).cookie(t, "session").Value
	secrets["unused link"] = authtest.Link(t, s.url, s.box, "ada@example.com")

	s.do(t, http.MethodGet, "/auth/sessions", "", with("Cookie", "session="+secrets["cookie"])).want(t, http.StatusOK)
	s.do(t, http.MethodDelete, "/auth/sessions", "", session.Authorize).want(t, http.StatusNoContent)
	s.do(t, http.MethodGet, "/whoami", "", with("Authorization", "Bearer canary-bad-token")).want(t, http.StatusUnauthorized)
	s.do(t, http.MethodPost, verify, `{"token":"canary-bad-token"}`).want(t, http.StatusBadRequest)

	s.do(t, http.MethodPost, "/auth/magic-link/send", `{"email":"gone@example.com"}`).want(t, http.StatusAccepted)
	_, rest, _ := strings.Cut((<-mails.refused).Text, "?token=")
	secrets["link that could not be mailed"], _, _ = strings.Cut(rest, "\n")
	if err := s.rt.Close(t.Context()); err != nil { // waits for the mail to be given up
		t.Fatal(err)
	}
	letters, err := log.DeadLetters(t.Context(), 10)
	if err != nil || len(letters) != 1 {
		t.Fatalf("%d dead letters, %v; want 1", len(letters), err)
	}
	log.note(letters)
	log.written.Write(letters[0].Payload)

	for place, text := range map[string]string{"event log": log.written.String(), "log output": s.logs.String()} {
		if !strings.Contains(text, "magiclink.mail") {
			t.Errorf("the %s does not even mention the mail; is it recorded?", place)
		}
		for name, secret := range secrets {
			if len(secret) < 14 || strings.Contains(text, secret) {
				t.Errorf("the %s holds the %s, %q", place, name, secret)
			}
		}
	}
}
