package storetest_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/composable-go/composable/store"
	"github.com/composable-go/composable/store/storetest"
)

type order struct {
	Status  string
	Reminds int
	PaidAt  time.Time
	Why     string
}

type orderAction interface{ isOrder() }

type (
	place    struct{ Total int }
	remind   struct{}
	give     struct{}
	charged  struct{ Total int }
	declined struct{}
	soldOut  struct {
		Shelf string
		store.Refusal
	}
	placed    struct{ Total int }
	reminded  struct{}
	paid      struct{ At time.Time }
	cancelled struct{ Why string }
)

func (place) isOrder()     {}
func (remind) isOrder()    {}
func (give) isOrder()      {}
func (charged) isOrder()   {}
func (declined) isOrder()  {}
func (soldOut) isOrder()   {}
func (placed) isOrder()    {}
func (reminded) isOrder()  {}
func (paid) isOrder()      {}
func (cancelled) isOrder() {}

type charge struct{ Total int }

func (charge) EffectName() string { return "charge" }

type pick struct{ Shelf string }

var errPlaced = store.Refuse(store.Conflict, "placed", "it is placed")

type orders struct{}

func (orders) Actions() store.Actions[orderAction] {
	return store.Actions[orderAction]{
		Commands: []orderAction{place{}},
		Results:  []orderAction{remind{}, give{}, charged{}, declined{}, soldOut{}},
		Events:   []orderAction{placed{}, reminded{}, paid{}, cancelled{}},
		Refusals: []*store.Refusal{errPlaced},
	}
}

func (orders) Reduce(s *order, a orderAction, env store.Env) (store.Effects, error) {
	switch a := a.(type) {
	case place:
		if s.Status != "" {
			return nil, errPlaced
		}
		return store.Effects{
			store.Claim("order/1"), store.Record(placed(a)), charge(a),
			store.After("remind", time.Hour, remind{}), store.After("give up", 3*time.Hour, give{}),
		}, nil
	case remind:
		return store.Effects{store.Record(reminded{}), store.After("remind", time.Hour, remind{})}, nil
	case give:
		return store.Effects{store.Record(cancelled{"unpaid"}), store.Cancel("remind")}, nil
	case charged:
		return store.Effects{store.Record(paid{env.Now})}, nil
	case declined:
		return store.Effects{store.Record(cancelled{"declined"}), store.Cancel("remind"), store.Cancel("give up")}, nil
	case soldOut:
		return store.Effects{store.Record(cancelled{a.Shelf + ": " + a.Code})}, nil
	case placed:
		s.Status = "placed"
	case reminded:
		s.Reminds++
	case paid:
		s.Status, s.PaidAt = "paid", a.At
		return store.Effects{
			store.Cancel("remind"), store.Cancel("give up"),
			store.Dispatch("stock", "1", pick{"A"}).OnRefusal(soldOut{Shelf: "A"}),
		}, nil
	case cancelled:
		s.Status, s.Why = "cancelled", a.Why
	}
	return nil, nil
}

type orderStore = storetest.TestStore[order, orderAction]

func testOrders(t storetest.T, before ...orderAction) *orderStore {
	return storetest.NewTestStore(t, orders{}, before...)
}

func isPlaced(s *order) { s.Status = "placed" }
func isPaid(s *order)   { s.Status, s.PaidAt = "paid", storetest.Epoch() }
func isReminded(n int) func(*order) {
	return func(s *order) { s.Reminds = n }
}

func isCancelled(why string) func(*order) {
	return func(s *order) { s.Status, s.Why = "cancelled", why }
}

var (
	placing = []store.Effect{
		store.Claim("order/1"),
		charge{5},
		store.After("remind", time.Hour, remind{}), store.After("give up", 3*time.Hour, give{}),
	}
	picking = []store.Effect{
		store.Cancel("remind"), store.Cancel("give up"), store.Dispatch("stock", "1", pick{"A"}).OnRefusal(soldOut{Shelf: "A"}),
	}
)

func placeIt(ts *orderStore) *orderStore {
	return ts.Send(place{5}, isPlaced).Recorded(placed{5}).Effects(placing...)
}

func pays(c charge) (orderAction, error) { return charged(c), nil }

func TestAChainRunsThroughHandlers(t *testing.T) {
	t.Parallel()
	ts := testOrders(t)
	storetest.Handle(ts, pays)
	storetest.Handle(ts, func(c pick) (orderAction, error) {
		return nil, store.Refuse(store.Conflict, "sold_out", "shelf %s is empty", c.Shelf)
	})
	placeIt(ts)
	ts.Receive(charged{5}, isPaid).Recorded(paid{storetest.Epoch()}).Effects(picking...)
	ts.Receive(
		soldOut{"A", store.Refusal{Kind: store.Conflict, Code: "sold_out", Message: "shelf A is empty"}},
		isCancelled("A: sold_out"),
	).Recorded(cancelled{"A: sold_out"})
	ts.Send(place{5}, nil).Refused(errPlaced)
}

func TestTimersComeInOrderAtTheirTime(t *testing.T) {
	t.Parallel()
	ts := placeIt(testOrders(t))
	ts.Advance(59 * time.Minute).Advance(2*time.Hour + time.Minute)
	again := store.After("remind", time.Hour, remind{})
	ts.Receive(remind{}, isReminded(1)).Recorded(reminded{}).Effects(again)
	ts.Receive(remind{}, isReminded(2)).Recorded(reminded{}).Effects(again)
	ts.Receive(give{}, isCancelled("unpaid")).Recorded(cancelled{"unpaid"}).Effects(store.Cancel("remind"))
}

