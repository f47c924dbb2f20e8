package store_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/memory"
	"github.com/composable-go/composable/store"
)

// secret is an effect that cannot be written down.
type secret struct{ open func() string }

func (secret) EffectName() string { return "secret" }

func hidden(text string) secret { return secret{func() string { return text }} }

// handleSecret registers a handler that returns errs in turn and then writes secrets.
func handleSecret(keys *[]store.Key, errs ...error) func(*store.Runtime) {
	return func(rt *store.Runtime) {
		store.Handle(rt, func(_ context.Context, e secret, key store.Key) (entry, error) {
			*keys = append(*keys, key)
			if n := len(*keys); n <= len(errs) {
				return nil, errs[n-1]
			}
			if text := e.open(); text != "refused" {
				return write{text}, nil
			}
			return fetch{Refuse: true}, nil
		}, store.Volatile{}, store.Retry{Max: 3})
	}
}

func TestAVolatileEffectIsWrittenNowhere(t *testing.T) {
	t.Parallel()
	log := memory.New()
	var keys []store.Key
	s := open(t, slowLog{log, func() error { return nil }}, notebookReducer{}, store.Options{}, handleSecret(&keys))
	s.do(t, "a", hidden("psst"))
	_, err := s.notebooks.Await(t.Context(), "a", func(n notebook) bool { return len(n.Lines) == 1 })
	if err != nil {
		t.Fatal(err)
	}
	s.want(t, "a", "psst")
	if due, err := log.NextDue(t.Context(), eventlog.Kinds{}); err != nil || !due.IsZero() {
		t.Errorf("the queue holds something due at %v, %v", due, err)
	}
}

func TestAVolatileEffectStandsInsideOthers(t *testing.T) {
	var keys []store.Key
	bubble(t, func(t *testing.T, s shelf) {
		s.do(t, "a", store.Sequence(hidden("1"), store.Delay(time.Second, hidden("2")), says("3")))
		advance(time.Minute)
		s.want(t, "a", "1 2 3")
		if len(keys) != 2 || keys[0] == keys[1] || keys[0] == "" {
			t.Errorf("keys = %q, want two", keys)
		}
	}, handleSecret(&keys))
}

func TestAVolatileEffectIsTriedAgainUnderOneKey(t *testing.T) {
	var keys []store.Key
	bubble(t, func(t *testing.T, s shelf) {
		s.do(t, "a", hidden("third"))
		advance(time.Hour)
		s.want(t, "a", "third")
		if len(keys) != 3 || keys[0] != keys[1] || keys[1] != keys[2] {
			t.Errorf("keys = %q, want three times the same", keys)
		}
		if s.logged.String() != "" {
			t.Errorf("logged: %s", s.logged)
		}
	}, handleSecret(&keys, errBroken, errBroken))
}

func TestAVolatileEffectIsGivenUp(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		errs  []error
		want  int
		level string
	}{
		"after its attempts":      {[]error{errBroken, errBroken, errBroken}, 3, "ERROR"},
		"at a permanent error":    {[]error{store.Permanent(errBroken)}, 1, "ERROR"},
		"at the domain's refusal": {nil, 1, "INFO"},
	} {
		t.Run(name, func(t *testing.T) {
			var keys []store.Key
			bubble(t, func(t *testing.T, s shelf) {
				s.do(t, "a", store.Sequence(hidden("refused"), says("never")))
				advance(time.Hour)
				s.want(t, "a", "")
				if len(keys) != c.want {
					t.Errorf("%d attempts, want %d", len(keys), c.want)
				}
				if got := s.logged.String(); strings.Count(got, "effect=secret") != 1 || !strings.Contains(got, "level="+c.level) {
					t.Errorf("logged: %s\nwant one line at level %s", got, c.level)
				}
			}, handleSecret(&keys, c.errs...))
		})
	}
}
