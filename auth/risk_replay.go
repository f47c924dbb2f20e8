package auth

import (
	"context"
	"errors"
	"iter"
	"time"

	"github.com/composable-go/composable/auth/personal"
	"github.com/composable-go/composable/auth/risk"
	"github.com/composable-go/composable/store"
)

// Replayed is a sign-in of the past: what was thought of it then, and what a policy
// thinks of it.
type Replayed struct {
	At     time.Time
	User   string
	Method string
	Then   Risk
	Now    risk.Assessment
}

// ReplayRisk assesses the sign-ins in the log of a runtime anew, the oldest first,
// those that were refused too. Of the options it takes SecretKey, FormerKeys and Risk,
// the policy; a user's id leaves the others out. It changes nothing, and ends with the
// log, with ctx, or with the first error: of the database, of events or circumstances
// that cannot be read, or of a secret key that is another's. Users who were erased are
// left out, as nobody can say any more where they were. It remembers the last attempts
// of each user.
func ReplayRisk(ctx context.Context, rt *store.Runtime, o Options, user string) iter.Seq2[Replayed, error] {
	return func(yield func(Replayed, error) bool) {
		codec, err := store.NewCodec(Reducer{}.Actions())
		if err != nil {
			yield(Replayed{}, err)
			return
		}
		replay := replay{codec, personal.NewKeys(rt, o.ring()), o.Risk, map[string]*replayedUser{}}
		for after := int64(0); ; {
			events, err := rt.Log().ReadAll(ctx, after, 1000)
			if err != nil || len(events) == 0 {
				if err != nil {
					yield(Replayed{}, err)
				}
				return
			}
			for _, e := range events {
				after = e.Position
				if e.Stream.Store != "user" || user != "" && e.Stream.Key != user || store.OfEngine(e) {
					continue
				}
				found, ok, err := replay.event(ctx, e.Stream.Key, e.Meta.At, e.Name, e.Data)
				if (ok || err != nil) && !yield(found, err) || err != nil {
					return
				}
			}
		}
	}
}

type replay struct {
	codec  *store.Codec[Action]
	keys   *personal.Keys
	policy risk.Policy
	users  map[string]*replayedUser
}

type replayedUser struct {
	key      *personal.Key // nil when it is gone
	attempts []risk.Attempt
}

// event returns what is thought of a sign-in; ok is false for any other event.
func (p *replay) event(ctx context.Context, user string, at time.Time, name string, data []byte) (r Replayed, ok bool, err error) {
	name, data, err = p.codec.Today(name, data)
	if err != nil {
		return r, false, err
	}
	action, err := p.codec.Decode(name, data)
	if err != nil {
		return r, false, err
	}
	switch e := action.(type) {
	case UserLoggedIn:
		r = Replayed{At: at, User: user, Method: e.Method, Then: e.Risk}
		return p.attempt(ctx, r, true, e.Circumstances)
	case LoginFailed:
		r = Replayed{At: at, User: user, Method: e.Method, Then: e.Risk}
		return p.attempt(ctx, r, false, e.Circumstances)
	}
	return r, false, nil
}

// attempt assesses a sign-in, unless it failed before anybody assessed it, and
// remembers it.
func (p *replay) attempt(ctx context.Context, r Replayed, ok bool, sealed personal.Text) (_ Replayed, assessed bool, err error) {
	u, err := p.user(ctx, r.User)
	if err != nil || u.key == nil {
		return r, false, err
	}
	c, err := openCircumstances(u.key, sealed)
	if err != nil {
		return r, false, err
	}
	facts := c.facts(r.At, r.Method, ok)
	if assessed = ok || r.Then.Level != ""; assessed {
		r.Now = p.policy.Assess(u.attempts, facts)
	}
	u.attempts = append(u.attempts, facts)
	u.attempts = u.attempts[max(0, len(u.attempts)-maxAttempts):]
	return r, assessed, nil
}

func (p *replay) user(ctx context.Context, id string) (*replayedUser, error) {
	if u, ok := p.users[id]; ok {
		return u, nil
	}
	key, err := p.keys.Of(ctx, id)
	if err != nil && !errors.Is(err, personal.ErrErased) {
		return nil, err
	}
	u := &replayedUser{key: key}
	p.users[id] = u
	return u, nil
}
