// Package pgtest gives each test a real, migrated, empty Postgres database of
// its own. The server is started once per test binary, in a temporary directory
// on a unix socket, and goes away with the binary however that ends.
package pgtest
