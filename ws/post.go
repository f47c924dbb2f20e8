package ws

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/netip"
	"strings"

	"github.com/go-chi/chi/v5/middleware"
	"github.com/google/uuid"

	"github.com/composable-go/composable/store"
)

// post issues a ticket, or answers a request whose body is one frame, a command or a
// query, as a connection would, for those whose network lets no socket through. Ids of
// commands mean the same as there: those of an actor are known on every way in,
// those of an anonymous caller only to the request, as nothing tells two callers
// apart who chose the same.
func (e endpoint) post(w http.ResponseWriter, r *http.Request) error {
	if !e.hub.allows(r) {
		e.hub.options.Observe("limited", "origin")
		return store.ErrForbidden
	}
	actor, err := e.authenticate(r)
	if err != nil {
		return err
	}
	if !e.hub.posts.allow(caller(actor, r), e.hub.options.CommandsPerSecond) {
		e.hub.options.Observe("limited", "posts")
		return errRate
	}
	if strings.HasSuffix(r.URL.Path, "/ticket") {
		return e.hub.issue(w, r, actor)
	}
	f, err := e.hub.frameOf(r)
	if err != nil {
		return err
	}
	answer, err := e.hub.once(asActor(r.Context(), actor), e.prepare(r).target(f))
	if err != nil {
		return err
	}
	return writeJSON(w, answer)
}

// frameOf reads the body, within the limit of a socket's frame.
func (h *Hub) frameOf(r *http.Request) (inbound, error) {
	if media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || media != "application/json" {
		return inbound{}, errMediaType
	}
	data, err := io.ReadAll(io.LimitReader(r.Body, int64(h.options.MaxFrame)+1))
	if tooLarge := new(http.MaxBytesError); len(data) > h.options.MaxFrame || errors.As(err, &tooLarge) {
		h.options.Observe("limited", "frame")
		return inbound{}, store.ErrTooLarge
	}
	if err != nil {
		return inbound{}, errBadFrame.Because(err)
	}
	f, err := parseFrame(data)
	if errors.Is(err, errNotProtocol) {
		err = errBadFrame.Because(err)
	}
	return f, err
}

// once returns the frame that answers a command or a query.
func (h *Hub) once(ctx context.Context, f inbound) (any, error) {
	switch f.Type {
	case "command":
		receipt, err := h.apply(ctx, uuid.NewString(), f)
		return ackFrame{"ack", f.ID, receipt}, err
	case "query":
		definition, known := h.queries[f.Name]
		if !known {
			return nil, errNoQuery
		}
		return h.answer(ctx, definition, f, f.from())
	}
	return nil, errUnknownType
}

// caller is who shares one allowance of requests: an actor, or all anonymous
// callers of one network, which is an IPv4 address or the /64 of an IPv6 host.
func caller(actor store.Actor, r *http.Request) string {
	if actor.ID != "" {
		return "actor " + actor.ID
	}
	address := middleware.GetClientIPAddr(r.Context())
	if remote, err := netip.ParseAddrPort(r.RemoteAddr); err == nil && !address.IsValid() {
		address = remote.Addr()
	}
	network, _ := address.Prefix(min(address.BitLen(), 64)) // the zero prefix of who has no address
	return "network " + network.String()
}

func writeJSON(w http.ResponseWriter, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(body)
	return nil
}
