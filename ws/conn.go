package ws

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"
	"github.com/google/uuid"
	"golang.org/x/time/rate"

	"github.com/composable-go/composable/store"
)

// Close codes of the protocol.
const (
	normal       = websocket.StatusNormalClosure
	goingAway    = websocket.StatusGoingAway
	tooSlow      = websocket.StatusTryAgainLater
	notProtocol  = websocket.StatusCode(4400)
	sessionEnded = websocket.StatusCode(4401)
	badOrigin    = websocket.StatusCode(4403)
	silent       = websocket.StatusCode(4408)
	tooMany      = websocket.StatusCode(4429)
)

// closure is the reason why a connection is closed. It is the cause of its
// context's end; the first one counts.
type closure struct {
	code   websocket.StatusCode
	reason string
}

// Error implements error.
func (c closure) Error() string { return c.reason }

// conn is one connection. It has one goroutine, its reader.
type conn struct {
	hub    *Hub
	ws     *websocket.Conn
	actor  store.Actor
	id     string
	out    *outbox
	ctx    context.Context // ends when the connection is to be closed
	cancel context.CancelCauseFunc
	closed sync.Once

	heard atomic.Int64 // when the client was, in nanoseconds of the epoch

	// Of the hub's heart alone.
	pings time.Time // when the last one was sent
	ends  time.Time // when the session does, as far as is known; zero: never

	working sync.WaitGroup // queries, and finish

	gate sync.Mutex // held while a command is applied and answered

	// Of the reader alone.
	commands, frames *rate.Limiter
	topics           map[string]bool // as the hub knows them
	preset           prepared

	mu      sync.Mutex
	queries map[string]*running // by frame id
}

// newConn keeps nothing of the request but the origin, so that its memory is freed.
func (h *Hub) newConn(request context.Context, actor store.Actor) *conn {
	o := h.options
	c := &conn{
		hub: h, actor: actor, id: uuid.NewString(), pings: time.Now(), ends: actor.SessionEnds,
		commands: rate.NewLimiter(rate.Limit(o.CommandsPerSecond), 2*o.CommandsPerSecond),
		frames:   rate.NewLimiter(rate.Limit(o.FramesPerSecond), 2*o.FramesPerSecond),
	}
	c.touch()
	origin := store.OriginFrom(request)
	origin.Actor = actor
	c.ctx, c.cancel = context.WithCancelCause(store.WithOrigin(context.Background(), origin))
	return c
}

// serve returns when the connection is closed and nothing of it runs any more.
func (c *conn) serve() {
	if topics := c.preset.topics; len(topics) > 0 {
		c.dispatch(inbound{Type: "subscribe", Topics: topics})
	}
	c.read()
	c.unfollow()
	c.working.Wait()
	c.out.wait(nil)
	c.hub.leave(c)
	c.hub.options.Observe("closed", strconv.Itoa(int(c.why().code)))
}

// shut has the connection closed, soon. What is queued is still sent, but nothing
// more to who is too slow or not welcome any more. It never blocks.
func (c *conn) shut(code websocket.StatusCode, reason string) {
	c.closed.Do(func() {
		if code != goingAway && code != notProtocol {
			c.out.discard()
		}
		c.working.Go(func() { // before the reader can learn of it and leave
			<-c.ctx.Done()
			c.finish()
		})
		c.cancel(closure{code, reason})
	})
}

func (c *conn) why() (why closure) {
	_ = errors.As(context.Cause(c.ctx), &why)
	return why
}

// touch notes that the client is alive.
func (c *conn) touch() { c.heard.Store(time.Now().UnixNano()) }

func (c *conn) read() {
	for c.ctx.Err() == nil {
		data, err := c.next()
		switch {
		case errors.Is(err, errNotProtocol):
			c.shut(notProtocol, "a frame must be a JSON text of at most "+strconv.Itoa(c.hub.options.MaxFrame)+" bytes")
		case err != nil:
			c.shut(normal, "")
		default:
			c.touch()
			c.handle(data)
		}
	}
}

// next reads one message. Its context never ends, because coder/websocket would
// cut the connection then, without a close code; finish closes it instead.
func (c *conn) next() ([]byte, error) {
	kind, r, err := c.ws.Reader(context.Background())
	if err != nil {
		return nil, err
	}
	if kind != websocket.MessageText {
		return nil, errNotProtocol
	}
	limit := c.hub.options.MaxFrame
	data, err := io.ReadAll(io.LimitReader(r, int64(limit)+1))
	if err == nil && len(data) > limit {
		c.hub.options.Observe("limited", "frame")
		return nil, errNotProtocol
	}
	return data, err
}

// permits counts a frame, and closes the connection when it is one too many.
func (c *conn) permits() bool {
	ok := c.frames.Allow()
	if !ok {
		c.hub.options.Observe("limited", "frames")
		c.shut(tooMany, "too many frames")
	}
	return ok
}

func (c *conn) handle(data []byte) {
	if !c.permits() {
		return
	}
	f, err := parseFrame(data)
	if errors.Is(err, errNotProtocol) {
		c.shut(notProtocol, err.Error())
		return
	}
	if err != nil {
		c.fail(f.ID, err)
		return
	}
	c.dispatch(f)
}

func (c *conn) dispatch(f inbound) {
	defer func() { // a grant's, or a query's topics
		if v := recover(); v != nil {
			c.fail(f.ID, fmt.Errorf("panic: %v", v))
		}
	}()
	switch f.Type {
	case "command":
		c.command(f)
	case "subscribe":
		c.subscribe(f)
	case "unsubscribe":
		c.unsubscribe(f)
	case "query":
		c.query(f)
	case "unquery":
		c.endQuery(f.ID)
	case "ping":
		c.send(outbound{Type: "pong"}.encode())
	case "pong":
	default:
		c.fail(f.ID, errUnknownType)
	}
}

// send writes a frame, or gives up on a reader that is too slow. It never blocks.
func (c *conn) send(frame []byte) {
	c.push(frame)
	c.out.flush()
}

// push queues a frame; the first to do so has to flush.
func (c *conn) push(frame []byte) (first bool) {
	first, ok := c.out.push(frame)
	if !ok {
		c.hub.options.Observe("limited", "queue")
		c.shut(tooSlow, "too slow; resume")
	}
	return first
}

func (c *conn) receive(m message) {
	if c.push(m.frame) {
		c.hub.waiting = append(c.hub.waiting, c.out)
	}
}

// fail sends an error frame; what is not a refusal is logged and not shown.
func (c *conn) fail(id string, err error) {
	refusal := refusalOf(err)
	if refusal.Kind == store.Internal {
		c.hub.options.Logger.Error("a frame failed", "error", err, "actor", c.actor.ID,
			"correlation_id", store.OriginFrom(c.ctx).CorrelationID)
	}
	c.send(encodeError(id, refusal))
}

// finish closes the connection with its reason, after the command in flight and what
// is queued.
func (c *conn) finish() {
	c.settle()
	ctx, cancel := context.WithTimeout(context.Background(), writeTimeout)
	defer cancel()
	c.out.flush()
	c.out.wait(ctx.Done())
	why := c.why()
	_ = c.ws.Close(why.code, why.reason)
}
