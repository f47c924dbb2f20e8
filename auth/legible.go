package auth

import (
	"encoding/json"
	"strings"
	"unicode"

	"github.com/composable-go/composable/auth/personal"
)

// legible returns v as JSON has it, with the names of its fields as everywhere in the
// API, and what was sealed under the key in plain text.
func legible(key *personal.Key, v any) (any, error) {
	data, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	var tree any
	if err := json.Unmarshal(data, &tree); err != nil {
		return nil, err
	}
	return opened(key, tree), nil
}

func opened(key *personal.Key, tree any) any {
	switch node := tree.(type) {
	case map[string]any:
		clear := make(map[string]any, len(node))
		for name, value := range node {
			clear[snake(name)] = opened(key, value)
		}
		return clear
	case []any:
		for i := range node {
			node[i] = opened(key, node[i])
		}
	case string:
		return plain(key, node)
	}
	return tree
}

// plain opens a sealed text. What is none, or is another's, opens as no field, and stays.
func plain(key *personal.Key, text string) any {
	for _, field := range []string{"email", "name", "device", "circumstances", "identity", "passkey", "notice"} {
		clear, err := key.Open(field, personal.Text(text))
		if err != nil {
			continue
		}
		var object map[string]any
		if json.Unmarshal([]byte(clear), &object) == nil {
			return object
		}
		return clear
	}
	return text
}

// snake turns "RegisteredAt" into "registered_at" and "ID" into "id"; what begins in
// lower case is a name already, or a key.
func snake(name string) string {
	if name == "" || !unicode.IsUpper(rune(name[0])) {
		return name
	}
	var b strings.Builder
	for i, c := range name {
		if unicode.IsUpper(c) && i > 0 && !unicode.IsUpper(rune(name[i-1])) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(c))
	}
	return b.String()
}
