// SPDX-License-Identifier: Apache-2.0

package attribution

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/interdict-dev/interdict/infra"
	"github.com/interdict-dev/interdict/internal/draw"
	"github.com/interdict-dev/interdict/party"
)

// boxLines is how many machines one box of the picture names; a larger group
// gets several. Chosen by looking at Raptor Train, whose 230 machines and marks
// make a page that reads.
const boxLines = 20

// maxShown is how many machines of a group in a tier are named; of a group
// without a tier boxLines are. Those beyond it are counted, and the JSON has them.
const maxShown = 100

// A group is machines of one party that stand in one box: of one tier, of one
// sort, first seen in one half of a year or below one domain.
type group struct {
	owner   int // node of the party
	tier    int
	sort    string
	band    string
	members []int
}

// groups puts every machine of the map into a group.
func (m *Map) groups() []group {
	owners := m.owners()
	zones := map[string]int{}
	for _, n := range m.Nodes {
		if n.Thing.Indicator.Type == infra.Domain {
			zones[infra.RegistrableDomain(n.Thing.Indicator.Value)]++
		}
	}
	at := map[string]int{}
	var out []group
	for i := range m.Nodes {
		n := &m.Nodes[i]
		if n.Thing.IsParty() {
			continue
		}
		g := group{owner: owners[i], tier: n.Tier, sort: sortOf(n.Thing.Indicator.Type), band: bandOf(n, zones)}
		key := fmt.Sprint(g.owner, "/", g.tier, "/", g.sort, "/", g.band)
		k, ok := at[key]
		if !ok {
			k = len(out)
			at[key] = k
			out = append(out, g)
		}
		out[k].members = append(out[k].members, i)
	}
	out = mergeSmall(joinBands(out))
	for k := range out {
		slices.SortStableFunc(out[k].members, func(a, b int) int {
			x, y := &m.Nodes[a], &m.Nodes[b]
			return cmp.Or(x.First.Compare(y.First), x.Thing.Compare(y.Thing))
		})
	}
	slices.SortStableFunc(out, func(a, b group) int {
		return cmp.Or(a.owner-b.owner, b.tier-a.tier, strings.Compare(a.sort, b.sort), strings.Compare(a.band, b.band))
	})
	return out
}

// joinBands puts the time bands of machines that fit into one box together.
func joinBands(groups []group) []group {
	count := map[string]int{}
	key := func(g *group) string { return fmt.Sprint(g.owner, "/", g.tier, "/", g.sort) }
	for i := range groups {
		count[key(&groups[i])] += len(groups[i].members)
	}
	var out []group
	at := map[string]int{}
	for _, g := range groups {
		k := key(&g)
		if g.sort == "domains" || count[k] > boxLines {
			out = append(out, g)
			continue
		}
		if i, ok := at[k]; ok {
			out[i].members = append(out[i].members, g.members...)
			continue
		}
		at[k], g.band = len(out), ""
		out = append(out, g)
	}
	return out
}

// mergeSmall puts groups of one or two that differ only in their band together.
func mergeSmall(groups []group) []group {
	var out []group
	at := map[string]int{}
	for _, g := range groups {
		if len(g.members) > 2 {
			out = append(out, g)
			continue
		}
		key := fmt.Sprint(g.owner, "/", g.tier, "/", g.sort)
		if k, ok := at[key]; ok {
			out[k].members = append(out[k].members, g.members...)
			out[k].band = "various"
			continue
		}
		at[key] = len(out)
		out = append(out, g)
	}
	return out
}

// owners returns of each machine the node of the party that a claim ties it to:
// for one in a tier, the party whose tier it is.
func (m *Map) owners() []int {
	parties := map[party.Ref]int{}
	for i, n := range m.Nodes {
		if n.Thing.IsParty() {
			parties[n.Thing.Party] = i
		}
	}
	for _, r := range m.Root.Same {
		parties[r] = 0
	}
	out := make([]int, len(m.Nodes))
	for i := range m.Nodes {
		found := false
		for _, c := range m.Nodes[i].Claims {
			p, ok := parties[c.To.Party]
			if inTier := m.Nodes[i].Tier > 0 && strings.Contains(c.Role, "tier"); ok && (!found || inTier) {
				out[i], found = p, true
				if inTier {
					break
				}
			}
		}
	}
	return out
}

