package main

import (
	"net/http"
	"sync"
	"testing"

	"github.com/composable-go/composable/app"
	"github.com/composable-go/composable/app/apptest"
)

// The books are rebuilt while money moves: no audit misses a cent meanwhile, and in
// the end the accounts in the books are what their streams say.
func TestBooksAreRebuiltUnderTransfers(t *testing.T) {
	t.Parallel()
	var program *app.App
	url := apptest.Serve(t, func(a *app.App) { program = a; wire(a) })
	b := bank{t, url + "/api", &http.Transport{}}
	t.Cleanup(b.http.CloseIdleConnections)
	accounts := []string{b.account(1000), b.account(1000), b.account(1000)}
	rebuilt := make(chan struct{})
	var people sync.WaitGroup
	for i := range accounts {
		people.Go(func() {
			for {
				select {
				case <-rebuilt:
					return
				default:
				}
				b.transferred(accounts[i], accounts[(i+1)%3], 10)
				if a := b.must(200, "GET", "/audit", ""); a.MissingCents != 0 || a.DepositsCents != 3000 {
					t.Errorf("audit = %+v; want 3000 deposited and nothing missing", a.audit)
				}
			}
		})
	}
	for range 10 {
		if err := program.Projections().Rebuild(t.Context(), "books"); err != nil {
			t.Error(err)
		}
	}
	close(rebuilt)
	people.Wait()
	_, _, position := b.do("POST", "/accounts/"+accounts[0]+"/deposit", `{"amount_cents":1}`)
	listed := b.must(200, "GET", "/accounts?after="+position, "").Accounts
	if len(listed) != 3 {
		t.Fatalf("%d accounts in the books, want 3", len(listed))
	}
	for _, a := range listed {
		b.has(a.ID, a.BalanceCents, "Open")
	}
}
