// SPDX-License-Identifier: Apache-2.0

package draw

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode"
)

// Sizes, in pixels. They were chosen by looking at pictures of 5, 50 and 200
// nodes.
const (
	fontSize   = 12.0
	lineHeight = 15.0
	padX       = 10.0
	padY       = 8.0
	gapX       = 26.0
	gapY       = 66.0 // between layers: room for one label
	rowGap     = 22.0 // between the rows of one layer
	margin     = 24.0
	wrapAt     = 38 // characters of a line
	titleSize  = 16.0
)

// A box is a node, or the place where a long edge passes a layer.
type box struct {
	node       *Node // nil for a passage
	lines      []string
	x, y, w, h float64 // x is the middle, y the top
	layer      int
	row        int
	up, down   []int // boxes of the neighbouring layers
}

// A line is an edge on the picture, through the boxes of path.
type line struct {
	edge     *Edge
	path     []int
	reversed bool // against the layers, to break a circle
}

type layout struct {
	g      *Graph
	boxes  []box
	layers [][]int
	lines  []line
	bands  []band
	width  float64
	height float64
}

// A band is where a layer stands.
type band struct {
	name      string
	top, high float64
}

func (g *Graph) layout() (*layout, error) {
	l := &layout{g: g}
	at := map[string]int{}
	for i := range g.Nodes {
		n := &g.Nodes[i]
		if _, ok := at[n.ID]; ok {
			return nil, fmt.Errorf("two nodes have the ID %q", n.ID)
		}
		at[n.ID] = i
		l.boxes = append(l.boxes, boxOf(n))
	}
	type pair struct{ from, to int }
	var edges []pair
	for i := range g.Edges {
		e := &g.Edges[i]
		from, ok := at[e.From]
		to, ok2 := at[e.To]
		if !ok || !ok2 {
			return nil, fmt.Errorf("the edge from %q to %q ends nowhere", e.From, e.To)
		}
		edges = append(edges, pair{from, to})
		l.lines = append(l.lines, line{edge: e})
	}
	outs := make([][]int, len(g.Nodes))
	for i, e := range edges {
		outs[e.from] = append(outs[e.from], i)
	}
	l.breakCircles(outs, func(i int) int { return edges[i].to })
	l.assignLayers(func(i int) (int, int) {
		if l.lines[i].reversed {
			return edges[i].to, edges[i].from
		}
		return edges[i].from, edges[i].to
	})
	for i, e := range edges {
		l.route(i, e.from, e.to)
	}
	l.order()
	l.place()
	return l, nil
}

func boxOf(n *Node) box {
	b := box{node: n, layer: n.Layer - 1}
	wide := 60.0
	for i, s := range n.Lines {
		for _, part := range wrap(s) {
			b.lines = append(b.lines, part)
			w := textWidth(part, fontSize)
			if i == 0 {
				w *= 1.15 // bold
			}
			wide = max(wide, w)
		}
	}
	b.w = wide + 2*padX
	b.h = float64(max(len(b.lines), 1))*lineHeight + 2*padY - 2
	return b
}

// wrap breaks a long line at blanks; a word that is too long stays whole up to
// twice the width and is then cut.
func wrap(s string) []string {
	s = strings.Join(strings.Fields(s), " ")
	var out []string
	for len([]rune(s)) > wrapAt {
		r := []rune(s)
		cut := wrapAt
		for cut > wrapAt/2 && r[cut] != ' ' {
			cut--
		}
		if r[cut] != ' ' {
			cut = wrapAt
		}
		out = append(out, strings.TrimSpace(string(r[:cut])))
		s = strings.TrimSpace(string(r[cut:]))
	}
	return append(out, s)
}

// textWidth estimates how wide text is in a sans-serif face.
func textWidth(s string, size float64) float64 {
	em := 0.0
	for _, r := range s {
		switch {
		case strings.ContainsRune("ijlI.,:;|'!()[] ", r):
			em += 0.31
		case r >= '0' && r <= '9':
			em += 0.57
		case strings.ContainsRune("mwMW@%—", r):
			em += 0.88
		case r >= 0x1100 && (unicode.Is(unicode.Han, r) || unicode.Is(unicode.Hangul, r) || unicode.Is(unicode.Hiragana, r) || unicode.Is(unicode.Katakana, r)):
			em += 1.0
		case unicode.IsUpper(r):
			em += 0.69
		default:
			em += 0.55
		}
	}
	return em * size
}

