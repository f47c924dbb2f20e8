package auth_test

import (
	"fmt"
	"math"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/composable-go/composable/auth/authtest"
)

// TestKnownAndUnknownAddressesTakeTheSameTime asks for links, of people who have an
// account and of people who have none in turns, and compares how long the answers took
// by the test of Kolmogorov and Smirnov: D is the widest gap between the two
// distributions, p how likely a gap so wide is among equals.
//
// It reports both and insists on little, because a machine that has much else to do
// makes any two samples differ now and then. With 600 answers each D is below 0.1 where
// nothing tells them apart (p = 0.01 is D = 0.094). Work for one kind only, such as a
// mail that is sent before the answer, moves all of its answers and makes D nearly 1.
// The bound of 0.35 lies far from both: among equals a gap so wide comes once in 10^31
// runs.
func TestKnownAndUnknownAddressesTakeTheSameTime(t *testing.T) {
	const samples, bound = 600, 0.35
	s := onSQLite(t)[0]
	authtest.SignIn(t, s.url, s.box, "known@example.com")
	ask := func(address string) (answer, time.Duration) {
		began := time.Now()
		got := s.do(t, http.MethodPost, "/auth/magic-link/send", fmt.Sprintf(`{"email":%q}`, address))
		return got, time.Since(began)
	}
	var known, unknown []time.Duration
	for i := range samples + 50 {
		addresses := []string{"known@example.com", "never-seen@example.com"}
		if i%2 == 1 { // neither is always the first
			slices.Reverse(addresses)
		}
		first, took := ask(addresses[0])
		second, tookToo := ask(addresses[1])
		if first.StatusCode != second.StatusCode || first.body != second.body {
			t.Fatalf("%s: %d %s, %s: %d %s", addresses[0], first.StatusCode, first.body, addresses[1], second.StatusCode, second.body)
		}
		if i%2 == 1 {
			took, tookToo = tookToo, took
		}
		if i >= 50 { // warm
			known, unknown = append(known, took), append(unknown, tookToo)
		}
	}
	d, p := kolmogorovSmirnov(known, unknown)
	t.Logf("%d answers each: medians %v and %v, D = %.4f, p = %.3f", samples, median(known), median(unknown), d, p)
	if d > bound {
		t.Errorf("the time of an answer tells who has an account: D = %.3f, want at most %.2f", d, bound)
	}
}

// kolmogorovSmirnov returns the statistic of two samples, and its p-value by the
// asymptotic distribution, which is good for samples of this size.
func kolmogorovSmirnov(a, b []time.Duration) (d, p float64) {
	slices.Sort(a)
	slices.Sort(b)
	for i, j := 0, 0; i < len(a) && j < len(b); {
		at := min(a[i], b[j])
		for i < len(a) && a[i] == at {
			i++
		}
		for j < len(b) && b[j] == at {
			j++
		}
		d = max(d, math.Abs(float64(i)/float64(len(a))-float64(j)/float64(len(b))))
	}
	n := math.Sqrt(float64(len(a)*len(b)) / float64(len(a)+len(b)))
	lambda := (n + 0.12 + 0.11/n) * d
	for k := 1.0; k <= 100; k++ {
		p += 2 * math.Pow(-1, k-1) * math.Exp(-2*k*k*lambda*lambda)
	}
	return d, min(max(p, 0), 1)
}

func median(sorted []time.Duration) time.Duration { return sorted[len(sorted)/2] }

func TestKolmogorovSmirnov(t *testing.T) {
	t.Parallel()
	ramp := func(n int, from, step time.Duration) (list []time.Duration) {
		for i := range n {
			list = append(list, from+time.Duration(i)*step)
		}
		return list
	}
	for name, c := range map[string]struct {
		a, b []time.Duration
		d    float64
		same bool
	}{
		"interleaved": {ramp(500, 0, 2), ramp(500, 1, 2), 0.002, true},
		"apart":       {ramp(500, 0, 1), ramp(500, 1000, 1), 1, false},
		"half shared": {ramp(500, 0, 1), ramp(500, 250, 1), 0.5, false},
	} {
		if d, p := kolmogorovSmirnov(c.a, c.b); math.Abs(d-c.d) > 1e-9 || (p > 0.05) != c.same {
			t.Errorf("%s: D = %g, p = %g; want D = %g, the same %t", name, d, p, c.d, c.same)
		}
	}
}
