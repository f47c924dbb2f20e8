package auth

import (
	"errors"
	"net/mail"
	"strings"
	"unicode"
)

var errAddress = errors.New("this is not an e-mail address")

// normalise returns the form in which an address is claimed and written to:
// without surrounding space, in lower case. A name beside the address, quotes
// and comments are refused.
func normalise(address string) (string, error) {
	address = strings.ToLower(strings.TrimSpace(address))
	parsed, err := mail.ParseAddress(address)
	if err != nil || parsed.Address != address || len(address) > 254 || strings.ContainsFunc(address, unicode.IsControl) {
		return "", errAddress
	}
	local, domain, _ := strings.Cut(address, "@")
	if len(local) > 64 || strings.ContainsAny(domain, "@[") {
		return "", errAddress
	}
	return address, nil
}
