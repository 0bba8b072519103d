// SPDX-License-Identifier: Apache-2.0

package starter

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/identity"
	"github.com/interdict-dev/interdict/infra"
	"github.com/interdict-dev/interdict/internal/errkind"
	"github.com/interdict-dev/interdict/party"
)

func ref(t testing.TB, s string) party.Ref {
	t.Helper()
	r, err := party.ParseRef(s)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func entry(t testing.TB, s string) party.Entry {
	t.Helper()
	e, ok := Open().Entry(ref(t, s))
	if !ok {
		t.Fatalf("no entry %s", s)
	}
	return e
}

func names(e party.Entry) []string {
	var out []string
	for _, n := range e.Names {
		out = append(out, n.Full)
	}
	return out
}

func TestCounts(t *testing.T) {
	got := map[party.ListID]int{}
	kinds := map[party.Kind]int{}
	for e, err := range Entries() {
		if err != nil {
			t.Fatal(err)
		}
		got[e.Ref.List]++
		if e.Ref.List == "us-ofac-sdn" {
			kinds[e.Kind]++
		}
	}
	// OFAC: 330 with a CYBER tag, 108 neighbours, 2 of the action of 2026-02-24.
	want := map[party.ListID]int{"us-ofac-sdn": 440, "uk-fcdo": 20, "eu-oj": 13, Intel: 20}
	for l, n := range want {
		if got[l] != n {
			t.Errorf("%s has %d entries, want %d", l, got[l], n)
		}
	}
	if len(got) != len(want) || !slices.Equal(Lists(), []party.ListID{"us-ofac-sdn", "uk-fcdo", "eu-oj", Intel}) {
		t.Errorf("lists %v, want those of %v", Lists(), want)
	}
	if kinds[party.Person] != 303 || kinds[party.Organization] != 133 || kinds[party.Aircraft] != 3 || kinds[party.Vessel] != 1 {
		t.Errorf("kinds of OFAC's entries = %v, want 303 persons, 133 organizations, 3 aircraft, 1 vessel", kinds)
	}
	relations := 0
	for e := range Entries() {
		relations += len(e.Relations)
	}
	if relations != 305+1+5 {
		t.Errorf("%d relations, want OFAC's 305, one of 2026 and five of the UK and the EU", relations)
	}
	if n := len(Claims()); n != 58+6+5+4+1128 {
		t.Errorf("%d claims, want 58 of relations, 6 own sites, 5 of QTFY, 4 of campaigns and 1,128 indicators", n)
	}
	if n := len(Open().Events()); n != 42 {
		t.Errorf("%d events, want 42", n)
	}
	if d := Date().String(); d != "2026-10-08" {
		t.Errorf("Date = %s", d)
	}
}

func TestIntegrity(t *testing.T) {
	us, uk, eu := entry(t, "us-ofac-sdn/50543"), entry(t, "uk-fcdo/CYB0113"), entry(t, "eu-oj/2019-796:I.B.5")
	var all []party.Entry
	for e := range Entries() {
		all = append(all, e)
	}
	set := identity.Build(slices.Values(all), Joins())
	if id := set.Of(us.Ref); id.Number != 1 || len(id.Refs) != 3 || !set.Same(us.Ref, uk.Ref) || !set.Same(us.Ref, eu.Ref) {
		t.Errorf("identity of Integrity = %+v, want number 1 of three entries", id)
	}
	if !slices.Contains(names(us), "永信至成科技集团股份有限公司") {
		t.Error("OFAC's own spelling 至成 is missing")
	}
	for _, n := range []string{"永信至诚", "永信至诚科技集团股份有限公司", "北京永信至诚科技股份有限公司"} {
		if !slices.Contains(names(eu), n) {
			t.Errorf("%s is missing", n)
		}
	}
	if len(uk.Identifiers) != 0 {
		t.Errorf("the UK entry carries %v, but the list prints none", uk.Identifiers)
	}
	if want := party.NewIdentifier(party.USCC, "cn", "91110108562135265P").Normal; !slices.ContainsFunc(us.Identifiers, func(i party.Identifier) bool {
		return i.Scheme == party.USCC && i.Normal == want && i.Check == party.Valid
	}) {
		t.Errorf("the USCC is missing among %+v", us.Identifiers)
	}
	if !slices.ContainsFunc(us.Identifiers, func(i party.Identifier) bool { return i.Scheme == party.Ticker && i.Value == "688244 CH" }) {
		t.Errorf("the ticker is missing among %+v", us.Identifiers)
	}
	if !slices.Contains(us.Websites, "www.integritytech.com.cn") {
		t.Errorf("websites = %v", us.Websites)
	}
	for e, day := range map[*party.Entry]string{&us: "2025-01-03", &uk: "2025-12-09", &eu: "2026-03-16"} {
		if got := e.Listings[0].Listed.String(); got != day {
			t.Errorf("%v listed on %s, want %s", e.Ref, got, day)
		}
	}
	if weak := us.Names[3]; !weak.Weak || weak.Full != "Yongxin Zhicheng Technology Group Company, Limited" {
		t.Errorf("name %+v, want the weak alias", weak)
	}
}

func TestJoinsAreWholeIdentities(t *testing.T) {
	var all []party.Entry
	for e := range Entries() {
		all = append(all, e)
	}
	set := identity.Build(slices.Values(all), Joins())
	n := 0
	for id := range set.All() {
		n++
		if id.Number == 0 {
			t.Errorf("%v are joined by a number and not recorded", id.Refs)
		}
		lists := map[party.ListID]bool{}
		for _, r := range id.Refs {
			if lists[r.List] || r.List == Intel {
				t.Errorf("identity %d has %v: two of one list, or a party that is not listed", id.Number, id.Refs)
			}
			lists[r.List] = true
		}
	}
	if n != 20 {
		t.Errorf("%d identities, want 20", n)
	}
	for _, c := range set.Conflicts() {
		t.Errorf("conflict: %v", c)
	}
}

// TestNobodyPrivate holds rule 8 of the design: no natural person who is not
// designated, no compromised device, and nobody's e-mail address or telephone.
func TestNobodyPrivate(t *testing.T) {
	persons := 0
	for e := range Entries() {
		if e.Ref.List == Intel {
			if len(e.Listings) != 0 || e.Kind == party.Person || e.Kind == party.Unknown {
				t.Errorf("%v: a party of evidence is not listed and no person", e.Ref)
			}
			continue
		}
		if len(e.Listings) != 1 || e.Listings[0].List != e.Ref.List {
			t.Errorf("%v has listings %v, want one of its own list", e.Ref, e.Listings)
		}
		if e.Kind != party.Person {
			continue
		}
		persons++
		if len(e.Emails)+len(e.Phones) > 0 {
			t.Errorf("%v is a person with e-mail addresses %v and telephones %v", e.Ref, e.Emails, e.Phones)
		}
	}
	if persons == 0 {
		t.Fatal("no person found: the test looks in the wrong place")
	}
	roles := 0
	for _, c := range Claims() {
		r := strings.ToLower(c.Role)
		if c.Role != "" {
			roles++
		}
		if strings.Contains(r, "tier1") || strings.Contains(r, "tier-1") || strings.Contains(r, "victim") || strings.HasSuffix(r, "/bot") {
			t.Errorf("%s: %v is a compromised device (%s)", c.ID, c.From, c.Role)
		}
		if c.From.Indicator.Type == infra.Email || c.To.Indicator.Type == infra.Email {
			t.Errorf("%s is about an e-mail address", c.ID)
		}
	}
	if roles == 0 {
		t.Fatal("no claim has a role")
	}
}

func TestClaims(t *testing.T) {
	kinds := map[claim.WindowKind]int{}
	for _, c := range Claims() {
		if c.Source.Class == claim.Ungraded || !strings.HasPrefix(c.Source.URL, "http") || c.Source.Name == "" {
			t.Errorf("%s has no graded source with an address: %+v", c.ID, c.Source)
		}
		if c.Window.Kind == claim.Undated && c.Window.Class(party.Date{Year: 2024, Month: 3, Day: 1}) != claim.TimeUnknown {
			t.Errorf("%s is undated and yet has a time", c.ID)
		}
		if !c.From.IsParty() {
			kinds[c.Window.Kind]++
		}
	}
	want := map[claim.WindowKind]int{claim.Undated: 882 + 11, claim.Observed: 211, claim.Fuzzy: 25 + 4, claim.Publication: 4, claim.Seizure: 6}
	for k, n := range want {
		if kinds[k] != n {
			t.Errorf("%d indicators are %v, want %d", kinds[k], k, n)
		}
	}
	if err := checkText(facts); err != nil {
		t.Error(err)
	}
}

// checkText says whether every indicator stands in its canonical form, so that
// the file can be searched.
func checkText(text string) error {
	for l := range strings.Lines(text) {
		f := strings.Split(l, "\t")
		if f[0] != "claim" {
			continue
		}
		th, err := claim.ParseThing(f[2])
		if err != nil || th.String() != f[2] {
			return errors.New(f[2] + " is not canonical: " + th.String())
		}
	}
	return nil
}

func TestFactsOfTheCase(t *testing.T) {
	find := func(id string) claim.Claim {
		i := slices.IndexFunc(Claims(), func(c claim.Claim) bool { return c.ID == id })
		if i < 0 {
			t.Fatalf("no claim %s", id)
		}
		return Claims()[i]
	}
	if c := find("relation-5"); c.From.Party != ref(t, "us-ofac-sdn/50543") || c.Relation != claim.Supports || c.To.Party != ref(t, "intel/flax-typhoon") || c.Source.Class != claim.Legal {
		t.Errorf("Integrity and Flax Typhoon: %+v", c)
	}
	if c := find("bll-raptor-train-3"); c.From.Indicator.Value != "202.182.109.151" || c.Role != "raptor-train/tier3-sparrow" || c.Window.String() != "2023-07-13 to 2024-09-04" {
		t.Errorf("node of tier 3: %+v", c)
	}
	if c := find("doj-2026-10-08-4"); c.From.Indicator.Value != "outlook3650.com" || c.Window.Kind != claim.Seizure || c.Scope != infra.WithSubdomains {
		t.Errorf("seized domain: %+v", c)
	}
	if a, b := find("bll-raptor-train-3").Source, find("aa26-281a-1").Source; a.Root() != b.Root() || a.Name == b.Name {
		t.Errorf("%+v and %+v: two sources of one origin", a, b)
	}
	garantex := entry(t, "us-ofac-sdn/36025").Listings[0]
	i := slices.IndexFunc(garantex.Events, func(e party.Event) bool { return strings.Contains(e.LegalBasis, "14306") })
	if i < 0 || garantex.Events[i].Date.String() != "2025-08-14" || garantex.Listed.String() != "2022-04-05" {
		t.Errorf("Garantex: %+v", garantex)
	}
	hypercore := entry(t, "us-ofac-sdn/56404")
	if len(hypercore.Relations) == 0 || hypercore.Relations[0].Kind != party.OwnedBy || hypercore.Relations[0].To != ref(t, "us-ofac-sdn/54566") || hypercore.Founded[0].From.String() != "2025-07-03" {
		t.Errorf("Hypercore: %+v", hypercore)
	}
	qtfy := entry(t, "intel/qtfy")
	if !slices.ContainsFunc(qtfy.Properties, func(p party.Property) bool { return strings.HasPrefix(p.Value, "not listed") }) {
		t.Errorf("QTFY is not labelled as not listed: %+v", qtfy.Properties)
	}
}

func TestOwnSitesAndWalletsRead(t *testing.T) {
	sites, wallets := 0, 0
	for e := range Entries() {
		src, ok := Open().Source(e.Ref)
		if !ok {
			t.Fatalf("%v has no source", e.Ref)
		}
		cs, errs := claim.Own(&e, src)
		for _, err := range errs {
			t.Error(err)
		}
		for _, c := range cs {
			if c.From.Indicator.Type == infra.Wallet {
				wallets++
			} else {
				sites++
			}
		}
	}
	if sites < 50 || wallets < 400 {
		t.Errorf("%d sites and %d wallets, want more", sites, wallets)
	}
}

func TestParseRefuses(t *testing.T) {
	const head = "interdict-starter\t1\nlist\tx\t2026-01-01\tX\nlist\ty\t2026-01-01\tY\nlist\tintel\t2026-01-01\tE\nsource\ts\tA\t\thttp://x\tS\n"
	const one = "entry\tx/1\torganization\ts\n\tname\tprimary\t\t\tX\n\tlisting\t2020\tP\tL\tBlock\thttp://x\n"
	if _, err := Parse(strings.NewReader(head + one)); err != nil {
		t.Fatalf("a file without mistakes is refused: %v", err)
	}
	for _, c := range []struct{ name, in, want string }{
		{"empty", "", "empty"},
		{"newer", "interdict-starter\t2\n", "line 1"},
		{"unknown line", head + "wish\tx\n", "line 6"},
		{"field first", head + "\tname\tprimary\t\t\tX\n", "none above"},
		{"twice", head + one + one, "twice"},
		{"unknown list", head + strings.ReplaceAll(one, "x/1", "z/1"), "no line names"},
		{"unknown source", head + "entry\tx/1\torganization\tt\n", "unknown source"},
		{"no name", head + "entry\tx/1\torganization\ts\n", "no name"},
		{"not listed", head + "entry\tx/1\torganization\ts\n\tname\tprimary\t\t\tX\n", "listing"},
		{"listed evidence", head + strings.ReplaceAll(one, "x/1", "intel/1"), "none"},
		{"private person", head + "entry\tintel/1\tperson\ts\n\tname\tprimary\t\t\tX\n", "natural person"},
		{"scattered", head + one + strings.ReplaceAll(one, "x/1", "y/1") + strings.ReplaceAll(one, "x/1", "x/2"), "together"},
		{"relation to nobody", head + one + "\trelation\tacting-for\tx/9\n", "no entry"},
		{"claim about nobody", head + one + "claim\tc\tdomain:w8510.com\tattributed-to\tx/9\ts\n", "no entry"},
		{"undated window", head + one + "claim\tc\tdomain:w8510.com\tattributed-to\tx/1\ts\t2024-01-01\n", "go together"},
		{"kind without dates", head + one + "claim\tc\tdomain:w8510.com\tattributed-to\tx/1\ts\t\t\tobserved\n", "go together"},
		{"join of one", head + one + "join\t1\tx/1\tx/9\t2026\twhy\n", "two entries"},
		{"too many columns", head + one + "join\t1\tx/1\tx/1\t2026\twhy\tmore\n", "columns"},
	} {
		_, err := Parse(strings.NewReader(c.in))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: Parse gives error %v, want one with %q", c.name, err, c.want)
		} else if !errors.Is(err, errkind.Invalid) {
			t.Errorf("%s: error %v is not of kind invalid", c.name, err)
		}
	}
}

func TestSize(t *testing.T) {
	if n := len(facts); n > 1<<20 {
		t.Errorf("the facts are %d bytes, want at most 1 MiB", n)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("interdict-starter\t1\nlist\tx\t2026-01-01\tX\nsource\ts\tA\t\thttp://x\tS\nentry\tx/1\torganization\ts\n\tname\tprimary\t\t\tX\n\tborn\t1960/1961\n\tlisting\t2020\tP\tL\tBlock\thttp://x\n\tevent\tCreated\t2020\nclaim\tc\tdomain:w8510.com\town-of\tx/1\ts\n")
	f.Fuzz(func(t *testing.T, s string) {
		facts, err := Parse(strings.NewReader(s))
		if err != nil {
			return
		}
		for e := range facts.Entries() {
			if e.Name() == "" {
				t.Fatalf("%v has no name", e.Ref)
			}
		}
	})
}

func BenchmarkParse(b *testing.B) {
	b.SetBytes(int64(len(facts)))
	for b.Loop() {
		if _, err := parse(facts); err != nil {
			b.Fatal(err)
		}
	}
}
