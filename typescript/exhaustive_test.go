package typescript_test

import (
	"maps"
	"reflect"
	"strings"
	"testing"

	"github.com/composable-go/composable/typescript"
)

// TestANewVariantBreaksExhaustiveSwitches compiles a program against the API that it
// was written for, and against one with another command or another message.
func TestANewVariantBreaksExhaustiveSwitches(t *testing.T) {
	t.Parallel()
	const program = `
import { variant } from "@composable-go/client";
import type { Api } from "./api.gen.js";

export function tell(command: Api["commands"]["order"], message: Api["topics"]["order"]): string {
  const c = variant(command);
  switch (c.name) {
    case "Place":
      return String(c.value.Items?.length);
    case "Cancel":
      return c.value.reason ?? "";
    default:
      c satisfies never;
  }
  const m = variant(message);
  switch (m.name) {
    case "Changed":
      return m.value.change;
    case "Part":
      return m.value.id;
    default:
      m satisfies never;
  }
  return "";
}
`
	variants := func(more ...string) map[string]reflect.Type {
		all := map[string]reflect.Type{"Place": reflect.TypeFor[place](), "Cancel": reflect.TypeFor[cancel]()}
		for _, name := range more {
			all[name] = reflect.TypeFor[ship]()
		}
		return all
	}
	messages := map[string]reflect.Type{"Changed": reflect.TypeFor[changed](), "Part": reflect.TypeFor[Part]()}
	moreMessages := maps.Clone(messages)
	moreMessages["Shipped"] = reflect.TypeFor[ship]()
	for name, c := range map[string]struct {
		commands, messages map[string]reflect.Type
		want               string // what tsc must say, "" for nothing
	}{
		"as it was":         {variants(), messages, ""},
		"another command":   {variants("Ship"), messages, `use.ts(13,9): error TS1360: Type '{ name: "Ship"; value: Ship; }' does not satisfy`},
		"another message":   {variants(), moreMessages, `use.ts(22,9): error TS1360: Type '{ name: "Shipped"; value: Ship; }' does not satisfy`},
		"one command fewer": {map[string]reflect.Type{"Place": reflect.TypeFor[place]()}, messages, "use.ts(10,10): error TS2678"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			module := write(t, typescript.API{
				Commands: map[string]map[string]reflect.Type{"order": c.commands},
				Topics:   map[string]map[string]reflect.Type{"order": c.messages},
			})
			said := newProgram(t, realClient(t), "api.gen.ts", module, "use.ts", program).compile("--noEmit")
			if c.want == "" && said != "" || !strings.HasPrefix(said, c.want) {
				t.Errorf("tsc says %q, want %q", said, c.want)
			}
		})
	}
}
