// SPDX-License-Identifier: Apache-2.0

package law

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/interdict-dev/interdict/party"
)

func day(s string) party.Date {
	d, err := party.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

// said writes effects as "us-ofac:block+ us-bis:export-licence", with + for
// those that cascade.
func said(es []Effect) string {
	var out []string
	for _, e := range es {
		s := string(e.Regime) + ":" + string(e.IfConfirmed)
		if e.Cascades {
			s += "+"
		}
		out = append(out, s)
	}
	return strings.Join(out, " ")
}

func TestEffects(t *testing.T) {
	sdn := func(programs string, measures ...string) party.Listing {
		return party.Listing{List: "us-ofac-sdn", Programs: split(programs), Measures: measures, Listed: day("2025-01-03")}
	}
	of := func(list, measures string) party.Listing {
		l := party.Listing{List: party.ListID(list)}
		if measures != "" {
			l.Measures = strings.Split(measures, "|")
		}
		return l
	}
	for _, c := range []struct {
		name string
		l    party.Listing
		on   string
		want string
	}{
		{"Integrity Technology Group", sdn("CYBER2", "Block"), "2025-06-01", "us-ofac:block+"},
		{"the day before", sdn("CYBER2", "Block"), "2025-01-02", ""},
		{"the day itself", sdn("CYBER2", "Block"), "2025-01-03", "us-ofac:block+"},
		{"formats without measures", sdn("CYBER2"), "2025-06-01", "us-ofac:block+"},
		{"two programs", sdn("CYBER2,IFSR", "Block"), "2025-06-01", "us-ofac:block+ us-ofac:review"},
		{"a flag alone does not hide the block", sdn("IFSR", "Block"), "2025-06-01", "us-ofac:block+"},
		{"a tag that nobody knows", sdn("MOON-EO15000", "Block"), "2025-06-01", "us-ofac:block+"},
		{"a tag that nobody knows, no measure", sdn("MOON-EO15000"), "2025-06-01", "us-ofac:review"},
		{"the export side of an SDN, the Affiliates Rule suspended", sdn("RUSSIA-EO14024", "Block"), "2026-01-01", "us-ofac:block+ us-bis:export-licence"},
		{"and in force", sdn("RUSSIA-EO14024", "Block"), "2025-10-15", "us-ofac:block+ us-bis:export-licence+"},
		{"and back", sdn("RUSSIA-EO14024", "Block"), "2026-11-10", "us-ofac:block+ us-bis:export-licence+"},
		{"a bank under 14024 and a directive of 13662", sdn("RUSSIA-EO14024,UKRAINE-EO13662", "Block", "13662 Sectoral Directive 1"), "2025-06-01",
			"us-ofac:block+ us-bis:export-licence us-ofac:reject+"},
		{"blocked under 13662", sdn("UKRAINE-EO13662", "Block"), "2025-06-01", "us-ofac:block+ us-bis:export-licence"},
		{"the directive alone", party.Listing{List: "us-ofac-ssi", Programs: []string{"UKRAINE-EO13662"}, Measures: []string{"13662 Sectoral Directive 4"}}, "2025-06-01", "us-ofac:reject+"},
		{"the directive, list without measures", party.Listing{List: "us-ofac-ssi", Programs: []string{"UKRAINE-EO13662"}}, "2025-06-01", "us-ofac:reject+"},
		{"a menu, not a block", party.Listing{List: "us-ofac-cons", Programs: []string{"RUSSIA-EO14024"}, Measures: []string{"Executive Order 14024 Directive 2"}}, "2025-06-01", "us-ofac:reject+"},
		{"a menu that is not said", party.Listing{List: "us-ofac-cons", Programs: []string{"RUSSIA-EO14024"}}, "2025-06-01", "us-ofac:review"},
		{"securities only", party.Listing{List: "us-ofac-cmic", Programs: []string{"CMIC-EO13959"}, Measures: []string{"CMIC Executive Order"}}, "2025-06-01", "us-ofac:reject"},
		{"rejected, not blocked", party.Listing{List: "us-ofac-plc", Programs: []string{"NS-PLC"}, Measures: []string{"Reject"}}, "2025-06-01", "us-ofac:reject"},
		{"conditions that nobody knows", sdn("SDGT", "NDAA Special Conditions"), "2025-06-01", "us-ofac:review"},
		{"a program that ended, on the list", sdn("SYRIA", "Block"), "2025-06-30", "us-ofac:block+"},
		{"and after it", sdn("SYRIA"), "2025-07-01", "us-ofac:review"},
		{"no program", sdn("", "Block"), "2025-06-01", "us-ofac:block+"},
		{"delisted", party.Listing{List: "us-ofac-sdn", Programs: []string{"SDGT"}, Delisted: day("2025-01-01")}, "2025-01-01", ""},
		{"Entity List", of("us-bis-el", ""), "2025-09-28", "us-bis:export-licence"},
		{"Entity List with the Affiliates Rule", of("us-bis-el", ""), "2025-09-29", "us-bis:export-licence+"},
		{"Entity List in the consolidated screening list", party.Listing{List: "us-csl", Authority: "Entity List (EL) - Bureau of Industry and Security"}, "2026-01-01", "us-bis:export-licence"},
		{"Unverified List", of("us-bis-uvl", ""), "2026-01-01", "us-bis:review"},
		{"SDN in the consolidated screening list", party.Listing{List: "us-csl", Authority: "Specially Designated Nationals (SDN) - Treasury Department", Programs: []string{"CYBER2"}}, "2026-01-01", "us-ofac:block+"},
		{"UK freeze", of("uk-fcdo", "Asset freeze"), "2026-01-01", "uk:freeze+"},
		{"UK freeze and ban", of("uk-fcdo", "Asset freeze|Travel Ban"), "2026-01-01", "uk:freeze+ uk:review"},
		{"UK ban alone", of("uk-fcdo", "Travel Ban"), "2026-01-01", "uk:review"},
		{"UK measure that nobody knows", of("uk-fcdo", "Lunar embargo"), "2026-01-01", "uk:review"},
		{"UK without measures", of("uk-fcdo", ""), "2026-01-01", "uk:freeze+"},
		{"EU", of("eu-fsf", ""), "2026-04-01", "eu:freeze+"},
		{"EU, Official Journal", of("eu-oj", "Asset freeze"), "2026-04-01", "eu:freeze+"},
		{"UN", of("un-sc", ""), "2026-04-01", "un:freeze+"},
		{"UN arms embargo", of("un-sc", "Arms embargo"), "2026-04-01", "un:export-licence"},
		{"Switzerland", of("ch-seco", ""), "2026-04-01", "ch:freeze+"},
		{"evidence is no listing", of("intel", ""), "2026-04-01", ""},
		{"a list of one's own", of("local/watch", ""), "2026-04-01", ""},
		{"a new list of OFAC", of("us-ofac-moon", ""), "2026-04-01", "us-ofac:review"},
	} {
		var on party.Date
		if c.on != "" {
			on = day(c.on)
		}
		got := Default().Effects(c.l, on)
		if s := said(got); s != c.want {
			t.Errorf("%s: Effects(%v, %s) = %q, want %q\n%+v", c.name, c.l, c.on, s, c.want, got)
		}
		for _, e := range got {
			if e.Authority == "" || strings.EqualFold(e.Authority, "SDN") {
				t.Errorf("%s: %+v names no authority", c.name, e)
			}
		}
	}
}

// Each list of the readers has its effects, each measure its own: a travel ban,
// an arms embargo or an export control is no asset freeze.
func TestEveryListHasItsEffects(t *testing.T) {
	for _, c := range []struct{ list, measures, want string }{
		{"us-ofac-sdn", "Block", "us-ofac:block+"},
		{"us-ofac-ssi", "Subject to Directive 3", "us-ofac:reject+"},
		{"us-ofac-ssi", "", "us-ofac:reject+"},
		{"us-ofac-plc", "", "us-ofac:reject"},
		{"us-ofac-fse", "", "us-ofac:reject"},
		{"us-ofac-capta", "", "us-ofac:reject"},
		{"us-ofac-mbs", "", "us-ofac:reject"},
		{"us-ofac-cmic", "", "us-ofac:reject"},
		{"us-bis-el", "License requirement: all items", "us-bis:export-licence"},
		{"us-bis-meu", "", "us-bis:export-licence"},
		{"us-bis-dpl", "", "us-bis:reject"},
		{"us-bis-uvl", "", "us-bis:review"},
		{"us-state-dtc", "", "us-state:reject"},
		{"us-state-isn", "", "us-state:review"},
		{"eu-fsf", "", "eu:freeze+"},
		{"eu-fsf", "Travel ban", "eu:review"},
		{"eu-fsf", "Asset freeze|Travel ban", "eu:freeze+ eu:review"},
		{"un-sc", "", "un:freeze+"},
		{"un-sc", "Assets freeze|Travel ban|Arms embargo", "un:freeze+ un:review un:export-licence"},
		{"uk-fcdo", "Asset freeze", "uk:freeze+"},
		{"uk-fcdo", "Travel Ban", "uk:review"},
		{"uk-fcdo", "Arms Embargo", "uk:export-licence"},
		{"uk-fcdo", "Trust Services Sanctions", "uk:reject"},
		{"uk-fcdo", "Prohibition on Port Entry", "uk:review"},
		{"uk-fcdo", "Director Disqualification Sanction", "uk:review"},
		{"ch-seco", "article 12 -- Restrictions on named individuals and entities", "ch:freeze+"},
		{"ch-seco", "article 16 and 17 -- Restrictions on the money and capital market", "ch:reject"},
		{"ch-seco", "Vessel-related measures", "ch:review"},
		{"ch-seco", "Artikel 1", "ch:review"},
		{"ca-sema", "", "ca:freeze+"},
		{"au-dfat", "", "au:freeze"},
		{"au-dfat", "Targeted Financial Sanction", "au:freeze"},
		{"au-dfat", "Travel Ban", "au:review"},
		{"au-dfat", "Targeted Financial Sanction|Travel Ban|Arms Embargo", "au:freeze au:review au:export-licence"},
	} {
		l := party.Listing{List: party.ListID(c.list)}
		if c.measures != "" {
			l.Measures = strings.Split(c.measures, "|")
		}
		if got := said(Default().Effects(l, day("2026-01-01"))); got != c.want {
			t.Errorf("%s with %q brings %q, want %q", c.list, c.measures, got, c.want)
		}
	}
}

func TestEffectsSayWhoAndSinceWhen(t *testing.T) {
	got := Default().Effects(party.Listing{List: "us-ofac-sdn", Programs: []string{"CYBER2"}, Measures: []string{"Block"}, Listed: day("2025-01-03")}, day("2025-06-01"))[0]
	if got.Authority != "E.O. 13694, as amended; 31 CFR part 578" || got.Listed != day("2025-01-03") || got.Program != "CYBER2" || len(got.Licences) == 0 {
		t.Errorf("Integrity Technology Group: %+v", got)
	}
	b, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(b), `"regime":"us-ofac","if_confirmed":"block"`) || !strings.Contains(string(b), `"listed":"2025-01-03"`) {
		t.Errorf("an effect is written as %s", b)
	}

	// Iran's ministry of intelligence was listed in 2012, for cyber only later.
	mois := party.Listing{List: "us-ofac-sdn", Programs: []string{"SDGT", "CYBER2"}, Measures: []string{"Block"}, Listed: day("2012-02-16")}
	if s := said(Default().Effects(mois, day("2013-01-01"))); s != "us-ofac:block+" {
		t.Errorf("in 2013 the cyber program did not exist: %s", s)
	}
	cyber := Default().Effects(mois, day("2020-01-01"))[1]
	if cyber.Listed != day("2015-04-01") || !strings.Contains(cyber.Note, "2012-02-16") {
		t.Errorf("listed before its program: %+v", cyber)
	}

	eu := Default().Effects(party.Listing{List: "eu-oj", LegalBasis: []string{"Council Regulation (EU) 2019/796"}, Listed: day("2026-03-16")}, day("2026-04-01"))[0]
	if eu.Authority != "Council Regulation (EU) 2019/796" {
		t.Errorf("the list's own basis is the authority: %+v", eu)
	}

	// The Affiliates Rule came, went and came back; the listing did not.
	bis := Default().Effects(party.Listing{List: "us-ofac-sdn", Programs: []string{"SDGT"}, Measures: []string{"Block"}, Listed: day("2025-01-03")}, day("2026-11-11"))[1]
	if bis.Regime != BIS || !bis.Cascades || bis.Listed != day("2025-01-03") {
		t.Errorf("a later rule of the same matter moves no date: %+v", bis)
	}

	unknown := Default().Effects(party.Listing{List: "us-ofac-sdn", Programs: []string{"MOON-EO15000"}}, day("2026-01-01"))[0]
	if unknown.Authority != "program MOON-EO15000: authority not in the rule pack" {
		t.Errorf("an unknown program: %+v", unknown)
	}
	old := Default().Effects(party.Listing{List: "us-ofac-sdn", Programs: []string{"CYBER2"}, Listed: day("2012-02-16")}, day("2013-01-01"))
	if said(old) != "us-ofac:review" {
		t.Errorf("a listing that stands brings something: %+v", old)
	}
}

