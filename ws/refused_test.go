package ws_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/memory"
	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/ws"
)

func TestAnotherSiteGetsNothing(t *testing.T) {
	t.Parallel()
	b := openBank(t, memory.New(), ws.Options{Origins: []string{"app.example.com", "*.trusted.example"}})
	ticket := b.ticket("ada")
	asked := b.asked.Load()
	own := strings.TrimPrefix(b.server.URL, "http://")
	for _, origin := range []string{
		"https://evil.example", "null", "file://", "://", "app.example.com",
		"https://app.example.com.evil.example", "https://evil.example/app.example.com",
		"https://evil.example?app.example.com", "https://app.example.com@evil.example",
		"https://evilapp.example.com", "https://app.example.com:8443", "https://trusted.example",
		"https://trusted.example.evil", "https://a/b.trusted.example",
		"http://" + own + ".evil.example", "http://" + own + "@evil.example", "http://" + own + "0", "http://127.0.0.1", "http://localhost",
	} {
		b.dial("/ws?ticket="+ticket, "Origin", origin, "X-Actor", "ada").closed(4403)
	}
	if b.asked.Load() != asked {
		t.Error("a page of another site was asked who it is")
	}
	for _, origin := range []string{b.server.URL, "https://app.example.com", "https://APP.example.com", "https://a.trusted.example"} {
		b.meet("Origin", origin)
	}
	b.dial("/ws?ticket="+ticket, "Origin", "https://app.example.com") // nobody has used it up
	if got := b.asked.Load(); got != asked+4 {
		t.Errorf("asked %d times for a name, want 4", got-asked)
	}
}

func (b *bank) ticket(actor string) string {
	b.t.Helper()
	response, body := b.post("/ws/ticket", "X-Actor", actor)
	var issued struct{ Ticket string }
	if err := json.Unmarshal([]byte(body), &issued); err != nil || response.StatusCode != http.StatusOK {
		b.t.Fatalf("%d %s: %v", response.StatusCode, body, err)
	}
	return issued.Ticket
}

func TestStrangersGetOnlyWhatIsOpen(t *testing.T) {
	t.Parallel()
	b := openMemoryBank(t)
	if _, response, err := b.tryDial("/members"); err == nil || response.StatusCode != http.StatusUnauthorized {
		t.Errorf("a stranger got %v, %v; want 401 and no upgrade", response, err)
	}
	b.dial("/members", "X-Actor", "ada")
	stranger := b.dial("/ws")
	for _, topic := range []string{"vault:ada", "vault:", "vault", "vault:ada:", "me:ada"} {
		stranger.send(`{"type":"subscribe","id":"s","topics":[%q],"after":0}`, topic)
		if f := stranger.refused("s", "forbidden"); f.Topic != topic {
			t.Errorf("the refusal names %q, want %q", f.Topic, topic)
		}
	}
	stranger.send(`{"type":"subscribe","id":"s","topics":["me"]}`)
	stranger.refused("s", "unauthenticated")
	stranger.send(`{"type":"command","id":"c","store":"vault","key":"ada","action":{"Deposit":{"Note":"x"}}}`)
	stranger.refused("c", "unauthenticated")
	b.recorded()
}

func TestTopicsOfOthersStayTheirs(t *testing.T) {
	t.Parallel()
	b := openMemoryBank(t)
	ada, bob := b.dial("/ws", "X-Actor", "ada"), b.dial("/ws", "X-Actor", "bob")
	ada.send(`{"type":"subscribe","topics":["vault:ada"]}`)
	ada.want("subscribed")
	bob.send(`{"type":"subscribe","id":"s","topics":["vault:bob","vault:ada"],"after":0}`)
	if f := bob.refused("s", "forbidden"); f.Topic != "vault:ada" {
		t.Errorf("the refusal names %q", f.Topic)
	}
	if f := bob.want("subscribed"); len(f.Topics) != 1 || f.Topics[0] != "vault:bob" {
		t.Errorf("subscribed %+v", f)
	}
	bob.send(`{"type":"unsubscribe","topics":["vault:ada","nowhere"]}`) // nor can he end what is hers
	bob.want("unsubscribed")
	for _, key := range []string{"ada", "bob"} {
		if _, err := b.vaults.Send(store.WithOrigin(t.Context(), store.Origin{Actor: store.Actor{ID: key}}), key, Deposit{"x"}); err != nil {
			t.Fatal(err)
		}
	}
	if f := ada.want("event"); f.Topic != "vault:ada" || f.Seq != 1 {
		t.Errorf("event %+v", f)
	}
	if f := bob.want("event"); f.Topic != "vault:bob" || f.Seq != 2 {
		t.Errorf("event %+v", f)
	}
}

