package soaktest

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/composable-go/composable/internal/pgtest"
)

const (
	clients  = 1000
	topics   = 16
	followed = 3 // topics of a client
	writers  = 8
	each     = 150 // commands of a writer
	recent   = 32  // messages that a hub remembers; there may be twice as many
	meanLife = 60  // frames that a client reads, on average, before it is cut
)

func TestMain(m *testing.M) {
	variable := os.Getenv(nodeVariable)
	if variable == "" {
		goleak.VerifyTestMain(m)
		return
	}
	var s setup
	err := json.Unmarshal([]byte(variable), &s)
	if err == nil {
		err = runNode(context.Background(), s)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// soak is what the clients and writers of a test share.
type soak struct {
	t       *testing.T
	cluster *cluster
	topics  []string
	head    counter       // of the log, as the writers were told
	resumes counter       // that have caught up
	said    chan struct{} // closed when the writers are done
	end     context.CancelFunc

	cuts, deliveries, retries, byLive, byTail, byLog, reported atomic.Int64
}

func newSoak(t *testing.T, nodes int, node setup) (*soak, context.Context) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute) // turns what never ends into a failure
	t.Cleanup(cancel)
	node.Database = pgtest.URL(t)
	return &soak{t: t, cluster: newCluster(t, nodes, node), said: make(chan struct{}), end: cancel}, ctx
}

// fail ends everything: what follows would say less.
func (s *soak) fail(format string, args ...any) {
	s.t.Helper()
	s.t.Errorf(format, args...)
	s.end()
}

func TestNobodyMissesAnything(t *testing.T) {
	t.Parallel()
	s, ctx := newSoak(t, 2, setup{Recent: recent})
	for i := range topics {
		s.topics = append(s.topics, fmt.Sprintf("room:%d", i))
	}
	var readers []*reader
	for i := range clients {
		random := rand.New(rand.NewPCG(uint64(i), 1))
		readers = append(readers, s.newReader(fmt.Sprintf("client %d", i), random, i%2 == 0))
	}
	var reading sync.WaitGroup
	for _, r := range readers {
		reading.Go(func() { r.run(ctx) })
	}
	s.write(ctx, readers)
	reading.Wait()
	if t.Failed() {
		return
	}
	if ctx.Err() != nil {
		t.Errorf("not everybody came to the end: %v", ctx.Err())
	}
	s.cluster.leave()
	s.judge(t.Context(), readers)
}

// write has everything said, while a node dies and comes back and a transaction
// commits late.
func (s *soak) write(ctx context.Context, readers []*reader) {
	var writing sync.WaitGroup
	for i := range writers {
		w := &writer{soak: s, name: fmt.Sprintf("writer %d", i), node: i, random: rand.New(rand.NewPCG(uint64(i), 2))}
		writing.Go(func() { w.run(ctx, each) })
	}
	const total = writers * each
	for _, event := range []struct {
		at     int64
		happen func() error
	}{
		{total / 4, func() error { s.cluster.kill(1); return nil }},
		{total * 3 / 8, func() error { s.cluster.restart(1); return nil }},
		{total * 5 / 8, func() error { return s.delayCommit(ctx, readers) }},
	} {
		select {
		case <-s.head.reached(event.at):
		case <-ctx.Done():
		}
		if err := event.happen(); err != nil {
			s.fail("%v", err)
		}
	}
	writing.Wait()
	close(s.said)
	last := &writer{soak: s, name: "the last writer"}
	for i := range farewells * len(s.topics) {
		last.say(ctx, s.topics[i%len(s.topics)], over)
	}
	last.leave()
}

func (s *soak) judge(ctx context.Context, readers []*reader) {
	log, err := s.published(ctx)
	if err != nil {
		s.t.Fatal(err)
	}
	events := 0
	for _, all := range log {
		events += len(all)
	}
	if want := writers*each + 1 + farewells*len(s.topics); events != want {
		s.t.Errorf("%d events are in the log, want %d: each command once, the late one, and the last ones", events, want)
	}
	var sum verdict
	for _, r := range readers {
		v := r.check(log)
		sum.missing += v.missing
		sum.repeated += v.repeated
		sum.foreign += v.foreign
		sum.disordered += v.disordered
	}
	s.t.Logf("%d clients, %d events, %d deliveries, %d cuts, %d commands sent again; resumed with nothing to catch up %d, from memory %d, from the log %d; %+v",
		len(readers), events, s.deliveries.Load(), s.cuts.Load(), s.retries.Load(), s.byLive.Load(), s.byTail.Load(), s.byLog.Load(), sum)
	if s.byLive.Load() == 0 || s.byTail.Load() == 0 || s.byLog.Load() == 0 {
		s.t.Errorf("one of the ways to resume did not happen")
	}
}
