// SPDX-License-Identifier: Apache-2.0

package translit

import (
	"strings"
	"unicode/utf8"
)

// A table holds the romanisations of one alphabet, as read from a data file:
//
//	system NAME [from OTHER]   starts a romanisation, which may inherit another
//	after LETTERS              the letters after which a ">" rule holds
//	KEY TEXT                   a spelling; an empty TEXT is written -
//
// KEY is one or more letters. "^" before it means at the start of the word, ">"
// after one of the letters of "after", and "$" behind it at the end. The
// longest key wins, and of equally long ones the one with more conditions.
type table struct {
	systems map[string]*system
	after   string
	base    rune // first rune of the block
}

// A system is one romanisation: for each first letter of a key its rules, in
// the order in which they are tried.
type system struct {
	name  string
	rules [][]rule
}

// A rule spells one key.
type rule struct {
	key               string
	start, end, after bool
	text              string
}

// weight orders the rules of one letter: longer keys first, then conditions.
func (r *rule) weight() int {
	w := 4 * len(r.key)
	for _, c := range [...]bool{r.start, r.end, r.after} {
		if c {
			w++
		}
	}
	return w
}

// blockSize is how many code points from its base a table covers: enough for
// every alphabet that we read.
const blockSize = 0x160

// parseTable reads a data file that was written for this program. A mistake in
// it is ours, so a line that is not understood panics; TestTables reads all.
func parseTable(data string, base rune) *table {
	t := &table{systems: map[string]*system{}, base: base}
	var s *system
	for line := range strings.Lines(data) {
		fields := strings.Fields(line)
		switch {
		case len(fields) == 0 || fields[0][0] == '#':
		case fields[0] == "after":
			t.after = fields[1]
		case fields[0] == "system":
			s = &system{name: fields[1], rules: make([][]rule, blockSize)}
			if len(fields) == 4 {
				copyRules(s, t.systems[fields[3]])
			}
			t.systems[s.name] = s
		case len(fields)%2 != 0 || s == nil:
			panic("translit: table line not understood: " + line)
		default:
			for i := 0; i < len(fields); i += 2 {
				s.set(parseRule(fields[i], fields[i+1]), base)
			}
		}
	}
	return t
}

func copyRules(to, from *system) {
	for i, rs := range from.rules {
		to.rules[i] = append([]rule(nil), rs...)
	}
}

func parseRule(key, text string) rule {
	var r rule
	key, r.start = strings.CutPrefix(key, "^")
	key, r.after = strings.CutPrefix(key, ">")
	r.key, r.end = strings.CutSuffix(key, "$")
	if text != "-" {
		r.text = text
	}
	return r
}

// set adds a rule or replaces the one with the same key and conditions.
func (s *system) set(r rule, base rune) {
	first, _ := utf8.DecodeRuneInString(r.key)
	i := first - base
	if i < 0 || i >= blockSize {
		panic("translit: table key outside its block: " + r.key)
	}
	for j, old := range s.rules[i] {
		if old.key == r.key && old.start == r.start && old.end == r.end && old.after == r.after {
			s.rules[i][j] = r
			return
		}
	}
	at := len(s.rules[i])
	for at > 0 && s.rules[i][at-1].weight() < r.weight() {
		at--
	}
	s.rules[i] = append(s.rules[i], rule{})
	copy(s.rules[i][at+1:], s.rules[i][at:])
	s.rules[i][at] = r
}

// append appends the spelling of word under s. Letters without a rule are left
// out, Latin letters and digits stay.
func (t *table) append(b []byte, s *system, word string) []byte {
	previous := rune(0)
	for i := 0; i < len(word); {
		r, size := utf8.DecodeRuneInString(word[i:])
		if k := r - t.base; k >= 0 && k < blockSize {
			if m := t.match(s.rules[k], word, i, previous); m != nil {
				b = append(b, m.text...)
				i += len(m.key)
				previous, _ = utf8.DecodeLastRuneInString(m.key)
				continue
			}
		}
		b = appendLatin(b, r, plainSpelling)
		previous = r
		i += size
	}
	return b
}

// match returns the first rule that fits at word[i:], or nil.
func (t *table) match(rules []rule, word string, i int, previous rune) *rule {
	for j := range rules {
		r := &rules[j]
		switch {
		case r.start && i != 0,
			r.after && !strings.ContainsRune(t.after, previous),
			!strings.HasPrefix(word[i:], r.key),
			r.end && i+len(r.key) != len(word):
			continue
		}
		return r
	}
	return nil
}

// read adds the spellings of word under the named systems.
func (t *table) read(word string, names []string, out *collector) {
	var buf [128]byte
	for _, name := range names {
		if out.full() {
			return
		}
		out.addBytes(name, t.append(buf[:0], t.systems[name], word))
	}
}
