package storetest

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"runtime/debug"
	"time"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/memory"
	"github.com/composable-go/composable/store"
)

// game is one seed being played. One goroutine runs at a time.
type game struct {
	seed   int
	build  Build
	chance *rand.Rand
	log    *memory.Log
	nodes  []*node
	view   App // of the observer

	step   int
	calm   bool  // no faults any more
	raced  bool  // a node is in the midst of another's commit
	asked  int   // moves so far
	owed   []ask // those without an answer
	stuck  error // what a follower met last
	trace  trace
	failed error
}

// node is one process of the application, from its start to its crash.
type node struct {
	number int
	rt     *store.Runtime
	app    App
	at     string // what it is doing
}

// play runs the application from its beginning to its end.
func play(s Simulation, seed int) *Failure {
	chance := rand.New(rand.NewPCG(uint64(seed), 0))
	g := &game{seed: seed, build: s.World(chance), chance: chance, log: memory.New(), trace: trace{began: time.Now()}}
	for range 1 + g.chance.IntN(2) {
		g.nodes = append(g.nodes, g.start(len(g.nodes)))
	}
	_, g.view = g.boot(observed{g.log}, "observer")
	for g.failed == nil && g.step < s.Steps {
		g.do(g.pick(), g.somebody())
	}
	g.settle()
	if g.failed == nil {
		return nil
	}
	return &Failure{Seed: seed, Step: g.step, Err: g.failed, Trace: g.trace.render()}
}

func (g *game) fail(err error) {
	if g.failed == nil && err != nil {
		g.failed = err
	}
}

// start brings a node up, for the first time or after a crash.
func (g *game) start(number int) *node {
	n := &node{number: number}
	n.rt, n.app = g.boot(&faulty{Backend: g.log, game: g, node: n}, fmt.Sprintf("node %d", number))
	return n
}

func (g *game) boot(log eventlog.Backend, name string) (*store.Runtime, App) {
	rt := store.NewRuntime(log, store.Options{
		Logger:    slog.New(newLogged(g, name)),
		Simulated: rand.New(rand.NewPCG(g.chance.Uint64(), 0)),
	})
	app := g.build(rt)
	g.fail(rt.Start(context.Background()))
	return rt, app
}

// somebody is one of the nodes.
func (g *game) somebody() *node { return g.nodes[g.chance.IntN(len(g.nodes))] }

// do is one step, and what has to be true after it.
func (g *game) do(a action, n *node) {
	g.step++
	g.trace.step = g.step
	time.Sleep(g.upTo(50 * time.Millisecond))
	a(n)
	g.check("the invariant is broken", g.view.Invariant)
}

func (g *game) check(what string, holds func(context.Context) error) {
	if g.failed != nil || holds == nil {
		return
	}
	defer g.contain()
	if err := holds(context.Background()); err != nil {
		g.fail(fmt.Errorf("%s: %w", what, err))
	}
}

// contain, deferred, makes a panic a failure that can be played again.
func (g *game) contain() {
	if p := recover(); p != nil {
		g.fail(fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
	}
}

func (g *game) upTo(d time.Duration) time.Duration {
	return time.Duration(g.chance.Int64N(int64(d) + 1))
}

// on runs f as a node's process, which may crash, and reports whether it did not.
func (g *game) on(n *node, what string, f func()) (survived bool) {
	n.at = what
	g.trace.add("node %d: %s", n.number, what)
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer g.contain()
		f()
		survived = true
	}()
	<-done
	if !survived {
		g.kill(n)
	}
	return survived
}

// kill ends a node; another begins in its place.
func (g *game) kill(n *node) {
	g.trace.add("node %d: crashes", n.number)
	g.nodes[n.number] = g.start(n.number)
}

// mostToSettle is how many steps an application may need to come to rest.
const mostToSettle = 10_000

// settle ends all faults and lets everything come to its end.
func (g *game) settle() {
	if g.failed != nil {
		return
	}
	g.calm, g.stuck = true, nil
	g.trace.add("no more faults")
	for end := g.step + mostToSettle; g.failed == nil; {
		if g.step > end {
			g.fail(fmt.Errorf("it does not come to rest in %d more steps; the last error of a follower: %v", mostToSettle, g.stuck))
		}
		if g.moveOn() {
			continue
		}
		due := g.nextDue()
		if due == 0 {
			break
		}
		g.trace.add("%v pass", due)
		time.Sleep(due)
	}
	g.check("the end is wrong", g.view.Settled)
}

// moveOn does something that is left to do, and reports whether there was anything.
func (g *game) moveOn() (moved bool) {
	n := g.somebody()
	if len(g.owed) > 0 {
		g.do(g.repeat, n)
		return true
	}
	g.do(func(n *node) { moved = g.carryOut(n) }, n)
	for _, n := range g.nodes {
		for i := range n.app.Followers {
			g.do(func(n *node) { moved = g.followOne(n, i) || moved }, n)
		}
	}
	return moved
}
