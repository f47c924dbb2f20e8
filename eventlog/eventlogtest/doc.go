// Package eventlogtest holds the conformance suite of the event log: [Run] for
// every technology, [Durable] for those that survive a restart. A technology
// that passes is one the store engine can run on.
package eventlogtest
