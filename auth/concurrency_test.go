package auth_test

import (
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/composable-go/composable/auth/authtest"
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

func testManyPeople(t *testing.T, s *site, people int) {
	users := make([]string, people)
	at(people, func(i int) {
		address := fmt.Sprintf("user%d@example.com", i)
		session, err := authtest.TrySignIn(t.Context(), s.url, s.box, address)
		if err != nil {
			t.Error(err)
			return
		}
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
	if got := count(s.events(t), "UserRegistered"); got != people {
		t.Errorf("%d users registered, want %d", got, people)
	}
}

func testOneNewAddress(t *testing.T, s *site, times int) {
	users := make([]string, times)
	at(times, func(i int) {
		session, err := authtest.TrySignIn(t.Context(), s.url, s.box, "ada@example.com")
		if err != nil {
			t.Error(err)
		}
		users[i] = session.User.ID
	})
	for _, id := range users {
		if id != users[0] {
			t.Errorf("the address belongs to the users %s and %s", users[0], id)
		}
	}
	names := s.events(t)
	if registered, sessions := count(names, "UserRegistered"), count(names, "SessionStarted"); registered != 1 || sessions != times {
		t.Errorf("%d users registered and %d sessions started, want 1 and %d", registered, sessions, times)
	}
}

func testOneToken(t *testing.T, s *site, times int) {
	for _, address := range []string{"new", "known"} {
		token := authtest.Link(t, s.url, s.box, "ada@example.com")
		before := count(s.events(t), "SessionStarted")
		var let atomic.Int64
		at(times, func(int) {
			answer := s.do(t, http.MethodPost, "/auth/magic-link/verify", fmt.Sprintf(`{"token":%q}`, token))
			if answer.StatusCode == http.StatusOK {
				let.Add(1)
				return
			}
			answer.refused(t, http.StatusBadRequest, "invalid_token")
		})
		if started := count(s.events(t), "SessionStarted") - before; let.Load() != 1 || started != 1 {
			t.Errorf("%s address: %d were let in and %d sessions started, want 1 and 1", address, let.Load(), started)
		}
	}
}

func TestManyPeopleAtOnce(t *testing.T) {
	t.Parallel()
	testManyPeople(t, inMemory(t), 1000)
}

func TestOneNewAddressAtOnce(t *testing.T) {
	t.Parallel()
	testOneNewAddress(t, inMemory(t), 100)
}

func TestOneTokenAtOnce(t *testing.T) {
	t.Parallel()
	testOneToken(t, inMemory(t), 100)
}
