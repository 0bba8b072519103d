// SPDX-License-Identifier: Apache-2.0

package rows

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/interdict-dev/interdict/internal/errkind"
	"github.com/interdict-dev/interdict/internal/table"
	"github.com/interdict-dev/interdict/party"
)

// Options say how to read the rows of one table.
type Options struct {
	// Columns names columns by hand: from a field (see [ParseField]) to the
	// header or the letter of its column. The others are recognised.
	Columns map[string]string
	// NoHeader says that the first row is a party, not a header.
	NoHeader bool
	// Kind is that of parties whose row does not say.
	Kind party.Kind
	// Own says that the table is a list of the user's own: columns about the
	// listing count, and a BIC is the party's, not its bank's.
	Own bool
}

// A Column is one column of a table and what it is read as.
type Column struct {
	Index  int // 0 is column A
	Header string
	Meaning

	forMain bool // it says something about the main party as well
}

// Letter returns the letters of the column.
func (c Column) Letter() string { return table.Column(c.Index) }

// Label is the header, or the letters where it has none.
func (c Column) Label() string {
	if h := strings.TrimSpace(c.Header); h != "" {
		return h
	}
	return "column " + c.Letter()
}

// Use says in words what the column is read as; "" for one that is ignored.
func (c Column) Use() string {
	s := string(c.Field)
	if c.Field == Identifier && c.Scheme != "" {
		s = string(c.Scheme)
	}
	if s != "" && c.Role != "" {
		s = c.Role + "." + s
	}
	return s
}

// A Layout is what the columns of one table mean. It never changes once made.
type Layout struct {
	Columns   []Column // all of them, in order; an ignored one has no Field
	HeaderRow int      // the index among the rows given to Find; -1 without a header
	opts      Options
	roles     []string // the parties of a row; the first is the main one
	mainLabel string   // "vendor", where the headers call the main party so
}

// A Party is one party of one row.
type Party struct {
	Role    string
	Key     string // the row's own key
	Entry   party.Entry
	Listing party.Listing // what the row says about it, for a list of one's own
	Weak    bool
	Column  int   // index of the column that decides: its name, else its identifier
	Cells   []int // indexes of all columns that say something about it
}

// maxHeaderRow is how many rows may stand above a header: titles, dates of
// export.
const maxHeaderRow = 10

// Find recognises the columns of a table from its first rows that are not
// blank. A table without a header is accepted when the options say so or when
// it is a single column; otherwise the error lists the columns and the flag
// that names them.
func Find(first [][]string, o Options) (*Layout, error) {
	if len(first) == 0 {
		return nil, errkind.New(errkind.Invalid, "there are no rows")
	}
	if o.NoHeader {
		return noHeader(first, o)
	}
	if len(o.Columns) > 0 {
		return named(first, o)
	}
	for _, recognise := range []func(string) (Meaning, bool){Recognise, RecogniseLoosely} {
		if l := headerAmong(first[:min(len(first), maxHeaderRow)], o, recognise); l != nil {
			l.findKeys(first[l.HeaderRow+1:])
			l.plan()
			return l, nil
		}
		if width(first) == 1 {
			break
		}
	}
	if width(first) == 1 {
		return noHeader(first, o)
	}
	return nil, errNoName(first[0])
}

// headerAmong returns the row whose cells are best known as headers, nil where
// none is one.
func headerAmong(first [][]string, o Options, recognise func(string) (Meaning, bool)) *Layout {
	var best *Layout
	known := 0
	for i, cells := range first {
		if i > 0 && !titles(first[:i], cells) {
			break // a table has begun
		}
		if l, n := recognised(cells, o, recognise); n > known { // a title may hold a word of a header
			l.HeaderRow, best, known = i, l, n
		}
	}
	return best
}

// findKeys reads a column "Vendor" or "Customer" as the row's key where another
// column has the name and its own cells hold numbers, as ERP systems write it.
func (l *Layout) findKeys(below [][]string) {
	for i, c := range l.Columns {
		if c.Field != Name || !c.Main || !l.any(func(o Column) bool { return o.Index != i && o.Field.bearsName() && (o.Role == "" || o.Role == c.Role) }) {
			continue
		}
		codes, other := 0, 0
		for _, cells := range below {
			if i < len(cells) && strings.TrimSpace(cells[i]) != "" {
				if isCode(cells[i]) {
					codes++
				} else {
					other++
				}
			}
		}
		if codes > 0 && other == 0 {
			l.Columns[i].Field = Key
		}
	}
}

