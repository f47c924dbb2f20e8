package risk

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// ParsePolicy reads a policy written as a JSON object. What it leaves out has the
// default; times are written as in "90m". The error of a misspelt name, a value
// that is none or a policy that fails [Policy.Check] says which.
//
//	{"weights": {"new_network": -1}, "failures": {"count": 3, "within": "30m"}, "responses": {"high": "refuse"}}
func ParsePolicy(data []byte) (Policy, error) {
	var p Policy
	if err := decode(data, &p); err != nil {
		return Policy{}, fmt.Errorf("risk: the policy is not usable: %w", err)
	}
	return p, p.Check()
}

// decode refuses names that v does not have, and anything after the value.
func decode(data []byte, v any) error {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(v); err != nil {
		return err
	}
	if _, err := decoder.Token(); err != io.EOF {
		return errors.New("there is more than one JSON value")
	}
	return nil
}

// UnmarshalJSON reads Within as in "90m".
func (r *Rate) UnmarshalJSON(data []byte) error {
	type plain Rate
	file := struct {
		*plain
		Within span `json:"within"`
	}{plain: (*plain)(r)}
	err := decode(data, &file)
	r.Within = time.Duration(file.Within)
	return err
}

// UnmarshalJSON reads Apart as in "3h".
func (u *UsualHours) UnmarshalJSON(data []byte) error {
	type plain UsualHours
	file := struct {
		*plain
		Apart span `json:"apart"`
	}{plain: (*plain)(u)}
	err := decode(data, &file)
	u.Apart = time.Duration(file.Apart)
	return err
}

type span time.Duration

// UnmarshalText implements [encoding.TextUnmarshaler].
func (s *span) UnmarshalText(text []byte) error {
	d, err := time.ParseDuration(string(text))
	*s = span(d)
	return err
}
