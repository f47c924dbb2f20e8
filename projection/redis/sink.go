package redis

import (
	"context"
	"errors"
	"fmt"

	goredis "github.com/redis/go-redis/v9"

	"github.com/composable-go/composable/projection"
)

// sink keeps a read model under a prefix. Its checkpoint is a hash of the position
// and of how many commands of the next event are applied already.
type sink struct {
	projection.Handlers[*Pipe]

	client goredis.UniversalClient
	prefix prefix
	script *goredis.Script
}

func newSink(client goredis.UniversalClient, name string, handlers ...projection.Handler[*Pipe]) *sink {
	return &sink{
		client: client, prefix: live(name), Handlers: projection.NewHandlers(handlers...),
		script: goredis.NewScript(apply),
	}
}

// Prepare implements [projection.Sink]: Redis needs nothing.
func (s *sink) Prepare(ctx context.Context) error { return s.client.Ping(ctx).Err() }

// Position implements [projection.Sink].
func (s *sink) Position(ctx context.Context) (int64, error) { return s.position(ctx, s.client) }

func (s *sink) position(ctx context.Context, client goredis.Cmdable) (int64, error) {
	position, err := client.HGet(ctx, string(s.prefix), "position").Int64()
	if errors.Is(err, goredis.Nil) {
		return 0, nil
	}
	return position, err
}

// Apply implements [projection.Sink].
func (s *sink) Apply(ctx context.Context, b projection.Batch) (position int64, err error) {
	args := []any{b.After, b.Through}
	for _, e := range b.Events {
		commands, err := s.commands(ctx, e)
		if err != nil {
			return 0, err
		}
		args = append(args, commands...)
	}
	reply, err := s.script.Run(ctx, s.client, []string{string(s.prefix)}, args...).Slice()
	if err != nil {
		return 0, err
	}
	position, _ = reply[0].(int64)
	if len(reply) == 1 {
		return position, nil
	}
	// Had Redis been the culprit, it would not have moved the checkpoint either.
	at, _ := reply[1].(int64)
	return position, &projection.EventError{Position: at, Err: errors.New(fmt.Sprint(reply[2]))}
}
