// SPDX-License-Identifier: Apache-2.0

package names

import (
	_ "embed"
	"fmt"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"
)

// A Feature is one thing that a comparison counts or measures. A comparison is
// the sum of feature values times weights, so its parts can be shown and its
// weights fitted.
type Feature uint8

// The features. Information is in milli-nats; a count is in thousandths.
const (
	FBias           Feature = iota // 1000, always
	FSame                          // information of words that are the same
	FReading                       // ... that are equal in a reading, or spellings of one name
	FSpellingCost                  // cost of those
	FFar                           // how far the vowels of those lie apart, in thousandths of a vowel
	FTypo                          // information of words a typo apart
	FTypoCost                      // cost of those
	FNickname                      // count of nicknames
	FGlued                         // count of pairs that were written together or apart
	FInitial                       // count of initials that fit
	FAcronym                       // 1000 for an acronym of three letters that fits, a little more for a longer one
	FGeneric                       // information of business words, places and particles that are paired
	FGenericAlone                  // information of those, up to a limit, when no naming word is paired and something is left over
	FNumber                        // numbers that are paired, by their length
	FLegalSame                     // 1000 when the legal forms are of one class
	FLegalOther                    // 1000 when both have a legal form and the classes differ
	FExtra                         // count of naming words that only the subject has
	FExtraInfo                     // their information
	FExtraMinor                    // of those, patronymics and initials
	FMissing                       // count of naming words that only the listed name has
	FMissingInfo                   // their information
	FMissingFamily                 // of those, family names
	FMissingMinor                  // of those, middle names, patronymics and initials
	FExtraGeneric                  // information of business words, places and particles that only the subject has
	FMissingGeneric                // ... that only the listed name has
	FExtraNumber                   // count of numbers that only one of the two has
	FNumberClash                   // 1000 when each has a number that the other has not
	FPlaceClash                    // 1000 when each has a place that the other has not
	FNameClash                     // count of naming words or places of which each has one that the other has not
	FComplete                      // 1000 when no word but silent ones and legal forms is left over
	FCompleteWords                 // count of naming pairs, at most four, when that is so
	FExact                         // 1000 when that is so and every pair is of the same words
	FSingle                        // 1000 when one naming word alone is paired
	FSingleNear                    // 1000 when that one is not the same word
	FNone                          // 1000 when no naming word is paired; half when all words are, twice when numbers and legal forms alone are
	FTurned                        // 1000 when the son in one name is the father in the other
	NumFeatures
)

var featureNames = [NumFeatures]string{"bias", "same", "reading", "spelling-cost", "far", "typo", "typo-cost", "nickname", "glued", "initial", "acronym",
	"generic", "generic-alone", "number", "legal-same", "legal-other", "extra", "extra-info", "extra-minor", "missing", "missing-info", "missing-family", "missing-minor",
	"extra-generic", "missing-generic", "extra-number", "number-clash", "place-clash", "name-clash", "complete", "complete-words", "exact", "single", "single-near", "none", "turned"}

// String returns the feature's name in the model file.
func (f Feature) String() string { return featureNames[f] }

// Weights hold the weight of each feature in thousandths: evidence in
// milli-nats is the sum of value times weight over 1000.
type Weights [NumFeatures]int32

// Vector holds the value of each feature in one comparison.
type Vector [NumFeatures]int32

// An Other is a piece of evidence beside the name.
type Other uint8

// The pieces of evidence that a screening weighs beside names.
const (
	BirthDay     Other = iota // same day of birth
	BirthMonth                // same month, the day not known
	BirthYear                 // same year, no more known
	BirthSwapped              // day and month exchanged
	BirthNear                 // a year off, or inside a range or an approximate date
	BirthOther                // another date of birth
	CountrySame
	CountryOther
	GenderSame
	GenderOther
	PlaceSame // same city and street, or same place of birth
	CitySame
	KindOther       // a person asked for, an organisation listed, or the like
	IdentifierSame  // a strong identifier, its check digits right where it has any
	IdentifierOther // both have one of a scheme that a party has once, and they differ
	numOthers
)

var otherNames = [numOthers]string{"birth-day", "birth-month", "birth-year", "birth-swapped", "birth-near", "birth-other", "country-same", "country-other",
	"gender-same", "gender-other", "place-same", "city-same", "kind-other", "identifier-same", "identifier-other"}

