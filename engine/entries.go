// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/watchlist"
)

// What was read of an edition is kept for a while in the cache, in the encoding of
// package party: OFAC's file has 121 MB of XML, and keeping an edition, compiling
// it and telling how it differs from the last would read it three times. The
// cache is of this program alone and may be emptied at any time.
//
// A file is a line of text with the version, then for each entry the length of
// its encoding and that, for each reject a zero, its length and JSON, and at the
// end two zeros and the number of both; numbers are varints. Zstd over it.
const entriesHead = "interdict entries 1\n"

// cachedEntries is how many editions stay in the cache so.
const cachedEntries = 8

// entriesPath is where what was read of an edition is kept.
func (h *Home) entriesPath(format, id string) string {
	return filepath.Join(h.Cache, "entries", h.key("entries", format, id)+".zst")
}

// Keep keeps an edition in the archive, as [watchlist.Archive.Add] does, and what
// was read of it in the cache.
func (h *Home) Keep(ctx context.Context, a *watchlist.Archive, d Detected, from string, when time.Time) (e watchlist.Edition, added bool, err error) {
	id, err := d.Files.Digest()
	if err != nil {
		return e, false, err
	}
	t := &tee{Source: d.Source, path: h.entriesPath(d.Source.Format(), id)}
	if isLocal(d.Source.Format()) {
		return a.Add(ctx, d.Files, d.Source, from, when) // how it is read may change with the next command
	}
	e, added, err = a.Add(ctx, d.Files, t, from, when)
	if err = errors.Join(err, t.err); err != nil {
		return e, added, err
	}
	return e, added, leaveNewest(filepath.Join(h.Cache, "entries", "*.zst"), cachedEntries)
}

// A tee is a source that writes down what it reads.
type tee struct {
	watchlist.Source
	path string
	err  error
}

// Parse yields what the source reads. What was written down counts only when all
// was read without an error.
func (t *tee) Parse(files fs.FS) iter.Seq2[party.Entry, error] {
	return func(yield func(party.Entry, error) bool) {
		w, err := createEntries(t.path)
		if err != nil {
			t.err = err
			return
		}
		whole := true
		for e, err := range t.Source.Parse(files) {
			w.add(&e, err)
			var reject *watchlist.Reject
			if err != nil && !errors.As(err, &reject) {
				whole = false
			}
			if !yield(e, err) {
				whole = false
				break
			}
		}
		t.err = w.close(whole)
	}
}

// An entriesWriter writes down what was read of an edition.
type entriesWriter struct {
	path string
	file *os.File
	zstd *zstd.Encoder
	out  *bufio.Writer
	buf  []byte
	n    uint64
	err  error
}

func createEntries(path string) (*entriesWriter, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".new-")
	if err != nil {
		return nil, err
	}
	z, err := zstd.NewWriter(f, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1))
	if err != nil {
		return nil, errors.Join(err, f.Close(), os.Remove(f.Name()))
	}
	w := &entriesWriter{path: path, file: f, zstd: z, out: bufio.NewWriterSize(z, 1<<16)}
	_, w.err = w.out.WriteString(entriesHead)
	return w, nil
}

// add writes an entry or a reject; any other error is for the caller.
func (w *entriesWriter) add(e *party.Entry, err error) {
	if w.err != nil {
		return
	}
	var reject *watchlist.Reject
	switch {
	case err == nil:
		w.buf = party.Append(w.buf[:0], e)
		w.number(uint64(len(w.buf)))
		w.write(w.buf)
	case errors.As(err, &reject):
		text, err := json.Marshal(rejected{*reject, []byte(reject.Raw)})
		if err != nil {
			w.err = err
			return
		}
		w.number(0)
		w.number(uint64(len(text)))
		w.write(text)
	default:
		return
	}
	w.n++
}

// A rejected keeps the bytes of a reject that are no UTF-8.
type rejected struct {
	watchlist.Reject
	Bytes []byte
}

func (w *entriesWriter) number(n uint64) {
	var b [binary.MaxVarintLen64]byte
	w.write(b[:binary.PutUvarint(b[:], n)])
}

func (w *entriesWriter) write(b []byte) {
	if w.err == nil {
		_, w.err = w.out.Write(b)
	}
}

