package typescript

import (
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"
)

// empty is the type of a struct without fields. An empty interface would take any
// value.
const empty = "Record<string, never>"

// expr is the type of what encoding/json makes of t; where is for complaints.
func (g *generator) expr(t reflect.Type, where string) string {
	text := g.bare(t, where)
	if hasNull(t) && text != "unknown" && !strings.HasSuffix(text, " | null") {
		return text + " | null"
	}
	return text
}

func hasNull(t reflect.Type) bool {
	return t.Kind() == reflect.Pointer || (t.Kind() == reflect.Slice || t.Kind() == reflect.Map) && !marshals(t)
}

// bare is [generator.expr] without the null for a nil t.
func (g *generator) bare(t reflect.Type, where string) string {
	if text := custom(t); text != "" {
		return text
	}
	switch t.Kind() {
	case reflect.Bool:
		return "boolean"
	case reflect.String:
		return "string"
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr,
		reflect.Float32, reflect.Float64:
		return "number"
	case reflect.Interface:
		return "unknown"
	case reflect.Struct:
		return g.structure(t, where)
	case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map:
		return g.composite(t, where)
	}
	g.errs = append(g.errs, fmt.Errorf("typescript: %s: %s has no JSON; leave the field out with the tag `json:\"-\"`", where, t))
	return "never"
}

func (g *generator) composite(t reflect.Type, where string) string {
	if slices.Contains(g.open, t) { // it consists of itself alone, for which there is no name
		return "unknown"
	}
	if t.Name() != "" {
		g.open = append(g.open, t)
		defer func() { g.open = g.open[:len(g.open)-1] }()
	}
	if t.Kind() == reflect.Map && !hasKeys(t.Key()) {
		g.errs = append(g.errs, fmt.Errorf("typescript: %s: JSON has no keys of type %s; use strings", where, t.Key()))
	}
	elem := g.expr(t.Elem(), where)
	switch t.Kind() {
	case reflect.Pointer:
		return elem
	case reflect.Map:
		return "Record<string, " + elem + ">"
	}
	if strings.Contains(elem, " | ") {
		elem = "(" + elem + ")"
	}
	return elem + "[]"
}

// structure names a struct, or writes out one that has no name.
func (g *generator) structure(t reflect.Type, where string) string {
	if t.Name() == "" {
		return g.object(t, where, "  ")
	}
	if !slices.Contains(g.found, t) {
		g.found = append(g.found, t)
	}
	return g.names[t]
}

// object writes out a struct's fields, one per line, or all in one when they are part
// of another's.
func (g *generator) object(t reflect.Type, where, inline string) string {
	var members []string
	for _, f := range fields(t) {
		members = append(members, g.member(f, where+"."+f.name))
	}
	switch {
	case len(members) == 0:
		return empty
	case inline != "":
		return "{ " + strings.Join(members, "; ") + " }"
	}
	return "{\n  " + strings.Join(members, ";\n  ") + ";\n}"
}

func (g *generator) member(f field, where string) string {
	text := g.expr(f.typ, where)
	if f.omitted {
		text = g.bare(f.typ, where)
	}
	if f.quoted {
		text = strings.NewReplacer("number", "string", "boolean", "string").Replace(text)
	}
	if f.omitted || f.absent {
		return property(f.name) + "?: " + text
	}
	return property(f.name) + ": " + text
}

// custom is the type of what has its own JSON, "" for what has not.
func custom(t reflect.Type) string {
	switch {
	case t.Kind() == reflect.Interface, t.Kind() == reflect.Pointer && marshals(t.Elem()):
		return "" // it is that of what is inside
	case t == reflect.TypeFor[time.Time]():
		return "string"
	case t == reflect.TypeFor[json.Number]():
		return "number"
	case t.Implements(reflect.TypeFor[json.Marshaler]()):
		return "unknown"
	case t.Implements(reflect.TypeFor[encoding.TextMarshaler]()), isBytes(t):
		return "string"
	case t.Kind() != reflect.Pointer && marshals(reflect.PointerTo(t)):
		return "unknown" // encoding/json uses the methods only where it has a pointer
	}
	return ""
}

func marshals(t reflect.Type) bool {
	return t.Implements(reflect.TypeFor[json.Marshaler]()) || t.Implements(reflect.TypeFor[encoding.TextMarshaler]())
}

// isBytes reports whether t is written in base64.
func isBytes(t reflect.Type) bool {
	return t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Uint8 && !marshals(reflect.PointerTo(t.Elem()))
}

// hasKeys reports whether encoding/json makes keys of the type.
func hasKeys(t reflect.Type) bool {
	return t.Kind() == reflect.String || t.Kind() >= reflect.Int && t.Kind() <= reflect.Uintptr ||
		t.Implements(reflect.TypeFor[encoding.TextMarshaler]())
}

var identifier = regexp.MustCompile(`^[A-Za-z_$][A-Za-z0-9_$]*$`)

// property quotes a name where it must be.
func property(name string) string {
	if identifier.MatchString(name) {
		return name
	}
	return quote(name)
}

func quote(text string) string {
	data, _ := json.Marshal(text) // a string always encodes
	return string(data)
}
