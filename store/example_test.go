package store_test

import (
	"context"
	"fmt"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/memory"
	"github.com/composable-go/composable/store"
)

// Tally is a feature of its own. A Match embeds it twice, for home and away, and
// only adds when it ends.
type Tally struct{ Points int }

type TallyAction interface{ isTallyAction() }

type (
	Score  struct{ Points int }
	Scored struct{ Points int }
)

func (Score) isTallyAction()  {}
func (Scored) isTallyAction() {}

type TallyReducer struct{}

func (TallyReducer) Actions() store.Actions[TallyAction] {
	return store.Actions[TallyAction]{Commands: []TallyAction{Score{}}, Events: []TallyAction{Scored{}}}
}

func (TallyReducer) Reduce(s *Tally, a TallyAction, _ store.Env) (store.Effects, error) {
	switch a := a.(type) {
	case Score:
		return store.Effects{store.Record(Scored(a))}, nil
	case Scored:
		s.Points += a.Points
	}
	return nil, nil
}

type Match struct {
	Home, Away Tally
	Over       bool
}

type MatchAction interface{ isMatchAction() }

type (
	End   struct{}
	Ended struct{}
	Home  struct{ Action TallyAction }
	Away  struct{ Action TallyAction }
)

func (End) isMatchAction()   {}
func (Ended) isMatchAction() {}
func (Home) isMatchAction()  {}
func (Away) isMatchAction()  {}

type MatchReducer struct{}

func (MatchReducer) Actions() store.Actions[MatchAction] {
	return store.Actions[MatchAction]{Commands: []MatchAction{End{}}, Events: []MatchAction{Ended{}}}
}

func (MatchReducer) Reduce(s *Match, a MatchAction, _ store.Env) (store.Effects, error) {
	switch a.(type) {
	case End:
		return store.Effects{store.Record(Ended{})}, nil
	case Ended:
		s.Over = true
	}
	return nil, nil
}

func Matches() store.Reducer[Match, MatchAction] {
	return store.Combine(
		MatchReducer{},
		store.Scope("home", TallyReducer{}, func(s *Match) *Tally { return &s.Home }, func(a Home) MatchAction { return a }),
		store.Scope("away", TallyReducer{}, func(s *Match) *Tally { return &s.Away }, func(a Away) MatchAction { return a }),
	)
}

// Features are composed of others.
func ExampleScope() {
	ctx := context.Background()
	rt := store.NewRuntime(memory.New(), store.Options{})
	matches := store.New(rt, "match", Matches())
	_ = rt.Start(ctx)
	defer func() { _ = rt.Close(ctx) }()

	for _, a := range []MatchAction{Home{Score{2}}, Away{Score{3}}, Home{Score{3}}, End{}} {
		_, _ = matches.Send(ctx, "1", a)
	}
	match, _ := matches.State(ctx, "1")
	fmt.Printf("%+v\n", match.State)

	events, _ := rt.Log().ReadStream(ctx, eventlog.StreamID{Store: "match", Key: "1"}, 0, 10)
	for _, e := range events {
		fmt.Println(e.Name, string(e.Data))
	}
	// Output:
	// {Home:{Points:5} Away:{Points:3} Over:true}
	// home.Scored {"Points":2}
	// away.Scored {"Points":3}
	// home.Scored {"Points":3}
	// Ended {}
}
