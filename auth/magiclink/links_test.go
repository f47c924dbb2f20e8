package magiclink_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/google/go-cmp/cmp"

	"github.com/composable-go/composable/auth/internal/seal"
	"github.com/composable-go/composable/auth/magiclink"
	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/memory"
	"github.com/composable-go/composable/store"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// post answers its first attempts with errs and takes what comes after.
type post struct {
	mu     sync.Mutex
	errs   []error
	keys   []store.Key // of all attempts
	tokens []string    // that were sent
}

func (p *post) send(_ context.Context, _ magiclink.Link, token string, key store.Key) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.keys = append(p.keys, key)
	if n := len(p.keys); n <= len(p.errs) {
		return p.errs[n-1]
	}
	p.tokens = append(p.tokens, token)
	return nil
}

func start(t *testing.T, p *post) (*store.Runtime, *magiclink.Links) {
	t.Helper()
	backend := memory.New()
	rt := store.NewRuntime(backend, store.Options{})
	key := bytes.Repeat([]byte{7}, 32)
	links := magiclink.New(rt, magiclink.Options{Key: key, Ring: seal.New(key), Life: 15 * time.Minute, Send: p.send})
	if err := rt.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := rt.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return rt, links
}

const signIn = "sign_in"

func adas(id string) magiclink.Request {
	return magiclink.Request{ID: id, Purpose: signIn, Email: "ada@example.com", RedirectTo: "/tickets", Payload: `{"n":1}`}
}

func request(t *testing.T, links *magiclink.Links, r magiclink.Request) (cookie string) {
	t.Helper()
	cookie, err := links.Request(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	return cookie
}

// next is the token of the only mail since the last call, in a bubble.
func (p *post) next(t *testing.T) string {
	t.Helper()
	synctest.Wait()
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.tokens) != 1 {
		t.Fatalf("%d mails were sent, want 1", len(p.tokens))
	}
	token := p.tokens[0]
	p.tokens = nil
	return token
}

func worthless(t *testing.T, links *magiclink.Links, purpose, token string) {
	t.Helper()
	if link, err := links.Find(t.Context(), purpose, token); !errors.Is(err, magiclink.ErrInvalidToken) {
		t.Errorf("Find() = %+v, %v; want %v", link.Request, err, magiclink.ErrInvalidToken)
	}
}

func TestALinkCanBeFoundUntilItExpires(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := &post{}
		_, links := start(t, p)
		request(t, links, adas("1"))
		token := p.next(t)
		link, err := links.Find(t.Context(), signIn, token)
		if diff := cmp.Diff(adas("1"), link.Request); err != nil || diff != "" {
			t.Errorf("Find(): %v, link (-want +got):\n%s", err, diff)
		}
		worthless(t, links, signIn, token+"x")
		worthless(t, links, "confirm_address", token)
		time.Sleep(15 * time.Minute)
		worthless(t, links, signIn, token)
	})
}

func TestTheNewestLinkIsTheOnlyOne(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := &post{}
		_, links := start(t, p)
		request(t, links, adas("1"))
		first := p.next(t)
		other := adas("2")
		other.Purpose = "confirm_address"
		request(t, links, other)
		confirm := p.next(t)
		request(t, links, magiclink.Request{ID: "3", Purpose: signIn, Email: "bob@example.com"})
		bobs := p.next(t)
		request(t, links, adas("4"))
		second := p.next(t)

		worthless(t, links, signIn, first)
		for purpose, token := range map[string]string{signIn: second, "confirm_address": confirm} {
			if _, err := links.Find(t.Context(), purpose, token); err != nil {
				t.Errorf("%s: %v", purpose, err)
			}
		}
		if _, err := links.Find(t.Context(), signIn, bobs); err != nil {
			t.Errorf("somebody else's: %v", err)
		}
	})
}

