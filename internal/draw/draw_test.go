// SPDX-License-Identifier: Apache-2.0

package draw

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// keep writes a picture where INTERDICT_PICTURES says, to be looked at.
func keep(t *testing.T, name string, svg []byte) {
	t.Helper()
	if dir := os.Getenv("INTERDICT_PICTURES"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, name), svg, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func wellFormed(t *testing.T, svg []byte) {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(svg))
	for {
		tok, err := d.Token()
		if err == io.EOF {
			return
		}
		if err != nil {
			t.Fatalf("%v in %s", err, svg)
		}
		if e, ok := tok.(xml.StartElement); ok {
			for _, a := range e.Attr {
				if a.Name.Local == "id" || a.Name.Local == "href" || a.Name.Local == "script" {
					t.Errorf("<%s %s>: a picture refers to nothing", e.Name.Local, a.Name.Local)
				}
			}
		}
	}
}

func render(t *testing.T, g *Graph) []byte {
	t.Helper()
	var a, b bytes.Buffer
	if err := g.SVG(&a); err != nil {
		t.Fatal(err)
	}
	if err := g.SVG(&b); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Error("the same graph gives two pictures")
	}
	wellFormed(t, a.Bytes())
	return a.Bytes()
}

func ownershipSample() *Graph {
	return &Graph{
		Title: "Is Bravo Shipping LLC owned by listed parties?",
		Nodes: []Node{
			{ID: "X", Lines: []string{"X. Example", "us-ofac-sdn/1", "CYBER2, listed 2025-01-03"}, Style: Strong},
			{ID: "A", Lines: []string{"Alpha Holding International Limited of Somewhere"}, Style: Marked},
			{ID: "B", Lines: []string{"Bravo Shipping LLC"}, Style: Marked},
			{ID: "P", Lines: []string{"a person"}, Style: Round},
			{ID: "Q", Lines: []string{"owners not known"}, Style: Open},
		},
		Edges: []Edge{
			{From: "X", To: "A", Label: "50 %", Heavy: true}, {From: "A", To: "B", Label: "40 %", Heavy: true}, {From: "X", To: "B", Label: "10 %", Heavy: true},
			{From: "P", To: "A", Label: "30 %"}, {From: "Q", To: "B", Label: "unknown", Dashed: true}, {From: "B", To: "B", Label: "own 5 %"}, {From: "B", To: "A", Label: "20 %"},
		},
		Legend: []Key{{Text: "listed", Style: Strong}, {Text: "owned under the rule", Style: Marked}, {Text: "deciding path", IsEdge: true, Heavy: true}},
	}
}

func TestGraphSVG(t *testing.T) {
	svg := render(t, ownershipSample())
	keep(t, "small.svg", svg)
	for _, want := range []string{"Bravo Shipping LLC", "50 %", "listed 2025-01-03", "owners not known"} {
		if !strings.Contains(string(svg), want) {
			t.Errorf("%q is not in the picture", want)
		}
	}
}

// fifty is a tree with some further stakes, as a group of companies has it.
func fifty(n int) *Graph {
	r := rand.New(rand.NewPCG(3, 3))
	g := &Graph{Title: fmt.Sprintf("A group of %d companies", n)}
	for i := range n {
		st := Plain
		if i < 2 {
			st = Strong
		} else if r.IntN(3) == 0 {
			st = Marked
		}
		g.Nodes = append(g.Nodes, Node{ID: fmt.Sprint(i), Lines: []string{fmt.Sprintf("Company Number %d Ltd", i), fmt.Sprintf("local/%d", i)}, Style: st})
		if i > 1 {
			g.Edges = append(g.Edges, Edge{From: fmt.Sprint(r.IntN(max(i/2, 1))), To: fmt.Sprint(i), Label: fmt.Sprintf("%d %%", 25+r.IntN(75)), Heavy: st == Marked})
			if r.IntN(4) == 0 {
				g.Edges = append(g.Edges, Edge{From: fmt.Sprint(r.IntN(i)), To: fmt.Sprint(i), Label: fmt.Sprintf("%d %%", r.IntN(50))})
			}
		}
	}
	return g
}

func TestBoxesDoNotOverlap(t *testing.T) {
	for _, n := range []int{5, 50, 200} {
		g := fifty(n)
		keep(t, fmt.Sprintf("group-%d.svg", n), render(t, g))
		l, err := g.layout()
		if err != nil {
			t.Fatal(err)
		}
		for i := range g.Nodes {
			for j := range i {
				a, b := &l.boxes[i], &l.boxes[j]
				if (area{a.x - a.w/2, a.y, a.x + a.w/2, a.y + a.h}).meets(area{b.x - b.w/2, b.y, b.x + b.w/2, b.y + b.h}) {
					t.Errorf("%d nodes: boxes %d and %d overlap", n, i, j)
				}
			}
			if b := &l.boxes[i]; b.x-b.w/2 < 0 || b.x+b.w/2 > l.width || b.y+b.h > l.height {
				t.Errorf("%d nodes: box %d is outside the picture", n, i)
			}
		}
	}
}

