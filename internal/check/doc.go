// Package check holds the tests that keep the shape of the code: which room may
// import which, and what no package may contain. It also reports the size budgets.
package check
