package main

import (
	"encoding/json"
	"io"
	"net/http"
	"testing"

	"go.uber.org/goleak"
)

// The provider goes away with its process only; so do its connections.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("net/http/httptest.(*Server).goServe.func1"))
}

func TestItSaysWhereItIsAndTakesOrders(t *testing.T) {
	t.Parallel()
	orders, in := io.Pipe()
	out, lines := io.Pipe()
	ended := make(chan error, 1)
	go func() { ended <- serve(orders, lines) }()

	answers := json.NewDecoder(out)
	var about struct {
		Issuer string `json:"issuer"`
	}
	if err := answers.Decode(&about); err != nil {
		t.Fatal(err)
	}
	if got := status(t, about.Issuer); got != http.StatusOK {
		t.Errorf("the provider answers %d", got)
	}

	if _, err := io.WriteString(in, `{"person":{"Subject":"1","Email":"ada@example.com"}}{"fault":"down"}`); err != nil {
		t.Fatal(err)
	}
	var person, fault order
	if err := answers.Decode(&person); err != nil || person.Person == nil || person.Person.Subject != "1" {
		t.Errorf("answer %+v, %v", person, err)
	}
	if err := answers.Decode(&fault); err != nil || fault.Fault == nil {
		t.Errorf("answer %+v, %v", fault, err)
	}
	if got := status(t, about.Issuer); got != http.StatusServiceUnavailable {
		t.Errorf("a provider that is down answers %d", got)
	}

	_ = in.Close()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func status(t *testing.T, issuer string) int {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, issuer+"/.well-known/openid-configuration", nil)
	if err != nil {
		t.Fatal(err)
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	return response.StatusCode
}
