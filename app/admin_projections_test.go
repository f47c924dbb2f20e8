package app_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/composable-go/composable/app"
	"github.com/composable-go/composable/app/apptest"
	"github.com/composable-go/composable/auth"
	"github.com/composable-go/composable/auth/authtest"
	"github.com/composable-go/composable/projection"
)

// totals counts events, and cannot digest any before it is mended.
func totals(mended *atomic.Bool) projection.Projection {
	return projection.New("totals", []string{`CREATE TABLE IF NOT EXISTS {totals} (key TEXT PRIMARY KEY, n BIGINT NOT NULL)`},
		projection.On("tally", func(ctx context.Context, tx *projection.Tx, m projection.Meta, _ counted) error {
			if !mended.Load() {
				return errors.New("indigestible")
			}
			_, err := tx.Exec(ctx, `INSERT INTO {totals} (key, n) VALUES ($1, 1) ON CONFLICT (key) DO UPDATE SET n = {totals}.n + 1`, m.Key)
			return err
		}))
}

func TestAnAdminGetsAReadModelGoing(t *testing.T) {
	t.Parallel()
	var mended atomic.Bool
	box := authtest.NewMailbox()
	url := apptest.Serve(t, func(a *app.App) {
		a.Auth(auth.Options{App: "Test", Sender: box, AdminEmails: []string{"ada@example.com"}})
		wire(a)
		a.Project(totals(&mended))
		a.Admin("/admin")
	})
	admin := authtest.SignIn(t, url, box, "ada@example.com")
	type model struct {
		Name     string
		Position int64
		Failure  *struct {
			Message, Event string
			Position       int64
		}
		Rebuild *struct{}
	}
	until := func(done func(model) bool) (m model) {
		t.Helper()
		for {
			var list struct{ Items []model }
			if err := json.Unmarshal([]byte(ask(t, admin, "GET", url+"/admin/projections", 200)), &list); err != nil || len(list.Items) != 1 {
				t.Fatalf("%+v, %v; want one read model", list, err)
			}
			if done(list.Items[0]) || t.Context().Err() != nil {
				return list.Items[0]
			}
		}
	}
	ask(t, admin, "POST", url+"/tallies/a", 200)
	failure := until(func(m model) bool { return m.Failure != nil }).Failure
	if failure.Event != "counted" || failure.Position == 0 || failure.Message == "" {
		t.Errorf("failure = %+v", failure)
	}
	ask(t, admin, "POST", url+"/admin/projections/totals/skip", 422)
	ask(t, admin, "POST", fmt.Sprintf("%s/admin/projections/totals/skip?position=%d", url, failure.Position+1), 409)
	ask(t, admin, "POST", url+"/admin/projections/others/retry", 404)
	ask(t, admin, "POST", fmt.Sprintf("%s/admin/projections/totals/skip?position=%d", url, failure.Position), 202)
	until(func(m model) bool { return m.Failure == nil && m.Position >= failure.Position })
	ask(t, admin, "POST", url+"/tallies/a", 200)
	until(func(m model) bool { return m.Failure != nil })
	mended.Store(true)
	ask(t, admin, "POST", url+"/admin/projections/totals/retry", 202)
	until(func(m model) bool { return m.Failure == nil })
	ask(t, admin, "POST", url+"/admin/projections/totals/rebuild", 202)
	until(func(m model) bool { return m.Rebuild == nil })
}
