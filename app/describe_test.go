package app_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/composable-go/composable/app"
	"github.com/composable-go/composable/auth"
)

func TestAProgramDescribesItselfInsteadOfServing(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "api.ts")
	a, err := app.Open(t.Context(), app.ConfigOf("DATABASE_URL=mysql://x", "LISTEN=nowhere", "DEV=1", "COMPOSABLE_DESCRIBE="+file))
	if err != nil {
		t.Fatal(err)
	}
	wire(a)
	a.Auth(auth.Options{App: "Test"}) // needs a key and a way to send mail
	a.Admin("/admin")
	type answer struct{ Total int }
	a.TypeScript(answer{})
	stopped := 0
	a.OnStop(func() error { stopped++; return nil })
	if err := a.Serve(t.Context()); err != nil { // until somebody stops it, if it served
		t.Fatal(err)
	}
	written, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"export interface Answer {\n  Total: number;\n}",
		`| "conflict"`, `| "invalid_token"`, `| "unknown_projection"`, `| "too_many_subscriptions"`, `| "method_not_allowed"`,
	} {
		if !strings.Contains(string(written), want) {
			t.Errorf("wrote:\n%s\nwithout %q", written, want)
		}
	}
	if stopped != 1 {
		t.Errorf("stopped %d times, want once", stopped)
	}
	if kept, err := filepath.Glob(filepath.Join(filepath.Dir(file), "*")); err != nil || len(kept) != 1 {
		t.Errorf("kept %q, %v; want the file alone", kept, err)
	}
	if c := app.ConfigOf("DESCRIBE=" + file); c.DatabaseURL == "memory:" {
		t.Error("the variable counts without its prefix too; somebody may have it for something else")
	}
}

func TestATypeWithoutJSONFailsTheDescription(t *testing.T) {
	t.Parallel()
	a, err := app.Open(t.Context(), app.ConfigOf("COMPOSABLE_DESCRIBE="+filepath.Join(t.TempDir(), "api.ts")))
	if err != nil {
		t.Fatal(err)
	}
	a.TypeScript(struct{ F func() }{})
	if err := a.Serve(t.Context()); err == nil || !strings.Contains(err.Error(), "has no JSON") {
		t.Errorf("err = %v", err)
	}
}
