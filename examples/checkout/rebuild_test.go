package main

import (
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/composable-go/composable/app"
	"github.com/composable-go/composable/app/apptest"
	"github.com/composable-go/composable/examples/checkout/checkout"
	"github.com/composable-go/composable/examples/checkout/payment"
)

// The list of orders is rebuilt while people order: it never grows shorter meanwhile,
// and in the end it says of each order what its stream says.
func TestOrdersAreRebuiltUnderOrders(t *testing.T) {
	t.Parallel()
	var program *app.App
	url := apptest.Serve(t, func(a *app.App) {
		program = a
		wire(a, checkout.Reducer{PaymentTimeout: time.Minute}, payment.NewFake(0))
	})
	c := client{t, url + "/api", &http.Transport{}}
	t.Cleanup(c.http.CloseIdleConnections)
	c.order(1, "tok_ok")
	rebuilt := make(chan struct{})
	var people sync.WaitGroup
	people.Go(func() {
		for {
			select {
			case <-rebuilt:
				return
			default:
				c.order(1, "tok_declined")
			}
		}
	})
	people.Go(func() {
		for last := 1; ; {
			select {
			case <-rebuilt:
				return
			default:
			}
			_, list, _ := c.do("GET", "/orders", "")
			if len(list.Orders) < min(last, maxOrders) {
				t.Errorf("%d orders are listed after %d", len(list.Orders), last)
			}
			last = len(list.Orders)
		}
	})
	for range 10 {
		if err := program.Projections().Rebuild(t.Context(), "orders"); err != nil {
			t.Error(err)
		}
	}
	close(rebuilt)
	people.Wait()
	_, last, position := c.do("POST", "/orders", orderBody(1, "tok_ok"))
	list := c.until("/orders?after="+position, func(list answer) bool { return c.same(list.Orders) })
	if len(list.Orders) == 0 || list.Orders[0].ID != last.ID {
		t.Errorf("the list begins with %+v, want the last order %s", list.Orders, last.ID)
	}
}

// same reports whether orders are listed as what they are.
func (c client) same(listed []answer) bool {
	for _, o := range listed {
		if _, one, _ := c.do("GET", "/orders/"+o.ID, ""); one.Status != o.Status || one.AmountCents != o.AmountCents {
			return false
		}
	}
	return true
}
