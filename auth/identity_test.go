package auth_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/composable-go/composable/auth"
	"github.com/composable-go/composable/auth/authtest"
	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/store/storetest"
)

type identityItem struct {
	Provider, Title, Email string
	LinkedAt               time.Time `json:"linked_at"`
}

func (b *browser) identities(t *testing.T) []identityItem {
	t.Helper()
	var list struct{ Items []identityItem }
	b.do(t, http.MethodGet, "/auth/identities", "").want(t, http.StatusOK).decode(t, &list)
	return list.Items
}

// link begins to link an account and returns where the provider is.
func (b *browser) link(t *testing.T) (location string) {
	t.Helper()
	var body struct{ Location string }
	b.do(t, http.MethodPost, "/auth/oauth/example/link", `{"redirect_to":"/account"}`).want(t, http.StatusOK).decode(t, &body)
	return body.Location
}

func TestLinkAndUnlink(t *testing.T) {
	t.Parallel()
	withProvider(t, func(t *testing.T, p *authtest.Provider, n nodes) {
		b := n[0].browser()
		eve := b.signInByMail(t, "eve@example.com")
		back := consent(t, p, b.link(t), adaThere)
		if to := b.do(t, http.MethodGet, back, "").want(t, http.StatusSeeOther).Header.Get("Location"); to != "/account" {
			t.Errorf("redirected to %s, want /account", to)
		}
		items := b.identities(t)
		if len(items) != 1 || items[0].LinkedAt.IsZero() {
			t.Fatalf("identities = %+v, want one", items)
		}
		if got, want := items[0], (identityItem{"example", "Example", "Ada@Example.com", items[0].LinkedAt}); got != want {
			t.Errorf("identity = %+v, want %+v", got, want)
		}
		if mail, err := b.box.Next(patient(t), "eve@example.com"); err != nil || mail.Subject == "" {
			t.Errorf("the owner is not told: %v", err)
		}
		if by := p.SignIn(t, b.url, "example", adaThere); by.User.ID != eve.ID || by.User.Email != "eve@example.com" {
			t.Errorf("the account signs in %+v, want %+v", by.User, eve)
		}
		b.do(t, http.MethodGet, consent(t, p, b.link(t), adaThere), "").want(t, http.StatusSeeOther) // again

		b.do(t, http.MethodDelete, "/auth/identities/example", "").want(t, http.StatusNoContent)
		b.do(t, http.MethodDelete, "/auth/identities/example", "").refused(t, http.StatusNotFound, "not_linked")
		b.do(t, http.MethodDelete, "/auth/identities/unknown", "").refused(t, http.StatusNotFound, "not_linked")
		if items := b.identities(t); len(items) != 0 {
			t.Errorf("identities = %+v, want none", items)
		}
		if by := p.SignIn(t, b.url, "example", adaThere); by.User.ID == eve.ID || by.User.Email != "ada@example.com" {
			t.Errorf("after unlinking the account signs in %+v, want somebody new", by.User)
		}
	})
}

func TestLinkingByAForm(t *testing.T) {
	t.Parallel()
	p := authtest.NewProvider(t)
	b := inMemory(t, knows(p)).browser()
	b.signInByMail(t, "eve@example.com")
	fields := url.Values{"redirect_to": {"/account"}}
	sent := b.do(t, http.MethodPost, "/auth/oauth/example/link", fields.Encode(), form).want(t, http.StatusSeeOther)
	b.do(t, http.MethodGet, consent(t, p, sent.Header.Get("Location"), adaThere), "").want(t, http.StatusSeeOther)
	if items := b.identities(t); len(items) != 1 {
		t.Errorf("identities = %+v, want one", items)
	}
}

