package magiclink_test

import (
	"errors"
	"regexp"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/composable-go/composable/auth/magiclink"
	"github.com/composable-go/composable/store"
)

// waiting asks for a link and returns the cookie of who waits, and the link.
func waiting(t *testing.T, p *post, links *magiclink.Links, id string) (cookie string, link magiclink.Link) {
	t.Helper()
	cookie = request(t, links, adas(id))
	link, err := links.Find(t.Context(), signIn, p.next(t))
	if err != nil {
		t.Fatal(err)
	}
	return cookie, link
}

// wrong is a code that is not the link's.
func wrong(link magiclink.Link) string {
	if link.Code() == "000000" {
		return "000001"
	}
	return "000000"
}

func TestTheBrowserThatWaitsIsLetInByTheCode(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := &post{}
		_, links := start(t, p)
		cookie, link := waiting(t, p, links, "1")
		if !regexp.MustCompile(`^\d{6}$`).MatchString(link.Code()) {
			t.Errorf("code = %q, want six digits", link.Code())
		}
		found, err := links.FindByCode(t.Context(), signIn, cookie, link.Code())
		if err != nil || found.Email != "ada@example.com" {
			t.Errorf("FindByCode() = %+v, %v", found.Request, err)
		}
		if !link.AskedBy(cookie) {
			t.Error("the link was not asked by the browser that asked")
		}
		for name, other := range map[string]string{"none": "", "a part": cookie[:len(cookie)-1], "another secret": cookie[:44] + cookie[:43]} {
			if link.AskedBy(other) {
				t.Errorf("asked by a browser whose cookie is %s", name)
			}
			if _, err := links.FindByCode(t.Context(), signIn, other, link.Code()); !errors.Is(err, magiclink.ErrInvalidToken) {
				t.Errorf("%s: FindByCode() = %v, want %v", name, err, magiclink.ErrInvalidToken)
			}
		}
		if _, err := links.FindByCode(t.Context(), "confirm_address", cookie, link.Code()); !errors.Is(err, magiclink.ErrInvalidToken) {
			t.Errorf("for another purpose: FindByCode() = %v, want %v", err, magiclink.ErrInvalidToken)
		}
	})
}

func TestFiveWrongCodesMakeTheLinkWorthless(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := &post{}
		_, links := start(t, p)
		cookie := request(t, links, adas("1"))
		token := p.next(t)
		link, err := links.Find(t.Context(), signIn, token)
		if err != nil {
			t.Fatal(err)
		}
		for left := 4; left >= 0; left-- {
			_, err := links.FindByCode(t.Context(), signIn, cookie, wrong(link))
			var refusal *store.Refusal
			if !errors.Is(err, magiclink.ErrWrongCode) || !errors.As(err, &refusal) || refusal.Details["tries_left"] != left {
				t.Fatalf("with %d left: %v, want %v that says so", left, err, magiclink.ErrWrongCode)
			}
		}
		if _, err := links.FindByCode(t.Context(), signIn, cookie, link.Code()); !errors.Is(err, magiclink.ErrInvalidToken) {
			t.Errorf("the right code after five wrong ones = %v, want %v", err, magiclink.ErrInvalidToken)
		}
		worthless(t, links, signIn, token)
		cookie, link = waiting(t, p, links, "2")
		if _, err := links.FindByCode(t.Context(), signIn, cookie, link.Code()); err != nil {
			t.Errorf("the code of the next link: %v", err)
		}
	})
}

func TestManyCodesAtOnceAreFiveTries(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := &post{}
		_, links := start(t, p)
		cookie, link := waiting(t, p, links, "1")
		var compared, refused int
		var mu sync.Mutex
		var group sync.WaitGroup
		for range 100 {
			group.Go(func() {
				_, err := links.FindByCode(t.Context(), signIn, cookie, wrong(link))
				mu.Lock()
				defer mu.Unlock()
				switch {
				case errors.Is(err, magiclink.ErrWrongCode):
					compared++
				case errors.Is(err, magiclink.ErrInvalidToken):
					refused++
				default:
					t.Error(err)
				}
			})
		}
		group.Wait()
		if compared != 5 || refused != 95 {
			t.Errorf("%d codes were compared and %d refused, want 5 and 95", compared, refused)
		}
	})
}
