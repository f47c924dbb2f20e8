package ws

import (
	"context"
	"fmt"
	"strings"

	"github.com/composable-go/composable/store"
)

type grant func(ctx context.Context, actor store.Actor, key string) (bool, error)

// Grant decides who may follow the topics of a prefix: "event:7" has the prefix
// "event" and the key "7", "admin" has the key "". ctx ends after 10 s or with
// the connection. It panics on a prefix that is granted already, and on "me",
// which needs no grant.
func Grant(prefix string, may func(ctx context.Context, actor store.Actor, key string) (bool, error)) Exposure {
	return func(h *Hub) {
		if _, taken := h.grants[prefix]; taken || prefix == me || prefix == "" || strings.Contains(prefix, ":") {
			panic(fmt.Sprintf("ws: the topic prefix %q is taken or not usable; choose another for ws.Grant", prefix))
		}
		h.grants[prefix] = may
	}
}

// admits returns the topic under which the hub knows what the actor calls topic,
// or the refusal.
func (h *Hub) admits(ctx context.Context, actor store.Actor, topic string) (string, error) {
	if topic == me {
		if actor.ID == "" {
			return "", errSignIn
		}
		return Me(actor.ID), nil
	}
	prefix, key, _ := strings.Cut(topic, ":")
	may, known := h.grants[prefix]
	if !known {
		return "", store.ErrForbidden
	}
	ctx, cancel := context.WithTimeout(ctx, grantTimeout)
	defer cancel()
	switch ok, err := may(ctx, actor, key); {
	case err != nil:
		return "", err
	case !ok:
		return "", store.ErrForbidden
	}
	return topic, nil
}
