package store

import (
	"context"
	"iter"
)

// RunEffect runs a function in memory. See [Run].
type RunEffect struct {
	Do func(ctx context.Context, send func(action any) error) error
}

// Run runs a function in this process once the commit of the action that returned
// it is durable. It is lost with the process, and never run again at a replay: it
// is for progress, streaming and calls whose loss nobody minds, and for secrets
// that must not be written down.
//
// send puts a command or result to the stream that asked and returns when that is
// durable, or with its refusal or the context's error; several goroutines may use it until the function
// returns. The actions keep the actor, correlation, causation and trace of the one
// that asked. The context carries them too, and ends when the effect is cancelled
// or the runtime closes: nothing sent is decided after that. An error or a panic is
// logged.
//
// The function must not touch the reducer's state: copy out of it what it needs.
func Run(do func(ctx context.Context, send func(action any) error) error) RunEffect {
	return RunEffect{do}
}

// EffectName implements [Effect].
func (RunEffect) EffectName() string { return "run" }

func (e RunEffect) parts() (Effects, error) {
	if e.Do == nil {
		return nil, bugf("store.Run has no function")
	}
	return nil, nil
}

func (e RunEffect) start(ctx context.Context, t *task, done func(error)) {
	t.call(ctx, func(ctx context.Context) error { return e.Do(ctx, t.sender(ctx)) }, t.reported(ctx, e, done))
}

// StreamEffect sends a sequence of actions. See [Stream].
type StreamEffect struct {
	Actions func(ctx context.Context) iter.Seq2[any, error]
}

// Stream is [Run] for a sequence: each action is sent once the one before is
// durable. It ends at the first error, whether yielded or met while sending.
func Stream(actions func(ctx context.Context) iter.Seq2[any, error]) StreamEffect {
	return StreamEffect{actions}
}

// EffectName implements [Effect].
func (StreamEffect) EffectName() string { return "stream" }

func (e StreamEffect) parts() (Effects, error) {
	if e.Actions == nil {
		return nil, bugf("store.Stream has no function")
	}
	return nil, nil
}

func (e StreamEffect) start(ctx context.Context, t *task, done func(error)) {
	t.call(ctx, func(ctx context.Context) error { return sendAll(e.Actions(ctx), t.sender(ctx)) }, t.reported(ctx, e, done))
}

func sendAll(actions iter.Seq2[any, error], send func(action any) error) error {
	for action, err := range actions {
		if err != nil {
			return err
		}
		if err := send(action); err != nil {
			return err
		}
	}
	return nil
}