func TestWhatIsIgnoredNeedsNoAssertionButMustHold(t *testing.T) {
	t.Parallel()
	ts := testOrders(t).Ignore(storetest.State, storetest.Claims, storetest.Timers, storetest.Events)
	ts.Send(place{5}, nil).Effects(charge{5})
	testOrders(t).Ignore(storetest.Effects, storetest.Timers).Send(place{5}, isPlaced).
		Recorded(placed{5}).Effects(store.Claim("order/1"))
	got := tell(func(t storetest.T) {
		ts := testOrders(t).Ignore(storetest.State, storetest.Claims, storetest.Timers, storetest.Events, storetest.Effects)
		ts.Send(place{5}, isReminded(3)).Recorded(paid{}).Effects(store.Claim("order/2"))
	})
	for _, want := range []string{"changed the state in another way", "recorded other events", "had other effects"} {
		if !strings.Contains(got, want) {
			t.Errorf("failures:\n%s\nwant one with %q", got, want)
		}
	}
}

func TestTestStoresThatFail(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		test func(t storetest.T)
		want string
	}{
		"a change that nobody asserted": {
			func(t storetest.T) { testOrders(t).Send(place{5}, nil).Recorded(placed{5}).Effects(placing...) },
			`+ 	Status:  "placed"`,
		},
		"a change that did not happen": {
			func(t storetest.T) { testOrders(t, placed{5}).Send(place{5}, isReminded(1)).Refused(errPlaced) },
			`- 	Reminds: 1`,
		},
		"an event that nobody asserted": {
			func(t storetest.T) { testOrders(t).Send(place{5}, isPlaced).Effects(placing...) },
			"nobody asserted the events of storetest_test.place: \n  storetest_test.placed{\"Total\":5}",
		},
		"another event": {
			func(t storetest.T) { testOrders(t).Send(place{5}, isPlaced).Recorded(placed{6}).Effects(placing...) },
			"recorded other events (-want +got)",
		},
		"an effect that nobody asserted": {
			func(t storetest.T) { testOrders(t).Send(place{5}, isPlaced).Recorded(placed{5}) },
			"storetest_test.charge{\"Total\":5}",
		},
		"an effect that nobody asserted before time passes": {
			func(t storetest.T) {
				testOrders(t).Send(place{5}, isPlaced).Recorded(placed{5}).Advance(1).Effects(placing...)
			},
			"nobody asserted the effects",
		},
		"a claim that nobody asserted": {
			func(t storetest.T) {
				testOrders(t).Send(place{5}, isPlaced).Recorded(placed{5}).Effects(placing[1:]...)
			},
			`"order/1"`,
		},
		"a timer that nobody asserted": {
			func(t storetest.T) {
				testOrders(t).Send(place{5}, isPlaced).Recorded(placed{5}).Effects(placing[:3]...)
			},
			`"give up"`,
		},
		"a timer that runs at the end": {
			func(t storetest.T) { placeIt(testOrders(t)) },
			`the test ends while the timer "remind" is running, due in 1h0m0s`,
		},
		"a timer that nobody received": {
			func(t storetest.T) { placeIt(testOrders(t)).Advance(time.Hour) },
			"nobody received \n  storetest_test.remind{}",
		},
		"a timer that is not due": {
			func(t storetest.T) { placeIt(testOrders(t)).Advance(time.Hour-1).Receive(remind{}, isReminded(1)) },
			"nothing came, want \n  storetest_test.remind{}\nthe timer \"remind\" is running, due in 1ns",
		},
		"a cancelled timer": {
			func(t storetest.T) {
				ts := placeIt(testOrders(t)).Send(declined{}, isCancelled("declined"))
				ts.Recorded(cancelled{"declined"}).Effects(store.Cancel("remind"), store.Cancel("give up"))
				ts.Advance(3*time.Hour).Receive(give{}, nil)
			},
			"no timer is running",
		},
		"a result that nobody received": {
			func(t storetest.T) {
				ts := testOrders(t)
				storetest.Handle(ts, pays)
				placeIt(ts)
			},
			"nobody received \n  storetest_test.charged{\"Total\":5}",
		},
		"another result": {
			func(t storetest.T) {
				ts := testOrders(t)
				storetest.Handle(ts, pays)
				placeIt(ts).Receive(declined{}, nil)
			},
			"another action came (-want +got)",
		},
		"a handler that fails": {
			func(t storetest.T) {
				ts := testOrders(t)
				storetest.Handle(ts, func(charge) (orderAction, error) { return nil, errors.New("no line") })
				placeIt(ts)
			},
			"the handler of storetest_test.charge failed: no line",
		},
		"a refusal that nobody asserted": {
			func(t storetest.T) { testOrders(t, placed{5}).Send(place{5}, nil) },
			"nobody asserted that storetest_test.place was refused: it is placed",
		},
		"a refusal instead of events": {
			func(t storetest.T) { testOrders(t, placed{5}).Send(place{5}, nil).Recorded(placed{5}) },
			"was refused: it is placed",
		},
		"events instead of a refusal": {
			func(t storetest.T) { testOrders(t).Send(place{5}, isPlaced).Refused(errPlaced) },
			"was refused with <nil>",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := tell(c.test)
			if !strings.Contains(strings.ReplaceAll(got, "\u00a0", " "), c.want) {
				t.Errorf("failures:\n%s\nwant one with %q", got, c.want)
			}
		})
	}
}
