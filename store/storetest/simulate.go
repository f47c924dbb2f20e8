package storetest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/composable-go/composable/store"
)

// Simulation is an application and how thoroughly to search it for mistakes. Zero
// numbers take the defaults.
type Simulation struct {
	// World is called at the start of each seed. What it makes — a bank's books, an
	// index elsewhere — is outside of the application and survives its crashes. What
	// it leaves to chance it draws from there.
	World func(chance *rand.Rand) Build

	Seeds int // seeds to play, 1 and up; default 200, or what the environment says in SIMULATE_SEEDS
	Steps int // steps with faults, of each seed; default 100
}

// Build sets the application up on one node's runtime: its stores, and handlers
// that act on the world. It is called again after each crash, for each of up to two
// nodes, and for an observer. It must not start a goroutine.
type Build func(rt *store.Runtime) App

// App is the application on one node.
type App struct {
	// Moves are what clients do. Each is as likely as the others.
	Moves []Move

	// Followers are the steps of what follows the log, sagas and read models: one
	// handles what is new, up to a batch, and reports whether there was anything.
	// After an error it is asked again.
	Followers []func(ctx context.Context) (moved bool, err error)

	// Invariant is checked after each step, on a runtime that sees the whole log
	// and meets no fault. May be nil.
	Invariant func(ctx context.Context) error

	// Settled is checked at the end, when all faults are over, every move has its
	// answer and no effect is left in the queue. May be nil.
	Settled func(ctx context.Context) error
}

// Move is something that a client does: a command to one of the stores.
//
// A client that got no answer asks again, later, perhaps another node, with the
// same [store.Origin].CommandID, which is in ctx. So what Do sends may depend on
// nothing but r, which then repeats itself. Its error is the store's: a refusal is
// an answer like another; an error that is no refusal fails the simulation.
type Move struct {
	Name string
	Do   func(ctx context.Context, r *rand.Rand) error
}

// Simulate plays the application under a seeded scheduler that crashes nodes at any
// step, fails, slows down and races their commits, loses answers, delivers effects
// late and twice, and lets the clock jump. It fails the test at the first seed in
// which an invariant breaks, the runtime logs an error (a reducer that panicked, an
// effect given up), or which does not come to rest, and shows what led there. The
// same seed plays the same way again: SIMULATE_SEED selects one.
//
// Time is virtual, as in [synctest.Test].
func Simulate(t *testing.T, s Simulation) {
	t.Helper()
	if f := FirstFailure(t, s); f != nil {
		t.Fatalf("%s\n\nplay it again, in this directory:\n\tSIMULATE_SEED=%d go test -run '^%s$'",
			f, f.Seed, strings.ReplaceAll(t.Name(), "/", "$/^"))
	}
}

// Failure is a seed that did not hold.
type Failure struct {
	Seed  int
	Step  int // counted on while the application settles
	Err   error
	Trace []string // all that happened, in order
}

// traceShown is how many of its last lines tell enough.
const traceShown = 100

// String tells the story: the end of the trace, and what is wrong.
func (f *Failure) String() string {
	shown := f.Trace[max(0, len(f.Trace)-traceShown):]
	omitted := ""
	if n := len(f.Trace) - len(shown); n > 0 {
		omitted = fmt.Sprintf("… %d lines before that\n", n)
	}
	return fmt.Sprintf("%s%s\n\nseed %d fails at step %d: %v", omitted, strings.Join(shown, "\n"), f.Seed, f.Step, f.Err)
}

// FirstFailure plays like [Simulate] and returns the lowest seed that fails, nil
// when none does: with a mistake planted, it tells whether the simulation would
// find it.
func FirstFailure(t *testing.T, s Simulation) *Failure {
	t.Helper()
	first, last := 1, environment(t, "SIMULATE_SEEDS", s.Seeds, 200)
	if only := environment(t, "SIMULATE_SEED", 0, 0); only != 0 {
		first, last = only, only
	}
	s.Steps = max(s.Steps, 0)
	if s.Steps == 0 {
		s.Steps = 100
	}
	search := &search{next: first, last: last}
	t.Run("seeds", func(t *testing.T) {
		for range min(runtime.GOMAXPROCS(0), last-first+1) {
			t.Run("player", func(t *testing.T) {
				t.Parallel()
				for seed, more := search.take(); more; seed, more = search.take() {
					synctest.Test(t, func(*testing.T) { search.found(play(s, seed)) })
				}
			})
		}
	})
	return search.failure
}

func environment(t *testing.T, name string, value, otherwise int) int {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		if value == 0 {
			return otherwise
		}
		return value
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		t.Fatalf("%s=%q: want a number from 1 up", name, text)
	}
	return n
}

// search hands out the seeds until one has failed; those below it are played still.
type search struct {
	mu         sync.Mutex
	next, last int
	failure    *Failure
}

func (s *search) take() (seed int, more bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	seed = s.next
	s.next++
	return seed, seed <= s.last && s.failure == nil
}

func (s *search) found(f *Failure) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f != nil && (s.failure == nil || f.Seed < s.failure.Seed) {
		s.failure = f
	}
}
