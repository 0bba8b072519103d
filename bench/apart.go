// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/interdict-dev/interdict/book"
	"github.com/interdict-dev/interdict/names"
	"github.com/interdict-dev/interdict/party"
)

// A census knows the words of every listed name, to say which cases have no
// answer that anyone could give. It compares nothing: it looks at whole words
// alone, so that what is set apart does not depend on the matcher under test.
type census struct {
	names  []counted
	byWord map[string][]int32
}

// A counted is one listed name: its words, without legal forms, titles and links.
type counted struct {
	ref   party.Ref
	mode  names.Mode
	words []string
	full  string
}

// takeCensus reads every listed name of a book. Weak aliases of OFAC lists are
// left out, as the finder does.
func takeCensus(b *book.Book) (*census, error) {
	c := &census{byWord: map[string][]int32{}}
	err := b.Guard(func() error {
		for _, l := range b.Lists() {
			for i := range l.Len() {
				e, err := l.Entry(uint32(i))
				if err != nil {
					return err
				}
				c.count(&e)
			}
		}
		return nil
	})
	return c, err
}

func (c *census) count(e *party.Entry) {
	for _, n := range e.Names {
		if n.Weak {
			continue
		}
		for _, mode := range names.Modes(e.Kind) {
			f := names.Read(n, mode, names.Hint{Country: book.Country(e)})
			words := telling(&f)
			for _, w := range slices.Compact(slices.Clone(words)) {
				c.byWord[w] = append(c.byWord[w], int32(len(c.names)))
			}
			c.names = append(c.names, counted{e.Ref, mode, words, n.Full})
		}
	}
}

// telling returns the words of a name that may tell one party from another,
// sorted: everything but legal forms, titles and links.
func telling(f *names.Form) []string {
	var out []string
	for i := range f.Parts {
		switch p := &f.Parts[i]; p.Class {
		case names.Legal, names.Honorific, names.Link:
		default:
			out = append(out, p.Words[0])
		}
	}
	slices.Sort(out)
	return out
}

// without says whether all of some sorted words are among others, and how many
// of the others are not among them.
func without(some, others []string) (left int, ok bool) {
	i := 0
	for _, w := range others {
		if i < len(some) && some[i] == w {
			i++
		}
	}
	return len(others) - len(some), i == len(some)
}

// oneInAMillion is the information, in milli-nats, of words that one innocent
// name in a million holds together.
var oneInAMillion = int32(math.Round(1000 * math.Log(1e6)))

// apart says why no matcher could tell the right entry of a case, or "". Three
// things count, and only where the query is the listed name with words left out
// (or none): that nothing but a legal form is left, that another entry has all
// words of the query and no more besides than the right one has, and that the
// words which name the party are gone and one innocent name in a million or more
// has all that are left.
func (c *census) apart(k *Case) string {
	if k.Kind != "pos" {
		return ""
	}
	mode := names.Modes(k.kind())[0]
	q, l := names.ReadText(k.Query, mode), names.ReadText(k.Listed, mode)
	fewer := len(strings.Fields(k.Query)) < len(strings.Fields(k.Listed))
	if q.Bare && !l.Bare && fewer {
		return "nothing is left of it but what all companies are called"
	}
	asked, listed := telling(&q), telling(&l)
	dropped, ok := without(asked, listed)
	if !ok || len(asked) == 0 {
		return ""
	}
	if dropped > 0 && fewer && !named(&q) && information(&q) < oneInAMillion {
		return fmt.Sprintf("the words that name it are gone, and those left say %.1f nats", float64(information(&q))/1000)
	}
	rarest := slices.MinFunc(asked, func(a, b string) int { return len(c.byWord[a]) - len(c.byWord[b]) })
	for _, i := range c.byWord[rarest] {
		n := &c.names[i]
		if n.mode != mode || slices.Contains(k.Expect, n.ref.ID) {
			continue
		}
		if left, ok := without(asked, n.words); ok && left <= dropped {
			return "it fits " + n.full + " as well"
		}
	}
	return ""
}

// named says whether a name has a word that names, rather than says what
// business it is, where, or which number.
func named(f *names.Form) bool {
	return slices.ContainsFunc(f.Parts, func(p names.Part) bool { return p.Class == names.Content })
}

func information(f *names.Form) int32 {
	var sum int32
	for i := range f.Parts {
		switch p := &f.Parts[i]; p.Class {
		case names.Legal, names.Honorific, names.Link:
		default:
			sum += p.Info
		}
	}
	return sum
}
