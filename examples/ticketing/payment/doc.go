// Package payment is one charge and its refunds.
//
// A payment is started by its reservation and charged by the [Gateway], outside
// of any transaction and under the payment's id as idempotency key: asked twice,
// the gateway charges once. An answer that did not come is neither yes nor no;
// the gateway is asked what became of it.
//
// A payment that must not stand is undone with [Void], at any time: before the
// charge nothing is charged, during it the gateway is told to drop it, and what
// was charged all the same is refunded in full.
package payment