func TestRulesFile(t *testing.T) {
	known := []Consequence{Block, Freeze, Reject, ExportLicence, Review}
	if len(Default().Rules()) < 150 {
		t.Fatalf("%d rules, want over 150", len(Default().Rules()))
	}
	for _, r := range Default().Rules() {
		if !slices.Contains(known, r.Effect) || len(r.Lists) == 0 || !strings.HasPrefix(r.Source, "https://") {
			t.Errorf("%+v lacks effect, list or source", r)
		}
		if r.Authority == "" && !slices.Contains(r.Programs, "*") && r.Note != "the entry names no program" {
			t.Errorf("%+v names no authority", r)
		}
		if !r.To.IsZero() && !r.From.IsZero() && r.To.Compare(r.From) < 0 {
			t.Errorf("%+v ends before it begins", r)
		}
		if r.Effect == Block && !r.Cascades {
			t.Errorf("%+v blocks and does not cascade: 31 CFR 578.411 and its like", r)
		}
	}
	for _, l := range Default().licences {
		if !strings.HasPrefix(l.Source, "https://") || l.What == "" {
			t.Errorf("%+v lacks what or source", l)
		}
	}
}

func TestRecordsSayWhatIsWrong(t *testing.T) {
	for _, text := range []string{"", "a\tb\n", "version 1\na\tb\n"} {
		if _, _, err := records(text, 11); err == nil {
			t.Errorf("records(%q) is no error", text)
		}
	}
	for _, line := range []string{
		"us-ofac\tx\tT\t-\tblock\tmaybe\t-\t-\ta\ts\t-",
		"us-ofac\tx\tT\t-\tblock\tyes\t2020-13-01\t-\ta\ts\t-",
		"us-ofac\tx\tT\t-\tconfiscate\tyes\t2020-12-01\t-\ta\ts\t-",
	} {
		if _, _, err := parseRules("version 1\n" + line + "\n"); err == nil {
			t.Errorf("parseRules(%q) is no error", line)
		}
	}
}

