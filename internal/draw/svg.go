// SPDX-License-Identifier: Apache-2.0

package draw

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// canvas collects SVG. Numbers are printed with one decimal, so that the bytes
// do not depend on the last bits of a sum.
type canvas struct{ strings.Builder }

func num(f float64) string {
	s := strconv.FormatFloat(math.Round(f*10)/10, 'f', 1, 64)
	s = strings.TrimSuffix(s, ".0")
	if s == "-0" {
		return "0"
	}
	return s
}

// escape makes text safe inside an element or an attribute. What XML 1.0 does
// not allow at all becomes a replacement character.
func escape(s string) string {
	s = strings.Map(func(r rune) rune {
		if r == '\t' || r == '\n' || r == '\r' {
			return ' '
		}
		if unicode.IsControl(r) || r == 0xFFFE || r == 0xFFFF {
			return '\ufffd'
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd"))
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#39;").Replace(s)
}

func (c *canvas) open(width, height float64, title string) {
	fmt.Fprintf(c, `<svg xmlns="http://www.w3.org/2000/svg" role="img" width="%s" height="%s" viewBox="0 0 %s %s" font-family="Helvetica, Arial, 'DejaVu Sans', sans-serif" font-size="%s">`+"\n",
		num(math.Ceil(width)), num(math.Ceil(height)), num(math.Ceil(width)), num(math.Ceil(height)), num(fontSize))
	fmt.Fprintf(c, "<title>%s</title>\n", escape(title))
	c.WriteString(`<rect width="100%" height="100%" fill="#ffffff"/>` + "\n")
	if title != "" {
		c.text(margin, margin+titleSize-3, title, `font-weight="bold" font-size="16" fill="#111827"`)
	}
}

func (c *canvas) text(x, y float64, s, attr string) {
	fmt.Fprintf(c, `<text x="%s" y="%s" %s>%s</text>`+"\n", num(x), num(y), attr, escape(s))
}

func (c *canvas) rect(x, y, w, h float64, s Style) {
	fill, stroke, width, dash, _, radius := s.look()
	if dash != "" {
		dash = ` stroke-dasharray="` + dash + `"`
	}
	fmt.Fprintf(c, `<rect x="%s" y="%s" width="%s" height="%s" rx="%s" fill="%s" stroke="%s" stroke-width="%s"%s/>`+"\n",
		num(x), num(y), num(w), num(h), radius, fill, stroke, width, dash)
}

type point struct{ x, y float64 }

// arrow draws a line through the points with a head at its end.
func (c *canvas) arrow(ps []point, heavy, dashed bool) {
	stroke, width, head := "#6b7280", 1.3, 8.0
	if heavy {
		stroke, width, head = "#b42318", 3.2, 12
	}
	a, b := ps[len(ps)-2], ps[len(ps)-1]
	d := math.Hypot(b.x-a.x, b.y-a.y)
	if d < 1 {
		d = 1
	}
	ux, uy := (b.x-a.x)/d, (b.y-a.y)/d
	end := point{b.x - ux*head*0.8, b.y - uy*head*0.8}
	var path strings.Builder
	for i, p := range ps {
		if i == len(ps)-1 {
			p = end
		}
		op := "L"
		if i == 0 {
			op = "M"
		}
		path.WriteString(op + num(p.x) + " " + num(p.y))
	}
	dash := ""
	if dashed {
		dash = ` stroke-dasharray="6 4"`
	}
	fmt.Fprintf(c, `<path d="%s" fill="none" stroke="%s" stroke-width="%s" stroke-linejoin="round"%s/>`+"\n", path.String(), stroke, num(width), dash)
	fmt.Fprintf(c, `<path d="M%s %sL%s %sL%s %sZ" fill="%s"/>`+"\n",
		num(b.x), num(b.y), num(b.x-ux*head-uy*head*0.42), num(b.y-uy*head+ux*head*0.42), num(b.x-ux*head+uy*head*0.42), num(b.y-uy*head-ux*head*0.42), stroke)
}

func (l *layout) svg() string {
	var c canvas
	c.open(l.width, l.height, l.g.Title)
	for i, b := range l.bands {
		if b.name == "" {
			continue
		}
		fill := "#f9fafb"
		if i%2 == 1 {
			fill = "#f3f4f6"
		}
		fmt.Fprintf(&c, `<rect x="0" y="%s" width="%s" height="%s" fill="%s"/>`+"\n", num(b.top-14), num(l.width), num(b.high+28), fill)
		c.text(12, b.top+b.high/2+4, b.name, `font-weight="bold" fill="#4b5563"`)
	}
	routes := l.routes()
	for pass := range 2 { // heavy lines above the others
		for i, ln := range l.lines {
			if ln.edge.Heavy == (pass == 1) {
				c.arrow(routes[i], ln.edge.Heavy, ln.edge.Dashed)
			}
		}
	}
	for i := range l.boxes {
		if b := &l.boxes[i]; b.node != nil {
			c.box(b)
		}
	}
	l.labels(&c, routes)
	l.legend(&c)
	c.WriteString("</svg>\n")
	return c.String()
}

func (c *canvas) box(b *box) {
	c.rect(b.x-b.w/2, b.y, b.w, b.h, b.node.Style)
	_, _, _, _, colour, _ := b.node.Style.look()
	bold := len(wrap(first(b.node.Lines)))
	for i, s := range b.lines {
		attr := `text-anchor="middle" fill="` + colour + `"`
		if i < bold {
			attr += ` font-weight="bold"`
		}
		c.text(b.x, b.y+padY+lineHeight*float64(i)+11, s, attr)
	}
}

func first(lines []string) string {
	if len(lines) == 0 {
		return ""
	}
	return lines[0]
}

// routes gives each line its points: it leaves a box at the bottom and enters
// at the top, spread over the side in the order of the other ends.
func (l *layout) routes() [][]point {
	type port struct {
		line  int
		other float64
	}
	bottoms, tops := map[int][]port{}, map[int][]port{}
	down := make([]bool, len(l.lines))
	for i, ln := range l.lines {
		from, to := ln.path[0], ln.path[len(ln.path)-1]
		down[i] = l.boxes[to].layer > l.boxes[from].layer || l.boxes[to].layer == l.boxes[from].layer && l.boxes[to].row > l.boxes[from].row
		next, prev := l.boxes[ln.path[1]].x, l.boxes[ln.path[len(ln.path)-2]].x
		if down[i] {
			bottoms[from], tops[to] = append(bottoms[from], port{i, next}), append(tops[to], port{i, prev})
		} else {
			tops[from], bottoms[to] = append(tops[from], port{i, next}), append(bottoms[to], port{i, prev})
		}
	}
	at := map[[2]int]float64{} // box and line
	for _, side := range []map[int][]port{bottoms, tops} {
		for b, ports := range side {
			slices.SortStableFunc(ports, func(a, b port) int { return cmp.Or(cmp.Compare(a.other, b.other), a.line-b.line) })
			w := l.boxes[b].w - 24
			for k, p := range ports {
				at[[2]int{b, p.line}] = l.boxes[b].x + w*((float64(k)+1)/(float64(len(ports))+1)-0.5)
			}
		}
	}
	out := make([][]point, len(l.lines))
	for i, ln := range l.lines {
		if ln.path[0] == ln.path[len(ln.path)-1] {
			out[i] = l.ownLoop(ln.path[0])
			continue
		}
		for k, b := range ln.path {
			bx := &l.boxes[b]
			switch {
			case k == 0 && down[i], k == len(ln.path)-1 && !down[i]:
				out[i] = append(out[i], point{at[[2]int{b, i}], bx.y + bx.h})
			case k == 0, k == len(ln.path)-1:
				out[i] = append(out[i], point{at[[2]int{b, i}], bx.y})
			default:
				band := l.bands[bx.layer]
				top, low := point{bx.x, band.top}, point{bx.x, band.top + band.high}
				if !down[i] {
					top, low = low, top
				}
				out[i] = append(out[i], top, low)
			}
		}
		if a, b := &l.boxes[ln.path[0]], &l.boxes[ln.path[len(ln.path)-1]]; a.layer == b.layer && a.row == b.row {
			out[i] = sideways(a, b)
		}
	}
	return out
}

// ownLoop is the way of an edge from a box to itself.
func (l *layout) ownLoop(i int) []point {
	b := &l.boxes[i]
	r := b.x + b.w/2
	return []point{{r, b.y + b.h*0.7}, {r + 18, b.y + b.h*0.7}, {r + 18, b.y + b.h*0.3}, {r, b.y + b.h*0.3}}
}

// sideways is the way between two boxes of one row: below them.
func sideways(a, b *box) []point {
	low := max(a.y+a.h, b.y+b.h) + 16
	return []point{{a.x, a.y + a.h}, {a.x, low}, {b.x, low}, {b.x, b.y + b.h}}
}

type area struct{ x0, y0, x1, y1 float64 }

func (a area) meets(b area) bool {
	return a.x0 < b.x1 && b.x0 < a.x1 && a.y0 < b.y1 && b.y0 < a.y1
}

// labels puts each label on its line where it covers no box and no other
// label, as far as there is such a place.
func (l *layout) labels(c *canvas, routes [][]point) {
	var taken []area
	for i := range l.boxes {
		if b := &l.boxes[i]; b.node != nil {
			taken = append(taken, area{b.x - b.w/2, b.y, b.x + b.w/2, b.y + b.h})
		}
	}
	var order []int
	for i, ln := range l.lines {
		if ln.edge.Label != "" {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return heavyFirst(l.lines[a].edge) - heavyFirst(l.lines[b].edge) })
	for _, i := range order {
		e := l.lines[i].edge
		w := textWidth(e.Label, fontSize) + 6
		spot, where := point{}, area{}
		for k, t := range []float64{0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8, 0.5} {
			spot = along(routes[i], t)
			where = area{spot.x - w/2, spot.y - 8, spot.x + w/2, spot.y + 8}
			if k == 7 || !slices.ContainsFunc(taken, where.meets) {
				break
			}
		}
		if ps := routes[i]; l.lines[i].path[0] == l.lines[i].path[len(l.lines[i].path)-1] {
			spot = point{ps[1].x + w/2 + 2, (ps[1].y + ps[2].y) / 2} // beside its own loop
			where = area{spot.x - w/2, spot.y - 8, spot.x + w/2, spot.y + 8}
		}
		taken = append(taken, where)
		weight, colour := "normal", "#374151"
		if e.Heavy {
			weight, colour = "bold", "#b42318"
		}
		fmt.Fprintf(c, `<rect x="%s" y="%s" width="%s" height="16" fill="#ffffff" fill-opacity="0.9"/>`+"\n", num(where.x0), num(where.y0), num(w))
		c.text(spot.x, spot.y+4, e.Label, `text-anchor="middle" font-weight="`+weight+`" fill="`+colour+`"`)
	}
}

func heavyFirst(e *Edge) int {
	if e.Heavy {
		return 0
	}
	return 1
}

// along returns the point at part t of the way.
func along(ps []point, t float64) point {
	total := 0.0
	for i := 1; i < len(ps); i++ {
		total += math.Hypot(ps[i].x-ps[i-1].x, ps[i].y-ps[i-1].y)
	}
	rest := total * t
	for i := 1; i < len(ps); i++ {
		d := math.Hypot(ps[i].x-ps[i-1].x, ps[i].y-ps[i-1].y)
		if rest <= d && d > 0 {
			f := rest / d
			return point{ps[i-1].x + (ps[i].x-ps[i-1].x)*f, ps[i-1].y + (ps[i].y-ps[i-1].y)*f}
		}
		rest -= d
	}
	return ps[len(ps)-1]
}

func (l *layout) legend(c *canvas) {
	y := l.height - margin - float64(len(l.g.Legend))*20 + 14
	for _, k := range l.g.Legend {
		switch {
		case k.IsEdge:
			c.arrow([]point{{margin, y - 4}, {margin + 30, y - 4}}, k.Heavy, k.Dashed)
		default:
			c.rect(margin, y-11, 30, 14, k.Style)
		}
		c.text(margin+40, y, k.Text, `fill="#374151"`)
		y += 20
	}
}