// sortOf names what indicators of a type are in the picture.
func sortOf(t infra.Type) string {
	switch t {
	case infra.IPv4, infra.IPv6, infra.Prefix, infra.ASN:
		return "addresses"
	case infra.Domain:
		return "domains"
	case infra.CertCN:
		return "certificate names"
	case infra.CertSHA1, infra.CertSHA256:
		return "certificates"
	case infra.URL, infra.URLPart:
		return "URLs"
	case infra.Wallet:
		return "wallets"
	case infra.Email:
		return "e-mail"
	}
	return "hashes and fingerprints"
}

// bandOf is the time band of a node, and of a domain the one that several are
// below: the zones of a botnet are its campaigns.
func bandOf(n *MapNode, zones map[string]int) string {
	if n.Thing.Indicator.Type == infra.Domain {
		if z := infra.RegistrableDomain(n.Thing.Indicator.Value); zones[z] > 2 {
			return "below " + infra.Indicator{Type: infra.Domain, Value: z}.Defang()
		}
	}
	switch sortOf(n.Thing.Indicator.Type) {
	case "URLs", "hashes and fingerprints", "certificates", "wallets":
		return ""
	}
	switch {
	case n.First.IsZero() && !n.Seized.IsZero():
		return "seized"
	case n.First.IsZero():
		return "time unknown"
	case n.First.Month == 0:
		return "from " + n.First.String()
	case n.First.Month <= 6:
		return fmt.Sprintf("from %d, 1st half", n.First.Year)
	}
	return fmt.Sprintf("from %d, 2nd half", n.First.Year)
}

// Graph draws the map. With cut, what the smallest cuts would take is marked.
func (m *Map) Graph(cut bool) *draw.Graph {
	p := &picture{m: m, g: &draw.Graph{Title: m.Title(), Width: 1700}, cut: cut, boxes: map[int]string{}, lost: map[int]bool{}}
	if cut {
		for _, c := range m.Cuts {
			for _, i := range c.Lost {
				p.lost[i] = true
			}
		}
	}
	p.behind()
	p.parties()
	p.machines()
	p.links()
	p.suspected()
	p.legend()
	return p.g
}

// picture is a graph in the making.
type picture struct {
	m       *Map
	g       *draw.Graph
	cut     bool
	lost    map[int]bool
	boxes   map[int]string // of each node of the map, its box
	top     int            // layer of the root
	tierTop int            // layer of the highest tier
}

func (p *picture) add(layer int, id string, style draw.Style, lines ...string) {
	for len(p.g.Bands) < layer {
		p.g.Bands = append(p.g.Bands, "")
	}
	p.g.Nodes = append(p.g.Nodes, draw.Node{ID: id, Lines: lines, Style: style, Layer: layer})
}

// partyLines says who a party is, and whether it stands on a list: a company
// that an advisory names and no list holds says so.
func partyLines(p Party, listings []Standing) ([]string, draw.Style) {
	title := p.Name
	if title == "" {
		title = p.Ref.String()
	}
	lines := []string{title}
	if p.Listed {
		for _, s := range listings {
			if s.Stands && !s.Listed.IsZero() {
				lines = append(lines, fmt.Sprintf("listed %v by %s", s.Listed, s.List))
			}
		}
		return lines, draw.Strong
	}
	switch p.Kind {
	case party.Organization, party.Person, party.Unknown:
		return append(lines, "named by a source, NOT LISTED"), draw.Open
	}
	return append(lines, p.Kind.String()), draw.Plain
}

// behind draws the parties between the root and the listed ones behind it.
func (p *picture) behind() {
	depth := 0
	for i := range p.m.Behind {
		depth = max(depth, len(p.m.Behind[i].Steps))
	}
	p.top = depth + 1
	if len(p.m.Beside) > 0 {
		p.top = max(p.top, 2) // those beside stand above the root, so that their lines come down to it
	}
	done := map[string]bool{}
	for i := range p.m.Behind {
		c := &p.m.Behind[i]
		below := "n0"
		for k := range c.Steps {
			s := &c.Steps[k]
			id := "behind " + s.To.String()
			if !done[id] {
				done[id] = true
				who, listings := Party{Ref: s.To.Party, Name: strings.TrimSuffix(s.ToName, " ("+s.To.String()+")")}, []Standing(nil)
				who.Kind = party.ThreatGroup
				if k == len(c.Steps)-1 {
					who, listings = c.Party, c.Standings
				}
				layer := p.top - 1 - k
				if k == len(c.Steps)-1 {
					layer = 1
				}
				lines, style := partyLines(who, listings)
				p.add(layer, id, style, lines...)
			}
			if edge := id + below; !done[edge] {
				done[edge] = true
				p.g.Edges = append(p.g.Edges, draw.Edge{From: id, To: below, Label: relationDown(&s.Claims[0]), Dashed: s.Beside, Heavy: i == 0})
			}
			below = id
		}
	}
}

