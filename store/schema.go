package store

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"reflect"
)

// schemaOf names the form of a state, so that a snapshot of another form is not
// read. It is "" when JSON would lose a part of it: then there are no snapshots.
func schemaOf(state reflect.Type, version int) string {
	var form bytes.Buffer
	fmt.Fprintf(&form, "%d ", version)
	if !describe(&form, state, nil) {
		return ""
	}
	sum := sha256.Sum256(form.Bytes())
	return hex.EncodeToString(sum[:8])
}

// describe writes a type's form; it reports false when JSON does not keep all of it.
func describe(form *bytes.Buffer, t reflect.Type, within []reflect.Type) bool {
	if keepsItself(t) {
		fmt.Fprintf(form, "%s ", t)
		return true
	}
	for i, outer := range within {
		if outer == t {
			fmt.Fprintf(form, "^%d ", i)
			return true
		}
	}
	within = append(within, t)
	switch t.Kind() {
	case reflect.Bool, reflect.String, reflect.Float32, reflect.Float64,
		reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		fmt.Fprintf(form, "%s ", t.Kind())
		return true
	case reflect.Pointer, reflect.Slice, reflect.Array:
		fmt.Fprintf(form, "%s of ", t.Kind())
		return describe(form, t.Elem(), within)
	case reflect.Map:
		form.WriteString("map ")
		return describe(form, t.Key(), within) && describe(form, t.Elem(), within)
	case reflect.Struct:
		return describeFields(form, t, within)
	}
	return false
}

func describeFields(form *bytes.Buffer, t reflect.Type, within []reflect.Type) bool {
	form.WriteString("{ ")
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Tag.Get("json") == "-" || !f.IsExported() {
			return false
		}
		fmt.Fprintf(form, "%s %q ", f.Name, f.Tag.Get("json"))
		if !describe(form, f.Type, within) {
			return false
		}
	}
	form.WriteString("} ")
	return true
}

// keepsItself reports whether a type brings its own JSON, as time.Time does.
func keepsItself(t reflect.Type) bool {
	p := reflect.PointerTo(t)
	return t.Implements(reflect.TypeFor[json.Marshaler]()) && p.Implements(reflect.TypeFor[json.Unmarshaler]())
}
