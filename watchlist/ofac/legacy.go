// SPDX-License-Identifier: Apache-2.0

package ofac

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"github.com/interdict-dev/interdict/internal/errkind"
	"github.com/interdict-dev/interdict/party"
	"github.com/interdict-dev/interdict/watchlist"
)

// Legacy reads the sets of CSV files that OFAC has published since 2004:
// sdn.csv, add.csv, alt.csv and sdn_comments.csv, or cons_prim.csv, cons_add.csv,
// cons_alt.csv and cons_comments.csv. Specification: dat_spec.txt of OFAC.
//
// The files have no headers and no dates, no relation but "Linked To", and
// Latin script only; most facts stand in one column of prose, which
// [Legacy.Parse] takes apart. The whole of it is kept as the entry's Remarks.
type Legacy struct{}

// Format returns "ofac-legacy".
func (Legacy) Format() string { return "ofac-legacy" }

// A legacySet is the files of one list.
type legacySet struct {
	list                     party.ListID
	main, add, alt, comments string
}

var legacySets = [...]legacySet{
	{SDN, "sdn.csv", "add.csv", "alt.csv", "sdn_comments.csv"},
	{Consolidated, "cons_prim.csv", "cons_add.csv", "cons_alt.csv", "cons_comments.csv"},
}

func (s legacySet) names() []string { return []string{s.main, s.add, s.alt, s.comments} }

// Columns of the files, and how many there are.
const (
	mainColumns     = 12
	addColumns      = 6
	altColumns      = 5
	commentsColumns = 2
)

// Detect finds which set the files are and whether it is whole. The comments
// may be missing where no remark goes on in them, which only Parse sees.
func (Legacy) Detect(files fs.FS) (watchlist.Header, error) {
	set, err := findLegacy(files)
	if err != nil {
		return watchlist.Header{}, err
	}
	for row, err := range rowsOf(files, set.main) {
		if err != nil {
			return watchlist.Header{}, err
		}
		if len(row.fields) != mainColumns || !isNumber(row.fields[0]) {
			return watchlist.Header{}, notLegacy(set.main, row)
		}
		break
	}
	return watchlist.Header{List: set.list, Title: title(set.list)}, nil
}

// Parse checks that the files belong together, then yields the entries in the
// order of the main file, then the rows that could not be read.
func (Legacy) Parse(files fs.FS) iter.Seq2[party.Entry, error] {
	return func(yield func(party.Entry, error) bool) {
		set, err := findLegacy(files)
		if err != nil {
			yield(party.Entry{}, err)
			return
		}
		l := &legacy{legacySet: set}
		if err := l.read(files); err != nil {
			yield(party.Entry{}, err)
			return
		}
		for _, row := range l.mainRows {
			if !yield(l.entry(row), nil) {
				return
			}
		}
		for _, r := range l.rejects {
			if !yield(party.Entry{}, r) {
				return
			}
		}
	}
}

// findLegacy returns the one set that the files are, with their names as they
// are written there.
func findLegacy(files fs.FS) (legacySet, error) {
	var found legacySet
	var missing, known []string
	for _, set := range legacySets {
		s, lacks, err := set.find(files)
		if err != nil {
			return legacySet{}, err
		}
		if len(lacks) == len(set.names()) {
			continue
		}
		if known != nil {
			return legacySet{}, errkind.New(errkind.Invalid, "the files of the SDN list and of the consolidated list are two editions: hand in one at a time")
		}
		found, missing, known = s, lacks, set.names()
	}
	if known == nil {
		return legacySet{}, watchlist.ErrFormat
	}
	if i := slices.Index(missing, known[3]); i >= 0 {
		missing = slices.Delete(missing, i, i+1) // needed only where a remark goes on in it
	}
	if len(missing) > 0 {
		return legacySet{}, errkind.Wrap(errkind.Invalid, fmt.Errorf("the set lacks %s: OFAC publishes %s as one edition, fetch them together",
			strings.Join(missing, " and "), strings.Join(known, ", ")))
	}
	return found, found.alone(files)
}

