package authtest

import (
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-jose/go-jose/v4"
)

func (p *Provider) handler() http.Handler {
	r := chi.NewRouter()
	r.Use(p.down)
	r.Get("/.well-known/openid-configuration", p.discovery)
	r.Get("/keys", p.keys)
	r.Get("/authorize", p.authorize)
	r.Post("/token", p.token)
	r.Post("/revoke", p.revoke)
	r.Get("/userinfo", p.userInfo)
	return r
}

func (p *Provider) down(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if p.misbehaves() == Down {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (p *Provider) misbehaves() Fault {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.fault
}

func (p *Provider) discovery(w http.ResponseWriter, _ *http.Request) {
	reply(w, http.StatusOK, map[string]any{
		"issuer": p.Issuer, "jwks_uri": p.Issuer + "/keys",
		"authorization_endpoint": p.Issuer + "/authorize", "token_endpoint": p.Issuer + "/token",
		"revocation_endpoint": p.Issuer + "/revoke", "userinfo_endpoint": p.Issuer + "/userinfo",
		"response_types_supported": []string{"code"}, "subject_types_supported": []string{"public"},
		"id_token_signing_alg_values_supported": []jose.SignatureAlgorithm{jose.ES256},
		"code_challenge_methods_supported":      []string{"S256"},
		"scopes_supported":                      []string{"openid", "email", "profile", "offline_access"},
	})
}

func (p *Provider) keys(w http.ResponseWriter, _ *http.Request) {
	reply(w, http.StatusOK, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{
		{Key: p.key.Public(), KeyID: "1", Algorithm: string(jose.ES256), Use: "sig"},
	}})
}

// authorize is the page where a person would sign in and allow what is asked.
func (p *Provider) authorize(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	callback, err := url.Parse(q.Get("redirect_uri"))
	if err != nil || callback.Host == "" || q.Get("client_id") != p.ClientID {
		http.Error(w, "unknown application or callback", http.StatusBadRequest)
		return
	}
	answer := url.Values{"state": {q.Get("state")}, "iss": {p.Issuer}}
	switch fault := p.misbehaves(); {
	case fault == Denies, fault == Fails:
		answer.Set("error", string(fault))
	case q.Get("response_type") != "code", q.Get("code_challenge_method") != "S256", q.Get("code_challenge") == "",
		!strings.Contains(" "+q.Get("scope")+" ", " openid "):
		answer.Set("error", "invalid_request")
	default:
		answer.Set("code", p.allow(q))
	}
	callback.RawQuery = answer.Encode()
	http.Redirect(w, r, callback.String(), http.StatusFound)
}

// allow makes a grant and returns its code.
func (p *Provider) allow(q url.Values) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	who, ok := p.people[q.Get("person")]
	if !ok {
		who = p.person
	}
	g := &grant{
		person: who, nonce: q.Get("nonce"), challenge: q.Get("code_challenge"), callback: q.Get("redirect_uri"),
		code: rand.Text(),
	}
	p.grants[g.code] = g
	return g.code
}

func (p *Provider) token(w http.ResponseWriter, r *http.Request) {
	if !p.knows(r) {
		reply(w, http.StatusUnauthorized, map[string]string{"error": "invalid_client"})
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	g, secret := p.granted(r)
	if g == nil {
		p.refused++
		p.change()
		reply(w, http.StatusBadRequest, map[string]string{"error": "invalid_grant"})
		return
	}
	access := rand.Text()
	p.grants[access] = g
	answer := map[string]any{"access_token": access, "token_type": "Bearer", "expires_in": int(p.TokenLife / time.Second)}
	first := secret == g.code
	g.code = ""
	if p.fault != KeepsRefresh {
		g.refresh = rand.Text()
		p.grants[g.refresh] = g
		answer["refresh_token"] = g.refresh
	}
	if first {
		answer["id_token"] = p.idToken(g)
	} else {
		p.refreshed++
		p.change()
	}
	reply(w, http.StatusOK, answer)
}

// knows checks the application's secret.
func (p *Provider) knows(r *http.Request) bool {
	id, secret, ok := r.BasicAuth()
	if !ok {
		id, secret = r.PostFormValue("client_id"), r.PostFormValue("client_secret")
	}
	return id == p.ClientID && secret == p.ClientSecret
}

// granted returns the grant of a code or refresh token that is good, and that. One that
// was good ends the grant: somebody else has it too.
func (p *Provider) granted(r *http.Request) (*grant, string) {
	code, refresh := r.PostFormValue("code"), r.PostFormValue("refresh_token")
	g := p.grants[code+refresh]
	if g == nil || g.ended || p.fault == Withdraws {
		return nil, ""
	}
	switch r.PostFormValue("grant_type") {
	case "authorization_code":
		sum := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
		if base64.RawURLEncoding.EncodeToString(sum[:]) != g.challenge || r.PostFormValue("redirect_uri") != g.callback {
			return nil, ""
		}
		g.ended = code != g.code
	case "refresh_token":
		g.ended = refresh != g.refresh
	default:
		return nil, ""
	}
	if g.ended {
		return nil, ""
	}
	return g, code + refresh
}

func (p *Provider) idToken(g *grant) string {
	now := time.Now()
	claims := map[string]any{
		"iss": p.Issuer, "aud": p.ClientID, "sub": g.person.Subject, "nonce": g.nonce,
		"iat": now.Unix(), "exp": now.Add(time.Minute).Unix(),
	}
	key := p.key
	switch p.fault {
	case WrongNonce:
		claims["nonce"] = "another"
	case WrongAudience:
		claims["aud"] = "another"
	case WrongIssuer:
		claims["iss"] = "https://another.example"
	case Expired:
		claims["exp"] = now.Add(-time.Minute).Unix()
	case ForeignKey:
		key = p.foreign
	}
	if p.fault != BareIDToken {
		g.person.tell(claims)
	}
	token, err := sign(key, claims)
	if err != nil {
		panic(err) // only of a claim that is no JSON
	}
	return token
}

func sign(key *ecdsa.PrivateKey, claims map[string]any) (string, error) {
	data, err := json.Marshal(claims)
	if err != nil {
		return "", err
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: key, KeyID: "1"}}, nil)
	if err != nil {
		return "", err
	}
	signed, err := signer.Sign(data)
	if err != nil {
		return "", err
	}
	return signed.CompactSerialize()
}

func (who Person) tell(claims map[string]any) {
	claims["name"] = who.Name
	if who.Email != "" {
		claims["email"], claims["email_verified"] = who.Email, who.EmailVerified
	}
}

func (p *Provider) userInfo(w http.ResponseWriter, r *http.Request) {
	_, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	p.mu.Lock()
	defer p.mu.Unlock()
	g := p.grants[token]
	if g == nil || g.ended {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	claims := map[string]any{"sub": g.person.Subject}
	g.person.tell(claims)
	reply(w, http.StatusOK, claims)
}

// revoke is RFC 7009: what it does not know is content too.
func (p *Provider) revoke(w http.ResponseWriter, r *http.Request) {
	if !p.knows(r) {
		reply(w, http.StatusUnauthorized, map[string]string{"error": "invalid_client"})
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if g := p.grants[r.PostFormValue("token")]; g != nil {
		g.ended = true
		p.change()
	}
}

func reply(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}