// isCode says that a cell holds a number or code: digits, and no word.
func isCode(s string) bool {
	s = strings.TrimSpace(s)
	return len(s) <= 24 && strings.ContainsAny(s, "0123456789") && !strings.ContainsAny(s, " \u00A0")
}

// titles says that rows above a header can be titles: they fill no more than
// half of its cells. A party must not pass for one.
func titles(above [][]string, header []string) bool {
	n := filled(header)
	for _, r := range above {
		if filled(r)*2 > n {
			return false
		}
	}
	return true
}

func filled(cells []string) int {
	n := 0
	for _, c := range cells {
		if strings.TrimSpace(c) != "" {
			n++
		}
	}
	return n
}

func width(rows [][]string) int {
	w := 0
	for _, r := range rows {
		w = max(w, len(r))
	}
	return w
}

func errNoName(cells []string) error {
	var names []string
	for i, c := range cells {
		names = append(names, fmt.Sprintf("%s %q", table.Column(i), c))
	}
	return errkind.New(errkind.Invalid, fmt.Sprintf("no column is known to hold names; the columns are %s; name one with --column name=%s (or --no-header when the first row is a party)", strings.Join(names, ", "), strconv.Quote(strings.TrimSpace(first(cells)))))
}

func first(cells []string) string {
	for _, c := range cells {
		if strings.TrimSpace(c) != "" {
			return c
		}
	}
	return ""
}

// recognised reads a row as a header. It returns how many of its cells are
// known, 0 when it is no header.
func recognised(cells []string, o Options, recognise func(string) (Meaning, bool)) (l *Layout, known int) {
	bearing := false
	l = &Layout{opts: o}
	for i, c := range cells {
		col := Column{Index: i, Header: c}
		if strings.TrimSpace(c) != "" {
			if m, ok := recognise(c); ok && len(c) < 80 {
				col.Meaning = m
				known++
				bearing = bearing || m.Field.bearsName() || m.Field == Identifier
			}
		}
		l.Columns = append(l.Columns, col)
	}
	if !bearing || known*10 < filled(cells)*3 {
		return l, 0
	}
	return l, known
}

// bearsName says that a field alone gives a party that can be screened by name.
func (f Field) bearsName() bool {
	switch f {
	case Name, NameVariant, NameLine, Company, Individual, FirstName, LastName, Vessel, Aircraft:
		return true
	}
	return false
}

// noHeader takes every row for a party. Columns are named by letters; without
// names the first column holds the name.
func noHeader(first [][]string, o Options) (*Layout, error) {
	l := &Layout{opts: o, HeaderRow: -1}
	for i := range width(first) {
		l.Columns = append(l.Columns, Column{Index: i})
	}
	cols := o.Columns
	if len(cols) == 0 {
		cols = map[string]string{"name": "A"}
	}
	if err := l.assign(cols); err != nil {
		return nil, err
	}
	l.plan()
	return l, nil
}

// named finds the row that holds every header named by hand. Letters name
// columns too, of the row that is recognised or else the first.
func named(first [][]string, o Options) (*Layout, error) {
	var firstErr error
	for i, cells := range first[:min(len(first), maxHeaderRow)] {
		l := &Layout{opts: o, HeaderRow: i}
		for j, c := range cells {
			col := Column{Index: j, Header: c}
			if m, ok := Recognise(c); ok {
				col.Meaning = m
			}
			l.Columns = append(l.Columns, col)
		}
		err := l.assign(o.Columns)
		if err == nil {
			l.plan()
			return l, nil
		}
		if firstErr == nil {
			firstErr = err
		}
	}
	return nil, firstErr
}

