package pgtest_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/composable-go/composable/internal/pgtest"
)

const childVariable = "PGTEST_CHILD"

func TestMain(m *testing.M) {
	if os.Getenv(childVariable) == "" {
		os.Exit(m.Run())
	}
	server, err := pgtest.Start(false)
	fmt.Println(server.URL, err)
	select {} // until killed
}

func TestServerDiesWithItsProcess(t *testing.T) {
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), childVariable+"=1")
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	line, _ := bufio.NewReader(out).ReadString('\n')
	url, _, _ := strings.Cut(line, " ")
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatalf("%v (the child said %q)", err, line)
	}
	defer conn.Close(context.Background())
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = child.Wait() // killed
	if _, err := conn.WaitForNotification(t.Context()); err == nil || t.Context().Err() != nil {
		t.Errorf("the server still runs: %v", err)
	}
}

func TestRestart(t *testing.T) {
	server, err := pgtest.Start(false)
	if err != nil {
		t.Fatal(err)
	}
	before, err := pgx.Connect(t.Context(), server.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer before.Close(context.Background())
	if _, err := before.Exec(t.Context(), "CREATE TABLE kept ()"); err != nil {
		t.Fatal(err)
	}
	if err := server.Restart(); err != nil {
		t.Fatal(err)
	}
	if err := before.Ping(t.Context()); err == nil {
		t.Error("a connection outlived the server")
	}
	after, err := pgx.Connect(t.Context(), server.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer after.Close(context.Background())
	if _, err := after.Exec(t.Context(), "SELECT FROM kept"); err != nil {
		t.Error(err)
	}
	if err := server.Stop(); err != nil {
		t.Error(err)
	}
}

func TestEachTestHasItsOwnDatabase(t *testing.T) {
	first, second := pgtest.URL(t), pgtest.URL(t)
	for _, url := range []string{first, second} {
		conn, err := pgx.Connect(t.Context(), url)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close(context.Background())
		if _, err := conn.Exec(t.Context(), "UPDATE eventlog_head SET position = position + 1"); err != nil {
			t.Fatal(err)
		}
		var position int
		if err := conn.QueryRow(t.Context(), "SELECT position FROM eventlog_head").Scan(&position); err != nil || position != 1 {
			t.Errorf("position %d, %v; want 1", position, err)
		}
	}
}
