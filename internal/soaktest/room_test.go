package soaktest

import (
	"context"

	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/ws"
)

// A room is the stream behind a topic: what is said there is what its clients hear.
type (
	room       struct{}
	roomAction interface{ isRoomAction() }

	say  struct{ Text string }
	said struct{ Text string }
)

func (say) isRoomAction()  {}
func (said) isRoomAction() {}

type rooms struct{}

func (rooms) Actions() store.Actions[roomAction] {
	return store.Actions[roomAction]{Commands: []roomAction{say{}}, Events: []roomAction{said{}}}
}

func (rooms) Reduce(_ *room, a roomAction, _ store.Env) (store.Effects, error) {
	if a, ok := a.(say); ok {
		return store.Effects{store.Record(said(a))}, nil
	}
	return nil, nil
}

func public(e ws.Recorded[roomAction]) []ws.Message {
	return []ws.Message{{Topic: "room:" + e.Key, Action: e.Action}}
}

func everybody(context.Context, store.Actor, string) (bool, error) { return true, nil }
