package sqlite_test

import (
	"path/filepath"
	"testing"

	"github.com/composable-go/composable/eventlog/eventlogtest"
)

func BenchmarkAppend(b *testing.B) {
	log := open(b, filepath.Join(b.TempDir(), "log.db"))
	defer log.Close()
	eventlogtest.Benchmark(b, log)
}