// find returns the set with the names as written, "" for those missing.
func (s legacySet) find(files fs.FS) (found legacySet, missing []string, err error) {
	found.list = s.list
	for i, p := range []*string{&found.main, &found.add, &found.alt, &found.comments} {
		want := s.names()[i]
		name, ok, err := watchlist.Find(files, want)
		if err != nil {
			return found, nil, err
		}
		if !ok {
			missing = append(missing, want)
		}
		*p = name
	}
	return found, missing, nil
}

// alone refuses files that are no part of the set: they would be left out in
// silence.
func (s legacySet) alone(files fs.FS) error {
	entries, err := fs.ReadDir(files, ".")
	if err != nil {
		return fmt.Errorf("list the files of the set: %w", err)
	}
	for _, e := range entries {
		ext := strings.ToLower(path.Ext(e.Name()))
		if e.IsDir() || ext == ".txt" || ext == ".md" || ext == ".xsd" || slices.Contains(s.names(), e.Name()) {
			continue
		}
		return errkind.Wrap(errkind.Invalid, fmt.Errorf("%s is no part of the set of %s: hand it in by itself", e.Name(), s.main))
	}
	return nil
}

func notLegacy(name string, row legacyRow) error {
	if strings.HasPrefix(strings.TrimSpace(row.raw), "<") {
		return fmt.Errorf("%w: %s is a web page or XML although its name ends in .csv: fetch it again", watchlist.ErrFormat, name)
	}
	return fmt.Errorf("%w: %s begins with %.60q, want %d columns that begin with a number", watchlist.ErrFormat, name, row.raw, mainColumns)
}

// A legacy is one reading of a set.
type legacy struct {
	legacySet
	mainRows []legacyRow
	rows     map[string]*legacyRows // by ent_num
	primary  map[string]string      // name → ent_num; "" for a name of several
	ended    map[string]bool        // files that end in a \x1a row
	rejects  []*watchlist.Reject
}

// legacyRows is what the other files say of one entry.
type legacyRows struct {
	add, alt [][]string
	comments string
}

func (l *legacy) read(files fs.FS) error {
	l.rows, l.primary, l.ended = map[string]*legacyRows{}, map[string]string{}, map[string]bool{}
	if err := l.readMain(files); err != nil {
		return err
	}
	others := []struct {
		name    string
		columns int
		take    func(*legacyRows, legacyRow)
	}{
		{l.add, addColumns, func(r *legacyRows, row legacyRow) { r.add = append(r.add, row.fields) }},
		{l.alt, altColumns, func(r *legacyRows, row legacyRow) { r.alt = append(r.alt, row.fields) }},
		{l.comments, commentsColumns, func(r *legacyRows, row legacyRow) { r.comments += row.tail }},
	}
	for _, o := range others {
		if o.name == "" {
			continue
		}
		if err := l.readOther(files, o.name, o.columns, o.take); err != nil {
			return err
		}
	}
	return l.belongTogether()
}

func (l *legacy) readMain(files fs.FS) error {
	first := true
	for row, err := range rowsOf(files, l.main) {
		switch {
		case err != nil:
			return err
		case row.isEnd():
			l.ended[l.main] = true
			continue
		case first && (len(row.fields) != mainColumns || !isNumber(row.fields[0])):
			return notLegacy(l.main, row)
		}
		first = false
		reason := row.wrong(mainColumns)
		if reason == "" && row.fields[1] == "" {
			reason = "it has no name"
		}
		if reason == "" && l.rows[row.fields[0]] != nil {
			reason = "its number stands twice in the file"
		}
		if reason != "" {
			l.reject(l.main, row, reason)
			continue
		}
		l.mainRows = append(l.mainRows, row)
		id, name := row.fields[0], row.fields[1]
		l.rows[id] = &legacyRows{}
		if _, taken := l.primary[name]; taken {
			id = ""
		}
		l.primary[name] = id
	}
	if len(l.mainRows) == 0 {
		return errkind.Wrap(errkind.Invalid, fmt.Errorf("%s holds no entry", l.main))
	}
	return nil
}

