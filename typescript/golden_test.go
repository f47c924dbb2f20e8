package typescript_test

import (
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/composable-go/composable/typescript"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// write returns the module of an API.
func write(t *testing.T, a typescript.API) string {
	t.Helper()
	var b strings.Builder
	if err := a.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestRichModuleIsGolden rewrites the file with UPDATE_GOLDEN=1 in the environment.
func TestRichModuleIsGolden(t *testing.T) {
	t.Parallel()
	const file = "testdata/rich.gen.ts"
	got := write(t, rich())
	for range 10 { // maps are walked in other orders
		if again := write(t, rich()); again != got {
			t.Fatalf("the same API makes another text (-first +again):\n%s", cmp.Diff(got, again))
		}
	}
	if os.Getenv("UPDATE_GOLDEN") == "1" {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("the module differs from %s (-want +got); if that is right run the test with UPDATE_GOLDEN=1:\n%s", file, diff)
	}
}

func TestTypesWithoutJSONAreErrors(t *testing.T) {
	t.Parallel()
	type inner struct {
		C chan int
		D map[Part]int
	}
	a := typescript.API{
		Queries: map[string]typescript.Query{"q": {Params: reflect.TypeFor[struct{ F func() }](), Result: reflect.TypeFor[[]inner]()}},
	}
	var b strings.Builder
	err := a.Write(&b)
	for _, want := range []string{"q params.F: func()", "inner.C: chan int", "inner.D: JSON has no keys of type typescript_test.Part"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("err = %v; want one that says %q", err, want)
		}
	}
	if b.Len() > 0 {
		t.Errorf("wrote %q", &b)
	}
}
