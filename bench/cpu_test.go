//go:build unix

package bench

import (
	"syscall"
	"testing"
	"time"
)

// cpuTime is what this process has used of all cores. Whatever else the machine does,
// it tells what work costs.
func cpuTime(b testing.TB) time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
