package app

import (
	"context"
	"crypto/hkdf"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"reflect"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/lmittmann/tint"

	"github.com/composable-go/composable/auth"
	"github.com/composable-go/composable/email"
	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/projection"
	"github.com/composable-go/composable/saga"
	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/web"
	"github.com/composable-go/composable/ws"
)

// App is a program in the making: register what it consists of, then [App.Run] it.
type App struct {
	Config  Config
	Logger  *slog.Logger
	Runtime *store.Runtime // stores and effect handlers go here
	Hub     *ws.Hub        // for sockets beyond [App.Realtime]

	db          *database
	router      *chi.Mux
	projections []projection.Projection
	inlines     []*projection.Inline
	runner      *projection.Runner
	sagas       []*saga.Saga
	sagaRunner  *saga.Runner
	auth        *auth.Auth
	types       []reflect.Type   // for TypeScript
	refusals    []*store.Refusal // of the routes for operators
	sender      email.Sender     // nil when no mail can be sent
	mails       []email.Message  // to be shown during development
	checks      []web.Check
	started     []func(context.Context) error
	stopped     []func() error
}

// New is [Open] for a main function: when it fails it says why and exits.
func New(c Config) *App {
	a, err := Open(context.Background(), c)
	if err != nil {
		fmt.Fprintf(os.Stderr, "cannot start: %v\n", err)
		os.Exit(1)
	}
	return a
}

// Open opens the database that the configuration names and puts the parts
// together; nothing runs before [App.Run] or [App.Serve], which also close what
// Open opened. ctx bounds the opening.
func Open(ctx context.Context, c Config) (*App, error) {
	if c.err != nil {
		return nil, c.err
	}
	db, err := openDatabase(ctx, c.DatabaseURL)
	if err != nil {
		return nil, err
	}
	a := &App{Config: c, Logger: newLogger(c.Dev), db: db}
	a.Runtime = store.NewRuntime(db, store.Options{Logger: a.Logger})
	a.router = web.NewRouter(web.Options{
		Logger:         a.Logger,
		TrustedProxies: c.TrustedProxies,
		HTTPS:          strings.HasPrefix(c.BaseURL, "https://"),
	})
	a.Hub = ws.NewHub(a.Runtime, ws.Options{Logger: a.Logger, Wait: a.Wait, Problem: web.Problem, Check: a.checkSession})
	a.router.Get("/health", web.Health())
	a.router.HandleFunc("/dev/*", func(w http.ResponseWriter, r *http.Request) { web.Problem(w, r, web.ErrNotFound) })
	a.router.Get("/ready", func(w http.ResponseWriter, r *http.Request) { web.Ready(a.components()...)(w, r) })
	if err := a.openMail(); err != nil {
		return nil, errors.Join(err, db.close())
	}
	return a, nil
}

func newLogger(dev bool) *slog.Logger {
	if dev {
		return slog.New(tint.NewTextHandler(os.Stderr, &tint.Options{TimeFormat: time.TimeOnly}))
	}
	return slog.New(slog.NewJSONHandler(os.Stderr, nil))
}

// Routes adds HTTP routes, behind the middleware of package web and with the
// caller's actor in each request's origin.
func (a *App) Routes(add func(r chi.Router)) {
	a.router.Group(func(r chi.Router) {
		r.Use(web.Identify(a.Authenticate))
		add(r)
	})
}

// Realtime opens a WebSocket endpoint and what it exposes.
func (a *App) Realtime(path string, exposures ...ws.Exposure) {
	a.Hub.Add(exposures...)
	handler := a.Hub.Handler(a.Authenticate)
	a.router.Handle(path, handler)
	a.router.Handle(path+"/ticket", handler)
}

// Project adds read models, in tables beside the log; see [App.DB].
func (a *App) Project(projections ...projection.Projection) {
	a.projections = append(a.projections, projections...)
}

// Inline adds read models that are never behind, in tables beside the log; they need
// sqlite: or postgres://.
func (a *App) Inline(models ...*projection.Inline) {
	for _, m := range models {
		m.Register(a.Runtime)
	}
	a.inlines = append(a.inlines, models...)
}

// Saga adds process managers; see package saga.
func (a *App) Saga(sagas ...*saga.Saga) { a.sagas = append(a.sagas, sagas...) }

// Projections is the runner of the read models, to rebuild one or to get one going
// that stands still; nil before the program runs.
func (a *App) Projections() *projection.Runner { return a.runner }

// DB is the database of the read models.
func (a *App) DB() *sql.DB { return a.db.models }

// Wait blocks until all read models include the position, or ctx ends.
func (a *App) Wait(ctx context.Context, position int64) error {
	if a.runner == nil {
		return nil
	}
	return a.runner.Wait(ctx, position)
}

