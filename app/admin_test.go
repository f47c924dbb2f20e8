package app_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/composable-go/composable/app"
	"github.com/composable-go/composable/app/apptest"
	"github.com/composable-go/composable/auth"
	"github.com/composable-go/composable/auth/authtest"
	"github.com/composable-go/composable/store"
)

// errand is an effect whose handler fails for good until it is mended.
type errand struct{}

func (errand) EffectName() string { return "errand" }

// ask sends a request of a session, which must be answered with a status.
func ask(t *testing.T, s authtest.Session, method, url string, want int) (body string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	s.Authorize(r)
	response, err := http.DefaultTransport.(*http.Transport).Clone().RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != want {
		t.Fatalf("%s %s: %d %s, %v; want %d", method, url, response.StatusCode, data, err, want)
	}
	return string(data)
}

func TestAnAdminRetriesAndDiscardsDeadLetters(t *testing.T) {
	t.Parallel()
	box := authtest.NewMailbox()
	var mended atomic.Bool
	ran := make(chan string, 3)
	url := apptest.Serve(t, func(a *app.App) {
		a.Auth(auth.Options{App: "Test", Sender: box, AdminEmails: []string{"ada@example.com"}})
		wire(a)
		store.Handle(a.Runtime, func(_ context.Context, _ errand, key store.Key) (store.None, error) {
			ran <- string(key)
			if !mended.Load() {
				return store.None{}, store.Permanent(errors.New("nobody at home"))
			}
			return store.None{}, nil
		})
		a.Admin("/admin")
	})
	admin, other := authtest.SignIn(t, url, box, "ada@example.com"), authtest.SignIn(t, url, box, "eve@example.com")
	as := func(s authtest.Session, method, path string, want int) string {
		t.Helper()
		return ask(t, s, method, url+path, want)
	}
	type letter struct {
		ID, Effect, Key string
		Failures        []struct{ Error string }
	}
	letters := func(n int) []letter {
		t.Helper()
		for {
			var list struct{ Items []letter }
			if err := json.Unmarshal([]byte(as(admin, "GET", "/admin/dead-letters", 200)), &list); err != nil {
				t.Fatal(err)
			}
			if len(list.Items) == n || t.Context().Err() != nil {
				return list.Items
			}
		}
	}
	if body := as(admin, "GET", "/admin/effects", 200); !strings.Contains(body, `"incidents":{}`) {
		t.Errorf("effects at first: %s", body)
	}
	for _, key := range []string{"a", "b"} {
		as(other, "POST", "/tallies/"+key+"/send", 200)
		<-ran
	}
	as(other, "GET", "/admin/dead-letters", 403)
	found := letters(2)
	if l := found[0]; l.Effect != "errand" || l.Key != "b" || len(l.Failures) != 1 || !strings.Contains(l.Failures[0].Error, "nobody at home") {
		t.Errorf("dead letter = %+v", l)
	}
	mended.Store(true)
	as(admin, "DELETE", "/admin/dead-letters/"+found[1].ID, 204)
	as(admin, "DELETE", "/admin/dead-letters/"+found[1].ID, 404)
	as(admin, "POST", "/admin/dead-letters/"+found[0].ID+"/retry", 204)
	if key := <-ran; key != found[0].ID {
		t.Errorf("ran under the key %s, want %s", key, found[0].ID)
	}
	letters(0)
	if body := as(admin, "GET", "/admin/effects", 200); !strings.Contains(body, `"effect_given_up":2`) {
		t.Errorf("effects: %s", body)
	}
}
