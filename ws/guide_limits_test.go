package ws

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// rows returns the cells of the guide's table under a heading.
func rows(t *testing.T, heading string) (table [][]string) {
	t.Helper()
	text, err := os.ReadFile("../docs/websocket.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(text), "\n## "+heading+"\n")
	section, _, _ = strings.Cut(section, "\n## ")
	for line := range strings.Lines(section) {
		if !strings.HasPrefix(line, "|") {
			continue
		}
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		table = append(table, cells)
	}
	if len(table) < 3 {
		t.Fatalf("the guide has no table under %q", heading)
	}
	return table[2:]
}

// quantity reads "64 KiB", "10 000", "30 s" and "none".
func quantity(t *testing.T, cell string) int64 {
	t.Helper()
	units := map[string]int64{"": 1, "KiB": 1 << 10, "MiB": 1 << 20, "s": int64(time.Second)}
	found := regexp.MustCompile(`^([\d ]*\d) ?(\D*)$`).FindStringSubmatch(cell)
	if cell == "none" {
		return 0
	}
	if found == nil || units[found[2]] == 0 {
		t.Fatalf("not a quantity: %q", cell)
	}
	n, err := strconv.ParseInt(strings.ReplaceAll(found[1], " ", ""), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n * units[found[2]]
}

func TestTheGuidesLimitsAreTheDefaults(t *testing.T) {
	t.Parallel()
	defaults := reflect.ValueOf(Options{}.withDefaults())
	documented := map[string]bool{}
	for _, row := range rows(t, "Limits") {
		name := strings.Trim(row[1], "`")
		documented[name] = true
		option, want := defaults.FieldByName(name), quantity(t, row[2])
		switch {
		case !option.IsValid():
			t.Errorf("there is no option %s", name)
		case option.Kind() == reflect.Slice && int64(option.Len()) != want, option.CanInt() && option.Int() != want:
			t.Errorf("%s is %v by default, the guide says %s", name, option, row[2])
		}
	}
	for _, field := range reflect.VisibleFields(defaults.Type()) {
		if defaults.FieldByIndex(field.Index).CanInt() && !documented[field.Name] {
			t.Errorf("the guide does not tell of Options.%s", field.Name)
		}
	}
}

// sources is the package's own text, without its tests.
func sources(t *testing.T) string {
	t.Helper()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
	}
	return all.String()
}

// told returns the first group of each match, once, in order.
func told(text, pattern string) []string {
	var all []string
	for _, found := range regexp.MustCompile(pattern).FindAllStringSubmatch(text, -1) {
		all = append(all, found[1])
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func TestTheGuideNamesEveryMetric(t *testing.T) {
	t.Parallel()
	var metrics, happenings []string
	for _, row := range rows(t, "Limits") {
		if metric := strings.Trim(row[4], "`"); metric != "" {
			metrics = append(metrics, metric)
		}
	}
	for _, row := range rows(t, "Metrics") {
		happenings = append(happenings, strings.Trim(row[0], "`"))
	}
	slices.Sort(metrics)
	slices.Sort(happenings)
	code := sources(t)
	if observed := told(code, `Observe\("limited", "(\w+)"`); !slices.Equal(observed, metrics) {
		t.Errorf("limits that are observed: %v; the guide has %v", observed, metrics)
	}
	if observed := told(code, `Observe\("(\w+)"`); !slices.Equal(observed, happenings) {
		t.Errorf("observed: %v; the guide has %v", observed, happenings)
	}
}

func TestTheGuideNamesEveryCloseCode(t *testing.T) {
	t.Parallel()
	var documented []string
	for _, row := range rows(t, "Close codes") {
		documented = append(documented, row[0])
	}
	var sent []string
	for _, code := range []int{int(goingAway), int(tooSlow), int(notProtocol), int(sessionEnded), int(badOrigin), int(silent), int(tooMany)} {
		sent = append(sent, strconv.Itoa(code))
	}
	if !slices.Equal(sent, documented) {
		t.Errorf("close codes %v; the guide has %v", sent, documented)
	}
	for _, row := range rows(t, "Limits") {
		for _, code := range told(row[3], `close (\d+)`) {
			if !slices.Contains(sent, code) {
				t.Errorf("%s: there is no close code %s", row[0], code)
			}
		}
	}
}

func TestTheGuidesSentencesHold(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../docs/websocket.md")
	if err != nil {
		t.Fatal(err)
	}
	guide := strings.Join(strings.Fields(string(text)), " ")
	for _, sentence := range []string{
		fmt.Sprintf("A command has %.0f s, a query %.0f s, a grant %.0f s, a write %.0f s.",
			commandTimeout.Seconds(), queryTimeout.Seconds(), grantTimeout.Seconds(), writeTimeout.Seconds()),
		fmt.Sprintf("within %.1f s for a change on the same node", presencePause.Seconds()),
		"within 1.5 s for one on another",
		fmt.Sprintf("Of more than %d actors in one topic", presenceMost),
		fmt.Sprintf("`{endpoint}?ticket=…` within %.0f s, once", ticketLife.Seconds()),
		fmt.Sprintf("of at most %d characters", maxID),
	} {
		if !strings.Contains(guide, sentence) {
			t.Errorf("the guide does not say: %s", sentence)
		}
	}
	if longest := presencePause + presenceLook; longest >= 1500*time.Millisecond { // and the time to write and to read
		t.Errorf("a change on another node may take %v", longest)
	}
}
