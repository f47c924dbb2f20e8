package storetest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"github.com/composable-go/composable/store"
)

// Golden checks that today's reducer still understands what earlier releases
// recorded. Each file dir/*.jsonl, named for its release like v0.1.jsonl, holds one
// event per line:
//
//	{"stream":"e:Stalls","name":"SeatsSold","data":{"quantity":2}}
//
// Every event must decode into a declared event that, encoded again, has all the
// fields that were recorded, unless the event has got another name since. A file's
// events are then reduced in order, one state per stream (which may be left out), at
// [Epoch] and by nobody; none may be refused or panic.
//
// Every event that the reducer declares must be in some file. With UPDATE_GOLDEN=1
// in the environment the samples of those that are in none are appended to the file
// of the newest release, in order and without a stream; lines that are there never
// change.
func Golden[S, A any](t T, reducer store.Reducer[S, A], dir string, samples ...A) {
	t.Helper()
	codec, err := store.NewCodec(reducer.Actions())
	if err != nil {
		t.Fatalf("%v", err)
	}
	g := &golden[S, A]{t: t, reducer: reducer, codec: codec, files: releases(t, dir)}
	g.look()
	if os.Getenv("UPDATE_GOLDEN") == "1" {
		g.update(dir, samples)
		g.look()
	}
	for _, name := range slices.Sorted(maps.Keys(g.missing)) {
		t.Errorf("the event %s is in no file of %s: pass a sample of it to Golden and run the test once with UPDATE_GOLDEN=1", name, dir)
	}
	for _, file := range g.files {
		g.replay(file)
	}
}

// releases returns the files of dir, the oldest first: v0.9.jsonl precedes v0.10.jsonl.
func releases(t T, dir string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.jsonl"))
	if err != nil {
		t.Fatalf("%v", err)
	}
	slices.SortFunc(files, func(a, b string) int { return slices.Compare(version(a), version(b)) })
	return files
}

// version returns the numbers in a file's name.
func version(file string) (numbers []int) {
	for _, digits := range strings.FieldsFunc(filepath.Base(file), func(r rune) bool { return !unicode.IsDigit(r) }) {
		n, _ := strconv.Atoi(digits) // too large: comes last
		numbers = append(numbers, n)
	}
	return numbers
}

type golden[S, A any] struct {
	t       T
	reducer store.Reducer[S, A]
	codec   *store.Codec[A]
	files   []string
	missing map[string]bool // declared events that are in no file
}

// look finds out which declared events are missing.
func (g *golden[S, A]) look() {
	g.t.Helper()
	g.missing = map[string]bool{}
	for _, name := range g.codec.Names(store.Event) {
		g.missing[name] = true
	}
	for _, file := range g.files {
		for _, r := range g.read(file) {
			delete(g.missing, r.Name)
		}
	}
}

// recorded is one line of a file.
type recorded struct {
	Stream string          `json:"stream,omitempty"`
	Name   string          `json:"name"`
	Data   json.RawMessage `json:"data"`

	at string // file:line
}

func (g *golden[S, A]) read(file string) (events []recorded) {
	g.t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		g.t.Fatalf("%v", err)
	}
	for line := range bytes.Lines(text) {
		r := recorded{at: fmt.Sprintf("%s:%d", file, len(events)+1)}
		if !bytes.HasSuffix(line, []byte("\n")) {
			g.t.Fatalf("%s does not end with a newline", r.at)
		}
		d := json.NewDecoder(bytes.NewReader(line))
		d.DisallowUnknownFields()
		if err := d.Decode(&r); err != nil || d.More() {
			g.t.Fatalf(`%s is not {"stream":…,"name":…,"data":…}: %v`, r.at, err)
		}
		events = append(events, r)
	}
	return events
}

// replay reads a file as the log would be read, up to the first failure.
func (g *golden[S, A]) replay(file string) {
	g.t.Helper()
	states := map[string]*S{}
	for _, r := range g.read(file) {
		if states[r.Stream] == nil {
			states[r.Stream] = new(S)
		}
		event, err := g.decode(r)
		if err == nil {
			err = g.fold(states[r.Stream], event)
		}
		if err != nil {
			g.t.Errorf("%s: the event %s %v", r.at, r.Name, err)
			return
		}
	}
}

// decode turns a recorded event into today's.
func (g *golden[S, A]) decode(r recorded) (event A, err error) {
	if class := g.codec.Class(r.Name); class != 0 && class != store.Event {
		return event, fmt.Errorf("is declared as a %s", class)
	}
	name, data, err := g.codec.Today(r.Name, r.Data)
	if err == nil {
		event, err = g.codec.Decode(name, data)
	}
	if errors.Is(err, store.ErrUnknownAction) {
		return event, errors.New("is not declared any more")
	}
	if err != nil {
		return event, fmt.Errorf("does not decode: %w: %v", err, errors.Unwrap(err))
	}
	name, data, err = g.codec.Encode(event)
	if err != nil {
		return event, fmt.Errorf("does not encode: %w", err)
	}
	if diff := lost(r.Data, data); name == r.Name && diff != "" {
		return event, fmt.Errorf("loses what was recorded (-recorded +today):\n%s", diff)
	}
	return event, nil
}

// lost tells what of the recorded JSON today's lacks; what is new in today's is fine.
func lost(recorded, today []byte) string {
	added := cmp.FilterPath(func(p cmp.Path) bool {
		field, ok := p.Last().(cmp.MapIndex)
		if !ok {
			return false
		}
		was, _ := field.Values()
		return !was.IsValid()
	}, cmp.Ignore())
	return cmp.Diff(plain(recorded), plain(today), added)
}

// plain returns JSON that was decoded before as maps, lists and json.Numbers.
func plain(data []byte) (v any) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	_ = d.Decode(&v)
	return v
}

func (g *golden[S, A]) fold(state *S, event A) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panics: %v", p)
		}
	}()
	if _, err = g.reducer.Reduce(state, event, store.NewEnv(Epoch(), store.Actor{}, "golden")); err != nil {
		return fmt.Errorf("was refused: %w", err)
	}
	return nil
}

// update appends the samples of events that are missing to the newest file.
func (g *golden[S, A]) update(dir string, samples []A) {
	g.t.Helper()
	var lines bytes.Buffer
	for _, sample := range samples {
		name, data, err := g.codec.Encode(sample)
		if err == nil && g.missing[name] {
			err = json.NewEncoder(&lines).Encode(recorded{Name: name, Data: data})
		}
		if err != nil {
			g.t.Fatalf("%v", err)
		}
	}
	if lines.Len() == 0 {
		return
	}
	if len(g.files) == 0 {
		g.t.Fatalf("no file is there to append to: make an empty %s, named for the release", filepath.Join(dir, "v0.1.jsonl"))
	}
	if err := appendTo(g.files[len(g.files)-1], lines.Bytes()); err != nil {
		g.t.Fatalf("%v", err)
	}
}

func appendTo(file string, lines []byte) error {
	f, err := os.OpenFile(file, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.Write(lines)
	return errors.Join(err, f.Close())
}
