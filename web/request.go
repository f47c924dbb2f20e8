package web

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"github.com/composable-go/composable/store"
)

const maxIdempotencyKey = 255

// Request is a request on its way to a store or a query.
type Request struct {
	*http.Request

	commandID string // of the Idempotency-Key, "" without one
	ids       int
}

// Handle makes a handler of a function whose errors are answered by [Problem].
// Command, State and Query are made with it; use it for a route that is none of
// them. What the function sends to a store carries the request's origin, with
// the Idempotency-Key of a POST as its command id.
func Handle(serve func(w http.ResponseWriter, r *Request) error) http.HandlerFunc {
	return func(w http.ResponseWriter, raw *http.Request) {
		r, err := newRequest(raw)
		if err == nil {
			err = serve(w, r)
		}
		if err != nil {
			Problem(w, raw, err)
		}
	}
}

func newRequest(raw *http.Request) (*Request, error) {
	r := &Request{Request: raw}
	key := raw.Header.Get("Idempotency-Key")
	if len(key) > maxIdempotencyKey {
		return nil, store.Refuse(store.BadRequest, "bad_request", "Idempotency-Key: at most %d characters", maxIdempotencyKey)
	}
	conditional, repeatable := raw.Header.Get("If-Match") != "", raw.Method == http.MethodPost && key != ""
	if !conditional && !repeatable {
		return r, nil
	}
	origin := store.OriginFrom(raw.Context())
	if conditional {
		origin.Precondition = r.Precondition
	}
	if repeatable {
		r.commandID = commandID(raw, origin.Actor, key)
		origin.CommandID = r.commandID
	}
	r.Request = raw.WithContext(store.WithOrigin(raw.Context(), origin))
	return r, nil
}

func commandID(raw *http.Request, actor store.Actor, key string) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%q %s %s %q", actor.ID, raw.Method, route(raw), key))
	return hex.EncodeToString(sum[:])
}

// route returns the pattern that matched, "/orders/{id}".
func route(r *http.Request) string {
	if c := chi.RouteContext(r.Context()); c != nil {
		return c.RoutePattern()
	}
	return r.URL.Path
}

// Actor returns who sends the request, the zero Actor when nobody is signed in.
func (r *Request) Actor() store.Actor { return store.OriginFrom(r.Context()).Actor }

// Param returns a path parameter, percent-decoded; "" when the route has none of
// that name.
func (r *Request) Param(name string) string {
	value := chi.URLParam(r.Request, name)
	if r.URL.RawPath == "" { // chi matched the decoded path
		return value
	}
	decoded, err := url.PathUnescape(value)
	if err != nil {
		return value
	}
	return decoded
}

// NewID returns a new UUID. When the request has an Idempotency-Key the same
// call returns the same id whenever the request is repeated.
func (r *Request) NewID() string {
	if r.commandID == "" {
		return uuid.Must(uuid.NewV7()).String()
	}
	r.ids++
	return store.DeriveID(r.commandID + "/" + strconv.Itoa(r.ids))
}

// JSON decodes the body into v. Unknown fields are ignored, so that a newer
// client can talk to an older server; anything after the value is refused. The
// refusals are 415 for another media type, 400 for malformed JSON, 413 for a
// body above the limit, and 422 with the field's name for a value of the wrong
// type.
func (r *Request) JSON(v any) error {
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || media != "application/json" && !strings.HasSuffix(media, "+json") {
		return ErrMediaType
	}
	decoder := json.NewDecoder(r.Body)
	if err := decoder.Decode(v); err != nil {
		return badJSON(err)
	}
	if _, err := decoder.Token(); err == nil {
		return store.Refuse(store.BadRequest, "bad_request", "there is more than one JSON value in the body")
	} else if err != io.EOF {
		return badJSON(err)
	}
	return nil
}

func badJSON(err error) error {
	var tooLarge *http.MaxBytesError
	var mistyped *json.UnmarshalTypeError
	switch {
	case errors.As(err, &tooLarge):
		return ErrTooLarge
	case errors.Is(err, io.EOF):
		return store.Refuse(store.BadRequest, "bad_request", "the body is empty, JSON was expected").Because(err)
	case errors.As(err, &mistyped) && mistyped.Field != "":
		var v Validation
		v.Check(false, mistyped.Field, "must not be a %s", mistyped.Value)
		return v.Err()
	}
	return store.Refuse(store.BadRequest, "bad_request", "the body is not the JSON that was expected").Because(err)
}
