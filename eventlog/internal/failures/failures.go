// Package failures turns the failures of a work item into the text that the
// databases keep: a line of JSON for each, so that another one is appended
// without reading those before.
package failures

import (
	"encoding/json"
	"strings"

	"github.com/composable-go/composable/eventlog"
	"github.com/composable-go/composable/eventlog/internal/decide"
	"github.com/composable-go/composable/eventlog/internal/micros"
)

type line struct {
	At    int64  `json:"at"` // microseconds
	Error string `json:"error"`
}

// Line returns the line of one failure, nothing for the zero one.
func Line(f eventlog.Failure) string {
	if decide.Untried(f) {
		return ""
	}
	f = decide.Failure(f)
	data, _ := json.Marshal(line{micros.From(f.At), f.Error}) // a number and a string
	return string(data) + "\n"
}

// Parse is the inverse of [Line], for any number of lines.
func Parse(lines string) (all []eventlog.Failure, err error) {
	for text := range strings.Lines(lines) {
		var l line
		if err := json.Unmarshal([]byte(text), &l); err != nil {
			return nil, err
		}
		all = append(all, eventlog.Failure{At: micros.Time(l.At), Error: l.Error})
	}
	return all, nil
}
