// SPDX-License-Identifier: Apache-2.0

package lexicon

import (
	"unicode"
	"unicode/utf8"
)

// A Piece is a part of a name that is written without blanks: its bytes from
// Start to End, and what they mean. The zero Meaning marks the fancy name, the
// part that is the company's own.
type Piece struct {
	Start, End int
	Meaning    Meaning
}

// segmentWindow is the most characters of one dictionary word in Segment; the
// longest forms that companies of China, Japan, Korea and Thailand carry are
// shorter.
const segmentWindow = 14

// segmentMost is the most characters that Segment reads between two separators;
// what is longer is no name and is returned as one piece.
const segmentMost = 500

// Segment cuts an organisation's name that is written without blanks, in Han,
// Kana, Hangul or Thai, into place, fancy name, trade words and legal form:
//
//	北京永信至诚科技股份有限公司 → 北京 | 永信至诚 | 科技 | 股份有限公司
//
// It takes the cheapest cover by dictionary words and unknown runs, in time
// linear in the length; a run of over 500 characters is one unknown piece.
// Blanks and punctuation separate pieces and belong to none. A single character is a word of its own only where it closes the name
// (厂, 院), and a rest of one character is joined to its neighbour: Chinese law
// wants at least two in a fancy name.
func Segment(s string) []Piece {
	runes := decode(s)
	var out []Piece
	for i := 0; i < len(runes); {
		if separates(runes[i].r) {
			i++
			continue
		}
		j := i
		for j < len(runes) && !separates(runes[j].r) {
			j++
		}
		if j-i > segmentMost {
			out = append(out, Piece{Start: runes[i].start, End: runes[j-1].end})
		} else {
			out = append(out, cut(s, runes[i:j])...)
		}
		i = j
	}
	return out
}

// A char is a character of the input with the place of its bytes.
type char struct {
	r          rune
	start, end int
}

func decode(s string) []char {
	out := make([]char, 0, len(s)/2)
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		out = append(out, char{r, i, i + size})
		i += size
	}
	return out
}

func separates(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsPunct(r) && r != '㈱' && r != 'ー' && r != '・' || r == 0x200B
}

// The costs of a cover, chosen by hand on the names of testdata/segment.txt: a
// word costs less than two unknown characters, a run of unknown ones has a
// price of its own, so that a name is not shredded.
const (
	costWord    = 8
	costUnknown = 10
	costRun     = 6
	costLone    = 6  // more, for a run of one
	costSingle  = 14 // a single character that closes the name
)

// cut covers one run of characters without separators.
func cut(s string, cs []char) []Piece {
	type step struct {
		cost    int
		from    int
		unknown bool // ends in a run of two or more, which may go on
		m       Meaning
	}
	steps := make([]step, len(cs)+1)
	for i := range cs {
		steps[i+1].cost = 1 << 30
	}
	folded, at := foldRun(cs)
	dictionary := wordStore()
	relax := func(to int, s step) {
		if s.cost < steps[to].cost || s.cost == steps[to].cost && s.m.Class != None {
			steps[to] = s
		}
	}
	for i := range cs {
		cost := steps[i].cost
		if steps[i].unknown {
			relax(i+1, step{cost: cost + costUnknown, from: i, unknown: true})
		}
		relax(i+1, step{cost: cost + costRun + costUnknown + costLone, from: i})
		if i+2 <= len(cs) {
			relax(i+2, step{cost: cost + costRun + 2*costUnknown, from: i, unknown: true})
		}
		if n := numberAt(cs[i:]); n > 0 {
			relax(i+n, step{cost: cost + costWord, from: i, m: Meaning{Class: Numeral}})
		}
		for n := 1; n <= segmentWindow && i+n <= len(cs); n++ {
			c := costWord
			if n == 1 {
				if i+n != len(cs) || i == 0 {
					continue
				}
				c = costSingle
			}
			m, ok := dictionary.meaning(find(dictionary, folded[at[i]:at[i+n]]), Organisation)
			if !ok || n == 1 && m.Class != Organ || m.Class == Numeral || m.Class == Link {
				continue
			}
			if m.Class == Place {
				n += placeSuffix(cs[i+n:])
			}
			relax(i+n, step{cost: cost + c, from: i, m: m})
		}
	}
	var back []Piece
	for i := len(cs); i > 0; i = steps[i].from {
		p := Piece{cs[steps[i].from].start, cs[i-1].end, steps[i].m}
		if last := len(back) - 1; last >= 0 && steps[i].m.Class == None && back[last].Meaning.Class == None {
			back[last].Start = p.Start
			continue
		}
		back = append(back, p)
	}
	for i, j := 0, len(back)-1; i < j; i, j = i+1, j-1 {
		back[i], back[j] = back[j], back[i]
	}
	return keepFancy(s, joinSingles(s, back))
}

