// SPDX-License-Identifier: Apache-2.0

package ownership

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/interdict-dev/interdict/internal/draw"
	"github.com/interdict-dev/interdict/party"
)

// Picture returns the answer as a graph that can be put before counsel: the
// company, its holders, and the proof down to the listings, with the deciding
// path heavy. name gives a party's name; nil prints references.
//
// The picture shows everybody who holds the company, and above them only what
// the proof rests on.
func (a *Answer) Picture(name func(party.Ref) string) *draw.Graph {
	if name == nil {
		name = party.Ref.String
	}
	p := &picture{name: name, at: map[string]int{}, g: &draw.Graph{Title: a.title(name(a.Company))}}
	p.node(a.Company, a.style())
	if a.Proof != nil {
		p.proof(a.Proof)
	}
	for _, h := range a.Holders {
		p.holder(a, h)
	}
	if a.Unaccounted.Rat().Sign() > 0 && a.Status != Owned {
		p.add("unaccounted", draw.Open, "nobody accounts for", a.Unaccounted.String()+" %")
		p.edge("unaccounted", a.Company.String(), a.Unaccounted.String()+" %", false, true)
	}
	for _, l := range a.Listed {
		p.listed(l)
	}
	p.g.Legend = legend(p.g)
	return p.g
}

func (a *Answer) title(name string) string {
	s := fmt.Sprintf("%s under %s on %v: %s", name, a.Rule, a.Law, strings.ReplaceAll(a.Status.String(), "-", " "))
	switch {
	case a.IfInForce != NoAnswer:
		s = fmt.Sprintf("%s under %s on %v: the rule is suspended (in force: %v)", name, a.Rule, a.Law, a.IfInForce)
	case a.Controlled:
		s += ", control test: for review"
	}
	if a.Unconfirmed != "" {
		s += " (unconfirmed)"
	}
	return s
}

func (a *Answer) style() draw.Style {
	switch {
	case len(a.Listed) > 0:
		return draw.Strong
	case a.Status == Owned || a.Controlled:
		return draw.Marked
	case a.Status == NotOwned:
		return draw.Plain
	}
	return draw.Open
}

// A picture is a graph under construction.
type picture struct {
	name func(party.Ref) string
	g    *draw.Graph
	at   map[string]int
	seen map[string]bool
}

func (p *picture) add(id string, st draw.Style, lines ...string) {
	if i, ok := p.at[id]; ok {
		if st == draw.Strong || p.g.Nodes[i].Style == draw.Plain {
			p.g.Nodes[i].Style = st
		}
		return
	}
	p.at[id] = len(p.g.Nodes)
	p.g.Nodes = append(p.g.Nodes, draw.Node{ID: id, Lines: lines, Style: st})
}

func (p *picture) node(ref party.Ref, st draw.Style) {
	lines := []string{p.name(ref)}
	if id := ref.String(); id != lines[0] {
		lines = append(lines, id)
	}
	p.add(ref.String(), st, lines...)
}

func (p *picture) edge(from, to, label string, heavy, dashed bool) {
	key := from + "\x00" + to + "\x00" + label
	if p.seen == nil {
		p.seen = map[string]bool{}
	}
	if p.seen[key] {
		return
	}
	p.seen[key] = true
	p.g.Edges = append(p.g.Edges, draw.Edge{From: from, To: to, Label: label, Heavy: heavy, Dashed: dashed})
}

// mostDrawn is how many companies of a proof are drawn, those nearest to the
// company first: more can be neither laid out nor read.
const mostDrawn = 50

func (p *picture) proof(pr *Proof) {
	steps, more := nearestSteps(pr)
	holders := map[party.Ref]bool{}
	for _, s := range steps {
		for _, c := range s.By {
			for _, h := range c.Holders {
				holders[h] = true
			}
		}
	}
	for _, l := range pr.Listed {
		if holders[l.Party] {
			p.listed(l)
		}
	}
	for _, s := range steps {
		p.node(s.Company, draw.Marked)
		for _, c := range s.By {
			label := c.Least.String() + " %"
			if c.Above {
				label = "> " + label
			}
			if s.Control {
				label = s.Kinds[0].String()
			}
			if c.How != Direct {
				label += " (" + c.How.String() + ")"
			}
			for _, h := range c.Holders {
				p.node(h, draw.Marked)
				p.edge(h.String(), s.Company.String(), label, true, s.Control)
				p.mark(h.String(), s.Company.String())
			}
		}
	}
	if more > 0 {
		p.g.Title += fmt.Sprintf("; %d companies further up are not drawn", more)
	} else if pr.Cut {
		p.g.Title += "; only the last step of the proof is drawn"
	}
}

