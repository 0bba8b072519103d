// SPDX-License-Identifier: Apache-2.0

// Package bench measures what the program promises, on the machine at hand:
// how many altered names it finds and how many innocent ones it reports, by
// kind of alteration, and how fast.
//
// A [Deck] is a set of queries with known answers over one book. [Run] asks
// them all and returns a [Report] as data; the report says what it was measured
// on. Decks are read from files, or made from any book by [Make], so that no
// figure rests on one list of examples.
package bench

import (
	"github.com/interdict-dev/interdict/book"
	"github.com/interdict-dev/interdict/party"

	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// A Case is one query of a deck.
type Case struct {
	ID     string   `json:"id"`
	Kind   string   `json:"kind"`             // "pos" or "neg"
	Class  string   `json:"class"`            // what was altered: "typo1"; for negatives "easy" or "hard"
	Origin string   `json:"origin,omitempty"` // the writing that the name comes from: "russian"
	Type   string   `json:"type,omitempty"`   // a kind of party, as "person" or "business"; "" is not said
	Query  string   `json:"query"`
	Listed string   `json:"listed,omitempty"` // the name that was altered
	List   string   `json:"list,omitempty"`   // the list of the entries that count as right; "" is any
	Expect []string `json:"expect,omitempty"` // identifiers of entries that count as right
}

// A DeckInfo names a deck.
type DeckInfo struct {
	Digest string         `json:"digest"`         // SHA-256 of the deck as WriteDeck writes it
	From   string         `json:"from,omitempty"` // the file, or how it was made; filled in by the caller
	Kinds  map[string]int `json:"records"`        // cases of each kind of record: control, manipulated, innocent
}

// describe names a deck.
func describe(deck []Case) DeckInfo {
	sum := sha256.New()
	d := DeckInfo{Kinds: map[string]int{}}
	if err := WriteDeck(sum, deck); err != nil {
		panic("a deck is plain values, and a hash takes all: " + err.Error())
	}
	for i := range deck {
		d.Kinds[deck[i].Record()]++
	}
	d.Digest = "sha256:" + hex.EncodeToString(sum.Sum(nil))
	return d
}

// ReadDeck reads a deck, one JSON object a line.
func ReadDeck(r io.Reader) ([]Case, error) {
	var deck []Case
	in := bufio.NewReader(r)
	for n := 1; ; n++ {
		line, err := in.ReadString('\n')
		if strings.TrimSpace(line) != "" {
			var c Case
			if e := json.Unmarshal([]byte(line), &c); e != nil {
				return nil, fmt.Errorf("deck line %d: %w", n, e)
			}
			if c.Kind != "pos" && c.Kind != "neg" {
				return nil, fmt.Errorf("deck line %d: kind %q, want pos or neg", n, c.Kind)
			}
			deck = append(deck, c)
		}
		if err == io.EOF {
			return deck, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read deck: %w", err)
		}
	}
}

// WriteDeck writes a deck, one JSON object a line.
func WriteDeck(w io.Writer, deck []Case) error {
	out := bufio.NewWriter(w)
	e := json.NewEncoder(out)
	for _, c := range deck {
		if err := e.Encode(c); err != nil {
			return err
		}
	}
	return out.Flush()
}

// Innocents returns the built-in sample of innocent names.
func Innocents() map[party.Kind][]string { return ParseInnocents(book.InnocentSample()) }

// ParseInnocents reads innocent names, one a line: persons after "p ", others
// after "t ". Other lines are comments.
func ParseInnocents(text string) map[party.Kind][]string {
	out := map[party.Kind][]string{}
	for line := range strings.Lines(text) {
		kind, name, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch kind {
		case "p":
			out[party.Person] = append(out[party.Person], name)
		case "t":
			out[party.Organization] = append(out[party.Organization], name)
		}
	}
	return out
}
