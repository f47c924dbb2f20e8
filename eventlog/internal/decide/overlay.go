package decide

// overlay is a map that remembers what was changed, and can take it back.
type overlay[K comparable, V any] struct {
	values  map[K]V
	history []change[K, V]
}

type change[K comparable, V any] struct {
	key    K
	before V
}

func (o *overlay[K, V]) set(key K, v V) {
	o.history = append(o.history, change[K, V]{key, o.values[key]})
	o.values[key] = v
}

// undo takes the last n changes back.
func (o *overlay[K, V]) undo(n int) {
	for ; n > 0; n-- {
		last := len(o.history) - 1
		o.values[o.history[last].key] = o.history[last].before
		o.history = o.history[:last]
	}
}

// changed lists the changed keys, each once.
func (o *overlay[K, V]) changed() []K {
	var keys []K
	seen := once[K]{}
	for _, c := range o.history {
		keys = seen.add(keys, c.key)
	}
	return keys
}
