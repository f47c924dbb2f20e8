package main

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestEveryEventAndEffectIsTried(t *testing.T) {
	t.Parallel()
	var report bytes.Buffer
	percent, err := check(&report, []string{"./testdata/light"}, nil)
	if err != nil || percent != 50 {
		t.Fatalf("%v %%, %v; want half of the mutants noticed", percent, err)
	}
	const want = `not compiled testdata/light/light.go:31: deleted store.Cancel(timer)
survived testdata/light/light.go:31: duplicated store.Cancel(timer)
not compiled testdata/light/light.go:32: deleted effects
survived testdata/light/light.go:32: duplicated effects
killed testdata/light/light.go:32: deleted TurnedOn{}
killed testdata/light/light.go:32: duplicated TurnedOn{}
killed testdata/light/light.go:32: deleted Logged{}
killed testdata/light/light.go:32: duplicated Logged{}
killed testdata/light/light.go:40: deleted store.Claim("light")
survived testdata/light/light.go:40: duplicated store.Claim("light")
survived testdata/light/light.go:40: deleted store.Release("dark")
survived testdata/light/light.go:40: duplicated store.Release("dark")

survived testdata/light/light.go:31: duplicated store.Cancel(timer)
survived testdata/light/light.go:32: duplicated effects
survived testdata/light/light.go:40: duplicated store.Claim("light")
survived testdata/light/light.go:40: deleted store.Release("dark")
survived testdata/light/light.go:40: duplicated store.Release("dark")
50.0 % noticed: 5 of 10 mutants; 2 more do not compile
`
	if diff := cmp.Diff(want, report.String()); diff != "" {
		t.Errorf("report (-want +got):\n%s", diff)
	}
}

func TestFailingTestsAreNoMeasure(t *testing.T) {
	t.Parallel()
	if _, err := check(&bytes.Buffer{}, []string{"./testdata/dark"}, nil); err == nil {
		t.Error("nobody said that the tests fail anyway")
	}
}
