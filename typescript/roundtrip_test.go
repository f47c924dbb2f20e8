package typescript_test

import (
	"encoding/json"
	"fmt"
	"math"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// TestValuesComeBackFromTypeScript makes values of every kind, has tsc check their
// JSON as literals of the generated types, has JavaScript read and write it, and
// reads it again.
func TestValuesComeBackFromTypeScript(t *testing.T) {
	t.Parallel()
	sent := make([]Kinds, 100)
	commands := make([]map[string]any, len(sent))
	generator := rapid.MakeCustom[Kinds](kindsOf())
	for seed := range sent {
		sent[seed] = generator.Example(seed)
		part := sent[seed].Part
		commands[seed] = []map[string]any{
			{"Cancel": cancel{sent[seed].Text}},
			{"Place": place{sent[seed].More}},
			{"cart.Add": map[string]any{"key": sent[seed].Text, "action": part}},
		}[seed%3]
	}
	source := fmt.Sprintf(`
import type { Api, Kinds, Rules } from "./api.gen.js";
const kinds: Kinds[] = %s;
const commands: Api["commands"]["order"][] = %s;
export const rules: Rules[] = %s;
console.log(JSON.stringify(JSON.parse(JSON.stringify({ kinds, commands }))));
`, encode(t, sent), encode(t, commands), encode(t, []Rules{{}, {hidden: 1, Deep: deepText(), Loop: loop{"a": nil}, Ring: ring{nil, {}}, Listed: []*Part{nil}}}))
	p := newProgram(t, stubClient, append(stub(), "api.gen.ts", write(t, rich()), "echo.ts", source)...)
	if said := p.compile(); said != "" {
		t.Fatalf("tsc says:\n%.2000s", said)
	}
	echo, err := p.run("node", "echo.js")
	if err != nil {
		t.Fatal(err)
	}
	type both struct {
		Kinds    []Kinds `json:"kinds"`
		Commands any     `json:"commands"`
	}
	// Go reads its own JSON with less too: a list that is empty and left out is nil.
	want, got := decode[both](t, encode(t, both{sent, commands})), decode[both](t, echo)
	if diff := cmp.Diff(want, got, cmpopts.EquateComparable(netip.Addr{})); diff != "" {
		t.Errorf("other values came back (-sent +got):\n%s", diff)
	}
}

func deepText() ***string {
	text := "deep"
	one := &text
	two := &one
	return &two
}

func encode(t *testing.T, v any) string {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func decode[T any](t *testing.T, data string) (v T) {
	t.Helper()
	if err := json.Unmarshal([]byte(data), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

const exact = 1 << 53

// kindsOf keeps generated values to what JSON and JavaScript can hold: whole numbers
// beyond 2^53 only where they are quoted, and no key that means something in a literal.
func kindsOf() rapid.MakeConfig {
	text := rapid.StringOf(rapid.Rune().Filter(func(r rune) bool { return r != 0xFFFD })).Filter(func(s string) bool { return s != "__proto__" })
	moment := rapid.Custom(func(t *rapid.T) time.Time {
		return time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "second"), rapid.Int64Range(0, 999_999_999).Draw(t, "nanosecond")).UTC()
	})
	anything := rapid.SampledFrom([]any{nil, true, 1.5, "text", []any{"a", nil}, map[string]any{"a": 1.0, "b": map[string]any{}}})
	return rapid.MakeConfig{
		Types: map[reflect.Type]*rapid.Generator[any]{
			reflect.TypeFor[time.Time]():     moment.AsAny(),
			reflect.TypeFor[time.Duration](): rapid.Int64Range(-exact, exact).AsAny(),
			reflect.TypeFor[netip.Addr](): rapid.Custom(func(t *rapid.T) netip.Addr {
				return netip.AddrFrom4([4]byte(rapid.SliceOfN(rapid.Byte(), 4, 4).Draw(t, "address")))
			}).AsAny(),
			reflect.TypeFor[json.RawMessage](): rapid.Custom(func(t *rapid.T) json.RawMessage {
				data, _ := json.Marshal(anything.Draw(t, "raw"))
				return data
			}).AsAny(),
			reflect.TypeFor[*node]():          rapid.Custom(func(t *rapid.T) *node { return tree(t, 3) }).AsAny(),
			reflect.TypeFor[any]():            anything,
			reflect.TypeFor[map[string]any](): rapid.MapOf(text, anything).AsAny(),
		},
		Kinds: map[reflect.Kind]*rapid.Generator[any]{
			reflect.String:  text.AsAny(),
			reflect.Int:     rapid.IntRange(-exact, exact).AsAny(),
			reflect.Float64: rapid.Float64Range(-math.MaxFloat64, math.MaxFloat64).AsAny(),
			reflect.Float32: rapid.Float32Range(-math.MaxFloat32, math.MaxFloat32).AsAny(),
		},
	}
}

func tree(t *rapid.T, height int) *node {
	if height == 0 || rapid.Bool().Draw(t, "nil") {
		return nil
	}
	return &node{tree(t, height-1), tree(t, height-1)}
}

// TestBigIntegersNeedQuotes shows what the tag is for.
func TestBigIntegersNeedQuotes(t *testing.T) {
	t.Parallel()
	p := newProgram(t, stubClient, append(stub(), "echo.ts", `console.log(JSON.stringify(JSON.parse('{"bare":9007199254740993,"huge":"9007199254740993"}')))`)...)
	if said := p.compile(); said != "" {
		t.Fatal(said)
	}
	echo, err := p.run("node", "echo.js")
	if err != nil || strings.TrimSpace(echo) != `{"bare":9007199254740992,"huge":"9007199254740993"}` {
		t.Errorf("JavaScript makes %s of it, %v", echo, err)
	}
}
