package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"

	"github.com/composable-go/composable/app/apptest"
)

const tea = `{"customer_id":"c1","items":[{"product_id":"p1","name":"Tea","quantity":2,"unit_price_cents":450}]}`

type answer map[string]any

func post(t *testing.T, url, body string) (int, answer) {
	t.Helper()
	return send(t, "POST", url, body)
}

func send(t *testing.T, method, url, body string) (int, answer) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, bytes.NewBufferString(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var a answer
	if err := json.NewDecoder(response.Body).Decode(&a); err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, a
}

func place(t *testing.T, api string) string {
	t.Helper()
	status, a := post(t, api+"/orders", tea)
	if status != 201 || a["status"] != "Placed" || a["total_cents"] != 900.0 || a["placed_at"] == "" {
		t.Fatalf("%d %v; want a placed order of 900", status, a)
	}
	return a["order_id"].(string)
}

func TestOrderIsPlacedAndShipped(t *testing.T) {
	t.Parallel()
	api := apptest.Serve(t, wire) + "/api/v1"
	id := place(t, api)
	if status, a := post(t, api+"/orders/"+id+"/ship", `{"tracking":"T-1"}`); status != 200 || a["status"] != "Shipped" || a["tracking"] != "T-1" {
		t.Errorf("ship: %d %v", status, a)
	}
	status, a := post(t, api+"/orders/"+id+"/cancel", `{"reason":"late"}`)
	if message, _ := a["message"].(string); status != 400 || !strings.Contains(message, "Shipped") {
		t.Errorf("cancel after ship: %d %v; want 400 that names the state", status, a)
	}
	if status, a := send(t, "GET", api+"/orders/"+id, ""); status != 200 || a["status"] != "Shipped" || a["customer_id"] != "c1" {
		t.Errorf("get: %d %v", status, a)
	}
}

func TestOrderIsCancelled(t *testing.T) {
	t.Parallel()
	api := apptest.Serve(t, wire) + "/api/v1"
	id := place(t, api)
	if status, a := post(t, api+"/orders/"+id+"/cancel", `{"reason":"changed my mind"}`); status != 200 || a["status"] != "Cancelled" || a["reason"] != "changed my mind" || a["cancelled_at"] == nil {
		t.Errorf("cancel: %d %v", status, a)
	}
	if status, _ := post(t, api+"/orders/"+id+"/ship", `{"tracking":"T-1"}`); status != 400 {
		t.Errorf("ship after cancel: %d, want 400", status)
	}
}

func TestBadOrdersAreRefused(t *testing.T) {
	t.Parallel()
	api := apptest.Serve(t, wire) + "/api/v1"
	for body, want := range map[string]int{
		`{"customer_id":"c1","items":[]}`:                                             400,
		`{"customer_id":"c1","items":[{"quantity":-1,"unit_price_cents":1}]}`:         400,
		`{"customer_id":"c1","items":[{"quantity":1,"unit_price_cents":1000000000}]}`: 400,
		`{"customer_id":"c1","items":[{"quantity":"one","unit_price_cents":450}]}`:    422,
		`{"customer_id":`: 400,
	} {
		if status, a := post(t, api+"/orders", body); status != want || a["code"] == "" {
			t.Errorf("%s: %d %v; want %d", body, status, a, want)
		}
	}
	if status, _ := send(t, "GET", api+"/orders/none", ""); status != 404 {
		t.Errorf("unknown order: %d, want 404", status)
	}
	if status, _ := post(t, api+"/orders/none/ship", `{"tracking":"T"}`); status != 404 {
		t.Errorf("ship an unknown order: %d, want 404", status)
	}
}

func TestManyOrdersAtOnceEachGetTheirOwnAnswer(t *testing.T) {
	t.Parallel()
	api := apptest.Serve(t, wire) + "/api/v1"
	var wg sync.WaitGroup
	for i := range 100 {
		wg.Go(func() {
			body := fmt.Sprintf(`{"customer_id":"c%d","items":[{"product_id":"p","name":"Tea","quantity":1,"unit_price_cents":%d}]}`, i, i)
			status, a := post(t, api+"/orders", body)
			if status != 201 || a["total_cents"] != float64(i) {
				t.Errorf("order %d: %d %v", i, status, a)
				return
			}
			if _, a := send(t, "GET", api+"/orders/"+a["order_id"].(string), ""); a["customer_id"] != fmt.Sprintf("c%d", i) {
				t.Errorf("order %d belongs to %v", i, a["customer_id"])
			}
		})
	}
	wg.Wait()
}

func TestSocketShowsWhatHappensToAnOrder(t *testing.T) {
	t.Parallel()
	api := apptest.Serve(t, wire) + "/api/v1"
	id := place(t, api)
	socket, _, err := websocket.Dial(t.Context(), api+"/ws", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer socket.CloseNow()
	for _, frame := range []answer{
		{"type": "subscribe", "id": "s", "topics": []string{"order:" + id}, "after": 0},
		{"type": "command", "id": "c", "store": "order", "key": id, "action": answer{"Ship": answer{"tracking": "T-2"}}},
		{"type": "command", "id": "d", "store": "order", "key": id, "action": answer{"Shipped": answer{}}},
	} {
		if err := wsjson.Write(t.Context(), socket, frame); err != nil {
			t.Fatal(err)
		}
	}
	var types []string
	for len(types) < 5 {
		var frame answer
		if err := wsjson.Read(t.Context(), socket, &frame); err != nil {
			t.Fatal(err)
		}
		types = append(types, fmt.Sprintf("%v %v %v;", frame["type"], frame["code"], frame["seq"]))
	}
	got := strings.Join(types, " ")
	for _, want := range []string{"subscribed <nil>", "event <nil> 1;", "ack <nil>", "event <nil> 2;", "error forbidden"} {
		if !strings.Contains(got, want) {
			t.Errorf("frames: %s; want %s among them", got, want)
		}
	}
}
