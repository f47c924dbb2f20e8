package storetest_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/store/storetest"
)

type tap struct{ flow map[string]int }

type turn interface{ isTurn() }

type (
	openTap struct{}
	opened  struct {
		By    string `json:"by"`
		Parts []part `json:"parts"`
	}
	part   struct{ N int }
	closed struct{}
	burst  struct{}
)

func (openTap) isTurn() {}
func (opened) isTurn()  {}
func (closed) isTurn()  {}
func (burst) isTurn()   {}

type plumbing struct{}

func (plumbing) Actions() store.Actions[turn] {
	return store.Actions[turn]{Commands: []turn{openTap{}}, Events: []turn{opened{}, closed{}, burst{}}}
}

func (plumbing) Reduce(s *tap, a turn, _ store.Env) (store.Effects, error) {
	switch a := a.(type) {
	case opened:
		s.flow = map[string]int{a.By: 1}
	case closed:
		s.flow["closed"]++ // panics when it was never opened
	case burst:
		if s.flow["closed"] == 0 {
			return nil, errOther
		}
	}
	return nil, nil
}

const whole = `{"name":"opened","data":{"by":"ada","parts":[{"N":1},{"N":2}]}}
{"name":"closed","data":{}}
{"name":"burst","data":{}}
`

// release writes the files of a corpus, by name.
func release(t *testing.T, files map[string]string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func golden(dir string, samples ...turn) string {
	return tell(func(t storetest.T) { storetest.Golden(t, plumbing{}, dir, samples...) })
}

func TestGoldenReadsEveryRelease(t *testing.T) {
	t.Parallel()
	for name, files := range map[string]map[string]string{
		"one file":                         {"v0.1.jsonl": whole},
		"each event in some file":          {"v0.1.jsonl": strings.Split(whole, "\n")[0] + "\n", "v0.2.jsonl": whole},
		"fields that were added since":     {"v0.1.jsonl": whole + `{"name":"opened","data":{}}` + "\n"},
		"streams, each with its own state": {"v0.1.jsonl": `{"stream":"a","name":"opened","data":{"by":"ada","parts":null}}` + "\n" + whole},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := golden(release(t, files)); got != "" {
				t.Errorf("failures:\n%s\nwant none", got)
			}
		})
	}
}

func TestGoldenFailures(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ line, want string }{
		"unknown name":         {`{"name":"leaked","data":{}}`, "v0.1.jsonl:4: the event leaked is not declared any more"},
		"no JSON":              {`{"name":"closed"`, "v0.1.jsonl:4 is not"},
		"another key":          {`{"name":"closed","data":{},"key":"a"}`, `unknown field "key"`},
		"two on a line":        {`{"name":"closed","data":{}}{}`, "v0.1.jsonl:4 is not"},
		"data that is no JSON": {`{"name":"closed","data":{]}`, "v0.1.jsonl:4 is not"},
		"another type":         {`{"name":"opened","data":{"by":7}}`, "the event opened does not decode"},
		"no data":              {`{"name":"opened"}`, "the event opened does not decode"},
		"a lost field":         {`{"name":"opened","data":{"who":"ada"}}`, `"who": string("ada")`},
		"a lost field within":  {`{"name":"opened","data":{"parts":[{"N":1},{"N":2,"size":3}]}}`, `"size"`},
		"another spelling":     {`{"name":"opened","data":{"BY":"ada"}}`, `"BY"`},
		"a command":            {`{"name":"openTap","data":{}}`, "the event openTap is declared as a command"},
		"a panic":              {`{"stream":"new","name":"closed","data":{}}`, "the event closed panics: assignment to entry in nil map"},
		"a refusal":            {`{"stream":"new","name":"burst","data":{}}`, "the event burst was refused: something else"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := golden(release(t, map[string]string{"v0.1.jsonl": whole + c.line + "\n"}))
			if !strings.Contains(strings.ReplaceAll(got, "\u00a0", " "), c.want) {
				t.Errorf("failures:\n%s\nwant one with %q", got, c.want)
			}
		})
	}
}

func TestGoldenWantsEveryEvent(t *testing.T) {
	t.Parallel()
	lines := strings.SplitAfter(whole, "\n")
	for name, c := range map[string]struct {
		files map[string]string
		want  int
	}{
		"no file":    {nil, 3},
		"one is not": {map[string]string{"v0.1.jsonl": lines[0], "v0.2.jsonl": lines[0] + lines[1]}, 1},
		"other file": {map[string]string{"v0.1.jsonl": lines[0], "events.txt": whole}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := golden(release(t, c.files), burst{})
			if strings.Count(got, "run the test once with UPDATE_GOLDEN=1") != c.want || !strings.Contains(got, "the event burst is in no file") {
				t.Errorf("failures:\n%s\nwant %d, of burst too", got, c.want)
			}
		})
	}
}

func TestGoldenAppendsWhatIsMissing(t *testing.T) {
	t.Setenv("UPDATE_GOLDEN", "1")
	lines := strings.SplitAfter(whole, "\n")
	before := map[string]string{"v0.9.jsonl": lines[0], "v0.10.jsonl": lines[0] + lines[1]}
	dir := release(t, before)
	for range 2 { // the second time nothing is missing
		if got := golden(dir, opened{By: "eve"}, burst{}); got != "" {
			t.Errorf("failures:\n%s\nwant none", got)
		}
	}
	for name, want := range map[string]string{"v0.9.jsonl": lines[0], "v0.10.jsonl": whole} {
		got, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil || string(got) != want {
			t.Errorf("%s holds\n%s%v; want\n%s", name, got, err, want)
		}
	}
	if got := golden(release(t, nil), burst{}); !strings.Contains(got, "make an empty") {
		t.Errorf("failures:\n%s\nwant to be told to make a file", got)
	}
	if got := golden(release(t, map[string]string{"v0.1.jsonl": strings.TrimSpace(lines[0])}), burst{}); !strings.Contains(got, "newline") {
		t.Errorf("failures:\n%s\nwant the newline missed", got)
	}
}
