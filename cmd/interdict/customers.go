// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"iter"
	"os"
	"time"

	"github.com/interdict-dev/interdict/book"
	"github.com/interdict-dev/interdict/documents"
	"github.com/interdict-dev/interdict/internal/errkind"
	"github.com/interdict-dev/interdict/names"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/screening"
	"github.com/interdict-dev/interdict/subject"
)

type bookCustomersCmd struct {
	Files  []string          `arg:"" name:"file" help:"Files of customers, as screen --file reads them."`
	Out    string            `short:"o" required:"" placeholder:"FILE" help:"Where to write them."`
	Kind   string            `placeholder:"KIND" help:"The format of the files, where their names and content do not tell."`
	Column map[string]string `placeholder:"FIELD=HEADER" help:"Which column holds a field, as in name=Vendor; give it once for each."`
	Type   string            `placeholder:"TYPE" help:"What the names are: person, organization, vessel or aircraft."`
}

// Help gives an example.
func (bookCustomersCmd) Help() string {
	return "What a new edition of a list changes concerns few of many customers. This reads them\nonce and orders their names, so that screen --since asks those few alone; it pays from\nsome hundred thousand customers on. Make the file again when customers come or go, or\nwhen a release changes the model of name comparison: an old file is refused, never half used.\n\n" +
		"Example:\n  interdict book customers --out customers.book customers.csv\n  interdict screen --since 2026-11-01 --customers customers.book"
}

// Run compiles the customers.
func (c *bookCustomersCmd) Run(a *app) error {
	start := time.Now()
	kind, err := party.ParseKind(c.Type)
	if err != nil {
		return fmt.Errorf("--type: %w", err)
	}
	opts := documents.Options{Kind: c.Kind, Columns: c.Column, Party: kind}
	var fail error
	var done, size int64
	subjects := func(yield func(subject.Subject, error) bool) {
		for _, path := range c.Files {
			more, err := c.read(path, opts, &done, &size, yield)
			if err != nil {
				fail = err
				return
			}
			if !more {
				return
			}
		}
	}
	bar := a.progress("reading customers", func() (int64, int64) { return done, size })
	var odd []error
	info, err := book.CompileCustomers(a.ctx, c.Out, subjects, names.Default(), func(e error) { odd = append(odd, e) })
	bar.stop()
	if err = errors.Join(fail, err); err != nil {
		return err
	}
	fmt.Fprintf(a.out, "%s  %d customers  %.1f s\n", c.Out, info.Subjects, time.Since(start).Seconds())
	for _, e := range odd {
		fmt.Fprintln(a.err, "interdict: not kept:", e)
	}
	if len(odd) > 0 {
		fmt.Fprintf(a.out, "%d rows are not in it\n", len(odd))
		a.code = exitIncomplete
	}
	return nil
}

// read yields the subjects of one file.
func (c *bookCustomersCmd) read(path string, opts documents.Options, done, size *int64, yield func(subject.Subject, error) bool) (more bool, err error) {
	f, err := os.Open(path)
	if err != nil {
		return false, err
	}
	defer f.Close() // only read
	d, err := documents.Open(path, f, opts)
	if err != nil {
		return false, err
	}
	for s, err := range d.Subjects() {
		*done, *size = d.Progress()
		if !yield(s, err) {
			return false, nil
		}
	}
	return true, nil
}

// narrow opens the customers of --customers and, with --since, leaves of them
// those that a change may concern.
func (c *screenCmd) narrow(a *app, o *opened, p screening.Policy, in *input, since *sinceFilter) error {
	if c.Customers == "" {
		return nil
	}
	customers, err := book.OpenCustomers(c.Customers, o.Book.Model())
	if err != nil {
		return err
	}
	before := in.close
	in.close = func() { before(); _ = customers.Close() } // only read
	if since == nil {
		in.subjects = customers.All()
		return nil
	}
	concerned, err := screening.Concerned(a.ctx, customers, o.Book.Model(), p, since.entries(o.Book))
	if err != nil {
		return err
	}
	fmt.Fprintf(a.err, "%d of %d customers resemble an entry that changed; they are asked\n", len(concerned), customers.Len())
	in.subjects = func(yield func(subject.Subject, error) bool) {
		for _, n := range concerned {
			if !yield(customers.Subject(n)) {
				return
			}
		}
	}
	return nil
}

// entries yields the entries that changed, those of the same identities, and
// those that are gone.
func (s *sinceFilter) entries(b *book.Book) iter.Seq2[party.Entry, error] {
	return func(yield func(party.Entry, error) bool) {
		asked := map[party.Ref]bool{}
		for r, c := range s.changes.Of {
			from, refs := b, []party.Ref{r}
			if c.Op == screening.ListRemoved {
				from = s.changes.Gone
			} else if id, err := b.Identity(r); err != nil {
				yield(party.Entry{}, err)
				return
			} else if len(id.Refs) > 0 {
				refs = id.Refs
			}
			for _, r := range refs {
				if asked[r] {
					continue
				}
				asked[r] = true
				if _, ok := from.List(r.List); !ok {
					continue // a recorded identity names a list that the book does not hold
				}
				e, err := from.Entry(r)
				if errors.Is(err, errkind.NotFound) && len(refs) > 1 {
					continue // nor need the list hold every entry that was ever joined
				}
				if !yield(e, err) || err != nil {
					return
				}
			}
		}
	}
}
