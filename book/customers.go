// SPDX-License-Identifier: Apache-2.0

package book

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"

	"github.com/interdict-dev/interdict/index"
	"github.com/interdict-dev/interdict/internal/errkind"
	"github.com/interdict-dev/interdict/internal/segment"
	"github.com/interdict-dev/interdict/names"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/subject"
)

// Customers are the subjects of a user's files, compiled once so that a change
// of a list is asked about those of them alone that it may concern: the other
// side of a book. The file holds what a list of a book holds, with an index of
// the role [index.Subjects], and for each subject what its row said beside the
// party. It stays as long as the model of name comparison does.
type Customers struct {
	file *segment.File
	info CustomersInfo
	list *List
	rows *segment.Section
	ends *segment.Section
}

// CustomersInfo says what a file of customers holds.
type CustomersInfo struct {
	Version  int    `json:"version"`
	Model    string `json:"model"`
	Subjects int    `json:"subjects"`
	Errors   int    `json:"errors"` // rows that could not be read or are not kept here
}

// customersList is the name of the subjects as a list.
const customersList party.ListID = "customers"

// row is what a subject is beside its party.
type row struct {
	ID       string            `json:"id,omitempty"`
	Row      int               `json:"row,omitempty"`
	Pointer  string            `json:"pointer,omitempty"`
	Role     string            `json:"role,omitempty"`
	Prose    bool              `json:"prose,omitempty"`
	Pointers map[string]string `json:"pointers,omitempty"`
}

// CompileCustomers writes a file of customers to path. An error among the
// subjects is a row error: onError is told and it is counted. So is a subject
// that is a bare word, or asks about a machine or a dealing.
func CompileCustomers(ctx context.Context, path string, subjects iter.Seq2[subject.Subject, error], m *names.Model, onError func(error)) (info CustomersInfo, err error) {
	w, err := segment.Create(path)
	if err != nil {
		return info, fmt.Errorf("compile customers: %w", err)
	}
	info = CustomersInfo{Version: Version, Model: m.Version}
	c := newListCompiler(Info{List: customersList}, index.NewSubjectBuilder(m))
	var rows arena
	entries := func(yield func(party.Entry, error) bool) {
		for s, err := range subjects {
			if err == nil && (s.Bare || !s.Host.IsZero() || !s.Dealing.IsZero()) {
				err = fmt.Errorf("%s: a bare word, a machine or a dealing is not kept among customers; screen it with --file", s.Pointer)
			}
			if err != nil {
				info.Errors++
				onError(err)
				continue
			}
			text, err := json.Marshal(row{s.ID, s.Row, s.Pointer, s.Role, s.Prose, s.Pointers})
			if err != nil {
				yield(party.Entry{}, err)
				return
			}
			rows.add(text)
			e := s.Party
			e.Ref = party.Ref{List: customersList, ID: fmt.Sprintf("%010d", info.Subjects)}
			info.Subjects++
			if !yield(e, nil) {
				return
			}
		}
	}
	if err = c.collect(ctx, entries); err == nil {
		err = writeCustomers(w, c, &info, &rows, m)
	}
	if err != nil {
		return info, fmt.Errorf("compile customers: %w", errors.Join(err, w.Abort()))
	}
	_, err = w.Finish()
	return info, err
}

func writeCustomers(w *segment.Writer, c *listCompiler, info *CustomersInfo, rows *arena, m *names.Model) error {
	if err := writeJSON(w, "customers", info); err != nil {
		return err
	}
	if err := writeBytes(w, "model", []byte(m.Text())); err != nil {
		return err
	}
	all := make([]uint32, len(rows.spans))
	for i := range all {
		all[i] = uint32(i)
	}
	if err := writeRuns(w, "rows", "rowends", rows, all); err != nil {
		return err
	}
	return c.write(w)
}

// OpenCustomers opens a file of customers for use beside a book. One that was
// compiled with another model of name comparison is refused: its order of names
// would hide some.
func OpenCustomers(path string, m *names.Model) (*Customers, error) {
	f, err := segment.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open customers: %w", err)
	}
	c := &Customers{file: f}
	if err := segment.Catch(func() error { return c.load(m) }, f); err != nil {
		return nil, fmt.Errorf("open customers %s: %w", path, joinClose(err, f))
	}
	return c, nil
}

func (c *Customers) load(m *names.Model) error {
	sections := map[string]*segment.Section{}
	for _, name := range []string{"customers", "model", "rows", "rowends"} {
		s, ok := c.file.Section(name)
		if !ok {
			return errkind.New(errkind.Invalid, "this is no file of customers; make one with `interdict book customers`")
		}
		sections[name] = s
	}
	if v := sections["customers"].Version(); v != Version {
		return errkind.New(errkind.Invalid, fmt.Sprintf("the file has format %d and this program reads %d: make it again with `interdict book customers`", v, Version))
	}
	if err := json.Unmarshal(sections["customers"].All(), &c.info); err != nil {
		return err
	}
	if string(sections["model"].All()) != m.Text() {
		return errkind.New(errkind.Invalid, fmt.Sprintf("the file was compiled with another model of name comparison (%s) than the book: make it again with `interdict book customers`", c.info.Model))
	}
	c.rows, c.ends = sections["rows"], sections["rowends"]
	var err error
	c.list, err = openList(c.file, Info{List: customersList, Entries: c.info.Subjects}, m)
	return err
}

// Close closes the file.
func (c *Customers) Close() error { return c.file.Close() }

// Info says what the file holds.
func (c *Customers) Info() CustomersInfo { return c.info }

// Len returns the number of subjects.
func (c *Customers) Len() int { return c.info.Subjects }

// List is the subjects as a list of entries.
func (c *Customers) List() *List { return c.list }

// Guard calls read and returns damage of the file as an error.
func (c *Customers) Guard(read func() error) error { return segment.Catch(read, c.file) }

// Subject returns subject i as its row was read.
func (c *Customers) Subject(i uint32) (s subject.Subject, err error) {
	err = c.Guard(func() error {
		e, err := c.list.Entry(i)
		if err != nil {
			return err
		}
		var r row
		if err := json.Unmarshal(run(c.rows, c.ends, i), &r); err != nil {
			return err
		}
		e.Ref = party.Ref{}
		s = subject.Subject{ID: r.ID, Row: r.Row, Pointer: r.Pointer, Role: r.Role, Prose: r.Prose, Pointers: r.Pointers, Party: e}
		return nil
	})
	return s, err
}

// All yields the subjects in the order in which they were read.
func (c *Customers) All() iter.Seq2[subject.Subject, error] {
	return func(yield func(subject.Subject, error) bool) {
		for i := range c.Len() {
			if !yield(c.Subject(uint32(i))) {
				return
			}
		}
	}
}
