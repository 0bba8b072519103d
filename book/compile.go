// SPDX-License-Identifier: Apache-2.0

package book

import (
	"bufio"
	"cmp"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"slices"

	"github.com/interdict-dev/interdict/claim"
	"github.com/interdict-dev/interdict/identity"
	"github.com/interdict-dev/interdict/index"
	"github.com/interdict-dev/interdict/intel"
	"github.com/interdict-dev/interdict/internal/segment"
	"github.com/interdict-dev/interdict/law"
	"github.com/interdict-dev/interdict/names"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/places"
	"github.com/interdict-dev/interdict/watchlist"
)

// A ListInput is one list to compile. Entries come in any order. An error that
// is a [*watchlist.Reject] is counted, any other ends the compilation; of two
// entries with one Ref the second is a reject. Info.Entries and Info.Rejects
// are filled in.
type ListInput struct {
	Info     Info
	Entries  iter.Seq2[party.Entry, error]
	OnReject func(*watchlist.Reject) // nil counts alone
}

// An Input is all that goes into a book.
type Input struct {
	Lists  []ListInput
	Joins  []identity.Decision
	Claims []claim.Claim
	Notes  []intel.Annotation // entries of warning lists

	// What judges: nil for what this program was built with. The book holds all
	// three, so that a later program judges it as on its day.
	Model       *names.Model      // of name comparison
	Law         *law.Pack         // what a listing brings
	Territories *places.Gazetteer // places under an embargo
}

// whole returns the input with what this program was built with for what is nil.
func (in Input) whole() Input {
	if in.Model == nil {
		in.Model = names.Default()
	}
	if in.Law == nil {
		in.Law = law.Default()
	}
	if in.Territories == nil {
		in.Territories = places.Default()
	}
	return in
}

