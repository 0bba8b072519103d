// SPDX-License-Identifier: Apache-2.0

package watchlist

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"github.com/klauspost/compress/zstd"

	"github.com/interdict-dev/interdict/internal/errkind"
)

// A Thinned is one file that readers see of an edition, kept as what differs from
// an earlier one.
type Thinned struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
	Base   string `json:"base,omitempty"` // SHA-256 of the content that it differs from; "" is kept whole
}

// maxThin is the size of a file over which it is not made thin: both it and the
// one that it differs from are held in memory.
const maxThin = 1 << 30

// A Thinning is what [Archive.Thin] did.
type Thinning struct {
	Editions int
	Before   int64 // bytes of what was replaced
	After    int64
}

// Thin keeps of editions older than the newest of each list only what differs
// from an earlier one, every byte of it, and lets go of the zip archive or the
// compressed file around it: a year of daily editions of OFAC's list takes 2 GB as
// fetched and a tenth of that so. The newest editions of a list, as many as
// newest says, stay as fetched; at most most editions are done at a time, 0 for
// all.
//
// What is lost is the packing of zip archives, which cannot be made again bit by
// bit. Its digest, and so the name of the edition, stay; the content has a digest
// of its own, which is checked as the other was.
//
// The order of writes: the content, the description of the edition, then the
// removal of what it named before. A crash before the last leaves a file that
// nothing names.
func (a *Archive) Thin(ctx context.Context, newest, most int) (done Thinning, err error) {
	unlock, err := a.lock()
	if err != nil {
		return done, err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	series, err := a.AllSeries()
	if err != nil {
		return done, err
	}
	for _, s := range series {
		all, err := a.Editions(s)
		if err != nil {
			return done, err
		}
		for i := range all[:max(0, len(all)-newest)] {
			if err := ctx.Err(); err != nil {
				return done, err
			}
			if most > 0 && done.Editions >= most {
				return done, nil
			}
			if err := a.thin(&all[i], all, &done); err != nil {
				return done, fmt.Errorf("make edition %.12s of %s thin: %w", all[i].ID, s, err)
			}
		}
	}
	return done, nil
}

// thin makes one edition thin.
func (a *Archive) thin(e *Edition, all []Edition, done *Thinning) error {
	var old []Kept
	files := slices.Clone(e.Files)
	for i, k := range files {
		if k.Thin != nil || !k.Packed && !hasSuffixFold(k.Name, ".zip") {
			continue
		}
		members, after, err := a.thinFile(e, k, all)
		if err != nil {
			return err
		}
		if members == nil {
			continue
		}
		if info, err := os.Stat(a.objectPath(k)); err == nil {
			done.Before += info.Size()
		}
		done.After += after
		old = append(old, k)
		files[i].Thin = members
	}
	if old == nil {
		return nil
	}
	e.Files = files
	if err := a.putEdition(e); err != nil {
		return err
	}
	done.Editions++
	var errs []error
	for _, k := range old {
		named, err := a.isNamed(k)
		if err == nil && !named {
			err = os.Remove(a.objectPath(k))
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// isNamed says that an edition still wants a file as fetched.
func (a *Archive) isNamed(k Kept) (bool, error) {
	series, err := a.AllSeries()
	if err != nil {
		return false, err
	}
	for _, s := range series {
		all, err := a.Editions(s)
		if err != nil {
			return false, err
		}
		for i := range all {
			if slices.ContainsFunc(all[i].Files, func(x Kept) bool { return x.Thin == nil && x.SHA256 == k.SHA256 }) {
				return true, nil
			}
		}
	}
	return false, nil
}

// thinFile writes what readers see of one file; nil where it stays as it is.
func (a *Archive) thinFile(e *Edition, k Kept, all []Edition) (members []Thinned, size int64, err error) {
	s := &Stored{Edition: *e, set: &Files{}}
	defer func() { err = errors.Join(err, s.Close()) }()
	if err := s.add(a, k); err != nil {
		return nil, 0, err
	}
	for _, m := range s.set.members {
		text, err := readMember(m)
		if err != nil || text == nil {
			return nil, 0, err
		}
		t, n, err := a.putThin(m.name, text, all)
		if err != nil {
			return nil, 0, err
		}
		members, size = append(members, t), size+n
	}
	return members, size, nil
}

// readMember reads a file of a set; nil for one that is too large.
func readMember(m member) (text []byte, err error) {
	r, err := m.open()
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	text, err = io.ReadAll(io.LimitReader(r, maxThin+1))
	if err == nil && len(text) > maxThin {
		text = nil
	}
	return text, err
}

// wholeFrom is the share of a file's own size, one part in so many, from which on
// a delta is no longer worth what it takes: the file is then kept whole, and the
// next ones differ from it. OFAC's list comes that far in two years.
const wholeFrom = 3

// putThin keeps the content of a file as what differs from the newest one that is
// kept whole.
func (a *Archive) putThin(name string, text []byte, all []Edition) (Thinned, int64, error) {
	sum := sha256.Sum256(text)
	t := Thinned{Name: name, Size: int64(len(text)), SHA256: hex.EncodeToString(sum[:])}
	whole, err := packBytes(text)
	if err != nil {
		return t, 0, err
	}
	if key, ok := keyOf(name, all); ok && key.SHA256 != t.SHA256 {
		base, err := a.content(key)
		if err != nil {
			return t, 0, err
		}
		var d bytes.Buffer
		if err := writeDelta(&d, base, text); err != nil {
			return t, 0, err
		}
		packed, err := packBytes(d.Bytes())
		if err != nil {
			return t, 0, err
		}
		if len(packed) < len(whole)/wholeFrom {
			t.Base = key.SHA256
			whole = packed
		}
	}
	return t, int64(len(whole)), a.write(a.thinPath(t), func(w io.Writer) error {
		_, err := w.Write(whole)
		return err
	})
}

// keyOf returns the newest file of a name that is kept whole.
func keyOf(name string, all []Edition) (key Thinned, ok bool) {
	for i := range all {
		for _, k := range all[i].Files {
			for _, t := range k.Thin {
				if t.Name == name && t.Base == "" {
					key, ok = t, true
				}
			}
		}
	}
	return key, ok
}

func packBytes(b []byte) ([]byte, error) {
	z, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBetterCompression), zstd.WithEncoderConcurrency(1))
	if err != nil {
		return nil, err
	}
	return z.EncodeAll(b, nil), z.Close()
}

// thinPath is where the content of a file is kept.
func (a *Archive) thinPath(t Thinned) string {
	name := t.SHA256
	if t.Base != "" {
		name += "-" + t.Base[:min(16, len(t.Base))]
	}
	return filepath.Join(a.dir, "objects", "content", name+".zst")
}

// content returns the content of a file that is kept thin, after checking that it
// is what was kept.
func (a *Archive) content(t Thinned) (text []byte, err error) {
	f, err := os.Open(a.thinPath(t))
	if err != nil {
		return nil, err
	}
	defer f.Close() // only read
	z, err := unpack(f)
	if err != nil {
		return nil, err
	}
	defer z.Close() // only read
	in := io.Reader(z)
	if t.Base != "" {
		base, err := a.content(Thinned{SHA256: t.Base})
		if err != nil {
			return nil, err
		}
		if in, err = newDeltaReader(z, base); err != nil {
			return nil, err
		}
	}
	if t.Size > 0 {
		text = make([]byte, 0, min(t.Size, maxThin)+bytes.MinRead)
	}
	b := bytes.NewBuffer(text)
	if _, err := io.Copy(b, io.LimitReader(in, maxThin+1)); err != nil {
		return nil, fmt.Errorf("%w: %w", errDamaged, err)
	}
	if sum := sha256.Sum256(b.Bytes()); hex.EncodeToString(sum[:]) != t.SHA256 {
		return nil, errDamaged
	}
	return b.Bytes(), nil
}

// addThin adds the files that readers see of a file that is kept thin.
func (s *Stored) addThin(a *Archive, k Kept) error {
	for _, t := range k.Thin {
		content := sync.OnceValues(func() ([]byte, error) { return a.content(t) })
		if _, err := content(); err != nil {
			return fmt.Errorf("%s: %w", a.thinPath(t), err)
		}
		s.set.members = append(s.set.members, member{name: t.Name, label: k.Name, size: t.Size, time: s.Edition.Fetched, open: func() (io.ReadCloser, error) {
			b, err := content()
			return io.NopCloser(bytes.NewReader(b)), err
		}})
	}
	return nil
}

// rawThin gives a file as it was fetched, where its content is all there was.
func (s *Stored) rawThin(a *Archive, k Kept) (io.ReadCloser, error) {
	if !k.Packed || len(k.Thin) != 1 || k.Thin[0].SHA256 != k.SHA256 {
		return nil, errkind.Wrap(errkind.Unavailable, fmt.Errorf("%s of edition %.12s is not kept as it was fetched any more, its content is", k.Name, s.Edition.ID))
	}
	b, err := a.content(k.Thin[0])
	return io.NopCloser(bytes.NewReader(b)), err
}