// foldRun returns the folded bytes of a run and where each character starts in
// them, and the end.
func foldRun(cs []char) (folded []byte, at []int) {
	han := hanTable()
	folded, at = make([]byte, 0, 4*len(cs)), make([]int, 0, len(cs)+1)
	for _, c := range cs {
		at = append(at, len(folded))
		if r := level(c.r, han); r >= 0 {
			folded = utf8.AppendRune(folded, r)
		}
	}
	return folded, append(at, len(folded))
}

// keepFancy sees that a name has a part of its own: where every word is known
// and two places lead, the second is the fancy name, for a company of Dalian may
// well be called after another town; one with its rank (县, 市) stays a place.
func keepFancy(s string, ps []Piece) []Piece {
	last := -1
	for i, p := range ps {
		if p.Meaning.Class == None {
			return ps
		}
		if p.Meaning.Class == Place && i == last+1 {
			last = i
		}
	}
	if last < 1 || last == len(ps)-1 {
		return ps
	}
	if m, ok := WordIn(s[ps[last].Start:ps[last].End], In(Place)); ok && m == ps[last].Meaning {
		ps[last].Meaning = Meaning{}
	}
	return ps
}

// placeSuffix counts the characters after a place that only say its rank.
func placeSuffix(rest []char) int {
	for _, suffix := range [...]string{"维吾尔自治区", "壮族自治区", "回族自治区", "特别行政区", "自治区", "自治州", "地区", "省", "市", "县"} {
		n := 0
		for _, r := range suffix {
			if n >= len(rest) || hanTable().level(rest[n].r) != r {
				n = -1
				break
			}
			n++
		}
		if n > 0 {
			return n
		}
	}
	return 0
}

// level is the simplified form of any character.
func (m *hanMap) level(r rune) rune {
	if !isHan(r) {
		return r
	}
	return m.simplified(r)
}

// numberAt counts the characters of a number at the start: digits, or a Han
// numeral after 第.
func numberAt(cs []char) int {
	n := 0
	for n < len(cs) {
		if _, ok := digit(cs[n].r); !ok {
			break
		}
		n++
	}
	if n > 0 || cs[0].r != '第' && cs[0].r != '제' {
		return n
	}
	n = 1
	for n < len(cs) {
		if _, ok := digit(cs[n].r); !ok && hanDigit(cs[n].r) < 0 && hanUnit(cs[n].r) == 0 {
			break
		}
		n++
	}
	if n == 1 {
		return 0
	}
	return n
}

// joinSingles joins an unknown piece of one Han character to its neighbour: to
// the trade words before it where they would be all of the fancy name (动力源),
// else to the one after it, else to the one before.
func joinSingles(s string, ps []Piece) []Piece {
	fancy := false
	for i := 0; i < len(ps); i++ {
		p := ps[i]
		r, size := utf8.DecodeRuneInString(s[p.Start:])
		if p.Meaning.Class != None || size != p.End-p.Start || !isHan(r) {
			fancy = fancy || p.Meaning.Class == None
			continue
		}
		before, after := i > 0 && joinable(ps[i-1]), i+1 < len(ps) && joinable(ps[i+1])
		switch {
		case before && (!fancy || !after):
			ps[i-1] = Piece{ps[i-1].Start, p.End, Meaning{}}
			ps = append(ps[:i], ps[i+1:]...)
			i--
		case after:
			ps[i].End = ps[i+1].End
			ps = append(ps[:i+1], ps[i+2:]...)
		}
		fancy = true
	}
	return ps
}

func joinable(p Piece) bool {
	switch p.Meaning.Class {
	case Trade, Quality, Direction, None:
		return true
	}
	return false
}
