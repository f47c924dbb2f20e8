// Package ui holds the box office's pages, built with npm and embedded into the
// program.
package ui

import (
	"embed"
	"io/fs"
	"net/http"
	"path"
	"strings"

	"github.com/composable-go/composable/web"
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
		info, err := fs.Stat(app, name)
		exists, asset := err == nil && !info.IsDir(), strings.HasPrefix(name, "assets/")
		switch {
		case !exists && asset:
			web.Problem(w, r, web.ErrNotFound)
		case !exists:
			index.ServeHTTP(w, r)
		case asset: // its name changes with its content
			w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
			fallthrough
		default:
			files.ServeHTTP(w, r)
		}
	})
}

func page(files fs.FS, name string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-cache")
		http.ServeFileFS(w, r, files, name)
	})
}
