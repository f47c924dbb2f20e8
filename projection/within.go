package projection

// Within makes a handler that of an event of a child feature: "cart" for one that
// [store.Scope] named so, "lines.gift" for a child's child. Below a
// [store.ForEach] the handler takes a [store.Keyed] event, which has the key.
func (h Handler) Within(child string) Handler {
	h.kind.name = child + "." + h.kind.name
	return h
}
