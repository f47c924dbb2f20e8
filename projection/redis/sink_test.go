package redis

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/internal/redistest"
	"github.com/composable-go/composable/projection"
)

// events is a batch of deposits of 1.
func events(after, through int64) projection.Batch {
	b := projection.Batch{After: after, Through: through}
	for position := after + 1; position <= through; position++ {
		b.Events = append(b.Events, eventlog.Event{
			Position: position, Stream: eventlog.StreamID{Store: "account", Key: "a"}, Name: "deposited", Data: []byte(`{"Amount":1}`),
		})
	}
	return b
}

func apply1(t *testing.T, s projection.Sink, b projection.Batch, want int64) {
	t.Helper()
	if position, err := s.Apply(t.Context(), b); position != want || err != nil {
		t.Fatalf("Apply of (%d, %d]: position %d, %v; want %d", b.After, b.Through, position, err, want)
	}
}

func TestAnOwnerThatWasSucceededChangesNothing(t *testing.T) {
	t.Parallel()
	client := redistest.Start(t).Client(t)
	s := newSink(client, "balances", balances(fine))
	apply1(t, s, events(0, 3), 3)
	apply1(t, s, events(3, 5), 5)
	for _, late := range []projection.Batch{events(0, 3), events(3, 5), events(4, 9), events(7, 8)} {
		apply1(t, s, late, 5)
		wantBalance(t, client, "5")
	}
	apply1(t, s, projection.Batch{After: 5, Through: 12}, 12) // which holds nothing that matters
	if position, err := s.Position(t.Context()); position != 12 || err != nil {
		t.Errorf("position %d, %v; want 12", position, err)
	}
}

// lossy loses the connection now and then, before the script runs or before its reply.
type lossy struct{ calls atomic.Int32 }

func (l *lossy) DialHook(next goredis.DialHook) goredis.DialHook { return next }

func (l *lossy) ProcessPipelineHook(next goredis.ProcessPipelineHook) goredis.ProcessPipelineHook {
	return next
}

func (l *lossy) ProcessHook(next goredis.ProcessHook) goredis.ProcessHook {
	return func(ctx context.Context, cmd goredis.Cmder) error {
		if !strings.HasPrefix(cmd.Name(), "eval") {
			return next(ctx, cmd)
		}
		lost := errors.New("the connection is lost")
		switch l.calls.Add(1) % 4 {
		case 0:
			cmd.SetErr(lost)
			return lost
		case 1:
			_ = next(ctx, cmd)
			cmd.SetErr(lost)
			return lost
		}
		return next(ctx, cmd)
	}
}

func TestALostReplyIsNotAppliedTwice(t *testing.T) {
	t.Parallel()
	server, log := redistest.Start(t), newLog(t)
	client, l := server.Client(t), &lossy{}
	client.AddHook(l)
	position := deposit(t, log, 0, 100)
	wait(t, start(t, log, New(client, "balances", balances(fine))), position)
	wantBalance(t, server.Client(t), "100")
	if l.calls.Load() < 10 {
		t.Errorf("%d calls; too few to lose", l.calls.Load())
	}
}

func TestAKilledRedisIsCaughtUpWith(t *testing.T) {
	t.Parallel()
	for name, args := range map[string][]string{
		"all is lost":     nil,
		"nothing is lost": {"--appendonly", "yes", "--appendfsync", "always"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, log := redistest.Start(t, args...), newLog(t)
			client := server.Client(t)
			r := start(t, log, New(client, "balances", balances(fine)))
			wait(t, r, deposit(t, log, 0, 50))
			server.Kill(t)
			position := deposit(t, log, 50, 50)
			s := await(t, r, func(s projection.Status) bool { return s.Failure != nil })
			if s.Failure.Position != 0 || s.Lag == 0 {
				t.Errorf("status = %+v; want a failure that is no event's fault", s)
			}
			server.Restart(t)
			wait(t, r, position)
			wantBalance(t, client, "100")
			if s := await(t, r, func(s projection.Status) bool { return s.Lag == 0 }); s.Failure != nil {
				t.Errorf("status = %+v; want no failure", s)
			}
		})
	}
}