// Compile writes a book to path and returns its digest. What was at path is
// replaced whole, at the end; on an error it stays as it was.
func Compile(ctx context.Context, path string, in Input) (digest segment.Digest, err error) {
	in = in.whole()
	folder, err := os.MkdirTemp(filepath.Dir(path), ".book-")
	if err != nil {
		return digest, fmt.Errorf("compile book: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	var segments []string
	for i, l := range in.Lists {
		p := filepath.Join(folder, fmt.Sprintf("%d.segment", i))
		if err := CompileList(ctx, p, l, in.Model); err != nil {
			return digest, err
		}
		segments = append(segments, p)
	}
	return Assemble(path, segments, in)
}

// CompileList writes the segment of one list to path. It is a pure function of
// the entries and the model.
func CompileList(ctx context.Context, path string, in ListInput, m *names.Model) error {
	if in.Info.List == "" {
		return errors.New("compile: a list without a name")
	}
	w, err := segment.Create(path)
	if err != nil {
		return fmt.Errorf("compile list %s: %w", in.Info.List, err)
	}
	c := newListCompiler(in.Info, index.NewBuilder(m))
	c.onReject = in.OnReject
	if err = c.collect(ctx, in.Entries); err == nil {
		err = c.write(w)
	}
	if err != nil {
		return fmt.Errorf("compile list %s: %w", in.Info.List, errors.Join(err, w.Abort()))
	}
	_, err = w.Finish()
	return err
}

// Country returns the country that says most about how a party's name is
// written.
func Country(e *party.Entry) string {
	for _, list := range [][]string{e.Nationalities, e.Citizenships, e.Countries} {
		if len(list) > 0 {
			return list[0]
		}
	}
	for _, a := range e.Addresses {
		if a.Country != "" {
			return a.Country
		}
	}
	return ""
}

func (c *listCompiler) write(w *segment.Writer) error {
	order, number := c.order()
	c.info.Entries = len(order)
	prefix := string(c.info.List) + "/"
	if err := writeRuns(w, prefix+entriesSection, prefix+endsSection, &c.entries, order); err != nil {
		return err
	}
	c.refs, c.seen, c.entries = nil, nil, arena{}
	if err := writeUint64s(w, prefix+keysSection, numbered(c.keys, number)); err != nil {
		return err
	}
	if err := writeUint64s(w, prefix+premisesSection, numbered(c.premises, number)); err != nil {
		return err
	}
	if err := c.index.Write(w, prefix, number); err != nil {
		return err
	}
	return writeJSON(w, prefix+"info", c.info)
}

// writeRuns writes runs of an arena, one after the other in an order, and where
// each of them ends.
func writeRuns(w *segment.Writer, name, endsName string, a *arena, order []uint32) error {
	blob, err := w.Section(name, Version)
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(blob, 1<<18)
	total := uint64(0)
	ends := make([]uint64, 0, len(order))
	for _, i := range order {
		b := a.at(i)
		if _, err := out.Write(b); err != nil {
			return err
		}
		total += uint64(len(b))
		ends = append(ends, total)
	}
	if err := out.Flush(); err != nil {
		return err
	}
	return writeUint64s(w, endsName, ends)
}

func writeUint64s(w *segment.Writer, name string, data []uint64) error {
	s, err := w.Section(name, Version)
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(s, 1<<16)
	for _, x := range data {
		var b [8]byte
		binary.LittleEndian.PutUint64(b[:], x)
		if _, err := out.Write(b[:]); err != nil {
			return err
		}
	}
	return out.Flush()
}

func writeJSON(w *segment.Writer, name string, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return writeBytes(w, name, b)
}

func writeBytes(w *segment.Writer, name string, b []byte) error {
	s, err := w.Section(name, Version)
	if err == nil {
		_, err = s.Write(b)
	}
	return err
}

// Assemble puts the segments of lists together into a book at path, with what
// else in says; the segments stand for its Lists. Their order leaves no trace.
func Assemble(path string, segments []string, in Input) (segment.Digest, error) {
	a := assembly{Input: in.whole()}
	defer a.close()
	for _, p := range segments {
		if err := a.add(p); err != nil {
			return segment.Digest{}, fmt.Errorf("assemble book: %w", err)
		}
	}
	slices.SortFunc(a.parts, func(x, y part) int { return cmp.Compare(x.info.List, y.info.List) })
	for i := 1; i < len(a.parts); i++ {
		if a.parts[i].info.List == a.parts[i-1].info.List {
			return segment.Digest{}, fmt.Errorf("assemble book: two editions of list %s; a book holds one", a.parts[i].info.List)
		}
	}
	if err := a.screenInnocents(); err != nil {
		return segment.Digest{}, fmt.Errorf("assemble book: %w", err)
	}
	w, err := segment.Create(path)
	if err != nil {
		return segment.Digest{}, fmt.Errorf("assemble book: %w", err)
	}
	if err := a.write(w); err != nil {
		return segment.Digest{}, fmt.Errorf("assemble book: %w", errors.Join(err, w.Abort()))
	}
	return w.Finish()
}

type part struct {
	file *segment.File
	info Info
	list *List
}

type assembly struct {
	Input
	parts    []part
	innocent [names.NumModes][]int32
}

func (a *assembly) close() {
	for _, p := range a.parts {
		_ = p.file.Close() // only read
	}
}

func (a *assembly) add(path string) error {
	f, err := segment.Open(path)
	if err != nil {
		return err
	}
	return segment.Catch(func() error {
		for _, s := range f.Sections() {
			if filepath.Base(s.Name()) != "info" {
				continue
			}
			p := part{file: f}
			if err := json.Unmarshal(s.All(), &p.info); err != nil {
				return joinClose(err, f)
			}
			if p.list, err = openList(f, p.info, a.Model); err != nil {
				return joinClose(err, f)
			}
			a.parts = append(a.parts, p)
			return nil
		}
		return joinClose(fmt.Errorf("%s is no segment of a list", path), f)
	}, f)
}

func (a *assembly) write(w *segment.Writer) error {
	m := Manifest{Version: Version, Model: a.Model.Version, Law: a.Law.Version(), LawDigest: a.Law.Digest(), Joins: len(a.Joins), Claims: len(a.Claims)}
	for _, p := range a.parts {
		m.Lists = append(m.Lists, p.info)
	}
	if err := writeJSON(w, "manifest", m); err != nil {
		return err
	}
	if err := writeBytes(w, "model", []byte(a.Model.Text())); err != nil {
		return err
	}
	if err := writeBytes(w, lawSection, []byte(a.Law.Text())); err != nil {
		return err
	}
	if err := writeBytes(w, territoriesSection, []byte(a.Territories.Text())); err != nil {
		return err
	}
	own := newOwnClaims(a.Claims)
	set := identity.Build(func(yield func(party.Entry) bool) {
		a.entries(func(l *Info, e *party.Entry) bool {
			own.add(l, e)
			return yield(*e)
		})
	}, a.Joins)
	if err := writeJSON(w, "identities", slices.Collect(set.All())); err != nil {
		return err
	}
	text, ends := encodeClaims(a.Claims)
	if err := writeBytes(w, "claims", text); err != nil {
		return err
	}
	same := func(r party.Ref) party.Ref { return representative(r, set.Of(r).Refs, a.holds) }
	if err := a.writeGraph(w, ends, own, same); err != nil {
		return err
	}
	if err := writeAnnotations(w, a.Notes); err != nil {
		return err
	}
	if err := a.writeInnocent(w); err != nil {
		return err
	}
	for _, p := range a.parts {
		for _, s := range p.file.Sections() {
			if err := copySection(w, s); err != nil {
				return err
			}
		}
	}
	return nil
}

// holds says that one of the lists has an entry of this name.
func (a *assembly) holds(r party.Ref) bool {
	i := slices.IndexFunc(a.parts, func(p part) bool { return p.info.List == r.List })
	if i < 0 {
		return false
	}
	_, ok := a.parts[i].list.byRef(r)
	return ok
}

// entries yields every entry with its list.
func (a *assembly) entries(yield func(*Info, *party.Entry) bool) {
	for k := range a.parts {
		p := &a.parts[k]
		for i := range p.list.Len() {
			e, err := p.list.Entry(uint32(i))
			if err != nil {
				panic(err) // a segment that was just checked
			}
			if !yield(&p.info, &e) {
				return
			}
		}
	}
}

func copySection(w *segment.Writer, s *segment.Section) error {
	out, err := w.Section(s.Name(), s.Version())
	if err != nil {
		return err
	}
	const step = 1 << 20
	for at := 0; at < s.Len(); at += step {
		if _, err := out.Write(s.Bytes(at, min(step, s.Len()-at))); err != nil {
			return err
		}
	}
	return nil
}
