//go:build linux

package main

import (
	"fmt"
	"log"
	"time"
)

const commandsIntroduction = `
## Commands

A command that records one event of %d bytes, on a log in memory, sent over %d connections,
each with a stream of its own and the next command when the last one was answered.
**Web socket**: the command's id makes it idempotent, an ack is the answer. **HTTP**: POST
to web.Command on the same router, on connections that stay open, answered by the state as
JSON; without and with the Idempotency-Key that makes it promise the same. The ratio of
web socket to HTTP is to be at least 1.1.
`

// exchange is what a run of commands gave.
type exchange struct {
	Exchanged
	commands int
	cpu      time.Duration // of the server, per command
}

func (e exchange) perSecond() float64 { return float64(e.commands) / e.Elapsed.Seconds() }

func ways() []string { return []string{overSocket, overHTTP, overHTTPOnce} }

func measureCommands(s settings) (string, error) {
	runs := map[string][]exchange{}
	for range s.rounds {
		for _, over := range ways() {
			e, err := sendCommands(over, s.callers, s.commands)
			if err != nil {
				return "", err
			}
			log.Printf("commands over %s: %.0f/s, %s", over, e.perSecond(), e.cpu)
			runs[over] = append(runs[over], e)
		}
	}
	t := newTable("", "", "commands/s", "p50", "p99", "CPU of the server, µs", "web socket : this")
	socket := median(runs[overSocket], exchange.perSecond)
	for _, over := range ways() {
		perSecond := median(runs[over], exchange.perSecond)
		t.row(over, fmt.Sprintf("%.0f", perSecond),
			short(median(runs[over], func(e exchange) time.Duration { return e.Latencies.P50 })),
			short(median(runs[over], func(e exchange) time.Duration { return e.Latencies.P99 })),
			microseconds(median(runs[over], func(e exchange) time.Duration { return e.cpu })),
			ratio(socket, perSecond))
	}
	return fmt.Sprintf(commandsIntroduction, eventSize, s.callers) + t.String(), nil
}

func sendCommands(over string, callers, commands int) (got exchange, err error) {
	got.commands = commands
	err = with(Setup{Variant: hubVariant, Connections: 2 * callers}, func(p pair) error {
		warm := max(callers, commands/10)
		run := Exchange{At: p.at, Over: over, Connections: callers, Commands: warm}
		if err := p.generator.Call("Generator.Exchange", run, &got.Exchanged); err != nil {
			return err
		}
		run.First, run.Commands = warm, commands
		cpu, err := p.cpu(func() error { return p.generator.Call("Generator.Exchange", run, &got.Exchanged) })
		got.cpu = cpu / time.Duration(commands)
		return err
	})
	return got, err
}
