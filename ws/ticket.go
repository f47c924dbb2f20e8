package ws

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/composable-go/composable/store"
)

const (
	ticketKind = "ws_ticket"
	ticketLife = 30 * time.Second
)

// issue answers with a ticket: whoever presents it, once and soon, connects as
// the actor who asked for it. Only its hash is kept.
func (h *Hub) issue(w http.ResponseWriter, r *http.Request, actor store.Actor) error {
	if actor.ID == "" {
		return errSignIn
	}
	data, err := json.Marshal(actor)
	if err != nil {
		return err
	}
	ticket, expires := rand.Text(), time.Now().Add(ticketLife)
	row := store.Row{Kind: ticketKind, Key: hash(ticket), Owner: actor.ID, Data: data, Expires: expires}
	if err := h.rt.Change(r.Context(), store.Insert(row)); err != nil {
		return err
	}
	return writeJSON(w, map[string]any{"ticket": ticket, "expires_at": expires.UTC()})
}

// redeem returns the actor of a ticket; of many who present it one succeeds.
func (h *Hub) redeem(r *http.Request, ticket string) (store.Actor, error) {
	row, found, err := h.rt.Row(r.Context(), ticketKind, hash(ticket))
	if err != nil {
		return store.Actor{}, err
	}
	if !found {
		return store.Actor{}, errSignIn
	}
	err = h.rt.Change(r.Context(), store.Take(ticketKind, row.Key))
	if errors.Is(err, store.ErrRow) {
		return store.Actor{}, errSignIn
	}
	if err != nil {
		return store.Actor{}, err
	}
	var actor store.Actor
	if err := json.Unmarshal(row.Data, &actor); err != nil {
		return store.Actor{}, err
	}
	return h.check(r.Context(), actor)
}

func hash(ticket string) string {
	sum := sha256.Sum256([]byte(ticket))
	return hex.EncodeToString(sum[:])
}
