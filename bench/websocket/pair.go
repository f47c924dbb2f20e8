//go:build linux

package main

import (
	"errors"
	"fmt"
	"time"
)

// pair is a server with a generator of its own.
type pair struct {
	setup             Setup
	server, generator *process
	at                Addresses
	spent             spent
}

// spent is what a pair has taken since its figures were asked for.
type spent struct {
	elapsed, cpu time.Duration // cpu is that of the server
}

// with runs do on fresh pairs, and ends their processes.
func with(setups []Setup, do func([]*pair) error) (err error) {
	pairs := make([]*pair, len(setups))
	for i, setup := range setups {
		if pairs[i], err = open(setup); err != nil {
			return fmt.Errorf("%s: %w", setup.Variant, err)
		}
		defer func() { err = errors.Join(err, pairs[i].end()) }()
	}
	return do(pairs)
}

func open(setup Setup) (*pair, error) {
	server, err := start(serverRole)
	if err != nil {
		return nil, err
	}
	generator, err := start(generatorRole)
	if err != nil {
		return nil, errors.Join(err, server.end())
	}
	p := &pair{setup: setup, server: server, generator: generator}
	if err := server.Call("Server.Open", setup, &p.at); err != nil {
		return nil, errors.Join(err, p.end())
	}
	return p, nil
}

func (p *pair) end() error { return errors.Join(p.generator.end(), p.server.end()) }

// connect opens as many readers as the setup says; stopped, one of them reads nothing.
func (p *pair) connect(stopped bool) error {
	c := Connection{p.at, p.setup.Variant == tcpVariant, p.setup.Readers, stopped}
	return p.generator.Call("Generator.Connect", c, &None{})
}

// drive publishes events and has them received.
func (p *pair) drive(d Drive) error { return p.timed("Generator.Drive", d) }

// timed has the generator do something and adds up what that takes.
func (p *pair) timed(method string, arguments any) error {
	var before, after, elapsed time.Duration
	if err := p.server.Call("Server.CPU", None{}, &before); err != nil {
		return err
	}
	if err := p.generator.Call(method, arguments, &elapsed); err != nil {
		return err
	}
	if err := p.server.Call("Server.CPU", None{}, &after); err != nil {
		return err
	}
	p.spent.elapsed += elapsed
	p.spent.cpu += after - before
	return nil
}

// figures are of what was done n times.
type figures struct {
	perSecond float64
	cpu       time.Duration // of the server, each
	latencies Latencies
}

// delivered returns the figures of the events since the last time.
func (p *pair) delivered() (figures, error) {
	var times EventTimes
	if err := p.server.Call("Server.Times", None{}, &times); err != nil {
		return figures{}, err
	}
	return p.figures("Generator.Received", times)
}

// answered returns the figures of the commands since the last time.
func (p *pair) answered() (figures, error) { return p.figures("Generator.Answered", None{}) }

func (p *pair) figures(method string, arguments any) (f figures, err error) {
	err = p.generator.Call(method, arguments, &f.latencies)
	n := f.latencies.Count
	f.perSecond = float64(n) / p.spent.elapsed.Seconds()
	f.cpu = p.spent.cpu / time.Duration(max(1, n))
	p.spent = spent{}
	return f, err
}
