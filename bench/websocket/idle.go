//go:build linux

package main

// idle returns the bytes of the server's resident memory that each of n connections
// takes which have subscribed and are silent.
func idle(variant string, n int) (perConnection float64, err error) {
	err = with(variant, func(p pair) error {
		var before, after int64
		if err := p.server.Call("Server.Resident", None{}, &before); err != nil {
			return err
		}
		if err := p.connect(variant, n); err != nil {
			return err
		}
		if err := p.server.Call("Server.Resident", None{}, &after); err != nil {
			return err
		}
		perConnection = float64(after-before) / float64(n)
		return nil
	})
	return perConnection, err
}

func (p pair) connect(variant string, n int) error {
	return p.generator.Call("Generator.Connect", Connection{p.at, variant == tcpVariant, n}, &None{})
}
