// Package killtest holds the tests that kill a process with SIGKILL at every
// point between the decision of an action and the last trace it leaves.
//
// The process is this package's test binary, started anew as a small shop: two
// stores, an effect on the outside world, timers, and a read model, on a real
// database. Its log is wrapped so that it kills its own process the n-th time a
// named point is reached; no code outside the tests knows of these points. What
// is killed is started again, or another node on the same Postgres, which was
// there all along, takes its work over. In the end the log, the outside world
// and the read model are as if nobody had ever been killed.
package killtest
