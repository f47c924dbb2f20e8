package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/composable-go/composable/app"
	"github.com/composable-go/composable/app/apptest"
	"github.com/composable-go/composable/examples/checkout/checkout"
	"github.com/composable-go/composable/examples/checkout/payment"
	"github.com/composable-go/composable/store"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.Cleanup(func(int) { http.DefaultClient.CloseIdleConnections() }))
}

// sleepy is a gateway that does not answer before it is woken.
type sleepy struct {
	*payment.Fake
	awake atomic.Bool
}

func (g *sleepy) Charge(ctx context.Context, key store.Key, t payment.Take) (payment.Action, error) {
	if !g.awake.Load() {
		return nil, payment.ErrNoAnswer
	}
	return g.Fake.Charge(ctx, key, t)
}

// client is a customer of a shop with ten packets of tea at 4.50.
type client struct {
	t   *testing.T
	url string
}

func open(t *testing.T, timeout time.Duration, gateway payment.Gateway, settings ...string) client {
	t.Helper()
	return client{t, apptest.Serve(t, func(a *app.App) {
		wire(a, checkout.Reducer{PaymentTimeout: timeout}, gateway)
	}, settings...) + "/api"}
}

type answer struct {
	ID          string `json:"id"`
	Status      any    `json:"status"` // in a problem it is a number
	Reason      string `json:"reason"`
	Code        string `json:"code"`
	AmountCents int64  `json:"amount_cents"`
	Available   int64  `json:"available"`
	Reserved    int64  `json:"reserved"`
	Orders      []answer
}

