package magiclink

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/composable-go/composable/auth/internal/seal"
	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/store/storetest"
)

var (
	noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	key  = bytes.Repeat([]byte{7}, 32)
)

func TestIssue(t *testing.T) {
	t.Parallel()
	var state State
	got, err := Reducer{Life: 15 * time.Minute}.Reduce(&state,
		Issue{Subject: "s", Key: "k", Sealed: "sealed"}, store.NewEnv(noon, store.Actor{}, "test"))
	if err != nil {
		t.Fatal(err)
	}
	expires := noon.Add(15 * time.Minute)
	want := store.Effects{
		store.Insert(store.Row{Kind: "magic_link", Key: "k", Data: []byte(`"sealed"`), Expires: expires}),
		store.Put(store.Row{Kind: "magic_link_live", Key: "s", Data: []byte(`{"key":"k"}`), Expires: expires}),
		Mail{Key: "k", Sealed: "sealed", Expires: expires},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("effects (-want +got):\n%s", diff)
	}
}

func TestSecretsDiffer(t *testing.T) {
	t.Parallel()
	links := func(key []byte) *Links { return &Links{options: Options{Key: key, Ring: seal.New(key)}} }
	mine := links(key)
	secretsOf := func(l *Links, r Request) []string {
		content, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		link, err := l.link(content)
		if err != nil {
			t.Fatal(err)
		}
		return []string{link.secrets.of("token"), link.secrets.of("browser")}
	}
	seen := map[string]string{}
	for name, secrets := range map[string][]string{
		"one":               secretsOf(mine, Request{ID: "1", Purpose: "sign_in", Email: "ada@example.com"}),
		"another request":   secretsOf(mine, Request{ID: "2", Purpose: "sign_in", Email: "ada@example.com"}),
		"another purpose":   secretsOf(mine, Request{ID: "1", Purpose: "confirm", Email: "ada@example.com"}),
		"another recipient": secretsOf(mine, Request{ID: "1", Purpose: "sign_in", Email: "eve@example.com"}),
		"another key":       secretsOf(links(bytes.Repeat([]byte{8}, 32)), Request{ID: "1", Purpose: "sign_in", Email: "ada@example.com"}),
	} {
		for _, secret := range secrets {
			if len(secret) != 43 {
				t.Errorf("%s: %q has %d characters, want the 43 of 256 bits", name, secret, len(secret))
			}
			if other, ok := seen[secret]; ok {
				t.Errorf("%s and %s share a secret", name, other)
			}
			seen[secret] = name
		}
	}
}

// None are recorded so far: what a link knows is in its rows.
func TestRecordedEventsAreUnderstood(t *testing.T) {
	t.Parallel()
	storetest.Golden(t, Reducer{}, "testdata/events")
}
