package killtest

import (
	"sync/atomic"
	"syscall"
)

// point is a moment at which a process may die.
type point string

const (
	never point = ""

	decided   point = "decided"   // a command is about to be appended
	committed point = "committed" // it is durable, and its caller has not heard

	handedOver point = "handed over" // work came with its commit, leased, and has not begun
	leased     point = "leased"      // work was found in the queue and leased, and has not begun

	begun point = "effect begun" // the handler runs, the outside has not acted
	done  point = "effect done"  // the outside has acted, the handler has not returned

	completing point = "completing" // a result is about to be appended, with the end of its effect
	completed  point = "completed"

	dispatching point = "dispatching" // a command for another stream is about to be appended there
	dispatched  point = "dispatched"
	refusing    point = "refusing" // its refusal is about to be appended where it came from
	refused     point = "refused"

	firing point = "firing" // a timer's action is about to be appended
	fired  point = "fired"

	releasing point = "releasing" // failed work is about to go back to the queue
	released  point = "released"
	burying   point = "burying" // failed work is about to become a dead letter
	buried    point = "buried"

	following point = "following" // a saga's action is about to be appended
	followed  point = "followed"  // it is durable, and the saga's checkpoint is not
	marking   point = "marking"   // the saga's checkpoint is about to be written
	marked    point = "marked"

	projecting point = "projecting" // rows are changed, their checkpoint is not
	projected  point = "projected"  // both are committed
)

func points() []point {
	return []point{
		decided, committed, handedOver, leased, begun, done, completing, completed,
		dispatching, dispatched, refusing, refused, firing, fired,
		releasing, released, burying, buried, following, followed, marking, marked, projecting, projected,
	}
}

// fuse kills its own process when a point is reached for the n-th time.
type fuse struct {
	point point
	left  atomic.Int64
}

func newFuse(p point, nth int) *fuse {
	f := &fuse{point: p}
	f.left.Store(int64(nth))
	return f
}

func (f *fuse) reach(p point) {
	if p == never || p != f.point || f.left.Add(-1) != 0 {
		return
	}
	_ = syscall.Kill(syscall.Getpid(), syscall.SIGKILL)
	select {} // nothing more is done until the signal arrives
}
