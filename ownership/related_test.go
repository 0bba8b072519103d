// SPDX-License-Identifier: Apache-2.0

package ownership

import (
	"iter"
	"strings"
	"testing"

	"github.com/interdict-dev/interdict/party"
)

func seq(es ...*party.Entry) iter.Seq[*party.Entry] {
	return func(yield func(*party.Entry) bool) {
		for _, e := range es {
			if !yield(e) {
				return
			}
		}
	}
}

func entry(id string, kind party.Kind, rs ...party.Relation) *party.Entry {
	return &party.Entry{Ref: ref(id), Kind: kind, Names: []party.Name{{Full: id}}, Relations: rs}
}

func TestLinksAreOneFactFromBothEnds(t *testing.T) {
	ls := NewLinks(seq(
		entry("Zhou", party.Person, party.Relation{Kind: party.Owns, Label: "Owns, controls, or operates", To: ref("Heiying")}),
		entry("Heiying", party.Organization, party.Relation{Kind: party.OwnedBy, Label: "Owned or Controlled By", To: ref("Zhou")}),
	))
	got := ls.Of(ref("Heiying"))
	if len(got) != 1 || ls.Len() != 1 || got[0].Subject != ref("Heiying") || got[0].Object != ref("Zhou") || !got[0].Both || got[0].Doubt != "" {
		t.Errorf("%+v, want one link from Heiying to Zhou, stated from both ends", got)
	}
	if text := got[0].Text(func(r party.Ref) string { return r.ID }); text != "Heiying: owned by: Zhou, no share is stated" {
		t.Errorf("%q", text)
	}
}

func TestDirectionIsChecked(t *testing.T) {
	for _, c := range []struct {
		a, b  *party.Entry
		doubt string
	}{
		{entry("P", party.Person, party.Relation{Kind: party.OwnedBy, To: ref("C")}), entry("C", party.Organization), "cannot be owned"},
		{entry("C", party.Organization, party.Relation{Kind: party.LeaderOf, To: ref("P")}), entry("P", party.Person), "cannot lead"},
		{entry("A", party.Organization, party.Relation{Kind: party.OwnedBy, To: ref("B")}), entry("B", party.Organization, party.Relation{Kind: party.OwnedBy, To: ref("A")}), "both directions"},
		{entry("A", party.Organization, party.Relation{Kind: party.OwnedBy, To: ref("B")}), entry("B", party.Organization), ""},
		{entry("P", party.Person, party.Relation{Kind: party.LeaderOf, To: ref("B")}), entry("B", party.Organization), ""},
	} {
		got := NewLinks(seq(c.a, c.b)).Of(c.a.Ref)
		if len(got) == 0 || c.doubt == "" && got[0].Doubt != "" || !strings.Contains(got[0].Doubt, c.doubt) {
			t.Errorf("%s: %+v, want doubt %q", c.a.Ref, got, c.doubt)
		}
	}
}

// The facts are those of OFAC's file of 2025-11-19.
func TestSuspectNeedsTwoFamilies(t *testing.T) {
	aeza := Profile{Ref: ref("aeza"), Name: "Aeza Group LLC", Addresses: []string{"Ul. Zolnaya d. 15"}, Phones: []string{"+7 812 000 00 00"}, Officers: []party.Ref{ref("officer")}}
	d := Designation{Party: aeza, Entry: party.Ref{List: "us-ofac-sdn", ID: "54566"}, On: date("2025-07-01")}
	hypercore := Profile{Ref: ref("hypercore"), Kind: party.Organization, Founded: date("2025-07-03"), Addresses: []string{"UL ZOLNAYA D 15"}, Source: "test"}
	stated := NewLinks(seq(entry("hypercore", party.Organization, party.Relation{Kind: party.OwnedBy, Label: "Owned or Controlled By", To: ref("aeza")})))
	few, many := func(string) int { return 2 }, func(string) int { return 4000 }
	early, officer, person := hypercore, hypercore, hypercore
	early.Founded = date("2024-01-01")
	officer.Officers, officer.Addresses = []party.Ref{ref("officer")}, nil
	person.Kind = party.Person
	for _, c := range []struct {
		name   string
		p      Profile
		links  *Links
		shared func(string) int
		want   bool
	}{
		{"two days later and the same rare address", hypercore, nil, few, true},
		{"a formation agent's address is nothing", hypercore, nil, many, false},
		{"nobody knows how common the address is", hypercore, nil, nil, false},
		{"two days later and a stated relation", hypercore, stated, nil, true},
		{"the relation alone", early, stated, nil, false},
		{"two days later and the same officer", officer, nil, nil, true},
		{"a natural person", person, stated, few, false},
	} {
		s, got := Suspect(c.p, d, c.links, c.shared)
		if got != c.want {
			t.Errorf("%s: %v %+v, want %v", c.name, got, s.Signals, c.want)
		}
		for _, g := range s.Signals {
			if strings.Contains(g.Evidence, "local/officer") || g.Evidence == "" {
				t.Errorf("%s: %q names a person or nothing", c.name, g.Evidence)
			}
		}
	}
}

func TestJoinByIdentifierThenByReview(t *testing.T) {
	id := func(s party.Scheme, country, v string) []party.Identifier {
		return []party.Identifier{party.NewIdentifier(s, country, v)}
	}
	listed := seq(
		&party.Entry{Ref: ref("sdn/1"), Identifiers: id(party.TaxID, "ru", "7813654490")},
		&party.Entry{Ref: ref("sdn/2"), Identifiers: id(party.Registration, "gb", "16558658")},
	)
	parties := seq(
		&party.Entry{Ref: ref("a"), Identifiers: id(party.TaxID, "ru", "7813654490")},
		&party.Entry{Ref: ref("b"), Identifiers: id(party.TaxID, "by", "7813654490")},
		&party.Entry{Ref: ref("c"), Identifiers: id(party.Registration, "gb", "16558658")},
		&party.Entry{Ref: ref("d"), Names: []party.Name{{Full: "Aeza Group LLC"}}},
		&party.Entry{Ref: ref("e"), Identifiers: id(party.Registration, "de", "16558658")},
	)
	var got []string
	for _, j := range Join(parties, listed, map[party.Ref]party.Ref{ref("d"): ref("sdn/1")}) {
		got = append(got, j.Party.ID+"="+j.Entry.ID+" "+j.By)
	}
	if s, want := strings.Join(got, "|"), "a=sdn/1 tax 7813654490|c=sdn/2 registration 16558658|d=sdn/1 reviewed match"; s != want {
		t.Errorf("%s, want %s", s, want)
	}
}