func TestBands(t *testing.T) {
	g := &Graph{Title: "Structure of a botnet", Bands: []string{"actor", "tier 3", "tier 2", "tier 1"}}
	add := func(id string, layer int, st Style) {
		g.Nodes = append(g.Nodes, Node{ID: id, Lines: []string{id}, Layer: layer, Style: st})
	}
	add("Integrity Technology Group", 1, Strong)
	for i := range 3 {
		id := fmt.Sprintf("192.0.2.%d", i)
		add(id, 2, Marked)
		g.Edges = append(g.Edges, Edge{From: "Integrity Technology Group", To: id, Heavy: true})
	}
	for i := range 70 {
		id := fmt.Sprintf("198.51.100.%d", i)
		add(id, 3, Plain)
		g.Edges = append(g.Edges, Edge{From: fmt.Sprintf("192.0.2.%d", i%3), To: id})
	}
	for i := range 126 {
		id := fmt.Sprintf("203.0.113.%d", i)
		add(id, 4, Muted)
		g.Edges = append(g.Edges, Edge{From: fmt.Sprintf("198.51.100.%d", i%70), To: id, Dashed: true})
	}
	keep(t, "bands.svg", render(t, g))
}

func TestTextIsEscaped(t *testing.T) {
	bad := "<script>\"'&\x00\x1b\xff]]>"
	g := &Graph{Title: bad, Bands: []string{bad}, Nodes: []Node{{ID: bad, Lines: []string{bad, bad + strings.Repeat("w", 99)}}}, Edges: []Edge{{From: bad, To: bad, Label: bad}}, Legend: []Key{{Text: bad}}}
	if svg := render(t, g); bytes.Contains(svg, []byte("<script")) {
		t.Errorf("%s", svg)
	}
	var dot bytes.Buffer
	if err := g.DOT(&dot); err != nil || strings.Contains(dot.String(), "\n\"") {
		t.Errorf("%v: %s", err, dot.String())
	}
	tl := &Timeline{Title: bad, Rows: []Row{{Label: bad, Bars: []Bar{{Text: bad}}}}, Events: []Event{{At: time.Unix(1e9, 0).UTC(), Text: bad}}}
	var svg bytes.Buffer
	if err := tl.SVG(&svg); err != nil {
		t.Fatal(err)
	}
	wellFormed(t, svg.Bytes())
}

func TestBadGraphs(t *testing.T) {
	for _, g := range []*Graph{
		{Nodes: []Node{{ID: "a"}, {ID: "a"}}},
		{Nodes: []Node{{ID: "a"}}, Edges: []Edge{{From: "a", To: "b"}}},
	} {
		if err := g.SVG(io.Discard); err == nil {
			t.Errorf("%+v is drawn", g)
		}
	}
	if err := (&Timeline{}).SVG(io.Discard); err == nil {
		t.Error("a timeline without dates is drawn")
	}
	if err := (&Graph{}).SVG(io.Discard); err != nil {
		t.Errorf("an empty graph: %v", err)
	}
}

func TestTimeline(t *testing.T) {
	day := func(s string) time.Time {
		d, err := time.Parse("2006-01-02", s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	tl := &Timeline{
		Title: "Status of A under us-ofac",
		Rows: []Row{
			{Label: "us-ofac", Bars: []Bar{{To: day("2025-01-03"), Text: "not owned", Style: Muted}, {From: day("2025-01-03"), To: day("2025-08-01"), Text: "owned", Style: Marked}, {From: day("2025-08-01"), Text: "below", Style: Plain}}},
			{Label: "uk", Bars: []Bar{{From: day("2025-12-09"), Text: "owned", Style: Marked}}},
		},
		Events: []Event{{At: day("2025-01-03"), Text: "X listed", Heavy: true}, {At: day("2025-08-01"), Text: "X sells 10 %"}, {At: day("2025-12-09"), Text: "listed by the UK", Heavy: true}},
	}
	var svg bytes.Buffer
	if err := tl.SVG(&svg); err != nil {
		t.Fatal(err)
	}
	wellFormed(t, svg.Bytes())
	keep(t, "timeline.svg", svg.Bytes())
}

func FuzzGraph(f *testing.F) {
	f.Add([]byte{1, 2, 3}, "a<b")
	f.Fuzz(func(t *testing.T, pairs []byte, text string) {
		g := &Graph{Title: text}
		seen := map[byte]bool{}
		for _, b := range pairs[:min(len(pairs), 60)] {
			if !seen[b] {
				seen[b] = true
				g.Nodes = append(g.Nodes, Node{ID: string(rune(b)), Lines: []string{text}, Layer: int(b % 4), Style: Style(b % 6)})
			}
		}
		for i := 1; i < min(len(pairs), 60); i++ {
			g.Edges = append(g.Edges, Edge{From: string(rune(pairs[i-1])), To: string(rune(pairs[i])), Label: text})
		}
		var out bytes.Buffer
		if err := g.SVG(&out); err != nil {
			t.Fatal(err)
		}
		wellFormed(t, out.Bytes())
	})
}
