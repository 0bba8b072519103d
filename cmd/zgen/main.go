package main

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime/pprof"
	"strconv"
	"strings"
	"time"

	"github.com/interdict-dev/interdict/book"
	"github.com/interdict-dev/interdict/party"
)

func main() {
	from := flag.String("from", "/tmp/me/n.book", "")
	out := flag.String("out", "/tmp/me/big.book", "")
	n := flag.Int("n", 100000, "")
	prof := flag.String("prof", "", "")
	flag.Parse()
	bk, err := book.Open(*from)
	if err != nil {
		panic(err)
	}
	l := bk.Lists()[0]
	var given, family, words, tail []string
	for i := range l.Len() {
		e, err := l.Entry(uint32(i))
		if err != nil {
			panic(err)
		}
		for _, nm := range e.Names {
			if strings.IndexFunc(nm.Full, func(r rune) bool { return r > 0x24f }) >= 0 {
				continue
			}
			if e.Kind == party.Person {
				ws := strings.Fields(strings.ReplaceAll(nm.Full, ",", ""))
				if len(ws) > 1 {
					family = append(family, ws[0])
					given = append(given, strings.Join(ws[1:], " "))
				}
			} else {
				ws := strings.Fields(nm.Full)
				if len(ws) > 1 {
					k := len(ws) / 2
					words = append(words, strings.Join(ws[:k], " "))
					tail = append(tail, strings.Join(ws[k:], " "))
				}
			}
		}
	}
	r := rand.New(rand.NewPCG(1, 2))
	pick := func(s []string) string { return s[r.IntN(len(s))] }
	if *prof != "" {
		pf, _ := os.Create(*prof)
		pprof.StartCPUProfile(pf)
		defer pprof.StopCPUProfile()
	}
	start := time.Now()
	_, err = book.Compile(context.Background(), *out, book.Input{Lists: []book.ListInput{{Info: book.Info{List: "us-ofac-sdn"}, Entries: func(yield func(party.Entry, error) bool) {
		for i := range *n {
			e := party.Entry{Ref: party.Ref{List: "us-ofac-sdn", ID: strconv.Itoa(i)}}
			k := 1 + r.IntN(3)
			if i%2 == 0 {
				e.Kind = party.Person
				for range k {
					e.Names = append(e.Names, party.Name{Full: pick(family) + ", " + pick(given)})
				}
			} else {
				e.Kind = party.Organization
				for range k {
					e.Names = append(e.Names, party.Name{Full: pick(words) + " " + pick(tail)})
				}
			}
			if !yield(e, nil) {
				return
			}
		}
	}}}})
	if err != nil {
		panic(err)
	}
	fmt.Println(*n, time.Since(start))
}
