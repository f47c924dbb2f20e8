package ws

import (
	"sync"

	"golang.org/x/time/rate"
)

// meters limit how often each of many callers may do something. Who has been quiet
// for long enough to have the whole allowance again is forgotten.
type meters struct {
	mu       sync.Mutex
	byCaller map[string]*rate.Limiter
	crowd    int // from how many callers on it is worth looking whom to forget
}

// smallCrowd is how many callers are kept without looking whom to forget.
const smallCrowd = 1024

// allow counts one use of a caller, who has perSecond of them, twice that at once.
func (m *meters) allow(caller string, perSecond int) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	meter, known := m.byCaller[caller]
	if !known {
		m.forget()
		if m.byCaller == nil {
			m.byCaller = map[string]*rate.Limiter{}
		}
		meter = rate.NewLimiter(rate.Limit(perSecond), 2*perSecond)
		m.byCaller[caller] = meter
	}
	return meter.Allow()
}

func (m *meters) forget() {
	if len(m.byCaller) < max(m.crowd, smallCrowd) {
		return
	}
	for caller, meter := range m.byCaller {
		if meter.Tokens() >= float64(meter.Burst()) {
			delete(m.byCaller, caller)
		}
	}
	m.crowd = 2 * len(m.byCaller)
}
