// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/interdict-dev/interdict/book"
	"github.com/interdict-dev/interdict/internal/segment"
	"github.com/interdict-dev/interdict/names"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/starter"
	"github.com/interdict-dev/interdict/watchlist"
)

// A Detected is an edition that a user handed in.
type Detected struct {
	Files  *watchlist.Files
	Source watchlist.Source
	Header watchlist.Header
}

// Detect opens files and finds the source that reads them. Files of no known
// format are an error that says what each reader made of them.
func Detect(sources []watchlist.Source, paths ...string) (Detected, error) {
	files, err := watchlist.OpenFiles(paths...)
	if err != nil {
		return Detected{}, err
	}
	var errs []error
	for _, s := range sources {
		h, err := s.Detect(files)
		switch {
		case err == nil:
			return Detected{files, s, h}, nil
		case !errors.Is(err, watchlist.ErrFormat):
			errs = append(errs, err)
		}
	}
	if len(errs) == 0 {
		errs = append(errs, fmt.Errorf("%v: no known list format; see `interdict lists add --help`", paths))
	}
	return Detected{}, errors.Join(append(errs, files.Close())...)
}

// A Built says what went into a book.
type Built struct {
	Digest  segment.Digest
	Rejects []watchlist.Reject
}

// Options say what else goes into a book.
type Options struct {
	WithStarter bool         // the starter's lists that no edition replaces
	Model       *names.Model // nil for the built-in one
	Intel       *Intel       // nil for none
}

// Build writes a book that holds exactly the editions given and what the
// options add. Rejects do not stop it; they are counted and returned.
func Build(ctx context.Context, path string, editions []Detected, o Options) (Built, error) {
	var b Built
	in := book.Input{Model: o.Model}
	have := map[party.ListID]bool{}
	for _, d := range editions {
		id, err := d.Files.Digest()
		if err != nil {
			return b, err
		}
		if have[d.Header.List] {
			return b, fmt.Errorf("two editions of list %s: a book holds one; give each its own book, or add both with `interdict lists add`", d.Header.List)
		}
		have[d.Header.List] = true
		l := book.ListInput{Info: book.Info{List: d.Header.List, Title: d.Header.Title, Format: d.Source.Format(), Published: d.Header.Published, Edition: id}}
		l.Entries = d.Source.Parse(d.Files)
		l.OnReject = func(r *watchlist.Reject) { b.Rejects = append(b.Rejects, *r) }
		in.Lists = append(in.Lists, l)
	}
	if o.WithStarter {
		in.Joins, in.Claims = starter.Joins(), starter.Claims()
		for _, l := range starter.Lists() {
			if !have[l] {
				in.Lists = append(in.Lists, starterList(l))
			}
		}
	}
	if o.Intel != nil {
		in.Claims = append(slices.Clone(in.Claims), o.Intel.Claims...)
		in.Notes = o.Intel.Annotations
		in.Lists = addParties(in.Lists, o.Intel)
	}
	var err error
	if b.Digest, err = book.Compile(ctx, path, in); err != nil {
		return b, err
	}
	return b, nil
}

// addParties adds the parties of files of intelligence to the list of those that
// only evidence speaks of; what the starter knows of one of them holds.
func addParties(lists []book.ListInput, in *Intel) []book.ListInput {
	for i := range lists {
		if lists[i].Info.List == starter.Intel {
			lists[i].Entries = override(in.parties(), lists[i].Entries)
			lists[i].Info.Starter = false
			return lists
		}
	}
	return append(lists, book.ListInput{Info: book.Info{List: starter.Intel, Title: "parties that only evidence speaks of", Format: "intel"}, Entries: in.parties()})
}
