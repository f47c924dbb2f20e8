package personal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
)

// Text is something about a person, sealed under their key. The empty Text stands for
// the empty text.
type Text string

// ErrText says that a text was not sealed under this key for this field.
var ErrText = errors.New("personal: this text was not sealed for this person and field")

// Key seals and opens what is known about one person.
type Key struct {
	aead   cipher.AEAD
	nonces []byte // of the HMAC that makes them
}

const keySize = 32

// newKey derives both parts from one secret. Nonces are made of what is sealed, as in
// RFC 5297: equal texts give equal results, which is all that can be learned.
func newKey(secret []byte) *Key {
	part := func(purpose string) []byte {
		key, err := hkdf.Key(sha256.New, secret, nil, "composable personal: "+purpose, keySize)
		if err != nil {
			panic("personal: " + err.Error()) // only for lengths beyond 8 KiB
		}
		return key
	}
	block, err := aes.NewCipher(part("texts"))
	if err != nil {
		panic("personal: " + err.Error()) // only for other lengths
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		panic("personal: " + err.Error()) // only for other ciphers
	}
	return &Key{aead, part("nonces")}
}

// Seal encrypts what a field says. It cannot be opened as another field.
func (k *Key) Seal(field, plain string) Text {
	if plain == "" {
		return ""
	}
	mac := hmac.New(sha256.New, k.nonces)
	mac.Write([]byte(field + "\x00" + plain))
	nonce := mac.Sum(nil)[:k.aead.NonceSize()]
	return Text(base64.RawURLEncoding.EncodeToString(k.aead.Seal(nonce, nonce, []byte(plain), []byte(field))))
}

// Open is the inverse of [Key.Seal]; all that can be wrong is [ErrText].
func (k *Key) Open(field string, t Text) (string, error) {
	if t == "" {
		return "", nil
	}
	data, err := base64.RawURLEncoding.DecodeString(string(t))
	size := k.aead.NonceSize()
	if err != nil || len(data) < size {
		return "", ErrText
	}
	plain, err := k.aead.Open(nil, data[:size], data[size:], []byte(field))
	if err != nil {
		return "", ErrText
	}
	return string(plain), nil
}
