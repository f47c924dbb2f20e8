package main

import (
	"io"
	"net/http"
	"testing"

	"github.com/go-chi/chi/v5"

	"github.com/composable-go/composable/app"
	"github.com/composable-go/composable/app/apptest"
	"github.com/composable-go/composable/store"
)

func TestCounterCountsAndRefusesAtZero(t *testing.T) {
	t.Parallel()
	url := apptest.Serve(t, func(a *app.App) {
		a.Routes(func(r chi.Router) { routes(r, store.New(a.Runtime, "counter", Reducer{})) })
	})
	for _, step := range []struct {
		path, want string
		status     int
	}{
		{"increment", `{"count":1}`, 200},
		{"increment", `{"count":2}`, 200},
		{"decrement", `{"count":1}`, 200},
		{"decrement", `{"count":0}`, 200},
		{"decrement", "", 409},
	} {
		response, err := http.Post(url+"/counters/visits/"+step.path, "", nil)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(response.Body)
		response.Body.Close()
		if err != nil || response.StatusCode != step.status || step.want != "" && string(body) != step.want {
			t.Errorf("%s: %d %s, %v; want %d %s", step.path, response.StatusCode, body, err, step.status, step.want)
		}
	}
}
