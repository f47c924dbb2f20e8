// Package redistest gives each test a real Redis of its own, which it can kill and
// restart. The server listens on a unix socket in a temporary directory and goes
// away with the test binary however that ends.
package redistest
