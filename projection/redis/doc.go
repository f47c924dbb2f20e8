// Package redis keeps read models in Redis.
//
// A read model names itself and says which commands each event becomes:
//
//	client := goredis.NewClient(&goredis.Options{Addr: "localhost:6379"})
//	leaderboard := redis.New(client, "leaderboard",
//		projection.On("order", func(ctx context.Context, p *redis.Pipe, m projection.Meta, e order.Paid) error {
//			p.ZIncrBy(ctx, p.Key("buyers"), float64(e.Total), e.Buyer)
//			return nil
//		}),
//	)
//	projection.NewRunner(rt, db, projection.Options{}, leaderboard)
//
// Readers use the client themselves and find the keys by [Key]:
//
//	client.ZRevRange(ctx, redis.Key("leaderboard", "buyers"), 0, 9)
//
// The commands of a batch and its checkpoint change in one step, in a script that
// does nothing when the checkpoint is elsewhere. So each command is applied exactly
// once, though batches are sent twice, owners are succeeded without knowing it, or
// Redis is killed: its data and the checkpoint go back together, and the events
// since are applied again, from the first one when all is lost. That is noticed with
// the next event.
//
// Redis undoes nothing. When a command of an event fails, such as one for a key of
// another type, the line stands still there; the commands of that event before it
// stay, and are passed over when the event is tried again.
//
// [projection.Runner.Rebuild] fills keys beside those that serve and renames them all
// in one transaction, during which Redis answers nobody.
//
// Redis must not evict the keys: maxmemory-policy noeviction. In a cluster all keys
// of one read model lie on one node. It takes Redis 5 or later.
package redis
