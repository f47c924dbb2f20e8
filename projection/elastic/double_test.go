package elastic

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// double speaks the part of Elasticsearch's protocol that the sink uses, and fails
// the test at each request that Elasticsearch would not take as it is meant.
type double struct {
	t   *testing.T
	url string

	mu         sync.Mutex
	indices    map[string]*index
	limit      int                         // bytes of a body, 0 for none
	refuse     map[string]int              // status of the next action on a document
	before     func(request string)        // called with each request, unlocked
	auth       string                      // what the header must be
	lose       string                      // the request that gets no answer and does nothing
	bulkAnswer func(w http.ResponseWriter) // instead of what a bulk is answered
	bulks      int                         // requests
}

type index struct {
	definition string
	documents  map[string]document
	found      map[string]string // by searches: what was there at the last refresh
	sequence   int64
}

type document struct {
	source   string // "" when deleted
	version  int64
	sequence int64
}

func newDouble(t *testing.T) *double {
	t.Helper()
	d := &double{t: t, indices: map[string]*index{}, refuse: map[string]int{}, before: func(string) {}}
	mux := http.NewServeMux()
	mux.HandleFunc("HEAD /{index}", d.exists)
	mux.HandleFunc("PUT /{index}", d.create)
	mux.HandleFunc("GET /{index}/_doc/{id}", d.get)
	mux.HandleFunc("PUT /{index}/_doc/{id}", d.put)
	mux.HandleFunc("PUT /{index}/_create/{id}", d.put)
	mux.HandleFunc("POST /{index}/_bulk", d.bulk)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		t.Errorf("unexpected %s %s", r.Method, r.URL)
		w.WriteHeader(http.StatusTeapot)
	})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		d.mu.Lock()
		before := d.before
		d.mu.Unlock()
		before(r.Method + " " + r.URL.Path)
		d.mu.Lock()
		defer d.mu.Unlock()
		if r.Method+" "+r.URL.Path == d.lose {
			panic(http.ErrAbortHandler)
		}
		if got := r.Header.Get("Authorization"); got != d.auth {
			t.Errorf("authorization %q, want %q", got, d.auth)
		}
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	d.url = server.URL
	return d
}

// cluster has a client whose connections end with the test.
func (d *double) cluster() Cluster {
	client := &http.Client{Transport: &http.Transport{}}
	d.t.Cleanup(client.CloseIdleConnections)
	return Cluster{URL: d.url + "/", Client: client}
}

func answer(w http.ResponseWriter, status int, format string, args ...any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = fmt.Fprintf(w, format, args...)
}

func refused(w http.ResponseWriter, status int, kind, reason string) {
	answer(w, status, `{"error":{"root_cause":[],"type":%q,"reason":%q},"status":%d}`, kind, reason, status)
}

// index returns that of the request, or nil after an answer.
func (d *double) index(w http.ResponseWriter, r *http.Request) *index {
	i := d.indices[r.PathValue("index")]
	if i == nil {
		refused(w, http.StatusNotFound, "index_not_found_exception", "no such index ["+r.PathValue("index")+"]")
	}
	return i
}

func (d *double) exists(w http.ResponseWriter, r *http.Request) { d.index(w, r) }

func (d *double) create(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("index")
	body, _ := io.ReadAll(r.Body)
	switch {
	case len(body) > 0 && (r.Header.Get("Content-Type") != "application/json" || !json.Valid(body)):
		d.t.Errorf("create %s: %s %s", name, r.Header.Get("Content-Type"), body)
		refused(w, http.StatusBadRequest, "parse_exception", "no JSON")
	case d.indices[name] != nil:
		refused(w, http.StatusBadRequest, "resource_already_exists_exception", "index ["+name+"] already exists")
	default:
		d.indices[name] = &index{definition: string(body), documents: map[string]document{}, found: map[string]string{}}
		answer(w, http.StatusOK, `{"acknowledged":true}`)
	}
}

func (d *double) get(w http.ResponseWriter, r *http.Request) {
	i := d.index(w, r)
	if i == nil {
		return
	}
	id := r.PathValue("id")
	doc := i.documents[id]
	if doc.source == "" {
		answer(w, http.StatusNotFound, `{"_index":"x","_id":%q,"found":false}`, id)
		return
	}
	answer(w, http.StatusOK, `{"_index":"x","_id":%q,"_version":%d,"_seq_no":%d,"_primary_term":1,"found":true,"_source":%s}`,
		id, doc.version, doc.sequence, doc.source)
}

// put keeps a document that is not bulk's: the checkpoint.
func (d *double) put(w http.ResponseWriter, r *http.Request) {
	i := d.index(w, r)
	if i == nil {
		return
	}
	id := r.PathValue("id")
	body, _ := io.ReadAll(r.Body)
	if r.Header.Get("Content-Type") != "application/json" || !json.Valid(body) {
		d.t.Errorf("put %s: %s %s", id, r.Header.Get("Content-Type"), body)
	}
	was := i.documents[id]
	query := r.URL.Query()
	conflict := strings.Contains(r.URL.Path, "/_create/") && was.source != ""
	if query.Has("if_seq_no") {
		conflict = query.Get("if_seq_no") != strconv.FormatInt(was.sequence, 10) || query.Get("if_primary_term") != "1"
	}
	if conflict {
		refused(w, http.StatusConflict, "version_conflict_engine_exception", "version conflict")
		return
	}
	i.sequence++
	i.documents[id] = document{string(body), was.version + 1, i.sequence}
	answer(w, http.StatusOK, `{"result":"updated","_seq_no":%d,"_primary_term":1}`, i.sequence)
}

