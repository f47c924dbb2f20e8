package redis

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"

	goredis "github.com/redis/go-redis/v9"

	"github.com/composable-go/composable/projection"
)

var _ projection.Rebuilder = (*sink)(nil)

// Fresh implements [projection.Rebuilder]. A rebuild has a prefix of its own, so that
// one that was succeeded without knowing it disturbs no other.
func (s *sink) Fresh(ctx context.Context) (projection.Sink, error) {
	fresh := *s
	fresh.prefix = s.prefix.rebuild(rand.Text())
	err := s.client.Watch(ctx, func(tx *goredis.Tx) error {
		p := tx.TxPipeline()
		if err := each(ctx, tx, s.prefix.rebuild("*"), func(key string) { p.Unlink(ctx, key) }); err != nil {
			return err
		}
		p.HSet(ctx, string(fresh.prefix), "position", 0)
		_, err := p.Exec(ctx)
		return err
	}, string(fresh.prefix))
	return &fresh, err
}

// Switch implements [projection.Rebuilder]. All that either sink does changes its
// checkpoint, so watching these two is enough.
func (s *sink) Switch(ctx context.Context, fresh projection.Sink) (done bool, err error) {
	next, ok := fresh.(*sink)
	if !ok {
		return false, fmt.Errorf("projection/redis: a %T cannot take the place of keys", fresh)
	}
	err = s.client.Watch(ctx, func(tx *goredis.Tx) error {
		position, err := s.position(ctx, tx)
		if err != nil {
			return err
		}
		reached, err := next.position(ctx, tx)
		if err != nil || reached < position {
			return err
		}
		done = true
		return s.replace(ctx, tx, next)
	}, string(s.prefix), string(next.prefix))
	if errors.Is(err, goredis.TxFailedErr) {
		return false, nil // the checkpoints have moved: they are looked at again
	}
	return done && err == nil, err
}

func (s *sink) replace(ctx context.Context, tx *goredis.Tx, next *sink) error {
	p := tx.TxPipeline()
	if err := each(ctx, tx, prefix(s.prefix.key("*")), func(key string) { p.Unlink(ctx, key) }); err != nil {
		return err
	}
	err := each(ctx, tx, prefix(next.prefix.key("*")), func(key string) {
		p.Rename(ctx, key, string(s.prefix)+strings.TrimPrefix(key, string(next.prefix)))
	})
	if err != nil {
		return err
	}
	moved := p.Rename(ctx, string(next.prefix), string(s.prefix))
	// Another command fails when its key is gone, for it has expired since.
	if _, err := p.Exec(ctx); moved.Err() != nil {
		return err
	}
	return nil
}

// each calls do with the keys of a pattern. It may do so twice with a key.
func each(ctx context.Context, tx *goredis.Tx, pattern prefix, do func(key string)) error {
	keys := tx.Scan(ctx, 0, string(pattern), 1000).Iterator()
	for keys.Next(ctx) {
		do(keys.Val())
	}
	return keys.Err()
}
