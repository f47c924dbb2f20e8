package store_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"

	"github.com/composable-go/composable/eventlog/memory"
	"github.com/composable-go/composable/store"
)

func TestRefusalsOfChildrenAndOfTheEngineAreDeclared(t *testing.T) {
	t.Parallel()
	codec, err := store.NewCodec(shops().Actions())
	if err != nil {
		t.Fatal(err)
	}
	rt := store.NewRuntime(memory.New(), store.Options{})
	store.New(rt, "shop", shops())
	store.New(rt, "counter", counterReducer{})
	for what, codes := range map[string][]string{"codec": codec.RefusalCodes(), "runtime": rt.RefusalCodes()} {
		for _, want := range []string{errNoKey.Code, errNotTaken.Code, store.ErrConflict.Code, "refused"} {
			if !slices.Contains(codes, want) {
				t.Errorf("the %s knows %q; %q is missing", what, codes, want)
			}
		}
		if !slices.IsSorted(codes) || len(slices.Compact(slices.Clone(codes))) != len(codes) {
			t.Errorf("the %s lists %q; want each once and in order", what, codes)
		}
	}
}

func TestTypesOfActionsAreThoseOfTheirJSON(t *testing.T) {
	t.Parallel()
	codec, err := store.NewCodec(shops().Actions())
	if err != nil {
		t.Fatal(err)
	}
	for _, action := range []shopAction{addLine{"x"}, opening{wind{7}}, ofLine{"x", take{2}}, ofLine{"x", alarm{consult{"?"}}}} {
		name, data, err := codec.Encode(action)
		if err != nil {
			t.Fatal(err)
		}
		value := reflect.New(codec.Type(name))
		if err := json.Unmarshal(data, value.Interface()); err != nil {
			t.Fatal(err)
		}
		if again, err := json.Marshal(value.Interface()); err != nil || string(again) != string(data) {
			t.Errorf("%s is of type %s, which makes %s of %s, %v", name, codec.Type(name), again, data, err)
		}
	}
	if codec.Type("nothing") != nil {
		t.Error("an unknown name has a type")
	}
}
