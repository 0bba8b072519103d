// SPDX-License-Identifier: Apache-2.0

package bench

import (
	_ "embed" // the words
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"

	"github.com/interdict-dev/interdict/party"
)

//go:embed invented.txt
var inventedText string

// A pool holds words by what they are for: "given.russian", "fancy".
type pool map[string][]string

var inventedPool = sync.OnceValue(func() pool {
	p := pool{}
	for line := range strings.Lines(inventedText) {
		key, words, ok := strings.Cut(strings.TrimSpace(line), ":")
		switch {
		case !ok || key[0] == '#':
		case strings.Contains(words, "|"):
			for w := range strings.SplitSeq(words, "|") {
				p[key] = append(p[key], strings.TrimSpace(w))
			}
		default:
			p[key] = strings.Fields(words)
		}
	}
	return p
})

// origins returns where names of persons come from, in a fixed order.
func (p pool) origins() []string {
	var out []string
	for key := range p {
		if origin, ok := strings.CutPrefix(key, "given."); ok {
			out = append(out, origin)
		}
	}
	slices.Sort(out)
	return out
}

func (p pool) pick(r *rand.Rand, key string) string { return p[key][r.IntN(len(p[key]))] }

// person puts a name of two or three words together; one in ten has a given name
// from elsewhere, as people do.
func (p pool) person(r *rand.Rand, origins []string) string {
	from := origins[r.IntN(len(origins))]
	given := from
	if r.IntN(10) == 0 {
		given = origins[r.IntN(len(origins))]
	}
	name := p.pick(r, "given."+given)
	if r.IntN(4) == 0 {
		name += " " + p.pick(r, "given."+from)
	}
	return name + " " + p.pick(r, "family."+from)
}

// firm puts a name together: a fancy word and a trade, mostly a legal form, and
// often a place before.
func (p pool) firm(r *rand.Rand) string {
	name := p.pick(r, "fancy") + " " + p.pick(r, "trade")
	if r.IntN(3) == 0 {
		name = p.pick(r, "place") + " " + name
	}
	if r.IntN(8) > 0 {
		name += " " + p.pick(r, "form")
	}
	return name
}

// invent adds n negatives of either kind, each once. It draws from a stream of
// its own, so that asking for them changes no other case.
func (m *maker) invent(n int) {
	p, r := inventedPool(), rand.New(rand.NewPCG(m.o.Seed, 0x696e76656e74))
	origins := p.origins()
	seen := map[string]bool{}
	for _, k := range []party.Kind{party.Person, party.Organization} {
		for i := range n {
			name := p.firm(r)
			if k == party.Person {
				name = p.person(r, origins)
			}
			if !seen[name] {
				seen[name] = true
				m.deck = append(m.deck, Case{ID: fmt.Sprintf("n%d-%s-invented", i, k), Kind: "neg", Class: "invented", Type: k.String(), Query: name})
			}
		}
	}
}