func TestWhoMayLink(t *testing.T) {
	t.Parallel()
	withProvider(t, func(t *testing.T, p *authtest.Provider, n nodes) {
		s := n[0]
		s.do(t, http.MethodPost, "/auth/oauth/example/link", "{}").refused(t, http.StatusUnauthorized, "unauthenticated")
		s.do(t, http.MethodGet, "/auth/identities", "").refused(t, http.StatusUnauthorized, "unauthenticated")
		s.do(t, http.MethodDelete, "/auth/identities/example", "").refused(t, http.StatusUnauthorized, "unauthenticated")

		b := s.browser()
		eve := b.signInByMail(t, "eve@example.com")
		b.do(t, http.MethodPost, "/auth/oauth/unknown/link", "{}").refused(t, http.StatusNotFound, "not_found")
		b.do(t, http.MethodPost, "/auth/oauth/example/link", `{"redirect_to":"//evil.example"}`).refused(t, http.StatusUnprocessableEntity, "invalid")

		// Whoever comes back is not the one who went.
		back := consent(t, p, b.link(t), adaThere)
		b.signInByMail(t, "mallory@example.com")
		b.do(t, http.MethodGet, back, "").page(t, http.StatusUnauthorized, "Sign in and begin again")
		back = consent(t, p, b.link(t), adaThere)
		b.do(t, http.MethodPost, "/auth/logout", "").want(t, http.StatusNoContent)
		b.do(t, http.MethodGet, back, "").page(t, http.StatusUnauthorized, "Sign in and begin again")

		// The account is somebody's already, or somebody has another one.
		ada := p.SignIn(t, s.url, "example", adaThere)
		b.signInByMail(t, "eve@example.com")
		b.do(t, http.MethodGet, consent(t, p, b.link(t), adaThere), "").page(t, http.StatusConflict, "linked to another user")
		if items := b.identities(t); len(items) != 0 {
			t.Errorf("identities = %+v, want none", items)
		}
		b.cookies["session"] = ada.Token
		b.do(t, http.MethodGet, consent(t, p, b.link(t), authtest.Person{Subject: "2"}), "").page(t, http.StatusConflict, "Another account")
		if again := p.SignIn(t, s.url, "example", adaThere); again.User.ID != ada.User.ID || again.User.ID == eve.ID {
			t.Errorf("the account signs in %+v, want %+v", again.User, ada.User)
		}
	})
}

func TestAnAccountThatIsTheLastWayInStays(t *testing.T) {
	t.Parallel()
	registered, linked := auth.UserRegistered{ID: "u1"}, auth.IdentityLinked{Provider: "google", Account: "sealed"}
	for name, history := range map[string][]auth.Action{
		"nothing else":                     {registered, linked},
		"an address that was never proved": {auth.UserRegistered{ID: "u1", Address: "sealed"}, linked},
		"a passkey that was removed":       {registered, auth.PasskeyRegistered{Passkey: auth.NewPasskey{ID: "k"}}, linked, auth.PasskeyRevoked{ID: "k"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			storetest.Given[auth.User, auth.Action](t, reducer, history...).
				When(auth.UnlinkIdentity{Provider: "google", Claim: "identity:g"}).
				Refused(store.Refuse(store.Conflict, "last_way_in", ""))
		})
	}
	effects := store.Effects{
		store.Release("identity:g"), store.Drop("provider_token", "u1:google"), store.Cancel("provider_token:google"),
		auth.RevokeToken{User: "u1", Provider: "google", Sealed: "sealed"},
		store.Record(auth.IdentityUnlinked{Provider: "google"}),
	}
	for name, way := range map[string]auth.Action{
		"an address": auth.EmailVerified{Address: "sealed"}, "a passkey": auth.PasskeyRegistered{Passkey: auth.NewPasskey{ID: "k"}},
		"another account": auth.IdentityLinked{Provider: "github", Account: "sealed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			storetest.Given[auth.User, auth.Action](t, reducer, registered, linked, way).
				When(auth.UnlinkIdentity{Provider: "google", Claim: "identity:g", Token: "sealed"}).
				Then(effects...)
		})
	}
}
