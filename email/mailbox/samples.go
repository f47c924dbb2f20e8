package mailbox

import (
	"html/template"
	"net/http"
	"slices"

	"github.com/go-chi/chi/v5"

	"github.com/composable-go/composable/email"
)

var samplesPage = template.Must(template.New("samples.html").Funcs(template.FuncMap{"pieces": pieces}).ParseFS(files, "samples.html"))

// Samples serves a page below /dev/mails with what a program can send, text and HTML
// side by side, to see how it looks without anything that has to happen first. The ID
// of a mail is its name. Mount it during development only.
func Samples(r chi.Router, mails func() ([]email.Message, error)) {
	r.Get("/dev/mails", func(w http.ResponseWriter, _ *http.Request) {
		list, err := mails()
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		_ = samplesPage.Execute(w, list) // fails only when the reader has left
	})
	r.Get("/dev/mails.css", serveStyle)
	r.Get("/dev/mails/{id}", func(w http.ResponseWriter, r *http.Request) {
		list, err := mails()
		i := slices.IndexFunc(list, func(m email.Message) bool { return m.ID == chi.URLParam(r, "id") })
		switch {
		case err != nil:
			http.Error(w, err.Error(), http.StatusInternalServerError)
		case i < 0:
			http.NotFound(w, r)
		default:
			writeHTML(w, list[i].HTML)
		}
	})
}
