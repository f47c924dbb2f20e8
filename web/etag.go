package web

import (
	"net/http"
	"strconv"
	"strings"
)

// ETag is the entity tag of a stream's version.
func ETag(version int64) string { return `"` + strconv.FormatInt(version, 10) + `"` }

// Precondition refuses with 412 when the request has an If-Match that a stream at
// that version does not satisfy.
func (r *Request) Precondition(version int64) error {
	tags := r.Header.Values("If-Match")
	if len(tags) == 0 || matches(tags, version) {
		return nil
	}
	return ErrPrecondition
}

// matches takes weak tags for strong ones: a proxy that compresses weakens them,
// and a version means the same in every encoding.
func matches(tags []string, version int64) bool {
	for tag := range strings.SplitSeq(strings.Join(tags, ","), ",") {
		tag = strings.TrimPrefix(strings.TrimSpace(tag), "W/")
		if tag == "*" && version > 0 || tag == ETag(version) {
			return true
		}
	}
	return false
}

// notModified answers 304 when the client holds this version already.
func notModified(w http.ResponseWriter, r *Request, version int64) bool {
	w.Header().Set("ETag", ETag(version))
	if !matches(r.Header.Values("If-None-Match"), version) {
		return false
	}
	w.WriteHeader(http.StatusNotModified)
	return true
}
