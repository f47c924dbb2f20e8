package ws

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"sync"
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

// conn is one connection. Its reader is the goroutine of the HTTP handler.
type conn struct {
	hub     *Hub
	ws      *websocket.Conn
	actor   store.Actor
	id      string
	out     *outbox
	silence *time.Timer
	expiry  *time.Timer     // nil: the session ends only when it is ended
	ctx     context.Context // ends when the connection is to be closed
	cancel  context.CancelCauseFunc
	working sync.WaitGroup // the writer and queries

	gate sync.Mutex // held while a command is applied and answered

	// Of the reader alone.
	commands, frames *rate.Limiter
	topics           map[string]bool // as the hub knows them
	preset           prepared

	mu      sync.Mutex
	queries map[string]*running // by frame id
}

func (h *Hub) newConn(ctx context.Context, actor store.Actor) *conn {
	o := h.options
	c := &conn{
		hub: h, actor: actor, id: uuid.NewString(), out: newOutbox(o.MaxQueue),
		commands: rate.NewLimiter(rate.Limit(o.CommandsPerSecond), 2*o.CommandsPerSecond),
		frames:   rate.NewLimiter(rate.Limit(o.FramesPerSecond), 2*o.FramesPerSecond),
		topics:   map[string]bool{}, queries: map[string]*running{},
	}
	c.ctx, c.cancel = context.WithCancelCause(asActor(context.WithoutCancel(ctx), actor))
	return c
}

// serve returns when the connection is closed and nothing of it runs any more.
func (c *conn) serve(begin func()) {
	c.silence = time.AfterFunc(c.hub.options.Silence, func() { c.shut(silent, "no frame for too long") })
	defer c.silence.Stop()
	c.working.Go(c.write)
	begin()
	c.read()
	c.unfollow()
	c.working.Wait()
	c.hub.leave(c)
	var why closure
	_ = errors.As(context.Cause(c.ctx), &why)
	c.hub.options.Observe("closed", strconv.Itoa(int(why.code)))
}

// shut has the connection closed, soon. It never blocks.
func (c *conn) shut(code websocket.StatusCode, reason string) { c.cancel(closure{code, reason}) }

// touch notes that the client is alive.
func (c *conn) touch() { c.silence.Reset(c.hub.options.Silence) }

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
// cut the connection then, without a close code; the writer closes it instead.
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

func (c *conn) handle(data []byte) {
	if !c.frames.Allow() {
		c.hub.options.Observe("limited", "frames")
		c.shut(tooMany, "too many frames")
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

// send queues a frame, or gives up on a reader that is too slow.
func (c *conn) send(frame []byte) {
	if !c.out.push(frame) {
		c.hub.options.Observe("limited", "queue")
		c.shut(tooSlow, "too slow; resume")
	}
}

func (c *conn) receive(m message) { c.send(m.frame) }

// fail sends an error frame; what is not a refusal is logged and not shown.
func (c *conn) fail(id string, err error) {
	refusal := refusalOf(err)
	if refusal.Kind == store.Internal {
		c.hub.options.Logger.Error("a frame failed", "error", err, "actor", c.actor.ID,
			"correlation_id", store.OriginFrom(c.ctx).CorrelationID)
	}
	c.send(encodeError(id, refusal))
}

func (c *conn) write() {
	ping := time.NewTicker(c.hub.options.PingEvery)
	defer ping.Stop()
	for {
		select {
		case <-c.ctx.Done():
			c.finish()
			return
		case <-ping.C:
			c.send(outbound{Type: "ping"}.encode())
		case <-c.out.wake:
			c.flush(c.ctx)
		}
	}
}

// flush writes what is queued, until ctx ends.
func (c *conn) flush(ctx context.Context) {
	for ctx.Err() == nil {
		frame := c.out.pop()
		if frame == nil {
			return
		}
		// Not the context of the connection, which ends in order to say why.
		write, cancel := context.WithTimeout(context.Background(), writeTimeout)
		err := c.ws.Write(write, websocket.MessageText, frame)
		cancel()
		if err != nil {
			c.shut(normal, "")
			return
		}
	}
}

// finish closes the connection with its reason, after the command in flight. What
// is queued is still sent, but not to who is too slow or not welcome any more.
func (c *conn) finish() {
	c.settle()
	var why closure
	_ = errors.As(context.Cause(c.ctx), &why)
	if why.code == goingAway || why.code == notProtocol {
		ctx, cancel := context.WithTimeout(context.Background(), writeTimeout)
		defer cancel()
		c.flush(ctx)
	}
	_ = c.ws.Close(why.code, why.reason)
}
