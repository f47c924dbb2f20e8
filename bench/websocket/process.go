//go:build linux

package main

import (
	"errors"
	"io"
	"net/rpc"
	"net/rpc/jsonrpc"
	"os"
	"os/exec"
)

// The roles that this command starts itself in.
const (
	serverRole    = "server"
	generatorRole = "generator"
)

// play serves the role that the arguments name, until standard input ends; ok is
// false when they name none.
func play(args []string) (ok bool, err error) {
	var role any
	switch {
	case len(args) == 1 && args[0] == serverRole:
		role = new(Server)
	case len(args) == 1 && args[0] == generatorRole:
		role = new(Generator)
	default:
		return false, nil
	}
	calls := rpc.NewServer()
	if err := calls.Register(role); err != nil {
		return true, err
	}
	calls.ServeCodec(jsonrpc.NewServerCodec(pipes{os.Stdin, os.Stdout}))
	return true, nil
}

// pipes are a connection made of two ends.
type pipes struct {
	io.ReadCloser
	io.WriteCloser
}

func (p pipes) Close() error { return errors.Join(p.WriteCloser.Close(), p.ReadCloser.Close()) }

// process is this command in one of its roles.
type process struct {
	*rpc.Client
	command *exec.Cmd
}

func start(role string) (*process, error) {
	path, err := os.Executable()
	if err != nil {
		return nil, err
	}
	command := exec.Command(path, role)
	command.Stderr = os.Stderr
	in, err := command.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := command.Start(); err != nil {
		return nil, err
	}
	return &process{jsonrpc.NewClient(pipes{out, in}), command}, nil
}

// end has the process exit, which its end of input tells it to.
func (p *process) end() error {
	return errors.Join(p.Close(), p.command.Wait())
}

// None stands for the argument or the reply of a call that has none.
type None struct{}
