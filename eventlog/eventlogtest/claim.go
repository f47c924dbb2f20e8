package eventlogtest

import (
	"errors"
	"sync"
	"sync/atomic"

	"github.com/composable-go/composable/eventlog"
)

func (l *log) claim(key string, claims ...eventlog.Claim) error {
	l.t.Helper()
	a := events(key, l.version(key), 1)
	a.Claims = claims
	return l.try(a)
}

func (l *log) owns(key string, want eventlog.StreamID) {
	l.t.Helper()
	owner, err := l.ClaimOwner(l.ctx, key)
	l.check(err)
	l.same(owner, want)
}

// as demands that err is of the target's type.
func (l *log) as(err error, target any) {
	l.t.Helper()
	if !errors.As(err, target) {
		l.t.Fatalf("got error %v, want a %T", err, target)
	}
}

var claimTests = []test{
	{"taken by one stream", func(l *log) {
		l.owns("k", eventlog.StreamID{})
		l.check(l.claim("a", eventlog.Claim{Key: "k"}))
		l.owns("k", stream("a"))
		var claimed *eventlog.ClaimError
		l.as(l.claim("b", eventlog.Claim{Key: "free"}, eventlog.Claim{Key: "k"}), &claimed)
		l.same(*claimed, eventlog.ClaimError{Key: "k", Owner: stream("a")})
		l.owns("free", eventlog.StreamID{})
		l.same(len(l.all()), 1)
	}},
	{"taking and releasing twice change nothing", func(l *log) {
		l.check(l.claim("a", eventlog.Claim{Key: "k"}))
		l.check(l.claim("a", eventlog.Claim{Key: "k"}))
		l.check(l.claim("b", eventlog.Claim{Key: "k", Release: true}))
		l.owns("k", stream("a"))
		l.check(l.claim("a", eventlog.Claim{Key: "k", Release: true}))
		l.check(l.claim("a", eventlog.Claim{Key: "k", Release: true}))
		l.owns("k", eventlog.StreamID{})
	}},
	{"released for others", func(l *log) {
		l.check(l.claim("a", eventlog.Claim{Key: "k"}))
		l.check(l.claim("a", eventlog.Claim{Key: "k", Release: true}, eventlog.Claim{Key: "k2"}))
		l.check(l.claim("b", eventlog.Claim{Key: "k"}))
		l.owns("k", stream("b"))
		l.owns("k2", stream("a"))
	}},
	{"raced", func(l *log) {
		var won atomic.Int32
		var group sync.WaitGroup
		for _, key := range []string{"a", "b", "c", "d", "e", "f", "g", "h"} {
			group.Go(func() {
				a := events(key, 0, 1)
				a.Claims = []eventlog.Claim{{Key: "k"}}
				err := l.append(a)[0].Err
				var claimed *eventlog.ClaimError
				if err == nil {
					won.Add(1)
				} else if !errors.As(err, &claimed) {
					l.t.Errorf("loser: %v", err)
				}
			})
		}
		group.Wait()
		l.same(won.Load(), int32(1))
		l.same(len(l.all()), 1)
	}},
}
