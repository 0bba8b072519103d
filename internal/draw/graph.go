// SPDX-License-Identifier: Apache-2.0

// Package draw makes pictures that can be put before counsel: layered graphs
// (who owns whom, which tier of a botnet talks to which) and timelines, as SVG
// and DOT.
//
// It promises that the same input gives the same bytes on every machine, that
// all text is escaped, and that a picture refers to nothing outside itself: no
// scripts, no fonts, no identifiers. It knows nothing of what it draws; what a
// style means stands in the legend that the caller writes.
package draw

import (
	"fmt"
	"io"
	"strings"
)

// A Graph is a layered picture: arrows run from higher layers to lower ones
// where the edges allow it.
type Graph struct {
	Title string
	Nodes []Node
	Edges []Edge
	// Bands name the layers, from the top; they are drawn when there are any.
	Bands []string
	// Legend is printed below, one line each, with its style where it has one.
	Legend []Key
	// Width is how wide a layer may become, in pixels, before it is broken into
	// rows; 0 means 1400.
	Width int
}

// A Node is a box.
type Node struct {
	ID    string   // unique in the graph
	Lines []string // what stands in it; the first line is bold, long ones are broken
	Style Style
	Layer int // from 1, the top; 0 finds a layer from the edges
}

// An Edge is an arrow. Ends that no node has are an error.
type Edge struct {
	From, To string
	Label    string
	Heavy    bool // on the path that decides
	Dashed   bool // what is not certain, or not of the kind that the picture is about
}

// A Key explains a style in the legend.
type Key struct {
	Text   string
	Style  Style
	IsEdge bool
	Heavy  bool
	Dashed bool
}

// A Style is how a box looks. Each differs from the others in print without
// colour, too.
type Style uint8

// The styles. The zero Style is a plain box.
const (
	Plain  Style = iota
	Strong       // dark, white text: listed parties, the actor
	Marked       // tinted with a thick frame: what the picture shows
	Open         // dashed frame: not known, undecided
	Muted        // grey: beside the point
	Round        // rounded: natural persons
)

// look returns fill, stroke, stroke width, dash, text colour and corner radius.
func (s Style) look() (fill, stroke, width, dash, text, radius string) {
	switch s {
	case Strong:
		return "#1f2937", "#1f2937", "1.5", "", "#ffffff", "3"
	case Marked:
		return "#fde8e4", "#b42318", "2.5", "", "#1f2937", "3"
	case Open:
		return "#ffffff", "#6b7280", "1.5", "5 4", "#1f2937", "3"
	case Muted:
		return "#f3f4f6", "#d1d5db", "1", "", "#6b7280", "3"
	case Round:
		return "#ffffff", "#4b5563", "1.2", "", "#1f2937", "14"
	}
	return "#ffffff", "#4b5563", "1.2", "", "#1f2937", "3"
}

// SVG writes the picture.
func (g *Graph) SVG(w io.Writer) error {
	l, err := g.layout()
	if err != nil {
		return fmt.Errorf("draw %q: %w", g.Title, err)
	}
	_, err = io.WriteString(w, l.svg())
	return err
}

// DOT writes the graph for Graphviz, for those who want another layout.
func (g *Graph) DOT(w io.Writer) error {
	var b strings.Builder
	b.WriteString("digraph {\n\tnode [shape=box, fontname=\"Helvetica\"];\n")
	if g.Title != "" {
		fmt.Fprintf(&b, "\tlabel=%s;\n", quote(g.Title))
	}
	for _, n := range g.Nodes {
		attr := ""
		switch n.Style {
		case Strong:
			attr = ", style=filled, fillcolor=\"#1f2937\", fontcolor=white"
		case Marked:
			attr = ", style=filled, fillcolor=\"#fde8e4\", color=\"#b42318\", penwidth=2.5"
		case Open:
			attr = ", style=dashed"
		case Muted:
			attr = ", color=gray, fontcolor=gray"
		case Round:
			attr = ", style=rounded"
		}
		fmt.Fprintf(&b, "\t%s [label=%s%s];\n", quote(n.ID), quote(strings.Join(n.Lines, "\n")), attr)
	}
	for _, e := range g.Edges {
		attr := ""
		if e.Heavy {
			attr += ", penwidth=3"
		}
		if e.Dashed {
			attr += ", style=dashed"
		}
		fmt.Fprintf(&b, "\t%s -> %s [label=%s%s];\n", quote(e.From), quote(e.To), quote(e.Label), attr)
	}
	b.WriteString("}\n")
	_, err := io.WriteString(w, b.String())
	return err
}

func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\r", "").Replace(strings.ToValidUTF8(s, "\ufffd")) + `"`
}