func (d *double) bulk(w http.ResponseWriter, r *http.Request) {
	d.bulks++
	if d.bulkAnswer != nil {
		d.bulkAnswer(w)
		return
	}
	body, _ := io.ReadAll(r.Body)
	if d.limit > 0 && len(body) > d.limit {
		w.WriteHeader(http.StatusRequestEntityTooLarge) // as a proxy does, without JSON
		return
	}
	i := d.index(w, r)
	if i == nil {
		return
	}
	if got := r.Header.Get("Content-Type"); got != "application/x-ndjson" {
		d.t.Errorf("content type of a bulk: %q", got)
	}
	if !bytes.HasSuffix(body, []byte("\n")) {
		d.t.Error("a bulk does not end in a newline")
	}
	lines := strings.Split(strings.TrimSuffix(string(body), "\n"), "\n")
	var items []string
	for len(lines) > 0 {
		verb, target, source, rest := d.parse(lines)
		items = append(items, fmt.Sprintf(`{%q:%s}`, verb, d.act(i, target, source)))
		lines = rest
	}
	if r.URL.Query().Get("refresh") == "true" {
		i.refresh()
	}
	answer(w, http.StatusOK, `{"took":1,"errors":true,"items":[%s]}`, strings.Join(items, ","))
}

// action1 is the first line of an action: its verb and what it names.
type action1 struct {
	ID          *string `json:"_id"`
	Version     *int64  `json:"version"`
	VersionType string  `json:"version_type"`
}

// parse takes one action off the lines.
func (d *double) parse(lines []string) (verb string, target action1, source string, rest []string) {
	var first map[string]action1
	decoder := json.NewDecoder(strings.NewReader(lines[0]))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&first); err != nil || len(first) != 1 || decoder.More() {
		d.t.Errorf("action line %q: %v", lines[0], err)
		return "", action1{}, "", nil
	}
	verb = slices.Collect(maps.Keys(first))[0]
	target = first[verb]
	if target.ID == nil || *target.ID == "" || target.Version == nil || *target.Version < 1 || target.VersionType != "external_gte" {
		d.t.Errorf("action line %s; want an id and an external version", lines[0])
		return "", action1{}, "", nil
	}
	switch {
	case verb == "delete":
		return verb, target, "", lines[1:]
	case verb != "index" || len(lines) < 2 || !json.Valid([]byte(lines[1])) || lines[1][0] != '{':
		d.t.Errorf("action %s with the source %q", lines[0], lines[1:min(2, len(lines))])
		return "", action1{}, "", nil
	}
	return verb, target, lines[1], lines[2:]
}

// act carries an action out and returns its item. A deleted document keeps its
// version; the mapping demands that a total is a number.
func (d *double) act(i *index, target action1, source string) string {
	if target.ID == nil {
		return `{"status":400}`
	}
	id := *target.ID
	failed := func(status int, kind, reason string) string {
		return fmt.Sprintf(`{"_id":%q,"status":%d,"error":{"type":%q,"reason":%q,"caused_by":{"type":"x","reason":"the cause"}}}`, id, status, kind, reason)
	}
	if status := d.refuse[id]; status > 0 {
		delete(d.refuse, id)
		return failed(status, "es_rejected_execution_exception", "not now")
	}
	was := i.documents[id]
	var mapped struct{ Total any }
	_ = json.Unmarshal([]byte(source), &mapped)
	_, isText := mapped.Total.(string)
	switch {
	case isText:
		return failed(http.StatusBadRequest, "document_parsing_exception", "failed to parse field [total] of type [long]")
	case was.version > *target.Version:
		return failed(http.StatusConflict, "version_conflict_engine_exception", "version conflict, current version is higher")
	}
	i.sequence++
	i.documents[id] = document{source, *target.Version, i.sequence}
	if source == "" && was.source == "" {
		return fmt.Sprintf(`{"_id":%q,"result":"not_found","status":404}`, id)
	}
	return fmt.Sprintf(`{"_id":%q,"_version":%d,"status":200}`, id, *target.Version)
}

func (i *index) refresh() {
	clear(i.found)
	for id, doc := range i.documents {
		if doc.source != "" {
			i.found[id] = doc.source
		}
	}
}

// search returns the sources that a search finds, by id.
func (d *double) search(index string) map[string]string {
	d.mu.Lock()
	defer d.mu.Unlock()
	if i := d.indices[index]; i != nil {
		return maps.Clone(i.found)
	}
	return nil
}

// with changes the double between requests.
func (d *double) with(change func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	change()
}