// breakCircles marks the edges to be drawn against the layers, so that the
// rest has no circle.
func (l *layout) breakCircles(outs [][]int, to func(int) int) {
	const (
		fresh = iota
		open
		closed
	)
	state := make([]int, len(outs))
	next := make([]int, len(outs))
	for root := range outs {
		if state[root] != fresh {
			continue
		}
		stack := []int{root}
		state[root] = open
		for len(stack) > 0 {
			v := stack[len(stack)-1]
			if next[v] == len(outs[v]) {
				state[v] = closed
				stack = stack[:len(stack)-1]
				continue
			}
			e := outs[v][next[v]]
			next[v]++
			switch w := to(e); state[w] {
			case open:
				l.lines[e].reversed = true
			case fresh:
				state[w] = open
				stack = append(stack, w)
			}
		}
	}
}

// assignLayers gives each node without a layer the lowest that its edges from
// above allow, then draws sources down to just above what they point at.
func (l *layout) assignLayers(ends func(int) (int, int)) {
	fixed := make([]bool, len(l.boxes))
	for i := range l.boxes {
		fixed[i] = l.boxes[i].layer >= 0
		l.boxes[i].layer = max(l.boxes[i].layer, 0)
	}
	for changed, rounds := true, 0; changed && rounds <= len(l.boxes); rounds++ {
		changed = false
		for i := range l.lines {
			from, to := ends(i)
			if from != to && !fixed[to] && l.boxes[to].layer <= l.boxes[from].layer {
				l.boxes[to].layer = l.boxes[from].layer + 1
				changed = true
			}
		}
	}
	hasIn := make([]bool, len(l.boxes))
	lowest := make([]int, len(l.boxes))
	for i := range lowest {
		lowest[i] = -1
	}
	for i := range l.lines {
		from, to := ends(i)
		if from == to {
			continue
		}
		hasIn[to] = true
		if k := l.boxes[to].layer - 1; lowest[from] < 0 || k < lowest[from] {
			lowest[from] = k
		}
	}
	for i := range l.boxes {
		if !fixed[i] && !hasIn[i] && lowest[i] > l.boxes[i].layer {
			l.boxes[i].layer = lowest[i]
		}
	}
	for i := range l.boxes {
		for len(l.layers) <= l.boxes[i].layer {
			l.layers = append(l.layers, nil)
		}
		l.layers[l.boxes[i].layer] = append(l.layers[l.boxes[i].layer], i)
	}
}

// route takes an edge through the layers between its ends.
func (l *layout) route(i, from, to int) {
	path := []int{from}
	step := 1
	if l.boxes[to].layer < l.boxes[from].layer {
		step = -1
	}
	for k := l.boxes[from].layer + step; k != l.boxes[to].layer && l.boxes[to].layer != l.boxes[from].layer; k += step {
		l.boxes = append(l.boxes, box{layer: k, w: 8})
		l.layers[k] = append(l.layers[k], len(l.boxes)-1)
		path = append(path, len(l.boxes)-1)
	}
	path = append(path, to)
	l.lines[i].path = path
	for k := 1; k < len(path); k++ {
		a, b := path[k-1], path[k]
		switch d := l.boxes[b].layer - l.boxes[a].layer; {
		case d > 0:
			l.boxes[a].down, l.boxes[b].up = append(l.boxes[a].down, b), append(l.boxes[b].up, a)
		case d < 0:
			l.boxes[b].down, l.boxes[a].up = append(l.boxes[b].down, a), append(l.boxes[a].up, b)
		}
	}
}

// order sorts each layer by the mean place of its neighbours, down and up in
// turn, and keeps the order with the fewest crossings.
func (l *layout) order() {
	place := make([]float64, len(l.boxes))
	number := func() {
		for _, layer := range l.layers {
			for i, b := range layer {
				place[b] = float64(i)
			}
		}
	}
	number()
	best, fewest := clone(l.layers), l.crossings(place)
	for round := range 12 {
		for k := range l.layers {
			if round%2 == 1 {
				k = len(l.layers) - 1 - k
			}
			layer := l.layers[k]
			mean := map[int]float64{}
			for _, b := range layer {
				near := l.boxes[b].up
				if round%2 == 1 {
					near = l.boxes[b].down
				}
				mean[b] = place[b]
				if len(near) > 0 {
					s := 0.0
					for _, n := range near {
						s += place[n]
					}
					mean[b] = s / float64(len(near))
				}
			}
			slices.SortStableFunc(layer, func(a, b int) int { return cmp.Compare(mean[a], mean[b]) })
			for i, b := range layer {
				place[b] = float64(i)
			}
		}
		if c := l.crossings(place); c < fewest {
			best, fewest = clone(l.layers), c
		}
	}
	l.layers = best
}

func clone(layers [][]int) [][]int {
	out := make([][]int, len(layers))
	for i := range layers {
		out[i] = slices.Clone(layers[i])
	}
	return out
}

