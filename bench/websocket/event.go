//go:build linux

package main

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"time"
)

const eventSize = 200 // bytes of an event's JSON

const (
	beforeNumber = `{"Text":"`
	digits       = 8
)

// text is that of the event with that number.
func text(number int) string {
	padding := eventSize - len(beforeNumber) - digits - len(`"}`)
	return fmt.Sprintf("%0*d%s", digits, number, strings.Repeat("x", padding))
}

// numberIn finds the number of the event in its JSON, or in a frame that holds it.
func numberIn(data []byte) (number int, ok bool) {
	i := bytes.Index(data, []byte(beforeNumber))
	if i < 0 || len(data) < i+len(beforeNumber)+digits {
		return 0, false
	}
	for _, d := range data[i+len(beforeNumber):][:digits] {
		if d < '0' || d > '9' {
			return 0, false
		}
		number = number*10 + int(d-'0')
	}
	return number, true
}

// frameOf is what the plain loops send: the frame that the hub would.
func frameOf(number int) []byte {
	return fmt.Appendf(nil, `{"type":"event","topic":"feed:1","seq":%d,"action":{"Posted":{"Text":"%s"}},`+
		`"meta":{"at":"%s","correlation_id":"01980c6e-3f5c-7d06-b7f2-2f3c6f0e8a11"}}`,
		number+1, text(number), time.Now().UTC().Format("2006-01-02T15:04:05.000000Z07:00"))
}

// EventTimes are those of the events by number, in nanoseconds since 1970. Committed
// is empty where nothing is committed.
type EventTimes struct{ Published, Committed []int64 }

// times collects EventTimes. It is safe for concurrent use.
type times struct {
	mu   sync.Mutex
	seen EventTimes
}

func (t *times) published(number int) { t.note(&t.seen.Published, number) }

func (t *times) committed(number int) { t.note(&t.seen.Committed, number) }

func (t *times) note(list *[]int64, number int) {
	now := time.Now().UnixNano()
	t.mu.Lock()
	defer t.mu.Unlock()
	for len(*list) <= number {
		*list = append(*list, 0)
	}
	(*list)[number] = now
}

func (t *times) all() EventTimes {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.seen
}
