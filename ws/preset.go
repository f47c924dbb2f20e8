package ws

import "net/http"

// Preset prepares one endpoint for each request. See [Subscribed] and [To].
type Preset func(p *prepared, r *http.Request)

// prepared is what the presets of an endpoint make of a request.
type prepared struct {
	topics     []string // followed from the start
	store, key string   // of commands that name no store
}

// Subscribed follows topics for the client as if it had asked for them first.
func Subscribed(topics func(r *http.Request) []string) Preset {
	return func(p *prepared, r *http.Request) { p.topics = append(p.topics, topics(r)...) }
}

// To sends the commands that name no store to one stream.
func To(store string, key func(r *http.Request) string) Preset {
	return func(p *prepared, r *http.Request) { p.store, p.key = store, key(r) }
}

func (e endpoint) prepare(r *http.Request) (p prepared) {
	for _, preset := range e.presets {
		preset(&p, r)
	}
	return p
}

// target completes a command that names no store.
func (p prepared) target(f inbound) inbound {
	if f.Store == "" {
		f.Store, f.Key = p.store, p.key
	}
	return f
}
