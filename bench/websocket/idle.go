//go:build linux

package main

import (
	"fmt"
	"log"
)

const idleIntroduction = `
## Idle connections

What each of %d connections that follow a topic takes of the server's resident memory,
after what can be given back was given back to the kernel: **silent**, when it has only
subscribed, and **after %d events at once** that all of them received. For ws it is to be
at most 17 KiB.
`

const idleEvents = 8

// resident is the bytes of the server's resident memory for each connection.
type resident struct{ silent, later float64 }

func measureIdle(s settings) (string, error) {
	runs := map[string][]resident{}
	for range s.rounds {
		for _, v := range s.variants {
			r, err := idle(v, s.idle)
			if err != nil {
				return "", err
			}
			log.Printf("idle %s: %.1f KiB, later %.1f KiB", v, r.silent/1024, r.later/1024)
			runs[v] = append(runs[v], r)
		}
	}
	t := newTable("", "", "silent, KiB", fmt.Sprintf("after %d events, KiB", idleEvents))
	for _, v := range s.variants {
		t.row(title(v),
			fmt.Sprintf("%.1f", median(runs[v], func(r resident) float64 { return r.silent })/1024),
			fmt.Sprintf("%.1f", median(runs[v], func(r resident) float64 { return r.later })/1024))
	}
	return fmt.Sprintf(idleIntroduction, s.idle, idleEvents) + t.String(), nil
}

func idle(variant string, n int) (per resident, err error) {
	err = with([]Setup{{Variant: variant, Readers: n}}, func(pairs []*pair) error {
		p := pairs[0]
		before, err := p.resident()
		if err != nil {
			return err
		}
		if err := p.connect(false); err != nil {
			return err
		}
		silent, err := p.resident()
		if err != nil {
			return err
		}
		if err := p.drive(Drive{idleEvents, idleEvents}); err != nil {
			return err
		}
		later, err := p.resident()
		per = resident{float64(silent-before) / float64(n), float64(later-before) / float64(n)}
		return err
	})
	return per, err
}

func (p *pair) resident() (bytes int64, err error) {
	err = p.server.Call("Server.Resident", None{}, &bytes)
	return bytes, err
}
