package storetest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/composable-go/composable/eventlog"
)

// trace is what happened, put into words only when somebody wants to read it.
type trace struct {
	began time.Time
	step  int
	lines []line
}

type line struct {
	step   int
	at     time.Duration
	format string
	args   []any
}

func (t *trace) add(format string, args ...any) {
	t.lines = append(t.lines, line{t.step, time.Since(t.began), format, args})
}

// appended notes what became of an append.
func (t *trace) appended(a eventlog.Append, o eventlog.Outcome) {
	switch {
	case o.Err != nil:
		t.add("  not committed to %s: %v", a.Stream, o.Err)
	case o.Duplicate:
		t.add("  committed to %s before, at version %d", a.Stream, o.Version)
	case len(a.Events) == 0 && a.Done.ID != "":
		t.add("  the effect is finished")
	}
	if o.Err != nil || o.Duplicate {
		return
	}
	for i, e := range a.Events {
		t.add("  %s@%d %s %.300s", a.Stream, o.Version-int64(len(a.Events)-1-i), e.Name, e.Data)
	}
}

func (t *trace) render() []string {
	all := make([]string, len(t.lines))
	for i, l := range t.lines {
		text := fmt.Sprintf(l.format, l.args...)
		if !strings.HasPrefix(text, " ") {
			text = fmt.Sprintf("%4d %12v %s", l.step, l.at.Round(time.Millisecond), text)
		} else {
			text = strings.Repeat(" ", 18) + text
		}
		all[i] = text
	}
	return all
}

// logged takes the runtime's log into the trace. An error there fails the game.
type logged struct {
	slog.Handler
	game *game
	text *strings.Builder
}

func newLogged(g *game, name string) logged {
	text := &strings.Builder{}
	return logged{slog.NewTextHandler(text, &slog.HandlerOptions{ReplaceAttr: brief}).WithAttrs([]slog.Attr{slog.String("by", name)}), g, text}
}

// brief leaves out what differs from play to play: the time, and stacks.
func brief(_ []string, a slog.Attr) slog.Attr {
	if a.Key == slog.TimeKey {
		return slog.Attr{}
	}
	first, _, _ := strings.Cut(a.Value.String(), "\n")
	return slog.String(a.Key, first)
}

// Handle implements [slog.Handler].
func (l logged) Handle(ctx context.Context, r slog.Record) error {
	l.text.Reset()
	err := l.Handler.Handle(ctx, r)
	text := strings.TrimSpace(l.text.String())
	l.game.trace.add("  log: %s", text)
	if r.Level >= slog.LevelError {
		l.game.fail(errors.New(text))
	}
	return err
}

// WithAttrs implements [slog.Handler].
func (l logged) WithAttrs(attrs []slog.Attr) slog.Handler {
	return logged{l.Handler.WithAttrs(attrs), l.game, l.text}
}
