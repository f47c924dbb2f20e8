package mailbox

import (
	"embed"
	"encoding/json"
	"errors"
	"html/template"
	"io/fs"
	"net/http"
	"regexp"
	"time"

	"github.com/go-chi/chi/v5"
)

//go:embed page.html page.css samples.html
var files embed.FS

var page = template.Must(template.New("page.html").Funcs(template.FuncMap{
	"pieces": pieces,
	"clock":  func(t time.Time) string { return t.Format("2 Jan 15:04:05 UTC") },
	"iso":    func(t time.Time) string { return t.Format(time.RFC3339) },
}).ParseFS(files, "page.html"))

// Routes serves the mails below /dev/mailbox: as a page, as JSON, and the HTML
// of each as its readers see it. Mount it during development only.
func (b *Mailbox) Routes(r chi.Router) {
	r.Get("/dev/mailbox", b.servePage)
	r.Get("/dev/mailbox.json", b.serveJSON)
	r.Get("/dev/mailbox.css", serveStyle)
	r.Get("/dev/mailbox/{id:[0-9a-f]{32}}", b.serveHTML)
}

func (b *Mailbox) servePage(w http.ResponseWriter, _ *http.Request) {
	mails, err := b.Mails()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	_ = page.Execute(w, mails) // fails only when the reader has left
}

func (b *Mailbox) serveJSON(w http.ResponseWriter, _ *http.Request) {
	mails, err := b.Mails()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_ = json.NewEncoder(w).Encode(mails)
}

func serveStyle(w http.ResponseWriter, r *http.Request) {
	http.ServeFileFS(w, r, files, "page.css")
}

func (b *Mailbox) serveHTML(w http.ResponseWriter, r *http.Request) {
	m, err := b.read(chi.URLParam(r, "id") + extension)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		http.NotFound(w, r)
		return
	case err != nil:
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	writeHTML(w, m.HTML)
}

// writeHTML shows a mail's HTML without any power over this origin: mails bring
// their own style, and must not bring scripts.
func writeHTML(w http.ResponseWriter, text string) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; "+
		"style-src 'unsafe-inline'; img-src https: data:; frame-ancestors 'self'")
	_, _ = w.Write([]byte(text))
}

// piece is a stretch of a mail's text; URL is set when it is a link.
type piece struct{ Text, URL string }

var link = regexp.MustCompile(`https?://[^\s<>"]*[^\s<>".,;:!?)\]}']`)

func pieces(text string) []piece {
	var list []piece
	for text != "" {
		at := link.FindStringIndex(text)
		if at == nil {
			return append(list, piece{Text: text})
		}
		if at[0] > 0 {
			list = append(list, piece{Text: text[:at[0]]})
		}
		url := text[at[0]:at[1]]
		list = append(list, piece{Text: url, URL: url})
		text = text[at[1]:]
	}
	return list
}
