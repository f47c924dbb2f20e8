// Package soaktest holds the test in which a thousand clients follow topics over
// two nodes on one Postgres while everything that can happen to them happens.
//
// A node is this package's test binary, started anew as a process of its own: a
// store, a hub, an HTTP server. Writers send commands through both nodes. Clients
// are cut at random points and resume, with whatever node they meet, after a pause
// that is counted in events; one node is killed with SIGKILL and started again; one
// transaction holds its position for a while before it commits. In the end each
// client has seen of each of its topics what the log holds: nothing is missing,
// nothing came twice, and all of it in the log's order.
//
// Another test has a thousand sockets of signed-in users on two programs, and revokes
// half of the sessions: none of those has a command applied afterwards.
package soaktest
