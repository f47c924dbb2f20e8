package redis

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	goredis "github.com/redis/go-redis/v9"

	"github.com/composable-go/composable/internal/redistest"
	"github.com/composable-go/composable/projection"
)

func fresh(t *testing.T, s *sink) projection.Sink {
	t.Helper()
	f, err := s.Fresh(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// wantKeys looks for what is left over.
func wantKeys(t *testing.T, client *goredis.Client, want int64) {
	t.Helper()
	if n := client.DBSize(t.Context()).Val(); n != want {
		t.Errorf("%d keys: %q; want %d", n, client.Keys(t.Context(), "*").Val(), want)
	}
}

func TestReadersNoticeNothingOfARebuild(t *testing.T) {
	t.Parallel()
	client, log := redistest.Start(t).Client(t), newLog(t)
	r := start(t, log, New(client, "balances", balances(fine)))
	wait(t, r, deposit(t, log, 0, 50))
	stop := make(chan struct{})
	var others sync.WaitGroup
	others.Go(func() { watch(t, client, stop) })
	var written atomic.Int64
	others.Go(func() {
		for n := 50; ; n++ {
			written.Store(deposit(t, log, n, 1))
			select {
			case <-stop:
				return
			default:
				wait(t, r, written.Load()) // leave time for the rebuild
			}
		}
	})
	for range 3 {
		if err := r.Rebuild(t.Context(), "balances"); err != nil {
			t.Errorf("Rebuild: %v", err)
		}
	}
	close(stop)
	others.Wait()
	wait(t, r, written.Load())
	wantBalance(t, client, fmt.Sprint(written.Load()))
	wantKeys(t, client, 3)
}

// watch reads until stop is closed: both keys are there and agree, and never go back.
func watch(t *testing.T, client *goredis.Client, stop <-chan struct{}) {
	for last, reads := 0, 0; ; reads++ {
		select {
		case <-stop:
			if reads == 0 {
				t.Error("nothing was read")
			}
			return
		default:
		}
		var sum, count int
		if n, err := fmt.Sscanf(balance(t, client), "%d/%d", &sum, &count); n != 2 || sum != count || sum < last {
			t.Errorf("a reader saw a sum of %d, %d events, after %d: %v", sum, count, last, err)
			return
		}
		last = sum
	}
}

func TestARebuildBringsOtherKeys(t *testing.T) {
	t.Parallel()
	client, log := redistest.Start(t).Client(t), newLog(t)
	first := start(t, log, New(client, "balances", balances(func(p *Pipe, m projection.Meta) error {
		return p.Set(context.Background(), p.Key(fmt.Sprint("old", m.Position)), 1, 0).Err()
	})))
	wait(t, first, deposit(t, log, 0, 20))
	wantKeys(t, client, 23)
	first.Close()
	second := start(t, log, New(client, "balances", balances(func(p *Pipe, _ projection.Meta) error {
		return p.Incr(context.Background(), p.Key("new")).Err()
	})))
	if err := second.Rebuild(t.Context(), "balances"); err != nil {
		t.Fatal(err)
	}
	wait(t, second, deposit(t, log, 20, 1))
	wantBalance(t, client, "21")
	if n := client.Get(t.Context(), Key("balances", "new")).Val(); n != "21" {
		t.Errorf("new = %s, want 21", n)
	}
	wantKeys(t, client, 4)
}

func TestASinkThatIsBehindDoesNotTakeThePlace(t *testing.T) {
	t.Parallel()
	client := redistest.Start(t).Client(t)
	s := newSink(client, "balances", balances(fine))
	f := fresh(t, s)
	apply1(t, s, events(0, 5), 5)
	apply1(t, f, events(0, 4), 4)
	if done, err := s.Switch(t.Context(), f); done || err != nil {
		t.Errorf("Switch to what is behind: %t, %v", done, err)
	}
	wantBalance(t, client, "5")
	apply1(t, f, events(4, 6), 6)
	if done, err := s.Switch(t.Context(), f); !done || err != nil {
		t.Errorf("Switch: %t, %v", done, err)
	}
	wantBalance(t, client, "6")
	apply1(t, s, events(5, 6), 6) // from before the switch
	wantBalance(t, client, "6")
	wantKeys(t, client, 3)
}

// TestASwitchWatchesTheCheckpoint has another node apply a batch in the middle.
func TestASwitchWatchesTheCheckpoint(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	client, other := server.Client(t), server.Client(t)
	s := newSink(client, "balances", balances(fine))
	f := fresh(t, s)
	apply1(t, s, events(0, 5), 5)
	apply1(t, f, events(0, 5), 5)
	client.AddHook(beforeExec(func() { apply1(t, newSink(other, "balances", balances(fine)), events(5, 6), 6) }))
	if done, err := s.Switch(t.Context(), f); done || err != nil {
		t.Errorf("Switch: %t, %v; want it to be tried again", done, err)
	}
	wantBalance(t, other, "6")
}

type beforeExec func()

func (beforeExec) DialHook(next goredis.DialHook) goredis.DialHook          { return next }
func (beforeExec) ProcessHook(next goredis.ProcessHook) goredis.ProcessHook { return next }
func (do beforeExec) ProcessPipelineHook(next goredis.ProcessPipelineHook) goredis.ProcessPipelineHook {
	return func(ctx context.Context, commands []goredis.Cmder) error {
		if commands[0].Name() == "multi" {
			do()
		}
		return next(ctx, commands)
	}
}

func TestARebuildThatWasGivenUpChangesNothing(t *testing.T) {
	t.Parallel()
	client := redistest.Start(t).Client(t)
	s := newSink(client, "balances", balances(fine))
	apply1(t, s, events(0, 3), 3)
	old := fresh(t, s)
	apply1(t, old, events(0, 3), 3)
	next := fresh(t, s)
	wantKeys(t, client, 4)
	late := func() {
		t.Helper()
		apply1(t, old, events(3, 4), 0)
		if done, err := s.Switch(t.Context(), old); done || err != nil {
			t.Errorf("Switch to what was given up: %t, %v", done, err)
		}
	}
	late()
	apply1(t, next, events(0, 3), 3)
	if done, err := s.Switch(t.Context(), next); !done || err != nil {
		t.Errorf("Switch: %t, %v", done, err)
	}
	late()
	wantBalance(t, client, "3")
	wantKeys(t, client, 3)
}

func TestARebuildBeginsAgainWhenRedisHasLostIt(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	client := server.Client(t)
	s := newSink(client, "balances", balances(fine))
	f := fresh(t, s)
	apply1(t, f, events(0, 5), 5)
	server.Kill(t)
	server.Restart(t)
	apply1(t, f, events(5, 6), 0)
	apply1(t, f, events(0, 6), 6)
	if done, err := s.Switch(t.Context(), f); !done || err != nil {
		t.Errorf("Switch: %t, %v", done, err)
	}
	wantBalance(t, client, "6")
}
