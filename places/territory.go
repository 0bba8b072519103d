// SPDX-License-Identifier: Apache-2.0

package places

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"github.com/interdict-dev/interdict/party"
)

//go:embed territories.txt
var territoriesText string

// GazetteerText returns the text of the gazetteer of this program. Nothing is
// read.
func GazetteerText() string { return territoriesText }

// Default returns the gazetteer of this program, read when first asked for. The
// file is embedded and a test holds its form.
var Default = sync.OnceValue(func() *Gazetteer {
	g, err := ParseGazetteer(territoriesText)
	if err != nil {
		panic("places: the embedded gazetteer: " + err.Error())
	}
	return g
})

// ParseGazetteer reads the form that the head of territories.txt describes. A
// word of that file which this program does not know is an error: the file is of
// a newer program.
func ParseGazetteer(text string) (*Gazetteer, error) {
	places, err := parseTerritories(text)
	if err != nil {
		return nil, err
	}
	g := newGazetteer(places)
	g.text = text
	return g, nil
}

// Text returns the gazetteer as it was read, for keeping in a book.
func (g *Gazetteer) Text() string { return g.text }

// A Territory is a place that sanctions law singles out.
type Territory struct {
	Key   string // "crimea"
	Code  string // as [Country] returns it: "ua-cri"
	Name  string
	Rules []Rule

	note      string
	spellings []spelling
	citizens  string   // why the law counts citizens wherever they live; "" where it does not
	tlds      []string // top-level domains
	dials     []string // beginnings of phone numbers, with the code of the country
	postcodes []postcode
}

// A postcode is the beginning of postcodes of a territory as one country has them.
type postcode struct {
	country, prefix string
	length          int
}

// rulesOn returns the rules that hold on a date.
func (t *Territory) rulesOn(on party.Date) []Rule {
	var out []Rule
	for _, r := range t.Rules {
		if r.holds(on) {
			out = append(out, r)
		}
	}
	return out
}

// A Rule is what one regime says of a territory, over the days on which it held.
type Rule struct {
	Regime    string     // "us-ofac", "us-bis", "eu", "uk", "un"
	From      party.Date // the first day
	To        party.Date // the last day; zero while it stands
	Measure   string     // "embargo": nearly all trade and services; "partial": what the authority names
	Authority string
	Source    string
	Confirm   bool // written from general knowledge: read the source before a filing depends on it
}

// holds says that the rule holds on a date; the zero Date asks for any day.
func (r Rule) holds(on party.Date) bool {
	if on.IsZero() {
		return true
	}
	return on.Last().Compare(r.From) >= 0 && (r.To.IsZero() || on.Compare(r.To) <= 0)
}

type spelling struct {
	text string
	by   By
}

// parseTerritories reads the form that the head of territories.txt describes.
func parseTerritories(text string) ([]*Territory, error) {
	var all []*Territory
	n := 0
	for line := range strings.Lines(text) {
		n++
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		word, rest, _ := strings.Cut(line, " ")
		if word == "place" {
			f := strings.SplitN(rest, " ", 3)
			if len(f) != 3 {
				return nil, fmt.Errorf("line %d: a place needs key, code and name", n)
			}
			all = append(all, &Territory{Key: f[0], Code: f[1], Name: f[2]})
			continue
		}
		if len(all) == 0 {
			return nil, fmt.Errorf("line %d: %s stands before the first place", n, word)
		}
		if err := all[len(all)-1].read(word, rest); err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
	}
	return all, nil
}

func (t *Territory) read(word, rest string) error {
	switch word {
	case "note":
		t.note = rest
		return nil
	case "rule":
		r, err := parseRule(rest)
		t.Rules = append(t.Rules, r)
		return err
	case "citizens":
		t.citizens = rest
		return nil
	case "domain":
		t.tlds = strings.Split(rest, "|")
		return nil
	case "phone":
		t.dials = strings.Split(rest, "|")
		return nil
	case "postcode":
		return t.readPostcodes(rest)
	}
	by, ok := byWord(word)
	if !ok || by >= ByCountry && by < byWeak {
		return fmt.Errorf("%q is no word of this file", word)
	}
	for s := range strings.SplitSeq(rest, "|") {
		t.spellings = append(t.spellings, spelling{s, by})
	}
	return nil
}

// readPostcodes reads "ru 6 295|296": country, number of digits, beginnings.
func (t *Territory) readPostcodes(rest string) error {
	f := strings.Fields(rest)
	if len(f) != 3 {
		return fmt.Errorf("%q: postcodes need country, length and beginnings", rest)
	}
	n, err := strconv.Atoi(f[1])
	if err != nil {
		return fmt.Errorf("%q: %w", rest, err)
	}
	for prefix := range strings.SplitSeq(f[2], "|") {
		t.postcodes = append(t.postcodes, postcode{f[0], prefix, n})
	}
	return nil
}

func parseRule(s string) (Rule, error) {
	text, source, ok := strings.Cut(s, " ; ")
	f := strings.SplitN(text, " ", 5)
	if !ok || len(f) != 5 {
		return Rule{}, fmt.Errorf("%q is no rule: want regime, from, to, measure, authority ; source", s)
	}
	r := Rule{Regime: f[0], Measure: f[3], Authority: f[4]}
	r.Source, r.Confirm = strings.CutSuffix(source, " confirm")
	var err error
	if r.From, err = party.ParseDate(f[1]); err != nil {
		return Rule{}, err
	}
	if f[2] != "-" {
		r.To, err = party.ParseDate(f[2])
	}
	return r, err
}

// Territories returns every territory that the gazetteer knows.
func (g *Gazetteer) Territories() []Territory {
	all := make([]Territory, 0, len(g.places))
	for _, t := range g.places {
		all = append(all, *t)
	}
	return all
}
