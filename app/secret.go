package app

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// keptSecret returns the secret in the file, which is made when it is not there.
// Of several processes that make it at once, the first decides.
func keptSecret(file string) ([]byte, error) {
	secret, err := os.ReadFile(file)
	if !errors.Is(err, fs.ErrNotExist) {
		return secret, err
	}
	dir := filepath.Dir(file)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("cannot keep a secret key: %w", err)
	}
	draft, err := os.CreateTemp(dir, "secret-*")
	if err != nil {
		return nil, fmt.Errorf("cannot keep a secret key: %w", err)
	}
	defer os.Remove(draft.Name())
	random := make([]byte, 32)
	_, _ = rand.Read(random) // never fails
	_, err = draft.WriteString(hex.EncodeToString(random))
	if err := errors.Join(err, draft.Close()); err != nil {
		return nil, fmt.Errorf("cannot keep a secret key: %w", err)
	}
	if err := os.Link(draft.Name(), file); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("cannot keep a secret key: %w", err)
	}
	return os.ReadFile(file)
}
