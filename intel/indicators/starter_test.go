// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"bytes"
	"testing"

	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/intel"
	"github.com/interdict-dev/interdict/intel/inteltest"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/starter"
)

// TestStarterSaysTheSame compares the reader with what people carried over by
// hand from the same files into the built-in facts: every dated indicator has
// to come out with its dates, their kind and its role. A month stands in the
// facts as its first or last day.
func TestStarterSaysTheSame(t *testing.T) {
	type said struct {
		from        claim.Thing
		first, last party.Date
		kind        claim.WindowKind
		role        string
	}
	for _, f := range []struct {
		file, party string
		published   party.Date
	}{
		{"Raptor_Train_IOCs.txt", "raptor-train", party.Date{}},
		{"KVbotnet_IOCs.txt", "kv-botnet", party.Date{}},
		{"JDY_6_2026_IOCs.txt", "jdy", party.Date{Year: 2026, Month: 6, Day: 30}},
	} {
		b := intel.Brief{Source: claim.Source{Name: "Black Lotus Labs", Class: claim.Research}, Party: party.Ref{List: intel.List, ID: f.party}, Published: f.published}
		r, err := intel.Collect(Source{}, f.file, bytes.NewReader(inteltest.Published(t, "blacklotuslabs/"+f.file)), b)
		if err != nil {
			t.Fatal(err)
		}
		read := map[said]bool{}
		for _, c := range r.Claims {
			read[said{c.From, c.Window.First.First(), c.Window.Last.Last(), c.Window.Kind, c.Role}] = true
		}
		n := 0
		for _, c := range starter.Claims() {
			if c.Source.Name != "Black Lotus Labs" || c.To.Party != b.Party || c.Window.Kind == claim.Undated {
				continue
			}
			n++
			if !read[said{c.From, c.Window.First.First(), c.Window.Last.Last(), c.Window.Kind, c.Role}] {
				t.Errorf("%s: the built-in facts have %v %v %s, which the reader does not give", f.file, c.From, c.Window, c.Role)
			}
		}
		if n == 0 {
			t.Errorf("%s: the built-in facts have nothing of it", f.file)
		}
	}
}
