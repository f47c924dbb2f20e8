// Command mutate checks that the tests notice when a reducer loses or repeats what
// it decides: it deletes and duplicates, one at a time, every event and effect that
// the reducers of the given packages record or return, and runs their tests.
//
//	go run ./internal/mutate [-also packages] packages
//
// No file changes: a mutant exists in an overlay of the go command only. Mutants
// that do not compile do not count. The exit status is 1 when the tests notice less
// than 95 % of the others.
package main

import (
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"slices"
	"strings"
)

const (
	wanted   = 95 // per cent
	parallel = 2  // test runs
)

func main() {
	log.SetFlags(0)
	also := flag.String("also", "", "packages, separated by blanks, whose tests run when the reducer's own notice nothing")
	flag.Parse()
	percent, err := check(os.Stdout, flag.Args(), strings.Fields(*also))
	if err != nil {
		log.Fatal("mutate: ", err)
	}
	if percent < wanted {
		os.Exit(1)
	}
}

// check tries all mutants of the packages and returns the percentage that was
// noticed. Tests that fail without any change are an error.
func check(report io.Writer, patterns, also []string) (percent float64, err error) {
	packages, err := load(patterns)
	if err != nil {
		return 0, err
	}
	var mutants []mutant
	tested := slices.Clone(also)
	for _, p := range packages {
		mutants = append(mutants, p.mutants()...)
		tested = append(tested, p.path)
	}
	for _, path := range tested {
		if test(path, "") != survived {
			return 0, fmt.Errorf("%s: the tests fail without any change", path)
		}
	}
	dir, err := os.MkdirTemp("", "mutate")
	if err != nil {
		return 0, err
	}
	count, survivors := map[outcome]int{}, ""
	for i, o := range try(mutants, dir, also) {
		result := <-o
		count[result]++
		fmt.Fprintln(report, result, mutants[i])
		if result == survived {
			survivors += fmt.Sprintln(result, mutants[i])
		}
	}
	counted := count[killed] + count[survived]
	percent = 100 * float64(count[killed]) / float64(max(1, counted))
	fmt.Fprintf(report, "\n%s%.1f %% noticed: %d of %d mutants; %d more do not compile\n",
		survivors, percent, count[killed], counted, count[broken])
	return percent, os.RemoveAll(dir)
}

// try begins the tests of all mutants and returns where their outcomes arrive.
func try(mutants []mutant, dir string, also []string) []chan outcome {
	outcomes := make([]chan outcome, len(mutants))
	slots := make(chan struct{}, parallel)
	for i, m := range mutants {
		outcomes[i] = make(chan outcome, 1)
		go func() {
			slots <- struct{}{}
			outcomes[i] <- m.run(dir, also)
			<-slots
		}()
	}
	return outcomes
}