// String returns the name of the evidence in the model file.
func (o Other) String() string { return otherNames[o] }

// A Model holds all numbers of a comparison. It is data with a version, is
// compiled into every book, and never changes once it is loaded.
type Model struct {
	Version string
	Weights [NumModes]Weights
	Others  [numOthers]int32
	// probability, in ten-thousandths, of evidence step*i milli-nats
	probability []int32
	text        string
}

const probabilityStep = 50

//go:embed model.txt
var modelText string

// Default returns the model that this program was built with.
var Default = sync.OnceValue(func() *Model {
	m, err := ParseModel(modelText)
	if err != nil {
		panic("the built-in model: " + err.Error())
	}
	return m
})

// Text returns the model as it was read, for keeping in a book.
func (m *Model) Text() string { return m.text }

// Probability returns the probability, in ten-thousandths, that a pair with
// this evidence is one party, at an even prior. It never says 0 or 10,000.
func (m *Model) Probability(evidence int32) int32 {
	if evidence < 0 {
		return 10000 - m.Probability(-evidence)
	}
	i := int(evidence) / probabilityStep
	if i >= len(m.probability)-1 {
		return m.probability[len(m.probability)-1]
	}
	lo, hi := m.probability[i], m.probability[i+1]
	return lo + (hi-lo)*(evidence%probabilityStep)/probabilityStep
}

// Evidence returns the least evidence whose probability reaches p
// ten-thousandths.
func (m *Model) Evidence(p int32) int32 {
	top := int32(len(m.probability)-1) * probabilityStep
	return int32(sort.Search(int(2*top), func(i int) bool { return m.Probability(int32(i)-top) >= p })) - top
}

// ParseModel reads a model: see model.txt for the form. Every weight must be
// there exactly once.
func ParseModel(text string) (*Model, error) {
	m := &Model{text: text}
	seen := map[string]bool{}
	n := 0
	for line := range strings.Lines(text) {
		n++
		line = strings.TrimSpace(line)
		f := strings.Fields(line)
		if len(f) == 0 || f[0][0] == '#' {
			continue
		}
		if err := m.set(f, seen); err != nil {
			return nil, fmt.Errorf("model line %d: %w", n, err)
		}
	}
	if m.Version == "1" || m.Version == "2" { // before FFar, which said nothing then
		for _, mode := range modeNames {
			seen[mode+" "+FFar.String()] = true
		}
	}
	if want := int(NumModes)*int(NumFeatures) + int(numOthers); len(seen) != want || m.Version == "" || len(m.probability) < 2 {
		return nil, fmt.Errorf("model: %d weights, want %d, and a version and probabilities", len(seen), want)
	}
	return m, nil
}

var modeNames = [NumModes]string{"persons", "things"}

// String returns the mode's name in the model file.
func (m Mode) String() string { return modeNames[m] }

func (m *Model) set(f []string, seen map[string]bool) error {
	switch {
	case f[0] == "version" && len(f) == 2:
		m.Version = f[1]
		return nil
	case f[0] == "probability":
		for _, s := range f[1:] {
			p, err := strconv.ParseInt(s, 10, 32)
			if err != nil {
				return err
			}
			m.probability = append(m.probability, int32(p))
		}
		return nil
	case len(f) != 3:
		return fmt.Errorf("%q: want three words", strings.Join(f, " "))
	}
	v, err := strconv.ParseInt(f[2], 10, 32)
	if err != nil {
		return err
	}
	key := f[0] + " " + f[1]
	if seen[key] {
		return fmt.Errorf("%s stands twice", key)
	}
	seen[key] = true
	if f[0] == "evidence" {
		if i := slices.Index(otherNames[:], f[1]); i >= 0 {
			m.Others[i] = int32(v)
			return nil
		}
		return fmt.Errorf("unknown evidence %q", f[1])
	}
	mode, feature := slices.Index(modeNames[:], f[0]), slices.Index(featureNames[:], f[1])
	if mode < 0 || feature < 0 {
		return fmt.Errorf("unknown weight %q", key)
	}
	m.Weights[mode][feature] = int32(v)
	return nil
}
