// SPDX-License-Identifier: Apache-2.0

// Package ofac reads the lists of the Office of Foreign Assets Control of the
// U.S. Treasury in the three formats in which it publishes them: [Advanced]
// and [Enhanced] XML, and the [Legacy] set of CSV files.
//
// Every published entry becomes a party or a reject, and what an entry says is
// kept: in a field of party.Entry, or as a property under OFAC's own label.
// Numbers that stand for types of features, documents, lists and relations are
// resolved from the file's own reference values, never from a table of ours;
// tables here know labels only, and an unknown label loses nothing.
//
// An entry's Ref names the file that it stands in: us-ofac-sdn or us-ofac-cons.
// OFAC's files also hold listings of other lists of the same party; each is a
// party.Listing with its own list, measures and dates.
//
// What a listing means in law is left to package law.
package ofac

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"

	"github.com/interdict-dev/interdict/internal/errkind"
	"github.com/interdict-dev/interdict/internal/xmlscan"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/watchlist"
)

// The lists that OFAC publishes in files of their own.
const (
	SDN          party.ListID = "us-ofac-sdn"  // Specially Designated Nationals and Blocked Persons
	Consolidated party.ListID = "us-ofac-cons" // everything that is not the SDN list
)

// Sources returns one reader for each format.
func Sources() []watchlist.Source {
	return []watchlist.Source{Advanced{}, Enhanced{}, Legacy{}}
}

func title(list party.ListID) string {
	if list == Consolidated {
		return "OFAC Consolidated (non-SDN) List"
	}
	return "OFAC Specially Designated Nationals"
}

// listNamed returns the list that OFAC calls by a name in both XML formats. A
// name that is not here becomes a list of its own.
// The list of its lists: https://ofac.treasury.gov/sanctions-list-service.
func listNamed(label string) party.ListID {
	switch label {
	case "SDN List":
		return SDN
	case "Consolidated List":
		return Consolidated
	case "Sectoral Sanctions Identifications List":
		return "us-ofac-ssi"
	case "Non-SDN Palestinian Legislative Council List":
		return "us-ofac-plc"
	case "FSE List", "Foreign Sanctions Evaders List":
		return "us-ofac-fse"
	case "CAPTA List":
		return "us-ofac-capta"
	case "Non-SDN Menu-Based Sanctions List":
		return "us-ofac-mbs"
	case "Non-SDN CMIC List", "Non-SDN Chinese Military-Industrial Complex Companies List":
		return "us-ofac-cmic"
	}
	return party.ListID("us-ofac-" + slug(strings.TrimSuffix(label, " List")))
}

// slug writes a label in lower case, with hyphens for all but letters and digits.
func slug(s string) string {
	words := strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
	if len(words) == 0 {
		return "unnamed"
	}
	return strings.Join(words, "-")
}

// authority is who lists, for every listing of these files.
const authority = "OFAC"

// unknown is OFAC's label for "not said" in its reference values.
const unknown = "Unknown"

// xmlFile finds the one file of a set whose root element is root. Files that
// stand beside it must be schemas or notes.
func xmlFile(files fs.FS, root string) (name string, err error) {
	entries, err := fs.ReadDir(files, ".")
	if err != nil {
		return "", fmt.Errorf("list the files of the set: %w", err)
	}
	var found, others []string
	var why error
	for _, e := range entries {
		switch ext := strings.ToLower(path.Ext(e.Name())); {
		case e.IsDir() || ext == ".xsd" || ext == ".txt" || ext == ".md":
			continue
		case ext == ".csv":
			others = append(others, e.Name())
			continue
		}
		got, err := rootOf(files, e.Name())
		switch {
		case got == root:
			found = append(found, e.Name())
		case got == "" && why == nil:
			why = err
			fallthrough
		default:
			others = append(others, e.Name())
		}
	}
	switch {
	case len(found) == 0 && why != nil:
		return "", fmt.Errorf("%w (%w)", watchlist.ErrFormat, why)
	case len(found) == 0:
		return "", watchlist.ErrFormat
	case len(found) > 1:
		return "", errkind.Wrap(errkind.Invalid, fmt.Errorf("%s are two editions: hand in one at a time", strings.Join(found, " and ")))
	case len(others) > 0:
		return "", errkind.Wrap(errkind.Invalid, fmt.Errorf("%s is one edition by itself, but %s was handed in with it", found[0], strings.Join(others, ", ")))
	}
	return found[0], nil
}

// rootOf returns the local name of a file's root element, and an error that
// names the file where it has none.
func rootOf(files fs.FS, name string) (string, error) {
	f, err := files.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	s := xmlscan.New(f, maxHead)
	_, err = s.Next()
	switch {
	case errors.Is(err, xmlscan.ErrDoctype), err == nil && strings.EqualFold(string(s.Name()), "html"):
		return "", fmt.Errorf("%s is a web page or has a document type, no list: fetch it again", name)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "", fmt.Errorf("%s is empty or cut off: %w", name, err)
	case err != nil:
		return "", fmt.Errorf("%s is no XML: %w", name, err)
	}
	return string(s.Name()), nil
}

// maxHead limits the first tag of a file that may be XML: OFAC's have 400 bytes.
const maxHead = 64 << 10

// listOfFile says which list a file holds by its name, "" where the name does
// not say: OFAC's files are called SDN_* and CONS_*.
func listOfFile(name string) party.ListID {
	name = strings.ToLower(name)
	switch {
	case strings.Contains(name, "cons"):
		return Consolidated
	case strings.Contains(name, "sdn"):
		return SDN
	}
	return ""
}
