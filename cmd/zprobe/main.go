package main

import (
	"bufio"
	"flag"
	"fmt"
	"os"
	"runtime/pprof"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/interdict-dev/interdict/book"
	"github.com/interdict-dev/interdict/index"
	"github.com/interdict-dev/interdict/names"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/screening"
	"github.com/interdict-dev/interdict/subject"
)

func main() {
	b := flag.String("book", "/tmp/b2025.book", "")
	q := flag.String("q", "/tmp/inn_test.txt", "")
	prof := flag.String("prof", "", "")
	what := flag.String("what", "search", "")
	rounds := flag.Int("rounds", 3, "")
	memo := flag.Bool("memo", true, "")
	birth := flag.Bool("birth", false, "")
	flag.Parse()
	bk, err := book.Open(*b)
	if err != nil {
		panic(err)
	}
	f, _ := os.Open(*q)
	sc := bufio.NewScanner(f)
	type query struct {
		name string
		kind party.Kind
		form names.Form
	}
	var qs []query
	for sc.Scan() {
		k, n, ok := strings.Cut(sc.Text(), " ")
		kind := party.Person
		if !ok || (k != "p" && k != "t") {
			n = sc.Text()
			kind = party.Unknown
		} else if k == "t" {
			kind = party.Organization
		}
		qs = append(qs, query{name: n, kind: kind, form: names.ReadText(n, names.Modes(kind)[0])})
	}
	if *prof != "" {
		pf, _ := os.Create(*prof)
		pprof.StartCPUProfile(pf)
		defer pprof.StopCPUProfile()
	}
	min := bk.Model().Evidence(3000)
	l := bk.Lists()[0]
	if *memo {
		l.Index.Load()
	}
	for r := 0; r < *rounds; r++ {
		var sr index.Searcher
		scr, _ := screening.New(bk, screening.Policy{MinScore: 3000})
		var d []time.Duration
		hits := 0
		start := time.Now()
		var ru0, ru1 syscall.Rusage
		syscall.Getrusage(syscall.RUSAGE_SELF, &ru0)
		for i := range qs {
			t := time.Now()
			switch *what {
			case "search":
				sr.Search(l.Index, &qs[i].form, min, func(index.Hit) { hits++ })
			case "read":
				for _, m := range names.Modes(qs[i].kind) {
					names.ReadText(qs[i].name, m)
				}
			case "screen":
				s := subject.Subject{Party: party.Entry{Kind: qs[i].kind, Names: []party.Name{{Full: qs[i].name}}}}
				if *birth {
					if qs[i].kind == party.Person {
						d := party.Date{Year: int16(1940+i%60), Month: uint8(1+i%12), Day: uint8(1+i%28)}
						s.Party.Births = []party.Span{{From: d, To: d}}
					}
					s.Party.Countries = []string{"de"}
				}
				a, err := scr.Screen(&s)
				if err != nil {
					panic(err)
				}
				hits += len(a.Findings)
			}
			d = append(d, time.Since(t))
			_ = memo
		}
		total := time.Since(start)
		syscall.Getrusage(syscall.RUSAGE_SELF, &ru1)
		cpu := time.Duration(ru1.Utime.Nano() - ru0.Utime.Nano() + ru1.Stime.Nano() - ru0.Stime.Nano())
		slices.Sort(d)
		n := len(d)
		fmt.Printf("%s n=%d hits=%d cpu %v mean %v median %v p90 %v p99 %v max %v\n", *what, n, hits, cpu/time.Duration(n), total/time.Duration(n), d[n/2], d[n*9/10], d[n*99/100], d[n-1])
	}
}
