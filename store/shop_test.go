package store_test

import (
	"time"

	"github.com/composable-go/composable/store"
)

// A clock is a child feature: it rings and asks for advice.
type clock struct {
	Rang   int
	Advice string
}

type (
	clockAction interface{ clock() }

	wind    struct{ In time.Duration }
	silence struct{}
	ring    struct{}
	consult struct{ Text string }

	rang    struct{ Times int }
	advised struct{ Text string }

	advice struct{ Text string }

	rangV1 struct{}
)

func (wind) clock()    {}
func (silence) clock() {}
func (ring) clock()    {}
func (consult) clock() {}
func (rang) clock()    {}
func (advised) clock() {}
func (advice) clock()  {}

func (rang) ActionName() string { return "rang@2" }

type clockReducer struct{}

func (clockReducer) Actions() store.Actions[clockAction] {
	return store.Actions[clockAction]{
		Commands: []clockAction{wind{}, silence{}, ring{}, consult{}},
		Events:   []clockAction{rang{}, advised{}},
		Results:  []clockAction{advice{}},
		Former:   []store.Former{store.Upcast("rang", func(rangV1) rang { return rang{1} })},
	}
}

func (clockReducer) StateVersion() int { return 3 }

func (clockReducer) Reduce(s *clock, a clockAction, _ store.Env) (store.Effects, error) {
	switch a := a.(type) {
	case wind:
		return store.Effects{store.After("bell", a.In, ring{})}, nil
	case silence:
		return store.Effects{store.Cancel("bell")}, nil
	case ring:
		return store.Effects{store.Record(rang{1})}, nil
	case consult:
		return store.Effects{question(a)}, nil
	case advice:
		return store.Effects{store.Record(advised(a))}, nil
	case rang:
		s.Rang += a.Times
	case advised:
		s.Advice = a.Text
	}
	return nil, nil
}

// A line is a keyed child with a child of its own. It takes from the stock, which
// is a counter.
type line struct {
	Taken   int
	Refused string
	Alarm   clock
}

type (
	lineAction interface{ line() }

	take     struct{ N int }
	soldOut  struct{ store.Refusal }
	taken    struct{ N int }
	declined struct{ Code string }
	alarm    struct{ Action clockAction }
)

func (take) line()     {}
func (soldOut) line()  {}
func (taken) line()    {}
func (declined) line() {}
func (alarm) line()    {}

// errNotTaken is one that only the line's routes would know.
var errNotTaken = store.Refuse(store.Conflict, "not_taken", "this line takes nothing")

type lineReducer struct{}

func (lineReducer) Actions() store.Actions[lineAction] {
	return store.Actions[lineAction]{
		Commands: []lineAction{take{}}, Events: []lineAction{taken{}, declined{}}, Results: []lineAction{soldOut{}},
		Refusals: []*store.Refusal{errNotTaken},
	}
}

func (lineReducer) Reduce(s *line, a lineAction, _ store.Env) (store.Effects, error) {
	switch a := a.(type) {
	case take:
		return store.Effects{
			store.Claim("taking"), store.Record(taken(a)), store.Dispatch("counter", "stock", add{-a.N}).OnRefusal(soldOut{}),
		}, nil
	case soldOut:
		return store.Effects{store.Record(declined{a.Code})}, nil
	case taken:
		s.Taken += a.N
	case declined:
		s.Refused = a.Code
	}
	return nil, nil
}

func lines() store.Reducer[line, lineAction] {
	return store.Combine(
		lineReducer{},
		store.Scope("alarm", clockReducer{}, func(s *line) *clock { return &s.Alarm }, func(a alarm) lineAction { return a }),
	)
}

// A shop has two clocks, perhaps a third, and lines.
type shop struct {
	Opening, Closing clock
	Lunch            *clock
	Lines            map[string]*line
	Told             int // events
}

type (
	shopAction interface{ shop() }

	addLine   struct{ Key string }
	takeLunch struct{}
	lineAdded struct{ Key string }
	lunching  struct{}

	opening struct{ Action clockAction }
	closing struct{ Action clockAction }
	lunch   struct{ Action clockAction }
	ofLine  struct {
		Key    string
		Action lineAction
	}
)

func (addLine) shop()   {}
func (takeLunch) shop() {}
func (lineAdded) shop() {}
func (lunching) shop()  {}
func (opening) shop()   {}
func (closing) shop()   {}
func (lunch) shop()     {}
func (ofLine) shop()    {}

type shopReducer struct{}

func (shopReducer) Actions() store.Actions[shopAction] {
	return store.Actions[shopAction]{
		Commands: []shopAction{addLine{}, takeLunch{}}, Events: []shopAction{lineAdded{}, lunching{}},
		Former: []store.Former{store.Renamed("morning.rang", opening{rang{}})},
	}
}

func (shopReducer) Reduce(s *shop, a shopAction, _ store.Env) (store.Effects, error) {
	switch a := a.(type) {
	case addLine:
		return store.Effects{store.Record(lineAdded(a))}, nil
	case takeLunch:
		return store.Effects{store.Record(lunching{})}, nil
	case lineAdded:
		if s.Lines == nil {
			s.Lines = map[string]*line{}
		}
		s.Lines[a.Key] = &line{}
	case lunching:
		s.Lunch = &clock{}
	}
	return nil, nil
}

// teller counts what the shop itself records, and refuses lines without a key.
type teller struct{}

var errNoKey = store.Refuse(store.Invalid, "no_key", "a line needs a key")

func (teller) Actions() store.Actions[shopAction] {
	return store.Actions[shopAction]{Commands: []shopAction{addLine{}}, Events: []shopAction{lineAdded{}, lunching{}}, Refusals: []*store.Refusal{errNoKey}}
}

func (teller) Reduce(s *shop, a shopAction, _ store.Env) (store.Effects, error) {
	switch a := a.(type) {
	case addLine:
		if a.Key == "" {
			return nil, errNoKey
		}
		return store.Effects{store.Claim("line " + a.Key)}, nil
	case lineAdded, lunching:
		s.Told++
	}
	return nil, nil
}

func shops() store.Reducer[shop, shopAction] {
	return store.Combine(
		shopReducer{},
		teller{},
		store.Scope("opening", clockReducer{}, func(s *shop) *clock { return &s.Opening }, func(a opening) shopAction { return a }),
		store.Scope("closing", clockReducer{}, func(s *shop) *clock { return &s.Closing }, func(a closing) shopAction { return a }),
		store.Optional("lunch", clockReducer{}, func(s *shop) *clock { return s.Lunch }, func(a lunch) shopAction { return a }),
		store.ForEach("lines", lines(), func(s *shop, key string) *line { return s.Lines[key] }, func(a ofLine) shopAction { return a }),
	)
}
