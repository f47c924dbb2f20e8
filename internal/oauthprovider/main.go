// Command oauthprovider is the OpenID provider of package authtest as a process, for
// tests that drive a whole program. It writes one line of JSON: issuer, client_id and
// client_secret. Then it reads lines of JSON, {"person": …} who is signed in there from
// now on, or {"fault": …} what it does wrong, and answers each by a line. It ends with
// its input.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"testing"

	"github.com/composable-go/composable/auth/authtest"
)

func main() {
	if err := serve(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "oauthprovider:", err)
		os.Exit(1)
	}
}

// order is a line of the input.
type order struct {
	Person *authtest.Person `json:"person"`
	Fault  *authtest.Fault  `json:"fault"`
}

func serve(in io.Reader, out io.Writer) error {
	p := authtest.NewProvider(process{})
	lines, orders := json.NewEncoder(out), json.NewDecoder(in)
	err := lines.Encode(map[string]string{"issuer": p.Issuer, "client_id": p.ClientID, "client_secret": p.ClientSecret})
	for err == nil {
		var o order
		if err = orders.Decode(&o); err != nil {
			break
		}
		if o.Person != nil {
			p.SignedIn(*o.Person)
		}
		if o.Fault != nil {
			p.Misbehave(*o.Fault)
		}
		err = lines.Encode(o)
	}
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// process stands in for the test that a provider belongs to: what it opens goes away
// with the process.
type process struct{ testing.TB }

func (process) Helper() {}

func (process) Cleanup(func()) {}

func (process) Fatal(args ...any) {
	fmt.Fprintln(os.Stderr, args...)
	os.Exit(1)
}
