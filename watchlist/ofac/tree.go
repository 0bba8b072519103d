// SPDX-License-Identifier: Apache-2.0

package ofac

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/interdict-dev/interdict/internal/xmlscan"
	"github.com/interdict-dev/interdict/party"
)

// A tree walks the elements of both XML formats.
type tree struct{ *xmlscan.Scanner }

// children calls f at the start of each child of the present element. f reads
// its element to the end. Text between the children is an error: it would be
// lost.
func (t *tree) children(f func() error) error {
	for {
		k, err := t.Next()
		if err != nil {
			return err
		}
		switch k {
		case xmlscan.End:
			return nil
		case xmlscan.Text:
			return fmt.Errorf("line %d: the text %.40q stands where only elements are expected", t.Line(), t.Text())
		}
		if err := f(); err != nil {
			return err
		}
	}
}

// leave reads on to the end of the element that is open at a depth.
func (t *tree) leave(depth int) error {
	for t.Depth() >= depth {
		k, err := t.Next()
		if err != nil {
			return err
		}
		if k == xmlscan.EOF {
			return io.ErrUnexpectedEOF
		}
	}
	return nil
}

// isSyntax says that the file itself is broken, so that nothing after the place
// can be read.
func isSyntax(err error) bool {
	var syntax *xmlscan.SyntaxError
	return errors.As(err, &syntax)
}

// number returns an attribute that is a whole number. Without it the file
// cannot be understood: the schema requires it.
func (t *tree) number(name string) (int, error) {
	return t.parse(name, t.Attr(name))
}

func (t *tree) parse(name string, b []byte) (int, error) {
	n := 0
	for _, c := range b {
		if c < '0' || c > '9' || n > (math.MaxInt32-9)/10 { // OFAC's largest has six digits
			return 0, fmt.Errorf("line %d: %s=%.40q is no number", t.Line(), name, b)
		}
		n = n*10 + int(c-'0')
	}
	if len(b) == 0 {
		return 0, fmt.Errorf("line %d: <%s> has no %s", t.Line(), t.Name(), name)
	}
	return n, nil
}

// flatText reads the present element to its end and returns all the text in
// it, and the attributes of what is in it.
func (t *tree) flatText() (string, error) {
	var words []string
	note := func() {
		t.Attrs(func(name, value []byte) { words = append(words, string(name)+"="+string(value)) })
	}
	depth := t.Depth()
	note()
	for {
		k, err := t.Next()
		if err != nil {
			return "", err
		}
		switch {
		case k == xmlscan.Start:
			note()
		case k == xmlscan.Text:
			words = append(words, trimmed(t.Text()))
		case k == xmlscan.End && t.Depth() < depth:
			return strings.Join(words, " "), nil
		}
	}
}

// date reads Year, Month and Day.
func (t *tree) date() (party.Date, error) {
	line := t.Line()
	var year, month, day int
	err := t.children(func() error {
		name := string(t.Name())
		field := &year
		switch name {
		case "Year":
		case "Month":
			field = &month
		case "Day":
			field = &day
		default:
			return fmt.Errorf("line %d: an unknown part %s of a date", t.Line(), name)
		}
		text, err := t.Value()
		if err != nil {
			return err
		}
		*field, err = t.parse(name, bytes.TrimSpace(text))
		return err
	})
	if err != nil {
		return party.Date{}, err
	}
	d, err := dateOf(year, month, day)
	if err != nil {
		err = fmt.Errorf("line %d: %w", line, err)
	}
	return d, err
}

func dateOf(year, month, day int) (party.Date, error) {
	d := party.Date{Year: int16(year), Month: uint8(month), Day: uint8(day)}
	ok := 1 <= year && year <= 9999 && 1 <= month && month <= 12 && 1 <= day && day <= int(party.Date{Year: int16(year), Month: uint8(month)}.Last().Day)
	if !ok {
		return party.Date{}, fmt.Errorf("%d-%d-%d is no date", year, month, day)
	}
	return d, nil
}

// period reads a DatePeriod: From and To of its Start, From and To of its End.
// OFAC writes a year as 1 January to 31 December, a month as its first and last
// day. text is a comment that stands in it. An empty period says nothing.
func (t *tree) period() (span party.Span, text string, err error) {
	var from, to party.Date // to stays zero where the period has no End
	err = t.children(func() error {
		switch name := string(t.Name()); name {
		case "Start", "End":
			if string(t.Attr("Approximate")) == "true" {
				span.Circa = true
			}
			return t.children(func() error {
				side := string(t.Name())
				if side != "From" && side != "To" {
					return fmt.Errorf("line %d: an unknown part %s of a period", t.Line(), side)
				}
				d, err := t.date()
				if name == "Start" && side == "From" {
					from = d
				} else if name == "End" && side == "To" {
					to = d
				}
				return err
			})
		case "Comment":
			b, err := t.Value()
			text = trimmed(b)
			return err
		default:
			return fmt.Errorf("line %d: an unknown part %s of a period", t.Line(), name)
		}
	})
	circa := span.Circa
	span = spanOf(from, to)
	span.Circa = circa
	return span, text, err
}

// spanOf returns the least exact dates that mean the days from and to: a whole
// year is a year.
func spanOf(from, to party.Date) party.Span {
	first, last := from, to
	if last.IsZero() {
		return party.Span{From: first}
	}
	if first.Day == 1 && last.Day != 0 && last == (party.Date{Year: last.Year, Month: last.Month}).Last() && first != last {
		first.Day, last.Day = 0, 0
		if first.Month == 1 && last.Month == 12 {
			first.Month, last.Month = 0, 0
		}
	}
	return party.Span{From: first, To: last}
}

// A noteList joins what has no field of its own into one note.
type noteList []string

func (n *noteList) add(s string) {
	if s != "" {
		*n = append(*n, s)
	}
}

// property adds a detail without a field of its own under its name.
func (n *noteList) property(name, value string) { n.add(name + ": " + value) }

func (n noteList) String() string { return strings.Join(n, "; ") }

func trimmed(b []byte) string { return string(bytes.TrimSpace(b)) }

func lower(b []byte) string { return strings.ToLower(string(b)) }
