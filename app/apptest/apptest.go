// Package apptest starts whole programs in tests of their own: the real wiring on
// a port of its own, with an in-memory or temporary database.
package apptest

import (
	"context"
	"net"
	"testing"

	"github.com/composable-go/composable/app"
)

// Serve runs the program that wire registers, in development mode, until the test
// ends, and returns its address: "http://localhost:PORT". Settings are "KEY=value"
// as in [app.FromEnv]; by default everything is kept in memory and a directory of
// the test.
func Serve(t testing.TB, wire func(a *app.App), settings ...string) (url string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	url = "http://localhost:" + port
	defaults := []string{"DEV=1", "DATABASE_URL=memory:", "DATA_DIR=" + t.TempDir(), "LISTEN=" + listener.Addr().String()}
	a, err := app.Open(t.Context(), app.ConfigOf(append(defaults, settings...)...))
	if err != nil {
		t.Fatal(err)
	}
	wire(a)
	ctx, stop := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- a.ServeOn(ctx, listener) }()
	t.Cleanup(func() {
		stop()
		if err := <-served; err != nil {
			t.Errorf("the program stopped with: %v", err)
		}
	})
	return url
}
