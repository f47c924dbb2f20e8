package redis

import (
	"fmt"
	"regexp"

	goredis "github.com/redis/go-redis/v9"

	"github.com/composable-go/composable/projection"
)

// New describes a read model in Redis. Its name must be unique among those in this
// Redis and never change; it has up to 40 characters of a-z, 0-9, _ and -. The client
// stays the caller's to close. Its timeouts are those of a batch: what
// [projection.Runner.Close] waits for at most. New panics when two handlers take the
// same event and when the name is none.
func New(client goredis.UniversalClient, name string, handlers ...projection.Handler[*Pipe]) projection.Projection {
	if !regexp.MustCompile(`^[a-z0-9_-]{1,40}$`).MatchString(name) {
		panic(fmt.Sprintf("projection/redis: the name %q must have up to 40 characters of a-z, 0-9, _ and -", name))
	}
	return projection.Into(name, newSink(client, name, handlers...))
}

// Key returns the name in Redis of a read model's key.
func Key(name, key string) string { return live(name).key(key) }

// prefix begins all keys of a read model, or of its rebuild, and is itself the key
// of the checkpoint.
type prefix string

// live is in braces for a cluster, which keeps together what has these in common.
func live(name string) prefix { return prefix("{" + name + "}") }

func (p prefix) key(key string) string { return string(p) + ":" + key }

func (p prefix) rebuild(id string) prefix { return p + "+" + prefix(id) }
