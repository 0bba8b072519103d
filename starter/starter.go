// SPDX-License-Identifier: Apache-2.0

// Package starter holds the facts that are built into the program: designated
// cyber actors and enablers with one entry per list, the recorded joins that
// make parties of them, and the public claims about their infrastructure.
//
// It is no sanctions screen: it holds a small part of each list, as of the
// dates of [Facts.ListDate], and every answer from it says so. Parties that
// only evidence speaks of (threat groups, botnets, tools, companies that an
// advisory names) stand in the list [Intel] and carry no listing. No natural
// person is among them, and no compromised device: victims are not actors.
//
// The facts are the file facts.txt, one fact to a line, its columns divided by
// tabs. The first line is its format and version. A line that begins with a tab
// belongs to the entry above it:
//
//	date      DAY                                       the facts' own as-of date
//	list      LIST DAY TITLE                            a list, and the as-of date of its entries
//	source    KEY CLASS ORIGIN URL NAME
//	entry     REF KIND SOURCE
//	  name      KIND SCRIPT LANGUAGE FULL [SOURCE]      KIND may begin with "weak"; SOURCE where it is not the list
//	  born, founded  DATE or FROM/TO
//	  birthplace, gender, nationality, citizenship, country, title, website, email, phone, remarks, role  VALUE
//	  address   STREET CITY REGION POSTAL COUNTRY
//	  id        LABEL COUNTRY VALUE                     the label as the publisher prints it
//	  craft     TYPE FLAG OWNER MODEL OPERATOR BUILT
//	  property  NAME VALUE
//	  relation  KIND REF LABEL NAME
//	  listing   DAY PROGRAMS LEGAL-BASIS MEASURES URL   several are divided by "; "
//	  event     TYPE DAY LEGAL-BASIS COMMENT            of the listing above it
//	join      NUMBER REF REF DAY REASON
//	claim     ID FROM RELATION TO SOURCE FIRST LAST KIND ROLE SCOPE TEXT NOTE
//	timeline  DAY REF CLASS SOURCE WHAT NOTE
package starter

import (
	_ "embed"
	"fmt"
	"iter"
	"slices"
	"sync"

	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/identity"
	"github.com/interdict-dev/interdict/party"
)

// Intel is the list of parties that only evidence speaks of. Its entries are
// listed nowhere and have no listings: screening never reports them as listed.
const Intel party.ListID = "intel"

//go:embed facts.txt
var facts string

// embedded parses the built-in facts when they are first asked for.
var embedded = sync.OnceValue(func() *Facts {
	f, err := parse(facts)
	if err != nil {
		panic(fmt.Sprintf("starter: the built-in facts do not read, which their test should have found: %v", err))
	}
	return f
})

// Open returns the built-in facts.
func Open() *Facts { return embedded() }

// Lists returns the lists of the built-in facts, [Intel] as the last.
func Lists() []party.ListID { return Open().Lists() }

// Entries yields the built-in entries, those of one list together. The error
// is always nil: it is there so that the starter reads like every source.
func Entries() iter.Seq2[party.Entry, error] { return Open().Entries() }

// Claims returns the built-in claims. What an entry says of itself, its
// websites and wallets, is not among them: claim.Own reads it.
func Claims() []claim.Claim { return Open().Claims() }

// Joins returns the recorded decisions that make one party of several entries.
func Joins() []identity.Decision { return Open().Joins() }

// Date returns the day as of which the facts stand.
func Date() party.Date { return Open().Date() }

// Facts are the contents of a file of facts. They never change; callers must
// not change what the methods return.
type Facts struct {
	date    party.Date
	lists   []list
	entries []party.Entry
	origins []claim.Source // of each entry, who says so
	claims  []claim.Claim
	joins   []identity.Decision
	events  []Event
}

// list is one list of the facts.
type list struct {
	id    party.ListID
	date  party.Date
	title string
}

// An Event is one dated act about a party, for timelines.
type Event struct {
	Date   party.Date
	Party  party.Ref // zero where it is about none of ours
	Text   string
	Source claim.Source
	Note   string
}

// Date returns the day as of which the facts stand.
func (f *Facts) Date() party.Date { return f.date }

// Lists returns the lists in the order of the file.
func (f *Facts) Lists() []party.ListID {
	ids := make([]party.ListID, len(f.lists))
	for i, l := range f.lists {
		ids[i] = l.id
	}
	return ids
}

// ListDate returns the day as of which the entries of a list stand, and the
// zero Date for a list that the facts do not hold. It is the day of the newest
// act among them: an edition of the list that is newer replaces them.
func (f *Facts) ListDate(id party.ListID) party.Date { return f.list(id).date }

// ListTitle returns what the facts hold of a list, in words.
func (f *Facts) ListTitle(id party.ListID) string { return f.list(id).title }

func (f *Facts) list(id party.ListID) list {
	for _, l := range f.lists {
		if l.id == id {
			return l
		}
	}
	return list{}
}

// Entries yields the entries, those of one list together, in the order of the
// file. The error is always nil.
func (f *Facts) Entries() iter.Seq2[party.Entry, error] {
	return func(yield func(party.Entry, error) bool) {
		for _, e := range f.entries {
			if !yield(e, nil) {
				return
			}
		}
	}
}

// Entry returns one entry.
func (f *Facts) Entry(r party.Ref) (party.Entry, bool) {
	i := f.index(r)
	if i < 0 {
		return party.Entry{}, false
	}
	return f.entries[i], true
}

// Source returns who says what an entry says.
func (f *Facts) Source(r party.Ref) (claim.Source, bool) {
	i := f.index(r)
	if i < 0 {
		return claim.Source{}, false
	}
	return f.origins[i], true
}

func (f *Facts) index(r party.Ref) int {
	return slices.IndexFunc(f.entries, func(e party.Entry) bool { return e.Ref == r })
}

// Claims returns the claims in the order of the file.
func (f *Facts) Claims() []claim.Claim { return f.claims }

// Joins returns the recorded decisions in the order of the file.
func (f *Facts) Joins() []identity.Decision { return f.joins }

// Events returns the dated events in the order of the file.
func (f *Facts) Events() []Event { return f.events }
