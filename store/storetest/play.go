package storetest

import (
	"context"
	"errors"
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
	trace  trace
	failed error
}

// ask is one move of a client, to be made again until it is answered.
type ask struct {
	move int
	seed uint64
	id   string
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

// action is what a step may be.
type action func(n *node)

func (g *game) pick() action {
	switch n := g.chance.IntN(100); {
	case n < 30:
		return g.client
	case n < 75:
		return g.effect
	case n < 88:
		return g.follow
	case n < 98:
		return g.jump
	default:
		return g.kill
	}
}

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

// client makes a move, or makes one again that was not answered.
func (g *game) client(n *node) {
	if len(n.app.Moves) == 0 {
		g.fail(errors.New("there are no moves"))
		return
	}
	if len(g.owed) > 0 && g.chance.IntN(2) == 0 {
		g.repeat(n)
		return
	}
	g.asked++
	g.ask(n, ask{move: g.chance.IntN(len(n.app.Moves)), seed: g.chance.Uint64(), id: fmt.Sprintf("command %d", g.asked)})
}

func (g *game) repeat(n *node) {
	i := g.chance.IntN(len(g.owed))
	again := g.owed[i]
	g.owed = append(g.owed[:i], g.owed[i+1:]...)
	g.ask(n, again)
}

func (g *game) ask(n *node, a ask) {
	move := n.app.Moves[a.move]
	ctx := store.WithOrigin(context.Background(), store.Origin{CommandID: a.id, CorrelationID: a.id})
	var err error
	survived := g.on(n, fmt.Sprintf("%s (%s)", move.Name, a.id), func() {
		err = move.Do(ctx, rand.New(rand.NewPCG(a.seed, 0)))
	})
	var refusal *store.Refusal
	switch {
	case !survived:
		g.owed = append(g.owed, a)
		return
	case err == nil:
		g.trace.add("  done")
	case errors.Is(err, store.ErrMismatch):
		g.fail(fmt.Errorf("the move %s was not the same again: %w", move.Name, err))
	case !errors.As(err, &refusal):
		g.fail(fmt.Errorf("the move %s: %w", move.Name, err))
	case refusal.Kind >= store.Internal || errors.Is(err, store.ErrConflict):
		g.trace.add("  no answer: %s: %v", refusal.Code, errors.Unwrap(refusal))
		g.owed = append(g.owed, a)
		return
	default:
		g.trace.add("  refused: %s", refusal.Code)
	}
	if !g.calm && g.happens(askTwice) {
		g.owed = append(g.owed, a)
	}
}

// effect carries out a durable effect; when none is due time goes on.
func (g *game) effect(n *node) {
	if ran := g.carryOut(n); !ran && !g.raced {
		g.jump(n)
	}
}

func (g *game) carryOut(n *node) (ran bool) {
	var err error
	if !g.on(n, "carries out an effect", func() { ran, err = n.rt.Step(context.Background()) }) {
		return true
	}
	if err != nil && g.calm {
		g.fail(err)
	}
	return ran || err != nil
}

func (g *game) follow(n *node) {
	if len(n.app.Followers) > 0 {
		g.followOne(n, g.chance.IntN(len(n.app.Followers)))
	}
}

func (g *game) followOne(n *node, i int) (moved bool) {
	var err error
	if !g.on(n, fmt.Sprintf("follower %d", i), func() { moved, err = n.app.Followers[i](context.Background()) }) {
		return true
	}
	if err != nil {
		g.trace.add("  failed: %v", err)
	}
	if err != nil && g.calm {
		g.fail(err)
	}
	return moved || err != nil
}

// longestJump is how far the clock jumps at most, while there are faults.
const longestJump = 10 * time.Minute

// jump lets the clock jump: often to what is due next, sometimes anywhere.
func (g *game) jump(*node) {
	d := g.upTo(2 * time.Second)
	if due := g.nextDue(); due > 0 && due < time.Minute {
		d += due
	} else if g.chance.IntN(20) == 0 {
		d = g.upTo(longestJump)
	}
	g.trace.add("%v pass", d)
	time.Sleep(d)
}

// nextDue is how far away the next effect is; 0 when there is none.
func (g *game) nextDue() time.Duration {
	due, err := g.log.NextDue(context.Background(), eventlog.Kinds{})
	g.fail(err)
	if err != nil || due.IsZero() {
		return 0
	}
	return max(time.Until(due), 1)
}

// mostToSettle is how many steps an application may need to come to rest.
const mostToSettle = 10_000

// settle ends all faults and lets everything come to its end.
func (g *game) settle() {
	if g.failed != nil {
		return
	}
	g.calm = true
	g.trace.add("no more faults")
	for end := g.step + mostToSettle; g.failed == nil; {
		if g.step > end {
			g.fail(fmt.Errorf("it does not come to rest; after %d more steps effects are left", mostToSettle))
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