// OnStart adds work to be done once everything runs and before anybody is served,
// such as seeding a development database.
func (a *App) OnStart(do func(ctx context.Context) error) { a.started = append(a.started, do) }

// OnStop adds work to be done when everything has stopped.
func (a *App) OnStop(do func() error) { a.stopped = append(a.stopped, do) }

// Auth adds sign-in: its routes under /auth, its users, its mails. Of the options,
// the secret key, base address, sender, admins and providers come from the configuration
// where they are not given.
func (a *App) Auth(o auth.Options) *auth.Auth {
	if err := a.completeAuth(&o); err != nil {
		fmt.Fprintf(os.Stderr, "cannot start: %v\n", err)
		os.Exit(1)
	}
	a.auth = auth.New(a.Runtime, o)
	a.router.Route("/auth", a.auth.Routes)
	a.Hub.Add(ws.EndSessions(a.auth.Users(), endedSessions))
	return a.auth
}

func endedSessions(r ws.Recorded[auth.Action]) []string {
	if e, ok := r.Action.(auth.SessionRevoked); ok {
		return []string{e.ID}
	}
	return nil
}

// Authenticate finds out who sends a request: nobody, in a program without
// sign-in.
func (a *App) Authenticate(r *http.Request) (store.Actor, error) {
	if a.auth == nil {
		return store.Actor{}, nil
	}
	return a.auth.Authenticate(r)
}

// checkSession finds out who the actor of a socket is by now.
func (a *App) checkSession(ctx context.Context, actor store.Actor) (store.Actor, error) {
	if a.auth == nil {
		return actor, nil
	}
	return a.auth.CheckSession(ctx, actor)
}

// DeriveKey returns a key of 32 bytes for one purpose, made of the program's secret
// key: what is signed for one purpose is worth nothing for another.
func (a *App) DeriveKey(purpose string) ([]byte, error) {
	secret, err := a.Config.secretKey()
	if err != nil {
		return nil, err
	}
	return hkdf.Key(sha256.New, secret, nil, "composable app: "+purpose, sha256.Size)
}

func (a *App) components() []web.Check {
	return append([]web.Check{
		{Name: "database", Run: func(ctx context.Context) (any, error) {
			head, err := a.db.Wait(ctx, -1)
			return map[string]int64{"position": head}, err
		}},
		{Name: "queue", Run: func(ctx context.Context) (any, error) {
			due, err := a.db.NextDue(ctx, eventlog.Kinds{})
			overdue := max(0, time.Since(due).Seconds())
			if due.IsZero() {
				overdue = 0
			}
			return map[string]any{"overdue_seconds": overdue, "effects": a.effects()}, err
		}},
		{Name: "projections", Run: a.checkProjections},
		{Name: "sagas", Run: a.checkSagas},
		{Name: "realtime", Run: a.checkRealtime},
	}, a.checks...)
}

func (a *App) checkProjections(ctx context.Context) (any, error) {
	all, err := a.runner.Status(ctx)
	details := map[string]any{}
	for _, s := range all {
		detail := map[string]any{"position": s.Position, "lag": s.Lag, "lag_seconds": s.Age.Seconds(), "owner": s.Owner}
		if s.Failure != nil {
			detail["failure"] = failureDetail(s.Failure)
			err = errors.Join(err, fmt.Errorf("projection %s stands still: %w", s.Name, s.Failure))
		}
		if s.Rebuild != nil {
			rebuild := map[string]any{"position": s.Rebuild.Position}
			if s.Rebuild.Failure != nil { // what serves is well
				rebuild["failure"] = failureDetail(s.Rebuild.Failure)
			}
			detail["rebuild"] = rebuild
		}
		details[s.Name] = detail
	}
	return details, err
}

// failureDetail leaves out what the failure says, and whose stream it is: anybody
// may ask.
func failureDetail(f *projection.Failure) map[string]any {
	detail := map[string]any{"since": f.Since, "attempts": f.Attempts}
	if f.Position > 0 {
		detail["position"], detail["store"], detail["event"] = f.Position, f.Stream.Store, f.Event
	}
	return detail
}

func (a *App) checkSagas(ctx context.Context) (any, error) {
	all, err := a.sagaRunner.Status(ctx)
	lag := map[string]int64{}
	for _, s := range all {
		lag[s.Name] = s.Lag
		err = errors.Join(err, s.Err)
	}
	return map[string]any{"lag": lag}, err
}

func (a *App) checkRealtime(ctx context.Context) (any, error) {
	s, err := a.Hub.Status(ctx)
	return map[string]any{
		"position": s.Position, "lag": s.Lag, "lag_seconds": s.Age.Seconds(),
		"connections": s.Connections, "subscriptions": s.Subscriptions, "queued_bytes": s.Queued,
	}, err
}