// packDigest is of the pack of packVersion. Whoever changes rules.txt or
// licences.txt raises the version in both and writes down both here.
const (
	packVersion = "2026-11-23.4"
	packDigest  = "sha256:c08bba73002066d2b41830edd02d062f1df00cd89334f386b90ae107734d320d"
)

func TestTheVersionIsRaisedWithThePack(t *testing.T) {
	if p := Default(); p.Version() != packVersion || p.Digest() != packDigest {
		t.Errorf("the pack is %s, %s; the test knows %s, %s: raise the version and write both down", p.Version(), p.Digest(), packVersion, packDigest)
	}
}

func TestAPackIsReadAgainFromItsText(t *testing.T) {
	p, err := ParsePack(Default().Text())
	if err != nil {
		t.Fatal(err)
	}
	if p.Digest() != Default().Digest() || p.Digest() != DigestOf(DefaultText()) || p.Version() != Default().Version() || len(p.Rules()) != len(Default().Rules()) {
		t.Errorf("read again: %s %s", p.Version(), p.Digest())
	}
	l := party.Listing{List: "us-ofac-sdn", Programs: []string{"CYBER2"}, Measures: []string{"Block"}, Listed: day("2025-01-03")}
	other, err := ParsePack(strings.Replace(Default().Text(), "CYBER2\t-\tblock", "CYBER2\t-\treview", 1))
	if err != nil {
		t.Fatal(err)
	}
	then, now := other.Effects(l, day("2026-01-01"))[0], p.Effects(l, day("2026-01-01"))[0]
	if then.Note == now.Note || other.Digest() == p.Digest() {
		t.Errorf("two packs say the same: %+v", then)
	}
}

