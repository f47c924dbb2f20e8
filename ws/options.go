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

	// Problem answers a request that is refused before the upgrade, and a frame that
	// came by POST, as web.Problem does. nil: an error frame, with status 401, 500 or
	// else 400.
	Problem func(w http.ResponseWriter, r *http.Request, err error)
	// Check is asked before each command of an actor with a session, and again when
	// SessionEnds has come. It returns the actor as they are by now: a command is
	// decided for the roles and the level they have then, and none is applied once the
	// session has ended, before this node was told. A refusal of the kind
	// [store.Unauthenticated] ends the session's sockets. nil: nobody is asked.
	Check func(ctx context.Context, actor store.Actor) (store.Actor, error)
	// Origins are host patterns ("*.example.com", see path.Match) that may
	// connect besides the host that is asked.
	Origins []string
	// Observe is told what happened, for metrics: "opened" (""), "closed" (the
	// code), "command" ("ok" or the refusal's code), "subscribed" ("live", "resumed"
	// or "resync"), "limited" ("frame", "frames", "commands", "posts",
	// "subscriptions", "queue" of a reader that is dropped, "connections",
	// "connections_per_actor", "origin"). It must return at once and not call the
	// hub; what is there to be measured at any time is in [Hub.Status].
	Observe func(what, label string)

	MaxFrame         int // bytes of a client's frame: 64 KiB, beyond it 4400
	MaxQueue         int // bytes waiting for one reader: 1 MiB, beyond it 1013
	MaxSubscriptions int // topics and queries of one connection: 256
	MaxPerActor      int // connections: 16, beyond it 4429
	MaxConnections   int // of this process: 10 000, beyond it 4429
	MaxReplay        int // positions between "after" and now: 100 000, beyond it "resync"
	Recent           int // messages kept in memory for those who resume: 1024

	CommandsPerSecond int // of one connection, twice that at once: 50, beyond it "rate_limited"; as many POSTs of one actor, tickets included
	FramesPerSecond   int // likewise: 200, beyond it 4429

	PresenceLife time.Duration // how long a node that was killed is still listed by [Presence]: 30 s

	PingEvery time.Duration // 30 s
	Silence   time.Duration // 60 s without a frame from the client: 4408
}

const (
	commandTimeout = 30 * time.Second
	queryTimeout   = 30 * time.Second
	writeTimeout   = 10 * time.Second
	grantTimeout   = 10 * time.Second
	renewTimeout   = 5 * time.Second
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
	o.PresenceLife = cmp.Or(o.PresenceLife, 30*time.Second)
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
		o.Problem = problem
	}
	return o
}

func problem(w http.ResponseWriter, _ *http.Request, err error) {
	refusal, status := refusalOf(err), http.StatusBadRequest
	switch refusal.Kind {
	case store.Unauthenticated:
		status = http.StatusUnauthorized
	case store.Internal:
		status = http.StatusInternalServerError
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(encodeError("", refusal))
}

// Refusals that only the socket knows.
var (
	errUnknownType   = store.Refuse(store.BadRequest, "unknown_type", "there is no such frame")
	errBadFrame      = store.Refuse(store.BadRequest, "bad_request", "the frame is malformed")
	errMediaType     = store.Refuse(store.UnsupportedMediaType, "unsupported_media_type", "send application/json")
	errSignIn        = store.Refuse(store.Unauthenticated, "unauthenticated", "sign in first")
	errNoQuery       = store.Refuse(store.NotFound, "not_found", "there is no such query")
	errStale         = store.Refuse(store.Timeout, "stale", "the view has not caught up yet; ask again")
	errRate          = store.Refuse(store.RateLimited, "rate_limited", "too many commands; slow down").With("retry_after", 1)
	errSubscriptions = store.Refuse(store.Forbidden, "too_many_subscriptions", "this connection has as many topics and queries as it may")
)

func refusals() []*store.Refusal {
	return []*store.Refusal{errUnknownType, errBadFrame, errMediaType, errSignIn, errNoQuery, errStale, errRate, errSubscriptions}
}
