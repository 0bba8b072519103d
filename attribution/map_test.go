// SPDX-License-Identifier: Apache-2.0

package attribution_test

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/interdict-dev/interdict/party"
)

var raptorTrain = party.Ref{List: "intel", ID: "raptor-train"}

func TestMapOfRaptorTrain(t *testing.T) {
	v := view(t, "2026-11-23")
	start := time.Now()
	m := v.Map(raptorTrain, party.Date{})
	var svg strings.Builder
	if err := m.Graph(true).SVG(&svg); err != nil {
		t.Fatal(err)
	}
	if d := time.Since(start); d > 5*time.Second {
		t.Errorf("map and picture took %v; the figure is 1 s on a free machine", d)
	}
	if len(m.Nodes) < 200 {
		t.Fatalf("%d nodes, want the 200 and more on record", len(m.Nodes))
	}
	for _, want := range []string{"202.182.109.151", "Tier 3", "Tier 2", "Crossbill", "Oriole", "w8510.com", "certificate names", "listed 2025-01-03 by us-ofac-sdn", "controls and manages"} {
		if !strings.Contains(svg.String(), want) {
			t.Errorf("the picture does not say %q", want)
		}
	}
	if err := wellFormed(svg.String()); err != nil {
		t.Error(err)
	}
	if len(m.Cuts) == 0 || m.Cuts[0].Tier != 2 || len(m.Cuts[0].Lost) == 0 || len(m.Cuts[0].Severed)+len(m.Cuts[0].Beyond) != m.Cuts[0].Nodes {
		t.Errorf("cuts %+v", m.Cuts)
	}
	if !strings.Contains(svg.String(), "\u2715") {
		t.Error("the cut is not marked in the picture")
	}
}

// TestEveryMachineHasABox holds that nothing falls out of the picture: what a
// box has no room for is counted in it.
func TestEveryMachineHasABox(t *testing.T) {
	v := view(t, "2026-11-23")
	for _, root := range []party.Ref{raptorTrain, {List: "us-ofac-sdn", ID: "50543"}, {List: "intel", ID: "kv-botnet"}} {
		m := v.Map(root, party.Date{})
		shown, rest := 0, 0
		for _, n := range m.Graph(false).Nodes {
			for _, line := range n.Lines[1:] {
				var k int
				if c, err := fmt.Sscanf(line, "and %d more", &k); c == 1 && err == nil {
					rest += k
				} else if strings.HasPrefix(n.ID, "g") {
					shown++
				}
			}
		}
		machines := 0
		for _, n := range m.Nodes {
			if !n.Thing.IsParty() {
				machines++
			}
		}
		if shown+rest != machines || machines == 0 {
			t.Errorf("%v: %d named and %d counted in boxes, of %d", root, shown, rest, machines)
		}
	}
}

func TestMapOnADay(t *testing.T) {
	v := view(t, "2024-03-01")
	all, then := v.Map(raptorTrain, party.Date{}), v.Map(raptorTrain, date(t, "2024-03-01"))
	if len(then.Nodes) >= len(all.Nodes) || len(then.Left) == 0 {
		t.Errorf("%d nodes on 2024-03-01, %d in all, left out %v", len(then.Nodes), len(all.Nodes), then.Left)
	}
	left := 0
	for _, n := range then.Left {
		left += n
	}
	// A machine of two parties counts for each of them.
	if left+len(then.Nodes) < len(all.Nodes) {
		t.Errorf("%d nodes and %d left out, of %d", len(then.Nodes), left, len(all.Nodes))
	}
}

func TestMapLabelsWhatIsNotListed(t *testing.T) {
	m := view(t, "2026-11-23").Map(party.Ref{List: "intel", ID: "salt-typhoon"}, party.Date{})
	var svg strings.Builder
	if err := m.Graph(false).SVG(&svg); err != nil {
		t.Fatal(err)
	}
	if strings.Count(svg.String(), "NOT LISTED") != 2 || !strings.Contains(svg.String(), "Zhixin Ruijie") {
		t.Error("the two companies that AA25-239A names are not labelled as on no list")
	}
}

func TestTimelineHasDesignationsAndSeizures(t *testing.T) {
	m := view(t, "2026-11-23").Map(party.Ref{List: "us-ofac-sdn", ID: "50543"}, party.Date{})
	var svg, again strings.Builder
	if err := m.Timeline().SVG(&svg); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"2025-01-03 us-ofac-sdn lists", "2025-12-09 uk-fcdo lists", "2026-03-16 eu-oj lists", "6 seized", "Crossbill"} {
		if !strings.Contains(svg.String(), want) {
			t.Errorf("the timeline does not say %q", want)
		}
	}
	if err := wellFormed(svg.String()); err != nil {
		t.Error(err)
	}
	if len(m.Seized) != 6 {
		t.Errorf("%d seized nodes, want 6", len(m.Seized))
	}
	m2 := view(t, "2026-11-23").Map(party.Ref{List: "us-ofac-sdn", ID: "50543"}, party.Date{})
	if err := m2.Timeline().SVG(&again); err != nil || again.String() != svg.String() {
		t.Error("two timelines of one book differ")
	}
}

func wellFormed(text string) error {
	d := xml.NewDecoder(strings.NewReader(text))
	for {
		if _, err := d.Token(); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
	}
}
