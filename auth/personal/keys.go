package personal

import (
	"context"
	"crypto/rand"
	"fmt"

	"github.com/composable-go/composable/auth/internal/seal"
	"github.com/composable-go/composable/store"
)

// ErrErased says that a person's key was deleted, and with it all that it sealed.
var ErrErased = store.Refuse(store.Gone, "erased", "this account was deleted")

const rowKind = "personal_key"

// Keys knows the keys of people. Each is a row, itself sealed under the servers' key.
type Keys struct {
	rt   *store.Runtime
	ring *seal.Ring
}

// NewKeys returns the keys that ring has sealed.
func NewKeys(rt *store.Runtime, ring *seal.Ring) *Keys { return &Keys{rt, ring} }

// Make returns a key for somebody new, and the row to be inserted with the first event
// that uses it.
func (k *Keys) Make(person string) (*Key, store.Row) {
	secret := make([]byte, keySize)
	_, _ = rand.Read(secret) // never fails
	sealed := k.ring.Seal(rowKind+":"+person, secret)
	return newKey(secret), store.Row{Kind: rowKind, Key: person, Owner: person, Data: []byte(`"` + sealed + `"`)}
}

// Of returns the key of a person, and [ErrErased] when it was deleted or never was.
// When the database cannot be asked the error is [store.ErrUnavailable].
func (k *Keys) Of(ctx context.Context, person string) (*Key, error) {
	row, ok, err := k.rt.Row(ctx, rowKind, person)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, ErrErased
	}
	if len(row.Data) < 2 {
		return nil, fmt.Errorf("personal: the row of a key is malformed")
	}
	secret, err := k.ring.Open(rowKind+":"+person, string(row.Data[1:len(row.Data)-1]))
	if err != nil {
		return nil, fmt.Errorf("personal: the key of a person cannot be opened: %w", err)
	}
	return newKey(secret), nil
}

// Forget deletes the key of a person with the commit. What it has sealed cannot be
// read from then on.
func Forget(person string) store.RowEffect { return store.Drop(rowKind, person) }
