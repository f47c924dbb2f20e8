package auth_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/composable-go/composable/auth"
	"github.com/composable-go/composable/auth/authtest"
	"github.com/composable-go/composable/eventlog/postgres"
	"github.com/composable-go/composable/eventlog/sqlite"
	"github.com/composable-go/composable/internal/pgtest"
	"github.com/composable-go/composable/store"
)

// at runs f n times at once.
func at(n int, f func(i int)) {
	var all sync.WaitGroup
	begin := make(chan struct{})
	for i := range n {
		all.Go(func() {
			<-begin
			f(i)
		})
	}
	close(begin)
	all.Wait()
}

// nodes are sites that share a backend and a mailbox.
type nodes []*site

func (n nodes) signIn(t *testing.T, i int, address string) (session authtest.Session) {
	t.Helper()
	s := n[i%len(n)]
	session, err := authtest.TrySignIn(t.Context(), s.url, s.box, address)
	if err != nil {
		t.Errorf("%s: %v", address, err)
	}
	return session
}

func testManyPeople(t *testing.T, n nodes) {
	const people = 1000
	users := make([]string, people)
	at(people, func(i int) {
		address := fmt.Sprintf("user%d@example.com", i)
		session := n.signIn(t, i, address)
		if session.User.Email != address {
			t.Errorf("%s is signed in as %s", address, session.User.Email)
		}
		users[i] = session.User.ID
	})
	seen := map[string]int{}
	for i, id := range users {
		if other, ok := seen[id]; ok {
			t.Errorf("user%d and user%d are both %s", i, other, id)
		}
		seen[id] = i
	}
	if got := count(n[0].events(t), "UserRegistered"); got != people {
		t.Errorf("%d users registered, want %d", got, people)
	}
}

// testOneNewAddress has many prove at once, each in a way of its own, that a new address
// is theirs: of links only one lives.
func testOneNewAddress(t *testing.T, n nodes) {
	const times = 100
	users := make([]string, times)
	for i := range times {
		row := store.Row{Kind: "test", Key: strconv.Itoa(i), Data: []byte("{}")}
		if err := n[0].rt.Change(t.Context(), store.Insert(row)); err != nil {
			t.Fatal(err)
		}
	}
	at(times, func(i int) {
		var session authtest.Session
		answer := n[i%len(n)].do(t, http.MethodPost, fmt.Sprintf("/enter?email=ada@example.com&row=%d", i), "")
		if err := json.Unmarshal([]byte(answer.body), &session); err != nil || answer.StatusCode != http.StatusOK {
			t.Errorf("%d: %s", answer.StatusCode, answer.body)
		}
		users[i] = session.User.ID
	})
	for _, id := range users {
		if id != users[0] {
			t.Errorf("the address belongs to the users %s and %s", users[0], id)
		}
	}
	names := n[0].events(t)
	if registered, sessions := count(names, "UserRegistered"), count(names, "SessionStarted"); registered != 1 || sessions != times {
		t.Errorf("%d users registered and %d sessions started, want 1 and %d", registered, sessions, times)
	}
}

func testOneToken(t *testing.T, n nodes) {
	const times = 100
	for _, address := range []string{"new", "known"} {
		token := authtest.Link(t, n[0].url, n[0].box, "ada@example.com")
		before := count(n[0].events(t), "SessionStarted")
		var let atomic.Int64
		at(times, func(i int) {
			answer := n[i%len(n)].do(t, http.MethodPost, "/auth/magic-link/verify", fmt.Sprintf(`{"token":%q}`, token))
			if answer.StatusCode == http.StatusOK {
				let.Add(1)
			} else if !strings.Contains(answer.body, `"invalid_token"`) {
				t.Errorf("refused with %d: %s", answer.StatusCode, answer.body)
			}
		})
		if started := count(n[0].events(t), "SessionStarted") - before; let.Load() != 1 || started != 1 {
			t.Errorf("%s address: %d were let in and %d sessions started, want 1 and 1", address, let.Load(), started)
		}
	}
}

// TestContention has the machine to itself: a thousand people at once are enough of a
// load, and their requests have deadlines.
func TestContention(t *testing.T) {
	for backend, start := range map[string]func(*testing.T) nodes{
		"memory":   func(t *testing.T) nodes { return nodes{inMemory(t)} },
		"sqlite":   onSQLite,
		"postgres": onTwoNodes,
	} {
		for name, test := range map[string]func(*testing.T, nodes){
			"many people":     testManyPeople,
			"one new address": testOneNewAddress,
			"one token":       testOneToken,
		} {
			t.Run(backend+"/"+name, func(t *testing.T) { test(t, start(t)) })
		}
	}
}

func TestWholeFlow(t *testing.T) {
	onLogs(t, testWholeFlow)
}

func onSQLite(t *testing.T) nodes {
	t.Helper()
	log, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "app.db"))
	if err != nil {
		t.Fatal(err)
	}
	return nodes{start(t, log)}
}

func onTwoNodes(t *testing.T) nodes { return onTwoNodesWith(t) }

func onTwoNodesWith(t *testing.T, change ...func(*auth.Options)) nodes {
	t.Helper()
	url := pgtest.URL(t)
	box := authtest.NewMailbox()
	var n nodes
	for range 2 {
		log, err := postgres.Open(t.Context(), url)
		if err != nil {
			t.Fatal(err)
		}
		s := start(t, log, append(change, func(o *auth.Options) { o.Sender = box })...)
		s.box = box
		n = append(n, s)
	}
	return n
}

// onBoth runs a test on SQLite, and on two nodes over one Postgres: first and last.
func onBoth(t *testing.T, test func(t *testing.T, first, last *site)) {
	t.Helper()
	t.Parallel()
	for backend, start := range map[string]func(*testing.T) nodes{
		"sqlite":   onSQLite,
		"postgres": onTwoNodes,
	} {
		t.Run(backend, func(t *testing.T) {
			t.Parallel()
			n := start(t)
			test(t, n[0], n[len(n)-1])
		})
	}
}

// onLogs does it for tests to which one node is enough.
func onLogs(t *testing.T, test func(t *testing.T, s *site)) {
	t.Helper()
	onBoth(t, func(t *testing.T, first, _ *site) { test(t, first) })
}
