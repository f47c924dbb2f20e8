package auth

import (
	"slices"
	"sync"

	"github.com/composable-go/composable/store"
)

// maxParsed bounds how many sessions are kept as they were parsed.
const maxParsed = 10_000

// parsed is a session and the roles that come with it. What it points to is shared.
type parsed struct {
	sessionRow
	roles []string
}

// parsedSessions remembers what the data of rows means: to parse the same JSON with
// every request would cost more than all else that is done to check a session. It never
// has to forget, as other data is another key; but it does, to be bounded.
type parsedSessions struct {
	mu     sync.RWMutex
	byData map[string]parsed
}

// parse reads the data of a session's row.
func (a *Auth) parse(row store.Row) (parsed, error) {
	memo := a.parsed
	memo.mu.RLock()
	p, ok := memo.byData[string(row.Data)]
	memo.mu.RUnlock()
	if ok {
		return p, nil
	}
	s, err := readSession(row)
	if err != nil {
		return p, err
	}
	p = parsed{s, slices.Clip(a.roles(s.Claim, s.Roles))}
	memo.mu.Lock()
	defer memo.mu.Unlock()
	if len(memo.byData) >= maxParsed {
		clear(memo.byData)
	}
	memo.byData[string(row.Data)] = p
	return p, nil
}
