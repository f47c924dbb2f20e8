package typescript

import (
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

// nameTypes gives each type a name of its own: its Go name, where several have that
// the names of their packages before it, from the last element of their paths on, and
// where that does not help either a number.
func nameTypes(types []reflect.Type) map[reflect.Type]string {
	depth := map[reflect.Type]int{} // how many elements of the path are in the name
	for deepen(types, depth) {
	}
	names, taken := map[reflect.Type]string{}, reserved()
	for _, t := range types {
		name := nameAt(t, depth[t])
		for n := 2; taken[name]; n++ {
			name = nameAt(t, depth[t]) + strconv.Itoa(n)
		}
		names[t], taken[name] = name, true
	}
	return names
}

// reserved are the names that the module uses itself.
func reserved() map[string]bool { return map[string]bool{"Api": true, "Record": true} }

// deepen lengthens the names that several types have, and reports whether it could.
func deepen(types []reflect.Type, depth map[reflect.Type]int) (changed bool) {
	users := map[string]int{}
	for name := range reserved() {
		users[name]++
	}
	for _, t := range types {
		users[nameAt(t, depth[t])]++
	}
	for _, t := range types {
		if users[nameAt(t, depth[t])] > 1 && depth[t] < len(path(t)) {
			defer func() { depth[t]++ }() // all at once
			changed = true
		}
	}
	return changed
}

func path(t reflect.Type) []string { return strings.Split(t.PkgPath(), "/") }

func nameAt(t reflect.Type, depth int) string {
	elements := path(t)
	return legal(strings.Join(elements[len(elements)-depth:], "/") + "/" + qualifier.ReplaceAllString(t.Name(), ""))
}

// qualifier matches the package paths of type arguments.
var qualifier = regexp.MustCompile(`[\w.~%-]+(/[\w.~%-]+)*\.`)

// legal makes a name of the words of a text, each beginning in upper case.
func legal(text string) string {
	words := strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	for i, word := range words {
		first := []rune(word)
		first[0] = unicode.ToUpper(first[0])
		words[i] = string(first)
	}
	return strings.Join(words, "")
}
