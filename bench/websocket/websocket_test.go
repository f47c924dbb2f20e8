//go:build linux

package main

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	if ok, err := play(os.Args[1:]); ok {
		if err != nil {
			log.Fatal(err)
		}
		return
	}
	goleak.VerifyTestMain(m)
}

func TestEachPartMeasures(t *testing.T) {
	t.Setenv("GORACE", "atexit_sleep_ms=0") // with -race a process would wait for a second when it ends
	s := settings{
		rounds: 1, variants: variants(), idle: 20, readers: []int{5}, deliveries: 100,
		callers: 4, commands: 40, crowd: 10, events: 20,
	}
	sections, err := run(s, "")
	if err != nil {
		t.Fatal(err)
	}
	text := report(s, loadAverage(), sections)
	for _, pattern := range []string{
		`## Idle connections\n(.*\n)+\| ws \| -?\d+\.\d \| -?\d+\.\d \|`,
		`### 5 readers, one at a time\n(.*\n)+\| ws \| \d+ \| \*\*\d+\.\d\d\*\* \|`,
		`### 5 readers, bursts of 64\n(.*\n)+\| tcp \| \d+ \| \*\*\d+\.\d\d\*\* \|`,
		`## Commands\n(.*\n)+\| HTTP, Idempotency-Key \| \d+ \|`,
		`## A reader that stops\n(.*\n)+\| one has stopped, and was closed in 0 of 1 runs \|`,
	} {
		if !regexp.MustCompile(pattern).MatchString(text) {
			t.Errorf("the report does not match %q:\n%s", pattern, text)
		}
	}
	if strings.Contains(text, "NaN") || strings.Contains(text, "%!") {
		t.Errorf("the report has figures that are none:\n%s", text)
	}
}

func TestAnUnknownPartOrVariantIsAnError(t *testing.T) {
	t.Setenv("GORACE", "atexit_sleep_ms=0")
	if _, err := run(full(), "nothing"); err == nil {
		t.Error("a part that does not exist was measured")
	}
	s := settings{rounds: 1, variants: []string{"nothing"}, idle: 1}
	if _, err := run(s, "idle"); err == nil || !strings.Contains(err.Error(), `no variant "nothing"`) {
		t.Errorf("got %v, want an error that names the variant", err)
	}
}

// TestLoopsSendAsMuchAsTheHub holds that what is compared are the same bytes.
func TestLoopsSendAsMuchAsTheHub(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	s, err := newServed(Setup{}, new(times))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(s.handler)
	defer server.Close()
	defer func() {
		if err := errors.Join(s.hub.Close(context.Background()), s.rt.Close(context.Background())); err != nil {
			t.Error(err)
		}
	}()
	conn, _, err := websocket.Dial(ctx, server.URL+"/ws", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.CloseNow()
	if err := conn.Write(ctx, websocket.MessageText, []byte(`{"type":"subscribe","topics":["`+topic+`"]}`)); err != nil {
		t.Fatal(err)
	}
	if _, _, err := conn.Read(ctx); err != nil {
		t.Fatal(err)
	}
	if err := s.publish(7, 1); err != nil {
		t.Fatal(err)
	}
	_, got, err := conn.Read(ctx)
	if err != nil {
		t.Fatal(err)
	}
	want := frameOf(7)
	if zeros := 7; len(got) > len(want)+zeros || len(got) < len(want)-zeros { // time leaves them out at its end
		t.Errorf("the hub sent %d bytes, the loops %d:\n%s\n%s", len(got), len(want), got, want)
	}
	for _, frame := range [][]byte{got, want} {
		if number, ok := numberIn(frame); !ok || number != 7 {
			t.Errorf("number %d, %t; want 7 in %s", number, ok, frame)
		}
	}
	if times := s.times.all(); times.Published[7] == 0 || times.Committed[7] < times.Published[7] {
		t.Errorf("published at %d, committed at %d", times.Published[7], times.Committed[7])
	}
}

func TestMedianIsTheMiddle(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		runs []int
		want int
	}{{nil, 0}, {[]int{5}, 5}, {[]int{9, 1, 4}, 4}, {[]int{3, 2, 1, 8, 7}, 3}} {
		if got := median(c.runs, func(n int) int { return n }); got != c.want {
			t.Errorf("the median of %v is %d, want %d", c.runs, got, c.want)
		}
	}
}

// TestMessagesAreFoundInPieces has a socket receive messages cut anywhere.
func TestMessagesAreFoundInPieces(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("y", 300)
	response := "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
	for _, c := range []struct {
		name string
		data []byte
		end  end
		want []string
	}{
		{"frames", slices.Concat(withHeader([]byte("a")), withHeader([]byte(long)), veryLong([]byte(long)), withHeader(nil)), frameEnd, []string{"a", long, long, ""}},
		{"responses", []byte(response + response), responseEnd, []string{response, response}},
	} {
		for _, size := range []int{1, 3, 64, 1000} {
			t.Run(fmt.Sprint(c.name, size), func(t *testing.T) {
				t.Parallel()
				if got := inPieces(t, c.data, size, c.end, len(c.want)); fmt.Sprint(got) != fmt.Sprint(c.want) {
					t.Errorf("got %.100q, want %.100q", got, c.want)
				}
			})
		}
	}
}

// veryLong makes a frame whose length takes 64 bits.
func veryLong(text []byte) []byte {
	return append(binary.BigEndian.AppendUint64([]byte{textFrame, in64Bits}, uint64(len(text))), text...)
}

// inPieces returns the messages that a poller finds in what is written to it.
func inPieces(t *testing.T, data []byte, size int, end end, n int) (got []string) {
	t.Helper()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	s, err := dial(l.Addr().String(), 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	conn, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	p, err := newPoller()
	if err != nil {
		t.Fatal(err)
	}
	defer p.close()
	if err := p.add(s); err != nil {
		t.Fatal(err)
	}
	for ; len(data) > 0; data = data[min(size, len(data)):] {
		if _, err := conn.Write(data[:min(size, len(data))]); err != nil {
			t.Fatal(err)
		}
		found, err := p.receive(0, end, func(_ int, text []byte) error { got = append(got, string(text)); return nil })
		if err != nil {
			t.Fatal(err)
		}
		n -= found
	}
	if n > 0 { // the rest of what was written at once
		err = p.until(n, end, func(_ int, text []byte) error { got = append(got, string(text)); return nil })
	}
	if err != nil {
		t.Fatal(err)
	}
	return got
}
