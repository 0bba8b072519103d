// SPDX-License-Identifier: Apache-2.0

package contacts

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/interdict-dev/interdict/attribution"
	"github.com/interdict-dev/interdict/book"
	"github.com/interdict-dev/interdict/infra"
	"github.com/interdict-dev/interdict/names"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/screening"
	"github.com/interdict-dev/interdict/starter"
)

// view is a view of a book of the built-in claims and entries.
func view(t *testing.T) *attribution.View {
	t.Helper()
	path := filepath.Join(t.TempDir(), "starter.book")
	in := book.Input{Joins: starter.Joins(), Claims: starter.Claims(), Model: names.Default()}
	for _, l := range starter.Lists() {
		in.Lists = append(in.Lists, book.ListInput{
			Info: book.Info{List: l, Title: string(l), Starter: true},
			Entries: func(yield func(party.Entry, error) bool) {
				for e, err := range starter.Entries() {
					if (err != nil || e.Ref.List == l) && !yield(e, err) {
						return
					}
				}
			},
		})
	}
	if _, err := book.Compile(t.Context(), path, in); err != nil {
		t.Fatal(err)
	}
	b, err := book.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	v, err := attribution.New(b, party.Date{Year: 2026, Month: 11, Day: 23})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestGrades(t *testing.T) {
	v := view(t)
	for _, c := range []struct {
		host, at string
		grade    screening.Grade // "" is past, "none" no answer at all
		kind     string
	}{
		{"202.182.109.151", "2024-03-01", screening.Contact, "host.attributed"},
		{"202.182.109.151", "2022-03-01", "", ""},
		{"outlook3650.com", "2026-10-09", "", ""},
		{"vpn328433596.softether.net", "2024-03-01", screening.Suspected, "host.undated"},
		{"softether.net", "2024-03-01", "none", ""},
		{"www.integritytech.com.cn", "2024-03-01", screening.Contact, "host.own"},
		{"18dLDAWi8LmrHbEq3QzDJb9SLxCf4uimXB", "2026-03-01", screening.Contact, "host.own"},
	} {
		i, err := infra.Parse(c.host)
		if err != nil {
			t.Fatal(err)
		}
		at, err := party.ParseDate(c.at)
		if err != nil {
			t.Fatal(err)
		}
		met := Of(v, i, at)
		if c.grade == "none" {
			if len(met) > 0 {
				t.Errorf("%s on %s: %+v, want nothing", c.host, c.at, met)
			}
			continue
		}
		if len(met) == 0 || met[0].Grade != c.grade || met[0].Says == "" || strings.Contains(met[0].Says, "dealing with") {
			t.Errorf("%s on %s: %+v, want grade %q", c.host, c.at, met, c.grade)
			continue
		}
		if c.kind != "" && (len(met[0].Reasons) == 0 || met[0].Reasons[0].Kind != c.kind || met[0].Reasons[0].Weight != 0) {
			t.Errorf("%s on %s: reasons %+v, want the first of kind %s and without weight", c.host, c.at, met[0].Reasons, c.kind)
		}
	}
}
