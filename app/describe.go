package app

import (
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/composable-go/composable/typescript"
	"github.com/composable-go/composable/web"
)

// describeKey is the variable, with the prefix, by which "composable typescript" has
// a program write what it offers to a file instead of serving it.
const describeKey = "DESCRIBE"

// describing is the configuration of a program that only describes itself. Nothing
// else of the environment counts: it needs no database and no secret, sends no mail,
// and what it keeps beside its database is kept beside the file.
func describing(file string) Config {
	c := ConfigOf("DATABASE_URL=memory:", "SMTP_URL=smtp://localhost",
		"SECRET_KEY="+strings.Repeat("0", 32), "DATA_DIR="+filepath.Dir(file))
	c.describe = file
	return c
}

// TypeScript adds types, one value each, to the file that "composable typescript"
// writes: what routes take and answer. What sockets carry is in it anyway.
func (a *App) TypeScript(values ...any) {
	for _, v := range values {
		a.types = append(a.types, reflect.TypeOf(v))
	}
}

// describe writes what the program offers, and closes what [Open] opened.
func (a *App) describe() error {
	defer a.stop(&http.Server{}) // nothing was started, and nothing written that could be lost
	file, err := os.Create(a.Config.describe)
	if err != nil {
		return err
	}
	defer file.Close()
	if err := a.api().Write(file); err != nil {
		return err
	}
	return file.Close()
}

func (a *App) api() typescript.API {
	hub := a.Hub.Describe()
	api := typescript.API{
		Commands: hub.Commands, Topics: hub.Topics, Queries: map[string]typescript.Query{}, Types: a.types,
		Codes: slices.Concat(a.Runtime.RefusalCodes(), hub.Codes, web.RefusalCodes()),
	}
	for _, r := range a.refusals {
		api.Codes = append(api.Codes, r.Code)
	}
	slices.Sort(api.Codes)
	api.Codes = slices.Compact(api.Codes)
	for name, q := range hub.Queries {
		api.Queries[name] = typescript.Query(q)
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		api.Program = info.Path
	}
	return api
}
