package typescript_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// program is a folder of TypeScript beside a module of ours.
type program struct {
	t   *testing.T
	dir string
}

// newProgram writes files, given as names and texts. They see the real client as
// @composable-go/client, or one that is only what the module augments.
func newProgram(t *testing.T, client string, files ...string) program {
	t.Helper()
	p := program{t, t.TempDir()}
	config, err := json.Marshal(map[string]any{"compilerOptions": map[string]any{
		"target": "es2022", "lib": []string{"es2023", "dom"}, "module": "nodenext", "moduleResolution": "nodenext", "types": []string{},
		"strict": true, "noUncheckedIndexedAccess": true, "noUnusedLocals": true, "verbatimModuleSyntax": true, "skipLibCheck": false,
		"paths": map[string][]string{"@composable-go/client": {client}},
	}, "include": []string{"*.ts"}})
	if err != nil {
		t.Fatal(err)
	}
	files = append(files, "tsconfig.json", string(config), "package.json", `{"type":"module"}`)
	for i := 0; i < len(files); i += 2 {
		if err := os.WriteFile(filepath.Join(p.dir, files[i]), []byte(files[i+1]), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

const stubClient = "./client.d.ts"

func stub() []string { return []string{"client.d.ts", "export interface Register {}\n"} }

// realClient is the path of the client's source.
func realClient(t *testing.T) string {
	t.Helper()
	path, err := filepath.Abs("../web-client/src/index.ts")
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// compile returns what tsc says against the program, "" when nothing.
func (p program) compile(args ...string) string {
	p.t.Helper()
	tsc, err := filepath.Abs("../web-client/node_modules/.bin/tsc")
	if err != nil {
		p.t.Fatal(err)
	}
	if _, err := os.Stat(tsc); err != nil {
		p.t.Fatalf("%v: run npm --prefix web-client ci", err)
	}
	said, err := p.run(tsc, append(args, "-p", ".")...)
	if err != nil && said == "" {
		p.t.Fatal(err)
	}
	return said
}

func (p program) run(name string, args ...string) (output string, err error) {
	p.t.Helper()
	command := exec.CommandContext(p.t.Context(), name, args...)
	command.Dir = p.dir
	data, err := command.Output()
	if exit, ok := err.(*exec.ExitError); ok {
		err = fmt.Errorf("%s: %w: %s", name, err, exit.Stderr)
	}
	return string(data), err
}

// TestTheDemosModuleCompiles sends and asks what the demo's pages could.
func TestTheDemosModuleCompiles(t *testing.T) {
	t.Parallel()
	module, err := os.ReadFile("../examples/ticketing/ui/src/api/api.gen.ts")
	if err != nil {
		t.Fatal(err)
	}
	p := newProgram(t, realClient(t), "api.gen.ts", string(module), "use.ts", `
import { createClient, variant } from "@composable-go/client";
import type { PageTicket } from "./api.gen.js";

const client = createClient({ url: "/" });
client.watch("seats", { event_id: "7", section: "Stalls" }, ({ data }) => data?.items?.map((seat) => seat.mine));
client.subscribe(["event:7"], ({ action }) => {
  const change = variant(action);
  switch (change.name) {
    case "EventChanged":
    case "SeatsChanged":
      return change.value.event_id;
    default:
      return change satisfies never;
  }
});
client.subscribe(["me"], ({ action }) => action.ReservationChanged.reservation_id);
client.send("reservation", "1", { Cancel: { reason: "ill" } });
// @ts-expect-error the box office is not open to clients
client.send("inventory", "1", { Hold: {} });
export const codes = (page: PageTicket): string[] => page.items?.map((ticket) => ticket.code) ?? [];
`)
	if said := p.compile("--noEmit"); said != "" {
		t.Errorf("tsc says:\n%s", said)
	}
}

// TestRichModuleCompiles also has uses of it: right ones, and wrong ones, each of
// which must be an error.
func TestRichModuleCompiles(t *testing.T) {
	t.Parallel()
	p := newProgram(t, realClient(t), "api.gen.ts", write(t, rich()), "use.ts", `
import { createClient, type RegisteredApi } from "@composable-go/client";
import type { Api } from "./api.gen.js";

export const registered: RegisteredApi extends Api ? true : false = true;
const client = createClient({ url: "/api" });
client.watch("kinds", { Kind: "new" }, (answer) => {
  answer.data?.tags?.concat(answer.data.huge);
  // @ts-expect-error it may be null
  answer.data?.tags.concat("x");
  // @ts-expect-error an int64 in quotes is no number
  answer.data?.huge.toFixed();
});
// @ts-expect-error there is no such query
client.watch("kind", { Kind: "new" }, () => {});
// @ts-expect-error there is no such parameter
client.watch("kinds", { Kinds: "new" }, () => {});
client.send("order", "1", { Cancel: {} });
client.send("order", "1", { "cart.Add": { key: "k", action: { id: "x" } } });
// @ts-expect-error there is no such command
client.send("order", "1", { Ship: {} });
// @ts-expect-error there is no such field
client.send("order", "1", { Cancel: { why: "x" } });
// @ts-expect-error nothing belongs into it
client.send("parcel", "1", { Ship: { fast: true } });
// @ts-expect-error there is no such code
export const code: Api["errors"] = "sold";
`)
	if said := p.compile("--noEmit"); said != "" {
		t.Errorf("tsc says:\n%s", said)
	}
}