func (l *legacy) readOther(files fs.FS, name string, columns int, take func(*legacyRows, legacyRow)) error {
	var strangers []string
	first, seen := true, map[string]bool{}
	for row, err := range rowsOf(files, name) {
		if err != nil {
			return err
		}
		if row.isEnd() {
			l.ended[name] = true
			continue
		}
		if reason := row.wrong(columns); reason != "" {
			if first {
				return fmt.Errorf("%s: %s: fetch it again", name, reason)
			}
			l.reject(name, row, reason)
			continue
		}
		if seen[row.raw] {
			l.reject(name, row, "it stands twice in the file, word for word")
			continue
		}
		first, seen[row.raw] = false, true
		r := l.rows[row.fields[0]]
		if r == nil {
			strangers = append(strangers, row.fields[0])
			continue
		}
		take(r, row)
	}
	if len(strangers) > 0 && !l.rejectedMain() {
		return errkind.Wrap(errkind.Invalid, fmt.Errorf("%s has %d rows of entries that %s does not have (%s first): the files are not of one edition, fetch them together",
			name, len(strangers), l.main, strangers[0]))
	}
	return nil
}

// rejectedMain says that an entry is missing because its own row could not be
// read, which is counted already.
func (l *legacy) rejectedMain() bool {
	return slices.ContainsFunc(l.rejects, func(r *watchlist.Reject) bool { return r.File == l.main })
}

// remarksLimit is where sdn.csv cuts a remark off; it goes on in the comments.
const remarksLimit = 1000

// belongTogether looks for files that are cut off or of another edition than
// the others. In every published set each entry has at least one address row, be
// it empty, and as many remarks are as long as the column as there are comments.
func (l *legacy) belongTogether() error {
	if n := l.ended; len(n) > 0 {
		for _, name := range []string{l.main, l.add, l.alt} {
			if !n[name] {
				return errkind.Wrap(errkind.Invalid, fmt.Errorf("%s is cut off: it lacks the last row that the other files of the set have, fetch it again", name))
			}
		}
	}
	for _, row := range l.mainRows {
		r := l.rows[row.fields[0]]
		if len(r.add) == 0 {
			return errkind.Wrap(errkind.Invalid, fmt.Errorf("entry %s of %s has no row in %s, where each has one: the files are not of one edition, fetch them together", row.fields[0], l.main, l.add))
		}
		full := utf8.RuneCountInString(row.tail) >= remarksLimit
		switch {
		case full && r.comments == "" && l.comments == "":
			return errkind.Wrap(errkind.Invalid, fmt.Errorf("the set lacks the file with the comments (%s), in which the remarks of entry %s go on", l.commentsName(), row.fields[0]))
		case full && r.comments == "":
			return errkind.Wrap(errkind.Invalid, fmt.Errorf("the remarks of entry %s are cut off, and %s does not go on with them: it is cut off or of another edition", row.fields[0], l.comments))
		case !full && r.comments != "":
			return errkind.Wrap(errkind.Invalid, fmt.Errorf("%s goes on with the remarks of entry %s, which are not cut off: it is of another edition", l.comments, row.fields[0]))
		}
	}
	return nil
}

func (l *legacy) commentsName() string {
	for _, s := range legacySets {
		if s.list == l.list {
			return s.comments
		}
	}
	return "comments"
}

func (l *legacy) reject(file string, row legacyRow, reason string) {
	id := ""
	if len(row.fields) > 0 && isNumber(row.fields[0]) {
		id = row.fields[0]
	}
	l.rejects = append(l.rejects, &watchlist.Reject{File: file, Line: row.line, ID: id, Reason: reason, Raw: row.raw[:min(len(row.raw), 4<<10)]})
}

