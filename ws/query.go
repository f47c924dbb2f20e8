package ws

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"sync"

	"github.com/composable-go/composable/store"
)

type query struct {
	run            func(ctx context.Context, actor store.Actor, params json.RawMessage) (any, error)
	topics         func(params json.RawMessage) []string // nil: none
	params, result reflect.Type
	apart          bool // from the log: it waits for no read model, and is sent only when it has changed
}

// Query lets clients run a query by name, with parameters of the type P, a struct:
// the zero value when a client gives none, "bad_request" when they do not fit. A live
// one runs again when one of its topics (nil: none) has seen an event, once for as
// many as came while it ran, and not before the read models include them. run decides
// what the actor may see: the topics need no grant, as they are not shown. Its ctx
// ends after 30 s, with the connection, or when the client loses interest. It panics
// on a name that is taken.
func Query[P, R any](
	name string, run func(ctx context.Context, actor store.Actor, params P) (R, error), topics func(params P) []string,
) Exposure {
	q := newQuery(run, topics)
	return func(h *Hub) {
		if _, taken := h.queries[name]; taken {
			panic(fmt.Sprintf("ws: the query %q is added twice", name))
		}
		h.queries[name] = q
	}
}

func newQuery[P, R any](
	run func(ctx context.Context, actor store.Actor, params P) (R, error), topics func(params P) []string,
) query {
	q := query{
		run: func(ctx context.Context, actor store.Actor, raw json.RawMessage) (any, error) {
			params, err := parseParams[P](raw)
			if err != nil {
				return nil, err
			}
			return run(ctx, actor, params)
		},
		params: reflect.TypeFor[P](), result: reflect.TypeFor[R](),
	}
	if topics != nil {
		q.topics = func(raw json.RawMessage) []string {
			params, err := parseParams[P](raw)
			if err != nil { // run says so
				return nil
			}
			return topics(params)
		}
	}
	return q
}

// parseParams decodes a query's parameters, or says which does not fit.
func parseParams[P any](raw json.RawMessage) (params P, err error) {
	if len(raw) == 0 {
		return params, nil
	}
	err = json.Unmarshal(raw, &params)
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok && wrong.Field != "" {
		return params, errBadFrame.WithField("params."+wrong.Field, "must not be a "+wrong.Value).Because(err)
	}
	if err != nil {
		return params, errBadFrame.WithField("params", "are not those of this query").Because(err)
	}
	return params, nil
}

// running is a query of a connection. At most one goroutine works on it.
type running struct {
	conn   *conn
	frame  inbound
	query  query
	topics []string
	ctx    context.Context
	cancel context.CancelFunc

	sent []byte // of whoever works

	mu      sync.Mutex
	wanted  int64 // the read models must have come this far
	due     bool  // to be run (again)
	working bool
}

func (c *conn) query(f inbound) {
	definition, known := c.hub.queries[f.Name]
	switch {
	case f.ID == "":
		c.fail("", errBadFrame.WithField("id", "a query needs one"))
		return
	case !known:
		c.fail(f.ID, errNoQuery)
		return
	}
	c.endQuery(f.ID)
	if c.subscriptions() >= c.hub.options.MaxSubscriptions {
		c.hub.options.Observe("limited", "subscriptions")
		c.fail(f.ID, errSubscriptions)
		return
	}
	q := &running{conn: c, frame: f, query: definition}
	q.ctx, q.cancel = context.WithCancel(c.ctx)
	if f.Live && definition.topics != nil {
		q.topics = definition.topics(f.Params)
	}
	c.mu.Lock()
	if c.queries == nil {
		c.queries = map[string]*running{}
	}
	c.queries[f.ID] = q
	c.mu.Unlock()
	q.want(max(f.from(), q.watch()))
}

// watch follows the query's topics and returns from where on: what happened up to
// there must be in the first result already.
func (q *running) watch() (position int64) {
	h := q.conn.hub
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, topic := range q.topics {
		h.watch(q.conn.route(topic), q, h.position)
		if !q.query.apart {
			position = h.position
		}
	}
	return position
}

func (q *running) receive(m message) { q.want(m.seq) }

// want has the query run once the read models have reached the position.
func (q *running) want(position int64) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.wanted, q.due = max(q.wanted, position), true
	if !q.working {
		q.working = true
		q.conn.working.Go(q.work)
	}
}

// next returns what to wait for before the next run; ok is false when there is
// nothing to do.
func (q *running) next() (position int64, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.working = q.due && q.ctx.Err() == nil
	q.due = false
	return q.wanted, q.working
}

func (q *running) work() {
	for position, ok := q.next(); ok; position, ok = q.next() {
		result, err := q.conn.hub.answer(q.ctx, q.query, q.frame, position)
		if q.ctx.Err() != nil {
			return
		}
		q.reply(result, err)
		if !q.frame.Live || err != nil && transient(refusalOf(err).Kind) { // asked for again by whoever still wants it
			q.conn.drop(q)
		}
	}
}

func (q *running) reply(result []byte, err error) {
	if err != nil {
		q.sent = nil
		q.conn.fail(q.frame.ID, err)
		return
	}
	if q.query.apart && bytes.Equal(result, q.sent) {
		return
	}
	q.sent = result
	q.conn.send(result)
}

func transient(kind store.Kind) bool {
	return kind == store.Timeout || kind == store.Unavailable || kind == store.RateLimited
}

// answer is the way of every query, by socket or by POST, of the actor whom ctx
// names.
func (h *Hub) answer(ctx context.Context, q query, f inbound, position int64) (frame json.RawMessage, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v", v)
		}
	}()
	if err := h.await(ctx, position); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, queryTimeout)
	defer cancel()
	data, err := q.run(ctx, store.OriginFrom(ctx).Actor, f.Params)
	if err != nil {
		return nil, err
	}
	return json.Marshal(resultFrame{"result", f.ID, position, data})
}

// await waits, bounded, for the read models.
func (h *Hub) await(ctx context.Context, position int64) error {
	if position == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, h.options.ReadWait)
	defer cancel()
	err := h.options.Wait(ctx, position)
	if err != nil && errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return errStale.Because(err)
	}
	return err
}

func (c *conn) endQuery(id string) {
	c.mu.Lock()
	q := c.queries[id]
	c.mu.Unlock()
	if q != nil {
		c.drop(q)
	}
}

// drop ends a query: nothing more comes of it.
func (c *conn) drop(q *running) {
	q.cancel()
	c.mu.Lock()
	if c.queries[q.frame.ID] == q {
		delete(c.queries, q.frame.ID)
	}
	c.mu.Unlock()
	c.hub.mu.Lock()
	defer c.hub.mu.Unlock()
	for _, topic := range q.topics {
		c.hub.unwatch(c.route(topic), q)
	}
}
