// SPDX-License-Identifier: Apache-2.0

package draw

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
	"time"
)

// A Timeline is rows of bars over days, with events that cross all rows.
type Timeline struct {
	Title  string
	Rows   []Row
	Events []Event
	Legend []Key
	// From and To bound the picture; zero takes them from the bars and events.
	From, To time.Time
}

// A Row is one line of bars.
type Row struct {
	Label string
	Bars  []Bar
}

// A Bar is a time during which something held. A zero From or To is open: the
// bar runs to the edge of the picture.
type Bar struct {
	From, To time.Time // To is the first day after
	Text     string
	Style    Style
}

// An Event is one day.
type Event struct {
	At    time.Time
	Text  string
	Heavy bool
}

const (
	rowHeight = 30.0
	plotWidth = 900.0
	eventLine = 16.0
)

// SVG writes the picture. It is an error when nothing in it has a date.
func (t *Timeline) SVG(w io.Writer) error {
	from, to, err := t.span()
	if err != nil {
		return fmt.Errorf("draw %q: %w", t.Title, err)
	}
	side := 80.0
	for _, r := range t.Rows {
		side = max(side, textWidth(r.Label, fontSize)*1.1+16)
	}
	x0 := margin + side
	days := to.Sub(from).Hours() / 24
	x := func(at time.Time) float64 {
		return x0 + plotWidth*min(max(at.Sub(from).Hours()/24/days, 0), 1)
	}
	events := slices.Clone(t.Events)
	slices.SortStableFunc(events, func(a, b Event) int { return a.At.Compare(b.At) })
	lanes, laneCount := eventLanes(events, x)
	top := margin + 24 + float64(laneCount)*eventLine + 10
	bottom := top + float64(len(t.Rows))*rowHeight
	height := bottom + 34 + margin + float64(len(t.Legend))*20

	var c canvas
	c.open(x0+plotWidth+margin+40, height, t.Title)
	for _, at := range ticks(from, to) {
		fmt.Fprintf(&c, `<path d="M%s %sV%s" stroke="#e5e7eb"/>`+"\n", num(x(at)), num(top), num(bottom))
		c.text(x(at), bottom+16, tickText(at, from, to), `text-anchor="middle" fill="#6b7280"`)
	}
	for i, e := range events { // below all texts
		colour, width := e.look()
		y := margin + 24 + float64(lanes[i])*eventLine
		fmt.Fprintf(&c, `<path d="M%s %sV%s" stroke="%s" stroke-width="%s" stroke-dasharray="3 3"/>`+"\n", num(x(e.At)), num(y+3), num(bottom), colour, width)
	}
	for i, r := range t.Rows {
		y := top + float64(i)*rowHeight
		c.text(margin, y+19, r.Label, `font-weight="bold" fill="#1f2937"`)
		for _, b := range r.Bars {
			c.bar(b, x, from, to, y)
		}
	}
	for i, e := range events {
		colour, _ := e.look()
		y := margin + 24 + float64(lanes[i])*eventLine
		text := e.At.Format("2006-01-02") + " " + e.Text
		anchor, at := "start", x(e.At)+3
		if at+textWidth(text, 11) > x0+plotWidth+margin+36 {
			anchor, at = "end", x(e.At)-3
		}
		c.text(at, y+8, text, `font-size="11" fill="`+colour+`" text-anchor="`+anchor+`" `+halo)
	}
	y := bottom + 48
	for _, k := range t.Legend {
		c.rect(margin, y-11, 30, 14, k.Style)
		c.text(margin+40, y, k.Text, `fill="#374151"`)
		y += 20
	}
	c.WriteString("</svg>\n")
	_, err = io.WriteString(w, c.String())
	return err
}

func (c *canvas) bar(b Bar, x func(time.Time) float64, from, to time.Time, y float64) {
	if b.From.IsZero() {
		b.From = from
	}
	if b.To.IsZero() {
		b.To = to
	}
	left, right := x(b.From), max(x(b.To), x(b.From)+2)
	c.rect(left, y+5, right-left, rowHeight-10, b.Style)
	_, _, _, _, colour, _ := b.Style.look()
	if w := textWidth(b.Text, 11); w < right-left-6 {
		c.text(left+4, y+19, b.Text, `font-size="11" fill="`+colour+`"`)
	} else if b.Text != "" {
		c.text(right+4, y+19, b.Text, `font-size="11" fill="#374151" `+halo)
	}
}

// halo keeps a text readable where a line runs behind it.
const halo = `stroke="#ffffff" stroke-width="3" paint-order="stroke"`

// look returns the colour of an event and the width of its line.
func (e Event) look() (colour, width string) {
	if e.Heavy {
		return "#b42318", "2"
	}
	return "#6b7280", "1"
}

// span returns the days that the picture shows, with a little room.
func (t *Timeline) span() (from, to time.Time, err error) {
	take := func(at time.Time) {
		if at.IsZero() {
			return
		}
		if from.IsZero() || at.Before(from) {
			from = at
		}
		if to.IsZero() || at.After(to) {
			to = at
		}
	}
	for _, r := range t.Rows {
		for _, b := range r.Bars {
			take(b.From)
			take(b.To)
		}
	}
	for _, e := range t.Events {
		take(e.At)
	}
	room := max(to.Sub(from)/20, 24*time.Hour)
	from, to = from.Add(-room), to.Add(room)
	if !t.From.IsZero() {
		from = t.From
	}
	if !t.To.IsZero() {
		to = t.To
	}
	if from.Year() < 1 || !from.Before(to) {
		return from, to, fmt.Errorf("nothing has a date")
	}
	return from, to, nil
}

// eventLanes puts the texts of events on as many lines as keep them apart.
func eventLanes(events []Event, x func(time.Time) float64) (lanes []int, count int) {
	var ends []float64
	for _, e := range events {
		at := x(e.At)
		lane := slices.IndexFunc(ends, func(end float64) bool { return end < at })
		if lane < 0 {
			lane = len(ends)
			ends = append(ends, 0)
		}
		ends[lane] = at + textWidth(e.At.Format("2006-01-02")+" "+e.Text, 11) + 12
		lanes = append(lanes, lane)
	}
	return lanes, len(ends)
}

// ticks returns the beginnings of years, quarters or months: some ten of them.
func ticks(from, to time.Time) []time.Time {
	months := to.Sub(from).Hours() / 24 / 30
	step := 12 * int(math.Ceil(months/12/12))
	switch {
	case months <= 14:
		step = 1
	case months <= 42:
		step = 3
	}
	var out []time.Time
	at := time.Date(from.Year(), 1, 1, 0, 0, 0, 0, time.UTC)
	for ; at.Before(to); at = at.AddDate(0, step, 0) {
		if !at.Before(from) {
			out = append(out, at)
		}
	}
	return out
}

func tickText(at, from, to time.Time) string {
	if cmp.Compare(to.Sub(from).Hours()/24/30, 42) > 0 {
		return at.Format("2006")
	}
	return at.Format("2006-01")
}
