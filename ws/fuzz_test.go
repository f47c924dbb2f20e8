package ws_test

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/coder/websocket"
)

// FuzzHub sends each line as a frame over a real socket to a hub of its own. The
// hub must survive, apply nothing but what is exposed, and answer in the protocol.
func FuzzHub(f *testing.F) {
	const deposit = `{"type":"command","id":"c1","store":"vault","key":"ada","action":{"Deposit":{"Note":"x"}}}`
	for _, seed := range []string{
		deposit + "\n" + deposit,
		`{"type":"command","action":{"Deposit":{"Note":"x"}}}`,
		`{"type":"command","id":"c","store":"vault","key":"ada","action":{"Deposited":{"Note":"x"}}}`,
		`{"type":"command","id":"c","store":"vault","key":"ada","action":{"Audited":{}}}`,
		`{"type":"command","id":"c","store":"vault","key":"ada","action":{"Shred":{}},"action":{"Deposit":{}}}`,
		`{"type":"command","id":"c","store":"vault","key":"a/b","action":{"Deposit":{"Note":"broken"}}}`,
		`{"type":"subscribe","id":"s","topics":["vault:ada","me","vault:bob"],"after":0}` + "\n" + deposit + "\n" +
			`{"type":"unsubscribe","id":"u","topics":["vault:ada"]}`,
		deposit + "\n" + `{"type":"subscribe","topics":["vault:ada"],"after":1}` + "\n" + `{"type":"subscribe","topics":["vault:ada"],"after":9}`,
		`{"type":"query","id":"q","name":"echo","params":{"a":[1]},"live":true}` + "\n" + deposit + "\n" + `{"type":"unquery","id":"q"}`,
		`{"type":"query","id":"q","name":"echo","params":"broken","after":7}` + "\n" + `{"type":"query","name":"echo"}`,
		`{"type":"ping"}` + "\n" + `{"type":"pong"}` + "\n" + `{"type":"dance"}` + "\n" + `{}`,
		`{"type":"event","topic":"vault:ada","seq":1,"action":{"Deposited":{"Note":"x"}}}`,
		strings.Replace(deposit, "key", "k\xdfy", 1) + "\n" + strings.Replace(deposit, "c1", "c\x81\x81", 1),
		strings.Replace(deposit, `"ada"`, `"a/d,a=\u0000 "`, 1) + "\n" + strings.Replace(deposit, `"ada"`, `""`, 1),
		strings.Replace(deposit, "id", "iD", 1) + "\n" + deposit[:60], strings.Replace(deposit, "c1", strings.Repeat("\xff", 64), 1),
		"[]", "\x00", `{"type":7}`, `{"type":"subscribe","topics":[""]}`, `{"type":"unsubscribe"}`, `{"type":"subscribe","topics":["vault:broken"]}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		b := openMemoryBank(t)
		c := b.dial("/ws", "X-Actor", "ada")
		const end = "the end of all frames"
		lines := append(bytes.Split(data, []byte("\n")), []byte(`{"type":"query","id":"`+end+`","name":"echo"}`))
		for _, line := range lines {
			_ = c.Write(c.ctx, websocket.MessageText, line) // may be closed meanwhile
		}
		for id := ""; id != end; {
			_, answer, err := c.Read(c.ctx)
			if code := websocket.CloseStatus(err); code == 4400 || code == 4429 {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			id = checkAnswer(t, answer)
		}
		events, err := b.rt.Log().ReadAll(context.Background(), 0, 10_000)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range events {
			if e.Name != "Deposited" || e.Stream.Store != "vault" || e.Meta.Actor != "ada" {
				t.Errorf("recorded %+v", e)
			}
		}
		b.meet()
	})
}

// checkAnswer holds a frame of the hub against the contract, and returns its id.
func checkAnswer(t *testing.T, data []byte) (id string) {
	t.Helper()
	var answer map[string]json.RawMessage
	var f struct{ Type, ID, Topic, Code, Message string }
	if err := json.Unmarshal(data, &answer); err != nil {
		t.Fatalf("%s: %v", data, err)
	}
	_ = json.Unmarshal(data, &f) // what is no text is missed below
	must, known := map[string][]string{
		"ack": {"id", "store", "key", "version", "position"}, "event": {"topic", "seq", "action", "meta"},
		"subscribed": {"topics", "seq"}, "unsubscribed": {}, "resync": {"topics", "seq"},
		"result": {"id", "position", "data"}, "error": {"code", "message"}, "ping": {}, "pong": {},
	}[f.Type]
	for _, field := range must {
		if _, ok := answer[field]; !ok {
			t.Errorf("%s has no %s", data, field)
		}
	}
	switch {
	case !known:
		t.Errorf("%s is no answer", data)
	case f.Type == "event" && f.Topic != "vault:ada":
		t.Errorf("an event of somebody else: %s", data)
	case f.Type == "error" && (f.Code == "" || f.Message == ""):
		t.Errorf("an error that tells nothing: %s", data)
	case f.Type == "error":
		keepsSecrets(t, "an error", f.Code+" "+f.Message)
	}
	return f.ID
}
