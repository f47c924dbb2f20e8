package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/go-chi/chi/v5"
	"github.com/skip2/go-qrcode"

	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/web"
)

func (a *API) ticketRoutes(r chi.Router) {
	r.Get("/tickets", web.Query(a.Wait, func(r *web.Request) (any, error) {
		p, err := paging(r)
		if err != nil {
			return nil, err
		}
		return a.Model.Tickets(r.Context(), r.Actor().ID, p)
	}))
	r.Get("/tickets/{id}", web.Query(a.Wait, func(r *web.Request) (any, error) {
		return a.Model.Ticket(r.Context(), r.Actor().ID, r.Param("id"))
	}))
	r.Get("/tickets/{id}.svg", web.Handle(a.ticketCode))
}

// ticketCode draws what the door reads. A picture cannot say what its page has
// seen, so no ticket is missing before the read models have caught up with the log.
func (a *API) ticketCode(w http.ResponseWriter, r *web.Request) error {
	ticket, err := a.Model.Ticket(r.Context(), r.Actor().ID, r.Param("id"))
	if errors.Is(err, web.ErrNotFound) {
		if err := a.catchUp(r.Context()); err != nil {
			return err
		}
		ticket, err = a.Model.Ticket(r.Context(), r.Actor().ID, r.Param("id"))
	}
	if err != nil {
		return err
	}
	code, err := qrcode.New(ticket.Code, qrcode.Medium)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "image/svg+xml")
	w.Header().Set("Cache-Control", "private, max-age=86400")
	_, _ = w.Write(drawSVG(code.Bitmap()))
	return nil
}

// catchUp waits until the read models include all that is in the log now.
func (a *API) catchUp(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, holdWait)
	defer cancel()
	head, err := a.Reservations.Runtime().Log().Wait(ctx, -1)
	if err != nil {
		return store.ErrUnavailable.Because(err)
	}
	return a.Wait(ctx, head)
}

// drawSVG draws the dark modules as one path, a module being one unit.
func drawSVG(modules [][]bool) []byte {
	var path strings.Builder
	for y, row := range modules {
		for x, dark := range row {
			if dark {
				fmt.Fprintf(&path, "M%d %dh1v1h-1z", x, y)
			}
		}
	}
	return fmt.Appendf(nil, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" shape-rendering="crispEdges" role="img" aria-label="QR code of the ticket">`+
		`<rect width="100%%" height="100%%" fill="#fff"/><path d="%s"/></svg>`, len(modules), len(modules), path.String())
}
