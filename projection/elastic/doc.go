// Package elastic keeps read models in Elasticsearch, by its bulk API.
//
// A read model is an index. It says which documents each event puts there or removes:
//
//	cluster := elastic.Cluster{URL: "https://search:9200", APIKey: key}
//	orders := elastic.New(cluster, "orders", `{"mappings":{"properties":{"status":{"type":"keyword"}}}}`,
//		projection.On("order", func(ctx context.Context, b *elastic.Bulk, m projection.Meta, e order.Placed) error {
//			return b.Index(m.Key, Document{Status: "placed", Total: e.Total})
//		}),
//		projection.On("order", func(ctx context.Context, b *elastic.Bulk, m projection.Meta, e order.Erased) error {
//			return b.Delete(m.Key)
//		}),
//	)
//	projection.NewRunner(rt, db, projection.Options{}, orders)
//
// A document is written whole. When it takes more than the event to know it, the store
// knows the rest, at any time later too: orders.State(ctx, m.Key, store.AtVersion(m.Version)).
//
// A document's version is the position of its event, and Elasticsearch refuses an
// older one: a batch that comes twice, after a crash or from an owner that was
// succeeded, changes nothing. The checkpoint is a document in the index
// projection_checkpoints, written when the batch can be found by searches, so that
// [projection.Runner.Wait] holds for these as well.
//
// What is overloaded or unreachable is tried again by the runner. A document that
// Elasticsearch cannot take, such as one that does not fit the mapping, stops the
// line at its event, with the document's id and the reason; documents of later events
// in the batch may be there already. Versions of deleted documents are remembered for
// a minute: where a node may freeze for longer in the middle of a batch, set
// index.gc_deletes in the definition.
//
// [projection.Runner.Rebuild] refuses with [projection.ErrNoRebuild]. To fill an index
// anew while it serves, run a read model with another name beside it and let an alias
// point there; without serving, stop the nodes, delete the index, and start them.
package elastic
