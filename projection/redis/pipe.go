package redis

import (
	"context"
	"encoding"
	"fmt"
	"reflect"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/projection"
)

// maxWords is how many words a command may have, its name included: so many fit on
// the stack of Redis' scripts.
const maxWords = 4000

// Pipe takes the commands of one event. They run in a script after the handler has
// returned, so their results are not there yet, and what a script may not do fails,
// such as to block. Words may be strings, bytes, numbers, booleans, times, types made
// of these, and what has MarshalBinary; a command has up to 4000.
type Pipe struct {
	goredis.Cmdable
	prefix prefix
}

// Key returns the name in Redis of one of the read model's keys. Commands must use no
// others: those are not removed and replaced by a rebuild.
func (p *Pipe) Key(key string) string { return p.prefix.key(key) }

// commands returns what the event becomes for the script: for each command the
// event's position, the number of its words, and these.
func (s *sink) commands(ctx context.Context, e eventlog.Event) ([]any, error) {
	queued := s.client.Pipeline()
	if err := s.Handlers.Apply(ctx, &Pipe{queued, s.prefix}, e); err != nil {
		return nil, err
	}
	var all []any
	for _, command := range queued.Cmds() {
		words, err := wordsOf(command)
		if err != nil {
			return nil, &projection.EventError{Position: e.Position, Err: err}
		}
		all = append(append(all, e.Position, len(words)), words...)
	}
	return all, nil
}

func wordsOf(command goredis.Cmder) (words []any, err error) {
	if err := command.Err(); err != nil {
		return nil, err
	}
	if n := len(command.Args()); n > maxWords {
		return nil, fmt.Errorf("%s has %d words, more than %d", command.Name(), n, maxWords)
	}
	words = make([]any, len(command.Args()))
	for i, arg := range command.Args() {
		if words[i], err = word(arg); err != nil {
			return nil, fmt.Errorf("%s: %w", command.Name(), err)
		}
	}
	return words, nil
}

// word returns what the client can write. It is found out here, as the client would
// fail with the whole batch.
func word(arg any) (any, error) {
	switch arg := arg.(type) {
	case nil, time.Time, *time.Time:
		return arg, nil
	case encoding.BinaryMarshaler:
		return arg.MarshalBinary()
	}
	switch v := reflect.ValueOf(arg); {
	case v.Kind() == reflect.String:
		return v.String(), nil
	case v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Uint8:
		return v.Bytes(), nil
	case v.CanInt():
		return v.Int(), nil
	case v.CanUint():
		return v.Uint(), nil
	case v.CanFloat():
		return v.Float(), nil
	case v.Kind() == reflect.Bool:
		return v.Bool(), nil
	case v.Kind() == reflect.Pointer && !v.IsNil():
		return word(v.Elem().Interface())
	}
	return nil, fmt.Errorf("a %T cannot be a word of a command", arg)
}