// entry makes the entry of a row of the main file.
func (l *legacy) entry(row legacyRow) party.Entry {
	f := row.fields
	e := party.Entry{Ref: party.Ref{List: l.list, ID: f[0]}, Kind: legacyKind(f[2])}
	e.Names = []party.Name{{Full: f[1], Script: "Latin"}}
	listing := party.Listing{List: l.list, Authority: authority}
	if f[3] != "" {
		listing.Programs = strings.Split(f[3], "] [")
	}
	e.Listings = []party.Listing{listing}
	if e.Kind == party.Unknown {
		e.Properties = append(e.Properties, party.Property{Name: "SDN_Type", Value: f[2]})
	}
	for i, label := range [...]string{4: "Title", 5: "Vessel Call Sign", 6: "VESSEL TYPE", 7: "Vessel Tonnage", 8: "Vessel Gross Registered Tonnage", 9: "Vessel Flag", 10: "Vessel Owner"} {
		if label != "" && f[i] != "" {
			feature{label: label, text: f[i]}.addTo(&e)
		}
	}
	other := l.rows[f[0]]
	for _, a := range other.alt {
		e.Names = append(e.Names, party.Name{Full: a[3], Kind: nameKind(a[2]), Script: "Latin"})
		if a[4] != "" {
			e.Properties = append(e.Properties, party.Property{Name: "alt_remarks", Value: a[3] + ": " + a[4]})
		}
	}
	for _, a := range other.add {
		addAddress(&e, a)
	}
	if e.Remarks = f[11]; other.comments != "" {
		e.Remarks = row.tail + other.comments // cut within a word, or before a blank
	}
	l.readRemarks(&e)
	return e
}

// legacyKind reads SDN_Type, which is empty for organisations.
func legacyKind(s string) party.Kind {
	if s == "" {
		return party.Organization
	}
	k, err := party.ParseKind(s)
	if err != nil {
		return party.Unknown
	}
	return k
}

// addAddress takes a row of add.csv. Most entries without an address have an
// empty one. City, region and postal code are one column; what is no plain
// name of a city stays one text.
func addAddress(e *party.Entry, row []string) {
	street, city, country, remarks := row[2], row[3], row[4], row[5]
	a := party.Address{Street: street}
	if strings.ContainsAny(city, ",0123456789") {
		a.Full = city
	} else {
		a.City = city
	}
	switch {
	case country == undetermined:
		a.Full = strings.TrimPrefix(a.Full+", "+country, ", ")
	case country != "":
		a.Country = countryOf(country)
	}
	if a != (party.Address{}) {
		e.Addresses = append(e.Addresses, a)
	}
	if remarks != "" {
		e.Properties = append(e.Properties, party.Property{Name: "Add_remarks", Value: a.String() + ": " + remarks})
	}
}

// A legacyRow is one line of a file.
type legacyRow struct {
	fields []string // trimmed, "" for -0-; nil where the line is malformed
	tail   string   // the last field, untrimmed
	line   int
	raw    string
	err    error // why fields is nil
}

// isEnd says that the row is the end mark of MS-DOS that OFAC's files end in.
func (r legacyRow) isEnd() bool { return r.raw == "\x1a" }

// wrong says why a row is none of a file with so many columns, "" if it is.
func (r legacyRow) wrong(columns int) string {
	switch {
	case r.err != nil:
		return r.err.Error()
	case len(r.fields) != columns:
		return fmt.Sprintf("the row has %d columns, want %d", len(r.fields), columns)
	case !isNumber(r.fields[0]):
		return fmt.Sprintf("the row begins with %.40q, want a number", r.fields[0])
	}
	return ""
}

