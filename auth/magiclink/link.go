package magiclink

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
)

// Request says what a link is for.
type Request struct {
	ID         string `json:"id"`                    // new with each request, the same when one is repeated
	Purpose    string `json:"purpose"`               // "sign_in": a link is worth nothing for another purpose
	Email      string `json:"email"`                 // normalised
	RedirectTo string `json:"redirect_to,omitempty"` // where to go afterwards
	Device     string `json:"device,omitempty"`      // that asks, for people: "Firefox on Linux"
	Payload    string `json:"payload,omitempty"`     // what the purpose needs to know besides
}

// Link is a request that is being answered.
type Link struct {
	Request
	secrets secrets
}

// Proof returns kind and key of the row that must be taken to use the link.
func (l Link) Proof() (kind, key string) { return rowKind, hash(l.secrets.of("token")) }

// Code is what the page of the link tells whoever opened it, for the browser that
// waits: six digits.
func (l Link) Code() string {
	const all = 1_000_000
	return fmt.Sprintf("%06d", binary.BigEndian.Uint64(l.secrets.sum("code"))%all)
}

// AskedBy reports whether the cookie is that of the browser that asked for the link.
func (l Link) AskedBy(cookie string) bool {
	_, secret := splitCookie(cookie)
	return hmac.Equal([]byte(secret), []byte(l.secrets.of("browser")))
}

// secrets makes those of one link.
type secrets struct {
	key     []byte
	content string // of the link, with an id that no other has
}

func (s secrets) sum(name string) []byte {
	mac := hmac.New(sha256.New, s.key)
	mac.Write([]byte(name + "\x00" + s.content))
	return mac.Sum(nil)
}

func (s secrets) of(name string) string { return base64.RawURLEncoding.EncodeToString(s.sum(name)) }

func hash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// link is the inverse of JSON.
func (l *Links) link(content []byte) (Link, error) {
	link := Link{secrets: secrets{l.options.Key, string(content)}}
	if err := json.Unmarshal(content, &link.Request); err != nil {
		return Link{}, fmt.Errorf("magiclink: what a link says is malformed: %w", err)
	}
	return link, nil
}

// subject is the blind name of purpose and address.
func (l *Links) subject(r Request) string {
	return secrets{l.options.Key, r.Purpose + "\x00" + r.Email}.of("subject")
}