// nearestSteps returns the steps of the companies nearest to the one shown, in
// the order of the proof, and how many others there are.
func nearestSteps(pr *Proof) ([]*Step, int) {
	of, at := map[party.Ref]*Step{}, map[party.Ref]int{}
	for i := range pr.Steps {
		of[pr.Steps[i].Company], at[pr.Steps[i].Company] = &pr.Steps[i], i
	}
	var out []*Step
	seen := map[party.Ref]bool{pr.Company: true}
	for queue := []party.Ref{pr.Company}; len(queue) > 0 && len(out) < mostDrawn; queue = queue[1:] {
		s := of[queue[0]]
		if s == nil {
			continue
		}
		out = append(out, s)
		for _, c := range s.By {
			for _, h := range c.Holders {
				if !seen[h] {
					seen[h] = true
					queue = append(queue, h)
				}
			}
		}
	}
	slices.SortFunc(out, func(a, b *Step) int { return cmp.Compare(at[a.Company], at[b.Company]) })
	return out, len(pr.Steps) - len(out)
}

// mark notes that a pair is drawn, so that its holding is not drawn again.
func (p *picture) mark(from, to string) { p.seen[from+"\x00"+to] = true }

func (p *picture) listed(l Listed) {
	id := l.Party.String()
	p.node(l.Party, draw.Strong)
	n := &p.g.Nodes[p.at[id]]
	n.Style = draw.Strong
	line := strings.TrimSpace(fmt.Sprintf("%v %s", l.Entry, strings.Join(l.Programs, " ")))
	if id == l.Entry.String() {
		line = strings.Join(l.Programs, " ")
	}
	if !l.From.IsZero() {
		line += ", listed " + l.From.String()
	}
	if line = strings.TrimPrefix(line, ", "); line != "" && !contains(n.Lines, line) {
		n.Lines = append(n.Lines, line)
	}
}

func contains(lines []string, s string) bool {
	for _, l := range lines {
		if l == s {
			return true
		}
	}
	return false
}

func (p *picture) holder(a *Answer, h Holder) {
	st := draw.Plain
	switch h.Role {
	case IsListed:
		st = draw.Strong
	case IsOwned:
		st = draw.Marked
	case MayBeOwned, OpenOwners:
		st = draw.Open
	}
	label := h.Share
	if h.How != Direct {
		label += " (" + h.How.String() + ")"
	}
	for _, r := range h.Parties {
		if p.seen[r.String()+"\x00"+a.Company.String()] {
			continue
		}
		p.node(r, st)
		p.edge(r.String(), a.Company.String(), label, false, h.Role < IsOwned && h.Role > Outside)
	}
}

// legend explains the styles that the picture uses.
func legend(g *draw.Graph) []draw.Key {
	var used [8]bool
	heavy, dashed := false, false
	for _, n := range g.Nodes {
		used[n.Style] = true
	}
	for _, e := range g.Edges {
		heavy, dashed = heavy || e.Heavy, dashed || e.Dashed
	}
	var out []draw.Key
	for _, k := range []draw.Key{
		{Text: "listed", Style: draw.Strong}, {Text: "owned or controlled under the rule: its whole stake counts", Style: draw.Marked},
		{Text: "does not count", Style: draw.Plain}, {Text: "not known, or could go either way", Style: draw.Open},
	} {
		if used[k.Style] {
			out = append(out, k)
		}
	}
	if heavy {
		out = append(out, draw.Key{Text: "the path that decides", IsEdge: true, Heavy: true})
	}
	if dashed {
		out = append(out, draw.Key{Text: "not certain, or no share", IsEdge: true, Dashed: true})
	}
	return out
}
