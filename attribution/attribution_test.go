// SPDX-License-Identifier: Apache-2.0

package attribution_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/interdict-dev/interdict/attribution"
	"github.com/interdict-dev/interdict/book"
	"github.com/interdict-dev/interdict/engine"
	"github.com/interdict-dev/interdict/infra"
	"github.com/interdict-dev/interdict/intel"
	"github.com/interdict-dev/interdict/internal/errkind"
	"github.com/interdict-dev/interdict/party"
)

func TestMain(m *testing.M) {
	code := m.Run()
	if dir := bookDir(); dir != "" {
		_ = os.RemoveAll(dir) // a temporary folder
	}
	os.Exit(code)
}

var bookDir = sync.OnceValue(func() string {
	dir, err := os.MkdirTemp("", "attribution")
	if err != nil {
		panic(err)
	}
	return dir
})

// starterBook compiles the built-in facts once for all tests.
var starterBook = sync.OnceValues(func() (*book.Book, error) {
	path := filepath.Join(bookDir(), "book")
	if _, err := engine.Build(context.Background(), path, nil, engine.Options{WithStarter: true}); err != nil {
		return nil, err
	}
	return book.Open(path)
})

func view(t testing.TB, day string) *attribution.View {
	t.Helper()
	b, err := starterBook()
	if err != nil {
		t.Fatal(err)
	}
	v, err := attribution.New(b, date(t, day))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func date(t testing.TB, s string) party.Date {
	t.Helper()
	d, err := party.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func ask(t testing.TB, v *attribution.View, host, at string) attribution.Answer {
	t.Helper()
	i, err := infra.Parse(host)
	if err != nil {
		t.Fatal(err)
	}
	return v.Ask(attribution.Query{Text: host, Seen: i, At: date(t, at)})
}

// TestAsk holds the acceptance cases (e) to (g) of THREATS.md, section 5, on a
// compiled book.
func TestAsk(t *testing.T) {
	v := view(t, "2026-11-23")
	for _, c := range []struct {
		host, at, verdict, grade, says string
		finding                        bool
	}{
		{"202.182.109[.]151", "2024-03-01", "attributed", "contact", "in the window of the claim; behind it, a listed party: Integrity Technology Group", true},
		{"202.182.109.151", "2022-03-01", "was attributed", "", "outside every window", false},
		{"outlook3650.com", "2026-10-09", "seized", "", "not to the actor", false},
		{"softether.net", "2024-03-01", "nothing", "", "no claim", false},
		{"vpn328433596.softether.net", "2024-03-01", "attributed, time unknown", "suspected", "time unknown", true},
		{"hxxp://www.integritytech[.]com.cn/x", "2025-02-01", "listed party's own", "contact", "publishes as its own", true},
		{"18dLDAWi8LmrHbEq3QzDJb9SLxCf4uimXB", "2026-01-01", "listed party's own", "contact", "for legal review", true},
		{"152.32.138.247", "2023-12-20", "attributed", "", "nobody listed stands behind it", true},
		{"8.8.8.8", "2024-03-01", "nothing", "", "no claim", false},
	} {
		a := ask(t, v, c.host, c.at)
		if a.Verdict.String() != c.verdict || a.Grade != c.grade || a.IsFinding() != c.finding || !strings.Contains(a.Says, c.says) {
			t.Errorf("Ask(%s on %s) = %v, grade %q, finding %v, %q; want %s, %q, %v, ...%q...", c.host, c.at, a.Verdict, a.Grade, a.IsFinding(), a.Says, c.verdict, c.grade, c.finding, c.says)
		}
		if strings.Contains(a.Says, "dealing with a sanctioned") {
			t.Errorf("Ask(%s) says %q: contact is no dealing", c.host, a.Says)
		}
	}
}

// TestStandingsSayWhatHeldAtTheTime holds that a contact before the designation
// is said to be one, list by list.
func TestStandingsSayWhatHeldAtTheTime(t *testing.T) {
	a := ask(t, view(t, "2026-11-23"), "www.integritytech.com.cn", "2025-06-01")
	got := map[string]string{}
	for _, s := range a.Chains[0].Standings {
		got[s.Ref.String()] = s.AtTheTime
	}
	want := map[string]string{"us-ofac-sdn/50543": "while listed", "uk-fcdo/CYB0113": "before the listing", "eu-oj/2019-796:I.B.5": "before the listing"}
	for ref, at := range want {
		if got[ref] != at {
			t.Errorf("%s on 2025-06-01: %q, want %q", ref, got[ref], at)
		}
	}
}

// TestNobodyIsListedBeforeTheFirstDesignation: as of a day before, chains end
// nowhere and the company's site is nobody's own.
func TestNobodyIsListedBeforeTheFirstDesignation(t *testing.T) {
	v := view(t, "2025-01-02")
	for _, host := range []string{"202.182.109.151", "www.integritytech.com.cn"} {
		if a := ask(t, v, host, "2024-03-01"); len(a.Chains) != 0 || a.Grade != "" || a.Verdict.String() == "listed party's own" {
			t.Errorf("as of 2025-01-02 %s is %v with grade %q and %d chains", host, a.Verdict, a.Grade, len(a.Chains))
		}
	}
}

// TestWarningListAnnotates is case (h): a warning list says something beside an
// answer and changes none but that of nothing.
func TestWarningListAnnotates(t *testing.T) {
	p, err := infra.ParseAs(infra.Prefix, "202.182.96.0/19")
	if err != nil {
		t.Fatal(err)
	}
	w := intel.NewAnnotations([]intel.Annotation{{List: "vpn-ipv4", Indicator: p}, {List: "vpn-ipv4", Indicator: p}})
	v := view(t, "2026-11-23")
	i := infra.Indicator{Type: infra.IPv4, Value: "202.182.109.151"}
	q := attribution.Query{Seen: i, At: date(t, "2024-03-01")}
	plain, noted := v.Ask(q), v.Ask(q, attribution.Notes(w, i)...)
	if len(noted.Annotations) != 1 || noted.Verdict != plain.Verdict || noted.Grade != "contact" || len(noted.Chains) != len(plain.Chains) {
		t.Errorf("annotated: %v, %q, %v; want what it is without, and one annotation", noted.Verdict, noted.Grade, noted.Annotations)
	}
	stranger := infra.Indicator{Type: infra.IPv4, Value: "202.182.96.1"}
	if a := v.Ask(attribution.Query{Seen: stranger}, attribution.Notes(w, stranger)...); a.Verdict.String() != "annotated" || a.IsFinding() {
		t.Errorf("a stranger on a warning list is %v, want annotated and no finding", a.Verdict)
	}
}

func TestFind(t *testing.T) {
	v := view(t, "2026-11-23")
	for _, c := range []struct{ word, want string }{
		{"raptor-train", "intel/raptor-train"}, {"Raptor Train", "intel/raptor-train"}, {"intel/raptor-train", "intel/raptor-train"},
		{"ETHEREAL PANDA", "intel/flax-typhoon"}, {"us-ofac-sdn/50543", "us-ofac-sdn/50543"},
	} {
		if r, err := v.Find(c.word); err != nil || r.String() != c.want {
			t.Errorf("Find(%q) = %v, %v; want %s", c.word, r, err, c.want)
		}
	}
	if _, err := v.Find("Nobody At All"); !errors.Is(err, errkind.NotFound) {
		t.Errorf("Find of a stranger: %v, want not found", err)
	}
}

func TestAnswerIsJSON(t *testing.T) {
	a := ask(t, view(t, "2026-11-23"), "202.182.109.151", "2024-03-01")
	b, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"answer":"attributed"`, `"time":"in window"`, `"seen":"ipv4:202.182.109.151"`, `"at":"2024-03-01"`, `"independent_origins":1`, `"role":"raptor-train/tier3-sparrow"`} {
		if !strings.Contains(string(b), want) {
			t.Errorf("JSON of an answer lacks %s", want)
		}
	}
}

// TestDamageIsAnError holds that damage of any part of the graph of claims is an
// error of the question that meets it, and no answer.
func TestDamageIsAnError(t *testing.T) {
	whole, err := starterBook()
	if err != nil {
		t.Fatal(err)
	}
	bytes, err := os.ReadFile(whole.Path())
	if err != nil {
		t.Fatal(err)
	}
	seen, err := infra.Parse("202.182.109.151")
	if err != nil {
		t.Fatal(err)
	}
	asked := func(path string) error {
		b, err := book.Open(path)
		if err != nil {
			return err
		}
		defer b.Close()
		v, err := attribution.New(b, date(t, "2026-11-23"))
		if err != nil {
			return err
		}
		return v.Guard(func() error {
			if a := v.Ask(attribution.Query{Seen: seen}); len(a.Claims) == 0 {
				t.Error("no claim speaks of the address, and nothing says why")
			}
			return nil
		})
	}
	damaged := 0
	for _, s := range whole.File().Sections() {
		if !strings.HasPrefix(s.Name(), "graph.") || s.Len() == 0 {
			continue
		}
		at := strings.Index(string(bytes), string(s.All()))
		path := filepath.Join(t.TempDir(), "damaged.book")
		spoilt := append([]byte(nil), bytes...)
		spoilt[at] ^= 1
		if err := os.WriteFile(path, spoilt, 0o644); err != nil {
			t.Fatal(err)
		}
		if err := asked(path); !errors.Is(err, errkind.Unavailable) {
			t.Errorf("%s damaged: %v, want an error that the book cannot be read", s.Name(), err)
		}
		damaged++
	}
	if damaged < 9 {
		t.Errorf("%d sections damaged, want those of the graph", damaged)
	}
}