func (l *layout) crossings(place []float64) int {
	n := 0
	for _, layer := range l.layers {
		var ends [][2]float64
		for _, a := range layer {
			for _, b := range l.boxes[a].down {
				ends = append(ends, [2]float64{place[a], place[b]})
			}
		}
		if len(ends) > 2000 {
			continue // a layer like that is not read edge by edge
		}
		for i := range ends {
			for j := range i {
				if (ends[i][0]-ends[j][0])*(ends[i][1]-ends[j][1]) < 0 {
					n++
				}
			}
		}
	}
	return n
}

// place gives each box its place: rows of at most the width, each box near the
// middle of its neighbours.
func (l *layout) place() {
	limit := float64(l.g.Width)
	if limit <= 0 {
		limit = 1400
	}
	y := margin
	if l.g.Title != "" {
		y += titleSize + 14
	}
	for k, layer := range l.layers {
		rows := breakRows(l.boxes, layer, limit)
		top := y
		for r, row := range rows {
			high := 0.0
			for _, b := range row {
				l.boxes[b].row, l.boxes[b].y = r, y
				high = max(high, l.boxes[b].h)
			}
			l.pack(row)
			y += high
			if r < len(rows)-1 {
				y += rowGap
			}
		}
		name := ""
		if k < len(l.g.Bands) {
			name = l.g.Bands[k]
		}
		l.bands = append(l.bands, band{name, top, y - top})
		y += gapY
	}
	for round := range 10 {
		for k := range l.layers {
			if round%2 == 1 {
				k = len(l.layers) - 1 - k
			}
			for _, row := range breakRows(l.boxes, l.layers[k], limit) {
				l.settle(row, round%2 == 1)
			}
		}
	}
	l.finish(y - gapY)
}

// breakRows deals a layer out to as many rows as keep each within the limit,
// in turn, so that what stands side by side in the layer stays close together.
func breakRows(boxes []box, layer []int, limit float64) [][]int {
	wide := 0.0
	for _, b := range layer {
		wide += boxes[b].w + gapX
	}
	n := min(max(int(math.Ceil(wide/limit)), 1), max(len(layer), 1))
	rows := make([][]int, n)
	for i, b := range layer {
		rows[i%n] = append(rows[i%n], b)
	}
	return rows
}

func (l *layout) pack(row []int) {
	x := 0.0
	for _, b := range row {
		l.boxes[b].x = x + l.boxes[b].w/2
		x += l.boxes[b].w + gapX
	}
	for _, b := range row {
		l.boxes[b].x -= (x - gapX) / 2
	}
}

// settle moves the boxes of a row towards their neighbours, keeping order and
// gaps: once from the left, once from the right, and the mean of both.
func (l *layout) settle(row []int, upwards bool) {
	want := make([]float64, len(row))
	for i, b := range row {
		near := l.boxes[b].up
		if upwards || len(near) == 0 {
			near = l.boxes[b].down
		}
		want[i] = l.boxes[b].x
		if len(near) > 0 {
			s := 0.0
			for _, n := range near {
				s += l.boxes[n].x
			}
			want[i] = s / float64(len(near))
		}
	}
	gap := func(i int) float64 { return (l.boxes[row[i]].w+l.boxes[row[i+1]].w)/2 + gapX }
	left, right := slices.Clone(want), slices.Clone(want)
	for i := 1; i < len(row); i++ {
		left[i] = max(left[i], left[i-1]+gap(i-1))
	}
	for i := len(row) - 2; i >= 0; i-- {
		right[i] = min(right[i], right[i+1]-gap(i))
	}
	for i, b := range row {
		l.boxes[b].x = (left[i] + right[i]) / 2
	}
}

// finish shifts everything to the margin and measures the picture.
func (l *layout) finish(bottom float64) {
	lo, hi := 0.0, 0.0
	for i, b := range l.boxes {
		if i == 0 || b.x-b.w/2 < lo {
			lo = b.x - b.w/2
		}
		if i == 0 || b.x+b.w/2 > hi {
			hi = b.x + b.w/2
		}
	}
	side := 0.0
	for _, b := range l.bands {
		if b.name != "" {
			side = max(side, textWidth(b.name, fontSize)+20)
		}
	}
	for i := range l.boxes {
		l.boxes[i].x += margin + side - lo
	}
	l.width = max(hi-lo+2*margin+side+30, textWidth(l.g.Title, titleSize)*1.2+2*margin)
	for _, k := range l.g.Legend {
		l.width = max(l.width, textWidth(k.Text, fontSize)+2*margin+50)
	}
	l.height = bottom + margin
	if len(l.g.Legend) > 0 {
		l.height += float64(len(l.g.Legend))*20 + 14
	}
}
