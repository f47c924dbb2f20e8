package soaktest

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/composable-go/composable/eventlog/postgres"
)

// published reads the log: what was said in each topic, in order.
func (s *soak) published(ctx context.Context) (map[string][]sighting, error) {
	log, err := postgres.Open(ctx, s.cluster.setup.Database)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	all := map[string][]sighting{}
	for position := int64(0); ; {
		events, err := log.ReadAll(ctx, position, 1000)
		if err != nil || len(events) == 0 {
			return all, err
		}
		for _, e := range events {
			if position++; e.Position != position {
				return nil, fmt.Errorf("position %d follows %d in the log", e.Position, position-1)
			}
			var what said
			if err := json.Unmarshal(e.Data, &what); err != nil {
				return nil, err
			}
			topic := "room:" + e.Stream.Key
			all[topic] = append(all[topic], sighting{position, what.Text})
		}
	}
}

// verdict is what is wrong with what clients saw.
type verdict struct{ missing, repeated, foreign, disordered int }

// check holds what the client saw against the log.
func (r *reader) check(log map[string][]sighting) (v verdict) {
	r.t.Helper()
	for topic, got := range r.seen {
		want := r.want(topic, log[topic])
		if slices.Equal(got, want) {
			continue
		}
		missing, repeated, foreign := compare(got, want)
		v.missing += len(missing)
		v.repeated += len(repeated)
		v.foreign += len(foreign)
		sorted := slices.IsSortedFunc(got, func(a, b sighting) int { return int(a.seq - b.seq) })
		if !sorted {
			v.disordered++
		}
		if r.reported.Add(1) > 20 {
			r.t.Fail()
			continue
		}
		i := 0
		for i < min(len(got), len(want)) && got[i] == want[i] {
			i++
		}
		r.t.Errorf("%s, %s, after %d: missing %v, repeated %v, not in the log %v, in order %t; from number %d on:\ngot  %v\nwant %v",
			r.name, topic, r.begin[topic], some(missing), some(repeated), some(foreign), sorted, i, some(got[i:]), some(want[i:]))
	}
	return v
}

// want returns what the client had to see of a topic: all after its beginning, to
// the farewell that it heard.
func (r *reader) want(topic string, log []sighting) (all []sighting) {
	got := r.seen[topic]
	for _, s := range log {
		heardTheEnd := r.over[topic] && s.seq > got[len(got)-1].seq
		if s.seq > r.begin[topic] && !heardTheEnd {
			all = append(all, s)
		}
	}
	return all
}

func compare(got, want []sighting) (missing, repeated, foreign []sighting) {
	times := map[sighting]int{}
	for _, s := range got {
		times[s]++
	}
	for _, s := range want {
		switch n := times[s]; {
		case n == 0:
			missing = append(missing, s)
		case n > 1:
			repeated = append(repeated, s)
		}
		delete(times, s)
	}
	for s := range times {
		foreign = append(foreign, s)
	}
	return missing, repeated, foreign
}

// some keeps a failure readable.
func some(all []sighting) []sighting { return all[:min(len(all), 5)] }
