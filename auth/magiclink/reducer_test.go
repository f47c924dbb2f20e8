package magiclink

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/store/storetest"
)

var (
	noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	key  = bytes.Repeat([]byte{7}, 32)
)

func TestRequest(t *testing.T) {
	t.Parallel()
	var state State
	got, err := Reducer{Key: key, Life: 15 * time.Minute}.Reduce(&state,
		Request{Nonce: "n1", Email: "ada@example.com", RedirectTo: "/tickets"}, store.NewEnv(noon, store.Actor{}, "test"))
	if err != nil {
		t.Fatal(err)
	}
	mail := Mail{To: "ada@example.com", Nonce: "n1", Expires: noon.Add(15 * time.Minute)}
	_, proof := Proof(mail.token(key))
	want := store.Effects{
		store.Insert(store.Row{
			Kind: "magic_link", Key: proof, Expires: noon.Add(15 * time.Minute),
			Data: []byte(`{"email":"ada@example.com","redirect_to":"/tickets"}`),
		}),
		mail,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("effects (-want +got):\n%s", diff)
	}
	data, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(data, []byte(mail.token(key))) {
		t.Errorf("the token is at rest: %s", data)
	}
}

func TestTokensDiffer(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	for name, token := range map[string]string{
		"one":               Mail{To: "ada@example.com", Nonce: "n1"}.token(key),
		"another nonce":     Mail{To: "ada@example.com", Nonce: "n2"}.token(key),
		"another recipient": Mail{To: "eve@example.com", Nonce: "n1"}.token(key),
		"another key":       Mail{To: "ada@example.com", Nonce: "n1"}.token(key[1:]),
	} {
		if len(token) != 43 {
			t.Errorf("%s: %q has %d characters, want the 43 of 256 bits", name, token, len(token))
		}
		if other, ok := seen[token]; ok {
			t.Errorf("%s and %s have the same token", name, other)
		}
		seen[token] = name
	}
}

// None are recorded so far: what a link knows is in its row.
func TestRecordedEventsAreUnderstood(t *testing.T) {
	t.Parallel()
	storetest.Golden(t, Reducer{}, "testdata/events")
}
