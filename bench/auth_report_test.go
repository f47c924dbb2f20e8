//go:build unix

package bench

import (
	"fmt"
	"net/http"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/composable-go/composable/auth/authtest"
)

const authIntroduction = `# Benchmarks of sign-in

Written by ` + "`make bench-auth`" + `; run it on your machine. Each figure is the median of %d runs;
what is compared is measured in turns. Postgres runs with fsync and full_page_writes on
the same machine, SQLite in WAL mode with synchronous=FULL. What makes the load runs on
the same cores, in the same process.

%s
`

const checkIntroduction = `
## Checking a session

GET of 20 rows of a read model, and of one account's state from memory, which is the least
that can be served; JSON behind web.NewRouter with all its middleware, on %d connections
that stay open. **Checked** is the same request, bearer token included, below web.Identify
and web.RequireActor. On SQLite the row of a session is in memory; on Postgres it is asked
for each time, so that a session that was revoked on any node is refused at once, and so
is the state's version. The CPU time is that of this process: server and clients, but not
the database's. From memory a check is to add no more than 5 %% to the query; of the
state, the least there is, it is more.

| log | request | checked/s | open/s | CPU, checked | CPU, open | added |
|---|---|--:|--:|--:|--:|--:|
`

const proofIntroduction = `
## Proofs

POST of a proof of who is there, by %d callers, each for another user, without a
network: the limits, the look-ups, and one commit that takes the proof, starts the
session and notes the sign-in. Mails and challenges were sent before. The users have
signed in before, from the same devices.

| | sign-ins/s | p50 | p99 |
|---|--:|--:|--:|
`

const (
	connections = 64
	visitors    = 400 // each is sent a link per round, and one or two before; limits allow 5
	provers     = 32
)

// BenchmarkAuth measures what sign-in costs.
func BenchmarkAuth(b *testing.B) {
	load := loadAverage()
	var out strings.Builder
	fmt.Fprintf(&out, checkIntroduction, connections)
	all := offices(b, visitors)
	for _, o := range all {
		out.WriteString(o.compareChecks(b))
	}
	fmt.Fprintf(&out, proofIntroduction, provers)
	for _, o := range all {
		for _, p := range o.proofs(b) {
			p.write(&out)
		}
	}
	if *reportPath == "" || b.Failed() {
		return
	}
	report := fmt.Sprintf(authIntroduction, rounds, machine(b, load)) + out.String()
	if err := os.WriteFile(*reportPath, []byte(report), 0o644); err != nil {
		b.Fatal(err)
	}
}

// compareChecks measures requests with and without a check of the session.
func (o *office) compareChecks(b testing.TB) string {
	link, err := o.link(b.Context(), 0)
	if err != nil {
		b.Fatal(err)
	}
	session, err := o.enter(0, link)
	if err != nil {
		b.Fatal(err)
	}
	return o.compareRequests(b, "query", session) + o.compareRequests(b, "state", session)
}

// compareRequests has what is served below /own after a check, and below /open without.
func (o *office) compareRequests(b testing.TB, name string, session authtest.Session) string {
	checked, open := o.get(b, "/own/"+name, session), o.get(b, "/open/"+name, session)
	var ours, other []spent
	for range 5 * rounds { // what is to be told apart is little
		ours = append(ours, requests(b, checked, 5000))
		other = append(other, requests(b, open, 5000))
	}
	ourCPU, otherCPU := medianOf(ours, cpuOf), medianOf(other, cpuOf)
	return fmt.Sprintf("| %s | %s | %.0f | %.0f | %s | %s | **%+.1f %%** |\n", o.name, name,
		medianOf(ours, rateOf), medianOf(other, rateOf), microseconds(ourCPU), microseconds(otherCPU), 100*(ourCPU/otherCPU-1))
}

func (o *office) get(b testing.TB, path string, s authtest.Session) sender {
	send := repeat(b, o.http, func(string) []byte {
		return fmt.Appendf(nil, "GET %s HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer %s\r\n\r\n", path, s.Token)
	})
	warm(b, send, loads()[0], connections)
	return send
}

// spent is what a run of requests took.
type spent struct {
	perSecond float64
	cpu       float64 // seconds of each
}

func requests(b testing.TB, send sender, n int) spent {
	runtime.GC()
	before := cpuTime(b)
	m := run(b, send, loads()[0], connections, n)
	return spent{m.perSecond, (cpuTime(b) - before).Seconds() / float64(n)}
}

