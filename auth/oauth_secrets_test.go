package auth_test

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/composable-go/composable/auth/authtest"
	"github.com/composable-go/composable/eventlog/sqlite"
	"github.com/composable-go/composable/internal/pgtest"
)

func TestNothingOfAProviderIsReadableAtRest(t *testing.T) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		dir := t.TempDir()
		log, err := sqlite.Open(t.Context(), filepath.Join(dir, "app.db"))
		if err != nil {
			t.Fatal(err)
		}
		p := authtest.NewProvider(t)
		testSecrets(t, p, start(t, log, knows(p)), func() string { return dumpFiles(t, dir) })
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		url := pgtest.URL(t)
		p := authtest.NewProvider(t)
		testSecrets(t, p, twoNodes(t, url, knows(p))[0], func() string { return dumpTables(t, url) })
	})
}

// testSecrets goes through all flows and looks while everything is there.
func testSecrets(t *testing.T, p *authtest.Provider, s *site, dump func() string) {
	who := authtest.Person{Subject: "canary-subject", Email: "canary-address@example.com", EmailVerified: true, Name: "Canary Name"}
	p.SignIn(t, s.url, "example", who)
	b := s.browser()
	waiting := b.authorize(t, "/canary-target")
	b.signInByMail(t, "eve@example.com")
	other := authtest.Person{Subject: "canary-other", Email: "canary-other@example.com"}
	b.do(t, http.MethodGet, consent(t, p, b.link(t), other), "").want(t, http.StatusSeeOther)
	b.do(t, http.MethodDelete, "/auth/identities/example", "").want(t, http.StatusNoContent)
	s.browser().signIn(t, p, authtest.Person{Subject: "canary-unverified", Email: "canary-unverified@example.com"})
	p.Misbehave(authtest.WrongNonce)
	s.browser().signIn(t, p, who).want(t, http.StatusBadRequest)
	p.Misbehave(authtest.Withdraws)
	s.browser().signIn(t, p, who).want(t, http.StatusBadRequest)

	secrets := append(p.Secrets(), "canary", "Canary", b.cookies["oauth"], query(t, waiting).Get("state"), query(t, waiting).Get("nonce"))
	for place, text := range map[string]string{"database": dump(), "log output": s.logs.String()} {
		if !strings.Contains(text, "provider_token") && place == "database" {
			t.Error("no token is kept in what was dumped")
		}
		for _, secret := range secrets {
			if secret == "" || strings.Contains(text, secret) || strings.Contains(text, hex.EncodeToString([]byte(secret))) {
				t.Errorf("the %s holds %q", place, secret)
			}
		}
	}
}

func dumpFiles(t *testing.T, dir string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	var all bytes.Buffer
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(data)
	}
	return all.String()
}

func dumpTables(t *testing.T, url string) string {
	t.Helper()
	db, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close(t.Context())
	list := func(query string) []string {
		rows, err := db.Query(t.Context(), query)
		if err != nil {
			t.Fatal(err)
		}
		texts, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			t.Fatal(err)
		}
		return texts
	}
	var all strings.Builder
	for _, table := range list(`SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`) {
		all.WriteString(strings.Join(list(fmt.Sprintf("SELECT t::text FROM %s t", table)), "\n"))
	}
	return all.String()
}
