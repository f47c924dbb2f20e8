// Package dark is a reducer whose tests fail as it is.
package dark

import "github.com/composable-go/composable/store"

// Reducer is no logic at all.
type Reducer struct{}

// Reduce does nothing.
func (Reducer) Reduce() store.Effects { return store.Effects{store.Cancel("timer")} }
