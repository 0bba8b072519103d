// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"bufio"
	_ "embed" // publishers.txt
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/interdict-dev/interdict/internal/errkind"
	"github.com/interdict-dev/interdict/internal/fetch"
	"github.com/interdict-dev/interdict/party"
)

// publishersText says where the publishers give their lists; it is documented in
// itself.
//
//go:embed publishers.txt
var publishersText string

// A Publisher says where one list is to be had.
type Publisher struct {
	List     party.ListID
	Files    []PublishedFile
	Sums     string      // address of the SHA-256 of the files; "" for none
	Token    string      // what {token} means by default; "-" where it must be given
	Header   http.Header // may hold {token}
	Optional bool        // asked only when it is named
	Source   string      // how we know the addresses
	// Delta says how the publisher gives what changed, and DeltaAddress where; ""
	// where it gives whole files alone.
	Delta        DeltaKind
	DeltaAddress string
	Notes        []string
}

// A PublishedFile is one file of the set that makes an edition.
type PublishedFile struct {
	Name    string
	Address string // may hold {token}
}

const publishersHeader = "interdict publishers 1"

// Publishers returns the built-in publishers and those of the home's file
// publishers.txt, in the order of the files; one of the home replaces the
// built-in one of the same list.
func (h *Home) Publishers() ([]Publisher, error) {
	all, err := readPublishers(strings.NewReader(publishersText))
	if err != nil {
		return nil, fmt.Errorf("built-in publishers.txt: %w", err)
	}
	f, err := os.Open(filepath.Join(h.Dir, "publishers.txt"))
	if errors.Is(err, fs.ErrNotExist) {
		return all, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close() // only read
	own, err := readPublishers(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.Name(), err)
	}
	for _, p := range own {
		if i := slices.IndexFunc(all, func(q Publisher) bool { return q.List == p.List }); i >= 0 {
			all[i] = p
		} else {
			all = append(all, p)
		}
	}
	return all, nil
}

// readPublishers reads a file of publishers. Whatever is not understood is an
// error with its line: half of it would leave a list unasked.
func readPublishers(r io.Reader) ([]Publisher, error) {
	var all []Publisher
	sc := bufio.NewScanner(r)
	n := 0
	for sc.Scan() {
		n++
		line := strings.TrimSpace(strings.TrimPrefix(sc.Text(), "\ufeff"))
		var err error
		switch {
		case n == 1 && line != publishersHeader:
			err = fmt.Errorf("want %q", publishersHeader)
		case n == 1 || line == "" || line[0] == '#':
		default:
			all, err = readPublisherLine(all, line)
		}
		if err != nil {
			return nil, errkind.Wrap(errkind.Invalid, fmt.Errorf("line %d: %w", n, err))
		}
	}
	if err := sc.Err(); err != nil {
		return nil, fmt.Errorf("after line %d: %w", n, err)
	}
	if n == 0 {
		return nil, errkind.New(errkind.Invalid, "the file is empty")
	}
	for _, p := range all {
		if err := p.check(); err != nil {
			return nil, errkind.Wrap(errkind.Invalid, fmt.Errorf("list %s: %w", p.List, err))
		}
	}
	return all, nil
}

func readPublisherLine(all []Publisher, line string) ([]Publisher, error) {
	word, rest, _ := strings.Cut(strings.Replace(line, "\t", " ", 1), " ")
	rest = strings.TrimSpace(rest)
	if word == "list" {
		id := party.ListID(rest)
		if rest == "" || !isFileName(rest) {
			return nil, fmt.Errorf("%q is no name of a list", rest)
		}
		if slices.ContainsFunc(all, func(p Publisher) bool { return p.List == id }) {
			return nil, fmt.Errorf("list %s stands here twice", id)
		}
		return append(all, Publisher{List: id}), nil
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%q stands before the first list", word)
	}
	return all, all[len(all)-1].read(word, rest)
}

// read reads what belongs to a list.
func (p *Publisher) read(word, rest string) error {
	if rest == "" && word != "optional" {
		return fmt.Errorf("%s says nothing", word)
	}
	switch word {
	case "file":
		name, address, _ := strings.Cut(rest, " ")
		p.Files = append(p.Files, PublishedFile{name, strings.TrimSpace(address)})
	case "sums":
		p.Sums = rest
	case "token":
		p.Token = rest
	case "header":
		name, value, ok := strings.Cut(rest, ":")
		if !ok || strings.TrimSpace(name) == "" {
			return fmt.Errorf("header %q: want NAME: VALUE", rest)
		}
		if p.Header == nil {
			p.Header = http.Header{}
		}
		p.Header.Add(strings.TrimSpace(name), strings.TrimSpace(value))
	case "delta":
		kind, address, _ := strings.Cut(rest, " ")
		p.Delta, p.DeltaAddress = DeltaKind(kind), strings.TrimSpace(address)
	case "optional":
		p.Optional = true
	case "source":
		p.Source = rest
	case "note":
		p.Notes = append(p.Notes, rest)
	default:
		return fmt.Errorf("%q is nothing that is known of a list", word)
	}
	return nil
}

// check says what a publisher lacks.
func (p *Publisher) check() error {
	if len(p.Files) == 0 {
		return errors.New("no file is named")
	}
	names := map[string]bool{}
	for _, f := range p.Files {
		if !isFileName(f.Name) || names[strings.ToLower(f.Name)] {
			return fmt.Errorf("%q is no name for a file, or stands twice", f.Name)
		}
		names[strings.ToLower(f.Name)] = true
		if err := checkAddress(f.Address); err != nil {
			return err
		}
	}
	if p.Sums != "" {
		if err := checkAddress(p.Sums); err != nil {
			return err
		}
	}
	return p.checkDelta()
}

func checkAddress(address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || u.Scheme != "https" && !fetch.IsLoopback(u.Hostname()) {
		return fmt.Errorf("%q is no address with https", fetch.Show(address))
	}
	return nil
}

// isFileName says that a text may name a file of ours: it leads nowhere else and
// hides nothing.
func isFileName(s string) bool {
	return s != "" && s[0] != '.' && len(s) < 200 && filepath.IsLocal(s) && !strings.ContainsAny(s, "/\\:* \x00") &&
		!slices.Contains([]string{stateName, sumsName}, s)
}
