package magiclink

import (
	"encoding/json"
	"time"

	"github.com/composable-go/composable/store"
)

// State of a link's stream: none, all there is to know is in its rows.
type State struct{}

// Action is what can happen in a link's stream.
type Action interface{ magicLink() }

// Issue makes a link. The stream's key is the id of the request.
type Issue struct {
	Subject string // blind name of purpose and address
	Key     string // hash of the token, which stands for all that the link says
	Sealed  string `json:"-"` // what the link says; not the same twice, so it does not count when a request is repeated
}

func (Issue) magicLink() {}

// Mail is the durable effect that mails a link.
type Mail struct {
	Key     string
	Sealed  string
	Expires time.Time
}

// EffectName names the effect.
func (Mail) EffectName() string { return "magiclink.mail" }

const (
	rowKind  = "magic_link"      // of what a link says, by the hash of its token
	liveKind = "magic_link_live" // of which link lives, by its subject
)

// live is the data of the latter row.
type live struct {
	Key   string `json:"key"` // of the link's row
	Tries int    `json:"tries,omitempty"`
}

// Reducer decides requests for links.
type Reducer struct{ Life time.Duration }

// Actions implements [store.Reducer].
func (Reducer) Actions() store.Actions[Action] {
	return store.Actions[Action]{Commands: []Action{Issue{}}}
}

// Reduce implements [store.Reducer].
func (r Reducer) Reduce(_ *State, action Action, env store.Env) (store.Effects, error) {
	issue, ok := action.(Issue)
	if !ok {
		return nil, nil
	}
	expires := env.Now.Add(r.Life)
	link, err := json.Marshal(issue.Sealed)
	if err != nil {
		return nil, err
	}
	latest, err := json.Marshal(live{Key: issue.Key})
	if err != nil {
		return nil, err
	}
	return store.Effects{
		store.Insert(store.Row{Kind: rowKind, Key: issue.Key, Data: link, Expires: expires}),
		store.Put(store.Row{Kind: liveKind, Key: issue.Subject, Data: latest, Expires: expires}),
		Mail{Key: issue.Key, Sealed: issue.Sealed, Expires: expires},
	}, nil
}
