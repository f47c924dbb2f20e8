package bench

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// machine says what the numbers were measured on; load is loadAverage before that.
func machine(b *testing.B, load string) string {
	return fmt.Sprintf("Measured on %d cores of %s (%s/%s), load average %s before the first run,\nwhere 4 KiB written and synced take %s; %s, Postgres %s, SQLite %s.",
		runtime.NumCPU(), processor(), runtime.GOOS, runtime.GOARCH, load, short(syncTime(b)), runtime.Version(),
		version(b, "pgx", postgresURL(b), "SHOW server_version"),
		version(b, "sqlite", ":memory:", "SELECT sqlite_version()"))
}

// loadAverage tells whether the machine had other work; the numbers are low then.
func loadAverage() string {
	averages, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	return strings.Fields(string(averages))[0]
}

func processor() string {
	info, _ := os.ReadFile("/proc/cpuinfo") // elsewhere than on Linux there is none
	for line := range strings.Lines(string(info)) {
		if name, model, _ := strings.Cut(line, ":"); strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(model)
		}
	}
	return "an unknown processor"
}

func version(b *testing.B, driver, source, query string) (v string) {
	db, err := sql.Open(driver, source)
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	if err := db.QueryRow(query).Scan(&v); err != nil {
		b.Fatal(err)
	}
	return v
}

// syncTime is the mean time the disk of the temporary directory takes to keep a page.
func syncTime(b *testing.B) time.Duration {
	f, err := os.Create(filepath.Join(b.TempDir(), "sync"))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	const times = 200
	page := make([]byte, 4096)
	begin := time.Now()
	for range times {
		if _, err := f.Write(page); err != nil {
			b.Fatal(err)
		}
		if err := f.Sync(); err != nil {
			b.Fatal(err)
		}
	}
	return time.Since(begin) / times
}
