// SPDX-License-Identifier: Apache-2.0

package ftm

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/interdict-dev/interdict/ownership"
)

const sample = `{"id":"own-1","schema":"Ownership","properties":{"owner":["x"],"asset":["a"],"percentage":["50%"],"startDate":["2020"]},"datasets":["reg"]}
{"id":"x","caption":"X Example","schema":"Person","properties":{"name":["X Example"]}}
{"id":"a","schema":"Company","properties":{"name":["A Ltd"],"leiCode":["001GPB6A9XPE8XJICC14"],"parent":["p"]}}
{"id":"own-2","schema":"Ownership","properties":{"owner":["a"],"asset":["b"],"percentage":["25-50%",">40"]}}
{"id":"own-3","schema":"Ownership","properties":{"owner":["a"],"asset":["b"],"percentage":["about half"],"role":["nominee"],"endDate":["31.12.2020"]}}
{"id":"own-4","schema":"Ownership","properties":{"owner":["a"]}}
{"id":"dir-1","schema":"Directorship","properties":{"director":["x"],"organization":["b"],"role":["CEO"]}}
{"id":"s","schema":"Sanction","properties":{"entity":["x"]}}
{broken
{"id":"own-5","schema":"Ownership","properties":{"owner":[{"id":"n","schema":"Person","properties":{"name":["N"]}}],"asset":["a"]}}
`

func TestRead(t *testing.T) {
	var got, issues []string
	for r, err := range Read(strings.NewReader(sample), "f") {
		var is *ownership.Issue
		if errors.As(err, &is) {
			issues = append(issues, fmt.Sprintf("%d %v", is.Line, is.Kind))
		} else if err != nil {
			t.Fatal(err)
		}
		switch s := r.Stake; {
		case !s.Owner.IsZero():
			got = append(got, fmt.Sprintf("%s>%s %v %v", s.Owner.ID, s.Owned.ID, s.Share, s.Held))
		case r.Tie != nil:
			got = append(got, "tie "+r.Tie.Label)
		case r.Party != nil:
			got = append(got, "party "+r.Party.Name())
		}
	}
	want := "x>a 50 % direct|party X Example|party A Ltd|p>a unknown direct|a>b 25 to 50 % direct|a>b more than 40 % direct|a>b unknown nominee|tie Directorship: CEO|n>a unknown direct"
	if s := strings.Join(got, "|"); s != want {
		t.Errorf("%s, want\n%s", s, want)
	}
	if s := strings.Join(issues, "|"); s != "5 bad-share|5 bad-date|6 unreadable|9 unreadable|3 dangling|4 dangling" {
		t.Errorf("issues %s", s)
	}
}

func TestPublishedFixture(t *testing.T) {
	dir := os.Getenv("INTERDICT_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "data")
	}
	f, err := os.Open(filepath.Join(dir, "lists", "opensanctions-formats", "t1", "entities.ftm.json"))
	if err != nil {
		if os.Getenv("INTERDICT_REQUIRE_DATA") == "1" {
			t.Fatal(err)
		}
		t.Skipf("%v: the published files are not part of the repository", err)
	}
	defer f.Close()
	rep, err := ownership.NewBuilder().Load(Read(f, "entities.ftm.json"), nil)
	if err != nil || rep.Parties == 0 || rep.Rejects != 0 {
		t.Errorf("%+v, %v", rep, err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(sample))
	f.Fuzz(func(t *testing.T, text []byte) {
		for r := range Read(bytes.NewReader(text), "f") {
			if s := r.Stake; !s.Owner.IsZero() && (s.Owned.IsZero() || s.Share.Lo.Cmp(s.Share.Hi) > 0) {
				t.Errorf("%+v", s)
			}
		}
	})
}