// relationDown says the relation of a step from the party behind, short.
func relationDown(s *Statement) string {
	return fmt.Sprintf("%s [%v]", s.Relation, s.Class)
}

// parties draws the root, what it answers for, and who is named beside it.
func (p *picture) parties() {
	depth := make([]int, len(p.m.Nodes))
	for changed := true; changed; {
		changed = false
		for _, l := range p.m.Links {
			if p.m.Nodes[l.From].Thing.IsParty() && p.m.Nodes[l.To].Thing.IsParty() && l.To != 0 && depth[l.To] == 0 {
				depth[l.To] = depth[l.From] + 1
				changed = changed || depth[l.To] > 0
			}
		}
	}
	low := p.top
	for i := range p.m.Nodes {
		n := &p.m.Nodes[i]
		if !n.Thing.IsParty() {
			continue
		}
		who := Party{Ref: n.Thing.Party, Name: n.Name, Listed: n.Listed}
		if k, err := party.ParseKind(n.Kind); err == nil {
			who.Kind = k
		}
		lines, style := partyLines(who, nil)
		if i == 0 {
			lines, style = partyLines(p.m.Root, p.m.Listings)
		} else if n.Listed {
			lines = append(lines, "listed: "+n.Thing.String())
		}
		p.boxes[i] = fmt.Sprintf("n%d", i)
		p.add(p.top+depth[i], p.boxes[i], style, lines...)
		low = max(low, p.top+depth[i])
	}
	for _, a := range p.m.Beside {
		id := "beside " + a.Party.Ref.String()
		lines, style := partyLines(a.Party, nil)
		if a.Party.Listed {
			lines = append(lines, "listed: "+a.Party.Ref.String())
		}
		if !slices.ContainsFunc(p.g.Nodes, func(n draw.Node) bool { return n.ID == id }) {
			p.add(p.top-1, id, style, lines...)
		}
		with := slices.IndexFunc(p.m.Nodes, func(n MapNode) bool { return n.Thing.Party == a.With })
		if with >= 0 {
			p.g.Edges = append(p.g.Edges, draw.Edge{From: id, To: p.boxes[with], Label: a.Relation, Dashed: true})
		}
	}
	p.tierTop = low + 1
	p.g.Bands[p.top-1] = ""
}

// machines draws the groups in boxes, the highest tier first.
func (p *picture) machines() {
	groups := p.m.groups()
	tiers := map[int]int{}
	layer, ofOthers := p.tierTop, 0
	for _, g := range groups {
		if g.tier > 0 {
			tiers[g.tier] = 0
		} else if p.isOfCampaign(&g) {
			ofOthers = p.tierTop
			layer = p.tierTop + 1
		}
	}
	for _, tier := range slices.Backward(sorted(tiers)) {
		tiers[tier] = layer
		layer++
	}
	tiers[0] = layer
	for k, g := range groups {
		shown := g.members[:min(len(g.members), maxShown)]
		if g.tier == 0 {
			shown = g.members[:min(len(g.members), boxLines)]
		}
		parts := slices.Collect(slices.Chunk(shown, boxLines))
		for c, part := range parts {
			id := fmt.Sprintf("g%d.%d", k, c)
			lines := []string{p.groupTitle(&g, c, len(parts))}
			style := draw.Plain
			for _, i := range part {
				p.boxes[i] = id
				line := p.machineLine(i)
				if p.lost[i] {
					line, style = "\u2715 "+line, draw.Marked
				}
				lines = append(lines, line)
			}
			if rest := len(g.members) - len(shown); rest > 0 && c == len(parts)-1 {
				lines = append(lines, fmt.Sprintf("and %d more (see the JSON)", rest))
				for _, i := range g.members[len(shown):] {
					p.boxes[i] = id
				}
			}
			if p.isSeized(part) {
				style = draw.Muted
			}
			at := tiers[g.tier]
			if g.tier == 0 && p.isOfCampaign(&g) {
				at = ofOthers
			}
			p.add(at, id, style, lines...)
		}
	}
	if ofOthers > 0 {
		p.g.Bands[ofOthers-1] = "Campaigns"
	}
	p.zones()
	for tier, at := range tiers {
		if at <= len(p.g.Bands) {
			p.g.Bands[at-1] = fmt.Sprintf("Tier %d", tier)
			if tier == 0 {
				p.g.Bands[at-1] = "No tier said"
			}
		}
	}
}

