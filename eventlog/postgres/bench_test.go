package postgres_test

import (
	"testing"

	"github.com/composable-go/composable/eventlog/eventlogtest"
	"github.com/composable-go/composable/internal/pgtest"
)

func BenchmarkAppend(b *testing.B) {
	eventlogtest.Benchmark(b, open(b, pgtest.URL(b, pgtest.Durable)))
}