func TestOnlyExposedCommandsComeIn(t *testing.T) {
	t.Parallel()
	b := openMemoryBank(t)
	c := b.dial("/ws", "X-Actor", "ada")
	for _, action := range []string{
		`{"Deposited":{"Note":"x"}}`, `{"Shredded":{}}`, `{"Audited":{}}`, `{"Shred":{}}`,
		`{"\u0044eposited":{"Note":"x"}}`, `{"Deposited ":{}}`, `{"deposit":{}}`, `{"Deposit\u0000":{}}`, `{"":{}}`,
		`{"vault.Deposit":{}}`, `{"Deposit.Deposited":{}}`,
	} {
		for _, target := range []string{`"store":"vault","key":"ada",`, ``} { // named, and the endpoint's own
			c.send(`{"type":"command","id":"c",%s"action":%s}`, target, action)
			c.refused("c", "forbidden")
		}
	}
	for _, action := range []string{
		`{"Deposit":{"Note":"x"},"Audited":{}}`, `{"Deposit":{"Note":"x"}},"action":{"Audited":{}}`, `"Deposit"`, `[{"Deposit":{}}]`, `null`, `{}`,
		`{"Deposit":7}`, `{"Deposit":[]}`, `{"Deposit":{"Note":1}}`, `{"Deposit":{"Note":["x"]}}`,
	} {
		c.send(`{"type":"command","id":"c","store":"vault","key":"ada","action":%s}`, action)
		c.refused("c", "bad_request")
	}
	for _, kind := range []string{"event", "ack", "result", "subscribed", "resync", "error", "Command", "command ", ""} {
		c.send(`{"type":%q,"id":"x","topic":"vault:ada","seq":1,"store":"vault","key":"ada","action":{"Deposited":{"Note":"x"}}}`, kind)
		c.refused("x", "unknown_type")
	}
	b.recorded()
	c.send(`{"type":"command","id":"c","action":{"Deposit":{"Note":"x"}}}`)
	if ack := c.want("ack"); ack.Store != "vault" || ack.Key != "ada" {
		t.Errorf("ack %+v", ack)
	}
	b.recorded("Deposited")
}

func TestFloodsAreLimited(t *testing.T) {
	t.Parallel()
	var frames atomic.Int32
	b := openBank(t, memory.New(), ws.Options{CommandsPerSecond: 1, FramesPerSecond: 20, Observe: func(what, label string) {
		if what == "limited" && label == "frames" {
			frames.Add(1)
		}
	}})
	calm := b.meet("X-Actor", "bob")
	busy := b.dial("/ws", "X-Actor", "ada")
	codes := map[string]int{}
	for range 30 { // refused ones count too
		busy.send(`{"type":"command","id":"c","store":"vault","key":"ada","action":{"Audited":{}}}`)
		codes[busy.want("error").Code]++
	}
	if codes["forbidden"] < 2 || codes["rate_limited"] < 1 || codes["forbidden"]+codes["rate_limited"] != 30 {
		t.Errorf("got %v, want 2 that are looked at, and the others limited", codes)
	}
	floods := []string{
		`{"type":"ping"}`, `{"type":"pong"}`, `{"type":"dance"}`, `{"topics":7}`, `{"type":"unquery"}`,
		`{"type":"subscribe","topics":["vault:bob"]}`, `{"type":"unsubscribe"}`, `{"type":"query"}`, `{"type":"command"}`,
	}
	for _, frame := range floods {
		c := b.dial("/ws")
		for range 300 {
			_ = c.Write(c.ctx, websocket.MessageText, []byte(frame)) // may be closed meanwhile
		}
		c.closed(4429)
	}
	if got := int(frames.Load()); got != len(floods) {
		t.Errorf("%d floods were observed, want %d", got, len(floods))
	}
	calm.send(`{"type":"ping"}`)
	calm.want("pong")
	b.recorded()
}

func TestWhatIsNoFrameEndsTheConnection(t *testing.T) {
	t.Parallel()
	b := openMemoryBank(t)
	for name, text := range map[string]string{
		"null": `null`, "a number": `7`, "a text": `"{}"`, "half a frame": `{"type":"ping"`, "two frames": `{"type":"ping"}{"type":"ping"}`,
		"a comment": `{"type":"ping"}//`, "a zero": "{\"type\":\"ping\"}\x00", "a mark of byte order": "\ufeff{}", "a comma": `{"type":"ping",}`,
		"single quotes": `{'type':'ping'}`, "a deep one": strings.Repeat(`{"a":`, 12_000) + "1" + strings.Repeat("}", 12_000), "blank": " ",
	} {
		c := b.dial("/ws")
		c.send("%s", text)
		c.send(`{"type":"command","id":"c","store":"vault","key":"ada","action":{"Deposit":{"Note":"x"}}}`)
		if _, data, err := c.Read(c.ctx); websocket.CloseStatus(err) != 4400 {
			t.Errorf("%s: got %s, %v; want 4400", name, data, err)
		}
	}
	b.recorded()
}

