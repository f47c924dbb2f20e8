package auth

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
)

// addressClaim is the unique name that makes an address belong to one user. Who has
// the database learns no address from it.
func (a *Auth) addressClaim(address string) string { return "email:" + a.blind(address) }

// identityClaim does the same for an account at a provider. It is the issuer's name for
// the account that counts, not the address it has there.
func (a *Auth) identityClaim(i identity) string {
	return "identity:" + a.blind(i.Issuer+"\x00"+i.Subject)
}

func (a *Auth) blind(text string) string {
	mac := hmac.New(sha256.New, a.blindKey)
	mac.Write([]byte(text))
	return hex.EncodeToString(mac.Sum(nil))
}
