package auth_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"testing"

	"github.com/composable-go/composable/auth"
)

func TestADigestIsOfTheSortedArguments(t *testing.T) {
	t.Parallel()
	type refund struct {
		To     string `json:"to"`
		Amount int64  `json:"amount"`
	}
	sum := sha256.Sum256([]byte("payment.Refund\x00" + `{"amount":9007199254740993,"to":"ada"}`))
	want := hex.EncodeToString(sum[:])
	for name, arguments := range map[string]any{
		"command": refund{"ada", 9007199254740993},
		"JSON":    json.RawMessage(`{ "to": "\u0061da", "amount": 9007199254740993 }`),
	} {
		if got, err := auth.Digest("payment.Refund", arguments); err != nil || got != want {
			t.Errorf("digest of the %s = %s, %v; want %s", name, got, err, want)
		}
	}
	for name, other := range map[string]struct {
		action    string
		arguments any
	}{
		"another action": {"payment.Pay", refund{"ada", 9007199254740993}},
		"another amount": {"payment.Refund", refund{"ada", 9007199254740992}},
		"nothing":        {"payment.Refund", nil},
	} {
		if got, err := auth.Digest(other.action, other.arguments); err != nil || got == want {
			t.Errorf("digest of %s = %s, %v", name, got, err)
		}
	}
	if _, err := auth.Digest("payment.Refund", json.RawMessage(`{`)); err == nil {
		t.Error("half an object has a digest")
	}
}