// assign gives columns the fields named by hand.
func (l *Layout) assign(names map[string]string) error {
	var keys []string
	for k := range names {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		m, ok := ParseField(k)
		if !ok {
			return errkind.New(errkind.Invalid, fmt.Sprintf("--column %s=...: no such field; fields are %s", k, strings.Join(FieldNames(), ", ")))
		}
		i := l.find(names[k])
		if i < 0 {
			return errkind.New(errkind.Invalid, fmt.Sprintf("--column %s=%s: no such column; the columns are %s", k, names[k], strings.Join(l.labels(), ", ")))
		}
		for j := range l.Columns { // what was recognised yields to what was named
			c := &l.Columns[j]
			if c.Field == m.Field && c.Role == m.Role && c.Scheme == m.Scheme && m.Field.bearsName() {
				c.Meaning = Meaning{}
			}
		}
		l.Columns[i].Meaning = m
	}
	return nil
}

func (l *Layout) find(name string) int {
	want := Fold(name)
	for i, c := range l.Columns {
		if c.Header == name || want != "" && Fold(c.Header) == want {
			return i
		}
	}
	if i := table.ColumnIndex(name); i >= 0 && i < len(l.Columns) && name == strings.ToUpper(name) {
		return i
	}
	return -1
}

func (l *Layout) labels() []string {
	var out []string
	for _, c := range l.Columns {
		out = append(out, fmt.Sprintf("%s %q", c.Letter(), c.Header))
	}
	return out
}

// plan decides whose each column is.
func (l *Layout) plan() {
	if !l.opts.Own {
		l.drop(func(c Column) bool { return c.Field.isListing() })
	}
	l.planMain()
	l.planPersons()
	l.planBank()
	l.shareContacts()
	l.roles = []string{""}
	for _, c := range l.Columns {
		if c.Field != "" && !slices.Contains(l.roles, c.Role) {
			l.roles = append(l.roles, c.Role)
		}
	}
	// A role without a name or an identifier is no party that can be asked about.
	for _, r := range l.roles[1:] {
		if !l.any(func(c Column) bool { return c.Role == r && (c.Field.bearsName() || c.Field == Identifier) }) {
			l.drop(func(c Column) bool { return c.Role == r && !c.forMain })
		}
	}
	keyed := false
	l.drop(func(c Column) bool {
		again := c.Field == Key && keyed
		keyed = keyed || c.Field == Key
		return again
	})
}

func (f Field) isListing() bool {
	switch f {
	case Program, Measure, Authority, LegalBasis, Listed, Delisted, Reason, SourceURL, Weak:
		return true
	}
	return false
}

func (l *Layout) any(f func(Column) bool) bool { return slices.ContainsFunc(l.Columns, f) }

func (l *Layout) drop(f func(Column) bool) {
	for i, c := range l.Columns {
		if f(c) {
			l.Columns[i].Meaning = Meaning{}
		}
	}
}

func (l *Layout) give(role string, f func(Column) bool) {
	for i, c := range l.Columns {
		if c.Field != "" && f(c) {
			l.Columns[i].Role = role
			l.Columns[i].Main = false
		}
	}
}

// planMain makes one of the roles that a row is about, the vendor or the
// customer, the main party. The first one that has a name is it; columns
// without a role are its own. A name without a role beside a vendor's is the
// contact's.
func (l *Layout) planMain() {
	bare := l.any(func(c Column) bool { return c.Role == "" && c.Field.bearsName() })
	main := ""
	for _, c := range l.Columns {
		if c.Main && c.Field.bearsName() {
			main = c.Role
			break
		}
	}
	switch {
	case main == "" && bare:
		// "Vendor No", "Name": the columns with a role say more about that name.
		for _, c := range l.Columns {
			if c.Main && l.mainLabel == "" {
				l.mainLabel = c.Role
			}
		}
		l.give("", func(c Column) bool { return c.Main && c.Role == l.mainLabel })
		return
	case main == "":
		for _, c := range l.Columns {
			if c.Main && c.Field != "" {
				main = c.Role
				break
			}
		}
	case bare:
		l.give("contact", func(c Column) bool {
			return c.Role == "" && c.Field.bearsName() && c.Field != Company && c.Field != NameVariant
		})
		l.give("company", func(c Column) bool { return c.Role == "" && c.Field == Company })
	}
	l.mainLabel = main
	l.give("", func(c Column) bool { return c.Role == main })
}

