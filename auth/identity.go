package auth

import (
	"encoding/json"

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
