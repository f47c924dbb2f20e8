package ws

// receiver is told of the messages of its topics, in order, under the hub's lock.
// It must not block.
type receiver interface{ receive(message) }

// audience is who receives a topic. They are told in the order in which they came,
// which is about that of their memory: with thousands of them this matters more than
// the work.
type audience struct {
	members []member
	places  map[receiver]int // in members
}

// member is a receiver that wants the messages above floor.
type member struct {
	receiver
	floor int64
}

func (a *audience) add(r receiver, floor int64) {
	if i, present := a.places[r]; present {
		a.members[i].floor = floor
		return
	}
	a.places[r] = len(a.members)
	a.members = append(a.members, member{r, floor})
}

func (a *audience) remove(r receiver) (present bool) {
	i, present := a.places[r]
	if !present {
		return false
	}
	last := len(a.members) - 1
	a.members[i] = a.members[last]
	a.places[a.members[i].receiver] = i
	a.members[last] = member{}
	a.members = a.members[:last]
	delete(a.places, r)
	return true
}

// receivers is who receives which topic.
type receivers map[string]*audience

func (rs receivers) of(topic string) []member {
	if a := rs[topic]; a != nil {
		return a.members
	}
	return nil
}

// watch and unwatch change who receives a topic. The hub is locked.
func (h *Hub) watch(topic string, r receiver, floor int64) {
	a := h.receivers[topic]
	if a == nil {
		a = &audience{places: map[receiver]int{}}
		h.receivers[topic] = a
	}
	a.add(r, floor)
	h.presence.touch(topic, r)
}

func (h *Hub) unwatch(topic string, r receiver) {
	a := h.receivers[topic]
	if a == nil || !a.remove(r) {
		return
	}
	if len(a.members) == 0 {
		delete(h.receivers, topic)
	}
	h.presence.touch(topic, r)
}
