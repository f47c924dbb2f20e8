package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
	"encoding/base64"
	"errors"
)

// ErrSealed says that a text cannot be opened: it is not what was sealed, was sealed
// for another context, or under a key that is not in the ring.
var ErrSealed = errors.New("seal: this was not sealed here, or its key is gone; give the ring the keys of the past")

// idSize is how many bytes of a key's hash name it in what it has sealed.
const idSize = 4

// Ring seals with its first key and opens with any, so that keys can be exchanged:
// AES-256-GCM with random nonces.
type Ring struct{ keys []key }

type key struct {
	id   string
	aead cipher.AEAD
}

// New returns a ring of keys of 32 bytes each, the newest first. It panics without a
// key, and for one of another length.
func New(keys ...[]byte) *Ring {
	if len(keys) == 0 {
		panic("seal: a ring needs a key")
	}
	r := &Ring{}
	for _, k := range keys {
		if len(k) != 32 {
			panic("seal: a key must have 32 bytes")
		}
		block, err := aes.NewCipher(k)
		if err != nil {
			panic("seal: " + err.Error()) // only for other lengths
		}
		aead, err := cipher.NewGCMWithRandomNonce(block)
		if err != nil {
			panic("seal: " + err.Error()) // only for other ciphers
		}
		id := sha256.Sum256(k)
		r.keys = append(r.keys, key{string(id[:idSize]), aead})
	}
	return r
}

// Seal encrypts plain for one context, such as the name of the row that will hold it:
// what was sealed for one opens in no other.
func (r *Ring) Seal(context string, plain []byte) string {
	first := r.keys[0]
	return base64.RawURLEncoding.EncodeToString(first.aead.Seal([]byte(first.id), nil, plain, []byte(context)))
}

// Open is the inverse of [Ring.Seal]; all that can be wrong is [ErrSealed].
func (r *Ring) Open(context, sealed string) ([]byte, error) {
	data, err := base64.RawURLEncoding.DecodeString(sealed)
	if err != nil || len(data) < idSize {
		return nil, ErrSealed
	}
	for _, k := range r.keys {
		if k.id != string(data[:idSize]) {
			continue
		}
		if plain, err := k.aead.Open(nil, nil, data[idSize:], []byte(context)); err == nil {
			return plain, nil
		}
	}
	return nil, ErrSealed
}
