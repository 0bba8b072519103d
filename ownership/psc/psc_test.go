// SPDX-License-Identifier: Apache-2.0

package psc

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/interdict-dev/interdict/law"
	"github.com/interdict-dev/interdict/ownership"
	"github.com/interdict-dev/interdict/party"
)

// testdata/snapshot.jsonl is written by hand in the layout of the register;
// the companies and persons in it do not exist.
func snapshot(t testing.TB) []byte {
	t.Helper()
	text, err := os.ReadFile("testdata/snapshot.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestSnapshot(t *testing.T) {
	var stakes, issues, silences []string
	for r, err := range Read(bytes.NewReader(snapshot(t)), "psc.txt") {
		var is *ownership.Issue
		if errors.As(err, &is) {
			issues = append(issues, fmt.Sprintf("%d %v", is.Line, is.Kind))
		} else if err != nil {
			t.Fatal(err)
		}
		if s := r.Stake; !s.Owner.IsZero() {
			stakes = append(stakes, fmt.Sprintf("%s %s %v, %v, %v %v-%v", s.Owner.ID, s.Owned.ID, s.Kind, s.Share, s.Held, s.From, s.To))
		}
		if r.Silence != "" {
			silences = append(silences, r.About.ID)
		}
	}
	want := []string{
		"01234567/abc 01234567 equity, more than 50 and less than 75 %, direct 2016-04-06-",
		"01234567/abc 01234567 votes, more than 50 and less than 75 %, direct 2016-04-06-",
		"01234567/abc 01234567 board, unknown, direct 2016-04-06-",
		"01234567 01234568 equity, 75 to 100 %, direct 2016-04-06-",
		"01234569/1 01234569 equity, more than 25 to 50 %, trust 2016-04-06-2020-01-01",
		"01234573/Mr Date 01234573 equity, 0 to 50 %, direct -",
		"RO000001/A Ministry RO000001 equity, more than 25 %, direct 2022-12-01-",
		"RO000001/A Ministry RO000001 influence, unknown, direct 2022-12-01-",
	}
	if got, want := strings.Join(stakes, "\n"), strings.Join(want, "\n"); got != want {
		t.Errorf("stakes\n%s\nwant\n%s", got, want)
	}
	if got := strings.Join(issues, ", "); got != "6 unreadable, 7 bad-date, 8 unreadable, 9 unreadable" {
		t.Errorf("issues %s", got)
	}
	if got := strings.Join(silences, " "); got != "01234570 01234571" {
		t.Errorf("silences %s", got)
	}
}

// A band above 50 % is owned under every rule, through a company that names
// its own number.
func TestBandsDecide(t *testing.T) {
	b := ownership.NewBuilder()
	if _, err := b.Load(Read(bytes.NewReader(snapshot(t)), "psc.txt"), nil); err != nil {
		t.Fatal(err)
	}
	g := b.Graph()
	day, err := party.ParseDate("2025-12-01")
	if err != nil {
		t.Fatal(err)
	}
	for _, regime := range []law.Regime{law.OFAC, law.UK} {
		seeds := g.Seeds([]ownership.Listed{{Party: party.Ref{List: List, ID: "01234567/abc"}, Entry: party.Ref{List: "test", ID: "1"}, Regime: regime, Cascades: true}})
		a, err := g.Own(party.Ref{List: List, ID: "01234568"}, ownership.Query{Regime: regime, Law: day, Listed: seeds})
		if err != nil || a.Status != ownership.Owned || len(a.Proof.Steps) != 2 {
			t.Errorf("%s: %+v, %v, want owned in two steps", regime, a, err)
		}
	}
}

func TestUKNumber(t *testing.T) {
	for in, want := range map[string]string{"1234567": "01234567", "SC123456": "SC123456", "sc 123456": "SC123456", "SC1234": "", "123456789": "", "HRB 1": "", "": ""} {
		if got, ok := ukNumber(in); got != want || ok != (want != "") {
			t.Errorf("ukNumber(%q) = %q, %v, want %q", in, got, ok, want)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(snapshot(f))
	f.Fuzz(func(t *testing.T, text []byte) {
		for r := range Read(bytes.NewReader(text), "f") {
			if s := r.Stake; !s.Owner.IsZero() && (s.Owned.IsZero() || s.Share.Lo.Cmp(s.Share.Hi) > 0) {
				t.Errorf("%+v", s)
			}
		}
	})
}