// planPersons parts the persons and ships of a row from the company whose row
// it is.
func (l *Layout) planPersons() {
	has := func(fs ...Field) bool {
		return l.any(func(c Column) bool { return c.Role == "" && slices.Contains(fs, c.Field) })
	}
	if has(Company) && has(FirstName, LastName, Name, Individual) {
		l.give("contact", func(c Column) bool { return c.Role == "" && c.ofPerson() })
	}
	if has(Name) && has(Individual) {
		l.give("person", func(c Column) bool { return c.Role == "" && c.Field == Individual })
	}
	if has(Vessel) && has(Name, Company, FirstName, LastName) {
		l.give("vessel", func(c Column) bool { return c.Role == "" && c.ofVessel() })
	}
}

func (c Column) ofPerson() bool {
	switch c.Field {
	case Name, Individual, FirstName, MiddleName, LastName, Patronymic, SecondName, Title, Gender, BirthDate, BirthPlace, BirthLand, DeathDate, Nationality:
		return true
	case Identifier:
		return c.Scheme == party.Passport || c.Scheme == party.NationalID || c.Scheme == party.SSN || c.Scheme == party.CNResident
	}
	return false
}

func (c Column) ofVessel() bool {
	switch c.Field {
	case Vessel, VesselType, Flag:
		return true
	case Identifier:
		return c.Scheme == party.IMO || c.Scheme == party.MMSI || c.Scheme == party.CallSign
	}
	return false
}

// planBank tells the bank's BIC from the party's own: beside an account it is
// the bank's. An account is the party's, whatever the header says.
func (l *Layout) planBank() {
	account := func(c Column) bool {
		return c.Field == Identifier && (c.Scheme == party.IBAN || c.Scheme == party.Account)
	}
	l.give("", func(c Column) bool { return c.Role == "bank" && account(c) })
	if l.opts.Own {
		return
	}
	if l.any(func(c Column) bool { return c.Role == "bank" || account(c) }) {
		l.give("bank", func(c Column) bool { return c.Role == "" && c.Scheme == party.BIC })
	}
}

// shareContacts gives the address of a contact's mail to the company too: its
// domain is the company's.
func (l *Layout) shareContacts() {
	for i, c := range l.Columns {
		l.Columns[i].forMain = c.Role == "contact" && (c.Field == Email || c.Field == Website)
	}
}

// Role returns what the headers call the main party: "vendor"; "" where they
// do not.
func (l *Layout) Role() string { return l.mainLabel }

// Parties returns the parties of a row, the main one first. A party without a
// name, an identifier and a website is left out; a row without any gives none.
func (l *Layout) Parties(cells []string) []Party {
	out := make([]Party, 0, len(l.roles))
	key := ""
	for i, role := range l.roles {
		p := l.party(i == 0, role, cells)
		if p.Key != "" && key == "" {
			key = p.Key
		}
		if p.Column >= 0 {
			out = append(out, p)
		}
	}
	for i := range out {
		out[i].Key = key
	}
	return out
}

func (l *Layout) party(main bool, role string, cells []string) Party {
	d := draft{own: l.opts.Own}
	p := Party{Role: role, Column: -1, Cells: make([]int, 0, len(l.Columns))}
	if main {
		p.Role = l.mainLabel
	}
	byName := false
	for _, c := range l.Columns {
		mine := c.Role == role || main && c.forMain
		if c.Field == "" || !mine || c.Index >= len(cells) {
			continue
		}
		v := cells[c.Index]
		if v == "" || strings.TrimSpace(v) == "" {
			continue
		}
		d.add(c.Meaning, c.Header, v)
		p.Cells = append(p.Cells, c.Index)
		decides := c.Field == Identifier || main && (c.Field == Website || c.Field == Email)
		if name := c.Field.bearsName() && !isNone(v); name && !byName || decides && p.Column < 0 {
			p.Column, byName = c.Index, name
		}
	}
	p.Key, p.Weak, p.Listing = d.key, d.weak, d.listing
	if p.Column < 0 {
		return p
	}
	if d.kind == party.Unknown && l.opts.Kind != party.Unknown && main {
		d.kind = l.opts.Kind
	}
	p.Entry = d.finish()
	if len(p.Entry.Names) == 0 && len(p.Entry.Identifiers) == 0 && len(p.Entry.Websites) == 0 {
		p.Column = -1
	}
	return p
}
