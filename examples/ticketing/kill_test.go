package main

import (
	"context"
	"fmt"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/composable-go/composable/examples/ticketing/payment/gateway"
	"github.com/composable-go/composable/internal/pgtest"
)

// hold is how long seats are held in these tests: longer than any restart takes.
const hold = 20 * time.Second

// delays are the moments of the kill, counted from when a request was sent: before
// it arrives, while its events and effects follow one another, and after the end.
func delays() []time.Duration {
	return []time.Duration{
		0, 500 * time.Microsecond, time.Millisecond, 2 * time.Millisecond, 3 * time.Millisecond, 5 * time.Millisecond,
		8 * time.Millisecond, 12 * time.Millisecond, 20 * time.Millisecond, 40 * time.Millisecond,
	}
}

// TestKilledAtAnyPointEveryPurchaseEndsAsIfNothingHadHappened kills the program
// with SIGKILL while people sign in, hold seats and pay, 40 times per database.
// They repeat what was not answered, as a browser does, and end with what they
// bought; the bank has charged each of them once.
func TestKilledAtAnyPointEveryPurchaseEndsAsIfNothingHadHappened(t *testing.T) {
	t.Parallel()
	for name, database := range map[string]func(t *testing.T) func(dataDir string) string{
		"sqlite": func(*testing.T) func(string) string { return sqliteIn },
		"postgres": func(t *testing.T) func(string) string {
			url := pgtest.URL(t)
			return func(string) string { return url }
		},
	} {
		for step, run := range map[string]func(*buyer, time.Duration){
			"signing in": (*buyer).cutWhileSigningIn, "holding": (*buyer).cutWhileHolding, "paying": (*buyer).cutWhilePaying,
		} {
			t.Run(name+"/"+step, func(t *testing.T) {
				t.Parallel()
				p := launch(t, database(t), "HOLD="+hold.String())
				hall := findHall(t, p)
				for i, delay := range delays() {
					run(&buyer{client: client{t: t, url: p.url}, process: p, hall: hall, email: fmt.Sprintf("buyer%d@example.com", i)}, delay)
				}
				hall.check(p, len(delays()))
			})
		}
	}
}

func sqliteIn(dataDir string) string { return "sqlite:" + filepath.Join(dataDir, "box.db") }

// hall is a section without numbered seats, so that nobody is in anybody's way.
type hall struct{ eventID, section string }

func findHall(t *testing.T, p *process) hall {
	t.Helper()
	visitor := client{t: t, url: p.url}
	var found hall
	eventually(t, "a section on sale", func() bool {
		for _, item := range visitor.get("/api/events?status=SalesOpen")["items"].([]any) {
			e := item.(object)
			for _, s := range e["sections"].([]any) {
				if s.(object)["kind"] == "general" {
					found = hall{e["id"].(string), s.(object)["name"].(string)}
				}
			}
		}
		return found.eventID != ""
	})
	return found
}

// check looks at the end of it all: every hold that nobody paid for is gone, the
// seats sold are those of the tickets, and the bank's books agree.
func (h hall) check(p *process, purchases int) {
	p.t.Helper()
	visitor := client{t: p.t, url: p.url}
	var section object
	eventually(p.t, "unpaid holds to end and the seats to be sold", func() bool {
		section = visitor.get("/api/events/" + h.eventID + "/sections/" + h.section + "/availability")
		return section["held"] == 0.0 && section["sold"] == float64(2*purchases)
	})
	if section["available"] != section["total"].(float64)-section["sold"].(float64) {
		p.t.Errorf("the section is %v; want the rest available", section)
	}
	bank, err := gateway.Open(context.Background(), filepath.Join(p.dataDir, "gateway.db"), gateway.Options{})
	if err != nil {
		p.t.Fatal(err)
	}
	defer bank.Close()
	books, err := bank.Balances(context.Background())
	if err != nil || len(books) != purchases {
		p.t.Errorf("the bank has charged %d times, %v; want %d", len(books), err, purchases)
	}
	for id, b := range books {
		if b.Refunded != 0 || b.Charged != 5600 {
			p.t.Errorf("payment %s: %+v; want 5600 charged", id, b)
		}
	}
}

