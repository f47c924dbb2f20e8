package auth_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"

	"github.com/composable-go/composable/auth"
)

const guide = "../docs/auth.md"

func readGuide(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(guide)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// tableOf returns the rows of the first table below a heading of the guide.
func tableOf(t *testing.T, heading string) (rows [][]string) {
	t.Helper()
	_, section, found := strings.Cut(readGuide(t), "\n## "+heading+"\n")
	if !found {
		t.Fatalf("the guide has no heading %q", heading)
	}
	section, _, _ = strings.Cut(section, "\n## ")
	for line := range strings.Lines(section) {
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "|"):
			rows = append(rows, regexp.MustCompile(`\s*\|\s*`).Split(strings.Trim(line, "| "), -1))
		case len(rows) > 0:
			return rows[2:]
		}
	}
	return rows[2:]
}

// TestTheGuidesDefencesAreTested finds each test that the threat table names in the
// folder that it names.
func TestTheGuidesDefencesAreTested(t *testing.T) {
	t.Parallel()
	rows := tableOf(t, "Threats")
	if len(rows) < 25 {
		t.Errorf("the guide has only %d threats", len(rows))
	}
	named := regexp.MustCompile(`\[(Test\w+)\]\(([^)]+)\)`)
	for _, row := range rows {
		tests := named.FindAllStringSubmatch(row[len(row)-1], -1)
		if len(row) != 3 || len(tests) == 0 {
			t.Errorf("not attack, defence and tests: %q", row)
		}
		for _, test := range tests {
			if !hasTest(t, filepath.Join(filepath.Dir(guide), test[2]), test[1]) {
				t.Errorf("%q: there is no %s in %s", row[0], test[1], test[2])
			}
		}
	}
}

func hasTest(t *testing.T, folder, name string) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	return slices.ContainsFunc(files, func(file string) bool {
		source, err := os.ReadFile(file)
		return err == nil && strings.Contains(string(source), "\nfunc "+name+"(t *testing.T)")
	})
}

func TestTheGuideNamesEachOption(t *testing.T) {
	t.Parallel()
	var named []string
	for _, row := range tableOf(t, "Configuration") {
		named = append(named, strings.Trim(row[0], "`"))
	}
	var fields []string
	for _, f := range reflect.VisibleFields(reflect.TypeFor[auth.Options]()) {
		fields = append(fields, f.Name)
	}
	checkSame(t, "options", named, fields)
}

func TestTheGuideNamesEachRoute(t *testing.T) {
	t.Parallel()
	var named []string
	for _, row := range tableOf(t, "Routes") {
		for _, route := range regexp.MustCompile("`([A-Z]+ /[^`]*)`").FindAllStringSubmatch(row[0], -1) {
			named = append(named, route[1])
		}
	}
	router := chi.NewRouter()
	inMemory(t).auth.Routes(router)
	var routes []string
	err := chi.Walk(router, func(method, route string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		routes = append(routes, fmt.Sprint(method, " ", route))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	checkSame(t, "routes", named, routes)
}

func checkSame(t *testing.T, what string, named, real []string) {
	t.Helper()
	for _, name := range real {
		if !slices.Contains(named, name) {
			t.Errorf("the guide leaves out, of the %s, %s", what, name)
		}
	}
	for _, name := range named {
		if !slices.Contains(real, name) {
			t.Errorf("the guide names, of the %s, %s, which is not there", what, name)
		}
	}
}
