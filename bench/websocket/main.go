//go:build linux

package main

import (
	"flag"
	"fmt"
	"log"
	"os"
	"strconv"
	"strings"
)

func main() {
	log.SetFlags(0)
	if ok, err := play(os.Args[1:]); ok {
		if err != nil {
			log.Fatal(err)
		}
		return
	}
	only := flag.String("only", "idle,fanout", "parts, separated by commas")
	variants := flag.String("variants", "hub,loop,writer,returned,tcp", "variants, separated by commas")
	readers := flag.String("readers", "1000,10000", "numbers of readers, separated by commas")
	connections := flag.Int("connections", 10_000, "idle connections")
	deliveries := flag.Int("deliveries", 300_000, "of a run of fan-out")
	rounds := flag.Int("rounds", 3, "how often each is measured")
	flag.Parse()
	for range *rounds {
		for _, part := range strings.Split(*only, ",") {
			for _, v := range strings.Split(*variants, ",") {
				if part == "idle" {
					m, err := idle(v, *connections)
					if err != nil {
						log.Fatal(err)
					}
					fmt.Printf("idle %-9s %.1f KiB\n", v, m/1024)
					continue
				}
				if v == returnedVariant {
					continue
				}
				for _, r := range strings.Split(*readers, ",") {
					n, _ := strconv.Atoi(r)
					s, b, err := fanOut(v, n, *deliveries, 64)
					if err != nil {
						log.Fatal(err)
					}
					fmt.Printf("fanout %-9s %6d single %8.0f/s cpu %6s %v\n", v, n, s.perSecond, s.cpu, s.latencies)
					fmt.Printf("fanout %-9s %6d burst  %8.0f/s cpu %6s %v\n", v, n, b.perSecond, b.cpu, b.latencies)
				}
			}
		}
	}
}
