package ws

import (
	"context"

	"github.com/google/uuid"

	"github.com/composable-go/composable/store"
)

// command applies a command, one at a time. Once the connection is to be closed
// none is applied any more.
func (c *conn) command(f inbound) {
	c.gate.Lock()
	defer c.gate.Unlock()
	if c.ctx.Err() != nil {
		return
	}
	if !c.commands.Allow() {
		c.hub.options.Observe("limited", "commands")
		c.fail(f.ID, errRate)
		return
	}
	receipt, err := c.hub.apply(c.ctx, c.id, c.preset.target(f))
	if err != nil {
		c.fail(f.ID, err)
		return
	}
	if f.ID != "" {
		c.send(encodeAck(f.ID, receipt))
	}
}

// settle waits for the command in flight.
func (c *conn) settle() {
	c.gate.Lock()
	defer c.gate.Unlock()
}

// apply is the way of every command, by socket or by POST, of the actor whom ctx
// names. scope keeps the ids of anonymous callers apart.
func (h *Hub) apply(ctx context.Context, scope string, f inbound) (store.Receipt, error) {
	receipt, err := h.send(ctx, scope, f)
	outcome := "ok"
	if err != nil {
		outcome = refusalOf(err).Code
	}
	h.options.Observe("command", outcome)
	return receipt, err
}

func (h *Hub) send(ctx context.Context, scope string, f inbound) (store.Receipt, error) {
	name, data, err := f.variant()
	if err != nil {
		return store.Receipt{}, err
	}
	target := h.stores[f.Store]
	if !target.commands[name] {
		return store.Receipt{}, store.ErrForbidden
	}
	if f.Key == "" {
		return store.Receipt{}, errBadFrame.WithField("key", "which stream?")
	}
	origin := store.OriginFrom(ctx)
	origin.CorrelationID = uuid.Must(uuid.NewV7()).String()
	origin.CommandID = f.ID
	if f.ID != "" && origin.Actor.ID == "" { // strangers must not meet in each other's ids
		origin.CommandID = scope + "/" + f.ID
	}
	// A command that has begun is finished, whatever becomes of the connection.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), commandTimeout)
	defer cancel()
	if origin.Actor, err = h.check(ctx, origin.Actor); err != nil {
		return store.Receipt{}, err
	}
	return target.send(store.WithOrigin(ctx, origin), f.Key, name, data)
}

// asActor returns a context in which everything is done for the actor.
func asActor(ctx context.Context, actor store.Actor) context.Context {
	origin := store.OriginFrom(ctx)
	origin.Actor = actor
	return store.WithOrigin(ctx, origin)
}
