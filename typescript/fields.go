package typescript

import (
	"cmp"
	"reflect"
	"slices"
	"strings"
	"unicode"
)

// field is a struct's field as encoding/json sees it.
type field struct {
	name    string
	typ     reflect.Type
	omitted bool // when it is empty or zero
	quoted  bool // as a string
	absent  bool // with the embedded pointer that it is behind

	index  []int // its depth is their number
	tagged bool
}

// fields lists those of a struct and of what it embeds, by the rules of
// encoding/json: of several with one name the least deep, then the tagged one counts,
// and if there are still several none.
func fields(t reflect.Type) []field {
	all := candidates(t, field{}, nil)
	byName := map[string][]field{}
	for _, f := range all {
		byName[f.name] = append(byName[f.name], f)
	}
	return slices.DeleteFunc(all, func(f field) bool {
		return !slices.Equal(dominant(byName[f.name]).index, f.index)
	})
}

func dominant(rivals []field) field {
	slices.SortStableFunc(rivals, precedence)
	if len(rivals) > 1 && precedence(rivals[0], rivals[1]) == 0 {
		return field{}
	}
	return rivals[0]
}

func precedence(a, b field) int {
	if a.tagged != b.tagged && len(a.index) == len(b.index) {
		if a.tagged {
			return -1
		}
		return 1
	}
	return cmp.Compare(len(a.index), len(b.index))
}

// candidates lists all fields of t, which is embedded as outer says, in the structs
// within.
func candidates(t reflect.Type, outer field, within []reflect.Type) (all []field) {
	if slices.Contains(within, t) {
		return nil
	}
	within = append(slices.Clone(within), t)
	for i := range t.NumField() {
		sf := t.Field(i)
		f, ok := fieldOf(sf)
		if !ok {
			continue
		}
		f.index = append(slices.Clone(outer.index), i)
		f.absent = outer.absent
		embedded, pointed := elem(sf.Type)
		if f.tagged || !sf.Anonymous || embedded.Kind() != reflect.Struct {
			all = append(all, f)
			continue
		}
		f.absent = f.absent || pointed
		all = append(all, candidates(embedded, f, within)...)
	}
	return all
}

// fieldOf reads a field's tag; ok is false when encoding/json ignores the field.
func fieldOf(sf reflect.StructField) (f field, ok bool) {
	tag := sf.Tag.Get("json")
	typ, _ := elem(sf.Type)
	if tag == "-" || !sf.IsExported() && (!sf.Anonymous || typ.Kind() != reflect.Struct) {
		return f, false
	}
	name, options, _ := strings.Cut(tag, ",")
	f = field{name: sf.Name, typ: sf.Type}
	if isName(name) {
		f.name, f.tagged = name, true
	}
	for option := range strings.SplitSeq(options, ",") {
		switch option {
		case "omitempty":
			f.omitted = f.omitted || hasEmpty(sf.Type)
		case "omitzero":
			f.omitted = true
		case "string":
			f.quoted = isScalar(typ)
		}
	}
	return f, true
}

// elem is what an unnamed pointer points to.
func elem(t reflect.Type) (_ reflect.Type, pointed bool) {
	if t.Kind() == reflect.Pointer && t.Name() == "" {
		return t.Elem(), true
	}
	return t, false
}

// isName reports whether encoding/json takes a tag's text for a name.
func isName(text string) bool {
	return text != "" && !strings.ContainsFunc(text, func(r rune) bool {
		return !strings.ContainsRune("!#$%&()*+-./:;<=>?@[]^_{|}~ ", r) && !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
}

// hasEmpty reports whether there are values that omitempty omits.
func hasEmpty(t reflect.Type) bool {
	return t.Kind() != reflect.Struct && (t.Kind() != reflect.Array || t.Len() == 0)
}

func isScalar(t reflect.Type) bool {
	return t.Kind() >= reflect.Bool && t.Kind() <= reflect.Float64 || t.Kind() == reflect.String
}
