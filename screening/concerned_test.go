// SPDX-License-Identifier: Apache-2.0

package screening_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/interdict-dev/interdict/book"
	"github.com/interdict-dev/interdict/internal/errkind"
	"github.com/interdict-dev/interdict/names"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/screening"
	"github.com/interdict-dev/interdict/subject"
)

// customersOf makes customers that resemble listed parties in all sorts of ways,
// with and without births, countries and numbers, among some that do not.
func customersOf(entries []party.Entry) []subject.Subject {
	r := rand.New(rand.NewPCG(3, 9))
	var out []subject.Subject
	for i, e := range entries {
		s := subject.Subject{ID: fmt.Sprint("c", i), Row: i + 2, Pointer: fmt.Sprintf("customers.csv#A%d", i+2), Pointers: map[string]string{"name": "A"}}
		name := e.Names[r.IntN(len(e.Names))].Full
		switch words := strings.Fields(name); i % 5 {
		case 1:
			r.Shuffle(len(words), func(a, b int) { words[a], words[b] = words[b], words[a] })
			name = strings.Join(words, " ")
		case 2:
			name = words[0]
			s.Party.Births, s.Party.Countries = e.Births, e.Countries
		case 3:
			name = fmt.Sprintf("Acme %d Trading", i)
			s.Party.Identifiers = e.Identifiers
		case 4:
			if i%2 == 0 {
				name, s.Party.Addresses = fmt.Sprintf("Acme %d Haulage", i), e.Addresses
			}
			s.Party.Births = []party.Span{{From: party.Date{Year: 1950}, To: party.Date{Year: 1950}}}
		}
		s.Party.Names = []party.Name{{Full: name}}
		if i%3 == 0 {
			s.Party.Kind = e.Kind
		}
		out = append(out, s)
	}
	return out
}

func all[T any](xs []T) func(yield func(T, error) bool) {
	return func(yield func(T, error) bool) {
		for _, x := range xs {
			if !yield(x, nil) {
				return
			}
		}
	}
}

// TestConcernedAreAll holds the search of entries among customers to screening
// every customer: nobody is left out whose answer names an entry asked about.
func TestConcernedAreAll(t *testing.T) {
	b, entries := starterBook(t)
	customers := customersOf(entries)
	path := filepath.Join(t.TempDir(), "customers.book")
	info, err := book.CompileCustomers(context.Background(), path, all(customers), b.Model(), func(e error) { t.Error(e) })
	if err != nil || info.Subjects != len(customers) {
		t.Fatalf("%+v, %v", info, err)
	}
	c, err := book.OpenCustomers(path, b.Model())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close() // only read
	for i := range customers {
		got, err := c.Subject(uint32(i))
		if err != nil || fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", customers[i]) {
			t.Fatalf("customer %d came back as %+v (%v), was %+v", i, got, err, customers[i])
		}
	}
	policy := screening.Policy{MinScore: screening.DefaultMinScore, Weak: true}
	s, err := screening.New(b, policy)
	if err != nil {
		t.Fatal(err)
	}
	found, near, asked := 0, 0, 0
	for start := 0; start < len(entries); start += 40 {
		some := entries[start:min(start+8, len(entries))]
		concerned, err := screening.Concerned(context.Background(), c, b.Model(), policy, all(some))
		if err != nil {
			t.Fatal(err)
		}
		asked += len(concerned)
		for i := range customers {
			a, err := s.Screen(&customers[i])
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range a.Premises {
				for _, n := range p.Parties {
					if _, ok := slices.BinarySearch(concerned, uint32(i)); !ok && slices.ContainsFunc(some, func(e party.Entry) bool { return e.Ref == n.Ref }) {
						t.Errorf("customer %+v is left out, who is at %s with %s", customers[i].Party, n.Address, n.Ref)
					}
					near++
				}
			}
			for _, f := range a.Findings {
				if !slices.ContainsFunc(some, func(e party.Entry) bool { return e.Ref == f.Ref }) {
					continue
				}
				found++
				if _, ok := slices.BinarySearch(concerned, uint32(i)); !ok {
					t.Errorf("customer %+v is left out; its answer names %s %q (%s)", customers[i].Party, f.Ref, f.Matched, f.Score)
				}
			}
		}
	}
	if found < 30 || near < 10 || asked == 0 {
		t.Fatalf("%d findings, %d customers concerned: the test tests little", found, asked)
	}
	t.Logf("%d findings; %d of %d customers asked in 12 rounds", found, asked, len(customers))
}

func TestCustomersOfAnotherModel(t *testing.T) {
	path := filepath.Join(t.TempDir(), "customers.book")
	rows := []subject.Subject{{Party: party.Entry{Names: []party.Name{{Full: "Jane Roe"}}}}, {Bare: true}}
	refused := 0
	info, err := book.CompileCustomers(context.Background(), path, all(rows), names.Default(), func(error) { refused++ })
	if err != nil || info.Subjects != 1 || info.Errors != 1 || refused != 1 {
		t.Fatalf("%+v, %d refused, %v", info, refused, err)
	}
	other, err := names.ParseModel(names.Default().Text() + "\n# another\n")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := book.OpenCustomers(path, other); !errors.Is(err, errkind.Invalid) || !strings.Contains(err.Error(), "another model") {
		t.Errorf("customers of another model: %v", err)
	}
	if _, err := book.Open(path); err == nil {
		t.Error("customers were opened as a book")
	}
}