func TestALargeFrameIsNotReadToItsEnd(t *testing.T) {
	t.Parallel()
	b := openMemoryBank(t)
	c := b.dial("/ws", "X-Actor", "ada")
	w, err := c.Writer(c.ctx, websocket.MessageText) // in fragments, and it never ends
	if err != nil {
		t.Fatal(err)
	}
	sent := make(chan error, 1)
	go func() {
		for {
			if _, err := w.Write([]byte(strings.Repeat(" ", 4<<10))); err != nil {
				sent <- err
				return
			}
		}
	}()
	c.closed(4400)
	<-sent
}

// sealed is a log that fails in words that nobody outside may hear.
type sealed struct {
	eventlog.Backend
	broken atomic.Bool
}

func (s *sealed) err() error {
	if s.broken.Load() {
		return errors.New("secret: postgres://bank:secret@vault/notes")
	}
	return nil
}

func (s *sealed) Append(ctx context.Context, batch []eventlog.Append) ([]eventlog.Outcome, error) {
	if err := s.err(); err != nil {
		return nil, err
	}
	return s.Backend.Append(ctx, batch)
}

func (s *sealed) ReadAll(ctx context.Context, after int64, limit int) ([]eventlog.Event, error) {
	if err := s.err(); err != nil {
		return nil, err
	}
	return s.Backend.ReadAll(ctx, after, limit)
}

func (s *sealed) Wait(ctx context.Context, after int64) (int64, error) {
	if err := s.err(); err != nil && after < 0 {
		return 0, err
	}
	return s.Backend.Wait(ctx, after)
}

func (s *sealed) Row(ctx context.Context, kind, key string, now time.Time) (eventlog.Row, bool, error) {
	if err := s.err(); err != nil {
		return eventlog.Row{}, false, err
	}
	return s.Backend.Row(ctx, kind, key, now)
}

func TestErrorsKeepSecrets(t *testing.T) {
	t.Parallel()
	log := &sealed{Backend: memory.New()}
	b := openBank(t, log, ws.Options{Recent: 1})
	ticket := b.ticket("ada")
	c := b.dial("/ws", "X-Actor", "ada")
	for i := range 3 { // beyond what is remembered
		c.send(`{"type":"command","id":"%d","action":{"Deposit":{"Note":"x"}}}`, i)
		c.want("ack")
	}
	log.broken.Store(true)
	for i, request := range []string{
		`"type":"command","store":"vault","key":"ada","action":{"Deposit":{"Note":"x"}}`,
		`"type":"command","store":"vault","key":"ada","action":{"Deposit":{"Note":"broken"}}`,
		`"type":"command","store":"vault","key":"ada","action":{"Deposit":{"Note":7}}`,
		`"type":"command","store":"vault","key":"new","action":{"Deposit":{"Note":"x"}}`,
		`"type":"subscribe","topics":["vault:ada"],"after":99`,
		`"type":"subscribe","topics":["vault:broken"]`,
		`"type":"query","name":"echo","params":"broken"`,
	} {
		id := fmt.Sprintf("broken %d", i)
		c.send(`{"id":%q,%s}`, id, request)
		_, data, err := c.Read(c.ctx)
		if err != nil {
			t.Fatal(err)
		}
		var answer frame
		if err := json.Unmarshal(data, &answer); err != nil || answer.Type != "error" || answer.ID != id || answer.Code == "" || answer.Message == "" {
			t.Errorf("%s: got %s", request, data)
		}
		keepsSecrets(t, request, string(data))
	}
	for _, path := range []string{"/ws/ticket", "/ws?ticket=" + ticket} {
		response, body := b.post(path, "X-Actor", "ada")
		if response.StatusCode < 400 {
			t.Errorf("%s: got %d", path, response.StatusCode)
		}
		keepsSecrets(t, path, body+fmt.Sprint(response.Header))
	}
}

func keepsSecrets(t *testing.T, what, answer string) {
	t.Helper()
	for _, word := range []string{"secret", "postgres", "panic", ".go:", "json:", "ws."} {
		if strings.Contains(answer, word) {
			t.Errorf("%s: %q is shown in %s", what, word, answer)
		}
	}
}