func TestAPackThatIsNoneIsRefused(t *testing.T) {
	text := Default().Text()
	for _, c := range []struct{ text, says string }{
		{"", "not of reading 1"},
		{strings.Replace(text, "interdict law 1", "interdict law 2", 1), "use a newer program"},
		{text[:len(text)/2], "cut short"},
		{strings.Replace(text, "version "+packVersion, "version x", 1), "of version \"x\""},
	} {
		if _, err := ParsePack(c.text); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("ParsePack(%.30q ...) = %v, want an error that says %q", c.text, err, c.says)
		}
	}
}

func TestNotesNameTheBasisOfTheListing(t *testing.T) {
	l := party.Listing{List: "us-ofac-sdn", Programs: []string{"CAATSA - RUSSIA"}, Measures: []string{"Block"}, LegalBasis: []string{"CAATSA - Section 224", "CAATSA - Section 228"}}
	if got := Default().Effects(l, day("2026-01-01"))[0].Note; !strings.Contains(got, "as basis: CAATSA - Section 224, CAATSA - Section 228") {
		t.Errorf("the note is %q", got)
	}
	l.LegalBasis = nil
	if got := Default().Effects(l, day("2026-01-01"))[0].Note; !strings.Contains(got, "as basis: none") || strings.Contains(got, "{") {
		t.Errorf("without a basis: the note is %q", got)
	}
}

