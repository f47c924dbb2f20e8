//go:build linux

package main

import (
	"flag"
	"fmt"
	"log"
	"os"
	"slices"
	"strconv"
	"strings"
)

// settings say what is measured.
type settings struct {
	rounds     int      // how often each, in turns; the median counts
	variants   []string // those of the table that are wanted
	idle       int      // connections
	readers    []int    // numbers of readers of fan-out
	deliveries int      // of one run of fan-out, about
	callers    int      // connections that send commands
	commands   int      // of one run
	crowd      int      // readers, one of which stops
	events     int      // that it does not read
}

func full() settings {
	return settings{
		rounds: 3, variants: variants(), idle: 10_000, readers: []int{1000, 10_000},
		deliveries: 300_000, callers: 64, commands: 100_000, crowd: 1000, events: 1000,
	}
}

// part is a section of the report.
type part struct {
	name    string
	measure func(settings) (section string, err error)
}

func parts() []part {
	return []part{{"idle", measureIdle}, {"fanout", measureFanOut}, {"commands", measureCommands}, {"stopped", measureStopped}}
}

func main() {
	log.SetFlags(0)
	ok, err := play(os.Args[1:])
	if !ok {
		err = measure()
	}
	if err != nil {
		log.Fatal("websocket: ", err)
	}
}

// measure does what the flags say.
func measure() error {
	s := full()
	only := flag.String("only", "", "measure one part: idle, fanout, commands or stopped")
	path := flag.String("report", "", "write the report to this Markdown file; otherwise it is printed")
	flag.IntVar(&s.rounds, "rounds", s.rounds, "how often each is measured, in turns")
	flag.IntVar(&s.idle, "idle", s.idle, "idle connections")
	flag.IntVar(&s.deliveries, "deliveries", s.deliveries, "of a run of fan-out, about")
	flag.IntVar(&s.commands, "commands", s.commands, "of a run")
	flag.IntVar(&s.events, "events", s.events, "that the stopped reader does not read")
	flag.Func("variants", "those wanted, separated by commas: "+strings.Join(variants(), ","), func(list string) error {
		s.variants = strings.Split(list, ",")
		return nil
	})
	flag.Func("readers", "numbers of readers of fan-out, separated by commas", func(list string) (err error) {
		s.readers, err = numbers(list)
		return err
	})
	flag.Parse()
	load := loadAverage()
	sections, err := run(s, *only)
	switch {
	case err != nil:
		return err
	case *path == "":
		_, err = fmt.Print(sections)
		return err
	}
	return os.WriteFile(*path, []byte(report(s, load, sections)), 0o644)
}

// run measures one part, or all when only is empty.
func run(s settings, only string) (sections string, err error) {
	chosen := slices.DeleteFunc(parts(), func(p part) bool { return only != "" && p.name != only })
	if len(chosen) == 0 {
		return "", fmt.Errorf("there is no part %q", only)
	}
	for _, p := range chosen {
		section, err := p.measure(s)
		if err != nil {
			return "", fmt.Errorf("%s: %w", p.name, err)
		}
		sections += section
	}
	return sections, nil
}

func numbers(list string) ([]int, error) {
	var all []int
	for _, text := range strings.Split(list, ",") {
		n, err := strconv.Atoi(text)
		if err != nil {
			return nil, err
		}
		all = append(all, n)
	}
	return all, nil
}
