package store

// place is where in its parent a child is, for the effects that it returns.
type place struct {
	path string               // "cart", or "lines/" and the escaped key
	wrap func(action any) any // makes the parent's action of the child's
}

// placed is an effect of the engine, which it knows how to make its parent's: the
// actions it carries are wrapped, its keys begin with the path.
type placed interface{ within(p place) Effect }

// ScopedEffect is an effect of a child feature: what its handler returns goes to
// the child at the path. Paths are made of children's names, and for [ForEach]
// their escaped keys, with a slash in between: "cart", "lines/4711/gift".
type ScopedEffect struct {
	Path   string
	Effect Effect
}

// EffectName implements [Effect].
func (e ScopedEffect) EffectName() string { return e.Effect.EffectName() }

// unscoped returns an effect and the path of the child that asked for it.
func unscoped(e Effect) (path string, effect Effect) {
	if scoped, ok := e.(ScopedEffect); ok {
		return scoped.Path, scoped.Effect
	}
	return "", e
}

// effects returns a child's effects as its parent's.
func (p place) effects(child Effects) (all Effects) {
	for _, e := range child {
		all = append(all, p.effect(e))
	}
	return all
}

func (p place) effect(e Effect) Effect {
	if own, ok := e.(placed); ok {
		return own.within(p)
	}
	return ScopedEffect{p.path, e}
}

func (p place) key(key string) string {
	if key == "" {
		return ""
	}
	return p.path + "/" + key
}

func (e ScopedEffect) within(p place) Effect {
	e.Path = p.key(e.Path)
	return e
}

func (e RecordEffect) within(p place) Effect {
	events := make([]any, len(e.Events))
	for i, event := range e.Events {
		events[i] = p.wrap(event)
	}
	return RecordEffect{events}
}

func (e TimerEffect) within(p place) Effect {
	e.Key, e.Action = p.key(e.Key), p.wrap(e.Action)
	return e
}

func (e CancelEffect) within(p place) Effect { return CancelEffect{p.key(e.Key)} }

func (e DispatchEffect) within(p place) Effect {
	if e.Refused != nil {
		e.Refused = p.wrap(e.Refused)
	}
	return e
}

func (e ClaimEffect) within(place) Effect { return e }

func (e RowEffect) within(place) Effect { return e }

func (e CloseEffect) within(place) Effect { return e }
