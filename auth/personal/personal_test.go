package personal_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/composable-go/composable/auth/internal/seal"
	"github.com/composable-go/composable/auth/personal"
	"github.com/composable-go/composable/eventlog/memory"
	"github.com/composable-go/composable/store"
)

func keys(t *testing.T) (*personal.Keys, *store.Runtime) {
	t.Helper()
	rt := store.NewRuntime(memory.New(), store.Options{})
	if err := rt.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := rt.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return personal.NewKeys(rt, seal.New(bytes.Repeat([]byte("m"), 32))), rt
}

func TestTextsOfOnePersonAndField(t *testing.T) {
	t.Parallel()
	keys, _ := keys(t)
	ada, _ := keys.Make("ada")
	eve, _ := keys.Make("eve")
	text := ada.Seal("email", "ada@example.com")
	if strings.Contains(string(text), "ada") {
		t.Errorf("sealed = %q", text)
	}
	if again := ada.Seal("email", "ada@example.com"); again != text {
		t.Error("the same address is sealed as another text")
	}
	if ada.Seal("name", "ada@example.com") == text || eve.Seal("email", "ada@example.com") == text {
		t.Error("another field or person has the same text")
	}
	if plain, err := ada.Open("email", text); err != nil || plain != "ada@example.com" {
		t.Errorf("opened = %q, %v", plain, err)
	}
	for name, open := range map[string]func() (string, error){
		"another field":  func() (string, error) { return ada.Open("name", text) },
		"another person": func() (string, error) { return eve.Open("email", text) },
		"a part":         func() (string, error) { return ada.Open("email", text[:5]) },
		"no base64":      func() (string, error) { return ada.Open("email", "%") },
	} {
		if plain, err := open(); !errors.Is(err, personal.ErrText) || plain != "" {
			t.Errorf("%s: opened = %q, %v; want ErrText", name, plain, err)
		}
	}
	if plain, err := ada.Open("name", ada.Seal("name", "")); err != nil || plain != "" {
		t.Errorf("nothing = %q, %v", plain, err)
	}
}

func TestAForgottenKeyIsGone(t *testing.T) {
	t.Parallel()
	keys, rt := keys(t)
	made, row := keys.Make("ada")
	if _, err := keys.Of(t.Context(), "ada"); !errors.Is(err, personal.ErrErased) {
		t.Errorf("before the commit: err = %v, want ErrErased", err)
	}
	if err := rt.Change(t.Context(), store.Insert(row)); err != nil {
		t.Fatal(err)
	}
	kept, err := keys.Of(t.Context(), "ada")
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := kept.Open("email", made.Seal("email", "ada@example.com")); err != nil || plain != "ada@example.com" {
		t.Errorf("opened by the kept key = %q, %v", plain, err)
	}
	if err := rt.Change(t.Context(), personal.Forget("ada")); err != nil {
		t.Fatal(err)
	}
	if _, err := keys.Of(t.Context(), "ada"); !errors.Is(err, personal.ErrErased) {
		t.Errorf("after Forget: err = %v, want ErrErased", err)
	}
}
