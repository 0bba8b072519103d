// SPDX-License-Identifier: Apache-2.0

package holdings

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/interdict-dev/interdict/internal/errkind"
	"github.com/interdict-dev/interdict/internal/table"
	"github.com/interdict-dev/interdict/ownership"
	"github.com/interdict-dev/interdict/ownership/bods"
	"github.com/interdict-dev/interdict/ownership/csv"
	"github.com/interdict-dev/interdict/ownership/ftm"
	"github.com/interdict-dev/interdict/ownership/gleif"
	"github.com/interdict-dev/interdict/ownership/psc"
)

// A File is a file of stakes. Format is one of [Formats]; "" finds it out.
type File struct {
	Path   string
	Format string
}

// A FileReport says what was read of a file, and what was odd in it.
type FileReport struct {
	File   string `json:"file"`
	Format string `json:"format"`
	SHA256 string `json:"sha256"` // of the bytes as they lie on the disk

	Stakes   int `json:"stakes"`
	Parties  int `json:"parties"`
	Joints   int `json:"joints,omitempty"`
	Silences int `json:"silences,omitempty"` // statements that nobody is named
	Ties     int `json:"ties,omitempty"`     // officers and other roles without a share
	Rejects  int `json:"rejects"`            // rows of which nothing was kept
}

// Formats returns the names of the formats.
func Formats() []string { return []string{"csv", "bods", "gleif", "ftm", "psc"} }

type reader func(r io.Reader, file string) iter.Seq2[ownership.Record, error]

func readerOf(format string) reader {
	switch format {
	case "csv":
		return csv.Read
	case "bods":
		return bods.Read
	case "gleif":
		return gleif.Read
	case "ftm":
		return ftm.Read
	case "psc":
		return psc.Read
	}
	return nil
}

// detectBytes is how much of a file is looked at to find its format.
const detectBytes = 64 << 10

// detect finds the format of a file by its first bytes; "" where they tell
// nothing. A table is taken for one when its first line has no braces; whether
// it has the columns is for its reader to say.
func detect(head []byte) string {
	head = bytes.TrimSpace(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")))
	has := func(key string) bool { return bytes.Contains(head, []byte(`"`+key+`"`)) }
	switch {
	case len(head) == 0:
		return ""
	case head[0] == '<':
		return "gleif"
	case head[0] != '{' && head[0] != '[':
		return "csv"
	case has("company_number"):
		return "psc"
	case has("schema") && has("properties"):
		return "ftm"
	case has("statementId"), has("statementID"):
		return "bods"
	}
	return ""
}

// sizeOf returns how many bytes the files have on the disk; one that cannot be
// looked at has none here, and an error when it is read.
func sizeOf(files []File) int64 {
	n := int64(0)
	for _, f := range files {
		if i, err := os.Stat(f.Path); err == nil {
			n += i.Size()
		}
	}
	return n
}

// load puts a file into the builder. watch wraps what is read of the disk.
func load(b *ownership.Builder, f File, watch func(io.Reader) io.Reader, rename func(ownership.Record) ownership.Record, keep func(ownership.Record)) (FileReport, []ownership.Issue, error) {
	rep := FileReport{File: filepath.Base(f.Path), Format: f.Format}
	file, err := os.Open(f.Path)
	if err != nil {
		return rep, nil, err
	}
	defer file.Close() // only read
	sum := sha256.New()
	whole := io.TeeReader(watch(file), sum)
	content, _, err := table.Decompress(whole)
	if err != nil {
		return rep, nil, fmt.Errorf("%s: %w", f.Path, err)
	}
	r := bufio.NewReaderSize(content, detectBytes)
	if rep.Format == "" {
		head, err := r.Peek(detectBytes)
		if err != nil && err != io.EOF {
			return rep, nil, fmt.Errorf("%s: %w", f.Path, err)
		}
		rep.Format = detect(head)
	}
	read := readerOf(rep.Format)
	if read == nil {
		return rep, nil, errkind.New(errkind.Invalid, fmt.Sprintf("%s: no format of stakes that is known: want one of %s", f.Path, strings.Join(Formats(), ", ")))
	}
	records := read(r, rep.File)
	if rename != nil {
		records = renamed(records, rename)
	}
	got, err := b.Load(records, keep)
	if err != nil {
		return rep, nil, err
	}
	rep.Stakes, rep.Parties, rep.Joints, rep.Silences, rep.Ties, rep.Rejects = got.Stakes, got.Parties, got.Joints, got.Silences, got.Ties, got.Rejects
	if _, err := io.Copy(io.Discard, whole); err != nil { // what the reader had no need of
		return rep, nil, fmt.Errorf("%s: %w", f.Path, err)
	}
	rep.SHA256 = hex.EncodeToString(sum.Sum(nil))
	return rep, got.Issues, nil
}

func renamed(records iter.Seq2[ownership.Record, error], rename func(ownership.Record) ownership.Record) iter.Seq2[ownership.Record, error] {
	return func(yield func(ownership.Record, error) bool) {
		for r, err := range records {
			if !yield(rename(r), err) {
				return
			}
		}
	}
}

// checkFormats refuses a format that nobody reads.
func checkFormats(files []File) error {
	for _, f := range files {
		if f.Format != "" && !slices.Contains(Formats(), f.Format) {
			return errkind.Wrap(errkind.Invalid, errors.New("format "+f.Format+": want one of "+strings.Join(Formats(), ", ")))
		}
	}
	return nil
}
