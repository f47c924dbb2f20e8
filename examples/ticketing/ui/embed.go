// Package ui holds the box office's pages, built with npm and embedded into the
// program.
package ui

import (
	"embed"
	"io/fs"
	"net/http"
	"path"
	"strings"
)

// dist holds stub.html and, once the pages are built, app/.
//
//go:embed all:dist
var dist embed.FS

// Handler serves the built files, and the one page for every other path, as its
// script does the routing. Before they are built it serves a page that says how.
func Handler() http.Handler {
	app, err := fs.Sub(dist, "dist/app")
	if err != nil {
		panic(err) // only for a malformed path
	}
	if _, err := fs.Stat(app, "index.html"); err != nil {
		return page(dist, "dist/stub.html")
	}
	files, index := http.FileServerFS(app), page(app, "index.html")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(path.Clean(r.URL.Path), "/")
		if info, err := fs.Stat(app, name); err != nil || info.IsDir() {
			index.ServeHTTP(w, r)
			return
		}
		if strings.HasPrefix(name, "assets/") { // their names change with their content
			w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
		}
		files.ServeHTTP(w, r)
	})
}

func page(files fs.FS, name string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-cache")
		http.ServeFileFS(w, r, files, name)
	})
}
