//go:build linux

package main

import "time"

// delivery is what a run of fan-out gave.
type delivery struct {
	perSecond float64
	cpu       time.Duration // of the server, per delivery
	latencies Latencies
}

// fanOut measures the events one at a time and in bursts.
func fanOut(variant string, readers, deliveries, burst int) (single, bursts delivery, err error) {
	err = with(variant, func(p pair) (err error) {
		if err := p.connect(variant, readers); err != nil {
			return err
		}
		events := max(2, deliveries/readers)
		if _, err = p.drive(Drive{max(1, events/10), 1}, readers); err != nil { // warms up
			return err
		}
		if single, err = p.drive(Drive{events, 1}, readers); err != nil {
			return err
		}
		if _, err = p.drive(Drive{burst, burst}, readers); err != nil {
			return err
		}
		bursts, err = p.drive(Drive{max(2, 4*events/burst) * burst, burst}, readers)
		return err
	})
	return single, bursts, err
}

func (p pair) drive(d Drive, readers int) (got delivery, err error) {
	var before, after Usage
	var elapsed time.Duration
	if err := p.server.Call("Server.Usage", None{}, &before); err != nil {
		return got, err
	}
	if err := p.generator.Call("Generator.Drive", d, &elapsed); err != nil {
		return got, err
	}
	if err := p.server.Call("Server.Usage", None{}, &after); err != nil {
		return got, err
	}
	var times EventTimes
	if err := p.server.Call("Server.Times", None{}, &times); err != nil {
		return got, err
	}
	n := d.Events * readers
	got.perSecond = float64(n) / elapsed.Seconds()
	got.cpu = (after.CPU - before.CPU) / time.Duration(n)
	return got, p.generator.Call("Generator.Latencies", times, &got.latencies)
}
