package auth_test

import (
	"testing"

	"github.com/composable-go/composable/auth"
	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/store/storetest"
)

// linked is a user with an account at a provider.
func linked(t *testing.T) *storetest.Story[auth.User, auth.Action] {
	t.Helper()
	return storetest.Given[auth.User, auth.Action](t, reducer,
		auth.UserRegistered{ID: "u1", Address: address.Text}, auth.EmailVerified{Address: address.Text},
		auth.IdentityLinked{Provider: "google", Account: "sealed"})
}

func TestTokensFollowTheirAccount(t *testing.T) {
	t.Parallel()
	row := store.Row{Kind: "provider_token", Key: "u1:google", Owner: "u1", Revision: 7}
	due := storetest.Epoch().Add(life)
	timer := store.At("provider_token:google", due, auth.ProviderTokenDue{Provider: "google"})
	refresh := auth.RefreshToken{User: "u1", Provider: "google"}
	linked(t).
		When(auth.KeepProviderToken{Provider: "google", Row: row, RefreshAt: due}).Then(store.Replace(row), timer).
		When(auth.ProviderTokenDue{Provider: "google"}).Then(refresh).
		When(auth.ProviderTokenRefreshed{Provider: "google", RefreshAt: due}).Then(timer).
		When(auth.ProviderTokenRefreshed{Provider: "google"}).Then(store.Cancel("provider_token:google"))

	ada(t). // who has none
		When(auth.KeepProviderToken{Provider: "google", Row: row}).Refused(auth.ErrNotLinked).
		When(auth.ProviderTokenDue{Provider: "google"}).Then().
		When(auth.ProviderTokenRefreshed{Provider: "google", RefreshAt: due}).Then()
}

func TestAnAccountLetsInWhileItIsLinked(t *testing.T) {
	t.Parallel()
	by := signIn("h")
	by.Method = "oauth:github"
	linked(t).When(by).Refused(store.ErrConflict)
}

func TestLinkingTellsTheOwner(t *testing.T) {
	t.Parallel()
	account := auth.Identity{Provider: "google", Account: "sealed", Claim: "identity:g", Notice: "sealed notice"}
	ada(t).When(auth.LinkIdentity{Identity: account}).Then(
		store.Claim("identity:g"), store.Record(auth.IdentityLinked{Provider: "google", Account: "sealed"}),
		auth.Notice{Kind: "identity_linked", User: "u1", To: address.Text, Details: "sealed notice", At: storetest.Epoch()},
	)
	linked(t).When(auth.LinkIdentity{Identity: account}).Refused(auth.ErrAlreadyLinked)
}
