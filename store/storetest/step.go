package storetest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/composable-go/composable/store"
)

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

// ask is one move of a client, to be made again until it is answered.
type ask struct {
	move int
	seed uint64
	id   string
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
	if g.happens(askTwice) {
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
	if len(n.app.Followers) == 0 {
		g.effect(n)
		return
	}
	g.followOne(n, g.chance.IntN(len(n.app.Followers)))
}

func (g *game) followOne(n *node, i int) (moved bool) {
	var err error
	if !g.on(n, fmt.Sprintf("follower %d", i), func() { moved, err = n.app.Followers[i](context.Background()) }) {
		return true
	}
	if err != nil {
		g.trace.add("  failed: %v", err)
		g.stuck = err
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

// nextDue is how far away the next effect is, an in-memory one of a node included; 0
// when there is none.
func (g *game) nextDue() time.Duration {
	var next time.Duration
	for _, n := range g.nodes {
		due, err := n.rt.NextDue(context.Background())
		g.fail(err)
		if wait := max(time.Until(due), 1); !due.IsZero() && (next == 0 || wait < next) {
			next = wait
		}
	}
	return next
}