func (c client) do(method, path, body string) (status int, a answer, position string) {
	c.t.Helper()
	r, err := http.NewRequestWithContext(c.t.Context(), method, c.url+path, bytes.NewBufferString(body))
	if err != nil {
		c.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	defer response.Body.Close()
	if err := json.NewDecoder(response.Body).Decode(&a); err != nil {
		c.t.Fatal(err)
	}
	return response.StatusCode, a, response.Header.Get("Store-Position")
}

func orderBody(quantity int, method string) string {
	return fmt.Sprintf(`{"product":"tea","quantity":%d,"payment_method":%q}`, quantity, method)
}

// order places an order and returns it at its end.
func (c client) order(quantity int, method string) answer {
	c.t.Helper()
	status, o, _ := c.do("POST", "/orders", orderBody(quantity, method))
	if status != http.StatusCreated && status != http.StatusAccepted {
		c.t.Fatalf("order: %d %+v", status, o)
	}
	return c.until("/orders/"+o.ID, func(o answer) bool { return o.Status != "Placed" })
}

// until asks again and again, for a minute at most.
func (c client) until(path string, done func(answer) bool) answer {
	c.t.Helper()
	deadline := time.NewTimer(time.Minute)
	for again := time.Tick(time.Millisecond); ; {
		_, a, _ := c.do("GET", path, "")
		if done(a) {
			return a
		}
		select {
		case <-again:
		case <-deadline.C:
			c.t.Fatalf("%s still answers %+v", path, a)
		}
	}
}

// stock waits until that much tea is for sale and nothing is kept for anybody.
func (c client) stock(available int64) {
	c.t.Helper()
	c.until("/products/tea", func(p answer) bool { return p.Available == available && p.Reserved == 0 })
}

func check(t *testing.T, o answer, status, reason string, cents int64) {
	t.Helper()
	if o.Status != status || o.Reason != reason || o.AmountCents != cents {
		t.Errorf("order = %+v; want %s %q with %d cents", o, status, reason, cents)
	}
}

func books(t *testing.T, f *payment.Fake, taken, paidBack int64) {
	t.Helper()
	if gotTaken, gotBack := f.Books(); gotTaken != taken || gotBack != paidBack {
		t.Errorf("the gateway took %d and paid back %d; want %d and %d", gotTaken, gotBack, taken, paidBack)
	}
}

func TestAPaidOrderIsConfirmed(t *testing.T) {
	t.Parallel()
	gateway := payment.NewFake(0)
	c := open(t, time.Minute, gateway)
	check(t, c.order(2, "tok_ok"), "Confirmed", "", 900)
	c.stock(8)
	books(t, gateway, 900, 0)
}

func TestAnOrderWithoutStockIsRejected(t *testing.T) {
	t.Parallel()
	gateway := payment.NewFake(0)
	c := open(t, time.Minute, gateway)
	o := c.order(11, "tok_ok")
	check(t, o, "Rejected", "out_of_stock", 0)
	c.stock(10)
	if status, _, _ := c.do("GET", "/orders/"+o.ID+"/payment", ""); status != http.StatusNotFound {
		t.Errorf("its payment: %d; want none", status)
	}
	if status, _, _ := c.do("POST", "/products/tea/receive", `{"quantity":5,"price_cents":500}`); status != http.StatusOK {
		t.Errorf("receive: %d", status)
	}
	check(t, c.order(11, "tok_ok"), "Confirmed", "", 5500)
	books(t, gateway, 5500, 0)
}

func TestADeclinedPaymentReleasesTheStock(t *testing.T) {
	t.Parallel()
	gateway := payment.NewFake(0)
	c := open(t, time.Minute, gateway)
	check(t, c.order(2, "tok_declined"), "Cancelled", "card_declined", 0)
	c.stock(10)
	books(t, gateway, 0, 0)
}

func TestALatePaymentIsPaidBack(t *testing.T) {
	t.Parallel()
	gateway := &sleepy{Fake: payment.NewFake(0)}
	c := open(t, 20*time.Millisecond, gateway)
	o := c.order(2, "tok_ok")
	check(t, o, "Cancelled", "payment_overdue", 0)
	c.stock(10)
	books(t, gateway.Fake, 0, 0)
	gateway.awake.Store(true)
	c.until("/orders/"+o.ID+"/payment", func(p answer) bool { return p.Status == "Refunded" })
	books(t, gateway.Fake, 900, 900)
	check(t, c.until("/orders/"+o.ID, func(answer) bool { return true }), "Cancelled", "payment_overdue", 0)
	c.stock(10)
}

func TestAnOrderOutlivesTheProgram(t *testing.T) {
	t.Parallel()
	database := "DATABASE_URL=sqlite:" + filepath.Join(t.TempDir(), "shop.db")
	gateway := &sleepy{Fake: payment.NewFake(0)}
	var id string
	t.Run("before", func(t *testing.T) {
		c := open(t, time.Hour, gateway, database)
		status, o, _ := c.do("POST", "/orders", orderBody(2, "tok_ok"))
		if status != http.StatusAccepted {
			t.Fatalf("order: %d %+v; want 202", status, o)
		}
		id = o.ID
	})
	gateway.awake.Store(true)
	t.Run("after", func(t *testing.T) {
		c := open(t, time.Hour, gateway, database)
		check(t, c.until("/orders/"+id, func(o answer) bool { return o.Status != "Placed" }), "Confirmed", "", 900)
		c.stock(8)
		books(t, gateway.Fake, 900, 0)
	})
}

func TestTheLastPiecesAreSoldOnce(t *testing.T) {
	t.Parallel()
	gateway := payment.NewFake(0)
	c := open(t, time.Minute, gateway)
	var confirmed, rejected atomic.Int32
	var all sync.WaitGroup
	for range 30 {
		all.Go(func() {
			switch o := c.order(1, "tok_ok"); o.Status {
			case "Confirmed":
				confirmed.Add(1)
			case "Rejected":
				rejected.Add(1)
			}
		})
	}
	all.Wait()
	if confirmed.Load() != 10 || rejected.Load() != 20 {
		t.Errorf("%d confirmed, %d rejected; want 10 and 20", confirmed.Load(), rejected.Load())
	}
	c.stock(0)
	books(t, gateway, 4500, 0)
	_, _, position := c.do("POST", "/orders", orderBody(1, "tok_ok"))
	_, list, _ := c.do("GET", "/orders?after="+position, "")
	if len(list.Orders) != 31 || list.Orders[0].Status != "Rejected" {
		t.Errorf("%d orders, the last %+v; want 31, the last rejected", len(list.Orders), list.Orders[:1])
	}
}

func TestNonsenseIsRefused(t *testing.T) {
	t.Parallel()
	c := open(t, time.Minute, payment.NewFake(0))
	for path, body := range map[string]string{
		"/orders":               orderBody(0, "tok_ok"),
		"/products/tea/receive": `{"quantity":1}`,
	} {
		if status, a, _ := c.do("POST", path, body); status != http.StatusUnprocessableEntity || a.Code != "invalid" {
			t.Errorf("%s: %d %+v; want it invalid", path, status, a)
		}
	}
}