func cpuOf(s spent) float64  { return s.cpu }
func rateOf(s spent) float64 { return s.perSecond }

func medianOf(runs []spent, figure func(spent) float64) float64 {
	figures := make([]float64, len(runs))
	for i, r := range runs {
		figures[i] = figure(r)
	}
	slices.Sort(figures)
	return figures[len(figures)/2]
}

func microseconds(seconds float64) string { return fmt.Sprintf("%.1f µs", seconds*1e6) }

// proof is what one way to prove oneself gave.
type proof struct {
	name string
	measure
}

func (p proof) write(out *strings.Builder) {
	fmt.Fprintf(out, "| %s | %.0f | %s | %s |\n", p.name, p.perSecond, short(p.p50), short(p.p99))
}

// proofs measures the ways to sign in, one after the other.
func (o *office) proofs(b *testing.B) []proof {
	var links, passkeys []measure
	sessions := make([]authtest.Session, len(o.devices))
	o.byLink(b, sessions) // who they are from then on
	keys := o.register(b, sessions)
	for range rounds {
		links = append(links, o.byLink(b, sessions))
		passkeys = append(passkeys, o.byPasskey(b, keys))
	}
	return []proof{{o.name + ", magic link", median(links)}, {o.name + ", passkey", median(passkeys)}}
}

func (o *office) byLink(b testing.TB, sessions []authtest.Session) measure {
	tokens := make([]string, len(o.devices))
	o.everybody(b, func(n int) (err error) {
		tokens[n], err = o.link(b.Context(), n)
		return err
	})
	return o.everybody(b, func(n int) (err error) {
		sessions[n], err = o.enter(n, tokens[n])
		return err
	})
}

// register gives each user a passkey.
func (o *office) register(b testing.TB, sessions []authtest.Session) []*authtest.Authenticator {
	keys := make([]*authtest.Authenticator, len(o.devices))
	o.everybody(b, func(n int) error {
		keys[n] = authtest.NewAuthenticator("http://localhost")
		bearer := []string{"Authorization", "Bearer " + sessions[n].Token}
		options, err := o.call(n, http.MethodPost, "/auth/passkey/register/begin", struct{}{}, bearer...)
		if err != nil {
			return err
		}
		made, err := keys[n].Create(options.Body.Bytes())
		if err == nil {
			_, err = o.call(n, http.MethodPost, "/auth/passkey/register/complete", map[string]any{"credential": made}, bearer...)
		}
		return err
	})
	return keys
}

func (o *office) byPasskey(b testing.TB, keys []*authtest.Authenticator) measure {
	signed := make([]any, len(o.devices))
	o.everybody(b, func(n int) error {
		options, err := o.call(n, http.MethodPost, "/auth/passkey/login/begin", struct{}{})
		if err == nil {
			signed[n], err = keys[n].Get(options.Body.Bytes())
		}
		return err
	})
	return o.everybody(b, func(n int) error {
		_, err := o.call(n, http.MethodPost, "/auth/passkey/login/complete", map[string]any{"credential": signed[n]})
		return err
	})
}

// everybody has something done for each user, some at a time.
func (o *office) everybody(b testing.TB, do func(n int) error) measure {
	users := make(chan int, len(o.devices))
	for n := range o.devices {
		users <- n
	}
	close(users)
	latencies := make([]time.Duration, len(o.devices))
	begin := time.Now()
	each(provers, func(int) {
		for n := range users {
			asked := time.Now()
			if err := do(n); err != nil {
				b.Errorf("user %d: %v", n, err)
			}
			latencies[n] = time.Since(asked)
		}
	})
	return measured(latencies, time.Since(begin))
}

func TestSignInIsMeasured(t *testing.T) {
	for _, o := range offices(t, 3) {
		sessions := make([]authtest.Session, len(o.devices))
		o.byLink(t, sessions)
		if m := o.byPasskey(t, o.register(t, sessions)); m.perSecond <= 0 {
			t.Errorf("%s: measured as %+v", o.name, m)
		}
		if s := requests(t, o.get(t, "/own/state", sessions[0]), 20); s.cpu <= 0 || s.perSecond <= 0 {
			t.Errorf("%s: measured as %+v", o.name, s)
		}
	}
}