// TestAFailingCommandStopsTheLine has an event with a command that fails after two
// that do not.
func TestAFailingCommandStopsTheLine(t *testing.T) {
	t.Parallel()
	client, log := redistest.Start(t).Client(t), newLog(t)
	if err := client.Set(t.Context(), Key("balances", "list"), "is a string", 0).Err(); err != nil {
		t.Fatal(err)
	}
	r := start(t, log, New(client, "balances", balances(func(p *Pipe, m projection.Meta) error {
		if m.Position == 5 {
			p.LPush(context.Background(), p.Key("list"), "a")
		}
		return nil
	})))
	position := deposit(t, log, 0, 10)
	s := await(t, r, func(s projection.Status) bool { return s.Failure != nil && s.Failure.Attempts > 3 })
	if s.Position != 4 || s.Failure.Position != 5 || !strings.Contains(s.Failure.Message, "WRONGTYPE") {
		t.Errorf("status = %+v, failure = %+v; want WRONGTYPE at position 5", s, s.Failure)
	}
	wantBalance(t, client, "5")
	if err := client.Del(t.Context(), Key("balances", "list")).Err(); err != nil {
		t.Fatal(err)
	}
	wait(t, r, position)
	wantBalance(t, client, "10")
	if n := client.LLen(t.Context(), Key("balances", "list")).Val(); n != 1 {
		t.Errorf("%d in the list, want 1", n)
	}
}

func TestAFailingCommandIsPassedOver(t *testing.T) {
	t.Parallel()
	client, log := redistest.Start(t).Client(t), newLog(t)
	r := start(t, log, New(client, "balances", balances(func(p *Pipe, m projection.Meta) error {
		if m.Position == 5 {
			p.Incr(context.Background(), p.Key("sums"))
		}
		return nil
	})))
	position := deposit(t, log, 0, 10)
	await(t, r, func(s projection.Status) bool { return s.Failure != nil && s.Failure.Position == 5 })
	if err := r.Skip(t.Context(), "balances", 5); err != nil {
		t.Fatal(err)
	}
	wait(t, r, position)
	wantBalance(t, client, "10")
}

func TestWhatIsNoCommandIsTheEventsFault(t *testing.T) {
	t.Parallel()
	client := redistest.Start(t).Client(t)
	for want, add := range map[string]func(ctx context.Context, p *Pipe) error{
		"cannot be a word": func(ctx context.Context, p *Pipe) error { return p.Set(ctx, p.Key("k"), struct{ A int }{1}, 0).Err() },
		"more than 4000":   func(ctx context.Context, p *Pipe) error { return p.RPush(ctx, p.Key("k"), make([]any, 4000)...).Err() },
		"ERR":              func(ctx context.Context, p *Pipe) error { return p.BgSave(ctx).Err() },
		"refused":          func(context.Context, *Pipe) error { return errors.New("refused") },
		"panic":            func(context.Context, *Pipe) error { panic("out of order") },
	} {
		s := newSink(client, "balances", balances(func(p *Pipe, m projection.Meta) error {
			if m.Position < 2 {
				return nil
			}
			return add(context.Background(), p)
		}))
		_, err := s.Apply(t.Context(), events(0, 3))
		var poison *projection.EventError
		if !errors.As(err, &poison) || poison.Position != 2 || !strings.Contains(err.Error(), want) {
			t.Errorf("%v; want %q at position 2", err, want)
		}
	}
}

func TestARedisOutOfMemoryIsNotTheEventsFault(t *testing.T) {
	t.Parallel()
	client := redistest.Start(t).Client(t)
	s := newSink(client, "balances", balances(fine))
	limit := func(memory string) {
		if err := client.ConfigSet(t.Context(), "maxmemory", memory).Err(); err != nil {
			t.Fatal(err)
		}
	}
	limit("1")
	_, err := s.Apply(t.Context(), events(0, 3))
	var poison *projection.EventError
	if err == nil || errors.As(err, &poison) {
		t.Errorf("Apply without memory: %v; want an error that is no event's fault", err)
	}
	limit("0")
	apply1(t, s, events(0, 3), 3)
	wantBalance(t, client, "3")
}

func TestWordsReachRedis(t *testing.T) {
	t.Parallel()
	type status string
	type rank uint8
	client := redistest.Start(t).Client(t)
	at, text := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), "text"
	words := []any{"a", status("paid"), []byte("b"), 1, int8(-2), rank(3), 1.5, true, at, &at, time.Second, &text, nil, netip.MustParseAddr("1.2.3.4")}
	s := newSink(client, "balances", balances(func(p *Pipe, _ projection.Meta) error {
		return p.RPush(context.Background(), p.Key("words"), words...).Err()
	}))
	apply1(t, s, events(0, 1), 1)
	want := []string{
		"a", "paid", "b", "1", "-2", "3", "1.5", "1", "2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z", "1000000000", "text", "", "\x01\x02\x03\x04",
	}
	if got := client.LRange(t.Context(), Key("balances", "words"), 0, -1).Val(); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}
