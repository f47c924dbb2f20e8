//go:build linux

package main

import (
	"context"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/ws"
)

// A feed is what is posted to; it is the feature that is measured.
type (
	feed   struct{ Posts int }
	action interface{ isAction() }

	// Post is the command.
	Post struct{ Text string }
	// Posted is the event.
	Posted struct{ Text string }
)

func (Post) isAction()   {}
func (Posted) isAction() {}

type feeds struct{}

func (feeds) Actions() store.Actions[action] {
	return store.Actions[action]{Commands: []action{Post{}}, Events: []action{Posted{}}}
}

func (feeds) Reduce(s *feed, a action, _ store.Env) (store.Effects, error) {
	switch a := a.(type) {
	case Post:
		return store.Effects{store.Record(Posted(a))}, nil
	case Posted:
		s.Posts++
	}
	return nil, nil
}

const topic = "feed:1"

// posts shows the posts of all feeds in one topic.
func posts(e ws.Recorded[action]) []ws.Message {
	return []ws.Message{{Topic: topic, Action: e.Action}}
}

// clocked notes when events were committed.
type clocked struct {
	eventlog.Backend
	times *times
}

// Append implements [eventlog.Log].
func (l clocked) Append(ctx context.Context, batch []eventlog.Append) ([]eventlog.Outcome, error) {
	outcomes, err := l.Backend.Append(ctx, batch)
	for _, a := range batch {
		for _, e := range a.Events {
			if number, ok := numberIn(e.Data); ok {
				l.times.committed(number)
			}
		}
	}
	return outcomes, err
}
