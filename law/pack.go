// SPDX-License-Identifier: Apache-2.0

package law

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/interdict-dev/interdict/internal/errkind"
)

//go:embed rules.txt
var rulesText string

//go:embed licences.txt
var licencesText string

// Reading is the way in which this program reads and applies a pack. A pack
// names its own; one of another reading is refused and never read in a way that
// was not meant. Readings ever used: 1, the first. A change of what a rule or a
// licence *does* is a new reading, and the code keeps the older ones; a change
// of the rules themselves is only another pack.
const Reading = 1

// A Pack is a set of rules and general licences of one version: data that never
// changes once it is read, for any number of goroutines. It is compiled into
// every book.
type Pack struct {
	version  string
	text     string
	rules    []Rule
	licences []Licence
	byTag    map[string][]*Rule // by folded tag
	any      []*Rule            // for any tag: what a measure means
	alone    []*Rule            // the list alone decides
}

// The lines that divide the text of a pack.
const (
	packHead     = "interdict law 1\n"
	licencesLine = "\n==== licences ====\n"
)

// DefaultText returns the text of the pack of this program. Nothing is read.
func DefaultText() string { return packHead + rulesText + licencesLine + licencesText }

// Default returns the pack of this program, read when first asked for. A test
// holds its form, so an error here is our own impossible state.
var Default = sync.OnceValue(func() *Pack {
	p, err := ParsePack(DefaultText())
	if err != nil {
		panic("the built-in rule pack: " + err.Error())
	}
	return p
})

// ParsePack reads the text of a pack, as [Pack.Text] gives it.
func ParsePack(text string) (*Pack, error) {
	body, ok := strings.CutPrefix(text, packHead)
	if !ok {
		line, _, _ := strings.Cut(text, "\n")
		return nil, errkind.New(errkind.Invalid, fmt.Sprintf("a rule pack that begins with %.40q is not of reading %d, which this program knows: use a newer program", line, Reading))
	}
	rules, licences, ok := strings.Cut(body, licencesLine)
	if !ok {
		return nil, errors.New("a rule pack without licences: it is cut short")
	}
	rs, version, err := parseRules(rules)
	if err != nil {
		return nil, fmt.Errorf("rules: %w", err)
	}
	ls, other, err := parseLicences(licences)
	if err != nil {
		return nil, fmt.Errorf("licences: %w", err)
	}
	if version != other {
		return nil, fmt.Errorf("the rules are of version %q and the licences of %q", version, other)
	}
	p := newPack(rs, ls)
	p.version, p.text = version, text
	return p, nil
}

// Version names the pack for people. Two packs of one version may differ where
// somebody forgot to raise it; [Pack.Digest] tells them apart.
func (p *Pack) Version() string { return p.version }

// Text returns the pack as it was read, for keeping in a book.
func (p *Pack) Text() string { return p.text }

// Digest names the pack: "sha256:" and the SHA-256 of its text.
func (p *Pack) Digest() string { return DigestOf(p.text) }

// DigestOf returns what [Pack.Digest] is of a pack of this text.
func DigestOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "sha256:" + hex.EncodeToString(sum[:])
}
