package postgres_test

import (
	"testing"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/eventlogtest"
	"github.com/composable-go/composable/eventlog/postgres"
	"github.com/composable-go/composable/internal/pgtest"
)

func open(t testing.TB, url string) *postgres.Log {
	t.Helper()
	log, err := postgres.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := log.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return log
}

func TestConformance(t *testing.T) {
	eventlogtest.Run(t, func(t *testing.T) eventlog.Backend { return open(t, pgtest.URL(t)) })
}

func TestDurable(t *testing.T) {
	eventlogtest.Durable(t, func(t *testing.T) func(*testing.T) eventlog.Backend {
		url := pgtest.URL(t)
		return func(t *testing.T) eventlog.Backend { return open(t, url) }
	})
}
