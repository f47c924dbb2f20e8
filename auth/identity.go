package auth

import (
	"encoding/json"
	"fmt"

	"github.com/composable-go/composable/auth/personal"
)

// identity is an account at a provider, in plain text.
type identity struct {
	Provider string `json:"-"`
	Issuer   string `json:"issuer"`
	Subject  string `json:"subject"`
	Email    string `json:"email"`
}

func (a *Auth) sealIdentity(key *personal.Key, i identity) *Identity {
	account, err := json.Marshal(i)
	if err != nil {
		panic("auth: " + err.Error()) // three strings
	}
	details, err := json.Marshal(letter{Provider: a.titleOf(i.Provider)})
	if err != nil {
		panic("auth: " + err.Error()) // texts
	}
	return &Identity{
		Provider: i.Provider, Account: key.Seal("identity", string(account)), Claim: a.identityClaim(i),
		Notice: key.Seal("notice", string(details)),
	}
}

// openIdentity is the inverse of sealIdentity.
func openIdentity(key *personal.Key, provider string, account personal.Text) (identity, error) {
	data, err := key.Open("identity", account)
	if err != nil {
		return identity{}, err
	}
	i := identity{Provider: provider}
	if err := json.Unmarshal([]byte(data), &i); err != nil {
		return identity{}, fmt.Errorf("auth: an account at %s is malformed: %w", provider, err)
	}
	return i, nil
}