func TestAUsedLinkIsWorthless(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := &post{}
		rt, links := start(t, p)
		cookie := request(t, links, adas("1"))
		token := p.next(t)
		link, err := links.Find(t.Context(), signIn, token)
		if err != nil {
			t.Fatal(err)
		}
		if err := rt.Change(t.Context(), store.Take(link.Proof())); err != nil {
			t.Fatal(err)
		}
		worthless(t, links, signIn, token)
		if _, err := links.FindByCode(t.Context(), signIn, cookie, link.Code()); !errors.Is(err, magiclink.ErrInvalidToken) {
			t.Errorf("FindByCode() = %v, want %v", err, magiclink.ErrInvalidToken)
		}
		// What was proved by one link proves nothing once there is another.
		request(t, links, adas("2"))
		p.next(t)
		if err := rt.Change(t.Context(), store.Take(link.Proof())); !errors.Is(err, store.ErrRow) {
			t.Errorf("taking the old link again = %v, want %v", err, store.ErrRow)
		}
	})
}

func TestARepeatedRequestIsOneLink(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := &post{}
		_, links := start(t, p)
		ctx := store.WithOrigin(t.Context(), store.Origin{CommandID: "again"})
		first, err := links.Request(ctx, adas("1"))
		if err != nil {
			t.Fatal(err)
		}
		again, err := links.Request(ctx, adas("1"))
		if err != nil || again != first {
			t.Errorf("the second cookie is %q, %v; want %q", again, err, first)
		}
		p.next(t)
	})
}

func TestMailIsTriedAgainUnderTheSameKey(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		away := errors.New("the mail server is away")
		p := &post{errs: []error{away, away, away}}
		_, links := start(t, p)
		request(t, links, adas("1"))
		time.Sleep(time.Minute)
		p.next(t)
		if len(p.keys) != 4 || p.keys[0] == "" || p.keys[0] != p.keys[3] {
			t.Errorf("attempts under the keys %q, want 4 under one", p.keys)
		}
	})
}

func TestAReplacedLinkIsNotMailed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := &post{errs: []error{errors.New("the mail server is away")}}
		_, links := start(t, p)
		request(t, links, adas("1"))
		synctest.Wait()
		request(t, links, adas("2"))
		time.Sleep(time.Minute)
		if _, err := links.Find(t.Context(), signIn, p.next(t)); err != nil {
			t.Error(err)
		}
	})
}

func TestMailIsGivenUp(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		err    error
		reason string
		most   int // attempts
	}{
		"at once when it is refused for good": {store.Permanent(errors.New("no such mailbox")), "no such mailbox", 1},
		"when the link has expired":           {errors.New("the mail server is away"), "expired", 30},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				p := &post{errs: repeat(c.err, 1000)}
				rt, links := start(t, p)
				request(t, links, adas("1"))
				time.Sleep(20 * time.Minute)
				letter := deadLetter(t, rt)
				last := letter.Failures[len(letter.Failures)-1].Error
				if letter.Kind != "magiclink.mail" || !strings.Contains(last, c.reason) {
					t.Errorf("dead letter %s: %s, want one that says %q", letter.Kind, last, c.reason)
				}
				if strings.Contains(string(letter.Payload), "ada@") {
					t.Errorf("the dead letter tells the address: %s", letter.Payload)
				}
				if len(p.keys) > c.most {
					t.Errorf("%d attempts, want at most %d", len(p.keys), c.most)
				}
			})
		})
	}
}

func deadLetter(t *testing.T, rt *store.Runtime) eventlog.DeadLetter {
	t.Helper()
	letters, err := rt.DeadLetters(t.Context(), 10)
	if err != nil {
		t.Fatal(err)
	}
	if len(letters) != 1 {
		t.Fatalf("%d dead letters, want 1", len(letters))
	}
	return letters[0]
}

func repeat(err error, n int) []error {
	errs := make([]error, n)
	for i := range errs {
		errs[i] = err
	}
	return errs
}
