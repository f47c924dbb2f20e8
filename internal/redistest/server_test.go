package redistest_test

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/composable-go/composable/internal/redistest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestAKilledServerComesBackWithWhatItWrote(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		args []string
		want int64
	}{
		"nothing":    {nil, 0},
		"everything": {[]string{"--appendonly", "yes", "--appendfsync", "always"}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := redistest.Start(t, c.args...)
			client := server.Client(t)
			if err := client.Set(t.Context(), "key", "value", 0).Err(); err != nil {
				t.Fatal(err)
			}
			server.Kill(t)
			if err := client.Ping(t.Context()).Err(); err == nil {
				t.Error("a killed server answers")
			}
			server.Restart(t)
			if n, err := client.Exists(t.Context(), "key").Result(); err != nil || n != c.want {
				t.Errorf("%d keys, %v; want %d", n, err, c.want)
			}
		})
	}
}