func isNumber(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// maxLine is how long a row may be. The longest column of the specification
// has 1,000 characters; the comments are not limited.
const maxLine = 1 << 20

// rowsOf yields the lines of a file. Lines are rows, also where a quote is left
// open: a damaged row then costs no other.
func rowsOf(files fs.FS, name string) iter.Seq2[legacyRow, error] {
	return func(yield func(legacyRow, error) bool) {
		f, err := files.Open(name)
		if err != nil {
			yield(legacyRow{}, err)
			return
		}
		defer f.Close()
		lines := bufio.NewScanner(f)
		lines.Buffer(make([]byte, 64<<10), maxLine)
		n := 0
		var held *legacyRow // the last line, which is part of one if reading fails after it
		for lines.Scan() {
			n++
			if held != nil && !yield(*held, nil) {
				return
			}
			held = nil
			if row := newRow(lines.Bytes(), n); row.raw != "" || row.err != nil {
				held = &row
			}
		}
		if held != nil && lines.Err() == nil && !yield(*held, nil) {
			return
		}
		switch err := lines.Err(); {
		case errors.Is(err, bufio.ErrTooLong):
			yield(legacyRow{}, fmt.Errorf("%s:%d: the line is longer than %d bytes", name, n+1, maxLine))
		case err != nil:
			yield(legacyRow{}, fmt.Errorf("%s:%d: %w", name, n+1, err))
		case n == 0:
			yield(legacyRow{}, fmt.Errorf("%s is empty", name))
		}
	}
}

func newRow(line []byte, n int) legacyRow {
	row := legacyRow{line: n}
	row.raw, row.err = decodeLine(line, n == 1)
	if row.err == nil && row.raw != "" {
		row.fields, row.tail, row.err = splitRow(row.raw)
	}
	return row
}

// decodeLine returns a line as text. The files are ASCII; where they are not
// they have been UTF-8 or Windows-1252.
func decodeLine(b []byte, first bool) (string, error) {
	s := string(b)
	if first {
		s = strings.TrimPrefix(s, "\ufeff")
	}
	s = strings.TrimSuffix(s, "\r")
	if utf8.ValidString(s) {
		return s, nil
	}
	decoded, err := charmap.Windows1252.NewDecoder().String(s)
	if err != nil {
		return s, fmt.Errorf("the row is neither UTF-8 nor Windows-1252: %w", err)
	}
	return decoded, nil
}

// null is OFAC's mark for an empty column, often with a blank after it.
const null = "-0-"

// splitRow splits a line at its commas. Text stands in double quotes, a quote in
// it is doubled. tail is the last field with its blanks.
func splitRow(line string) (fields []string, tail string, err error) {
	fields = make([]string, 0, mainColumns)
	for {
		value, rest, err := splitField(line)
		if err != nil {
			return nil, "", err
		}
		field := strings.TrimSpace(value)
		if field == null {
			field = ""
		}
		fields = append(fields, field)
		if rest == "" {
			return fields, value, nil
		}
		line = rest[1:]
	}
}

// splitField returns the first field and what follows it, from its comma on.
func splitField(line string) (value, rest string, err error) {
	if !strings.HasPrefix(line, `"`) {
		i := strings.IndexByte(line, ',')
		if i < 0 {
			i = len(line)
		}
		if strings.Contains(line[:i], `"`) {
			return "", "", fmt.Errorf("a stray quote in %.40q", line[:i])
		}
		return line[:i], line[i:], nil
	}
	var b strings.Builder
	line = line[1:]
	for {
		i := strings.IndexByte(line, '"')
		if i < 0 {
			return "", "", fmt.Errorf("a quote is never closed: %.40q", line)
		}
		b.WriteString(line[:i])
		line = line[i+1:]
		if !strings.HasPrefix(line, `"`) {
			break
		}
		b.WriteByte('"')
		line = line[1:]
	}
	rest = strings.TrimLeft(line, " ")
	if rest != "" && rest[0] != ',' {
		return "", "", fmt.Errorf("text after a closed quote: %.40q", rest)
	}
	return b.String(), rest, nil
}
