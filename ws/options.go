package ws

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/composable-go/composable/store"
)

// Options configures a [Hub]. Every zero value stands for the default beside it.
type Options struct {
	Logger *slog.Logger // slog.Default()

	// Wait blocks until the read models include a position, or ctx ends. Queries
	// wait for the event that made them run again. nil: queries never wait.
	Wait func(ctx context.Context, position int64) error
	// ReadWait bounds Wait: 2 s, then the query fails with "stale".
	ReadWait time.Duration

	// Problem answers a request that is refused before the upgrade, as
	// web.Problem does. nil: a bare 401.
	Problem func(w http.ResponseWriter, r *http.Request, err error)
	// Origins are host patterns ("*.example.com", see path.Match) that may
	// connect besides the host that is asked.
	Origins []string
	// Observe is told what happened, for metrics: "opened" (""), "closed" (the
	// code), "command" ("ok" or the refusal's code), "limited" (the limit). It
	// must return at once and not call the hub.
	Observe func(what, label string)

	MaxFrame         int // bytes of a client's frame: 64 KiB, beyond it 4400
	MaxQueue         int // bytes waiting for one reader: 1 MiB, beyond it 1013
	MaxSubscriptions int // topics and queries of one connection: 256
	MaxPerActor      int // connections: 16, beyond it 4429
	MaxConnections   int // of this process: 10 000, beyond it 4429
	MaxReplay        int // positions between "after" and now: 100 000, beyond it "resync"
	Recent           int // messages kept in memory for those who resume: 1024

	CommandsPerSecond int // of one connection, twice that at once: 50, beyond it "rate_limited"
	FramesPerSecond   int // likewise: 200, beyond it 4429

	PingEvery time.Duration // 30 s
	Silence   time.Duration // 60 s without a frame from the client: 4408
}

const (
	commandTimeout = 30 * time.Second
	queryTimeout   = 30 * time.Second
	writeTimeout   = 10 * time.Second
	grantTimeout   = 10 * time.Second
)

func (o Options) withDefaults() Options {
	o.ReadWait = cmp.Or(o.ReadWait, 2*time.Second)
	o.MaxFrame = cmp.Or(o.MaxFrame, 64<<10)
	o.MaxQueue = cmp.Or(o.MaxQueue, 1<<20)
	o.MaxSubscriptions = cmp.Or(o.MaxSubscriptions, 256)
	o.MaxPerActor = cmp.Or(o.MaxPerActor, 16)
	o.MaxConnections = cmp.Or(o.MaxConnections, 10_000)
	o.MaxReplay = cmp.Or(o.MaxReplay, 100_000)
	o.Recent = cmp.Or(o.Recent, 1024)
	o.CommandsPerSecond = cmp.Or(o.CommandsPerSecond, 50)
	o.FramesPerSecond = cmp.Or(o.FramesPerSecond, 200)
	o.PingEvery = cmp.Or(o.PingEvery, 30*time.Second)
	o.Silence = cmp.Or(o.Silence, 60*time.Second)
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	if o.Wait == nil {
		o.Wait = func(context.Context, int64) error { return nil }
	}
	if o.Observe == nil {
		o.Observe = func(string, string) {}
	}
	if o.Problem == nil {
		o.Problem = func(w http.ResponseWriter, _ *http.Request, _ error) {
			http.Error(w, "unauthenticated", http.StatusUnauthorized)
		}
	}
	return o
}

// Refusals that only the socket knows.
var (
	errUnknownType   = store.Refuse(store.BadRequest, "unknown_type", "there is no such frame")
	errBadFrame      = store.Refuse(store.BadRequest, "bad_request", "the frame is malformed")
	errSignIn        = store.Refuse(store.Unauthenticated, "unauthenticated", "sign in first")
	errNoQuery       = store.Refuse(store.NotFound, "not_found", "there is no such query")
	errStale         = store.Refuse(store.Timeout, "stale", "the view has not caught up yet; ask again")
	errRate          = store.Refuse(store.RateLimited, "rate_limited", "too many commands; slow down").With("retry_after", 1)
	errSubscriptions = store.Refuse(store.RateLimited, "too_many_subscriptions", "this connection has as many topics and queries as it may")
)

func refusals() []*store.Refusal {
	return []*store.Refusal{errUnknownType, errBadFrame, errSignIn, errNoQuery, errStale, errRate, errSubscriptions}
}
