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
	receipt, err := c.apply(f)
	if err != nil {
		c.hub.options.Observe("command", refusalOf(err).Code)
		c.fail(f.ID, err)
		return
	}
	c.hub.options.Observe("command", "ok")
	if f.ID != "" {
		c.send(encodeAck(f.ID, receipt))
	}
}

// settle waits for the command in flight.
func (c *conn) settle() {
	c.gate.Lock()
	defer c.gate.Unlock()
}

func (c *conn) apply(f inbound) (store.Receipt, error) {
	if f.Store == "" {
		f.Store, f.Key = c.store, c.key
	}
	name, data, err := parseAction(f.Action)
	if err != nil {
		return store.Receipt{}, err
	}
	target := c.hub.stores[f.Store]
	if !target.commands[name] {
		return store.Receipt{}, store.ErrForbidden
	}
	if f.Key == "" {
		return store.Receipt{}, errBadFrame.WithField("key", "which stream?")
	}
	origin := store.OriginFrom(c.ctx)
	origin.CorrelationID = uuid.Must(uuid.NewV7()).String()
	origin.CommandID = f.ID
	if f.ID != "" && c.actor.ID == "" { // strangers must not meet in each other's ids
		origin.CommandID = c.id + "/" + f.ID
	}
	// A command that has begun is finished, whatever becomes of the connection.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.ctx), commandTimeout)
	defer cancel()
	return target.send(store.WithOrigin(ctx, origin), f.Key, name, data)
}
