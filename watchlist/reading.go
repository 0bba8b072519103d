// SPDX-License-Identifier: Apache-2.0

package watchlist

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"
	"unicode/utf8"

	"github.com/interdict-dev/interdict/internal/errkind"
)

// HeadSize is how much of a file [OnlyFile] looks at.
const HeadSize = 64 << 10

// OnlyFile finds the one file of a set that is an edition by itself, for
// sources whose editions are single files. isOurs tells by a file's name and
// its first [HeadSize] bytes. Schemas and notes (.xsd, .txt, .md) may stand
// beside it; anything else would be left out in silence, so it is refused.
//
// The error is [ErrFormat] where no file is ours, with the reason where there
// is a plain one: a web page, an empty file.
func OnlyFile(files fs.FS, isOurs func(name string, head []byte) bool) (string, error) {
	entries, err := fs.ReadDir(files, ".")
	if err != nil {
		return "", fmt.Errorf("list the files of the set: %w", err)
	}
	var found, others []string
	var why error
	for _, e := range entries {
		if ext := strings.ToLower(path.Ext(e.Name())); e.IsDir() || ext == ".xsd" || ext == ".txt" || ext == ".md" {
			continue
		}
		head, err := Head(files, e.Name())
		switch {
		case isOurs(e.Name(), head):
			found = append(found, e.Name())
			continue
		case err != nil:
			return "", err
		case why == nil:
			why = noList(e.Name(), head)
		}
		others = append(others, e.Name())
	}
	switch {
	case len(found) == 0 && why != nil:
		return "", fmt.Errorf("%w: %w", ErrFormat, why)
	case len(found) == 0:
		return "", ErrFormat
	case len(found) > 1:
		return "", errkind.Wrap(errkind.Invalid, fmt.Errorf("%s are two editions: hand in one at a time", strings.Join(found, " and ")))
	case len(others) > 0:
		return "", errkind.Wrap(errkind.Invalid, fmt.Errorf("%s is one edition by itself, but %s was handed in with it", found[0], strings.Join(others, ", ")))
	}
	return found[0], nil
}

// Head returns the first [HeadSize] bytes of a file, fewer of a shorter one.
// With an error it returns what it read before it.
func Head(files fs.FS, name string) ([]byte, error) {
	f, err := files.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	head := make([]byte, HeadSize)
	n, err := io.ReadFull(f, head)
	if errors.Is(err, io.ErrUnexpectedEOF) || err == io.EOF {
		err = nil // a cut archive says so again when the file is read
	}
	return head[:n], err
}

// noList says in words what a file is that is no list, nil where that is not
// plain.
func noList(name string, head []byte) error {
	text := bytes.ToLower(bytes.TrimSpace(head))
	switch {
	case len(text) == 0:
		return fmt.Errorf("%s is empty", name)
	case bytes.HasPrefix(text, []byte("<!doctype")), bytes.HasPrefix(text, []byte("<html")):
		return fmt.Errorf("%s is a web page or has a document type, no list: fetch it again", name)
	}
	return nil
}

// NewReject returns the reject of an entry with the start of it as published.
func NewReject(file string, line int, id, reason, raw string) *Reject {
	const limit = 4 << 10
	if len(raw) > limit {
		n := limit
		for n > limit-utf8.UTFMax && !utf8.RuneStart(raw[n]) {
			n--
		}
		raw = raw[:n]
	}
	return &Reject{File: file, Line: line, ID: id, Reason: reason, Raw: raw}
}

// A Tail remembers how a text file ends, while it is read: tables and lines of
// JSON have no mark at their end, but a file whose last line has no line end was
// cut off within it.
type Tail struct {
	io.Reader
	last byte
	some bool
}

// Read reads on.
func (t *Tail) Read(p []byte) (int, error) {
	n, err := t.Reader.Read(p)
	if n > 0 {
		t.last, t.some = p[n-1], true
	}
	return n, err
}

// IsCut says, once all is read, that the last line has no line end.
func (t *Tail) IsCut() bool { return t.some && t.last != '\n' && t.last != '\r' }