// isOfCampaign says that a group is the marks of a campaign: they stand above
// the tiers, next to it.
func (p *picture) isOfCampaign(g *group) bool {
	return p.m.Nodes[g.owner].Kind == party.Campaign.String()
}

// zones ties a domain of the picture to the boxes of hosts below it.
func (p *picture) zones() {
	at := map[string]string{}
	for i, n := range p.m.Nodes {
		if v := n.Thing.Indicator.Value; n.Thing.Indicator.Type == infra.Domain && infra.RegistrableDomain(v) == v {
			at[v] = p.boxes[i]
		}
	}
	done := map[string]bool{}
	for i, n := range p.m.Nodes {
		if n.Thing.Indicator.Type != infra.Domain {
			continue
		}
		from, ok := at[infra.RegistrableDomain(n.Thing.Indicator.Value)]
		if to := p.boxes[i]; ok && from != to && !done[from+to] {
			done[from+to] = true
			p.g.Edges = append(p.g.Edges, draw.Edge{From: from, To: to, Label: "hosts below"})
		}
	}
}

// countOf says how many of what are in a group.
func countOf(g *group) string {
	if len(g.members) > 1 {
		return fmt.Sprintf("%d %s", len(g.members), g.sort)
	}
	one := strings.TrimSuffix(g.sort, "s")
	if g.sort == "addresses" {
		one = "address"
	}
	return "1 " + one
}

func (p *picture) isSeized(part []int) bool {
	return !slices.ContainsFunc(part, func(i int) bool { return p.m.Nodes[i].Seized.IsZero() })
}

func (p *picture) groupTitle(g *group, part, parts int) string {
	s := countOf(g)
	if g.band != "" {
		s += ", " + g.band
	}
	if parts > 1 {
		s += fmt.Sprintf(" (%d of %d)", part+1, parts)
	}
	return s
}

// machineLine is one machine with the days on which it was seen.
func (p *picture) machineLine(i int) string {
	n := &p.m.Nodes[i]
	s := short(n.Thing.Indicator)
	switch {
	case !n.Seized.IsZero():
		s += "  seized " + n.Seized.String()
	case !n.First.IsZero() && !n.Last.IsZero():
		s += fmt.Sprintf("  %s\u2013%s", month(n.First), month(n.Last))
	}
	return s
}

func month(d party.Date) string {
	d.Day = 0
	return d.String()
}

// short is an indicator for a box: long ones lose their middle.
func short(i infra.Indicator) string {
	r := []rune(i.Value)
	const keep = 24
	if len(r) <= keep {
		return i.Value
	}
	switch i.Type {
	case infra.Domain, infra.Email, infra.CertCN:
		return "\u2026" + string(r[len(r)-keep+1:]) // what is registered stands at the end
	}
	return string(r[:keep-1]) + "\u2026"
}

// links draws one line between two boxes, however many links there are.
func (p *picture) links() {
	type pair struct{ from, to string }
	said, inferred := map[pair]string{}, map[pair]bool{}
	var order []pair
	for _, l := range p.m.Links {
		e := pair{p.boxes[l.From], p.boxes[l.To]}
		if e.from == e.to || e.from == "" || e.to == "" {
			continue
		}
		_, a := said[e]
		b := inferred[e]
		if !a && !b {
			order = append(order, e)
		}
		if l.Inferred {
			inferred[e] = true
			continue
		}
		label := ""
		if p.m.Nodes[l.To].Thing.IsParty() {
			label = l.Relation
		}
		said[e] = label
	}
	for _, e := range order {
		label, ok := said[e]
		p.g.Edges = append(p.g.Edges, draw.Edge{From: e.from, To: e.to, Label: label, Dashed: !ok})
	}
}

// suspected draws what shares a trait and is attributed to nobody of the map.
func (p *picture) suspected() {
	if len(p.m.Suspected) == 0 {
		return
	}
	lines := []string{fmt.Sprintf("%d SUSPECTED: share a trait, not attributed here", len(p.m.Suspected))}
	for k, s := range p.m.Suspected {
		if k == boxLines {
			lines = append(lines, fmt.Sprintf("and %d more (see the JSON)", len(p.m.Suspected)-k))
			break
		}
		lines = append(lines, short(s.Indicator)+"  by "+short(p.m.Nodes[s.Node].Thing.Indicator))
	}
	p.add(len(p.g.Bands), "suspected", draw.Open, lines...)
}

