package ws

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/composable-go/composable/store"
)

func TestEveryErrorHasItsCode(t *testing.T) {
	t.Parallel()
	const secret = "SELECT secret"
	for _, c := range []struct {
		err  error
		code string
	}{
		{store.ErrForbidden, "forbidden"},
		{store.ErrConflict, "conflict"},
		{store.ErrMismatch, "idempotency_mismatch"},
		{store.ErrOverloaded, "overloaded"},
		{store.ErrUnavailable.Because(errors.New(secret)), "unavailable"},
		{store.ErrTimeout, "timeout"},
		{fmt.Errorf("wrapped: %w", context.DeadlineExceeded), "timeout"},
		{errStale, "stale"},
		{errRate, "rate_limited"},
		{errSignIn, "unauthenticated"},
		{errNoQuery, "not_found"},
		{errBadFrame, "bad_request"},
		{errUnknownType, "unknown_type"},
		{errSubscriptions, "too_many_subscriptions"},
		{fmt.Errorf("wrapped: %w", store.Refuse(store.Conflict, "sold_out", "no")), "sold_out"},
		{errors.New(secret), "internal"},
		{store.Refuse(store.Internal, "broken", secret).With("sql", secret), "internal"},
		{store.Refuse(store.Conflict, "odd", "no").With("f", func() {}), "internal"},
	} {
		refusal := refusalOf(c.err)
		data := encodeError("c1", refusal)
		var frame map[string]any
		if err := json.Unmarshal(data, &frame); err != nil {
			t.Fatal(err)
		}
		if frame["type"] != "error" || frame["code"] != c.code || frame["id"] != "c1" || frame["message"] == "" {
			t.Errorf("%v: %s, want code %s", c.err, data, c.code)
		}
		if _, later := frame["retry_after"]; later != (refusal.Kind == store.Unavailable || refusal.Kind == store.RateLimited) {
			t.Errorf("%s: when to come back is said, or not, by mistake", data)
		}
		if strings.Contains(string(data), secret) {
			t.Errorf("the cause is shown: %s", data)
		}
	}
}

func FuzzParseFrame(f *testing.F) {
	for _, seed := range []string{
		`{"type":"command","id":"c1","store":"order","key":"42","action":{"PlaceOrder":{}}}`,
		`{"type":"subscribe","topics":["event:7"],"after":1234}`, `{"type":7}`, `{}`, `[]`, `null`, ``, `{"after":-1}`,
		`{"action":{"A":{},"A":{}}}`, "\x00", `{"id":"` + strings.Repeat("é", 33) + `"}`, ` {"type":"ping"} `, `{"a":1}{"b":2}`,
		"\ufeff{}", `{"type":"ping",}`, `{"ID":"` + strings.Repeat("x", 65) + `"}`, `{"id":"a","id":7}`, `{"after":1e3}`, `{"after":9223372036854775808}`,
		`{"action":{"\u0044eposit":{}},"Action":null}`, `{"action":"{}"}`, `{"topics":[null]}`, `{"live":"true"}`, `{"type":"` + "\xff" + `"}`, `"{}"`, `{"a":[[[[{}]]]]`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		frame, err := parseFrame(data)
		var object map[string]json.RawMessage
		isObject := json.Unmarshal(data, &object) == nil && object != nil
		if isObject == errors.Is(err, errNotProtocol) {
			t.Fatalf("%q is an object: %t, and was answered with %v", data, isObject, err)
		}
		var refusal *store.Refusal
		switch {
		case !isObject:
			return
		case err != nil && !errors.As(err, &refusal):
			t.Fatalf("%q: %v is no refusal", data, err)
		}
		if utf8.RuneCountInString(frame.ID) > maxID {
			t.Fatalf("id %q is too long", frame.ID)
		}
		if err == nil && frame.After != nil && *frame.After < 0 {
			t.Fatalf("after is %d", *frame.After)
		}
		name, body, err := frame.variant()
		if (err == nil) != (len(frame.Action) == 1) {
			t.Fatalf("%q: %d variants, answered with %v", data, len(frame.Action), err)
		}
		if err == nil && (!json.Valid(body) || string(frame.Action[name]) != string(body)) {
			t.Fatalf("%q: name %q, body %s", data, name, body)
		}
	})
}
