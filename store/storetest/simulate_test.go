package storetest_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/store/storetest"
)

func TestASoundShopHolds(t *testing.T) {
	t.Parallel()
	storetest.Simulate(t, shop(mistakes{}))
}

func TestPlantedMistakesAreFound(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		mistakes
		want string
	}{
		"a handler that ignores its key":          {mistakes{ignoresKey: true}, "the end is wrong"},
		"a reducer that forgets the compensation": {mistakes{keepsPiece: true}, "the end is wrong"},
		"a reducer that panics":                   {mistakes{panics: true}, "panic: out of order"},
		"an application that never rests":         {mistakes{reminds: true}, "does not come to rest"},
		"a move that cannot be repeated":          {mistakes{drawsAnew: true}, "the move buy was not the same again"},
		"a follower that stands still":            {mistakes{standsStill: true}, "the last error of a follower: poison"},
		"an invariant that panics":                {mistakes{blowsUp: true}, "panic: nobody looks"},
		"a follower that skips events":            {mistakes{forgetsEvents: true}, "the end is wrong"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := storetest.FirstFailure(t, shop(c.mistakes))
			if f == nil || !strings.Contains(f.Err.Error(), c.want) {
				t.Fatalf("%v; want %q", f, c.want)
			}
		})
	}
}

func TestAFailureTellsItsStory(t *testing.T) {
	t.Parallel()
	f := storetest.FirstFailure(t, shop(mistakes{panics: true}))
	if f == nil {
		t.Fatal("no failure")
	}
	for _, want := range []string{
		": buy (command", "ordered", "debit of sale/", `log: level=ERROR msg="store: the reducer failed"`,
		fmt.Sprintf("seed %d fails at step %d: ", f.Seed, f.Step), "out of order",
	} {
		if s := f.String(); !strings.Contains(s, want) {
			t.Errorf("%s\n\ndoes not tell %q", s, want)
		}
	}
}

// ends is a shop whose plays all fail at their end, so that they show their traces.
func ends() storetest.Simulation {
	s := shop(mistakes{})
	whole := s.World
	s.World = func(chance *rand.Rand) storetest.Build {
		build := whole(chance)
		return func(rt *store.Runtime) storetest.App {
			app := build(rt)
			app.Settled = func(context.Context) error { return errors.New("over") }
			return app
		}
	}
	return s
}

func TestTheEnvironmentSelectsASeed(t *testing.T) {
	t.Setenv("SIMULATE_SEED", "7")
	if f := storetest.FirstFailure(t, ends()); f == nil || f.Seed != 7 {
		t.Errorf("%v; want seed 7", f)
	}
}

func TestTheSameSeedPlaysTheSameWay(t *testing.T) {
	t.Parallel()
	s := ends()
	s.Steps = 100
	all := ""
	for seed := range 60 {
		first, second := storetest.Play(t, s, seed), storetest.Play(t, s, seed)
		if diff := cmp.Diff(first.Trace, second.Trace); diff != "" {
			t.Fatalf("seed %d plays in another way (-first +second):\n%s", seed, diff)
		}
		all += strings.Join(first.Trace, "\n")
	}
	for _, want := range []string{
		"a crash before append", "a crash after append", "append fails", "the answer to append is lost", "append takes",
		"append meets a conflict", "will be", "lease fails", "will be tried again", "reading the log fails", "meanwhile",
		"eventlog: the stream is not at the expected version", "leased to somebody else", "node 1: crashes",
		"attempt 3", "refused: bought", "no answer: unavailable",
	} {
		if !strings.Contains(all, want) {
			t.Errorf("in 60 plays there was never %q", want)
		}
	}
}