// TestNotesSayWhereToConfirm holds that whoever is told to confirm is told where.
func TestNotesSayWhereToConfirm(t *testing.T) {
	open := 0
	for _, r := range Default().Rules() {
		if _, rest, ok := strings.Cut(r.Note, "confirm"); ok {
			open++
			if len(strings.Fields(rest)) < 3 {
				t.Errorf("%s %v %s: %q does not say where", r.Regime, r.Programs, r.Measure, r.Note)
			}
		}
	}
	t.Logf("%d of %d rules have something open", open, len(Default().Rules()))
}

func TestLicencesAreDated(t *testing.T) {
	if got := Default().Licences(OFAC, "SYRIA", day("2025-05-22")); len(got) != 1 {
		t.Errorf("before General License 25: %v", got)
	}
	if got := Default().Licences(OFAC, "SYRIA", day("2025-06-01")); len(got) != 2 {
		t.Errorf("with General License 25: %v", got)
	}
	if got := Default().Licences(OFAC, "place/crimea", day("2015-05-21")); len(got) != 0 {
		t.Errorf("before General License 9: %v", got)
	}
	if got := Default().Licences(OFAC, "place/crimea", day("2024-01-01")); len(got) != 1 {
		t.Errorf("with General License 9: %v", got)
	}
	if a, b := Default().Licences(OFAC, "CYBER2", day("2021-03-01")), Default().Licences(OFAC, "CYBER2", day("2021-03-02")); a[0].ID == b[0].ID && a[1].ID == b[1].ID {
		t.Errorf("a licence that replaces another: %v, then %v", a, b)
	}
	if got := Default().Licences(BIS, "place/iran", day("2025-10-15")); len(got) != 0 {
		t.Errorf("the licence of the Affiliates Rule is about parties, not about Iran: %v", got)
	}
	if got := Default().Licences(BIS, "SDGT", day("2025-12-01")); len(got) != 0 {
		t.Errorf("the temporary licence expired on 2025-11-28: %v", got)
	}
}

func FuzzEffects(f *testing.F) {
	f.Add("us-ofac-sdn", "CYBER2,X", "Block|", "2025-01-03", "2025")
	f.Add("uk-fcdo", "", "Travel ban", "", "")
	f.Fuzz(func(t *testing.T, list, programs, measures, listed, on string) {
		l := party.Listing{List: party.ListID(list), Programs: split(programs)}
		if measures != "" {
			l.Measures = strings.Split(measures, "|")
		}
		var err error
		if l.Listed, err = party.ParseDate(listed); err != nil {
			t.Skip()
		}
		d, err := party.ParseDate(on)
		if err != nil {
			t.Skip()
		}
		got := Default().Effects(l, d)
		if l.StoodOn(d) && regimeOf(listOf(l)) != "" && len(got) == 0 {
			t.Errorf("Effects(%+v, %v) is empty", l, d)
		}
		for _, e := range got {
			if e.Authority == "" || e.IfConfirmed == "" || e.Regime == "" {
				t.Errorf("%+v says too little", e)
			}
		}
	})
}

func BenchmarkEffects(b *testing.B) {
	l := party.Listing{List: "us-ofac-sdn", Programs: []string{"CYBER2", "SDGT"}, Measures: []string{"Block"}, Listed: day("2025-01-03")}
	for b.Loop() {
		Default().Effects(l, day("2026-01-01"))
	}
}

func BenchmarkParsePack(b *testing.B) {
	for b.Loop() {
		if _, err := ParsePack(DefaultText()); err != nil {
			b.Fatal(err)
		}
	}
}
