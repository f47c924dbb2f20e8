package eventlogtest

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"github.com/composable-go/composable/eventlog"
)

// Benchmark measures appends in batches of 1, 64 and 256, as group commit sends
// them: each with a stream, a command id and one event of 200 bytes.
func Benchmark(b *testing.B, backend eventlog.Backend) {
	data := fmt.Appendf(nil, `{"text":%q}`, bytes.Repeat([]byte("x"), 189))
	for _, size := range []int{1, 64, 256} {
		b.Run(fmt.Sprint("batch=", size), func(b *testing.B) {
			next := 0
			batch := make([]eventlog.Append, size)
			b.ReportAllocs()
			for b.Loop() {
				for i := range batch {
					next++
					batch[i] = eventlog.Append{
						Stream:    eventlog.StreamID{Store: fmt.Sprint("bench", size), Key: fmt.Sprint(b.N, next)},
						Events:    []eventlog.NewEvent{{Name: "Happened", Data: data}},
						CommandID: "c", Meta: eventlog.Meta{At: time.Now(), Actor: "user/1"},
					}
				}
				outcomes, err := backend.Append(b.Context(), batch)
				if err != nil {
					b.Fatal(err)
				}
				for _, o := range outcomes {
					if o.Err != nil {
						b.Fatal(o.Err)
					}
				}
			}
			b.ReportMetric(float64(next)/b.Elapsed().Seconds(), "appends/s")
		})
	}
}