// close gives the file its name, or removes it.
func (w *entriesWriter) close(whole bool) error {
	w.number(0)
	w.number(0)
	w.number(w.n)
	err := errors.Join(w.err, w.out.Flush(), w.zstd.Close(), w.file.Close())
	if err != nil || !whole {
		return errors.Join(err, os.Remove(w.file.Name()))
	}
	return os.Rename(w.file.Name(), w.path)
}

// parse yields the entries of a kept edition: what was read of it before, where
// the cache has that, else its files.
func (h *Home) parse(a *watchlist.Archive, e watchlist.Edition) (iter.Seq2[party.Entry, error], error) {
	source, err := h.source(e)
	if err != nil {
		return nil, err
	}
	return func(yield func(party.Entry, error) bool) {
		if !isLocal(e.Format) {
			if r := openEntries(h.entriesPath(e.Format, e.ID), e.Counts.Entries+e.Counts.Rejects); r != nil {
				r.read(yield)
				return
			}
		}
		files, err := a.Open(e)
		if err != nil {
			yield(party.Entry{}, err)
			return
		}
		defer files.Close() // only read
		source.Parse(files)(yield)
	}, nil
}

// An entriesReader reads what an entriesWriter wrote.
type entriesReader struct {
	file *os.File
	zstd *zstd.Decoder
	in   *bufio.Reader
	buf  []byte
}

// openEntries opens what was written down; nil where there is nothing of use. It
// reads to the end first, so that a file that is cut or damaged never answers.
func openEntries(path string, want int) *entriesReader {
	r := startEntries(path)
	if r == nil {
		return nil
	}
	n, err := r.check()
	r.close()
	if err != nil || n != uint64(want) {
		return nil
	}
	return startEntries(path)
}

func startEntries(path string) *entriesReader {
	f, err := os.Open(path)
	if err != nil {
		return nil
	}
	z, err := zstd.NewReader(f, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(1<<30))
	if err != nil {
		_ = f.Close() // only read
		return nil
	}
	r := &entriesReader{file: f, zstd: z, in: bufio.NewReaderSize(z, 1<<16)}
	head := make([]byte, len(entriesHead))
	if _, err := io.ReadFull(r.in, head); err != nil || string(head) != entriesHead {
		r.close()
		return nil
	}
	return r
}

func (r *entriesReader) close() {
	r.zstd.Close()
	_ = r.file.Close() // only read
}

// next returns the next encoding; isReject says that it is one; more is false at
// the end, and n the number that stands there.
func (r *entriesReader) next() (text []byte, isReject, more bool, n uint64, err error) {
	size, err := binary.ReadUvarint(r.in)
	if err == nil && size == 0 {
		isReject = true
		if size, err = binary.ReadUvarint(r.in); err == nil && size == 0 {
			n, err = binary.ReadUvarint(r.in)
			return nil, false, false, n, err
		}
	}
	const most = 1 << 28 // no entry has a quarter of a gigabyte
	if err == nil && size > most {
		err = fmt.Errorf("an entry of %d bytes", size)
	}
	if err != nil {
		return nil, false, false, 0, err
	}
	if uint64(cap(r.buf)) < size {
		r.buf = make([]byte, size)
	}
	text = r.buf[:size]
	_, err = io.ReadFull(r.in, text)
	return text, isReject, true, 0, err
}

// check reads to the end, where zstd holds its checksum, and counts.
func (r *entriesReader) check() (uint64, error) {
	count := uint64(0)
	for {
		_, _, more, n, err := r.next()
		switch {
		case err != nil:
			return 0, err
		case !more && n != count:
			return 0, errors.New("the number of entries is another")
		case !more:
			_, err := r.in.ReadByte()
			if err != io.EOF {
				return 0, errors.Join(err, errors.New("there is more after the end"))
			}
			return count, nil
		}
		count++
	}
}

// read yields the entries and rejects.
func (r *entriesReader) read(yield func(party.Entry, error) bool) {
	defer r.close()
	for {
		text, isReject, more, _, err := r.next()
		if err == nil && !more {
			return
		}
		var e party.Entry
		switch {
		case err != nil:
		case isReject:
			var x rejected
			if err = json.Unmarshal(text, &x); err == nil {
				x.Raw = string(x.Bytes)
				err = &x.Reject
			}
		default:
			e, err = party.Decode(text)
		}
		var reject *watchlist.Reject
		if !yield(e, err) || err != nil && !errors.As(err, &reject) {
			return
		}
	}
}
