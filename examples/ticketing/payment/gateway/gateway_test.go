package gateway_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/composable-go/composable/examples/ticketing/payment"
	"github.com/composable-go/composable/examples/ticketing/payment/gateway"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func open(t *testing.T, path string) *gateway.Gateway {
	t.Helper()
	g, err := gateway.Open(t.Context(), path, gateway.Options{Slow: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = g.Close() })
	return g
}

func charge(id, token string) payment.Charge {
	return payment.Charge{PaymentID: id, AmountCents: 9000, Currency: "EUR", Token: token}
}

func TestTheTokenDecides(t *testing.T) {
	t.Parallel()
	g := open(t, "")
	for token, want := range map[string]payment.Action{
		"tok_ok":           payment.Charged{},
		"tok_slow":         payment.Charged{},
		"tok_declined":     payment.Declined{Code: "card_declined"},
		"tok_insufficient": payment.Declined{Code: "insufficient_funds"},
		"tok_unknown":      payment.Declined{Code: "card_declined"},
	} {
		got, err := g.Charge(t.Context(), charge(token, token))
		if c, ok := got.(payment.Charged); ok && c.TransactionID != "" {
			got = payment.Charged{}
		}
		if err != nil || got != want {
			t.Errorf("%s: %#v, %v; want %#v", token, got, err, want)
		}
	}
}

func TestFlakyFailsTwice(t *testing.T) {
	t.Parallel()
	g := open(t, "")
	for try := range 3 {
		got, err := g.Charge(t.Context(), charge("p", "tok_flaky"))
		if (err != nil) != (try < 2) || (got != nil) != (try == 2) {
			t.Errorf("try %d: %v, %v", try, got, err)
		}
	}
}

func TestStuckIsChargedWhenRetried(t *testing.T) {
	t.Parallel()
	g := open(t, "")
	if got, err := g.Charge(t.Context(), charge("p", "tok_stuck")); got != nil || err == nil {
		t.Errorf("at first: %v, %v; want an error", got, err)
	}
	if got, err := g.Lookup(t.Context(), "p"); got != nil || err != nil {
		t.Errorf("meanwhile: %v, %v; want nothing", got, err)
	}
	got, err := g.Charge(t.Context(), charge("p", "tok_stuck"))
	if _, charged := got.(payment.Charged); !charged || err != nil {
		t.Errorf("retried: %v, %v; want it charged", got, err)
	}
}

func TestAnswerThatDoesNotComeIsFoundByLookup(t *testing.T) {
	t.Parallel()
	g := open(t, "")
	if got, err := g.Lookup(t.Context(), "p"); got != nil || err != nil {
		t.Errorf("before: %v, %v; want nothing", got, err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if got, err := g.Charge(ctx, charge("p", "tok_timeout")); err == nil {
		t.Errorf("tok_timeout answered %v", got)
	}
	again, err := g.Charge(t.Context(), charge("p", "tok_ok"))
	if _, ok := again.(payment.Charged); !ok || err != nil {
		t.Errorf("again: %v, %v", again, err)
	}
	if got, err := g.Lookup(t.Context(), "p"); got != again || err != nil {
		t.Errorf("Lookup: %v, %v; want %v", got, err, again)
	}
}

func TestDropAndChargeAgreeOnOneOutcome(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "gateway.db")
	one, other := open(t, path), open(t, path) // two processes
	for i := range 20 {
		id := fmt.Sprint(i)
		var charged, dropped payment.Action
		var errs [2]error
		var both sync.WaitGroup
		both.Go(func() { charged, errs[0] = one.Charge(t.Context(), charge(id, "tok_ok")) })
		both.Go(func() { dropped, errs[1] = other.Drop(t.Context(), id) })
		both.Wait()
		if err := errors.Join(errs[:]...); err != nil || charged != dropped {
			t.Fatalf("charge says %#v, drop says %#v, %v", charged, dropped, err)
		}
	}
}

func TestBooksOutliveTheProcessAndCountEachKeyOnce(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "gateway.db")
	for range 2 {
		g := open(t, path)
		for range 2 {
			if _, err := g.Charge(t.Context(), charge("p", "tok_ok")); err != nil {
				t.Fatal(err)
			}
			if _, err := g.PayBack(t.Context(), "key", payment.PayBack{PaymentID: "p", AmountCents: 4500}); err != nil {
				t.Fatal(err)
			}
		}
		books, err := g.Balances(t.Context())
		if want := (gateway.Balance{Charged: 9000, Refunded: 4500}); err != nil || len(books) != 1 || books["p"] != want {
			t.Errorf("books = %v, %v; want %v", books, err, want)
		}
		if err := g.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
