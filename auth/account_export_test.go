package auth_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/composable-go/composable/auth"
	"github.com/composable-go/composable/auth/authtest"
	"github.com/composable-go/composable/eventlog/memory"
	"github.com/composable-go/composable/store"
)

type account struct {
	ExportedAt   string        `json:"exported_at"`
	Profile      authtest.User `json:"profile"`
	RegisteredAt string        `json:"registered_at"`
	Sessions     []struct{ Name string }
	Devices      []struct{ ID, Name string }
	Orders       []string
	Audit        []struct {
		Event string
		Data  map[string]any
	}
}

func TestExport(t *testing.T) {
	onLogs(t, func(t *testing.T, s *site) {
		ada, eve := authtest.SignIn(t, s.url, s.box, "ada@example.com"), authtest.SignIn(t, s.url, s.box, "eve@example.com")
		s.do(t, http.MethodPatch, "/auth/me", `{"name":"Ada Lovelace"}`, ada.Authorize).want(t, http.StatusOK)
		exported := s.do(t, http.MethodGet, "/auth/me/export", "", ada.Authorize).want(t, http.StatusOK)
		if d := exported.Header.Get("Content-Disposition"); !strings.HasPrefix(d, "attachment;") {
			t.Errorf("the answer is no attachment: %q", d)
		}
		if exported.Header.Get("Cache-Control") != "no-store" {
			t.Error("the answer may be kept by caches")
		}
		var got account
		exported.decode(t, &got)
		if got.Profile.Email != "ada@example.com" || got.Profile.Name != "Ada Lovelace" || got.RegisteredAt == "" || got.ExportedAt == "" {
			t.Errorf("profile = %+v, registered %q, exported %q", got.Profile, got.RegisteredAt, got.ExportedAt)
		}
		if len(got.Sessions) != 1 || got.Sessions[0].Name == "" || len(got.Devices) != 1 || got.Devices[0].Name != got.Sessions[0].Name {
			t.Errorf("sessions %+v on devices %+v", got.Sessions, got.Devices)
		}
		first := got.Audit[0]
		if last := got.Audit[len(got.Audit)-1]; first.Event != "UserRegistered" || first.Data["address"] != "ada@example.com" ||
			last.Event != "ProfileChanged" || last.Data["name"] != "Ada Lovelace" {
			t.Errorf("the audit trail is %+v", got.Audit)
		}
		if strings.Contains(exported.body, "eve@example.com") || strings.Contains(exported.body, ada.Token) {
			t.Errorf("the export tells too much: %s", exported.body)
		}
		s.do(t, http.MethodGet, "/auth/me/export", "", eve.Authorize).want(t, http.StatusOK)
	})
}

// TestAnExportIsLegible has nothing sealed in it, whatever the account went through.
func TestAnExportIsLegible(t *testing.T) {
	t.Parallel()
	s := inMemory(t)
	ada := authtest.SignIn(t, s.url, s.box, "ada@example.com")
	s.do(t, http.MethodPatch, "/auth/me", `{"name":"Ada Lovelace"}`, ada.Authorize).want(t, http.StatusOK)
	sealed := s.sealedTexts(t, ada.User.ID)
	if len(sealed) < 3 {
		t.Fatalf("only %d texts are sealed", len(sealed))
	}
	exported := s.do(t, http.MethodGet, "/auth/me/export", "", ada.Authorize).want(t, http.StatusOK)
	for _, text := range sealed {
		if strings.Contains(exported.body, text) {
			t.Errorf("sealed in the export: %s", text)
		}
	}
}

// sealedTexts are those of the events of a user.
func (s *site) sealedTexts(t *testing.T, user string) (texts []string) {
	t.Helper()
	events, err := s.rt.Log().ReadAll(t.Context(), 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range events {
		if e.Stream.Key != user {
			continue
		}
		var data map[string]any
		if err := json.Unmarshal(e.Data, &data); err != nil {
			t.Fatal(err)
		}
		for _, field := range []string{"Address", "Name", "Circumstances", "Account"} {
			if text, _ := data[field].(string); text != "" {
				texts = append(texts, text)
			}
		}
	}
	return texts
}

func TestALongExport(t *testing.T) {
	t.Parallel()
	s := inMemory(t)
	ada := authtest.SignIn(t, s.url, s.box, "ada@example.com")
	const names = 600 // more than a page of the trail
	for i := range names {
		s.do(t, http.MethodPatch, "/auth/me", fmt.Sprintf(`{"name":"name %d"}`, i), ada.Authorize).want(t, http.StatusOK)
	}
	var got account
	s.do(t, http.MethodGet, "/auth/me/export", "", ada.Authorize).want(t, http.StatusOK).decode(t, &got)
	last := got.Audit[len(got.Audit)-1]
	if n := len(got.Audit) - names; n < 4 || n > 6 || last.Data["name"] != fmt.Sprint("name ", names-1) {
		t.Errorf("%d events, the last %v", len(got.Audit), last)
	}
}

func TestAnExportWithWhatTheApplicationKnows(t *testing.T) {
	t.Parallel()
	var fails atomic.Bool
	s := inMemory(t, func(o *auth.Options) {
		o.Export = map[string]func(context.Context, string) (any, error){
			"orders": func(_ context.Context, user string) (any, error) {
				if fails.Load() {
					return nil, errors.New("disk on fire")
				}
				return []string{"first order of " + user}, nil
			},
		}
	})
	ada := authtest.SignIn(t, s.url, s.box, "ada@example.com")
	var got account
	s.do(t, http.MethodGet, "/auth/me/export", "", ada.Authorize).want(t, http.StatusOK).decode(t, &got)
	if fmt.Sprint(got.Orders) != "[first order of "+ada.User.ID+"]" {
		t.Errorf("orders = %q", got.Orders)
	}

	fails.Store(true)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+"/auth/me/export", nil)
	if err != nil {
		t.Fatal(err)
	}
	ada.Authorize(r)
	response, err := s.send(r)
	if err == nil {
		defer response.Body.Close()
		_, err = io.ReadAll(response.Body)
	}
	if err == nil {
		t.Error("half an export looks whole")
	}
	if !strings.Contains(s.logs.String(), "disk on fire") {
		t.Error("the log does not say why")
	}
}

func TestExportsOfTheApplicationHaveNamesOfTheirOwn(t *testing.T) {
	t.Parallel()
	defer func() {
		if v := recover(); !strings.Contains(fmt.Sprint(v), "Options.Export") {
			t.Errorf("panic: %v, want one that names the remedy", v)
		}
	}()
	auth.New(store.NewRuntime(memory.New(), store.Options{}), auth.Options{
		SecretKey: make([]byte, 32), BaseURL: "http://box.test", From: "box@box.test", Sender: authtest.NewMailbox(),
		Export: map[string]func(context.Context, string) (any, error){"audit": nil},
	})
}