// buyer goes from sign-in to two tickets, while the program dies once.
type buyer struct {
	client
	process *process
	hall    hall
	email   string
}

// cut sends a request, kills the program after a while and starts it again; then
// it repeats the request until it is answered.
func (b *buyer) cut(delay time.Duration, path string, body any) (status int, answer object) {
	b.t.Helper()
	key := uuid.NewString()
	answered := make(chan struct{})
	go func() {
		defer close(answered)
		_, _, _ = b.send("POST", path, body, key)
	}()
	<-time.After(delay)
	b.process.restart()
	<-answered
	return b.repeat(path, body, key)
}

func (b *buyer) repeat(path string, body any, key string) (status int, answer object) {
	b.t.Helper()
	eventually(b.t, "an answer to POST "+path, func() bool {
		var err error
		status, answer, err = b.send("POST", path, body, key)
		return err == nil && status < http.StatusInternalServerError
	})
	return status, answer
}

func (b *buyer) cutWhileSigningIn(delay time.Duration) {
	b.t.Helper()
	if status, answer := b.cut(delay, "/auth/magic-link/send", object{"email": b.email}); status != http.StatusAccepted {
		b.t.Fatalf("send after %v: %d %v", delay, status, answer)
	}
	status, session := b.cut(delay, "/auth/magic-link/verify", object{"token": b.awaitLink(b.email)})
	if status != http.StatusOK {
		b.t.Fatalf("verify after %v: %d %v", delay, status, session)
	}
	b.token = session["session_token"].(string)
	b.pay(b.reserve())
}

func (b *buyer) cutWhileHolding(delay time.Duration) {
	b.t.Helper()
	b.signIn(b.email)
	b.abandonOne()
	status, answer := b.cut(delay, "/api/reservations", b.wish())
	if status != http.StatusCreated && status != http.StatusAccepted {
		b.t.Fatalf("reserve after %v: %d %v", delay, status, answer)
	}
	b.pay(answer["id"].(string))
}

func (b *buyer) cutWhilePaying(delay time.Duration) {
	b.t.Helper()
	b.signIn(b.email)
	id := b.reserve()
	b.awaitStatus(id, "SeatsHeld")
	status, answer := b.cut(delay, "/api/payments", cardFor(id))
	if status != http.StatusCreated && status != http.StatusAccepted {
		b.t.Fatalf("pay after %v: %d %v", delay, status, answer)
	}
	b.awaitTickets(id)
}

func (b *buyer) wish() object {
	return object{"event_id": b.hall.eventID, "section": b.hall.section, "quantity": 2}
}

func cardFor(reservationID string) object {
	return object{"reservation_id": reservationID, "payment_method": object{"type": "credit_card", "token": "tok_ok"}}
}

func (b *buyer) reserve() string {
	b.t.Helper()
	return b.must("POST", "/api/reservations", b.wish(), http.StatusCreated)["id"].(string)
}

// abandonOne holds seats and never pays for them: their timer has to survive.
func (b *buyer) abandonOne() {
	b.t.Helper()
	other := buyer{client: client{t: b.t, url: b.url}, hall: b.hall}
	other.signIn("absent-minded-" + b.email)
	other.reserve()
}

func (b *buyer) pay(id string) {
	b.t.Helper()
	b.awaitStatus(id, "SeatsHeld")
	b.must("POST", "/api/payments", cardFor(id), http.StatusCreated)
	b.awaitTickets(id)
}

func (b *buyer) awaitStatus(id, want string) object {
	b.t.Helper()
	var r object
	eventually(b.t, "reservation "+id+" to be "+want, func() bool {
		r = b.get("/api/reservations/" + id)
		return r["status"] == want
	})
	return r
}

func (b *buyer) awaitTickets(id string) {
	b.t.Helper()
	if tickets := b.awaitStatus(id, "Completed")["tickets"].([]any); len(tickets) != 2 {
		b.t.Errorf("%d tickets, want 2", len(tickets))
	}
}
