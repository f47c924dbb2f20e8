package magiclink

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
)

// token belongs to this nonce and recipient only, so that nobody learns the
// token of somebody else's link by repeating a nonce.
func (m Mail) token(key []byte) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(m.Nonce + "\x00" + m.To))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// Proof returns kind and key of the row that must be taken to use a token.
func Proof(token string) (kind, key string) {
	sum := sha256.Sum256([]byte(token))
	return "magic_link", hex.EncodeToString(sum[:])
}
