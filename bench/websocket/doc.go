//go:build linux

// Command websocket measures package ws beside the plainest loops on the same
// WebSocket library: what an idle connection takes of memory, what it costs to hand
// an event to thousands of readers, what a command over a socket takes beside one
// over HTTP, and what a reader that stops does to the others.
//
//	make bench-ws
//
// runs it and writes docs/benchmarks-websocket.md. For a part, while tuning:
//
//	go run ./bench/websocket -only fanout -variants hub,loop -readers 1000 -rounds 1
//
// # Processes
//
// The command starts itself as a server, anew for each variant and round, and as a
// generator of load, and calls both over their standard input and output. The
// generator holds its sockets in one epoll and knows just enough of the protocol to
// find the ends of frames, so as to leave the cores to the server. What an event
// costs is the server's own CPU time, of which the generator is no part.
//
// It needs Linux.
package main
