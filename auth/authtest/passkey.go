package authtest

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
)

// Register adds a passkey of the authenticator to the account of the session. The test
// fails at once when anything does not work.
func (a *Authenticator) Register(t testing.TB, server string, s Session) {
	t.Helper()
	err := ceremony(t.Context(), server+"/auth/passkey/register", nil, a.Create, s, http.StatusCreated, nil)
	if err != nil {
		t.Fatalf("adding a passkey: %v", err)
	}
}

// SignUp makes an account with a passkey of the authenticator. The address is its own
// once it is confirmed.
func (a *Authenticator) SignUp(t testing.TB, server, address string) (s Session) {
	t.Helper()
	begin := map[string]string{"email": address}
	err := ceremony(t.Context(), server+"/auth/passkey/sign-up", begin, a.Create, Session{}, http.StatusOK, &s)
	if err != nil {
		t.Fatalf("signing up %s with a passkey: %v", address, err)
	}
	return s
}

// SignIn signs in with the newest passkey of the authenticator.
func (a *Authenticator) SignIn(t testing.TB, server string) (s Session) {
	t.Helper()
	err := ceremony(t.Context(), server+"/auth/passkey/login", nil, a.Get, Session{}, http.StatusOK, &s)
	if err != nil {
		t.Fatalf("signing in with a passkey: %v", err)
	}
	return s
}

// StepUp confirms an action with a passkey of the authenticator. The arguments are the
// command that is to be confirmed. It returns the session with its next token; that of
// the former one does not work any more.
func (a *Authenticator) StepUp(t testing.TB, server string, s Session, action string, arguments any) (raised Session) {
	t.Helper()
	begin := map[string]any{"action": action, "arguments": arguments}
	err := ceremony(t.Context(), server+"/auth/step-up", begin, a.Get, s, http.StatusOK, &raised)
	if err != nil {
		t.Fatalf("confirming %s: %v", action, err)
	}
	return raised
}

// ceremony begins one at the address, has it answered, and completes it.
func ceremony(ctx context.Context, address string, begin any, answer func([]byte) (json.RawMessage, error), as Session, status int, result any) error {
	if begin == nil {
		begin = struct{}{}
	}
	var options json.RawMessage
	if err := post(ctx, address+"/begin", begin, http.StatusOK, &options, as.Authorize); err != nil {
		return err
	}
	credential, err := answer(options)
	if err != nil {
		return fmt.Errorf("%w: %s", err, options)
	}
	return post(ctx, address+"/complete", map[string]any{"credential": credential}, status, result, as.Authorize)
}
