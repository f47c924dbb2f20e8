package ws

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/composable-go/composable/store"
)

const (
	presenceKind  = "ws_presence"
	presenceQuery = "presence"
	presenceMost  = 1000                   // actors of one topic and node that are listed
	presencePause = 200 * time.Millisecond // between two writes
	presenceLook  = time.Second            // between two looks at the other nodes
	presenceRows  = 256                    // written in one commit
)

// Presence shows who follows the topics of the prefixes, by the built-in query
// "presence" with the params {"topic":"room:7"}. Its result {"actors":["ada","bob"]}
// holds the ids of the signed-in actors with a subscription to the topic on any node,
// each once, in order; of more than 1000 on one node the first ones. The asker needs
// the topic's grant. A live query is sent the list again when it has changed: a change
// on its own node within 0.2 s, one on another node within 1.5 s. A node that was
// killed is forgotten after Options.PresenceLife. It panics on a prefix that is taken
// or not usable.
//
// Where the log has several nodes each keeps a row, with an expiry, of each such topic
// that somebody follows there. It is written when the list changes, which many do at
// once, and as a sign of life; never for each socket.
func Presence(prefixes ...string) Exposure {
	return func(h *Hub) {
		if h.presence == nil {
			h.presence = newPresence(h)
			h.presence.expose()
		}
		for _, prefix := range prefixes {
			if h.presence.prefixes[prefix] || prefix == me || prefix == "" || strings.Contains(prefix, ":") {
				panic(fmt.Sprintf("ws: the topic prefix %q is taken or not usable; name another in ws.Presence", prefix))
			}
			h.presence.prefixes[prefix] = true
		}
	}
}

// presence knows who follows the topics of its prefixes.
type presence struct {
	hub      *Hub
	node     string // no other hub has it
	prefixes map[string]bool
	wake     chan struct{}     // something has changed
	written  map[string]string // by topic, what this node's row says; of the loop alone

	// Guarded by the hub's lock.
	changed map[string]bool    // topics whose followers on this node have changed
	shown   map[string]*roster // of the topics whose list was asked for
}

// roster is who follows a topic.
type roster struct {
	others []string // on the other nodes, when last looked at
	all    []string // nil: to be put together
}

func newPresence(h *Hub) *presence {
	return &presence{
		hub: h, node: uuid.NewString(), prefixes: map[string]bool{}, wake: make(chan struct{}, 1),
		written: map[string]string{}, changed: map[string]bool{}, shown: map[string]*roster{},
	}
}

func (p *presence) expose() {
	if _, taken := p.hub.queries[presenceQuery]; taken {
		panic("ws: there is a query \"presence\" already; name it otherwise, as ws.Presence brings its own")
	}
	q := newQuery(p.answer, func(params presenceParams) []string { return []string{presenceTopic(params.Topic)} })
	q.apart = true
	p.hub.queries[presenceQuery] = q
}

type presenceParams struct {
	Topic string `json:"topic"`
}

type presenceList struct {
	Actors []string `json:"actors"`
}

// presenceTopic is what live queries of a topic's list follow. No client can: a NUL
// ends every grant's prefix.
func presenceTopic(topic string) string { return "\x00presence:" + topic }

func (p *presence) covers(topic string) bool {
	prefix, _, _ := strings.Cut(topic, ":")
	return p.prefixes[prefix]
}

// touch notes that somebody began or ceased to follow a topic. The hub is locked.
func (p *presence) touch(topic string, r receiver) {
	if c, ok := r.(*conn); p == nil || !ok || c.actor.ID == "" || !p.covers(topic) {
		return
	}
	p.changed[topic] = true
	if roster := p.shown[topic]; roster != nil {
		roster.all = nil
	}
	signal(p.wake)
}

func (p *presence) answer(ctx context.Context, actor store.Actor, params presenceParams) (presenceList, error) {
	if !p.covers(params.Topic) {
		return presenceList{}, store.ErrForbidden
	}
	if _, err := p.hub.admits(ctx, actor, params.Topic); err != nil {
		return presenceList{}, err
	}
	actors, err := p.list(ctx, params.Topic)
	return presenceList{actors}, err
}

// list is who follows the topic: on this node now, and on the others when they were
// looked at last.
func (p *presence) list(ctx context.Context, topic string) ([]string, error) {
	r, err := p.roster(ctx, topic)
	if err != nil {
		return nil, err
	}
	p.hub.mu.Lock()
	defer p.hub.mu.Unlock()
	if r.all == nil {
		all := append(p.here(topic), r.others...)
		slices.Sort(all)
		r.all = slices.Compact(all)
	}
	return r.all, nil
}

func (p *presence) roster(ctx context.Context, topic string) (*roster, error) {
	p.hub.mu.Lock()
	r := p.shown[topic]
	p.hub.mu.Unlock()
	if r != nil {
		return r, nil
	}
	others, err := p.elsewhere(ctx, topic)
	if err != nil {
		return nil, err
	}
	p.hub.mu.Lock()
	defer p.hub.mu.Unlock()
	if p.shown[topic] == nil {
		p.shown[topic] = &roster{others: others}
	}
	return p.shown[topic], nil
}

// here is who follows the topic on this node, never nil. The hub is locked.
func (p *presence) here(topic string) []string {
	actors := map[string]bool{}
	for _, m := range p.hub.receivers.of(topic) {
		if c, ok := m.receiver.(*conn); ok && c.actor.ID != "" {
			actors[c.actor.ID] = true
		}
	}
	all := slices.AppendSeq([]string{}, maps.Keys(actors))
	slices.Sort(all)
	return all[:min(len(all), presenceMost)]
}

// elsewhere reads who follows the topic on the other nodes.
func (p *presence) elsewhere(ctx context.Context, topic string) (others []string, err error) {
	if p.alone() {
		return nil, nil
	}
	rows, err := p.hub.rt.RowsOf(ctx, presenceKind, hash(topic))
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		var actors []string
		if err := json.Unmarshal(row.Data, &actors); err != nil {
			return nil, fmt.Errorf("ws: the row of who follows a topic is malformed: %w", err)
		}
		if row.Key != p.key(topic) {
			others = append(others, actors...)
		}
	}
	return others, nil
}

// tell has the live queries of the topic's list run again. The hub is locked.
func (p *presence) tell(topic string) {
	for _, m := range p.hub.receivers.of(presenceTopic(topic)) {
		m.receive(message{})
	}
}

// alone reports whether there can be no other node.
func (p *presence) alone() bool { return p.hub.rt.Log().Exclusive() }

// key is of this node's row.
func (p *presence) key(topic string) string { return hash(topic) + " " + p.node }
