package seal_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/composable-go/composable/auth/internal/seal"
)

func keyOf(b byte) []byte { return bytes.Repeat([]byte{b}, 32) }

func TestWhatIsSealedOpens(t *testing.T) {
	t.Parallel()
	ring := seal.New(keyOf(1))
	sealed := ring.Seal("row", []byte("ada@example.com"))
	if again := ring.Seal("row", []byte("ada@example.com")); again == sealed {
		t.Error("the same text is sealed the same twice")
	}
	if plain, err := ring.Open("row", sealed); err != nil || string(plain) != "ada@example.com" {
		t.Errorf("opened = %q, %v", plain, err)
	}
}

func TestFormerKeysOpen(t *testing.T) {
	t.Parallel()
	sealed := seal.New(keyOf(1)).Seal("row", []byte("secret"))
	if plain, err := seal.New(keyOf(2), keyOf(1)).Open("row", sealed); err != nil || string(plain) != "secret" {
		t.Errorf("after the exchange = %q, %v", plain, err)
	}
	if _, err := seal.New(keyOf(2)).Open("row", sealed); !errors.Is(err, seal.ErrSealed) {
		t.Errorf("without the former key: err = %v, want ErrSealed", err)
	}
	renewed := seal.New(keyOf(2), keyOf(1)).Seal("row", []byte("secret"))
	if _, err := seal.New(keyOf(2)).Open("row", renewed); err != nil {
		t.Errorf("the first key does not seal: %v", err)
	}
}

func TestNothingElseOpens(t *testing.T) {
	t.Parallel()
	ring := seal.New(keyOf(1))
	sealed := ring.Seal("row", []byte("secret"))
	changed := []byte(sealed)
	changed[len(changed)/2] ^= 1
	for name, try := range map[string][2]string{
		"another context": {"other", sealed},
		"a changed byte":  {"row", string(changed)},
		"a part":          {"row", sealed[:8]},
		"nothing":         {"row", ""},
		"no base64":       {"row", "%%%"},
	} {
		if plain, err := ring.Open(try[0], try[1]); !errors.Is(err, seal.ErrSealed) || plain != nil {
			t.Errorf("%s: opened = %q, %v; want ErrSealed", name, plain, err)
		}
	}
}