func (p *picture) legend() {
	key := func(text string, s draw.Style) { p.g.Legend = append(p.g.Legend, draw.Key{Text: text, Style: s}) }
	key("a listed party, with the day of each listing", draw.Strong)
	key("a threat group, botnet, campaign or tool, and machines and marks that claims attribute to it; the months say first and last seen", draw.Plain)
	key("named by a source and on no list, or suspected for a shared trait: for review, no finding against anybody", draw.Open)
	if len(p.m.Seized) > 0 {
		key("seized: control ended on that day, and what is there answers to the authorities", draw.Muted)
	}
	if p.cut {
		key("\u2715 the smallest set of machines whose loss cuts the tier below off", draw.Marked)
	}
	p.g.Legend = append(p.g.Legend,
		draw.Key{Text: "a claim says so; the letter is the grade of its source (A legal act, B official, C research)", IsEdge: true},
		draw.Key{Text: "an association, or inferred: the tier below was seen at the same time", IsEdge: true, Dashed: true})
	if len(p.m.Left) > 0 {
		var left []string
		for _, why := range slices.Sorted(maps.Keys(p.m.Left)) {
			left = append(left, fmt.Sprintf("%d %s", p.m.Left[why], why))
		}
		key("not drawn on this day: machines "+strings.Join(left, ", "), draw.Muted)
	}
}

// Timeline draws the history on one axis: what ties parties, the groups of
// machines, and across all rows designations and seizures.
func (m *Map) Timeline() *draw.Timeline {
	t := &draw.Timeline{Title: strings.Replace(m.Title(), "The structure behind", "The history of", 1)}
	for i, n := range m.Nodes {
		if bars := m.partyBars(i); len(bars) > 0 {
			t.Rows = append(t.Rows, draw.Row{Label: cutLabel(n.Name), Bars: bars})
		}
	}
	for _, g := range m.groups() {
		if r, ok := m.groupRow(&g); ok {
			t.Rows = append(t.Rows, r)
		}
	}
	t.Events = m.events()
	t.Legend = []draw.Key{
		{Text: "what ties a party to the one above it; the letter is the grade of the source", Style: draw.Marked},
		{Text: "machines and marks, from the first day that one was seen to the last", Style: draw.Plain},
	}
	return t
}

func cutLabel(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:39]) + "\u2026"
	}
	return s
}

// partyBars are the dated claims that tie a party to one above.
func (m *Map) partyBars(i int) []draw.Bar {
	var bars []draw.Bar
	for _, l := range m.Links {
		if l.To != i || !m.Nodes[i].Thing.IsParty() {
			continue
		}
		for _, c := range l.Claims {
			if c.First.IsZero() && c.Last.IsZero() {
				continue
			}
			b := draw.Bar{Text: fmt.Sprintf("%s [%v]", c.Relation, c.Class), Style: draw.Marked}
			if !c.First.IsZero() {
				b.From = c.First.Time()
			}
			if !c.Last.IsZero() {
				b.To = c.Last.Last().Time().AddDate(0, 0, 1)
			}
			bars = append(bars, b)
		}
	}
	return bars[:min(len(bars), 1)]
}

func (m *Map) groupRow(g *group) (draw.Row, bool) {
	label := countOf(g)
	if g.tier > 0 {
		label = fmt.Sprintf("tier %d: %s", g.tier, label)
	}
	r := draw.Row{Label: label}
	b := draw.Bar{Text: g.band}
	for _, i := range g.members {
		n := &m.Nodes[i]
		if n.First.IsZero() || n.Last.IsZero() {
			continue
		}
		if from := n.First.Time(); b.From.IsZero() || from.Before(b.From) {
			b.From = from
		}
		if to := n.Last.Last().Time().AddDate(0, 0, 1); to.After(b.To) {
			b.To = to
		}
	}
	if b.From.IsZero() {
		return r, false
	}
	r.Bars = []draw.Bar{b}
	return r, true
}

// events are designations and seizures, those of one day together.
func (m *Map) events() []draw.Event {
	var out []draw.Event
	seized := map[party.Date]int{}
	for _, e := range m.Moments {
		switch e.What {
		case "designated":
			out = append(out, draw.Event{At: e.Date.Time(), Text: e.Source + " lists " + cutLabel(e.Name), Heavy: true})
		case "control ended":
			seized[e.Date]++
		}
	}
	var days []party.Date
	for d := range seized {
		days = append(days, d)
	}
	slices.SortFunc(days, party.Date.Compare)
	for _, d := range days {
		out = append(out, draw.Event{At: d.Time(), Text: fmt.Sprintf("%d seized", seized[d]), Heavy: true})
	}
	return out
}
