package store

import "sync"

// saver saves snapshots one after the other, beside the actions.
type saver struct {
	mu      sync.Mutex
	jobs    chan func() // nil when it does not run
	stopped sync.WaitGroup
}

// maxSnapshots is how many wait to be saved; with more, streams try again later.
const maxSnapshots = 64

func (s *saver) start() {
	jobs := make(chan func(), maxSnapshots)
	s.jobs = jobs
	s.stopped.Go(func() {
		for job := range jobs {
			job()
		}
	})
}

func (s *saver) stop() {
	s.mu.Lock()
	if s.jobs != nil {
		close(s.jobs)
		s.jobs = nil
	}
	s.mu.Unlock()
	s.stopped.Wait()
}

// offer takes a job on unless too many wait; now means that it is done at once.
func (s *saver) offer(now bool, job func()) bool {
	if now {
		job()
		return true
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case s.jobs <- job: // never, when nil
		return true
	default:
		return false
	}
}
