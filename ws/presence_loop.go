package ws

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"github.com/composable-go/composable/store"
)

// run writes down who follows what on this node, and shows what others wrote, until
// ctx ends.
func (p *presence) run(ctx context.Context) {
	defer p.leave()
	beat, look := time.NewTicker(p.hub.options.PresenceLife/3), time.NewTicker(presenceLook)
	defer beat.Stop()
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-p.wake:
			p.write(ctx, p.show(), false)
			pause(ctx, presencePause)
		case <-beat.C:
			p.write(ctx, slices.Collect(maps.Keys(p.written)), true)
		case <-look.C:
			p.lookAround(ctx)
		}
	}
}

// show tells live queries of what has changed on this node, and returns the topics.
func (p *presence) show() []string {
	p.hub.mu.Lock()
	defer p.hub.mu.Unlock()
	changed := slices.Collect(maps.Keys(p.changed))
	clear(p.changed)
	for _, topic := range changed {
		p.tell(topic)
	}
	return changed
}

// lookAround reads the rows of the topics whose lists are followed, one after the
// other, and forgets the lists that are not followed any more.
func (p *presence) lookAround(ctx context.Context) {
	p.hub.mu.Lock()
	for topic := range p.shown {
		if len(p.hub.receivers.of(presenceTopic(topic))) == 0 {
			delete(p.shown, topic)
		}
	}
	topics := slices.Collect(maps.Keys(p.shown))
	p.hub.mu.Unlock()
	for _, topic := range topics {
		others, err := p.elsewhere(ctx, topic)
		if err != nil {
			p.hub.options.Logger.Warn("who follows a topic on other nodes cannot be read; it is tried again", "error", err)
			return
		}
		p.learn(topic, others)
	}
}

func (p *presence) learn(topic string, others []string) {
	p.hub.mu.Lock()
	defer p.hub.mu.Unlock()
	if r := p.shown[topic]; r != nil && !slices.Equal(r.others, others) {
		r.others, r.all = others, nil
		p.tell(topic)
	}
}

// write brings this node's rows of the topics up to date. With anew also those that
// say already what they should, so that they do not expire. What fails is written with
// the next sign of life.
func (p *presence) write(ctx context.Context, topics []string, anew bool) {
	if p.alone() {
		return
	}
	for some := range slices.Chunk(topics, presenceRows) {
		effects, now := p.rows(some, anew)
		if len(effects) == 0 {
			continue
		}
		if err := p.hub.rt.Change(ctx, effects...); err != nil {
			p.hub.options.Logger.Warn("who follows the topics of this node cannot be written; it is tried again", "error", err)
			for topic := range now {
				p.written[topic] = "" // unknown
			}
			continue
		}
		for topic, actors := range now {
			p.written[topic] = actors
			if actors == nobody {
				delete(p.written, topic)
			}
		}
	}
}

const nobody = "[]"

// rows returns what to change, and what the topics' rows say then.
func (p *presence) rows(topics []string, anew bool) (effects []store.RowEffect, now map[string]string) {
	p.hub.mu.Lock()
	defer p.hub.mu.Unlock()
	now = map[string]string{}
	for _, topic := range topics {
		data, _ := json.Marshal(p.here(topic)) // strings always encode
		before, exists := p.written[topic]
		switch actors := string(data); {
		case actors == nobody && !exists, actors == before && !anew:
			continue
		case actors == nobody:
			effects = append(effects, store.Drop(presenceKind, p.key(topic)))
		default:
			effects = append(effects, store.Put(store.Row{
				Kind: presenceKind, Key: p.key(topic), Owner: hash(topic), Data: data,
				Expires: time.Now().Add(p.hub.options.PresenceLife),
			}))
		}
		now[topic] = string(data)
	}
	return effects, now
}

// leave takes this node's rows back, so that nobody has to wait until they expire.
func (p *presence) leave() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	for some := range slices.Chunk(slices.Collect(maps.Keys(p.written)), presenceRows) {
		effects := make([]store.RowEffect, len(some))
		for i, topic := range some {
			effects[i] = store.Drop(presenceKind, p.key(topic))
		}
		if p.hub.rt.Change(ctx, effects...) != nil {
			return // they expire
		}
	}
}
