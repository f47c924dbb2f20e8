package ws_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/composable-go/composable/ws"
)

// submit posts one frame; headers come in pairs.
func (h *house) submit(path, body string, headers ...string) (status int, f frame) {
	h.t.Helper()
	r, err := http.NewRequestWithContext(h.t.Context(), "POST", h.server.URL+path, strings.NewReader(body))
	if err != nil {
		h.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	response, err := h.server.Client().Do(r)
	if err != nil {
		h.t.Fatal(err)
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	if response.StatusCode != http.StatusOK {
		if media := response.Header.Get("Content-Type"); media != "application/problem+json" {
			h.t.Errorf("a refusal is %q", media)
		}
	}
	if err := json.Unmarshal(data, &f); err != nil {
		h.t.Fatalf("%s: %v", data, err)
	}
	return response.StatusCode, f
}

func TestACommandIsTheSameByPOSTAndBySocket(t *testing.T) {
	t.Parallel()
	h := open(t, ws.Options{})
	const command = `{"type":"command","id":"c1","store":"room","key":"1","action":{"Say":{"Text":"hi"}},"unknown":true}`
	status, ack := h.submit("/ws", command, "X-Actor", "ada")
	if status != 200 || ack.Type != "ack" || ack.ID != "c1" || ack.Store != "room" || ack.Key != "1" || ack.Version != 1 || ack.Position != 1 {
		t.Errorf("%d %+v", status, ack)
	}
	if _, again := h.submit("/ws", command, "X-Actor", "ada"); again.Position != 1 || again.Version != 1 {
		t.Errorf("sent again it answers %+v, want the first receipt", again)
	}
	c := h.dial("/ws", "X-Actor", "ada") // an ack that was lost on the way is asked for here
	c.send("%s", command)
	if again := c.want("ack"); again.Position != 1 {
		t.Errorf("by socket it answers %+v, want the first receipt", again)
	}
	if status, f := h.submit("/ws", strings.Replace(command, "hi", "other", 1), "X-Actor", "ada"); status != 409 || f.Code != "idempotency_mismatch" {
		t.Errorf("%d %+v, want idempotency_mismatch", status, f)
	}
	if status, f := h.submit("/ws", command, "X-Actor", "bob"); status != 200 || f.Position != 2 {
		t.Errorf("%d %+v; another actor's id is another", status, f)
	}
	if status, f := h.submit("/ws", strings.Replace(command, `"id":"c1",`, "", 1), "X-Actor", "ada"); status != 200 || f.Type != "ack" || f.Position != 3 {
		t.Errorf("%d %+v; without an id it is answered all the same", status, f)
	}
	if status, _ := h.submit("/room?room=7", `{"type":"command","action":{"Say":{"Text":"to the endpoint's room"}}}`); status != 200 || len(h.heard("7")) != 1 {
		t.Errorf("%d: the endpoint's stream heard %v", status, h.heard("7"))
	}
}

func TestStrangersDoNotShareIDsByPOST(t *testing.T) {
	t.Parallel()
	h := open(t, ws.Options{})
	for _, text := range []string{"a", "b"} {
		status, f := h.submit("/ws", fmt.Sprintf(`{"type":"command","id":"c1","store":"room","key":"1","action":{"Say":{"Text":%q}}}`, text))
		if status != 200 || f.ID != "c1" {
			t.Errorf("%d %+v", status, f)
		}
	}
	if got := h.heard("1"); !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("heard %v", got)
	}
}

func TestRefusalsByPOST(t *testing.T) {
	t.Parallel()
	m := &readModel{waited: make(chan int64, 100), runs: make(chan struct{})}
	close(m.runs)
	h := open(t, ws.Options{MaxFrame: 200, Wait: m.wait, ReadWait: 1}, m.exposures()...)
	const text = `"action":{"Say":{"Text":"x"}}}`
	cases := []struct {
		name, body, code string
		status           int
		headers          []string
	}{
		{"an event", `{"type":"command","store":"room","key":"1","action":{"Said":{"Text":"forged"}}}`, "forbidden", 403, nil},
		{"a command not offered", `{"type":"command","store":"room","key":"1","action":{"Burn":{}}}`, "forbidden", 403, nil},
		{"a store not offered", `{"type":"command","store":"hidden","key":"1",` + text, "forbidden", 403, nil},
		{"no store", `{"type":"command","key":"1",` + text, "forbidden", 403, nil},
		{"no key", `{"type":"command","store":"room",` + text, "bad_request", 400, nil},
		{"refused by the domain", `{"type":"command","store":"room","key":"1","action":{"Say":{}}}`, "invalid", 422, nil},
		{"a bug", `{"type":"command","store":"room","key":"1","action":{"Say":{"Text":"panic"}}}`, "internal", 500, nil},
		{"a long id", `{"type":"command","id":"` + strings.Repeat("x", 65) + `","store":"room","key":"1",` + text, "bad_request", 400, nil},
		{"garbage", `hello`, "bad_request", 400, nil},
		{"an array", `[]`, "bad_request", 400, nil},
		{"a subscription", `{"type":"subscribe","topics":["wall"]}`, "unknown_type", 400, nil},
		{"no such query", `{"type":"query","name":"nothing"}`, "not_found", 404, nil},
		{"a query that fails", `{"type":"query","name":"broken"}`, "internal", 500, nil},
		{"a query that panics", `{"type":"query","name":"panic"}`, "internal", 500, nil},
		{"a view that is behind", `{"type":"query","name":"model","after":1000}`, "stale", 504, nil},
		{"too large", `{"type":"query","name":"model","params":"` + strings.Repeat("x", 200) + `"}`, "too_large", 413, nil},
		{"too large for the server", `{"type":"query","params":"` + strings.Repeat("x", 2<<20) + `"}`, "too_large", 413, nil},
		{"bad credentials", `{"type":"query","name":"model"}`, "unauthenticated", 401, []string{"X-Actor", "revoked"}},
		{"another site", `{"type":"query","name":"model"}`, "forbidden", 403, []string{"Origin", "https://evil.example"}},
		{"a form", `{"type":"query","name":"model"}`, "unsupported_media_type", 415, []string{"Content-Type", "text/plain"}},
	}
	for _, tc := range cases {
		status, f := h.submit("/ws", tc.body, tc.headers...)
		if status != tc.status || f.Code != tc.code || f.Message == "" || strings.Contains(f.Message, "secret") {
			t.Errorf("%s: %d %+v, want %d %s", tc.name, status, f, tc.status, tc.code)
		}
		if tc.code == "invalid" && (f.Fields["text"] == "" || f.Heard == nil) {
			t.Errorf("%s: fields and details are missing: %+v", tc.name, f)
		}
	}
	if head, err := h.rt.Log().Wait(t.Context(), -1); err != nil || head != 0 {
		t.Errorf("%d events were recorded: %v", head, err)
	}
}

func TestAQueryByPOSTWaits(t *testing.T) {
	t.Parallel()
	m := &readModel{waited: make(chan int64, 100), runs: make(chan struct{})}
	close(m.runs)
	h := open(t, ws.Options{Wait: m.wait}, m.exposures()...)
	status, f := h.submit("/ws", `{"type":"query","id":"q1","name":"model","params":{"a":1},"after":5,"live":true}`, "X-Actor", "ada")
	if status != 200 || f.Type != "result" || f.ID != "q1" || f.Position != 5 || string(f.Data) != `{"actor":"ada","params":{"a":1}}` {
		t.Errorf("%d %+v %s", status, f, f.Data)
	}
	if waited := <-m.waited; waited != 5 {
		t.Errorf("waited for %d, want 5", waited)
	}
}

func TestPOSTsOfOneCallerAreLimited(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	seen := map[string]int{}
	m := &readModel{waited: make(chan int64, 100), runs: make(chan struct{})}
	close(m.runs)
	h := open(t, ws.Options{CommandsPerSecond: 1, Observe: func(what, label string) {
		mu.Lock()
		defer mu.Unlock()
		seen[what+" "+label]++
	}}, m.exposures()...)
	const command = `{"type":"command","store":"room","key":"1","action":{"Say":{"Text":"x"}}}`
	for _, who := range []string{"ada", "", "bob"} {
		if status, f := h.submit("/ws", command, "X-Actor", who); status != 200 {
			t.Errorf("%q: %d %+v", who, status, f)
		}
		if status, f := h.submit("/ws", `{"type":"query","name":"model"}`, "X-Actor", who); status != 200 {
			t.Errorf("%q: %d %+v", who, status, f)
		}
		if status, f := h.submit("/ws", command, "X-Actor", who); status != 429 || f.Code != "rate_limited" || f.RetryAfter != 1 {
			t.Errorf("%q: %d %+v, want rate_limited", who, status, f)
		}
	}
	if response, body := h.post("/ws/ticket", "X-Actor", "ada"); response.StatusCode != http.StatusTooManyRequests {
		t.Errorf("a ticket: %d %s", response.StatusCode, body)
	}
	mu.Lock()
	defer mu.Unlock()
	if seen["limited posts"] != 4 || seen["command ok"] != 3 {
		t.Errorf("observed %v", seen)
	}
}
