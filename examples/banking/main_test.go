package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"github.com/composable-go/composable/app/apptest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

type answer struct {
	ID           string `json:"id"`
	Status       any    `json:"status"` // in a problem it is a number
	Reason       string `json:"reason"`
	Code         string `json:"code"`
	BalanceCents int64  `json:"balance_cents"`
	Accounts     []answer
	audit
}

type bank struct {
	t    *testing.T
	url  string
	http *http.Transport
}

func open(t *testing.T) bank {
	t.Helper()
	b := bank{t, apptest.Serve(t, wire) + "/api", &http.Transport{}}
	t.Cleanup(b.http.CloseIdleConnections) // the program waits for those that were never used
	return b
}

func (b bank) do(method, path, body string) (status int, a answer, position string) {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), method, b.url+path, bytes.NewBufferString(body))
	if err != nil {
		b.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	response, err := b.http.RoundTrip(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer response.Body.Close()
	if err := json.NewDecoder(response.Body).Decode(&a); err != nil {
		b.t.Fatal(err)
	}
	return response.StatusCode, a, response.Header.Get("Store-Position")
}

// must fails the test unless the request is answered with the status.
func (b bank) must(want int, method, path, body string) answer {
	b.t.Helper()
	status, a, _ := b.do(method, path, body)
	if status != want {
		b.t.Fatalf("%s %s %s: %d %+v, want %d", method, path, body, status, a, want)
	}
	return a
}

func (b bank) account(cents int64) (id string) {
	b.t.Helper()
	id = b.must(201, "POST", "/accounts", `{"owner":"Ann"}`).ID
	if cents > 0 {
		b.must(200, "POST", "/accounts/"+id+"/deposit", fmt.Sprintf(`{"amount_cents":%d}`, cents))
	}
	return id
}

func (b bank) has(id string, cents int64, status string) {
	b.t.Helper()
	if a := b.must(200, "GET", "/accounts/"+id, ""); a.BalanceCents != cents || a.Status != status {
		b.t.Errorf("account = %+v, want %s with %d cents", a, status, cents)
	}
}

func transferBody(from, to string, cents int) string {
	return fmt.Sprintf(`{"from":%q,"to":%q,"amount_cents":%d}`, from, to, cents)
}

func (b bank) transfer(from, to string, cents int, want, reason string) {
	b.t.Helper()
	tr := b.transferred(from, to, cents)
	if tr.Status != want || tr.Reason != reason {
		b.t.Errorf("transfer = %+v, want %s %q", tr, want, reason)
	}
	if again := b.must(200, "GET", "/transfers/"+tr.ID, ""); again.Status != tr.Status {
		b.t.Errorf("later it is %s, not %s", again.Status, tr.Status)
	}
}

// transferred makes a transfer and returns it at its end.
func (b bank) transferred(from, to string, cents int) answer {
	b.t.Helper()
	status, tr, _ := b.do("POST", "/transfers", transferBody(from, to, cents))
	for status == http.StatusAccepted && tr.Status != "Completed" && tr.Status != "Rejected" && tr.Status != "Refunded" {
		tr = b.must(200, "GET", "/transfers/"+tr.ID, "") // the machine is busy
	}
	return tr
}

func TestMoneyIsTransferred(t *testing.T) {
	t.Parallel()
	b := open(t)
	from, to := b.account(1000), b.account(0)
	b.transfer(from, to, 300, "Completed", "")
	b.has(from, 700, "Open")
	b.has(to, 300, "Open")
}

func TestMoreThanThereIsIsNotTransferred(t *testing.T) {
	t.Parallel()
	b := open(t)
	from, to := b.account(1000), b.account(0)
	b.transfer(from, to, 1001, "Rejected", "insufficient_funds")
	b.transfer("nobody", to, 1, "Rejected", "no_account")
	b.has(from, 1000, "Open")
	b.has(to, 0, "Open")
}

func TestTransferToAClosedAccountComesBack(t *testing.T) {
	t.Parallel()
	b := open(t)
	from, to := b.account(1000), b.account(0)
	b.must(200, "POST", "/accounts/"+to+"/close", "")
	b.transfer(from, to, 1000, "Refunded", "account_closed")
	b.transfer(from, "nobody", 1000, "Refunded", "no_account")
	b.has(from, 1000, "Open")
	b.has(to, 0, "Closed")
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	b := open(t)
	id := b.account(100)
	for _, c := range []struct {
		path, body, code string
		status           int
	}{
		{"/accounts", `{}`, "invalid", 422},
		{"/accounts/" + id + "/withdraw", `{"amount_cents":101}`, "insufficient_funds", 409},
		{"/accounts/" + id + "/withdraw", `{"amount_cents":-1}`, "invalid", 422},
		{"/accounts/" + id + "/deposit", `{"amount_cents":1.5}`, "invalid", 422},
		{"/accounts/" + id + "/close", ``, "not_empty", 409},
		{"/accounts/nobody/deposit", `{"amount_cents":1}`, "no_account", 404},
		{"/transfers", transferBody(id, id, 1), "invalid", 422},
	} {
		if a := b.must(c.status, "POST", c.path, c.body); a.Code != c.code {
			t.Errorf("%s %s: %s, want %s", c.path, c.body, a.Code, c.code)
		}
	}
	b.must(404, "GET", "/accounts/nobody", "")
	b.has(id, 100, "Open")
}

// Customers move money in circles, all at once, while an auditor looks on.
func TestNoMoneyIsMissingAtAnyMoment(t *testing.T) {
	t.Parallel()
	b := open(t)
	ids := []string{b.account(100), b.account(100), b.account(100), b.account(100)}
	var moving sync.WaitGroup
	for i := range 40 {
		moving.Go(func() { b.transferred(ids[i%4], ids[(i+1+i/4%3)%4], 60) })
		moving.Go(func() { b.do("POST", "/accounts/"+ids[i%4]+"/withdraw", `{"amount_cents":3}`) })
		moving.Go(func() {
			if a := b.must(200, "GET", "/audit", ""); a.MissingCents != 0 || a.InFlightCents < 0 {
				t.Errorf("audit = %+v", a.audit)
			}
		})
	}
	moving.Wait()
	_, _, position := b.do("POST", "/accounts/"+ids[0]+"/deposit", `{"amount_cents":1}`)
	list := b.must(200, "GET", "/accounts?after="+position, "")
	var sum int64
	for _, a := range list.Accounts {
		b.has(a.ID, a.BalanceCents, "Open")
		sum += a.BalanceCents
	}
	a := b.must(200, "GET", "/audit?after="+position, "").audit
	if len(list.Accounts) != 4 || sum != a.BalancesCents || a.InFlightCents != 0 || a.MissingCents != 0 || a.DepositsCents != 401 {
		t.Errorf("audit = %+v of %d accounts with %d cents", a, len(list.Accounts), sum)
	}
}
