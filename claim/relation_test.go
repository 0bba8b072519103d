// SPDX-License-Identifier: Apache-2.0

package claim

import (
	"strings"
	"testing"

	"github.com/interdict-dev/interdict/party"
)

func TestPublished(t *testing.T) {
	aeza := party.Ref{List: "us-ofac-sdn", ID: "54566"}
	e := party.Entry{Ref: party.Ref{List: "us-ofac-sdn", ID: "56404"}, Relations: []party.Relation{
		{Kind: party.OwnedBy, Label: "Owned or Controlled By", To: aeza},
		{Kind: party.ActingFor, ToName: "nobody's entry"},
		{Kind: party.AssociateOf, To: aeza, Former: true},
		{Kind: party.Successor, To: aeza, From: party.Date{Year: 2025, Month: 7, Day: 3}},
		{Kind: 200, To: aeza},
	}}
	got := Published(&e, Source{Name: "OFAC", Class: Legal})
	want := []struct {
		relation Relation
		note     string
		window   string
	}{
		{ControlledBy, "", "undated"}, {RelatedTo, "former", "undated"}, {SuccessorOf, "", "from 2025-07-03"}, {RelatedTo, "", "undated"},
	}
	if len(got) != len(want) {
		t.Fatalf("%d claims, want %d: %+v", len(got), len(want), got)
	}
	for i, c := range got {
		if c.Relation != want[i].relation || c.Note != want[i].note || c.Window.String() != want[i].window || c.From.Party != e.Ref || c.To.Party != aeza {
			t.Errorf("claim %d = %+v, want %+v", i, c, want[i])
		}
	}
}

// TestEveryPublishedRelationHasAClaim fails when party gets a kind of relation
// that nobody has placed here.
func TestEveryPublishedRelationHasAClaim(t *testing.T) {
	k := party.RelationKind(0)
	for ; !strings.HasPrefix(k.String(), "relation("); k++ {
		if int(k) >= len(published) {
			t.Errorf("%v has no claim", k)
		}
	}
	if int(k) != len(published) {
		t.Errorf("%d kinds of relation in party, %d here", k, len(published))
	}
}
