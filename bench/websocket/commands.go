//go:build linux

package main

import (
	"fmt"
	"log"
	"slices"
)

const commandsIntroduction = `
## Commands

A command that records one event of %d bytes, on a log in memory, sent over %d connections,
each with a stream of its own and the next command when the last one was answered.
**Web socket**: the command's id makes it idempotent, an ack is the answer. **HTTP**: POST
to web.Command on the same router, on connections that stay open, answered by the state as
JSON; without and with the Idempotency-Key that makes it promise the same. Each way has a
server of its own, asked in %d turns. The ratio of web socket to HTTP is to be at least 1.1.
`

func ways() []string { return []string{overSocket, overHTTP, overHTTPOnce} }

func measureCommands(s settings) (string, error) {
	runs := map[string][]figures{}
	for range s.rounds {
		if err := exchange(s, runs); err != nil {
			return "", err
		}
	}
	t := newTable("", "", "commands/s", "p50", "p99", "CPU of the server, µs", "web socket : this", "CPU")
	socket := medianOf(runs[overSocket])
	for _, over := range ways() {
		f := medianOf(runs[over])
		t.row(over, fmt.Sprintf("%.0f", f.perSecond), short(f.latencies.Publish.P50), short(f.latencies.Publish.P99),
			microseconds(f.cpu), ratio(socket.perSecond, f.perSecond), ratio(socket.cpu, f.cpu))
	}
	return fmt.Sprintf(commandsIntroduction, eventSize, s.callers, turns) + t.String(), nil
}

// exchange adds a run over each of the ways.
func exchange(s settings, runs map[string][]figures) error {
	setups := slices.Repeat([]Setup{{Variant: hubVariant}}, len(ways()))
	return with(setups, func(pairs []*pair) error {
		for i, p := range pairs {
			if err := p.call(ways()[i], s.callers); err != nil {
				return err
			}
		}
		for range turns {
			for _, p := range pairs {
				if err := p.exchange(s.commands / turns); err != nil {
					return err
				}
			}
		}
		for i, over := range ways() {
			f, err := pairs[i].answered()
			if err != nil {
				return err
			}
			log.Printf("commands over %s: %.0f/s, %s", over, f.perSecond, f.cpu)
			runs[over] = append(runs[over], f)
		}
		return nil
	})
}

// call connects the callers and lets each send some commands, to warm up.
func (p *pair) call(over string, callers int) error {
	if err := p.generator.Call("Generator.Call", Calls{p.at, over, callers}, &None{}); err != nil {
		return err
	}
	if err := p.exchange(10 * callers); err != nil {
		return err
	}
	_, err := p.answered()
	return err
}

// exchange sends commands and has them acknowledged.
func (p *pair) exchange(commands int) error { return p.timed("Generator.Exchange", commands) }
