package redis

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/logging"
	"go.uber.org/goleak"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/sqlite"
	"github.com/composable-go/composable/internal/redistest"
	"github.com/composable-go/composable/projection"
	"github.com/composable-go/composable/store"
)

func TestMain(m *testing.M) {
	logging.Disable() // the client says much of a killed server
	goleak.VerifyTestMain(m)
}

type deposited struct{ Amount int64 }

// balances holds each account's sum in one key and its count in another.
func balances(before func(p *Pipe, m projection.Meta) error) projection.Handler[*Pipe] {
	return projection.On("account", func(ctx context.Context, p *Pipe, m projection.Meta, e deposited) error {
		p.HIncrBy(ctx, p.Key("sums"), m.Key, e.Amount)
		p.HIncrBy(ctx, p.Key("counts"), m.Key, 1)
		return before(p, m)
	})
}

func fine(*Pipe, projection.Meta) error { return nil }

func newLog(t *testing.T) eventlog.Backend {
	t.Helper()
	log, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = log.Close() })
	return log
}

// start starts a node of its own.
func start(t *testing.T, log eventlog.Backend, p projection.Projection) *projection.Runner {
	t.Helper()
	logger := slog.New(slog.DiscardHandler)
	rt := store.NewRuntime(log, store.Options{Logger: logger})
	r := projection.NewRunner(rt, nil, projection.Options{Logger: logger, Batch: 7, Pause: time.Millisecond}, p)
	for _, start := range []func(context.Context) error{rt.Start, r.Start} {
		if err := start(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() {
		r.Close()
		_ = rt.Close(context.Background())
	})
	return r
}

// deposit appends n deposits of 1 and returns the position of the last.
func deposit(t *testing.T, log eventlog.Backend, from, n int) (position int64) {
	t.Helper()
	for i := range n {
		o, err := log.Append(t.Context(), []eventlog.Append{{
			Stream: eventlog.StreamID{Store: "account", Key: "a"}, Expected: int64(from + i),
			Events: []eventlog.NewEvent{{Name: "deposited", Data: []byte(`{"Amount":1}`)}},
			Meta:   eventlog.Meta{At: time.Now()},
		}})
		if err != nil || o[0].Err != nil {
			t.Fatal(err, o)
		}
		position = o[0].Position
	}
	return position
}

func wait(t *testing.T, r *projection.Runner, position int64) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := r.Wait(ctx, position); err != nil {
		t.Fatalf("Wait(%d): %v", position, err)
	}
}

// wantBalance reads both keys in one step, as a reader would.
func wantBalance(t *testing.T, client *goredis.Client, want string) {
	t.Helper()
	if got := balance(t, client); got != want+"/"+want {
		t.Errorf("sum and count are %s, want %s for each", got, want)
	}
}

func balance(t *testing.T, client *goredis.Client) string {
	t.Helper()
	var sum, count *goredis.StringCmd
	_, err := client.TxPipelined(t.Context(), func(p goredis.Pipeliner) error {
		sum, count = p.HGet(t.Context(), Key("balances", "sums"), "a"), p.HGet(t.Context(), Key("balances", "counts"), "a")
		return nil
	})
	if err != nil && err != goredis.Nil {
		t.Error(err)
	}
	return sum.Val() + "/" + count.Val()
}

// await returns the status of the only projection as soon as it is as wanted.
func await(t *testing.T, r *projection.Runner, wanted func(projection.Status) bool) projection.Status {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for {
		status, err := r.Status(ctx)
		if err != nil {
			t.Fatalf("%v; the last status was %+v", err, status)
		}
		if wanted(status[0]) {
			return status[0]
		}
	}
}

func TestEachEventIsAppliedOnceThoughRunnersShareAndRestart(t *testing.T) {
	t.Parallel()
	client, log := redistest.Start(t).Client(t), newLog(t)
	p := New(client, "balances", balances(fine))
	first, second := start(t, log, p), start(t, log, p)
	position := deposit(t, log, 0, 100)
	for _, r := range []*projection.Runner{first, second} {
		wait(t, r, position)
		wantBalance(t, client, "100")
		r.Close()
	}
	third := start(t, log, p)
	wait(t, third, deposit(t, log, 100, 1))
	wantBalance(t, client, "101")
}

func TestReadModelsOfOneRedisAreApart(t *testing.T) {
	t.Parallel()
	client, log := redistest.Start(t).Client(t), newLog(t)
	a, b := start(t, log, New(client, "balances", balances(fine))), start(t, log, New(client, "others", balances(fine)))
	position := deposit(t, log, 0, 10)
	wait(t, a, position)
	wait(t, b, position)
	wantBalance(t, client, "10")
	if n := client.HGet(t.Context(), Key("others", "sums"), "a").Val(); n != "10" {
		t.Errorf("the other sum is %s, want 10", n)
	}
}

func TestWiringMistakesPanic(t *testing.T) {
	t.Parallel()
	for want, mistake := range map[string]func(){
		"name":         func() { New(nil, "a*b", balances(fine)) },
		"two handlers": func() { New(nil, "balances", balances(fine), balances(fine)) },
	} {
		func() {
			defer func() {
				if said, _ := recover().(string); !strings.Contains(said, want) {
					t.Errorf("panic: %q, want %q", said, want)
				}
			}()
			mistake()
		}()
	}
}

func ExampleNew() {
	type paid struct {
		Buyer string
		Total float64
	}
	client := goredis.NewClient(&goredis.Options{Addr: "localhost:6379"})
	defer client.Close()
	leaderboard := New(client, "leaderboard",
		projection.On("order", func(ctx context.Context, p *Pipe, m projection.Meta, e paid) error {
			p.ZIncrBy(ctx, p.Key("buyers"), e.Total, e.Buyer)
			return nil
		}))
	fmt.Println(leaderboard.Name(), Key("leaderboard", "buyers"))
	// Output: leaderboard {leaderboard}:buyers
}
