package magiclink

import (
	"encoding/json"
	"time"

	"github.com/composable-go/composable/store"
)

// State of a link's stream: none, all there is to know is in the row.
type State struct{}

// Action is what can happen in a link's stream.
type Action interface{ magicLink() }

// Request asks for a link. Its nonce, which is the stream's key too, must be new.
type Request struct {
	Nonce      string
	Email      string // normalised
	RedirectTo string
}

func (Request) magicLink() {}

// Mail is the durable effect that mails a link, without the token.
type Mail struct {
	To      string
	Nonce   string
	Expires time.Time
}

// EffectName names the effect.
func (Mail) EffectName() string { return "magiclink.mail" }

// Link is what the row of a link knows.
type Link struct {
	Email      string `json:"email"`
	RedirectTo string `json:"redirect_to,omitempty"`
}

// Reducer decides requests for links.
type Reducer struct {
	Key  []byte        // of the tokens' HMAC
	Life time.Duration // how long a link works
}

// Actions implements [store.Reducer].
func (Reducer) Actions() store.Actions[Action] {
	return store.Actions[Action]{Commands: []Action{Request{}}}
}

// Reduce implements [store.Reducer].
func (r Reducer) Reduce(_ *State, action Action, env store.Env) (store.Effects, error) {
	request, ok := action.(Request)
	if !ok {
		return nil, nil
	}
	mail := Mail{To: request.Email, Nonce: request.Nonce, Expires: env.Now.Add(r.Life)}
	data, err := json.Marshal(Link{Email: request.Email, RedirectTo: request.RedirectTo})
	if err != nil {
		return nil, err
	}
	kind, key := Proof(mail.token(r.Key))
	return store.Effects{
		store.Insert(store.Row{Kind: kind, Key: key, Data: data, Expires: mail.Expires}),
		mail,
	}, nil
}
