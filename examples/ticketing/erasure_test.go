package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/coder/websocket"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	_ "modernc.org/sqlite"             // the driver "sqlite"

	"github.com/composable-go/composable/internal/pgtest"
)

// TestNothingIsLeftOfAnErasedCustomer has somebody buy tickets, whom their address, name
// and browser tell from all others, and then delete their account. Neither before nor
// after can any of it be read in what the program keeps: the files of the database, dead
// letters and logs included. What the house has sold stays sold, to nobody.
func TestNothingIsLeftOfAnErasedCustomer(t *testing.T) {
	t.Parallel()
	for name, open := range map[string]func(t *testing.T) (database func(dir string) string, disk func(p *process) disk){
		"sqlite": func(*testing.T) (func(string) string, func(*process) disk) {
			return sqliteIn, func(p *process) disk {
				return disk{t: p.t, driver: "sqlite", source: filepath.Join(p.dataDir, "box.db"), folders: []string{p.dataDir}}
			}
		},
		"postgres": func(t *testing.T) (func(string) string, func(*process) disk) {
			url := pgtest.URL(t)
			return func(string) string { return url }, func(p *process) disk {
				d := disk{t: p.t, driver: "pgx", source: url, folders: []string{p.dataDir}}
				d.folders = append(d.folders, d.text("SHOW data_directory"))
				return d
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			database, disk := open(t)
			p := launch(t, database)
			checkErasure(t, p, disk(p))
		})
	}
}

func checkErasure(t *testing.T, p *process, d disk) {
	canary := strings.ToLower(rand.Text()[:12])
	b := buyer{client: client{t: t, url: p.url, agent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0 " + canary}}
	b.process, b.hall, b.email = p, findHall(t, p), canary+"@example.com"
	b.signIn(b.email)
	user := b.must("PATCH", "/auth/me", object{"name": "Name " + canary}, http.StatusOK)["id"].(string)
	b.pay(b.reserve())
	d.holdsNothingOf(canary, user)

	exported, err := json.Marshal(b.get("/auth/me/export"))
	if err != nil || bytes.Count(exported, []byte(canary)) < 4 || !bytes.Contains(exported, []byte(b.hall.eventID)) {
		t.Errorf("the export tells little: %s, %v", exported, err)
	}
	key := d.text("SELECT data FROM eventlog_rows WHERE kind = 'personal_key' AND key = $1", user)
	socket := b.openSocket()
	b.must("DELETE", "/auth/me", nil, http.StatusNoContent)
	ended(t, socket)
	b.must("GET", "/auth/me", nil, http.StatusUnauthorized)
	d.forgets(user)
	d.holdsNothingOf(canary, user)

	heir := buyer{client: client{t: t, url: p.url}}
	heir.signIn(b.email)
	if me := heir.get("/auth/me"); me["id"] == user || me["name"] != "" {
		t.Errorf("who has the address now is %v", me)
	}
	for _, list := range []string{"reservations", "payments", "tickets"} {
		if items := heir.get("/api/" + list)["items"].([]any); len(items) > 0 {
			t.Errorf("who has the address now has the %s %v", list, items)
		}
	}
	if section := heir.get("/api/events/" + b.hall.eventID + "/sections/" + b.hall.section + "/availability"); section["sold"] != 2.0 {
		t.Errorf("the section is %v; want the seats sold", section)
	}
	p.stop()
	d.holdsNothingOf(canary, user)
	if d.driver == "sqlite" && d.holds(key[:20]) != "" {
		t.Errorf("%s holds the key that was destroyed", d.holds(key[:20]))
	}
}

func (b *buyer) openSocket() *websocket.Conn {
	b.t.Helper()
	conn, _, err := websocket.Dial(b.t.Context(), b.url+"/api/ws", &websocket.DialOptions{
		HTTPHeader: http.Header{"Authorization": {"Bearer " + b.token}},
	})
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() { _ = conn.CloseNow() })
	return conn
}

// ended reads until the socket is closed, because of its session.
func ended(t *testing.T, conn *websocket.Conn) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if _, frame, err := conn.Read(ctx); websocket.CloseStatus(err) != 4401 {
		t.Errorf("the socket has %s, %v; want the close code 4401", frame, err)
	}
}

// stop ends the program as an operator does.
func (p *process) stop() {
	p.t.Helper()
	if err := p.command.Process.Signal(syscall.SIGTERM); err != nil {
		p.t.Fatal(err)
	}
	if err := p.command.Wait(); err != nil {
		p.t.Errorf("the program stopped with %v", err)
	}
}

// disk is all that the program keeps.
type disk struct {
	t       *testing.T
	driver  string
	source  string
	folders []string
}

// holdsNothingOf looks into all files, except the mails themselves, and into all tables,
// whose long values Postgres compresses. That it can see anything at all the user's id
// shows, which means nothing.
func (d disk) holdsNothingOf(canary, user string) {
	d.t.Helper()
	if file := d.holds(canary); file != "" {
		d.t.Errorf("%s tells who the customer is", file)
	}
	if d.holds(user) == "" {
		d.t.Errorf("no file holds the id %s; does this test see anything?", user)
	}
}

// holds returns a file or table that holds a text, "" when none does.
func (d disk) holds(text string) (where string) {
	d.t.Helper()
	for _, folder := range d.folders {
		err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
			switch {
			case err == nil && entry.IsDir() && entry.Name() == "mailbox":
				return fs.SkipDir
			case err == nil && entry.Type().IsRegular() && where == "":
				var data []byte
				if data, err = os.ReadFile(path); bytes.Contains(data, []byte(text)) {
					where = path
				}
			}
			if os.IsNotExist(err) { // deleted meanwhile
				err = nil
			}
			return err
		})
		if err != nil {
			d.t.Fatal(err)
		}
	}
	if where == "" && d.driver == "pgx" {
		where = d.dumped(text)
	}
	return where
}

// dumped returns a table that holds a text.
func (d disk) dumped(text string) string {
	d.t.Helper()
	for _, table := range strings.Fields(d.text("SELECT string_agg(tablename, ' ') FROM pg_tables WHERE schemaname = 'public'")) {
		found := d.text(fmt.Sprintf(`SELECT count(*)::text FROM %q t WHERE position($1 IN t::text) > 0 OR position($2 IN t::text) > 0`, table),
			text, fmt.Sprintf("%x", text)) // bytes are shown in hex
		if found != "0" {
			return table
		}
	}
	return ""
}

// text is what a query answers in one field.
func (d disk) text(query string, args ...any) (answer string) {
	d.t.Helper()
	db, err := sql.Open(d.driver, d.source)
	if err != nil {
		d.t.Fatal(err)
	}
	defer db.Close()
	if err := db.QueryRowContext(d.t.Context(), query, args...).Scan(&answer); err != nil {
		d.t.Fatalf("%s: %v", query, err)
	}
	return answer
}

// forgets waits until no read model names the user.
func (d disk) forgets(user string) {
	d.t.Helper()
	for table, column := range map[string]string{
		"reservations": "customer_id", "tickets": "customer_id", "payments": "customer_id", "seats": "customer_id", "events": "owner_id",
	} {
		eventually(d.t, table+" to name nobody", func() bool {
			return d.text(fmt.Sprintf("SELECT CAST(count(*) AS TEXT) FROM %s WHERE %s = $1", table, column), user) == "0"
		})
	}
}
