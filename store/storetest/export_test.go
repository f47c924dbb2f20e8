package storetest

import (
	"testing"
	"testing/synctest"
)

// Play plays one seed.
func Play(t *testing.T, s Simulation, seed int) (f *Failure) {
	synctest.Test(t, func(*testing.T) { f = play(s, seed) })
	return f
}
